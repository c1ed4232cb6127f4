/* git_write.c - blobs, trees, commits and branches by git's plumbing. */
#include "git.h"

#include <stdlib.h>
#include <string.h>

/* Run git for the name of an object. */
static int made(const git_repo *g, const char *const *argv, mm_str in, git_id *out, mm_err *e)
{
    mm_buf b = { 0 };
    int rc = git_run(g, argv, in, &b, e) == 0 ? 0 : -1;
    while (b.n && b.p[b.n - 1] == '\n')
        b.n--;
    *out = (git_id){ "" };
    if (rc == 0 && (b.n == 0 || b.n >= sizeof out->hex))
        rc = mm_fail(e, MM_ESYS, "%s: git %s did not name what it made", g->dir, argv[0]);
    if (rc == 0)
        memcpy(out->hex, b.p, b.n);
    mm_buf_free(&b);
    return rc;
}

/* ---- trees ---- */

typedef struct level {
    const git_change *change;
    const size_t *at;    /* those of this folder, in their order */
    size_t n;
    size_t skip;         /* bytes of their paths that lead here */
} level;

static mm_str name_at(const level *l, size_t i)
{
    const char *p = l->change[l->at[i]].path + l->skip;
    return (mm_str){ p, strcspn(p, "/") };
}

/* A line of ls-tree -z, "MODE TYPE ID\tNAME", of which the name. */
static mm_str entry_name(mm_str line)
{
    const char *tab = memchr(line.p, '\t', line.n);
    return tab ? (mm_str){ tab + 1, (size_t)(line.p + line.n - tab - 1) } : (mm_str){ line.p, 0 };
}

static bool next_entry(mm_str *rest, mm_str *line)
{
    if (!rest->n)
        return false;
    line->p = rest->p;
    line->n = strnlen(rest->p, rest->n);
    size_t used = line->n < rest->n ? line->n + 1 : line->n;
    rest->p += used;
    rest->n -= used;
    return true;
}

static int list(const git_repo *g, const git_id *tree, mm_buf *out, mm_err *e)
{
    if (!*tree->hex)
        return 0;
    return git_run(g, (const char *[]){ "ls-tree", "-z", "--full-tree", tree->hex, NULL }, MM_STR(""), out, e) == 0 ? 0 : -1;
}

static int grow(const git_repo *g, const git_id *base, const level *l, git_id *out, mm_err *e);

static void put_entry(mm_buf *b, const char *kind, const git_id *id, mm_str name)
{
    mm_buf_printf(b, "%s %s\t", kind, id->hex);
    mm_buf_str(b, name);
    mm_buf_byte(b, '\0');
}

/* What stands in `entries` under this name. */
static mm_str entry_of(mm_str entries, mm_str name)
{
    mm_str line;
    while (next_entry(&entries, &line))
        if (mm_str_eq(entry_name(line), name))
            return line;
    return (mm_str){ 0 };
}

/* Append the entry `name` as the changes want it: nothing where it is gone. */
static int put_changed(const git_repo *g, mm_str before, mm_str name, const level *l, mm_buf *b, mm_err *e)
{
    size_t *below = malloc(l->n * sizeof *below), n = 0;
    const git_change *whole = NULL;
    git_id id = { "" };
    int rc = below ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; rc == 0 && i < l->n; i++) {
        const git_change *c = &l->change[l->at[i]];
        if (!mm_str_eq(name_at(l, i), name))
            continue;
        if (c->path[l->skip + name.n] == '\0') {
            whole = c;
            n = 0;
        } else
            below[n++] = l->at[i];
    }
    if (rc == 0 && whole && whole->kind == GIT_FILE && n == 0) {
        rc = made(g, (const char *[]){ "hash-object", "-w", "--stdin", NULL }, whole->text, &id, e);
        if (rc == 0)
            put_entry(b, "100644 blob", &id, name);
    } else if (rc == 0 && (!whole || n)) {
        mm_str kind = MM_STR("040000 tree ");
        if (whole && whole->kind == GIT_TREE)
            id = whole->tree;
        else if (!whole && mm_str_starts(before, kind))
            memcpy(id.hex, before.p + kind.n, strcspn(before.p + kind.n, "\t") % sizeof id.hex);
        else if ((!whole && before.n) || (whole && whole->kind == GIT_FILE))
            rc = mm_fail(e, MM_EUSAGE, "%s: %.*s is no folder there", g->dir, (int)(l->skip + name.n), l->change[below[0]].path);
        if (rc == 0)
            rc = grow(g, &id, &(level){ l->change, below, n, l->skip + name.n + 1 }, &id, e);
        if (rc == 0 && *id.hex)
            put_entry(b, "040000 tree", &id, name);
    } else if (rc == 0 && whole->kind == GIT_TREE && *whole->tree.hex)
        put_entry(b, "040000 tree", &whole->tree, name);
    free(below);
    return rc;
}

/* The tree of a folder; "" where nothing is left in it. */
static int grow(const git_repo *g, const git_id *base, const level *l, git_id *out, mm_err *e)
{
    mm_buf before = { 0 }, after = { 0 };
    int rc = list(g, base, &before, e);
    mm_str rest = mm_buf_view(&before), line;
    while (rc == 0 && next_entry(&rest, &line)) {
        bool changed = false;
        for (size_t i = 0; i < l->n && !changed; i++)
            changed = mm_str_eq(name_at(l, i), entry_name(line));
        if (!changed) {
            mm_buf_str(&after, line);
            mm_buf_byte(&after, '\0');
        }
    }
    for (size_t i = 0; rc == 0 && i < l->n; i++) {
        bool seen = false;
        for (size_t k = 0; k < i && !seen; k++)
            seen = mm_str_eq(name_at(l, k), name_at(l, i));
        if (!seen)
            rc = put_changed(g, entry_of(mm_buf_view(&before), name_at(l, i)), name_at(l, i), l, &after, e);
    }
    if (rc == 0 && (before.failed || after.failed))
        rc = mm_fail(e, MM_ESYS, "out of memory");
    *out = (git_id){ "" };
    if (rc == 0 && after.n)
        rc = made(g, (const char *[]){ "mktree", "-z", NULL }, mm_buf_view(&after), out, e);
    mm_buf_free(&before);
    mm_buf_free(&after);
    return rc;
}

int git_tree(const git_repo *g, const git_id *commit, const git_change *change, size_t n, git_id *out, mm_err *e)
{
    size_t *at = malloc((n + 1) * sizeof *at);
    git_id base = { "" };
    char name[80] = "";
    int rc = at ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; rc == 0 && i < n; i++)
        at[i] = i;
    if (rc == 0 && *commit->hex) {
        memcpy(name, commit->hex, strlen(commit->hex) + 1);
        memcpy(name + strlen(name), "^{tree}", 8);
        rc = made(g, (const char *[]){ "rev-parse", "--verify", name, NULL }, MM_STR(""), &base, e);
    }
    if (rc == 0)
        rc = grow(g, &base, &(level){ change, at, n, 0 }, out, e);
    if (rc == 0 && !*out->hex)
        rc = made(g, (const char *[]){ "mktree", NULL }, MM_STR(""), out, e);
    free(at);
    return rc;
}

/* ---- commits and branches ---- */

int git_commit(const git_repo *g, const git_id *tree, const git_id *parent, mm_str message, git_id *out, mm_err *e)
{
    const char *argv[] = { "-c", "i18n.commitEncoding=UTF-8", "commit-tree", "-F", "-", tree->hex, *parent->hex ? "-p" : NULL, parent->hex, NULL };
    return made(g, argv, message, out, e);
}

int git_move(const git_repo *g, const char *branch, const git_id *to, const git_id *old, const char *why, mm_err *e)
{
    mm_buf name = { 0 };
    mm_buf_printf(&name, "refs/heads/%s", branch);
    mm_buf_byte(&name, '\0');
    int rc = name.failed ? mm_fail(e, MM_ESYS, "out of memory")
                         : git_run(g, (const char *[]){ "update-ref", "--create-reflog", "-m", why, name.p, to->hex, old->hex, NULL }, MM_STR(""),
                                   NULL, e);
    mm_buf_free(&name);
    return rc == 0 ? 0 : -1;
}

int git_checked_out(const git_repo *g, const char *branch, mm_buf *where, mm_err *e)
{
    mm_buf out = { 0 };
    int rc = git_run(g, (const char *[]){ "worktree", "list", "--porcelain", "-z", NULL }, MM_STR(""), &out, e) == 0 ? 0 : -1;
    mm_str rest = mm_buf_view(&out), line, folder = { 0 };
    while (rc == 0 && next_entry(&rest, &line)) {
        if (mm_str_starts(line, MM_STR("worktree ")))
            folder = (mm_str){ line.p + 9, line.n - 9 };
        mm_str head = MM_STR("branch refs/heads/");
        if (mm_str_starts(line, head) && mm_str_eq((mm_str){ line.p + head.n, line.n - head.n }, mm_str_of(branch))) {
            mm_buf_str(where, folder);
            rc = 1;
        }
    }
    mm_buf_free(&out);
    return rc;
}
