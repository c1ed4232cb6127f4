/* index.c - from a record's number to its place. Streams are found from the end of the file
 * backwards, index frames from a stream's end likewise. */
#include "record/index.h"

#include "record/frame.h"

#include <stdlib.h>
#include <string.h>

/* One stream of the file. */
typedef struct stream {
    uint64_t start;    /* offset of its stream head */
    mm_frame_end end;
} stream;

static int no_index(mm_err *e)
{
    return mm_fail(e, MM_EBAD,
                   "it has no sound index; it may be cut short or damaged: read it from its start");
}

/* Read the frame at offset and prove it; its payload is then at buf->p + MM_FRAME_HEAD. */
static int read_frame(mm_random *file, uint64_t offset, char kind, mm_buf *buf, mm_frame *f, mm_err *e)
{
    buf->n = 0;
    char *p = mm_buf_room(buf, MM_FRAME_HEAD);
    if (!p)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (mm_random_read(file, offset, p, MM_FRAME_HEAD, e) < 0)
        return -1;
    if (!mm_frame_read(p, f) || f->kind != kind || f->head_n || f->payload_n > MM_INDEX_PAYLOAD_MAX)
        return no_index(e);
    p = mm_buf_room(buf, mm_frame_size(f));
    if (!p)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (mm_random_read(file, offset, p, mm_frame_size(f), e) < 0)
        return -1;
    return mm_frame_sound(p, f) ? 0 : no_index(e);
}

/* The stream that ends where `limit` says. */
static int read_stream(mm_random *file, uint64_t limit, mm_buf *buf, stream *s, mm_err *e)
{
    mm_frame f;
    char head[MM_STREAM_HEAD];
    if (limit < MM_STREAM_HEAD + MM_END_FRAME)
        return no_index(e);
    uint64_t at = limit - MM_END_FRAME;
    if (read_frame(file, at, MM_FRAME_END, buf, &f, e) < 0)
        return -1;
    if (f.payload_n != MM_END_PAYLOAD)
        return no_index(e);
    mm_frame_end_read(buf->p + MM_FRAME_HEAD, &s->end);
    if (s->end.offset > at || s->end.offset < MM_STREAM_HEAD || s->end.index >= s->end.offset)
        return no_index(e);
    s->start = at - s->end.offset;
    if (mm_random_read(file, s->start, head, sizeof head, e) < 0)
        return -1;
    return mm_stream_check(head, NULL) < 0 ? no_index(e) : 0;
}

/* All streams of the file, the last one first. The caller frees out->p. */
static int read_streams(mm_random *file, mm_buf *buf, mm_buf *out, mm_err *e)
{
    for (uint64_t limit = mm_random_size(file); limit > 0;) {
        stream s;
        if (read_stream(file, limit, buf, &s, e) < 0)
            return -1;
        mm_buf_put(out, &s, sizeof s);
        if (out->failed)
            return mm_fail(e, MM_ESYS, "out of memory");
        limit = s.start;
    }
    return out->n ? 0 : no_index(e);
}

/* Walk a stream's index frames from the last to the one that speaks of the record. */
static int find_in_stream(mm_random *file, const stream *s, uint64_t number, mm_buf *buf, uint64_t *offset,
                          mm_err *e)
{
    uint64_t behind = s->end.records;
    for (uint64_t at = s->end.index; at > 0;) {
        mm_frame f;
        if (read_frame(file, s->start + at, MM_FRAME_INDEX, buf, &f, e) < 0)
            return -1;
        if (f.payload_n < 32)
            return no_index(e);
        const char *p = buf->p + MM_FRAME_HEAD;
        uint64_t before = mm_get_u64(p), first = mm_get_u64(p + 8), count = (f.payload_n - 24) / 8;
        if (before >= at || mm_get_u64(p + 16) != count || first > behind || behind - first != count)
            return no_index(e);
        if (number >= first) {
            uint64_t frame = mm_get_u64(p + 24 + 8 * (number - first));
            *offset = s->start + frame;
            return frame < s->end.offset ? 0 : no_index(e);
        }
        behind = first;
        at = before;
    }
    return no_index(e);
}

static int find(mm_random *file, mm_buf *buf, const stream *v, size_t n, uint64_t number,
                mm_record_place *out, mm_err *e)
{
    uint64_t before = 0;
    for (size_t i = n; i-- > 0; before += v[i].end.records) {
        out->in_stream = number - before;
        if (out->in_stream < v[i].end.records)
            return find_in_stream(file, &v[i], out->in_stream, buf, &out->offset, e);
        if (i == 0 && out->in_stream == v[i].end.records) {
            out->offset = v[i].start + v[i].end.offset;
            return 0;
        }
    }
    return mm_fail(e, MM_EBAD, "it holds %llu records, and so no number %llu", (unsigned long long)before,
                   (unsigned long long)number);
}

int mm_index_find(mm_random *file, uint64_t number, mm_record_place *out, mm_err *e)
{
    mm_buf buf = { 0 }, streams = { 0 };
    int ok = read_streams(file, &buf, &streams, e);
    if (ok == 0)
        ok = find(file, &buf, (const stream *)streams.p, streams.n / sizeof(stream), number, out, e);
    mm_buf_free(&buf);
    mm_buf_free(&streams);
    return ok;
}
