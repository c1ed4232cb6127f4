/* shingle.c - words folded and hashed as they go by, shingles by a rolling sum. */
#include "shingle.h"

#include <string.h>

#include "utf8.h"

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

/* ---- what a character is ---------------------------------------------------- */

enum { NOTHING = 0, BETWEEN = 1, ALONE = 2 };  /* not part of a text, between words, a word of its own; else in a word */

/* ASCII: 1 between words, else the character in lower case. */
static uint32_t fold_ascii(unsigned char c)
{
    if ((unsigned)(c - 'A') < 26)
        return c | 0x20u;
    return (unsigned)(c - 'a') < 26 || (unsigned)(c - '0') < 10 ? c : BETWEEN;
}

typedef struct range {
    uint32_t from, to;
} range;

static bool within(uint32_t c, const range *r, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (c >= r[i].from && c <= r[i].to)
            return true;
    return false;
}

#define WITHIN(c, ranges) within(c, ranges, sizeof ranges / sizeof *ranges)

/* White space, punctuation and symbols in the blocks of common scripts (UnicodeData.txt, Unicode 15). */
static const range between[] = {
    { 0x80, 0xa9 }, { 0xab, 0xac }, { 0xae, 0xb4 }, { 0xb6, 0xb9 }, { 0xbb, 0xbf }, { 0xd7, 0xd7 }, { 0xf7, 0xf7 },
    { 0x37e, 0x37e }, { 0x387, 0x387 }, { 0x589, 0x58a }, { 0x5be, 0x5be }, { 0x5c0, 0x5c0 }, { 0x5c3, 0x5c3 },
    { 0x5f3, 0x5f4 }, { 0x60c, 0x60d }, { 0x61b, 0x61b }, { 0x61d, 0x61f }, { 0x66a, 0x66d }, { 0x6d4, 0x6d4 },
    { 0x964, 0x965 }, { 0x970, 0x970 }, { 0xe3f, 0xe3f }, { 0xe4f, 0xe4f }, { 0xe5a, 0xe5b }, { 0xf04, 0xf14 },
    { 0x104a, 0x104f }, { 0x1361, 0x1368 }, { 0x1680, 0x1680 }, { 0x17d4, 0x17da }, { 0x2000, 0x200a },
    { 0x2010, 0x205f }, { 0x207a, 0x207e }, { 0x208a, 0x208e }, { 0x20a0, 0x20c0 }, { 0x2190, 0x2bff },
    { 0x3000, 0x3004 }, { 0x3008, 0x3020 }, { 0x3030, 0x3030 }, { 0x30fb, 0x30fb }, { 0xfe10, 0xfe19 },
    { 0xfe30, 0xfe6b }, { 0xff00, 0xff0f }, { 0xff1a, 0xff20 }, { 0xff3b, 0xff40 }, { 0xff5b, 0xff65 },
    { 0xffe0, 0xffff }, { 0x1f000, 0x1faff },
};

/* Marks without a width. */
static const range nothing[] = { { 0xad, 0xad }, { 0x200b, 0x200f }, { 0x2060, 0x2064 }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff } };

static const range alone[] = {
    { 0xe00, 0xeff }, { 0x1000, 0x109f }, { 0x1780, 0x17ff }, { 0x3005, 0x3007 }, { 0x3021, 0x30ff }, { 0x31f0, 0x31ff },
    { 0x3400, 0x4dbf }, { 0x4e00, 0x9fff }, { 0xf900, 0xfaff }, { 0xff66, 0xff9f }, { 0x20000, 0x3ffff },
};

/* Lower case of the letters whose two cases stand side by side in blocks of their own. */
static uint32_t fold_letter(uint32_t c)
{
    if ((c >= 0xc0 && c <= 0xde) || (c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f))
        return c + 0x20;
    return c >= 0x400 && c <= 0x40f ? c + 0x50 : c;
}

/* The class of a character beyond ASCII; *c becomes what it counts as. */
static int classify(uint32_t *c)
{
    if (WITHIN(*c, nothing))
        return NOTHING;
    if (WITHIN(*c, between))
        return BETWEEN;
    if (WITHIN(*c, alone))
        return ALONE;
    *c = fold_letter(*c);
    return -1;
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
    int class = classify(&c);
    if (class == NOTHING)
        return;
    if (class == BETWEEN || (class == ALONE && s->how.words))
        end_word(s);
    if (class != BETWEEN)
        in_word(s, c);
    if (class == ALONE && s->how.words)
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
            one_wide(s, utf8_at(p, end, &n));
            p += n;
            continue;
        }
        uint32_t c = fold_ascii(*p++);
        if (c == BETWEEN)
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
