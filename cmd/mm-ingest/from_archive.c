/* from_archive.c - members of archives that the confined worker unpacks. */
#include <string.h>

#include "private.h"

step begin_archive(ingest *g, uint64_t length, unsigned depth, bool part, mm_err *e)
{
    mm_str ahead = { 0 };
    unpack_limits limits = g->o->limits;
    limits.depth -= depth;
    if (!g->cell && !(g->cell = mm_cell_new(g->o->app->jail, e)))
        return STEP_FAILED;
    input *in = &g->in;
    if (!in->regular) {
        uint64_t held = in->ahead.n - in->ahead_at;
        ahead = (mm_str){ in->ahead.p + in->ahead_at, (size_t)(held < length ? held : length) };
        in->ahead_at += ahead.n;
    }
    g->unpack = unpack_open(g->cell, &limits, g->o->group, in->fd, in->pos, length, part, ahead, e);
    if (!g->unpack)
        return fail_input(g, e);
    /* What a pipe still holds of it is read by the worker. */
    uint64_t rest = in->regular ? length : length - ahead.n;
    if (length != UINT64_MAX || in->regular) {
        uint64_t end = (uint64_t)in->st.st_size;
        uint64_t next = !in->regular ? in->pos + rest : length < end - in->pos ? in->pos + length : end;
        *in->taken += next - in->pos;
        in->pos = next;
    }
    return STEP_ON;
}

step end_archive(ingest *g, mm_err *e)
{
    g->left_out += unpack_left_out(g->unpack);
    unpack_close(g->unpack);
    g->unpack = NULL;
    g->inside.n = 0;
    g->grouped = g->tar_grouped;
    if (g->in_tar && input_skip(&g->in, g->padding, e) < 0)
        return fail_input(g, e);
    return STEP_ON;
}

/* Gather pieces until there are `want` bytes: 1, 0 at the end of the member, -1. */
static int hold(ingest *g, size_t want, mm_err *e)
{
    mm_str piece;
    while (g->held.n < want) {
        int got = unpack_read(g->unpack, &piece, e);
        if (got <= 0)
            return got;
        mm_buf_str(&g->held, piece);
        if (g->held.failed)
            return mm_fail(e, MM_ESYS, "out of memory");
    }
    return 1;
}

/* The content of a member can not be had. */
static step lose_member(ingest *g, mm_batch *b, mm_str name, mm_err *e)
{
    if (e->code != MM_EBAD)
        return STEP_FAILED;
    if (unpack_lost(g->unpack)) {
        mm_err why = *e;
        if (spell_member(g, name, e) < 0)
            return STEP_FAILED;
        end_archive(g, e);
        *e = why;
        mm_fail_at(e, "%s", g->name.p);
        return STEP_FAILED;
    }
    mm_err why = *e;
    *e = (mm_err){ 0 };
    return add_bad(g, b, &name, e, "%s", why.text);
}

static step member_leaf(ingest *g, mm_batch *b, mm_str name, mm_type type, mm_err *e)
{
    size_t max = leaf_carry_max(&g->o->leaf);
    leaf l = { .type = type };
    int got = hold(g, max + 1, e);
    if (got < 0)
        return lose_member(g, b, name, e);
    if (got > 0) {
        mm_buf_free(&g->held);
        return add_bad(g, b, &name, e, "a payload of more than %zu bytes does not fit into a record of %zu; raise "
                       "--max-record, or unpack it, so that it can go by ref", max, g->o->leaf.max_record);
    }
    l.held = mm_arena_copy(b->arena, mm_buf_view(&g->held));
    if (!l.held.p)
        return mm_fail(e, MM_ESYS, "out of memory"), STEP_FAILED;
    l.size = l.held.n;
    /* The batch's bytes stand for what its arena took. */
    size_t room = b->bytes.cap - b->bytes.n;
    b->bytes.n += l.size < room ? l.size : room;
    return add_leaf(g, b, &l, &name, e);
}

static step member(ingest *g, mm_batch *b, const unpack_member *m, mm_err *e)
{
    mm_type type;
    rows_format format;
    if (g->held.cap > WINDOW)
        mm_buf_free(&g->held);
    g->held.n = g->held_at = 0;
    int more = hold(g, LEAF_HEAD, e);
    if (more < 0)
        return lose_member(g, b, m->name, e);
    if (spell_member(g, m->name, e) < 0)
        return STEP_FAILED;
    content_kind c = tell(g, g->name.p, mm_buf_view(&g->held), more ? m->size : g->held.n, UINT32_MAX, &type, &format);
    if (c == CONTENT_RECORDS)
        return add_bad(g, b, &m->name, e, "holds records already (mmr); give it to the tool that is next");
    return c == CONTENT_ROWS ? begin_rows(g, format, read_unpacked, e) : member_leaf(g, b, m->name, type, e);
}

/* The name with the archives around it. */
static int set_path(ingest *g, mm_str name, mm_err *e)
{
    g->path.n = 0;
    mm_buf_str(&g->path, mm_buf_view(&g->inside));
    if (g->inside.n && name.n)
        mm_buf_byte(&g->path, '!');
    mm_buf_str(&g->path, name);
    mm_buf_byte(&g->path, 0);
    g->path.n -= !g->path.failed;
    return g->path.failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

/* What follows the archives. */
static const char *innermost(const char *path)
{
    const char *mark = strrchr(path, '!');
    return mark ? mark + 1 : path;
}

step step_archive(ingest *g, mm_batch *b, mm_err *e)
{
    unpack_member m;
    if (b->bytes.n >= BATCH_BYTES)
        return STEP_FULL;
    int got = unpack_next(g->unpack, &m, e);
    if (got == 0)
        return end_archive(g, e);
    if (got < 0) {
        mm_err why = *e;
        if (spell_member(g, mm_buf_view(&g->inside), e) < 0)
            return STEP_FAILED;
        end_archive(g, e);
        *e = why;
        if (e->code == MM_EBAD)
            mm_fail_at(e, "%s", g->name.p);
        return STEP_FAILED;
    }
    if (set_path(g, m.name, e) < 0)
        return STEP_FAILED;
    g->grouped = g->tar_grouped || m.shard;
    if (!g->grouped && group_end(g->group, b, e) < 0)
        return STEP_FAILED;
    if (m.name.n && !walk_wanted(&g->o->walk, innermost(g->path.p)))
        return STEP_ON;
    m.name = mm_buf_view(&g->path);
    return m.bad ? add_bad(g, b, &m.name, e, "%s", m.bad) : member(g, b, &m, e);
}
