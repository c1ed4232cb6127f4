/* mmr_out.c - mmr frames into a sink. */
#include "record/mmr_out.h"

#include <endian.h>
#include <stdlib.h>

#define SHORT_FRAME 2048
#define INDEX_WORDS (3 + MM_INDEX_EVERY)

int mm_mmr_out_open(mm_mmr_out *m, mm_err *e)
{
    *m = (mm_mmr_out){ .index = malloc(INDEX_WORDS * sizeof(uint64_t)), .digest = XXH3_createState() };
    if (!m->index || !m->digest) {
        mm_mmr_out_close(m);
        return mm_fail(e, MM_ESYS, "out of memory");
    }
    XXH3_64bits_reset(m->digest);
    return 0;
}

void mm_mmr_out_close(mm_mmr_out *m)
{
    free(m->index);
    XXH3_freeState(m->digest);
    *m = (mm_mmr_out){ 0 };
}

/* A short frame is cheaper built in one piece than gathered from four. */
static int put_short_frame(mm_sink *s, mm_frame *f, mm_str head, mm_str payload, mm_err *e)
{
    char frame[SHORT_FRAME];
    mm_frame_build(frame, f, head, payload);
    return mm_sink_put(s, (mm_str){ frame, mm_frame_size(f) }, false, e);
}

static int put_long_frame(mm_sink *s, mm_frame *f, mm_str head, mm_str payload, bool stays, mm_err *e)
{
    char start[MM_FRAME_HEAD];
    static const char zeroes[8];
    mm_frame_make(start, f, head, payload);
    mm_str padding = { zeroes, mm_frame_padding(head.n, payload.n) };
    if (mm_sink_put(s, (mm_str){ start, sizeof start }, false, e) < 0 || mm_sink_put(s, head, stays, e) < 0)
        return -1;
    return mm_sink_put(s, payload, stays, e) < 0 ? -1 : mm_sink_put(s, padding, false, e);
}

static int put_frame(mm_mmr_out *m, mm_sink *s, mm_frame *f, mm_str head, mm_str payload, bool stays,
                     mm_err *e)
{
    size_t size = mm_frame_room(head.n, payload.n);
    m->offset += size;
    return size <= SHORT_FRAME ? put_short_frame(s, f, head, payload, e)
                               : put_long_frame(s, f, head, payload, stays, e);
}

static int put_index(mm_mmr_out *m, mm_sink *s, mm_err *e)
{
    mm_frame f = { .kind = MM_FRAME_INDEX };
    uint64_t at = m->offset;
    m->index[0] = htole64(m->last_index);
    m->index[1] = htole64(m->records - m->index_n);
    m->index[2] = htole64(m->index_n);
    mm_str payload = { (const char *)m->index, (3 + m->index_n) * sizeof(uint64_t) };
    m->index_n = 0;
    m->last_index = at;
    return put_frame(m, s, &f, (mm_str){ NULL, 0 }, payload, false, e);
}

bool mm_mmr_out_due(const mm_mmr_out *m)
{
    return m->offset == 0 || m->index_n == MM_INDEX_EVERY;
}

int mm_mmr_out_ready(mm_mmr_out *m, mm_sink *s, mm_err *e)
{
    char head[MM_STREAM_HEAD];
    if (m->index_n == MM_INDEX_EVERY)
        return put_index(m, s, e);
    if (m->offset > 0)
        return 0;
    mm_stream_head(head);
    m->offset = sizeof head;
    return mm_sink_put(s, (mm_str){ head, sizeof head }, false, e);
}

/* Account for the record frame that begins at m->offset. */
static void account(mm_mmr_out *m, uint64_t at, uint64_t hash)
{
    char bytes[8];
    mm_put_u64(bytes, hash);
    XXH3_64bits_update(m->digest, bytes, sizeof bytes);
    m->index[3 + m->index_n++] = htole64(at);
    m->records++;
}

void mm_mmr_out_raw(mm_mmr_out *m, mm_str frame)
{
    account(m, m->offset, mm_get_u64(frame.p + MM_FRAME_HEAD - 8));
    m->offset += frame.n;
}

int mm_mmr_out_record(mm_mmr_out *m, mm_sink *s, mm_str head, mm_str payload, bool stays, mm_err *e)
{
    if (head.n > UINT32_MAX)
        return mm_fail(e, MM_EBAD, "%s: a header of %zu bytes does not fit into mmr", s->name, head.n);
    mm_frame f = { .kind = MM_FRAME_RECORD, .flags = payload.p ? MM_FRAME_HAS_PAYLOAD : 0 };
    uint64_t at = m->offset;
    if (put_frame(m, s, &f, head, payload, stays, e) < 0)
        return -1;
    account(m, at, f.hash);
    return 0;
}

int mm_mmr_out_end(mm_mmr_out *m, mm_sink *s, mm_err *e)
{
    char payload[MM_END_PAYLOAD];
    mm_frame f = { .kind = MM_FRAME_END };
    if (m->offset == 0 && mm_mmr_out_ready(m, s, e) < 0)
        return -1;
    if (m->index_n > 0 && put_index(m, s, e) < 0)
        return -1;
    mm_put_u64(payload, m->records);
    mm_put_u64(payload + 8, XXH3_64bits_digest(m->digest));
    mm_put_u64(payload + 16, m->last_index);
    mm_put_u64(payload + 24, m->offset);
    return put_frame(m, s, &f, (mm_str){ NULL, 0 }, (mm_str){ payload, sizeof payload }, false, e);
}
