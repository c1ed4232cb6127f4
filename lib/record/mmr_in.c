/* mmr_in.c - mmr frames out of a source. */
#include "record/mmr_in.h"

#include "record/batch.h"

#include <string.h>

/* Bytes without a frame that are reported as one bad record at most. */
#define DAMAGE_MAX ((size_t)1 << 20)

/* What became of looking at the bytes at some offset. */
enum step {
    STEP_TOOK,    /* they were used, the offset has moved on */
    STEP_MORE,    /* as many bytes as `need` says must be there */
    STEP_FRONT,   /* they must be the first of an empty batch */
    STEP_FULL,    /* they were used, and the batch can take no more */
    STEP_STOP,    /* m->damage says why */
    STEP_MEMORY,
};

/* Bytes being looked at, in the batch's buffer. */
typedef struct window {
    mm_batch *b;
    mm_source *s;
    size_t at;
    size_t need;
} window;

int mm_mmr_in_open(mm_mmr_in *m, const mm_read_opts *opts, mm_err *e)
{
    *m = (mm_mmr_in){ .opts = opts, .digest = XXH3_createState() };
    if (!m->digest)
        return mm_fail(e, MM_ESYS, "out of memory");
    XXH3_64bits_reset(m->digest);
    return 0;
}

void mm_mmr_in_close(mm_mmr_in *m)
{
    mm_buf_free(&m->carry);
    XXH3_freeState(m->digest);
    *m = (mm_mmr_in){ 0 };
}

void mm_mmr_in_jump(mm_mmr_in *m, uint64_t number, uint64_t in_stream)
{
    m->carry.n = 0;
    m->in_stream = m->begun = m->partial = true;
    m->ended = m->done = false;
    m->position = number;
    m->records = in_stream;
    m->damage.code = MM_OK;
}

/* ---- one frame ---- */

static const char *kind_name(char kind)
{
    return kind == MM_FRAME_RECORD ? "record" : kind == MM_FRAME_INDEX ? "index" : "end";
}

/* A header must be clean text that looks like an object, as a line must. One with a payload is
 * proved whole, since in NDJSON the payload will stand inside it. */
void mm_mmr_in_judge(mm_rec *r, mm_arena *a)
{
    mm_err e = { 0 };
    mm_str h = r->head;
    size_t at = 0;
    if (r->payload.p) {
        if (mm_json_check_record(h, &at, &e) < 0) {
            mm_rec_bad(r, a, "%s", e.text);
            r->bad_byte = (int64_t)at;
        }
        return;
    }
    at = mm_simd()->utf8_check(h.p, h.n);
    const char *nul = memchr(h.p, 0, at);
    if (nul)
        at = (size_t)(nul - h.p);
    if (at < h.n) {
        mm_rec_bad(r, a, nul ? "NUL byte" : "invalid UTF-8");
        r->bad_byte = (int64_t)at;
    } else if (h.n < 2 || h.p[0] != '{' || h.p[h.n - 1] != '}') {
        mm_rec_bad(r, a, "not a JSON object");
    }
}

void mm_mmr_in_parts(mm_rec *r, const char *p, const mm_frame *f)
{
    r->head = (mm_str){ p + MM_FRAME_HEAD, f->head_n };
    r->payload = (mm_str){ NULL, 0 };
    if (f->flags & MM_FRAME_HAS_PAYLOAD)
        r->payload = (mm_str){ p + MM_FRAME_HEAD + f->head_n, f->payload_n };
}

void mm_mmr_in_record(mm_rec *r, char *p, const mm_frame *f, bool checked, mm_arena *a)
{
    r->raw = (mm_str){ p, mm_frame_size(f) };
    r->raw_form = MM_FORM_MMR;
    mm_mmr_in_parts(r, p, f);
    if (!mm_frame_sound(p, f))
        mm_rec_bad(r, a, "damaged %s frame: its hash does not match", kind_name(f->kind));
    else if (f->kind != MM_FRAME_RECORD)
        mm_rec_bad(r, a, "no record frame");
    else if (f->flags & ~(uint32_t)MM_FRAME_HAS_PAYLOAD || (f->payload_n && !f->flags))
        mm_rec_bad(r, a, "frame flags %#x are not known", f->flags);
    else if (checked)
        mm_mmr_in_judge(r, a);
}

static size_t left(const window *w)
{
    return w->b->bytes.n - w->at;
}

static enum step need(window *w, size_t n)
{
    w->need = n;
    return STEP_MORE;
}

static void count_record(mm_mmr_in *m, const mm_frame *f)
{
    char hash[8];
    m->position++;
    m->records++;
    mm_put_u64(hash, f->hash);
    XXH3_64bits_update(m->digest, hash, sizeof hash);
}

/* Compare what came with what the end frame says. Records that were reported as damaged
 * need not be reported again. */
static enum step take_end(mm_mmr_in *m, const window *w, const char *payload)
{
    mm_frame_end end;
    mm_frame_end_read(payload, &end);
    m->in_stream = false;
    if (end.records != m->records)
        mm_fail(&m->damage, MM_EBAD, "%s: records are missing: the end frame counts %llu, here are %llu",
                w->s->name, (unsigned long long)end.records, (unsigned long long)m->records);
    else if (end.digest != XXH3_64bits_digest(m->digest) && !m->partial)
        mm_fail(&m->damage, MM_EBAD,
                "%s: these are not the records that were written: the end frame has another digest",
                w->s->name);
    return m->damage.code ? STEP_STOP : STEP_TOOK;
}

/* A frame that is there as a whole, and sound or followed by another. */
static enum step take_frame(mm_mmr_in *m, window *w, const mm_frame *f, bool sound)
{
    char *p = w->b->bytes.p + w->at;
    w->at += mm_frame_size(f);
    if (f->kind == MM_FRAME_RECORD)
        count_record(m, f);
    else if (sound)
        return f->kind == MM_FRAME_END ? take_end(m, w, p + MM_FRAME_HEAD) : STEP_TOOK;
    if (f->kind == MM_FRAME_END)
        m->in_stream = false;
    mm_rec *r = mm_batch_add(w->b);
    if (!r)
        return STEP_MEMORY;
    r->position = m->position;
    mm_mmr_in_record(r, p, f, !m->opts->lines_only, w->b->arena);
    m->partial |= r->verdict == MM_BAD;
    return STEP_TOOK;
}

/* ---- damage ---- */

/* A frame head this reader can use: lengths in line with the kind. */
static bool plausible(const char *p, mm_frame *f)
{
    if (!mm_frame_read(p, f))
        return false;
    if (f->kind == MM_FRAME_END)
        return f->head_n == 0 && f->payload_n == MM_END_PAYLOAD;
    return f->kind != MM_FRAME_INDEX || (f->head_n == 0 && f->payload_n <= MM_INDEX_PAYLOAD_MAX);
}

/* Does a frame or another stream begin at p, of which MM_FRAME_HEAD bytes are there? */
static bool begins(const char *p, bool *stream)
{
    mm_frame f;
    *stream = mm_stream_check(p, NULL) == 0;
    return *stream || plausible(p, &f);
}

/* The next place behind p where a frame or a stream begins, or NULL. */
static const char *next_begin(const char *p, const char *end, bool *stream)
{
    while (end - p > MM_FRAME_HEAD) {
        p = memchr(p + 1, MM_MMR_MAGIC[0], (size_t)(end - p) - MM_FRAME_HEAD);
        if (!p)
            break;
        if (begins(p, stream))
            return p;
    }
    return NULL;
}

/* No whole frame is here: give out the bytes up to the next one as a bad record. */
static enum step take_damage(mm_mmr_in *m, window *w)
{
    const char *p = w->b->bytes.p + w->at;
    size_t n = left(w);
    bool stream = false;
    const char *next = next_begin(p, p + n, &stream);
    if (!next && n < DAMAGE_MAX && !m->ended)
        return need(w, DAMAGE_MAX);
    if (next)
        n = (size_t)(next - p);
    else if (!m->ended)
        n -= MM_FRAME_HEAD;  /* its last bytes may be the start of a head */
    mm_rec *r = mm_batch_add(w->b);
    if (!r)
        return STEP_MEMORY;
    r->raw = r->head = (mm_str){ p, n };
    r->raw_form = MM_FORM_MMR;
    r->position = m->position;
    mm_rec_bad(r, w->b->arena, "damaged: no frame in %zu bytes", n);
    m->partial = true;
    m->in_stream = next ? !stream : m->in_stream;
    w->at += n;
    return STEP_TOOK;
}

/* A frame's hash does not match. When something begins right behind it, its length is right and
 * it is bad alone; else its length speaks of bytes that are not there. */
static enum step take_unsound(mm_mmr_in *m, window *w, const mm_frame *f)
{
    size_t size = mm_frame_size(f);
    bool stream;
    if (left(w) < size + MM_FRAME_HEAD && !m->ended)
        return need(w, size + MM_FRAME_HEAD);
    bool last = left(w) < size + MM_FRAME_HEAD;
    if (last || begins(w->b->bytes.p + w->at + size, &stream))
        return take_frame(m, w, f, false);
    if (f->kind == MM_FRAME_RECORD)
        count_record(m, f);
    return take_damage(m, w);
}

static void limit_reason(mm_mmr_in *m, mm_rec *r, const mm_frame *f, mm_arena *a)
{
    size_t limit = m->opts->max_record;
    bool mib = limit >= 1 << 20;
    mm_rec_bad(r, a, "record of %llu bytes is over the limit of %zu %s; raise --max-record",
               (unsigned long long)mm_frame_size(f), mib ? limit >> 20 : limit, mib ? "MiB" : "bytes");
}

/* Read and forget up to n bytes; how many could be read. */
static uint64_t skip(mm_mmr_in *m, window *w, uint64_t n)
{
    uint64_t skipped = 0;
    while (skipped < n && !m->ended) {
        size_t want = n - skipped < m->opts->batch ? n - skipped : m->opts->batch;
        char *to = mm_buf_room(&w->b->bytes, want);
        ssize_t got = to ? mm_source_read(w->s, to, want, &m->damage) : -1;
        m->ended = got <= 0;
        skipped += got > 0 ? (uint64_t)got : 0;
    }
    return skipped;
}

/* A frame over the limit: as many of its bytes as the limit allows are here, the rest is counted as it
 * goes by. */
static enum step take_long(mm_mmr_in *m, window *w, const mm_frame *f, size_t keep)
{
    mm_buf *bytes = &w->b->bytes;
    if (w->at > 0 || w->b->n > 0)
        return STEP_FRONT;
    if (left(w) < keep && !m->ended)
        return need(w, keep);
    uint64_t size = mm_frame_size(f), here = left(w) < size ? left(w) : size;
    mm_buf_put(&m->carry, bytes->p + here, bytes->n - here);
    bytes->n = here < keep ? here : keep;
    uint64_t cut = here - bytes->n;
    cut += skip(m, w, size - here);
    w->at = bytes->n;
    if (bytes->failed || m->carry.failed)
        return STEP_MEMORY;
    if (f->kind != MM_FRAME_RECORD)
        return STEP_FULL;
    count_record(m, f);
    mm_rec *r = mm_batch_add(w->b);
    if (!r)
        return STEP_MEMORY;
    r->raw = r->head = mm_buf_view(bytes);
    r->raw_form = MM_FORM_MMR;
    r->position = m->position;
    r->cut = cut;
    limit_reason(m, r, f, w->b->arena);
    m->partial = true;
    return STEP_FULL;
}

/* ---- the stream ---- */

static enum step take_stream_head(mm_mmr_in *m, window *w)
{
    if (left(w) < MM_STREAM_HEAD)
        return need(w, MM_STREAM_HEAD);
    if (mm_stream_check(w->b->bytes.p + w->at, &m->damage) < 0) {
        if (m->begun) {
            m->damage.code = MM_OK;
            return take_damage(m, w);
        }
        m->done = true;
        mm_fail_at(&m->damage, "%s", w->s->name);
        return STEP_STOP;
    }
    m->in_stream = m->begun = true;
    m->partial = false;
    m->records = 0;
    XXH3_64bits_reset(m->digest);
    w->at += MM_STREAM_HEAD;
    return STEP_TOOK;
}

static enum step take(mm_mmr_in *m, window *w)
{
    mm_frame f;
    if (!m->in_stream)
        return take_stream_head(m, w);
    if (left(w) < MM_FRAME_HEAD)
        return need(w, MM_FRAME_HEAD);
    char *p = w->b->bytes.p + w->at;
    if (!plausible(p, &f))
        return take_damage(m, w);
    size_t keep = m->opts->max_record < MM_FRAME_HEAD ? MM_FRAME_HEAD : m->opts->max_record;
    if (f.kind != MM_FRAME_INDEX && f.kind != MM_FRAME_END && f.head_n + f.payload_n > m->opts->max_record)
        return take_long(m, w, &f, keep);
    if (left(w) < mm_frame_size(&f))
        return need(w, mm_frame_size(&f));
    return mm_frame_sound(p, &f) ? take_frame(m, w, &f, true) : take_unsound(m, w, &f);
}

/* The source has ended and what is left makes no frame. */
static void finish(mm_mmr_in *m, const window *w)
{
    m->done = true;
    if (m->damage.code || (!m->in_stream && left(w) == 0))
        return;
    if (m->begun && !m->in_stream)
        mm_fail(&m->damage, MM_EBAD, "%s: %zu bytes behind the end frame are no mmr stream", w->s->name,
                left(w));
    else
        mm_fail(&m->damage, MM_EBAD,
                "%s: cut short after record %llu (no end frame); records behind it are lost", w->s->name,
                (unsigned long long)m->position);
}

/* Bring the bytes from w->at on to the front, and more behind them. -1: memory ran out. */
static int read_more(mm_mmr_in *m, window *w, bool more)
{
    mm_buf *bytes = &w->b->bytes;
    size_t n = left(w);
    if (w->at > 0)
        memmove(bytes->p, bytes->p + w->at, n);
    bytes->n = n;
    w->at = 0;
    if (!more)
        return 0;
    size_t want = w->need > m->opts->batch ? w->need : m->opts->batch;
    char *to = mm_buf_room(bytes, want - n);
    if (!to)
        return -1;
    ssize_t got = mm_source_read(w->s, to, want - n, &m->damage);
    m->ended = got <= 0;
    bytes->n += got > 0 ? (size_t)got : 0;
    return 0;
}

/* Take frames until the batch is full or its bytes are used up. -1: memory ran out. */
static int fill(mm_mmr_in *m, window *w)
{
    enum step step = STEP_TOOK;
    while (step == STEP_TOOK && w->b->n < MM_BATCH_RECORDS) {
        step = take(m, w);
        if (step == STEP_MEMORY)
            return -1;
        if (step == STEP_MORE && m->ended) {
            finish(m, w);
            return 0;
        }
        if ((step == STEP_MORE || step == STEP_FRONT) && w->b->n == 0) {
            if (read_more(m, w, step == STEP_MORE) < 0)
                return -1;
            step = STEP_TOOK;
        }
    }
    mm_buf_put(&m->carry, w->b->bytes.p + w->at, left(w));
    return m->carry.failed ? -1 : 0;
}

int mm_mmr_in_fill(mm_mmr_in *m, mm_source *s, mm_batch *b, mm_err *e)
{
    while (b->n == 0 && !m->done && !m->damage.code) {
        window w = { .b = b, .s = s };
        b->bytes.n = 0;
        mm_buf_put(&b->bytes, m->carry.p, m->carry.n);
        m->carry.n = 0;
        if (b->bytes.failed || fill(m, &w) < 0)
            return mm_fail(e, MM_ESYS, "out of memory");
    }
    if (b->n > 0)
        return 1;
    if (!m->damage.code)
        return 0;
    mm_fail(e, m->damage.code, "%s", m->damage.text);
    m->damage.code = MM_OK;
    return -1;
}
