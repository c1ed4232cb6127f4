/* shard.c - one shard file on its way. */
#include "shard.h"

#include "record/carry.h"
#include "record/frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void st_shard_name(const st_settings *s, uint64_t index, char *out, size_t room)
{
    static const char *const endings[] = { "tar", "mmr", "ndjson" };
    snprintf(out, room, "%s-%06llu.%s%s", s->prefix, (unsigned long long)index, endings[s->format],
             s->zstd ? ".zst" : "");
}

int st_shard_init(st_shard *s, const st_settings *settings, const st_folder *f, mm_err *e)
{
    *s = (st_shard){ .settings = settings, .folder = f, .fd = -1, .edits = mm_edits_new(),
                     .input = XXH3_createState() };
    return s->edits && s->input ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

void st_shard_free(st_shard *s)
{
    st_shard_drop(s);
    mm_edits_free(s->edits);
    XXH3_freeState(s->input);
    mm_buf_free(&s->head);
    mm_buf_free(&s->value);
    st_keys_free(&s->keys);
    free(s->left_out);
}

int st_shard_open(st_shard *s, uint64_t index, mm_err *e)
{
    const st_settings *o = s->settings;
    const mm_write_opts w = { .form = o->format == ST_MMR ? MM_FORM_MMR : MM_FORM_NDJSON, .zstd = o->zstd,
                              .seekable = true };
    st_shard_name(o, index, s->name, sizeof s->name);
    snprintf(s->shown, sizeof s->shown, "%s/%s", s->folder->path, s->name);
    s->size = o->format == ST_WDS ? ST_TAR_END : o->format == ST_MMR ? MM_STREAM_HEAD + 2 * MM_END_FRAME : 0;
    s->records = 0;
    s->n_left_out = 0;
    st_keys_clear(&s->keys);
    XXH3_128bits_reset(s->input);
    s->fd = st_part_open(s->folder, s->name, e);
    if (s->fd < 0)
        return -1;
    if (o->format != ST_WDS)
        return (s->writer = mm_writer_open(s->fd, s->shown, &w, e)) ? 0 : -1;
    if (mm_sink_open(&s->sink, s->fd, s->shown, &w, e) < 0)
        return -1;
    return (s->tar = st_tar_new(&s->sink, o->mtime, e)) ? 0 : -1;
}

void st_shard_rest(st_shard *s)
{
    mm_writer_free(s->writer);
    st_tar_free(s->tar);
    if (s->fd >= 0 && s->settings->format == ST_WDS)
        mm_sink_close(&s->sink);
    s->writer = NULL;
    s->tar = NULL;
}

void st_shard_drop(st_shard *s)
{
    if (s->fd < 0)
        return;
    st_shard_rest(s);
    st_part_drop(s->folder, s->fd, s->name);
    s->fd = -1;
}

/* ---- records ---------------------------------------------------------------- */

uint64_t st_shard_room(const st_shard *s, const mm_rec *r, const st_plan *x, const st_pieces *p)
{
    uint64_t size = 0, base64 = 0;
    for (size_t i = 0; i < x->n; i++) {
        uint64_t n = st_piece_size(p, x, i);
        size += s->settings->format == ST_WDS ? st_tar_room(n) : 0;
        base64 += x->piece[i].part >= 0 || s->settings->format == ST_NDJSON ? n / 3 * 4 + 16 : 0;
        if (s->settings->format == ST_MMR && x->piece[i].part < 0)
            size += n;
    }
    if (s->settings->format == ST_WDS)
        return size;
    if (s->settings->format == ST_MMR)
        return size + base64 + mm_frame_room(x->head.n, x->payload.n) + sizeof(uint64_t);
    return x->head.n + 1 + base64 + (r->payload.p ? r->payload.n / 3 * 4 + 32 : 0);
}

static int add_file(st_shard *s, const char *key, const st_plan *x, st_pieces *p, size_t i, bool held, mm_err *e)
{
    char name[ST_KEY_ROOM + 128];
    const st_piece *f = &x->piece[i];
    snprintf(name, sizeof name, "%s.%.*s", key, (int)f->ending.n, f->ending.p);
    if (st_tar_file(s->tar, name, st_piece_size(p, x, i), e) < 0)
        return -1;
    if (f->bytes.p)
        return st_tar_bytes(s->tar, f->bytes, !held, e);
    const char *bytes;
    ssize_t n;
    while ((n = st_piece_read(p, i, &bytes, e)) > 0)
        if (st_tar_bytes(s->tar, (mm_str){ bytes, (size_t)n }, false, e) < 0)
            return -1;
    return (int)n;
}

static int add_sample(st_shard *s, const char *key, const st_plan *x, st_pieces *p, mm_err *e)
{
    for (size_t i = 0; i < x->n; i++) {
        bool held = x->piece[i].ref.p != NULL;  /* perhaps in memory that the next record needs */
        if (add_file(s, key, x, p, i, held, e) < 0)
            return -1;
    }
    return 0;
}

/* Put the parts that lay behind refs into the header. */
static int inline_parts(st_shard *s, const st_plan *x, mm_str *head, mm_err *e)
{
    mm_edits_begin(s->edits, *head);
    for (size_t i = 0; i < x->n; i++) {
        if (x->piece[i].part < 0)
            continue;
        char at[48];
        snprintf(at, sizeof at, "mm.parts[%d].data", x->piece[i].part);
        mm_path *data = mm_path_new(mm_str_of(at), e);
        snprintf(at, sizeof at, "mm.parts[%d].ref", x->piece[i].part);
        mm_path *ref = mm_path_new(mm_str_of(at), e);
        s->value.n = 0;
        mm_put_base64(&s->value, x->piece[i].bytes);
        int rc = data && ref && mm_edits_remove(s->edits, ref, e) >= 0
            ? mm_edits_set(s->edits, data, mm_buf_view(&s->value), e) : -1;
        mm_path_free(data);
        mm_path_free(ref);
        if (rc < 0)
            return -1;
    }
    if (mm_edits_count(s->edits) == 0)
        return 0;
    s->head.n = 0;
    mm_edits_apply(s->edits, &s->head);
    *head = mm_buf_view(&s->head);
    return s->head.failed || s->value.failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

static int add_record(st_shard *s, const mm_rec *r, const st_plan *x, mm_err *e)
{
    bool as_it_is = x->n == 0 && x->head.p == r->head.p && x->head.n == r->head.n;
    if (as_it_is)
        return mm_writer_record(s->writer, r, e);
    mm_rec made = *r;
    made.head = x->head;
    made.changed |= MM_CHANGED_HEAD;
    if (s->settings->format == ST_MMR)
        made.payload = x->payload;
    for (size_t i = 0; i < x->n; i++)
        if (x->piece[i].part < 0)
            made.payload = x->piece[i].bytes;
    if (inline_parts(s, x, &made.head, e) < 0)
        return -1;
    return mm_writer_record(s->writer, &made, e);
}

int st_shard_add(st_shard *s, const mm_rec *r, st_plan *x, st_pieces *p, uint64_t number, mm_err *e)
{
    char key[ST_KEY_ROOM];
    if (st_keys_make(&s->keys, x->id, number, key, e) < 0)
        return -1;
    s->size += st_shard_room(s, r, x, p);
    if (s->settings->format == ST_WDS ? add_sample(s, key, x, p, e) < 0 : add_record(s, r, x, e) < 0)
        return -1;
    if (s->records++ == 0)
        memcpy(s->first, key, sizeof key);
    memcpy(s->last, key, sizeof key);
    XXH3_128bits_update(s->input, x->hash, sizeof x->hash);
    return 0;
}

int st_shard_leave_out(st_shard *s, uint64_t number, mm_err *e)
{
    if (s->n_left_out == s->left_out_room) {
        size_t room = s->left_out_room ? 2 * s->left_out_room : 16;
        uint64_t *more = realloc(s->left_out, room * sizeof *more);
        if (!more)
            return mm_fail(e, MM_ESYS, "out of memory");
        s->left_out = more;
        s->left_out_room = room;
    }
    s->left_out[s->n_left_out++] = number;
    return 0;
}

int st_shard_settle(st_shard *s, mm_err *e)
{
    return s->fd >= 0 && s->tar ? mm_sink_settle(&s->sink, e) : 0;
}

int st_shard_end(st_shard *s, mm_err *e)
{
    if (s->writer)
        return mm_writer_end(s->writer, e);
    return st_tar_end(s->tar, e) < 0 ? -1 : mm_sink_end(&s->sink, e);
}
