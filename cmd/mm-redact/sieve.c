#include "sieve.h"

#include <stdlib.h>
#include <string.h>

#include "numbers.h"

enum { PIECE = 16384, KEYS = 256, KEY_BYTES = 24 };

struct sieve {
    const plan *plan;
    int least;             /* the lowest threshold there is */
    findings found;
    mm_buf text;           /* a string without its escapes */
    mm_str head;
    size_t open, close;    /* the quotes around the last place looked at; close is behind open */
    bool inside;           /* between them is a string, as far as can be told */
    bool outside;          /* between them is no string, for certain */
    bool escaped;          /* with a backslash in it */
    words key;
    size_t done_from, done;  /* what lies between was looked at whole */
    struct key_slot {      /* what keys mean, by their bytes */
        unsigned char n;
        char bytes[KEY_BYTES];
        words means;
    } keys[KEYS];
    mm_pii_block blocks[PIECE / 64];
};

sieve *sieve_new(const plan *p)
{
    sieve *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->plan = p;
    s->least = 100;
    for (const detector *d = detectors; d->name; d++)
        if (p->rule[detector_index(d)].threshold < s->least)
            s->least = p->rule[detector_index(d)].threshold;
    return s;
}

void sieve_free(sieve *s)
{
    if (!s)
        return;
    free(s->found.v);
    mm_buf_free(&s->text);
    free(s);
}

/* ---- keys ---- */

static words meaning(sieve *s, mm_str key)
{
    if (key.n == 0 || key.n > KEY_BYTES)
        return words_of_key(key);
    uint32_t h = (uint32_t)key.n * 31 + (unsigned char)key.p[0];
    h = h * 31 + (unsigned char)key.p[key.n / 2];
    h = h * 31 + (unsigned char)key.p[key.n - 1];
    struct key_slot *k = &s->keys[h % KEYS];
    if (k->n != key.n || memcmp(k->bytes, key.p, key.n) != 0) {
        k->n = (unsigned char)key.n;
        memcpy(k->bytes, key.p, key.n);
        k->means = words_of_key(key);
    }
    return k->means;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The quote before offset i that is not escaped, or SIZE_MAX. */
static size_t quote_before(mm_str t, size_t i)
{
    while (i > 0) {
        const char *q = memrchr(t.p, '"', i);
        if (!q)
            return SIZE_MAX;
        i = (size_t)(q - t.p);
        size_t slashes = 0;
        while (slashes < i && t.p[i - 1 - slashes] == '\\')
            slashes++;
        if (slashes % 2 == 0)
            return i;
    }
    return SIZE_MAX;
}

static size_t quote_behind(mm_str t, size_t i)
{
    while (i < t.n) {
        const char *q = memchr(t.p + i, '"', t.n - i);
        if (!q)
            return t.n;
        i = (size_t)(q - t.p);
        size_t slashes = 0;
        while (slashes < i && t.p[i - 1 - slashes] == '\\')
            slashes++;
        if (slashes % 2 == 0)
            return i;
        i++;
    }
    return t.n;
}

/* What the string that closes with the quote at `close` means as a key. */
static words key_closing_at(sieve *s, size_t close)
{
    size_t open = quote_before(s->head, close);
    if (open == SIZE_MAX)
        return WORDS_ANY;
    mm_str key = { s->head.p + open + 1, close - open - 1 };
    return memchr(key.p, '\\', key.n) ? WORDS_ANY : meaning(s, key);
}

/* What stands before a string that opens at s->open tells what it is. */
static words key_of_string(sieve *s)
{
    const char *p = s->head.p;
    size_t i = s->open;
    while (i > 0 && blank(p[i - 1]))
        i--;
    char before = i ? p[i - 1] : 0;
    if (before == '{')
        return 0;
    if (before == ',' || before == '[') {
        size_t k = s->close + 1;
        while (k < s->head.n && blank(p[k]))
            k++;
        return k < s->head.n && p[k] == ':' && before == ',' ? 0 : WORDS_ANY;
    }
    if (before != ':')
        return WORDS_ANY;
    for (i--; i > 0 && blank(p[i - 1]);)
        i--;
    return i > 0 && p[i - 1] == '"' ? key_closing_at(s, i - 1) : WORDS_ANY;
}

/* Can the quote at i open a string? What stands before one is a colon, comma or bracket. */
static bool opens(mm_str t, size_t i)
{
    while (i > 0 && blank(t.p[i - 1]))
        i--;
    return i == 0 || strchr(":,[{", t.p[i - 1]);
}

/* Find the quotes around `at`, and whether they hold a string or stand around what is between two. */
static void locate(sieve *s, size_t at)
{
    mm_str t = s->head;
    if (s->close > at && s->open < at && s->close)
        return;
    s->open = quote_before(t, at);
    s->close = quote_behind(t, at);
    size_t from = s->open == SIZE_MAX ? 0 : s->open + 1;
    s->escaped = memchr(t.p + from, '\\', s->close - from) != NULL;
    size_t first = from;
    while (first < s->close && blank(t.p[first]))
        first++;
    s->inside = s->open != SIZE_MAX && first < s->close && !strchr(":,]}", t.p[first]);
    s->outside = s->open != SIZE_MAX && !opens(t, s->open);
    if (s->inside)
        s->key = key_of_string(s);
    else if (s->outside && first < s->close && t.p[first] == ':')
        s->key = key_closing_at(s, s->open);
    else
        s->key = WORDS_ANY;
    if (s->open == SIZE_MAX)
        s->open = 0;
}

/* ---- looking ---- */

static bool any_counts(const sieve *s)
{
    for (size_t i = 0; i < s->found.n; i++)
        if (s->found.v[i].score >= s->least)
            return true;
    return s->found.failed;
}

/* The string is looked at whole, without its escapes. */
static bool look_unescaped(sieve *s)
{
    mm_str raw = { s->head.p + s->open, s->close + 1 - s->open };
    s->done_from = s->open;
    s->done = s->close;
    if (s->close == s->head.n)
        return true;
    mm_str text = mm_json_text(raw, &s->text);
    subject sub = { .p = text.p, .n = text.n, .key = s->key };
    detect(&sub, s->plan->on, &s->found);
    return s->text.failed || any_counts(s);
}

static bool scalar_byte(char c)
{
    return is_digit(c) || c == '+' || c == '-' || c == '.' || (c | 0x20) == 'e';
}

/* Outside strings a number ends where its bytes do. What may be a string all the same, one that begins with a
 * colon or a comma, is looked at as one as well. */
static bool look_outside(sieve *s, size_t at, mm_pii_kind kind)
{
    if (kind == MM_PII_PAIR || kind == MM_PII_DECIMAL)
        if (s->key & (WORD_LAT | WORD_LON | WORD_PLACE))
            return true;
    size_t from = at, to = at;
    while (from > s->open && scalar_byte(s->head.p[from - 1]))
        from--;
    while (to < s->close && scalar_byte(s->head.p[to]))
        to++;
    if (from > s->open && (blank(s->head.p[from - 1]) || strchr(":,[", s->head.p[from - 1])) && to > from) {
        subject sub = { .p = s->head.p + from, .n = to - from, .key = s->key, .number = true, .sieve = true };
        detect(&sub, s->plan->on, &s->found);
        if (any_counts(s))
            return true;
    }
    if (s->outside)
        return false;
    subject sub = { .p = s->head.p + s->open + 1, .n = s->close - s->open - 1, .key = WORDS_ANY, .sieve = true };
    detect_hint(&sub, at - s->open - 1, kind, s->plan->on, &s->found);
    return any_counts(s);
}

static bool look(sieve *s, size_t at, mm_pii_kind kind)
{
    s->found.n = 0;
    locate(s, at);
    if (s->escaped)
        return look_unescaped(s);
    if (!s->inside)
        return look_outside(s, at, kind);
    size_t from = s->open + 1;
    subject sub = { .p = s->head.p + from, .n = s->close - from, .key = s->key, .sieve = true };
    detect_hint(&sub, at - from, kind, s->plan->on, &s->found);
    return any_counts(s);
}

/* A time stamp that is a whole string, under a key that does not speak of a birth; a short number under a key that
 * says nothing: nine digits are the least that means something by itself. */
static bool harmless_number(sieve *s, size_t at)
{
    mm_str t = s->head;
    const char *p = t.p + at - 6;
    if (t.n - at < 8)
        return false;
    if (p[4] == '-' && p[7] == '-' && p[10] == 'T' && p[-1] == '"') {
        locate(s, at);
        return !s->escaped && s->inside && !(s->key & WORD_BIRTH) && s->close - s->open < 32 &&
               s->open + 7 == at && !memchr(p + 11, '-', s->close - at - 5);
    }
    if (p[-1] != ':')
        return false;
    locate(s, at);
    if (!s->outside || s->key & WORDS_ANY)
        return false;
    size_t n = 0;
    for (const char *q = p; q < t.p + s->close && (is_digit(*q) || *q == '.'); q++)
        n++;
    return n < 9;
}

/* One hint in the bytes of the header: may something be there? */
static bool look_at(sieve *s, size_t at, mm_pii_kind kind)
{
    if ((at > s->done_from && at < s->done) || hint_is_idle(s->head, at, kind) || (kind == MM_PII_NUMBER && harmless_number(s, at)))
        return false;
    return look(s, at, kind);
}

static bool look_at_block(sieve *s, const mm_pii_block *b, size_t base)
{
    for (int k = 0; k <= MM_PII_DASHES; k++)
        for (uint64_t m = b->hint[k]; m; m &= m - 1)
            if (look_at(s, base + b->at + (size_t)__builtin_ctzll(m), (mm_pii_kind)k))
                return true;
    return false;
}

unsigned sieve_head(sieve *s, mm_str head)
{
    mm_pii_state st = { 0 };
    unsigned bits = 0;
    s->head = head;
    s->open = s->close = s->done_from = s->done = 0;
    for (size_t i = 0; i < head.n; i += PIECE) {
        size_t n = mm_simd()->pii_hints(head.p + i, head.n - i < PIECE ? head.n - i : PIECE, &st, s->blocks, NULL);
        for (size_t b = 0; b < n; b++) {
            const uint64_t *hint = s->blocks[b].hint;
            bits |= hint[MM_PII_MEMBER] ? SIEVE_MEMBER : 0;
            bits |= hint[MM_PII_CONTROL] | hint[MM_PII_ESCAPE] ? SIEVE_ODD : 0;
            if (hint[MM_PII_ESCAPE] | hint[MM_PII_CONTROL])   /* tabs and line ends may stand between name and value */
                bits |= SIEVE_LOOK | SIEVE_MEMBER;
            if (!(bits & SIEVE_LOOK) && look_at_block(s, &s->blocks[b], i))
                bits |= SIEVE_LOOK;
        }
    }
    return bits;
}
