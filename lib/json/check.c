/* check.c - strict RFC 8259, without recursion: one bit a level says what is open. */
#include "json/scan.h"

#include <string.h>

enum { DEPTH_DEFAULT = 1024, DEPTH_MAX = 65536 };
enum { SHORT = 32 };  /* strings up to here are not worth the call of a kernel */

typedef struct checker {
    const char *p, *end;
    const mm_kernels *k;
    const char *reason;           /* set on failure, p stands where it holds */
    unsigned depth, max_depth;
    uint64_t objects[DEPTH_MAX / 64];  /* bit set: the level is an object; written before read */
} checker;

static bool fail(checker *c, const char *at, const char *reason)
{
    c->p = at;
    c->reason = reason;
    return false;
}

static inline void blanks(checker *c)
{
    if (c->p < c->end && (unsigned char)*c->p > ' ')
        return;
    c->p = mm_skip_blanks(c->p, c->end);
}

static inline bool at(const checker *c, char want)
{
    return c->p < c->end && *c->p == want;
}

static bool is_digit(const char *p, const char *end)
{
    return p < end && *p >= '0' && *p <= '9';
}

static const char *skip_digits(const char *p, const char *end)
{
    while (is_digit(p, end))
        p++;
    return p;
}

static bool number(checker *c)
{
    const char *p = c->p + (*c->p == '-'), *end = c->end;
    if (!is_digit(p, end))
        return fail(c, p, "a digit is missing in a number");
    if (*p == '0' && is_digit(p + 1, end))
        return fail(c, p, "a number begins with a zero");
    p = skip_digits(p, end);
    if (p < end && *p == '.') {
        if (!is_digit(++p, end))
            return fail(c, p, "a digit is missing in a number");
        p = skip_digits(p, end);
    }
    if (p < end && (*p | 0x20) == 'e') {
        p++;
        p += p < end && (*p == '+' || *p == '-');
        if (!is_digit(p, end))
            return fail(c, p, "a digit is missing in a number");
        p = skip_digits(p, end);
    }
    c->p = p;
    return true;
}

/* The code unit of the \uXXXX at p, or -1. */
static int code_unit(const char *p, const char *end)
{
    if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
        return -1;
    int v = 0;
    for (int i = 2; i < 6; i++) {
        char low = (char)(p[i] | 0x20);
        if (p[i] >= '0' && p[i] <= '9')
            v = v * 16 + (p[i] - '0');
        else if (low >= 'a' && low <= 'f')
            v = v * 16 + (low - 'a' + 10);
        else
            return -1;
    }
    return v;
}

static bool escape(checker *c)
{
    const char *p = c->p;
    if (c->end - p < 2)
        return fail(c, c->end, "a string is not closed");
    if (p[1] != 'u') {
        if (!p[1] || !strchr("\"\\/bfnrt", p[1]))
            return fail(c, p, "an unknown escape in a string");
        c->p += 2;
        return true;
    }
    int unit = code_unit(p, c->end);
    if (unit < 0)
        return fail(c, p, "\\u needs four hexadecimal digits");
    c->p += 6;
    if (unit < 0xd800 || unit > 0xdfff)
        return true;
    int low = code_unit(c->p, c->end);
    if (unit > 0xdbff || low < 0xdc00 || low > 0xdfff)
        return fail(c, p, "half a surrogate pair");
    c->p += 6;
    return true;
}

/* Bytes of w, from the lowest, that a string may hold as they are; 8 when all eight. A byte is marked when it
 * becomes zero, or less than 0x20; marks above the lowest may be wrong, by borrowing. */
static inline unsigned plain_bytes(uint64_t w)
{
    const uint64_t low = UINT64_C(0x0101010101010101), high = low << 7;
    uint64_t quote = w ^ (low * '"'), slash = w ^ (low * '\\');
    uint64_t marks = (((quote - low) & ~quote) | ((slash - low) & ~slash) | ((w - low * 0x20) & ~w)) & high;
    return marks ? (unsigned)__builtin_ctzll(marks) / 8 : 8;
}

/* p stands on the opening quote. */
static inline bool string(checker *c)
{
    c->p++;
    const char *near = c->end - c->p > SHORT ? c->p + SHORT : c->end;
    while (near - c->p >= 8) {
        uint64_t w;
        memcpy(&w, c->p, 8);
        unsigned n = plain_bytes(w);
        c->p += n;
        if (n < 8)
            break;
    }
    while (c->p < near && *c->p != '"' && *c->p != '\\' && (unsigned char)*c->p >= 0x20)
        c->p++;
    for (;;) {
        if (c->p == near)
            c->p += c->k->json_plain(c->p, (size_t)(c->end - c->p));
        if (c->p == c->end)
            return fail(c, c->p, "a string is not closed");
        if (*c->p == '"') {
            c->p++;
            return true;
        }
        if (*c->p != '\\')
            return fail(c, c->p, "a control character in a string");
        if (!escape(c))
            return false;
        near = c->p;
    }
}

static bool literal(checker *c, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(c->end - c->p) < n || memcmp(c->p, word, n) != 0)
        return fail(c, c->p, "a value is expected");
    c->p += n;
    return true;
}

static bool scalar(checker *c)
{
    if (c->p == c->end)
        return fail(c, c->p, "the text ends where a value is expected");
    switch (*c->p) {
    case '"': return string(c);
    case 't': return literal(c, "true");
    case 'f': return literal(c, "false");
    case 'n': return literal(c, "null");
    case '-': case '0' ... '9': return number(c);
    default: return fail(c, c->p, "a value is expected");
    }
}

static inline bool in_object(const checker *c)
{
    return c->objects[(c->depth - 1) / 64] >> ((c->depth - 1) % 64) & 1;
}

static bool open_level(checker *c, bool object)
{
    if (c->depth == c->max_depth)
        return fail(c, c->p, "nested too deeply");
    uint64_t bit = (uint64_t)1 << (c->depth % 64), *word = &c->objects[c->depth / 64];
    *word = object ? *word | bit : *word & ~bit;
    c->depth++;
    c->p++;
    blanks(c);
    return true;
}

/* A key and its colon, up to the value. */
static inline bool key(checker *c)
{
    if (!at(c, '"'))
        return fail(c, c->p, c->p == c->end ? "an object is not closed" : "a key is expected");
    if (!string(c))
        return false;
    blanks(c);
    if (!at(c, ':'))
        return fail(c, c->p, "':' is expected");
    c->p++;
    blanks(c);
    return true;
}

/* Behind a value: close what closes, up to the next value. False with no reason at the end. */
static bool next_value(checker *c)
{
    while (c->depth > 0) {
        blanks(c);
        bool object = in_object(c);
        if (at(c, ',')) {
            c->p++;
            blanks(c);
            return !object || key(c);
        }
        if (!at(c, object ? '}' : ']'))
            return fail(c, c->p, c->p == c->end ? "the text ends inside an object or array"
                        : object ? "',' or '}' is expected" : "',' or ']' is expected");
        c->p++;
        c->depth--;
    }
    return false;
}

/* At the first byte of a value: go down to the first scalar or empty container. */
static bool value(checker *c)
{
    while (at(c, '{') || at(c, '[')) {
        bool object = *c->p == '{';
        if (!open_level(c, object))
            return false;
        if (at(c, object ? '}' : ']')) {
            c->p++;
            c->depth--;
            return true;
        }
        if (object && !key(c))
            return false;
    }
    return scalar(c);
}

static bool whole_text(checker *c)
{
    blanks(c);
    do {
        if (!value(c))
            return false;
    } while (next_value(c));
    if (c->reason)
        return false;
    blanks(c);
    return c->p == c->end || fail(c, c->p, "bytes behind the end of the text");
}

static int refuse(mm_str text, const char *p, const char *reason, size_t *where, mm_err *e)
{
    if (where)
        *where = (size_t)(p - text.p);
    return mm_fail(e, MM_EBAD, "%s", reason);
}

static int check(mm_str text, unsigned max_depth, bool known_utf8, size_t *where, mm_err *e)
{
    checker c;
    c.k = mm_simd();
    c.p = text.p;
    c.end = text.p + text.n;
    c.reason = NULL;
    c.depth = 0;
    c.max_depth = max_depth == 0 ? DEPTH_DEFAULT : max_depth < DEPTH_MAX ? max_depth : DEPTH_MAX;
    size_t valid = known_utf8 ? text.n : c.k->utf8_check(text.p, text.n);
    if (valid != text.n)
        return refuse(text, text.p + valid, "invalid UTF-8", where, e);
    return whole_text(&c) ? 0 : refuse(text, c.p, c.reason, where, e);
}

int mm_json_check(mm_str text, unsigned max_depth, size_t *where, mm_err *e)
{
    return check(text, max_depth, false, where, e);
}

static int check_record(mm_str line, bool known_utf8, size_t *where, mm_err *e)
{
    const char *p = mm_skip_blanks(line.p, line.p + line.n);
    if (p == line.p + line.n || *p != '{')
        return refuse(line, p, "a record must be a JSON object", where, e);
    return check(line, 0, known_utf8, where, e);
}

int mm_json_check_record(mm_str line, size_t *where, mm_err *e)
{
    return check_record(line, false, where, e);
}

int mm_json_check_head(mm_str head, size_t *where, mm_err *e)
{
    return check_record(head, true, where, e);
}
