/* from_rows.c - inputs and members that hold rows. */
#include <stdlib.h>
#include <string.h>

#include "private.h"

ssize_t read_left(void *ctx, void *p, size_t n, mm_err *e)
{
    ingest *g = ctx;
    if (g->left == 0)
        return 0;
    if (n > g->left)
        n = (size_t)g->left;
    ssize_t got = input_read(&g->in, p, n, e);
    if (got > 0 && g->left != UINT64_MAX)
        g->left -= (uint64_t)got;
    if (got == 0 && g->left != UINT64_MAX) {
        g->in_tar = false;  /* one message is enough */
        return mm_fail(e, MM_EBAD, "%s: cut short inside the archive", g->name.p);
    }
    if (got < 0 && e->code == MM_EBAD)
        mm_fail_at(e, "%s", g->name.p);
    return got;
}

ssize_t read_unpacked(void *ctx, void *p, size_t n, mm_err *e)
{
    ingest *g = ctx;
    mm_str piece;
    if (g->held_at == g->held.n) {
        int got = unpack_read(g->unpack, &piece, e);
        if (got < 0) {
            g->lost = unpack_lost(g->unpack);
            return mm_fail_at(e, "%s", g->name.p);
        }
        if (got == 0)
            return 0;
        g->held.n = g->held_at = 0;
        mm_buf_str(&g->held, piece);
        if (g->held.failed)
            return mm_fail(e, MM_ESYS, "out of memory");
    }
    size_t left = g->held.n - g->held_at;
    n = n < left ? n : left;
    memcpy(p, g->held.p + g->held_at, n);
    g->held_at += n;
    return (ssize_t)n;
}

step begin_rows(ingest *g, rows_format format, ssize_t (*read)(void *, void *, size_t, mm_err *), mm_err *e)
{
    in_bytes bytes = { .name = g->name.p, .read = read, .ctx = g };
    g->rows = rows_open(&g->o->rows, format, bytes, e);
    return g->rows ? STEP_ON : STEP_FAILED;
}

/* What is left of a member that was not read to its end. */
static step end_rows(ingest *g, mm_err *e)
{
    rows_close(g->rows);
    g->rows = NULL;
    if (g->lost) {
        g->lost = false;
        return end_archive(g, e);
    }
    if (g->unpack || g->left == UINT64_MAX)
        return STEP_ON;
    if (input_skip(&g->in, g->left + g->padding, e) < 0)
        return fail_input(g, e);
    g->left = UINT64_MAX;
    return STEP_ON;
}

step step_rows(ingest *g, mm_batch *b, mm_err *e)
{
    size_t before = b->n;
    int got = rows_next(g->rows, b, e);
    mm_str name = mm_arena_copy(b->arena, mm_buf_view(&g->name));
    if (!name.p)
        return mm_fail(e, MM_ESYS, "out of memory"), STEP_FAILED;
    for (size_t i = before; i < b->n; i++)
        b->rec[i].source = name.p;  /* the batch may outlive g->name */
    if (got > 0)
        return STEP_FULL;
    mm_err why = *e, late = { 0 };
    step s = end_rows(g, got < 0 ? &late : e);
    if (got < 0) {
        *e = why;
        return STEP_FAILED;
    }
    return s;
}
