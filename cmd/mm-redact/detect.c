/* detect.c - from hints to findings over one text, and how findings that overlap are settled. */
#include "detect.h"
#include "idle.h"
#include "gazetteer.h"
#include "ids.h"
#include "normal.h"
#include "numbers.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE = 4096, BEFORE = 64, BEHIND = 24 };  /* bytes scanned at a time; of context */

void found(findings *f, size_t from, size_t to, const char *rule, int score)
{
    found_by(f, f->by, from, to, rule, score);
}

void found_by(findings *f, const detector *by, size_t from, size_t to, const char *rule, int score)
{
    if (!detector_in(f->on, by))
        return;
    if (f->n == f->room) {
        size_t room = f->room ? f->room * 2 : 32;
        finding *v = realloc(f->v, room * sizeof *v);
        if (!v) {
            f->failed = true;
            return;
        }
        f->v = v;
        f->room = room;
    }
    f->v[f->n++] = (finding){ from, to, by, rule, score };
}

static const bool stops[256] = { ['\n'] = true, ['.'] = true, ['!'] = true, ['?'] = true };

/* Does a sentence end with the byte at i? A point behind a short word is an abbreviation: "Tel. 030", "geb. 1990". */
static inline bool sentence_ends(const subject *s, size_t i)
{
    char c = s->p[i];
    if (!stops[(unsigned char)c])
        return false;
    char next = byte_at(s, i + 1);
    if (c == '\n' || ((c == '!' || c == '?') && next == ' '))
        return true;
    if (c != '.' || next != ' ')
        return false;
    size_t n = 0;
    bool digit = false;
    while (n < 5 && n < i && (is_word(s->p[i - 1 - n]) || is_high(s->p[i - 1 - n])))
        digit |= is_digit(s->p[i - 1 - n++]);
    return n == 5 || digit;
}

void context_bounds(const subject *s, size_t from, size_t to, size_t *begin, size_t *behind)
{
    size_t start = from > BEFORE ? from - BEFORE : 0, end = s->n - to > BEHIND ? to + BEHIND : s->n;
    /* Only whole words: a number's neighbours may lie in the middle of one. */
    while (start > 0 && start < from && (is_word(s->p[start]) || is_high(s->p[start])))
        start++;
    while (end < s->n && end > to && (is_word(s->p[end]) || is_high(s->p[end])))
        end--;
    /* And only of the same sentence. */
    for (size_t i = from; i > start; i--)
        if (sentence_ends(s, i - 1))
            start = i;
    for (size_t i = to; i < end; i++)
        if (sentence_ends(s, i))
            end = i;
    *begin = start;
    *behind = end;
}

words context(const subject *s, size_t from, size_t to)
{
    size_t start, end;
    context_bounds(s, from, to, &start, &end);
    return s->key | words_of_text((mm_str){ s->p + start, from - start }) |
           words_of_text((mm_str){ s->p + to, end - to });
}

/* The functions of the table, and by kind of hint which of them to call, in the order of the table. */
static struct looker {
    const detector *first;
    bool alone;            /* no other has its function */
    detector_set who;
} lookers[32];
static uint32_t interested[HINT_KEY + 1];

void detect_prepare(void)
{
    words_prepare();
    gazetteer_prepare();
    organizations_prepare();
    secrets_prepare();
    phones_prepare();
    ids_prepare();
    size_t n = 0;
    for (const detector *d = detectors; d->name; d++) {
        if (n == 0 || lookers[n - 1].first->look != d->look)
            lookers[n++] = (struct looker){ .first = d, .alone = d[1].look != d->look };
        detector_add(&lookers[n - 1].who, d);
        for (int k = 0; k <= HINT_KEY; k++)
            interested[k] |= (d->hints >> k & 1) << (n - 1);
    }
}

static bool any_of(const detector_set *a, const detector_set *b)
{
    uint64_t any = 0;
    for (size_t i = 0; i < sizeof a->bits / sizeof *a->bits; i++)
        any |= a->bits[i] & b->bits[i];
    return any != 0;
}

static void call(const subject *s, size_t at, int kind, const detector_set *on, findings *out)
{
    out->on = on;
    for (uint32_t m = interested[kind]; m; m &= m - 1) {
        const struct looker *l = &lookers[__builtin_ctz(m)];
        if (l->alone ? !detector_in(on, l->first) : !any_of(on, &l->who))
            continue;
        out->by = l->first;
        l->first->look(s, at, (mm_pii_kind)kind, out);
    }
}

bool detect_in_line(mm_pii_kind kind)
{
    return kind == MM_PII_NUMBER || kind == MM_PII_YEAR || kind == MM_PII_CODE;
}

/* Detectors of numbers see the run taken apart, a stretch at a time. */
static void call_on_run(const subject *s, size_t at, const detector_set *on, findings *out)
{
    digit_groups g;
    subject with = *s;
    with.groups = &g;
    size_t from = at - 6;
    while (!is_digit(s->p[from]))   /* a separator behind a digit that belongs to a word */
        from++;
    do {
        digit_groups_at(s, from, &g);
        call(&with, at, MM_PII_NUMBER, on, out);
    } while ((from = g.next) != 0);
}

void detect_hint(const subject *s, size_t at, mm_pii_kind kind, const detector_set *on, findings *out)
{
    if (kind == MM_PII_NUMBER)
        call_on_run(s, at, on, out);
    else
        call(s, kind == MM_PII_YEAR && is_high(s->p[at]) ? at - 1 : at, kind, on, out);
}

/* A text being gone through. */
typedef struct stretch {
    const subject *s;
    const detector_set *on;
    findings *out;
    size_t coded;     /* of hint_is_idle */
    size_t spelled;   /* the end of the last run that may have been base64 */
    unsigned hidden;
} stretch;

static void detect_at(stretch *t, size_t at, int kind)
{
    mm_str text = { t->s->p, t->s->n };
    if (kind == MM_PII_STRANGE) {
        if (!(t->hidden & HIDDEN_STRANGE) && !t->s->hints && normal_begins(text, at))
            t->hidden |= HIDDEN_STRANGE;
        return;
    }
    if (kind == MM_PII_TOKEN && at >= t->spelled && normal_base64_at(text, at, &t->spelled))
        t->hidden |= HIDDEN_BASE64;
    if (!hint_is_idle(text, at, (mm_pii_kind)kind, &t->coded))
        detect_hint(t->s, at, (mm_pii_kind)kind, t->on, t->out);
}

/* The hints of one block, of which byte 0 is byte `start` of the text, modulo 2^64. */
static void detect_in_block(stretch *t, size_t start, const mm_pii_group *g, size_t b, uint64_t bytes)
{
    for (uint64_t kinds = g->kinds[b] & (HINTS | 1u << MM_PII_STRANGE); kinds; kinds &= kinds - 1) {
        int k = __builtin_ctzll(kinds);
        for (uint64_t m = g->hint[k][b] & bytes; m; m &= m - 1)
            detect_at(t, start + (size_t)__builtin_ctzll(m), k);
    }
}

static void detect_seen(stretch *t)
{
    size_t from = t->s->first, to = from + t->s->n;
    for (size_t b = from / 64; b * 64 < to; b++) {
        uint64_t bytes = UINT64_MAX;
        bytes = from > b * 64 ? bytes << (from - b * 64) : bytes;
        bytes = to < b * 64 + 64 ? bytes & UINT64_MAX >> (b * 64 + 64 - to) : bytes;
        detect_in_block(t, b * 64 - from, &t->s->hints[b / 8], b % 8, bytes);
    }
}

static void detect_unseen(stretch *t)
{
    mm_pii_state st = { 0 };
    mm_pii_group groups[PIECE / 512];
    const subject *s = t->s;
    size_t digits = 0;   /* what stands before a value is part of a hint for these */
    while (digits < s->n && digits < 5 && is_digit(s->p[digits]))
        digits++;
    if (digits == 5)
        detect_at(t, 4, MM_PII_YEAR);
    for (size_t i = 0; i < s->n; i += PIECE) {
        size_t n = s->n - i < PIECE ? s->n - i : PIECE;
        if (mm_simd()->pii_hints(s->p + i, n, &st, groups, NULL, NULL))
            for (size_t b = 0; b < (n + 63) / 64; b++)
                detect_in_block(t, i + b * 64, &groups[b / 8], b % 8, UINT64_MAX);
    }
}

unsigned detect(const subject *s, const detector_set *on, findings *out)
{
    stretch t = { .s = s, .on = on, .out = out };
    if (value_is_idle((mm_str){ s->p, s->n }, s->key))
        return 0;
    if (s->key & (KEYS_OF_PLACES | KEYS_OF_PERSONS))
        call(s, 0, HINT_KEY, on, out);
    if (s->hints)
        detect_seen(&t);
    else
        detect_unseen(&t);
    return t.hidden;
}

/* ---- settling ---- */

static int by_place(const void *a, const void *b)
{
    const finding *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    if (x->to != y->to)
        return x->to > y->to ? -1 : 1;
    return x->score != y->score ? y->score - x->score : (x->by > y->by) - (x->by < y->by);
}

static bool outranks(const finding *a, const finding *b)
{
    if (a->score != b->score)
        return a->score > b->score;
    if (a->to - a->from != b->to - b->from)
        return a->to - a->from > b->to - b->from;
    return a->by < b->by;
}

void findings_resolve(findings *f)
{
    if (f->n < 2)
        return;
    qsort(f->v, f->n, sizeof *f->v, by_place);
    size_t n = 0;
    finding best = f->v[0], all = f->v[0];
    for (size_t i = 1; i <= f->n; i++) {
        if (i < f->n && f->v[i].from < all.to) {
            if (outranks(&f->v[i], &best))
                best = f->v[i];
            all.to = f->v[i].to > all.to ? f->v[i].to : all.to;
            continue;
        }
        size_t from = all.from, to = all.to;
        f->v[n] = best;
        f->v[n].from = from;
        f->v[n++].to = to;
        if (i < f->n)
            best = all = f->v[i];
    }
    f->n = n;
}
