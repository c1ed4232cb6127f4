/* spill.c - sorted runs in a file, and their merge. */
#include "spill.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

struct spill {
    spill_entry *entry;
    size_t n, room;
    int fd;              /* -1: all is in memory */
    size_t *run;         /* entries of each run in the file */
    size_t n_runs;
};

spill *spill_new(size_t room)
{
    spill *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->fd = -1;
    s->room = room;
    return s;
}

void spill_free(spill *s)
{
    if (!s)
        return;
    if (s->fd >= 0)
        close(s->fd);
    free(s->entry);
    free(s->run);
    free(s);
}

static int by_bytes(const void *a, const void *b) { return memcmp(a, b, sizeof(spill_entry)); }

static int open_file(mm_err *e)
{
    const char *dir = getenv("TMPDIR");
    char name[4096];
    dir = dir && *dir ? dir : "/var/tmp";
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
    if (fd >= 0)
        return fd;
    snprintf(name, sizeof name, "%s/mm-bias.XXXXXX", dir);
    if ((fd = mkostemp(name, O_CLOEXEC)) < 0)
        return mm_fail_errno(e, "%s: cannot make a file for what does not fit in memory; set TMPDIR", dir);
    unlink(name);
    return fd;
}

static int write_run(spill *s, mm_err *e)
{
    qsort(s->entry, s->n, sizeof *s->entry, by_bytes);
    if (s->fd < 0 && (s->fd = open_file(e)) < 0)
        return -1;
    size_t *run = reallocarray(s->run, s->n_runs + 1, sizeof *run);
    if (!run)
        return mm_fail(e, MM_ESYS, "out of memory");
    s->run = run;
    if (mm_write_all(s->fd, (mm_str){ (const char *)s->entry, s->n * sizeof *s->entry }) < 0)
        return mm_fail_errno(e, "the file for what does not fit in memory: cannot write; set TMPDIR");
    run[s->n_runs++] = s->n;
    s->n = 0;
    return 0;
}

int spill_add(spill *s, const spill_entry *x, mm_err *e)
{
    if (!s->entry && !(s->entry = malloc(s->room * sizeof *s->entry)))
        return mm_fail(e, MM_ESYS, "out of memory");
    if (s->n == s->room && write_run(s, e) < 0)
        return -1;
    s->entry[s->n++] = *x;
    return 0;
}

/* ---- merging ---- */

typedef struct source {
    spill_entry *entry;  /* its part of the memory */
    size_t at, n, room;
    off_t next;          /* in the file, and how many are left there */
    size_t left;
} source;

/* 1 when there is an entry at `at`, 0 at the end, -1. */
static int refill(const spill *s, source *r, mm_err *e)
{
    if (r->at < r->n || !r->left)
        return r->at < r->n;
    size_t want = (r->left < r->room ? r->left : r->room) * sizeof(spill_entry), have = 0;
    while (have < want) {
        ssize_t n = pread(s->fd, (char *)r->entry + have, want - have, r->next + (off_t)have);
        if (n <= 0)
            return mm_fail_errno(e, "the file for what does not fit in memory: cannot read");
        have += (size_t)n;
    }
    r->at = 0;
    r->n = want / sizeof(spill_entry);
    r->next += (off_t)want;
    r->left -= r->n;
    return 1;
}

static bool less(const source *a, const source *b) { return by_bytes(&a->entry[a->at], &b->entry[b->at]) < 0; }

/* Restore the heap below i. */
static void sink(source **heap, size_t n, size_t i)
{
    for (size_t k; (k = 2 * i + 1) < n; i = k) {
        k += k + 1 < n && less(heap[k + 1], heap[k]);
        if (!less(heap[k], heap[i]))
            return;
        source *x = heap[i];
        heap[i] = heap[k];
        heap[k] = x;
    }
}

static int merge(spill *s, source *src, source **heap, void (*take)(void *, const spill_entry *), void *ctx, mm_err *e)
{
    size_t n = 0, room = s->room / s->n_runs + 1;
    off_t next = 0;
    int r = 1;
    for (size_t i = 0; i < s->n_runs && r > 0; i++) {
        src[i] = (source){ .entry = malloc(room * sizeof(spill_entry)), .room = room, .next = next, .left = s->run[i] };
        next += (off_t)(s->run[i] * sizeof(spill_entry));
        if (!src[i].entry)
            return mm_fail(e, MM_ESYS, "out of memory");
        r = refill(s, &src[i], e);
        heap[n++] = &src[i];
    }
    for (size_t i = n / 2; i-- > 0 && r > 0;)
        sink(heap, n, i);
    while (n && r >= 0) {
        take(ctx, &heap[0]->entry[heap[0]->at++]);
        if ((r = refill(s, heap[0], e)) == 0)
            heap[0] = heap[--n];
        sink(heap, n, 0);
    }
    return r < 0 ? -1 : 0;
}

int spill_walk(spill *s, void (*take)(void *ctx, const spill_entry *x), void *ctx, mm_err *e)
{
    if (s->fd < 0) {
        if (s->n)
            qsort(s->entry, s->n, sizeof *s->entry, by_bytes);
        for (size_t i = 0; i < s->n; i++)
            take(ctx, &s->entry[i]);
        return 0;
    }
    if (s->n && write_run(s, e) < 0)
        return -1;
    free(s->entry);
    s->entry = NULL;
    source *src = calloc(s->n_runs, sizeof *src), **heap = calloc(s->n_runs, sizeof *heap);
    int failed = src && heap ? merge(s, src, heap, take, ctx, e) : mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; src && i < s->n_runs; i++)
        free(src[i].entry);
    free(src);
    free(heap);
    return failed;
}
