/* csv_row.c - one row of CSV as the members of an object. */
#include <string.h>

#include "row.h"

/* The escape of the byte at p (of n) into `to`; returns the bytes of text it stands for. */
static size_t escape(const char *p, size_t n, bool doubled, char **to)
{
    static const char hex[] = "0123456789abcdef";
    unsigned char c = (unsigned char)*p;
    char *o = *to;
    const char *letters = "\b\t\n\f\r", *names = "btnfr", *at = c ? strchr(letters, c) : NULL;
    *o++ = '\\';
    if (c == '"' || c == '\\') {
        *o++ = (char)c;
        n = c == '"' && doubled && n > 1 ? 2 : 1;
    } else if (c == '\r') {
        *o++ = 'n';
        n = n > 1 && p[1] == '\n' ? 2 : 1;
    } else if (at) {
        *o++ = names[at - letters];
        n = 1;
    } else {
        memcpy(o, "u00", 3);
        o[3] = hex[c >> 4];
        o[4] = hex[c & 15];
        o += 5;
        n = 1;
    }
    *to = o;
    return n;
}

/* text as the inside of a JSON string, at o; the end of it. Eight bytes are copied at once, and then looked at for
 * such as must be escaped, by the arithmetic of "determine if a word has a byte less than n" (S. E. Anderson, Bit
 * Twiddling Hacks): what was copied beyond them is written over. */
static char *write_text(char *o, mm_str text, bool doubled)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones * 0x80;
    const char *p = text.p, *end = p + text.n;
    while (p < end) {
        uint64_t w;
        memcpy(&w, p, 8);
        memcpy(o, &w, 8);
        uint64_t quote = w ^ ones * '"', slash = w ^ ones * '\\';
        uint64_t stop = (((w - ones * 0x20) & ~w) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & highs;
        size_t left = (size_t)(end - p), n = stop ? (size_t)__builtin_ctzll(stop) / 8 : 8;
        if (n >= left)
            return o + left;
        o += n;
        p += n;
        if (stop)
            p += escape(p, (size_t)(end - p), doubled, &o);
    }
    return o;
}

enum {
    PIECE = 16 << 10,  /* what may become six times as long is not made room for at once */
    SLACK = 32,        /* beside: quotes, a comma, and what write_text writes too much */
};

void row_put_text(mm_buf *out, mm_str text, bool doubled)
{
    while (text.n) {
        size_t n = text.n < PIECE ? text.n : PIECE, quotes = 0;
        /* A pair that means one byte stays together. */
        while (n < text.n && quotes < n && text.p[n - 1 - quotes] == '"')
            quotes++;
        n += n < text.n && (quotes % 2 || text.p[n - 1] == '\r');
        char *o = mm_buf_room(out, 6 * n + SLACK);
        if (!o)
            return;
        out->n += (size_t)(write_text(o, (mm_str){ text.p, n }, doubled) - o);
        text.p += n;
        text.n -= n;
    }
}

/* ---- values: each is written at o, where there is room for it ---- */

static char *write_raw(char *o, mm_str s)
{
    for (size_t i = 0; i < s.n; i += 16)
        memcpy(o + i, s.p + i, 16);
    return o + s.n;
}

static char *write_string(char *o, const csv_field *f)
{
    *o++ = '"';
    o = write_text(o, f->raw, f->doubled);
    *o++ = '"';
    return o;
}

static char *write_auto(char *o, const csv_field *f)
{
    mm_str word;
    if (!f->raw.n)
        return f->quoted ? write_string(o, f) : (char *)memcpy(o, "null", 4) + 4;
    if (value_is_number(f->raw))
        return write_raw(o, f->raw);
    if ((word = value_boolean(f->raw)).n)
        return (char *)memcpy(o, word.p, word.n) + word.n;
    return write_string(o, f);
}

/* A number a column was said to hold may be longer than what is taken for one by itself. */
static char *write_number(char *o, const csv_field *f)
{
    bool digit = f->raw.n && (*f->raw.p == '-' || (*f->raw.p >= '0' && *f->raw.p <= '9'));
    if (!f->raw.n)
        return (char *)memcpy(o, "null", 4) + 4;
    if (value_is_number(f->raw) || (digit && mm_json_check(f->raw, 0, NULL, NULL) == 0))
        return write_raw(o, f->raw);
    return NULL;
}

static char *write_boolean(char *o, const csv_field *f)
{
    mm_str word = value_boolean(f->raw);
    if (mm_str_eq(f->raw, MM_STR("1")) || mm_str_eq(f->raw, MM_STR("0")))
        word = *f->raw.p == '1' ? MM_STR("true") : MM_STR("false");
    if (!f->raw.n)
        word = MM_STR("null");
    if (!word.n)
        return NULL;
    return (char *)memcpy(o, word.p, word.n) + word.n;
}

/* The end of the value, or NULL when it is not of the type. */
static char *write_value(char *o, const csv_field *f, column_type type)
{
    switch (type) {
    case COLUMN_NUMBER: return write_number(o, f);
    case COLUMN_BOOLEAN: return write_boolean(o, f);
    case COLUMN_STRING: return write_string(o, f);
    default: return write_auto(o, f);
    }
}

static void put_long(mm_buf *out, const column *c, const csv_field *f)
{
    mm_buf_str(out, c->key);
    mm_buf_byte(out, '"');
    row_put_text(out, f->raw, f->doubled);
    mm_buf_byte(out, '"');
}

/* A column with its value; false when it is not of its type. */
static bool put_column(mm_buf *out, const column *c, const csv_field *f)
{
    size_t need = c->key.n + 6 * f->raw.n + SLACK;
    if (f->raw.n > PIECE && (c->type == COLUMN_AUTO || c->type == COLUMN_STRING))
        return put_long(out, c, f), true;
    if (out->cap - out->n < need && !mm_buf_room(out, need))
        return true;  /* out->failed tells */
    char *o = write_value(write_raw(out->p + out->n, c->key), f, c->type);
    if (o)
        out->n = (size_t)(o - out->p);
    return o != NULL;
}

static size_t count_fields(csv_cursor c)
{
    csv_field f;
    size_t n = 0;
    while (csv_next(&c, &f))
        n++;
    return n;
}

static mm_verdict ragged(const row_extra *x, const csv_cursor *begin, mm_rec *r, mm_arena *a)
{
    const row_set *s = x->set;
    size_t n = count_fields(*begin);
    if (n > s->n_columns)
        return mm_rec_bad(r, a, "row %llu, column %zu: %zu fields where the header has %zu", (unsigned long long)x->row,
                          s->n_columns + 1, n, s->n_columns);
    return mm_rec_bad(r, a, "row %llu, column %zu (%.*s): missing, %zu field%s where the header has %zu",
                      (unsigned long long)x->row, n + 1, (int)(s->columns[n].name.n < 60 ? s->columns[n].name.n : 60),
                      s->columns[n].name.p, n, n == 1 ? "" : "s", s->n_columns);
}

static mm_verdict wrong_field(const row_extra *x, size_t i, const char *why, mm_rec *r, mm_arena *a)
{
    mm_str name = x->set->columns[i].name;
    return mm_rec_bad(r, a, "row %llu, column %zu (%.*s): %s", (unsigned long long)x->row, i + 1,
                      (int)(name.n < 60 ? name.n : 60), name.p, why);
}

mm_verdict csv_compose(rows_state *state, mm_rec *r, mm_arena *a)
{
    static const char *const wants[] = { "", "no string", "no number; --types says it is one", "neither true nor false; --types says it is one of these" };
    const row_extra *x = r->extra;
    const row_set *s = x->set;
    const csv_cursor begin = { s->text, r->head.p, r->head.p + r->head.n, x->marks, x->marks + x->n_marks, s->delimiter, false };
    csv_cursor c = begin;
    csv_field f;
    size_t i = 0;
    mm_buf *out = &state->out;
    mm_buf_byte(out, '{');
    for (; csv_next(&c, &f); i++) {
        if (i == s->n_columns)
            return ragged(x, &begin, r, a);
        if (f.wrong)
            return wrong_field(x, i, f.wrong, r, a);
        if (!put_column(out, &s->columns[i], &f))
            return wrong_field(x, i, wants[s->columns[i].type], r, a);
    }
    return i < s->n_columns ? ragged(x, &begin, r, a) : MM_KEEP;
}
