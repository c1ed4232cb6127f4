/* pieces.c - payloads behind refs. */
#include "pieces.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#define HELD_MAX ((uint64_t)8 << 20)
#define CHUNK ((size_t)256 << 10)

typedef struct open_piece {
    mm_extent at;          /* fd -1: held or not behind a ref */
    uint64_t done;         /* bytes read to be written */
    XXH128_hash_t proved;
} open_piece;

struct st_pieces {
    const mm_roots *roots;
    open_piece *open;
    size_t n, room;
    char *held, *chunk;
    size_t held_n, held_room;
    XXH3_state_t *hash;
};

st_pieces *st_pieces_new(const mm_roots *roots, mm_err *e)
{
    st_pieces *p = calloc(1, sizeof *p);
    if (p) {
        p->roots = roots;
        p->chunk = malloc(CHUNK);
        p->hash = XXH3_createState();
    }
    if (p && p->chunk && p->hash)
        return p;
    st_pieces_free(p);
    mm_fail(e, MM_ESYS, "out of memory");
    return NULL;
}

static void close_all(st_pieces *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->open[i].at.fd >= 0)
            close(p->open[i].at.fd);
    p->n = 0;
}

void st_pieces_free(st_pieces *p)
{
    if (!p)
        return;
    close_all(p);
    free(p->open);
    free(p->held);
    free(p->chunk);
    XXH3_freeState(p->hash);
    free(p);
}

static int read_some(const mm_extent *x, uint64_t from, char *to, size_t n, mm_err *e)
{
    for (size_t at = 0; at < n;) {
        ssize_t got = pread(x->fd, to + at, n - at, (off_t)(x->offset + from + at));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return mm_fail(e, MM_EBAD, "the payload file can not be read: %s", strerror(errno));
        if (got == 0)
            return mm_fail(e, MM_EBAD, "the payload file was cut short while it was read");
        at += (size_t)got;
    }
    return 0;
}

static int check(const mm_extent *x, XXH128_hash_t got, mm_err *e)
{
    static const char digits[] = "0123456789abcdef";
    XXH128_canonical_t c;
    char hex[33] = { 0 };
    XXH128_canonicalFromHash(&c, got);
    for (size_t i = 0; i < 16; i++) {
        hex[2 * i] = digits[c.digest[i] >> 4];
        hex[2 * i + 1] = digits[c.digest[i] & 15];
    }
    if (!x->xxh3[0] || strcmp(hex, x->xxh3) == 0)
        return 0;
    return mm_fail(e, MM_EBAD, "the payload is not the one the header speaks of: its xxh3 is %s, not %s", hex, x->xxh3);
}

/* Read it once, without keeping it. */
static int prove(st_pieces *p, open_piece *o, mm_err *e)
{
    XXH3_128bits_reset(p->hash);
    for (uint64_t at = 0; at < o->at.length;) {
        size_t n = o->at.length - at < CHUNK ? (size_t)(o->at.length - at) : CHUNK;
        if (read_some(&o->at, at, p->chunk, n, e) < 0)
            return -1;
        XXH3_128bits_update(p->hash, p->chunk, n);
        at += n;
    }
    o->proved = XXH3_128bits_digest(p->hash);
    return check(&o->at, o->proved, e);
}

/* Read it and keep it; the place in p->held is told by offset, as p->held may move. */
static int hold(st_pieces *p, open_piece *o, size_t *at, mm_err *e)
{
    size_t n = (size_t)o->at.length;
    if (p->held_n + n + 1 > p->held_room) {
        size_t room = p->held_n + n + 1 < HELD_MAX ? HELD_MAX + 1 : p->held_n + n + 1;
        char *more = realloc(p->held, room);
        if (!more)
            return mm_fail(e, MM_ESYS, "out of memory");
        p->held = more;
        p->held_room = room;
    }
    if (read_some(&o->at, 0, p->held + p->held_n, n, e) < 0)
        return -1;
    *at = p->held_n;
    p->held_n += n;
    int rc = check(&o->at, XXH3_128bits(p->held + *at, n), e);
    close(o->at.fd);
    o->at.fd = -1;
    return rc;
}

static int open_one(st_pieces *p, const st_piece *x, bool all_held, uint64_t limit, size_t *at, mm_err *e)
{
    open_piece *o = &p->open[p->n++];
    *o = (open_piece){ .at.fd = -1 };
    *at = SIZE_MAX;
    if (x->bytes.p)
        return 0;
    mm_rec r = { .head = x->ref };
    int has = mm_ref_open(&r, p->roots, &o->at, e);
    if (has == 0)
        return mm_fail(e, MM_EBAD, "mm.ref is not an object");
    if (has < 0)
        return -1;
    if (all_held && (o->at.length > limit || p->held_n + o->at.length > limit))
        return mm_fail(e, MM_EBAD, "the payload has %llu bytes, over the limit of a record; raise --max-record, or store "
                       "with --format wds", (unsigned long long)o->at.length);
    return all_held || p->held_n + o->at.length <= HELD_MAX ? hold(p, o, at, e) : prove(p, o, e);
}

static int make_room(st_pieces *p, size_t n, mm_err *e)
{
    if (n <= p->room)
        return 0;
    open_piece *more = realloc(p->open, n * sizeof *more);
    if (!more)
        return mm_fail(e, MM_ESYS, "out of memory");
    p->open = more;
    p->room = n;
    return 0;
}

int st_pieces_open(st_pieces *p, st_plan *x, bool all_held, uint64_t limit, mm_err *e)
{
    close_all(p);
    p->held_n = 0;
    if (make_room(p, x->n, e) < 0)
        return -1;
    for (size_t i = 0; i < x->n; i++) {
        size_t at;
        if (open_one(p, &x->piece[i], all_held, limit, &at, e) < 0)
            return x->piece[i].part < 0 ? -1 : mm_fail_at(e, "mm.parts[%d]", x->piece[i].part);
        /* Until all are read the held bytes may move: n tells where, p is set below. */
        if (at != SIZE_MAX)
            p->open[i].done = at + 1;
    }
    for (size_t i = 0; i < x->n; i++) {
        open_piece *o = &p->open[i];
        if (o->done)
            x->piece[i].bytes = (mm_str){ p->held + o->done - 1, (size_t)o->at.length };
        o->done = 0;
    }
    return 0;
}

uint64_t st_piece_size(const st_pieces *p, const st_plan *x, size_t i)
{
    return x->piece[i].bytes.p ? x->piece[i].bytes.n : p->open[i].at.length;
}

ssize_t st_piece_read(st_pieces *p, size_t i, const char **bytes, mm_err *e)
{
    open_piece *o = &p->open[i];
    uint64_t left = o->at.length - o->done;
    size_t n = left < CHUNK ? (size_t)left : CHUNK;
    if (o->done == 0)
        XXH3_128bits_reset(p->hash);
    if (n == 0) {
        if (XXH128_isEqual(XXH3_128bits_digest(p->hash), o->proved))
            return 0;
        return mm_fail(e, MM_ESYS, "a payload file changed while it was being stored; run again");
    }
    if (read_some(&o->at, o->done, p->chunk, n, e) < 0) {
        e->code = MM_ESYS;
        return -1;
    }
    XXH3_128bits_update(p->hash, p->chunk, n);
    o->done += n;
    *bytes = p->chunk;
    return (ssize_t)n;
}
