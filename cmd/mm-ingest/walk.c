/* walk.c - operands, lists of names, folders. */
#include "walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One folder on the way down: what is left of its entries, each a kind ('d' or 'f'), the name and a NUL. */
typedef struct level {
    char *names;
    uint32_t *at;         /* offsets into names, sorted */
    size_t n, next;
    size_t path_n;        /* of the walk's path, up to this folder and its slash */
    dev_t dev;
    ino_t ino;
} level;

struct walk {
    const walk_opts *o;
    size_t operand;
    FILE *list;
    char *line;           /* of the list */
    size_t line_room;
    mm_buf path;          /* NUL-terminated behind its end */
    size_t root_n;        /* length of the operand the path began with, slash included */
    level *level;
    size_t depth, room;
    walk_skipped skipped;
};

static bool matches(const char *pattern, const char *name)
{
    const char *slash = strrchr(name, '/');
    return fnmatch(pattern, strchr(pattern, '/') || !slash ? name : slash + 1, 0) == 0;
}

static bool any(const mm_list *patterns, const char *name)
{
    for (size_t i = 0; i < patterns->n; i++)
        if (matches(patterns->v[i], name))
            return true;
    return false;
}

bool walk_wanted(const walk_opts *o, const char *name)
{
    return (o->include.n == 0 || any(&o->include, name)) && !any(&o->exclude, name);
}

/* ---- folders ---- */

static void level_free(level *l)
{
    free(l->names);
    free(l->at);
}

typedef struct gather {
    mm_buf names, at;
    const walk *w;
} gather;

/* Folders sort as if their name ended in a slash. */
static int by_path(const void *a, const void *b, void *names)
{
    const char *x = (const char *)names + *(const uint32_t *)a, *y = (const char *)names + *(const uint32_t *)b;
    const unsigned char *p = (const unsigned char *)x + 1, *q = (const unsigned char *)y + 1;
    while (*p && *p == *q)
        p++, q++;
    int c = *p ? *p : *x == 'd' ? '/' : 0, d = *q ? *q : *y == 'd' ? '/' : 0;
    return c - d;
}

/* 'd', 'f', or 0 for what is not taken. */
static char kind_of(walk *w, int dir, const struct dirent *entry)
{
    struct stat st;
    if (entry->d_name[0] == '.' && !w->o->hidden) {
        w->skipped.hidden++;
        return 0;
    }
    if (entry->d_type == DT_DIR || entry->d_type == DT_REG)
        return entry->d_type == DT_DIR ? 'd' : 'f';
    if (fstatat(dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return 'f';  /* opening it will tell */
    if (S_ISLNK(st.st_mode)) {
        if (!w->o->follow) {
            w->skipped.links++;
            return 0;
        }
        if (fstatat(dir, entry->d_name, &st, 0) != 0)
            return 'f';
    }
    if (S_ISDIR(st.st_mode) || S_ISREG(st.st_mode))
        return S_ISDIR(st.st_mode) ? 'd' : 'f';
    w->skipped.special++;
    return 0;
}

/* Take an entry of the folder that the path stands at. */
static void take(walk *w, gather *g, char kind, const char *name)
{
    size_t n = w->path.n;
    mm_buf_str(&w->path, mm_str_of(name));
    mm_buf_byte(&w->path, 0);
    const char *below = w->path.failed ? name : w->path.p + w->root_n;
    bool wanted = kind == 'f' ? walk_wanted(w->o, below) : !any(&w->o->exclude, below);
    w->path.n = n;
    if (!wanted)
        return;
    uint32_t at = (uint32_t)g->names.n;
    mm_buf_put(&g->at, &at, sizeof at);
    mm_buf_byte(&g->names, kind);
    mm_buf_put(&g->names, name, strlen(name) + 1);
}

static bool above(const walk *w, const struct stat *st)
{
    for (size_t i = 0; i < w->depth; i++)
        if (w->level[i].dev == st->st_dev && w->level[i].ino == st->st_ino)
            return true;
    return false;
}

static int read_names(walk *w, DIR *dir, level *l, mm_err *e)
{
    gather g = { .w = w };
    struct dirent *entry;
    errno = 0;
    while ((entry = readdir(dir))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        char kind = kind_of(w, dirfd(dir), entry);
        if (kind)
            take(w, &g, kind, entry->d_name);
        errno = 0;
    }
    int why = errno;
    l->names = g.names.p;
    l->at = (uint32_t *)(void *)g.at.p;
    l->n = g.at.n / sizeof *l->at;
    if (g.names.failed || g.at.failed || w->path.failed || g.names.n > UINT32_MAX)
        return mm_fail(e, MM_ESYS, "out of memory for the names in a folder");
    if (l->n)
        qsort_r(l->at, l->n, sizeof *l->at, by_path, l->names);
    errno = why;
    return why ? -1 : 0;
}

static int bad_name(mm_err *e, const char *path)
{
    mm_fail_errno(e, "%s: cannot be read", path);
    e->code = errno == ENOMEM || errno == EMFILE || errno == ENFILE ? MM_ESYS : MM_EBAD;
    return -1;
}

static int new_level(walk *w, mm_err *e)
{
    if (w->depth < w->room)
        return 0;
    size_t room = w->room ? 2 * w->room : 16;
    level *l = realloc(w->level, room * sizeof *l);
    if (!l)
        return mm_fail(e, MM_ESYS, "out of memory");
    w->level = l;
    w->room = room;
    return 0;
}

/* Enter the folder that the path names: 0, or -1 (MM_EBAD: passed over). */
static int enter(walk *w, bool operand, mm_err *e)
{
    struct stat st;
    int fd = open(w->path.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (operand || w->o->follow ? 0 : O_NOFOLLOW));
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir) {
        bad_name(e, w->path.p);
        if (fd >= 0)
            close(fd);
        return -1;
    }
    if (fstat(fd, &st) != 0 || above(w, &st) || new_level(w, e) < 0) {
        closedir(dir);
        return e->code == MM_ESYS ? -1 : mm_fail(e, MM_EBAD, "%s: leads back to a folder above it", w->path.p);
    }
    if (w->path.p[w->path.n - 1] != '/')
        mm_buf_byte(&w->path, '/');
    if (operand)
        w->root_n = w->path.n;
    level l = { .path_n = w->path.n, .dev = st.st_dev, .ino = st.st_ino };
    int rc = read_names(w, dir, &l, e);
    closedir(dir);
    if (rc < 0) {
        level_free(&l);
        if (!e->code) {
            w->path.p[w->path.n - 1] = 0;
            bad_name(e, w->path.p);
        }
        return -1;
    }
    w->level[w->depth++] = l;
    return 0;
}

/* ---- names ---- */

/* The next name the user gave: 1, 0, -1. */
static int next_name(walk *w, const char **name, mm_err *e)
{
    if (w->operand < w->o->names.n) {
        *name = w->o->names.v[w->operand++];
        return 1;
    }
    while (w->list) {
        ssize_t n = getdelim(&w->line, &w->line_room, w->o->null ? 0 : '\n', w->list);
        if (n < 0 && ferror(w->list)) {
            fclose(w->list);
            w->list = NULL;
            return mm_fail(e, MM_ESYS, "%s: the list of names cannot be read", w->o->list);
        }
        if (n < 0)
            return 0;
        if (n && w->line[n - 1] == (w->o->null ? 0 : '\n'))
            w->line[--n] = 0;
        *name = w->line;
        if (n && strlen(w->line) == (size_t)n)
            return 1;
        if (n)
            return mm_fail(e, MM_EBAD, "%s: a name with a NUL byte in it; for names that end in NUL say -0", w->o->list);
    }
    return 0;
}

/* Names are spelled without "./" in front and without slashes at the end. */
static void set_path(walk *w, const char *name)
{
    while (name[0] == '.' && name[1] == '/' && name[2]) {
        for (name += 2; *name == '/' && name[1]; name++)
            ;
    }
    size_t n = strlen(name);
    while (n > 1 && name[n - 1] == '/')
        n--;
    w->path.n = 0;
    mm_buf_put(&w->path, name, n);
    mm_buf_byte(&w->path, 0);
    w->path.n -= !w->path.failed;
}

static int operand(walk *w, const char *name, const char **path, mm_err *e)
{
    struct stat st;
    set_path(w, name);
    if (w->path.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    *path = w->path.p;
    if (strcmp(name, "-") == 0)
        return 1;
    /* What can not be looked at is told when it is opened. */
    if (stat(w->path.p, &st) != 0 || !S_ISDIR(st.st_mode))
        return 1;
    if (strcmp(w->path.p, ".") != 0)
        return enter(w, true, e);
    int rc = enter(w, true, e);
    if (rc == 0) {  /* entries of "." are named without it */
        w->path.n = w->root_n = w->level[w->depth - 1].path_n = 0;
    }
    return rc;
}

int walk_next(walk *w, const char **path, mm_err *e)
{
    for (;;) {
        if (w->depth == 0) {
            const char *name = NULL;
            int got = next_name(w, &name, e);
            if (got > 0)
                got = operand(w, name, path, e);
            else
                return got;
            if (got != 0)
                return got;
            continue;
        }
        level *l = &w->level[w->depth - 1];
        if (l->next == l->n) {
            level_free(l);
            w->depth--;
            continue;
        }
        const char *name = l->names + l->at[l->next++];
        w->path.n = l->path_n;
        mm_buf_str(&w->path, mm_str_of(name + 1));
        mm_buf_byte(&w->path, 0);
        w->path.n -= !w->path.failed;
        if (w->path.failed)
            return mm_fail(e, MM_ESYS, "out of memory");
        if (*name == 'd' && enter(w, false, e) < 0)
            return -1;
        *path = w->path.p;
        if (*name != 'd')
            return 1;
    }
}

/* ---- life ---- */

walk *walk_new(const walk_opts *o, mm_err *e)
{
    walk *w = calloc(1, sizeof *w);
    if (!w) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    w->o = o;
    if (o->list && !(w->list = strcmp(o->list, "-") == 0 ? stdin : fopen(o->list, "re"))) {
        mm_fail_errno(e, "%s: the list of names cannot be read", o->list);
        e->code = MM_EUSAGE;
        free(w);
        return NULL;
    }
    return w;
}

void walk_free(walk *w)
{
    if (!w)
        return;
    while (w->depth)
        level_free(&w->level[--w->depth]);
    if (w->list && w->list != stdin)
        fclose(w->list);
    mm_buf_free(&w->path);
    free(w->level);
    free(w->line);
    free(w);
}

walk_skipped walk_left_out(const walk *w)
{
    return w->skipped;
}
