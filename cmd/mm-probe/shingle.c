/* shingle.c - words folded and hashed as they go by, shingles by a rolling sum. */
#include "shingle.h"

#include <string.h>

#include "text/fold.h"
#include "text/utf8.h"

#define FNV_START UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)
#define ROLL UINT64_C(0x9e3779b97f4a7c15)

int shingling_parse(mm_str text, shingling *out, mm_err *e)
{
    bool words = mm_str_starts(text, MM_STR("word:"));
    int64_t n;
    if ((!words && !mm_str_starts(text, MM_STR("char:"))) ||
        mm_json_int((mm_str){ text.p + 5, text.n - 5 }, &n) < 0 || n < 1 || n > SHINGLE_MAX)
        return mm_fail(e, MM_EUSAGE, "--dup-shingle %.*s: give word:N or char:N, N from 1 to %d", (int)text.n, text.p,
                       SHINGLE_MAX);
    *out = (shingling){ words, (unsigned)n };
    return 0;
}

/* ---- items and shingles ----------------------------------------------------- */

static uint32_t finish(uint64_t h)
{
    h ^= h >> 33;
    h *= UINT64_C(0xff51afd7ed558ccd);
    h ^= h >> 33;
    h *= UINT64_C(0xc4ceb9fe1a85ec53);
    h ^= h >> 33;
    return (uint32_t)(h >> 32);
}

static void give(shingler *s)
{
    s->sink.take(s->sink.ctx, s->batch, s->n_batch);
    s->n_batch = 0;
}

static void add_shingle(shingler *s)
{
    s->batch[s->n_batch++] = finish(s->sum);
    if (s->n_batch == SHINGLE_BATCH)
        give(s);
}

static void add_item(shingler *s, uint64_t h)
{
    s->sum = s->sum * ROLL + h - s->ring[s->at] * s->leaving;
    s->ring[s->at] = h;
    s->at = s->at + 1 == s->how.n ? 0 : s->at + 1;
    if (++s->items >= s->how.n)
        add_shingle(s);
}

static void add_char(shingler *s, uint32_t c)
{
    add_item(s, (FNV_START ^ c) * FNV_PRIME);
}

static void end_word(shingler *s)
{
    if (s->in_word && s->how.words)
        add_item(s, s->item);
    s->in_word = false;
}

static void in_word(shingler *s, uint32_t c)
{
    if (!s->how.words) {
        if (!s->in_word && s->items)
            add_char(s, ' ');
        add_char(s, c);
        s->in_word = true;
        return;
    }
    if (!s->in_word)
        s->item = FNV_START;
    s->in_word = true;
    s->item = (s->item ^ c) * FNV_PRIME;
}

static void one_wide(shingler *s, uint32_t c)
{
    mm_fold_class class = mm_fold_wide(&c);
    if (class == MM_FOLD_NOTHING)
        return;
    if (class == MM_FOLD_BETWEEN || (class == MM_FOLD_ALONE && s->how.words))
        end_word(s);
    if (class != MM_FOLD_BETWEEN)
        in_word(s, c);
    if (class == MM_FOLD_ALONE && s->how.words)
        end_word(s);
}

void shingle_begin(shingler *s, const shingling *how, shingle_sink sink)
{
    memset(s, 0, offsetof(shingler, batch));
    s->how = *how;
    s->sink = sink;
    s->n_batch = 0;
    s->leaving = 1;
    for (unsigned i = 0; i < how->n; i++)
        s->leaving *= ROLL;
}

void shingle_piece(shingler *s, mm_str piece)
{
    const unsigned char *p = (const unsigned char *)piece.p, *end = p + piece.n;
    while (p < end) {
        unsigned n = 1;
        if (*p >= 0x80) {
            one_wide(s, mm_utf8_at(p, end, &n));
            p += n;
            continue;
        }
        uint32_t c = mm_fold_ascii(*p++);
        if (c == MM_FOLD_BETWEEN)
            end_word(s);
        else
            in_word(s, c);
    }
}

uint64_t shingle_end(shingler *s)
{
    end_word(s);
    if (s->items && s->items < s->how.n)
        add_shingle(s);
    if (s->n_batch)
        give(s);
    return s->items;
}
