/* ingest.c - one operand after the other, each told by its first bytes. */
#include "private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record/source.h"

ingest *ingest_new(const ingest_opts *o, mm_err *e)
{
    ingest *g = calloc(1, sizeof *g);
    if (!g) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    g->o = o;
    g->in = (input){ .fd = -1, .taken = &o->app->bytes_read, .stop = o->stop };
    bool ready = input_init(&g->in, e) == 0 && (g->walk = walk_new(&o->walk, e));
    ready = ready && (g->group = group_new(e));
    if (!ready) {
        ingest_free(g);
        return NULL;
    }
    return g;
}

void ingest_end(ingest *g)
{
    rows_close(g->rows);
    unpack_close(g->unpack);
    mm_cell_free(g->cell);
    g->rows = NULL;
    g->unpack = NULL;
    g->cell = NULL;
}

void ingest_free(ingest *g)
{
    if (!g)
        return;
    ingest_end(g);
    input_free(&g->in);
    walk_free(g->walk);
    tar_free(&g->tar);
    group_free(g->group);
    mm_buf_free(&g->held);
    mm_buf_free(&g->name);
    mm_buf_free(&g->inside);
    mm_buf_free(&g->path);
    free(g);
}

ingest_skipped ingest_left_out(const ingest *g)
{
    return (ingest_skipped){ walk_left_out(g->walk), g->left_out };
}

/* ---- telling ---- */

content_kind tell(const ingest *g, const char *name, mm_str head, uint64_t size, unsigned depth, mm_type *type,
             rows_format *format)
{
    if (head.n >= MM_MMR_MAGIC_LEN && memcmp(head.p, MM_MMR_MAGIC, MM_MMR_MAGIC_LEN) == 0)
        return *type = (mm_type){ "application/octet-stream", "binary" }, CONTENT_RECORDS;
    *type = mm_type_of(NULL, head, size);
    if (depth > 0 && g->grouped)
        return CONTENT_LEAF;
    if (depth < g->o->limits.depth && unpack_opens(type->mime))
        return strcmp(type->mime, "application/x-tar") == 0 ? CONTENT_TAR : CONTENT_ARCHIVE;
    *format = rows_tell(&g->o->rows, name, head, size);
    return *format == ROWS_NONE ? CONTENT_LEAF : CONTENT_ROWS;
}

/* ---- records ---- */

int spell_member(ingest *g, mm_str member, mm_err *e)
{
    g->name.n = 0;
    mm_buf_str(&g->name, mm_buf_view(&g->in.src));
    if (member.n) {
        mm_buf_byte(&g->name, '!');
        head_spell(&g->name, member);
    }
    mm_buf_byte(&g->name, 0);
    g->name.n -= !g->name.failed;
    return g->name.failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

static step no_memory(mm_err *e)
{
    return mm_fail(e, MM_ESYS, "out of memory"), STEP_FAILED;
}

/* A record whose source is g->name. */
static mm_rec *add(ingest *g, mm_batch *b, mm_str *src)
{
    *src = mm_arena_copy(b->arena, mm_buf_view(&g->name));
    mm_rec *r = src->p ? mm_batch_add(b) : NULL;
    if (r)
        r->source = src->p;
    return r;
}

static step full(const mm_batch *b)
{
    return b->n >= BATCH_RECORDS ? STEP_FULL : STEP_ON;
}

step add_leaf(ingest *g, mm_batch *b, const leaf *l, const mm_str *member, mm_err *e)
{
    mm_str src;
    if (member && member->n && g->grouped)
        return group_take(g->group, &g->in.src, *member, l, b, e) < 0 ? STEP_FAILED : full(b);
    if (spell_member(g, member ? *member : (mm_str){ 0 }, e) < 0)
        return STEP_FAILED;
    mm_rec *r = add(g, b, &src);
    leaf *kept = r ? mm_arena_alloc(b->arena, sizeof *kept) : NULL;
    if (!kept)
        return no_memory(e);
    *kept = *l;
    kept->x.kind = LEAF_KIND;
    kept->src = src;
    r->extra = kept;
    return full(b);
}

step add_bad(ingest *g, mm_batch *b, const mm_str *member, mm_err *e, const char *fmt, ...)
{
    char text[sizeof e->text];
    va_list args;
    mm_str src;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (member && member->n && g->grouped) {
        const leaf l = { .bad = mm_str_of(text) };
        return group_take(g->group, &g->in.src, *member, &l, b, e) < 0 ? STEP_FAILED : full(b);
    }
    if (spell_member(g, member ? *member : (mm_str){ 0 }, e) < 0)
        return STEP_FAILED;
    mm_rec *r = add(g, b, &src);
    if (!r)
        return no_memory(e);
    r->head = leaf_bare_head(b->arena, src);
    mm_rec_bad(r, b->arena, "%s", text);
    return full(b);
}

leaf_place place_at(const ingest *g, mm_arena *a, uint64_t offset)
{
    const input *in = &g->in;
    leaf_place p = { .st = in->st, .offset = offset };
    if (!in->regular || in->fd == 0)
        return p;
    p.path = mm_arena_copy(a, mm_str_of(in->path)).p;
    p.ref = mm_arena_copy(a, mm_buf_view(&in->ref));
    return p;
}

int gather(ingest *g, mm_arena *a, uint64_t size, mm_str *out, mm_err *e)
{
    uint64_t max = leaf_carry_max(&g->o->leaf);
    g->held.n = 0;
    while (g->held.n < size && g->held.n <= max) {
        uint64_t left = size - g->held.n;
        size_t want = left < ((uint64_t)1 << 20) ? (size_t)left : (size_t)1 << 20;
        char *p = mm_buf_room(&g->held, want);
        if (!p)
            return mm_fail(e, MM_ESYS, "out of memory");
        ssize_t got = input_read(&g->in, p, want, e);
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        g->held.n += (size_t)got;
    }
    if (g->held.n > max) {
        uint64_t rest = size == UINT64_MAX ? size : size - g->held.n;
        mm_buf_free(&g->held);
        return input_skip(&g->in, rest, e) < 0 ? -1 : 0;
    }
    *out = mm_arena_copy(a, mm_buf_view(&g->held));
    if (g->held.cap > SMALL)
        mm_buf_free(&g->held);
    return out->p ? 1 : mm_fail(e, MM_ESYS, "out of memory");
}

step fail_input(ingest *g, mm_err *e)
{
    if (e->code == MM_EBAD)
        mm_fail_at(e, "%.*s", (int)g->in.src.n, g->in.src.p);
    return STEP_FAILED;
}

/* ---- files ---- */

/* A whole input as one payload; `head` are its first bytes, in the batch. */
static step whole_leaf(ingest *g, mm_batch *b, mm_str head, bool ended, mm_type type, mm_err *e)
{
    leaf l = { .type = type, .place = place_at(g, b->arena, 0) };
    if (ended) {
        l.held = head;
        l.size = head.n;
        b->bytes.n += head.n;
        if (g->in.regular && g->in.fd != 0 && head.n != (uint64_t)g->in.st.st_size)
            return add_bad(g, b, NULL, e, "the file changed while it was read");
    } else if (l.place.path) {
        l.size = (uint64_t)g->in.st.st_size;
        if (input_skip(&g->in, l.size, e) < 0)
            return fail_input(g, e);
    } else {
        if (input_unread(&g->in, head, e) < 0)
            return STEP_FAILED;
        int got = gather(g, b->arena, UINT64_MAX, &l.held, e);
        if (got < 0)
            return fail_input(g, e);
        if (got == 0)
            return add_bad(g, b, NULL, e, "longer than a record may be and not in a plain file; raise --max-record, or "
                           "give it as a file");
        l.size = l.held.n;
    }
    return add_leaf(g, b, &l, NULL, e);
}

/* Tell an input that was opened by its first bytes, and begin with it. */
static step begin(ingest *g, mm_batch *b, mm_err *e)
{
    mm_type type;
    rows_format format;
    char *p = b->bytes.p + b->bytes.n;
    uint64_t size = g->in.regular && g->in.fd != 0 ? (uint64_t)g->in.st.st_size : UINT64_MAX;
    ssize_t n = input_read_full(&g->in, p, LEAF_HEAD, e);
    if (n < 0 && e->code != MM_EBAD)
        return STEP_FAILED;
    if (n < 0) {
        mm_err why = *e;
        *e = (mm_err){ 0 };
        return add_bad(g, b, NULL, e, "%s", why.text);
    }
    if (n == 0 && g->in.fd == STDIN_FILENO)
        return STEP_ON;   /* nothing came: no file, as an empty one that is named is */
    bool ended = (size_t)n < LEAF_HEAD || (uint64_t)n == size;
    mm_str head = { p, (size_t)n };
    content_kind c = tell(g, g->in.path, head, ended ? (uint64_t)n : size, 0, &type, &format);
    if (c == CONTENT_LEAF)
        return whole_leaf(g, b, head, ended, type, e);
    if (c == CONTENT_RECORDS)
        return add_bad(g, b, NULL, e, "holds records already (mmr); give it to the tool that is next");
    if (input_unread(&g->in, head, e) < 0)
        return STEP_FAILED;
    g->left = UINT64_MAX;
    g->grouped = g->tar_grouped = false;
    if (c == CONTENT_ARCHIVE)
        return begin_archive(g, UINT64_MAX, 0, false, e);
    if (c == CONTENT_ROWS)
        return spell_member(g, (mm_str){ 0 }, e) < 0 ? STEP_FAILED : begin_rows(g, format, read_left, e);
    g->grouped = g->tar_grouped = g->o->group == GROUP_ALWAYS || (g->o->group == GROUP_AUTO && is_shard(g));
    g->in_tar = true;
    g->tar_closed = g->tar_lost = false;
    return STEP_ON;
}

static step step_file(ingest *g, mm_batch *b, mm_err *e)
{
    const char *path;
    if (b->bytes.n >= BATCH_BYTES)
        return STEP_FULL;
    input_close(&g->in);
    int got = walk_next(g->walk, &path, e);
    if (got <= 0)
        return got < 0 ? STEP_FAILED : STEP_END;
    if (g->o->shards && g->files++ % g->o->shards != g->o->shard)
        return STEP_ON;
    if (input_open(&g->in, path, e) < 0) {
        if (e->code != MM_EBAD)
            return STEP_FAILED;
        mm_err why = *e;
        *e = (mm_err){ 0 };
        return add_bad(g, b, NULL, e, "%s", why.text);
    }
    return begin(g, b, e);
}

/* The end of a shard ends its last group. */
static step next_step(ingest *g, mm_batch *b, mm_err *e)
{
    if (g->rows)
        return step_rows(g, b, e);
    if (g->unpack)
        return step_archive(g, b, e);
    if ((!g->in_tar || !g->tar_grouped) && group_end(g->group, b, e) < 0)
        return STEP_FAILED;
    if (g->in_tar)
        return step_tar(g, b, e);
    return step_file(g, b, e);
}

int ingest_next(ingest *g, mm_batch *b, mm_err *e)
{
    b->bytes.n = 0;
    if (!mm_buf_room(&b->bytes, WINDOW))
        return mm_fail(e, MM_ESYS, "out of memory");
    step s = STEP_ON;
    while (s == STEP_ON)
        s = next_step(g, b, e);
    if (s == STEP_FAILED)
        return -1;
    return s == STEP_FULL || b->n > 0;
}
