/* count.c - how many records a shard holds. A tar is walked from header to header, by the layout of POSIX
 * ustar and pax: nothing of it but names and sizes is looked at. */
#include "count.h"

#include "record/source.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 512, PAX_MAX = 1 << 20 };

typedef struct walk {
    mm_source in;
    char *room;          /* for what is passed over, and pax records */
    uint64_t size;       /* of the next member by a pax record, or UINT64_MAX */
} walk;

static int short_tar(const walk *w, mm_err *e)
{
    return mm_fail(e, MM_EBAD, "%s: the tar ends inside a member", w->in.name);
}

/* Exactly n bytes: 1, 0 at the end of input when none came, -1. */
static int take(walk *w, void *p, size_t n, mm_err *e)
{
    for (size_t at = 0; at < n;) {
        ssize_t got = mm_source_read(&w->in, (char *)p + at, n - at, e);
        if (got < 0)
            return -1;
        if (got == 0)
            return at ? short_tar(w, e) : 0;
        at += (size_t)got;
    }
    return 1;
}

static int pass(walk *w, uint64_t n, mm_err *e)
{
    for (; n > 0; n -= n < PAX_MAX ? n : PAX_MAX) {
        int got = take(w, w->room, n < PAX_MAX ? (size_t)n : PAX_MAX, e);
        if (got <= 0)
            return got < 0 ? -1 : short_tar(w, e);
    }
    return 0;
}

static uint64_t octal(const char *p, size_t n)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n && p[i] >= '0' && p[i] <= '7'; i++)
        v = v * 8 + (uint64_t)(p[i] - '0');
    return v;
}

/* "20 size=8589934592\n" among the records of a pax header of n bytes. */
static int take_pax(walk *w, uint64_t n, mm_err *e)
{
    uint64_t padded = (n + BLOCK - 1) / BLOCK * BLOCK;
    if (padded > PAX_MAX)
        return pass(w, padded, e);
    int got = take(w, w->room, (size_t)padded, e);
    if (got <= 0)
        return got < 0 ? -1 : short_tar(w, e);
    const char *at = memmem(w->room, (size_t)n, " size=", 6);
    if (at && at + 6 < w->room + n)
        w->size = strtoull(at + 6, NULL, 10);
    return 0;
}

/* KEY.json: nothing but json behind the first dot. */
static bool is_header(const char *block)
{
    size_t n = strnlen(block, 100);
    const char *dot = memchr(block, '.', n);
    return dot && (size_t)(block + n - dot) == 5 && memcmp(dot, ".json", 5) == 0;
}

static int walk_tar(walk *w, uint64_t *records, mm_err *e)
{
    char block[BLOCK];
    int got;
    while ((got = take(w, block, BLOCK, e)) == 1 && block[0]) {
        uint64_t size = octal(block + 124, 12);
        char kind = block[156];
        if (memcmp(block + 257, "ustar", 5) != 0)
            return mm_fail(e, MM_EBAD, "%s: no tar header where one must be", w->in.name);
        if (kind == 'x') {
            if (take_pax(w, size, e) < 0)
                return -1;
            continue;
        }
        if (w->size != UINT64_MAX)
            size = w->size;
        w->size = UINT64_MAX;
        *records += is_header(block);
        if (pass(w, (size + BLOCK - 1) / BLOCK * BLOCK, e) < 0)
            return -1;
    }
    if (got == 0)
        return mm_fail(e, MM_EBAD, "%s: the tar has no end", w->in.name);
    return got < 0 ? -1 : 0;
}

static int count_tar(const char *path, uint64_t *records, mm_err *e)
{
    walk w = { .size = UINT64_MAX, .room = malloc(PAX_MAX + 1) };
    _Atomic uint64_t taken = 0;
    mm_form form;
    if (!w.room)
        return mm_fail(e, MM_ESYS, "out of memory");
    w.room[PAX_MAX] = '\0';
    int rc = mm_source_open(&w.in, path, -1, &taken, &form, e);
    if (rc == 0) {
        rc = walk_tar(&w, records, e);
        mm_source_close(&w.in);
    }
    free(w.room);
    return rc;
}

static int count_read(const char *path, uint64_t *records, mm_err *e)
{
    const mm_read_opts o = { .max_record = SIZE_MAX / 4 };
    mm_batch *b = mm_batch_new();
    mm_reader *r = b ? mm_reader_open(&path, 1, &o, e) : NULL;
    int got = r ? 1 : b ? -1 : mm_fail(e, MM_ESYS, "out of memory");
    while (got > 0 && (got = mm_reader_next(r, b, e)) > 0)
        *records += b->n;
    mm_reader_close(r);
    mm_batch_free(b);
    return got;
}

int st_count_records(const char *path, uint64_t *records, mm_err *e)
{
    mm_str name = mm_str_of(path);
    if (mm_str_ends(name, MM_STR(".zst")))
        name.n -= 4;
    *records = 0;
    return mm_str_ends(name, MM_STR(".tar")) ? count_tar(path, records, e) : count_read(path, records, e);
}
