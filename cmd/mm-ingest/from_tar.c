/* from_tar.c - members of a tar that is not compressed: read where they lie, so that refs can name the place. */
#include <string.h>

#include "private.h"

/* Bytes that were read into the batch and not yet used begin at `at`. */
typedef struct window {
    ingest *g;
    mm_batch *b;
    size_t at;
} window;

static size_t unused(const window *w)
{
    return w->b->bytes.n - w->at;
}

/* Where in the input the window stands. */
static uint64_t offset_of(const window *w)
{
    return w->g->in.pos - (w->g->in.ahead.n - w->g->in.ahead_at) - unused(w);
}

/* Have n bytes in the window, which has room for them: 1, 0 when the input ends before, -1. */
static int need(window *w, size_t n, mm_err *e)
{
    mm_buf *bytes = &w->b->bytes;
    size_t end = w->at + n > BATCH_BYTES ? w->at + n : BATCH_BYTES;
    while (unused(w) < n) {
        ssize_t got = input_read(&w->g->in, bytes->p + bytes->n, end - bytes->n, e);
        if (got <= 0)
            return (int)got;
        bytes->n += (size_t)got;
    }
    return 1;
}

/* Give back what was read and not used, so that others may read on from there. */
static int give_back(window *w, mm_err *e)
{
    mm_str rest = { w->b->bytes.p + w->at, unused(w) };
    w->b->bytes.n = w->at;
    return rest.n ? input_unread(&w->g->in, rest, e) : 0;
}

/* Pass over n bytes: 1, 0 when the input ends before, -1. */
static int pass(window *w, uint64_t n, mm_err *e)
{
    if (n <= unused(w)) {
        w->at += (size_t)n;
        return 1;
    }
    n -= unused(w);
    w->at = w->b->bytes.n;
    int64_t got = input_skip(&w->g->in, n, e);
    return got < 0 ? -1 : (uint64_t)got == n;
}

static uint64_t padding(uint64_t size)
{
    return -size & (TAR_BLOCK - 1);
}

/* ---- ends ---- */

static step cut_short(window *w, mm_str name, mm_err *e)
{
    w->g->in_tar = false;
    if (name.n)
        mm_fail(e, MM_EBAD, "cut short inside %.*s, after %llu bytes of the archive", (int)name.n, name.p,
                (unsigned long long)w->g->in.pos);
    else
        mm_fail(e, MM_EBAD, "cut short after %llu bytes: the tar archive has no end", (unsigned long long)w->g->in.pos);
    return fail_input(w->g, e);
}

static step input_ended(window *w, mm_err *e)
{
    w->g->in_tar = false;
    return w->g->tar_closed && unused(w) == 0 ? STEP_ON : cut_short(w, (mm_str){ 0 }, e);
}

static step broken(window *w, mm_err *e)
{
    w->g->in_tar = false;
    return fail_input(w->g, e);
}

/* Members behind damage are found by their headers' sums; the damage is told once. */
static step look_for_header(window *w, mm_err *e)
{
    ingest *g = w->g;
    uint64_t at = offset_of(w);
    bool told = g->tar_lost;
    g->tar_lost = true;
    w->at += TAR_BLOCK;
    if (told)
        return STEP_ON;
    mm_fail_at(e, "damaged at byte %llu", (unsigned long long)at);
    return fail_input(g, e);
}

/* ---- members ---- */

static step extension(window *w, const tar_member *m, mm_err *e)
{
    uint64_t whole = m->size + padding(m->size);
    int got = need(w, (size_t)whole, e);
    if (got < 0)
        return broken(w, e);
    if (got == 0)
        return cut_short(w, (mm_str){ 0 }, e);
    mm_str content = { w->b->bytes.p + w->at, (size_t)m->size };
    w->at += (size_t)whole;
    return tar_extend(&w->g->tar, content, e) < 0 ? fail_input(w->g, e) : STEP_ON;
}

/* Content that is read by others: rows and archives. */
static step hand_on(window *w, const tar_member *m, content_kind c, rows_format format, mm_err *e)
{
    ingest *g = w->g;
    if (give_back(w, e) < 0 || spell_member(g, m->name, e) < 0)
        return STEP_FAILED;
    if (c == CONTENT_ROWS) {
        g->left = m->size;
        g->padding = padding(m->size);
        return begin_rows(g, format, read_left, e);
    }
    g->padding = padding(m->size);
    g->inside.n = 0;
    mm_buf_str(&g->inside, m->name);
    return g->inside.failed ? STEP_FAILED : begin_archive(g, m->size, 1, false, e);
}

static step pass_member(window *w, const tar_member *m, mm_err *e)
{
    int got = pass(w, m->size + padding(m->size), e);
    return got < 0 ? broken(w, e) : got == 0 ? cut_short(w, m->name, e) : STEP_ON;
}

/* A payload that is not in the window as a whole. */
static step long_leaf(window *w, const tar_member *m, leaf *l, mm_err *e)
{
    ingest *g = w->g;
    if (l->place.path) {
        if (l->place.offset + m->size > (uint64_t)g->in.st.st_size)
            return cut_short(w, m->name, e);
        step s = add_leaf(g, w->b, l, &m->name, e);
        step passed = s == STEP_FAILED ? s : pass_member(w, m, e);
        return passed == STEP_FAILED ? passed : s;
    }
    if (give_back(w, e) < 0)
        return STEP_FAILED;
    int got = gather(g, w->b->arena, m->size, &l->held, e);
    w->at = w->b->bytes.n;
    if (got < 0)
        return broken(w, e);
    step s = got == 0 ? add_bad(g, w->b, &m->name, e, "a payload of %llu bytes does not fit into a record of %zu; raise "
                                "--max-record, or give the archive as a file, so that it can go by ref",
                                (unsigned long long)m->size, g->o->leaf.max_record)
           : l->held.n < m->size ? cut_short(w, m->name, e) : add_leaf(g, w->b, l, &m->name, e);
    if (s == STEP_FAILED || !g->in_tar)
        return s;
    got = pass(w, padding(m->size), e);
    return got < 0 ? broken(w, e) : got == 0 ? cut_short(w, m->name, e) : STEP_FULL;
}

static step file(window *w, const tar_member *m, mm_err *e)
{
    ingest *g = w->g;
    mm_type type;
    rows_format format;
    if (!walk_wanted(&g->o->walk, m->name.p))
        return pass_member(w, m, e);
    bool small = m->size <= SMALL;
    size_t look = small ? (size_t)m->size : LEAF_HEAD;
    int got = need(w, look, e);
    if (got < 0)
        return broken(w, e);
    if (got == 0)
        return cut_short(w, m->name, e);
    mm_str head = { w->b->bytes.p + w->at, look };
    mm_str start = { head.p, look < LEAF_HEAD ? look : LEAF_HEAD };
    content_kind c = tell(g, m->name.p, start, m->size, 1, &type, &format);
    if (c == CONTENT_RECORDS) {
        step s = add_bad(g, w->b, &m->name, e, "holds records already (mmr); give it to the tool that is next");
        return s == STEP_FAILED ? s : pass_member(w, m, e);
    }
    if (c != CONTENT_LEAF)
        return hand_on(w, m, c, format, e);
    leaf l = { .size = m->size, .type = type, .place = place_at(g, w->b->arena, offset_of(w)) };
    if (!small)
        return long_leaf(w, m, &l, e);
    l.held = head;
    step s = add_leaf(g, w->b, &l, &m->name, e);
    step passed = s == STEP_FAILED ? s : pass_member(w, m, e);
    return passed == STEP_FAILED ? passed : s;
}

/* Behind the header of an old GNU sparse file blocks may follow that say more of its holes; the last but eight bytes
 * of each tell whether there is another. */
static int pass_sparse_map(window *w, mm_err *e)
{
    int got = 1;
    while (got > 0 && w->g->tar.extended && (got = need(w, TAR_BLOCK, e)) > 0) {
        w->g->tar.extended = w->b->bytes.p[w->at + TAR_BLOCK - 8] != 0 && w->at < BATCH_BYTES;
        w->at += TAR_BLOCK;
    }
    return got;
}

/* libarchive fills the holes, where it can be given the member in a file. */
static step sparse(window *w, const tar_member *m, mm_err *e)
{
    ingest *g = w->g;
    bool wanted = walk_wanted(&g->o->walk, m->name.p);
    int got = pass_sparse_map(w, e);
    if (got <= 0)
        return got < 0 ? broken(w, e) : cut_short(w, m->name, e);
    uint64_t end = offset_of(w) + m->size + padding(m->size);
    if (!wanted)
        return pass_member(w, m, e);
    if (g->in.regular && g->o->limits.depth > 0) {
        if (give_back(w, e) < 0)
            return STEP_FAILED;
        g->in.pos = g->member_at;
        g->padding = 0;
        return begin_archive(g, end - g->member_at, 0, true, e);
    }
    step s = add_bad(g, w->b, &m->name, e, "a sparse file; give the archive as a file, so that its holes can be filled");
    step passed = s == STEP_FAILED ? s : pass_member(w, m, e);
    return passed == STEP_FAILED ? passed : s;
}

static step member(window *w, tar_kind kind, const tar_member *m, mm_err *e)
{
    ingest *g = w->g;
    switch (kind) {
    case TAR_FILE:
        return file(w, m, e);
    case TAR_EXTENSION:
        return extension(w, m, e);
    case TAR_LINK: case TAR_SPECIAL:
        g->left_out++;
        break;
    case TAR_SPARSE:
        return sparse(w, m, e);
    default:
        break;
    }
    return pass_member(w, m, e);
}

/* One header and what belongs to it. Room for it in the window is made sure of before it is read, since
 * reading it changes what is known of the member to come. */
static step one(window *w, mm_err *e)
{
    ingest *g = w->g;
    tar_member m;
    if (w->at >= BATCH_BYTES)
        return STEP_FULL;
    int got = need(w, TAR_BLOCK, e);
    if (got < 0)
        return broken(w, e);
    if (got == 0)
        return input_ended(w, e);
    if (!g->tar.due)
        g->member_at = offset_of(w);
    tar_kind kind = tar_head(&g->tar, w->b->bytes.p + w->at, &m, e);
    if (kind == TAR_BAD)
        return look_for_header(w, e);
    g->tar_lost = false;
    g->tar_closed = kind == TAR_ZERO;
    w->at += TAR_BLOCK;
    return kind == TAR_ZERO ? STEP_ON : member(w, kind, &m, e);
}

step step_tar(ingest *g, mm_batch *b, mm_err *e)
{
    window w = { g, b, b->bytes.n };
    step s;
    mm_err late = { 0 };
    do
        s = one(&w, e);
    while (s == STEP_ON && g->in_tar && !g->rows && !g->unpack);
    if (give_back(&w, s == STEP_FAILED ? &late : e) < 0)
        return STEP_FAILED;
    return s;
}
