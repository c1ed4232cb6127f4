/* sample.c - a part of what there is. */
#include "sample.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "flow.h"

/* ---- what there is ---- */

static int add(sample *s, const char *path, double bytes, mm_err *e)
{
    if (s->n == s->room) {
        size_t more = s->room ? 2 * s->room : 256;
        sample_file *grown = realloc(s->file, more * sizeof *grown);
        if (!grown)
            return mm_fail(e, MM_ESYS, "out of memory");
        s->file = grown;
        s->room = more;
    }
    const char *copy = mm_arena_copy(s->arena, mm_str_of(path)).p;
    if (!copy)
        return mm_fail(e, MM_ESYS, "out of memory");
    s->file[s->n++] = (sample_file){ copy, bytes };
    s->bytes += bytes;
    return 0;
}

enum { DEEPEST = 64 };

static int find(sample *s, const char *path, int depth, mm_err *e)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return errno == ENOENT ? 0 : mm_fail_errno(e, "%s: cannot look", path);
    if (S_ISREG(st.st_mode))
        return add(s, path, (double)st.st_size, e);
    DIR *d = S_ISDIR(st.st_mode) && depth < DEEPEST ? opendir(path) : NULL;
    mm_buf name = { 0 };
    int rc = 0;
    for (struct dirent *f; d && rc == 0 && (f = readdir(d));) {
        if (f->d_name[0] == '.')
            continue;
        name.n = 0;
        mm_buf_printf(&name, "%s/%s", path, f->d_name);
        mm_buf_byte(&name, 0);
        rc = name.failed ? mm_fail(e, MM_ESYS, "out of memory") : find(s, name.p, depth + 1, e);
    }
    mm_buf_free(&name);
    if (d)
        closedir(d);
    return rc;
}

static int by_hash(const void *a, const void *b)
{
    const sample_file *x = a, *y = b;
    char p[33], q[33];
    mm_hash_hex(x->path, strlen(x->path), p);
    mm_hash_hex(y->path, strlen(y->path), q);
    int order = strcmp(p, q);
    return order ? order : strcmp(x->path, y->path);
}

int sample_find(sample *s, const char *path, mm_err *e)
{
    glob_t g;
    int rc = s->arena || (s->arena = mm_arena_new()) ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    if (rc < 0 || glob(path, GLOB_NOSORT, NULL, &g) != 0)
        return rc;
    for (size_t i = 0; rc == 0 && i < g.gl_pathc; i++)
        rc = find(s, g.gl_pathv[i], 0, e);
    globfree(&g);
    if (s->n)
        qsort(s->file, s->n, sizeof *s->file, by_hash);
    return rc;
}

void sample_free(sample *s)
{
    free(s->file);
    mm_arena_free(s->arena);
}

/* ---- a part ---- */

/* The first `bytes` of a file and on to the end of a line; all of it where that is less. Returns what was copied. */
static double copy(const char *from, const char *to, double bytes, mm_err *e)
{
    char block[1 << 16];
    double done = 0;
    bool whole = false;
    int in = open(from, O_RDONLY | O_CLOEXEC), out = in < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    while (in >= 0 && out >= 0 && !whole) {
        ssize_t n = read(in, block, sizeof block);
        if (n <= 0) {
            whole = n == 0;
            break;
        }
        if (done + (double)n >= bytes) {
            size_t least = bytes > done ? (size_t)(bytes - done) : 0;
            const char *end = memchr(block + least, '\n', (size_t)n - least);
            whole = end != NULL;
            n = end ? end + 1 - block : n;
        }
        if (mm_write_all(out, (mm_str){ block, (size_t)n }) < 0)
            break;
        done += (double)n;
    }
    if (!whole)
        mm_fail_errno(e, "%s: cannot copy to %s", from, to);
    if (in >= 0)
        close(in);
    if (out >= 0)
        close(out);
    return whole ? done : -1;
}

double sample_make(const sample *s, double bytes, const char *folder, mm_err *e)
{
    mm_buf to = { 0 };
    double got = 0;
    if (mkdir(folder, 0777) != 0)
        return mm_fail_errno(e, "%s: cannot make", folder);
    for (size_t i = 0; i < s->n && got < bytes; i++) {
        const sample_file *f = &s->file[i];
        const char *slash = strrchr(f->path, '/');
        int modality = flow_modality(f->path);
        bool part = (modality == TEXT || modality == ROW) && f->bytes > 1.5 * (bytes - got);
        to.n = 0;
        mm_buf_printf(&to, "%s/%06zu-%s", folder, i, slash ? slash + 1 : f->path);
        mm_buf_byte(&to, 0);
        double n = to.failed ? mm_fail(e, MM_ESYS, "out of memory") : !part && link(f->path, to.p) == 0 ? f->bytes
                                                                   : copy(f->path, to.p, part ? bytes - got : INFINITY, e);
        if (n < 0) {
            got = -1;
            break;
        }
        got += n;
    }
    mm_buf_free(&to);
    return got;
}

/* ---- counting, removing ---- */

int sample_count(const char *path, double *bytes, double *lines, mm_err *e)
{
    sample s = { 0 };
    char block[1 << 16];
    int rc = sample_find(&s, path, e);
    *bytes = s.bytes;
    *lines = 0;
    for (size_t i = 0; rc == 0 && i < s.n; i++) {
        int in = open(s.file[i].path, O_RDONLY | O_CLOEXEC);
        for (ssize_t n; in >= 0 && (n = read(in, block, sizeof block)) > 0;)
            for (const char *p = block, *end = block + n; p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
                ++*lines;
        if (in >= 0)
            close(in);
    }
    sample_free(&s);
    return rc;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    return remove(path);
}

void sample_remove(const char *folder)
{
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
