/* unpack.c - the caller's side: members out of what the worker sends. */
#include "unpack.h"

#include <stdlib.h>
#include <string.h>

#include "unpack_wire.h"

struct unpack {
    mm_cell *cell;
    mm_buf name, reason;
    bool in_member;   /* its end was not seen yet */
    bool ended, lost, shard;
    uint64_t left_out;
};

bool unpack_opens(const char *mime)
{
    static const char *const types[] = {
        "application/zip", "application/x-tar", "application/gzip", "application/x-xz", "application/zstd",
        "application/x-bzip2", "application/x-lz4", "application/x-7z-compressed", "application/x-cpio",
        "application/x-rar", "application/x-iso9660-image", "application/x-archive",
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(mime, types[i]) == 0)
            return true;
    return false;
}

unpack *unpack_open(mm_cell *cell, const unpack_limits *limits, grouping group, int fd, uint64_t offset, uint64_t length, bool part,
                    mm_str ahead, mm_err *e)
{
    unpack *u = calloc(1, sizeof *u);
    unpack_args args = { .limits = *limits, .offset = offset, .length = length, .group = group, .part = part };
    mm_buf b = { 0 };
    mm_buf_put(&b, &args, sizeof args);
    mm_buf_str(&b, ahead);
    if (!u || b.failed) {
        mm_fail(e, MM_ESYS, "out of memory");
    } else {
        u->cell = cell;
        if (mm_cell_open(cell, unpack_ops[0].name, mm_buf_view(&b), fd, e) == 0) {
            mm_buf_free(&b);
            return u;
        }
    }
    mm_buf_free(&b);
    free(u);
    return NULL;
}

void unpack_close(unpack *u)
{
    if (!u)
        return;
    mm_buf_free(&u->name);
    mm_buf_free(&u->reason);
    free(u);
}

bool unpack_lost(const unpack *u)
{
    return u->lost;
}

uint64_t unpack_left_out(const unpack *u)
{
    return u->left_out;
}

/* A chunk of the worker's: its kind, 0 at the end, or -1. */
static int take(unpack *u, mm_str *body, mm_err *e)
{
    mm_str chunk;
    if (u->ended)
        return 0;
    int got = mm_cell_read(u->cell, &chunk, e);
    if (got <= 0) {
        u->ended = true;
        u->lost = got < 0;
        return got;
    }
    if (chunk.n == 0) {
        u->ended = u->lost = true;
        return mm_fail(e, MM_EBAD, "the unpacking worker sent nonsense");
    }
    *body = (mm_str){ chunk.p + 1, chunk.n - 1 };
    return (unsigned char)chunk.p[0];
}

static int nonsense(unpack *u, mm_err *e)
{
    u->ended = u->lost = true;
    return mm_fail(e, MM_EBAD, "the unpacking worker sent nonsense");
}

static const char *keep(mm_buf *b, mm_str text)
{
    b->n = 0;
    mm_buf_str(b, text);
    mm_buf_byte(b, 0);
    return b->failed ? NULL : b->p;
}

int unpack_next(unpack *u, unpack_member *m, mm_err *e)
{
    mm_str body;
    int kind;
    while ((kind = take(u, &body, e)) > 0) {
        if (kind == UNPACK_SKIPPED)
            u->left_out++;
        if (kind == UNPACK_SHARD || kind == UNPACK_NO_SHARD)
            u->shard = kind == UNPACK_SHARD;
        if (kind == UNPACK_MEMBER || kind == UNPACK_REFUSED)
            break;
        if (kind == UNPACK_END || kind == UNPACK_DAMAGED)
            u->in_member = false;  /* of a member that was not read to its end */
    }
    if (kind <= 0)
        return kind;
    uint64_t size;
    if (body.n < sizeof size)
        return nonsense(u, e);
    memcpy(&size, body.p, sizeof size);
    body.p += sizeof size;
    body.n -= sizeof size;
    *m = (unpack_member){ .size = size, .shard = u->shard };
    if (kind == UNPACK_REFUSED) {  /* the reason, a NUL, the name */
        const char *end = memchr(body.p, 0, body.n);
        if (!end)
            return nonsense(u, e);
        m->bad = keep(&u->reason, (mm_str){ body.p, (size_t)(end - body.p) });
        body.n -= (size_t)(end + 1 - body.p);
        body.p = end + 1;
    }
    keep(&u->name, body);
    if (u->name.failed || u->reason.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    m->name = (mm_str){ u->name.p, u->name.n - 1 };
    u->in_member = kind == UNPACK_MEMBER;
    return 1;
}

int unpack_read(unpack *u, mm_str *piece, mm_err *e)
{
    if (!u->in_member)
        return 0;
    int kind = take(u, piece, e);
    if (kind == UNPACK_DATA)
        return 1;
    u->in_member = false;
    if (kind == UNPACK_END)
        return 0;
    if (kind == UNPACK_DAMAGED)
        return mm_fail(e, MM_EBAD, "%.*s", (int)piece->n, piece->p);
    return kind < 0 ? -1 : nonsense(u, e);
}
