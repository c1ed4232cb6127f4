#include "proposal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"

/* Ends each message, with the name of the tree that was proposed: a commit is ours as long as it has that tree. */
#define MARK "Proposed-tree"

static int check_name(const proposal *p, mm_err *e)
{
    mm_err why = { 0 };
    int rc = git_run(p->g, (const char *[]){ "check-ref-format", "--branch", p->branch, NULL }, MM_STR(""), NULL, &why);
    return rc == 0 ? 0 : rc < 0 ? mm_fail(e, why.code, "%s", why.text)
                                : mm_fail(e, MM_EUSAGE, "--branch %s: git takes no such name of a branch", p->branch);
}

static int check_clean(const proposal *p, mm_err *e)
{
    for (size_t i = 0; i < p->n; i++) {
        mm_buf first = { 0 };
        int rc = git_dirty(p->g, p->change[i].path, &first, e);
        if (rc == 1)
            mm_fail(e, MM_EUSAGE, "%s: %.*s was changed and is not committed; commit it, stash it or take it back, then propose again",
                    p->g->dir, (int)first.n, first.p);
        mm_buf_free(&first);
        if (rc != 0)
            return -1;
    }
    return 0;
}

/* The parent and tree of a commit hold what is proposed. */
static int holds(const proposal *p, const git_id *commit, const git_id *tree, mm_err *e)
{
    char name[sizeof commit->hex + 8];
    git_id is, parent;
    snprintf(name, sizeof name, "%s^{tree}", commit->hex);
    if (git_resolve(p->g, name, &is, e) < 0)
        return -1;
    snprintf(name, sizeof name, "%s^", commit->hex);
    if (git_resolve(p->g, name, &parent, e) < 0)
        return -1;
    return strcmp(is.hex, tree->hex) == 0 && strcmp(parent.hex, p->base.hex) == 0;
}

/* Commits of the branch that the base does not have and that are not, or not as they were, mm-plan's. */
static int check_ours(const proposal *p, const git_id *tip, mm_err *e)
{
    char without[sizeof tip->hex + 1];
    snprintf(without, sizeof without, "^%s", p->base.hex);
    const char *argv[] = { "log", "--format=%h %T %(trailers:key=" MARK ",valueonly,separator=%x20)", tip->hex, *p->base.hex ? without : NULL, NULL };
    mm_buf out = { 0 };
    int rc = git_run(p->g, argv, MM_STR(""), &out, e) == 0 ? 0 : -1;
    mm_buf_byte(&out, '\0');
    size_t others = 0;
    char last[80] = "";
    for (char *line = out.failed ? "" : out.p, *next; rc == 0 && *line; line = next) {
        next = line + strcspn(line, "\n");
        if (*next)
            *next++ = '\0';
        char commit[72], tree[72], said[72] = "";
        if (sscanf(line, "%71s %71s %71s", commit, tree, said) < 2 || strcmp(tree, said) == 0)
            continue;
        if (!others++)
            memcpy(last, commit, sizeof commit);
    }
    mm_buf_free(&out);
    return others ? mm_fail(e, MM_EUSAGE, "%s: the branch %s holds %zu commit%s that mm-plan did not make (%s); merge or delete it, or name "
                            "another by --branch", p->g->dir, p->branch, others, mm_plural(others), last)
                  : rc;
}

static int check_free(const proposal *p, mm_err *e)
{
    mm_buf where = { 0 };
    int rc = git_checked_out(p->g, p->branch, &where, e);
    if (rc == 1)
        mm_fail(e, MM_EUSAGE, "%s: the branch %s is checked out in %.*s; switch to another there, or name another by --branch", p->g->dir,
                p->branch, where.n > 200 ? 200 : (int)where.n, where.p);
    mm_buf_free(&where);
    return rc == 0 ? 0 : -1;
}

static int commit_it(const proposal *p, const git_id *tree, const git_id *old, git_id *commit, mm_err *e)
{
    mm_buf message = { 0 };
    mm_buf_str(&message, p->message);
    mm_buf_printf(&message, "\n" MARK ": %s\n", tree->hex);
    int rc = message.failed ? mm_fail(e, MM_ESYS, "out of memory") : git_commit(p->g, tree, &p->base, mm_buf_view(&message), commit, e);
    if (rc == 0 && mm_app_stopped())
        rc = mm_fail(e, MM_ESYS, "%s: stopped; the repository is as it was", p->g->dir);
    mm_buf_free(&message);
    return rc < 0 ? -1 : git_move(p->g, p->branch, commit, old, p->why, e);
}

int proposal_make(const proposal *p, git_id *commit, mm_err *e)
{
    git_id tree, base_tree = { "" }, old;
    char name[sizeof tree.hex + 8];
    mm_buf ref = { 0 };
    if (check_name(p, e) < 0 || check_clean(p, e) < 0 || git_tree(p->g, &p->base, p->change, p->n, &tree, e) < 0)
        return -1;
    snprintf(name, sizeof name, "%s^{tree}", p->base.hex);
    if (*p->base.hex && git_resolve(p->g, name, &base_tree, e) < 0)
        return -1;
    *commit = p->base;
    if (strcmp(tree.hex, base_tree.hex) == 0)
        return NOTHING;
    mm_buf_printf(&ref, "refs/heads/%s^{commit}", p->branch);
    mm_buf_byte(&ref, '\0');
    int there = ref.failed ? mm_fail(e, MM_ESYS, "out of memory") : git_resolve(p->g, ref.p, &old, e);
    mm_buf_free(&ref);
    if (there == 1) {
        int same = holds(p, &old, &tree, e);
        *commit = old;
        if (same != 0)
            return same < 0 ? -1 : AGAIN;
        if (check_ours(p, &old, e) < 0)
            return -1;
    }
    if (there < 0 || check_free(p, e) < 0 || commit_it(p, &tree, &old, commit, e) < 0)
        return -1;
    return PROPOSED;
}
