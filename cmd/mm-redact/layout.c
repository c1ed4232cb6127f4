#include "layout.h"

#include <string.h>

#include "json/scan.h"

enum { DEPTH = 32 };
enum { NUMBER_LEAST = 9 };   /* digits that mean something by themselves */

/* ---- taking ---- */

typedef struct taking {
    layout *l;
    mm_str head;
    size_t fixed;          /* where the bytes that lead to the next value begin */
    size_t used;           /* of l->bytes */
    size_t depth;
    struct level {
        bool object;
        words key;         /* of the elements of an array */
    } level[DEPTH];
    words key;             /* of the value that comes next */
    bool named;            /* a name was read: a value comes next */
} taking;

/* The bytes from t->fixed to `to` lead to a value. */
static bool add_field(taking *t, size_t to, bool string)
{
    layout *l = t->l;
    size_t len = to - t->fixed;
    if (l->n == LAYOUT_FIELDS || len > LAYOUT_BYTES - t->used)
        return false;
    layout_field *f = &l->field[l->n++];
    *f = (layout_field){ .from = (uint32_t)t->used, .len = (uint32_t)len, .string = string, .key = t->key };
    f->least = string || t->key & WORDS_ANY ? 1 : NUMBER_LEAST;
    memcpy(l->bytes + t->used, t->head.p + t->fixed, len);
    memcpy(f->want, l->bytes + t->used, len < 16 ? len : 16);
    memset(f->care, 0xff, len < 16 ? len : 16);
    t->used += len;
    return true;
}

static bool open_level(taking *t, bool object)
{
    if (t->depth == DEPTH)
        return false;
    t->level[t->depth++] = (struct level){ object, object ? 0 : t->key };
    t->key = object ? 0 : t->key;
    t->named = false;
    return true;
}

/* Behind a value: what the next one stands under, unless a name comes first. */
static void value_ended(taking *t)
{
    t->named = false;
    t->key = t->depth ? t->level[t->depth - 1].key : 0;
}

/* From a byte that is no blank to behind the token it begins; NULL when the header is refused. */
static const char *token(taking *t, const char *p, const char *end, bool (*name)(void *, mm_str), void *ctx)
{
    if (*p == '{' || *p == '[')
        return open_level(t, *p == '{') ? p + 1 : NULL;
    if (*p == '}' || *p == ']') {
        t->depth--;
        value_ended(t);
        return p + 1;
    }
    if (*p == ',' || *p == ':')
        return p + 1;
    mm_value v;
    const char *behind = mm_value_at(p, end, &v);
    if (!behind)
        return NULL;
    bool string = v.type == MM_JSON_STRING;
    if (t->depth && t->level[t->depth - 1].object && !t->named) {
        mm_str raw = { v.raw.p + 1, v.raw.n - 2 };
        t->key = words_of_key(raw);
        t->named = true;
        return !memchr(raw.p, '\\', raw.n) && name(ctx, raw) ? behind : NULL;
    }
    if (!add_field(t, (size_t)(p - t->head.p) + string, string))
        return NULL;
    t->fixed = (size_t)(behind - t->head.p) - string;
    value_ended(t);
    return behind;
}

bool layout_take(layout *l, mm_str head, bool (*name)(void *ctx, mm_str name), void *ctx)
{
    taking t = { .l = l, .head = head };
    const char *p = head.p, *end = head.p + head.n;
    l->n = 0;
    while ((p = mm_skip_blanks(p, end)) < end)
        if (!(p = token(&t, p, end, name, ctx)))
            break;
    bool whole = p && t.depth == 0 && add_field(&t, head.n, false);
    l->n -= whole;
    if (!whole)
        l->n = 0;
    return whole;
}

/* ---- fitting ---- */

/* Does the text have at p, where n bytes are left, what leads to the field? */
static inline bool leads_to(const layout *l, const layout_field *f, const char *p, size_t n)
{
    uint64_t a, b;
    if (n < 16 || f->len > 16)
        return n >= f->len && memcmp(p, l->bytes + f->from, f->len) == 0;
    memcpy(&a, p, 8);
    memcpy(&b, p + 8, 8);
    return (((a ^ f->want[0]) & f->care[0]) | ((b ^ f->want[1]) & f->care[1])) == 0;
}

/* Digits at offset i: eight at a time; bytes above the lowest that is none may be told wrong, by carries. */
static inline size_t digits_end(mm_str t, size_t i)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    while (t.n - i >= 8) {
        uint64_t w;
        memcpy(&w, t.p + i, 8);
        w ^= ones * '0';
        uint64_t others = ((w + ones * 0x76) | w) & ones * 0x80;
        if (others)
            return i + (size_t)__builtin_ctzll(others) / 8;
        i += 8;
    }
    while (i < t.n && t.p[i] >= '0' && t.p[i] <= '9')
        i++;
    return i;
}

/* Behind the number, true, false or null at offset i; i when there is none. */
static inline size_t scalar_end(mm_str t, size_t i)
{
    size_t p = i;
    if (i == t.n)
        return i;
    if (t.p[i] >= 'a') {
        if (t.n - i >= 4 && (memcmp(t.p + i, "true", 4) == 0 || memcmp(t.p + i, "null", 4) == 0))
            return i + 4;
        return t.n - i >= 5 && memcmp(t.p + i, "false", 5) == 0 ? i + 5 : i;
    }
    p += t.p[p] == '-';
    size_t whole = p;
    p = digits_end(t, p);
    if (p == whole || (t.p[whole] == '0' && p > whole + 1))
        return i;
    if (p < t.n && t.p[p] == '.') {
        size_t part = p + 1;
        p = digits_end(t, part);
        if (p == part)
            return i;
    }
    if (p < t.n && (t.p[p] | 0x20) == 'e') {
        size_t power = p + 1;
        power += power < t.n && (t.p[power] == '+' || t.p[power] == '-');
        p = digits_end(t, power);
        if (p == power)
            return i;
    }
    return p;
}

bool layout_fits(const layout *l, mm_str head, const uint64_t *quotes, layout_span *spans)
{
    size_t at = 0, words_n = (head.n + 63) / 64;
    const layout_field *f = l->field, *last = f + l->n;
    for (;; f++, spans++) {
        if (!leads_to(l, f, head.p + at, head.n - at))
            return false;
        at += f->len;
        if (f == last)
            return at == head.n;
        spans->from = (uint32_t)at;
        if (f->string) {
            size_t w = at / 64;
            if (w >= words_n)
                return false;
            uint64_t m = quotes[w] & UINT64_MAX << at % 64;
            while (!m) {
                if (++w == words_n)
                    return false;
                m = quotes[w];
            }
            at = w * 64 + (size_t)__builtin_ctzll(m);
        } else {
            at = scalar_end(head, at);
            if (at == spans->from)
                return false;
        }
        spans->to = (uint32_t)at;
    }
}
