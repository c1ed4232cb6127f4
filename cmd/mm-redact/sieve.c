#include "sieve.h"

#include <stdlib.h>
#include <string.h>

#include "idle.h"
#include "json/scan.h"
#include "layout.h"
#include "normal.h"
#include "numbers.h"

enum { PIECE = 16384, KEYS = 256, KEY_BYTES = 24 };
enum { LAYOUTS = 8, PATIENCE = 64 };  /* layouts remembered; headers without one after which few are taken */

struct sieve {
    const plan *plan;
    custom_scan *custom;   /* NULL: the policy finds nothing of its own */
    int least;             /* the lowest score that may reach its threshold */
    findings found;
    mm_buf text, plain;    /* a string, the header without escapes */
    mm_str head;
    size_t open, close;    /* the quotes around the last place looked at; close is behind open */
    bool inside;           /* between them is a string, as far as can be told */
    bool outside;          /* between them is no string, for certain */
    bool escaped;          /* with a backslash in it */
    words key;
    size_t coded;            /* of hint_is_idle */
    size_t spelled;          /* the end of the last run that may have been base64 */
    size_t done_from, done;  /* what lies between was looked at whole */
    struct key_slot {      /* what keys mean, by their bytes */
        unsigned char n;
        char bytes[KEY_BYTES];
        words means;
    } keys[KEYS];
    const layout *shape;   /* that of the header, when it is known */
    layout_span span[LAYOUT_FIELDS];
    size_t newest, last, strange;  /* layouts: taken last, found last; headers since that had none */
    layout layouts[LAYOUTS];
    bool persons;          /* a header without a known layout has names that speak of persons */
    bool odd;              /* the header has control bytes or unusual escapes, or reads otherwise than it stands */
    uint64_t quotes[PIECE / 64], marks[PIECE / 64];
    mm_pii_group groups[PIECE / 512];
    sight sight;
};

sieve *sieve_new(const plan *p)
{
    sieve *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->plan = p;
    s->custom = p->custom ? custom_scan_new(p->custom) : NULL;
    if (p->custom && !s->custom) {
        free(s);
        return NULL;
    }
    s->least = 100;
    for (const detector *d = detectors; d->name; d++) {
        const custom_context *c = &p->context[detector_index(d)];
        int least = rule_least(&p->rule[detector_index(d)]) - (c->words ? c->by : 0);
        s->least = least < s->least ? least : s->least;
    }
    return s;
}

void sieve_free(sieve *s)
{
    if (!s)
        return;
    custom_scan_free(s->custom);
    free(s->found.v);
    mm_buf_free(&s->text);
    mm_buf_free(&s->plain);
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

/* What stands around a number is taken for its quotes. */
static void enter_field(sieve *s, size_t i)
{
    layout_span v = s->span[i];
    s->inside = s->shape->field[i].string;
    s->outside = !s->inside;
    s->key = s->shape->field[i].key;
    s->open = v.from - 1;
    s->close = v.to;
    s->escaped = s->inside && memchr(s->head.p + v.from, '\\', v.to - v.from) != NULL;
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
    detect(&sub, &s->plan->on, &s->found);
    return s->text.failed || any_counts(s);
}

/* The line of the string in which `at` stands, when nothing in it is escaped and its detectors look no further. */
static bool plain_line(const sieve *s, size_t at, mm_pii_kind kind, size_t *from, size_t *to)
{
    const char *p = s->head.p, *before = memrchr(p + s->open, '\\', at - s->open), *behind = memchr(p + at, '\\', s->close - at);
    if (!detect_in_line(kind) || (behind && behind[1] != 'n') || (before && (before[1] != 'n' || before[-1] == '\\')))
        return false;
    *from = before ? (size_t)(before - p) + 2 : s->open + 1;
    *to = behind ? (size_t)(behind - p) : s->close;
    return at - *from >= 8 || !before;   /* else the escape may be part of the hint */
}

static bool scalar_byte(char c)
{
    return is_digit(c) || c == '+' || c == '-' || c == '.' || (c | 0x20) == 'e';
}

/* Outside strings a number ends where its bytes do. What may be a string all the same, one that begins with a
 * colon or a comma, is looked at as one as well. */
static bool look_outside(sieve *s, size_t at, mm_pii_kind kind)
{
    if (kind == MM_PII_PAIR && s->key & KEYS_OF_PLACES)
        return true;
    size_t from = at, to = at;
    while (from > s->open && scalar_byte(s->head.p[from - 1]))
        from--;
    while (to < s->close && scalar_byte(s->head.p[to]))
        to++;
    if (from > s->open && (blank(s->head.p[from - 1]) || strchr(":,[", s->head.p[from - 1])) && to > from) {
        subject sub = { .p = s->head.p + from, .n = to - from, .key = s->key, .number = true };
        detect(&sub, &s->plan->on, &s->found);
        if (any_counts(s))
            return true;
    }
    if (s->outside)
        return false;
    subject sub = { .p = s->head.p + s->open + 1, .n = s->close - s->open - 1, .key = WORDS_ANY };
    detect_hint(&sub, at - s->open - 1, kind, &s->plan->on, &s->found);
    return any_counts(s);
}

static bool look(sieve *s, size_t at, mm_pii_kind kind)
{
    s->found.n = 0;
    locate(s, at);
    size_t from = s->open + 1, to = s->close;
    if (s->escaped && !plain_line(s, at, kind, &from, &to))
        return look_unescaped(s);
    if (!s->inside)
        return look_outside(s, at, kind);
    subject sub = { .p = s->head.p + from, .n = to - from, .key = s->key };
    detect_hint(&sub, at - from, kind, &s->plan->on, &s->found);
    return any_counts(s);
}

/* A short number under a key that says nothing: nine digits are the least that means something by itself. */
static bool harmless_number(sieve *s, size_t at)
{
    mm_str t = s->head;
    const char *p = t.p + at - 6;
    if (t.n - at < 8 || p[-1] != ':')
        return false;
    locate(s, at);
    if (!s->outside || s->key & WORDS_ANY)
        return false;
    size_t n = 0;
    for (const char *q = p; q < t.p + s->close && (is_digit(*q) || *q == '.'); q++)
        n++;
    return n < 9;
}

/* A point behind a digit in the value of a member that is a latitude or the like. */
static bool has_places(sieve *s)
{
    mm_str t = s->head;
    for (const char *p = t.p; (p = memchr(p, '.', (size_t)(t.p + t.n - p))) != NULL; p++) {
        size_t at = (size_t)(p - t.p);
        if (at == 0 || !is_digit(p[-1]))
            continue;
        locate(s, at);
        if (s->key & KEYS_OF_PLACES)
            return true;
    }
    return false;
}

/* A member whose name speaks of a person or an address, where no layout tells. */
static bool has_persons(sieve *s)
{
    mm_str t = s->head;
    for (const char *p = t.p; (p = memchr(p, '"', (size_t)(t.p + t.n - p))) != NULL; p++) {
        size_t at = (size_t)(p - t.p), i = at + 1;
        while (i < t.n && blank(t.p[i]))
            i++;
        if (i < t.n && t.p[i] == ':' && key_closing_at(s, at) & KEYS_OF_PERSONS)
            return true;
    }
    return false;
}

/* Text in base64, which is looked into elsewhere. Where escapes stand the run is not what it seems. */
static bool hides_text(sieve *s, size_t at)
{
    if (at < s->spelled)
        return false;
    locate(s, at);
    return s->escaped || normal_base64_at(s->head, at, &s->spelled);
}

/* One hint in the bytes of the header: may something be there? */
static bool look_at(sieve *s, size_t at, mm_pii_kind kind)
{
    if (kind == MM_PII_TOKEN && hides_text(s, at))
        return true;
    if ((at > s->done_from && at < s->done) || hint_is_idle(s->head, at, kind, &s->coded) ||
        (kind == MM_PII_NUMBER && harmless_number(s, at)))
        return false;
    return look(s, at, kind);
}

/* The hints among `bytes` of the block that begins at start. */
static bool look_at_hints(sieve *s, size_t start, const mm_pii_group *g, size_t b, uint64_t bytes)
{
    for (uint64_t kinds = g->kinds[b] & HINTS; kinds; kinds &= kinds - 1) {
        int k = __builtin_ctzll(kinds);
        for (uint64_t m = g->hint[k][b] & bytes; m;) {
            size_t at = start + (size_t)__builtin_ctzll(m);
            m &= m - 1;
            if (look_at(s, at, (mm_pii_kind)k))
                return true;
            if (k == MM_PII_CODE && s->coded > at)   /* the rest of the word is done */
                m = s->coded - start < 64 ? m & UINT64_MAX << (s->coded - start) : 0;
        }
    }
    return false;
}

/* ---- fields of a layout ---- */

/* The bytes of v in block b. */
static inline uint64_t bytes_in(layout_span v, size_t b)
{
    uint64_t bytes = UINT64_MAX;
    bytes = v.from > b * 64 ? bytes << (v.from - b * 64) : bytes;
    return v.to < b * 64 + 64 ? bytes & UINT64_MAX >> (b * 64 + 64 - v.to) : bytes;
}

/* Are there marks in v, which is not empty? */
static inline bool is_marked(const uint64_t *marks, layout_span v)
{
    size_t b = v.from / 64, last = (v.to - 1) / 64;
    uint64_t m = marks[b] >> v.from % 64 << v.from % 64;
    for (; b < last; m = marks[++b])
        if (m)
            return true;
    return m << (63 - (v.to - 1) % 64) != 0;
}

/* The hints in field i. */
static bool look_in_field(sieve *s, size_t i)
{
    layout_span v = s->span[i];
    if (value_is_idle((mm_str){ s->head.p + v.from, v.to - v.from }, s->shape->field[i].key))
        return false;
    enter_field(s, i);
    for (size_t b = v.from / 64; b * 64 < v.to; b++) {
        uint64_t bytes = bytes_in(v, b);
        if (s->marks[b] & bytes && look_at_hints(s, b * 64, &s->groups[b / 8], b % 8, bytes))
            return true;
    }
    return false;
}

/* Is the value of field i a name or an address by its key? */
static bool is_person(sieve *s, size_t i)
{
    mm_str text = { s->head.p + s->span[i].from, s->span[i].to - s->span[i].from };
    if (memchr(text.p, '\\', text.n))
        text = mm_json_text((mm_str){ text.p - 1, text.n + 2 }, &s->text);
    subject sub = { .p = text.p, .n = text.n, .key = s->shape->field[i].key };
    s->found.n = 0;
    detect_hint(&sub, 0, (mm_pii_kind)HINT_KEY, &s->plan->on, &s->found);
    return s->text.failed || any_counts(s);
}

/* Names were looked at when the layout was taken. */
static bool look_at_fields(sieve *s)
{
    const layout *l = s->shape;
    for (size_t i = 0; i < l->n; i++) {
        const layout_field *f = &l->field[i];
        layout_span v = s->span[i];
        if (v.to - v.from < f->least)
            continue;
        if (f->key & KEYS_OF_PLACES && memchr(s->head.p + v.from, '.', v.to - v.from))
            return true;
        if (f->key & KEYS_OF_PERSONS && f->string && is_person(s, i))
            return true;
        if (is_marked(s->marks, v) && look_in_field(s, i))
            return true;
    }
    return false;
}

/* ---- layouts ---- */

/* The layout of the header, into s->shape. */
static bool known_layout(sieve *s)
{
    for (size_t i = 0; i < LAYOUTS; i++) {
        const layout *l = &s->layouts[(s->last + i) % LAYOUTS];
        if (l->n == 0 || !layout_fits(l, s->head, s->quotes, s->span))
            continue;
        s->last = (s->last + i) % LAYOUTS;
        s->shape = l;
        s->strange = 0;
        return true;
    }
    s->strange++;
    return false;
}

/* A name in which nothing is found. */
static bool plain_name(void *ctx, mm_str name)
{
    sieve *s = ctx;
    subject sub = { .p = name.p, .n = name.n };
    s->found.n = 0;
    detect(&sub, &s->plan->on, &s->found);
    return !any_counts(s);
}

/* Where headers differ always there is nothing to be remembered. */
static void remember_layout(sieve *s)
{
    if (s->strange > PATIENCE && s->strange % PATIENCE)
        return;
    s->newest = (s->newest + 1) % LAYOUTS;
    if (layout_take(&s->layouts[s->newest], s->head, plain_name, s))
        s->last = s->newest;
}

/* ---- headers ---- */

/* Does anything in the n bytes from `base` read otherwise than it stands? */
static bool reads_otherwise(const sieve *s, size_t n, size_t base)
{
    for (size_t b = 0; b * 64 < n; b++) {
        const mm_pii_group *g = &s->groups[b / 8];
        if (!(g->kinds[b % 8] >> MM_PII_STRANGE & 1))
            continue;
        for (uint64_t m = g->hint[MM_PII_STRANGE][b % 8]; m; m &= m - 1)
            if (normal_begins(s->head, base + b * 64 + (size_t)__builtin_ctzll(m)))
                return true;
    }
    return false;
}

static unsigned bits_of(const sieve *s, uint64_t kinds, size_t n, size_t base)
{
    bool member = kinds >> MM_PII_MEMBER & 1, odd = kinds & (1u << MM_PII_ESCAPE | 1u << MM_PII_CONTROL);
    odd = odd || (kinds >> MM_PII_STRANGE & 1 && reads_otherwise(s, n, base));
    /* Tabs and line ends may stand between name and value; what escapes spell is not seen here. */
    return (member ? SIEVE_MEMBER : 0) | (odd ? SIEVE_LOOK | SIEVE_MEMBER : 0);
}

static unsigned look_at_blocks(sieve *s, size_t n, size_t base, unsigned bits)
{
    for (size_t b = 0; b * 64 < n && !(bits & SIEVE_LOOK); b++)
        if (look_at_hints(s, base + b * 64, &s->groups[b / 8], b % 8, UINT64_MAX))
            bits |= SIEVE_LOOK;
    return bits;
}

/* Values in which the key alone may find something. */
static void mark_places(sieve *s)
{
    const char *p = s->head.p, *end = p + s->head.n;
    for (size_t i = 0; s->shape && i < s->shape->n; i++)
        if (s->shape->field[i].key & (KEYS_OF_PLACES | KEYS_OF_PERSONS))
            s->marks[s->span[i].from / 64] |= UINT64_C(1) << s->span[i].from % 64;
    for (; !s->shape && (p = memchr(p, '.', (size_t)(end - p))) != NULL; p++)
        s->marks[(size_t)(p - s->head.p) / 64] |= UINT64_C(1) << (size_t)(p - s->head.p) % 64;
}

const sight *sieve_sight(sieve *s)
{
    if (s->head.n > PIECE || s->odd || (!s->shape && s->persons))
        return NULL;
    mark_places(s);
    s->sight = (sight){ s->groups, s->marks };
    return &s->sight;
}

/* The header with the escapes of two characters undone; others make it odd. */
static mm_str without_escapes(sieve *s)
{
    const char *p = s->head.p, *end = p + s->head.n, *slash = memchr(p, '\\', s->head.n);
    if (!slash)
        return s->head;
    s->plain.n = 0;
    for (; slash; slash = memchr(p, '\\', (size_t)(end - p))) {
        char c[4];
        mm_buf_put(&s->plain, p, (size_t)(slash - p));
        p = slash;
        mm_buf_put(&s->plain, c, mm_unescape(&p, end, c));
    }
    mm_buf_put(&s->plain, p, (size_t)(end - p));
    return mm_buf_view(&s->plain);
}

/* May something be there that no hint tells of? */
static bool beyond_hints(sieve *s)
{
    return s->custom && (custom_glance(s->custom, without_escapes(s)) || s->plain.failed);
}

static void begin(sieve *s, mm_str head)
{
    s->head = head;
    s->shape = NULL;
    s->open = s->close = s->done_from = s->done = s->coded = s->spelled = 0;
}

/* A header of more than one piece. */
static int sieve_long(sieve *s, mm_str head, size_t *where, mm_err *e)
{
    mm_pii_state st = { 0 };
    unsigned bits = 0;
    if (mm_json_check_head(head, where, e) < 0)
        return -1;
    if (beyond_hints(s))
        return SIEVE_LOOK | SIEVE_MEMBER;
    for (size_t i = 0; i < head.n; i += PIECE) {
        size_t n = head.n - i < PIECE ? head.n - i : PIECE;
        bits |= bits_of(s, mm_simd()->pii_hints(head.p + i, n, &st, s->groups, NULL, NULL), n, i);
        bits = look_at_blocks(s, n, i, bits);
    }
    return (int)(has_persons(s) || has_places(s) ? bits | SIEVE_LOOK : bits);
}

int sieve_head(sieve *s, mm_str head, size_t *where, mm_err *e)
{
    mm_pii_state st = { 0 };
    begin(s, head);
    if (head.n > PIECE)
        return sieve_long(s, head, where, e);
    unsigned bits = bits_of(s, mm_simd()->pii_hints(head.p, head.n, &st, s->groups, s->quotes, s->marks), head.n, 0);
    if (!(bits & SIEVE_LOOK) && beyond_hints(s))
        bits |= SIEVE_LOOK;
    s->odd = bits & SIEVE_LOOK;
    if (!s->odd && known_layout(s))
        return (int)(look_at_fields(s) ? bits | SIEVE_LOOK : bits);
    if (mm_json_check_head(head, where, e) < 0)
        return -1;
    bits = look_at_blocks(s, head.n, 0, bits);
    if (!s->odd)
        remember_layout(s);
    s->persons = has_persons(s);
    return (int)(s->persons || (!(bits & SIEVE_LOOK) && has_places(s)) ? bits | SIEVE_LOOK : bits);
}
