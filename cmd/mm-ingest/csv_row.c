/* csv_row.c - one row of CSV as the members of an object. */
#include <string.h>

#include "row.h"

/* Bytes that may go into a JSON string as they are, from p: eight at a time, by the arithmetic of
 * "determine if a word has a byte less than n" (S. E. Anderson, Bit Twiddling Hacks). */
static size_t plain(const char *p, size_t n)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones * 0x80;
    size_t i = 0;
    if (n > 64)
        return mm_simd()->json_plain(p, n);
    for (uint64_t w; i + 8 <= n; i += 8) {
        memcpy(&w, p + i, 8);
        uint64_t quote = w ^ ones * '"', slash = w ^ ones * '\\';
        uint64_t stop = ((w - ones * 0x20) & ~w) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash);
        if (stop & highs)
            return i + (size_t)__builtin_ctzll(stop & highs) / 8;
    }
    while (i < n && p[i] != '"' && p[i] != '\\' && (unsigned char)p[i] >= 0x20)
        i++;
    return i;
}

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

void row_put_text(mm_buf *out, mm_str text, bool doubled)
{
    enum { PIECE = 16 << 10 };  /* what may become six times as long is not made room for at once */
    const char *p = text.p, *end = text.p + text.n;
    while (p < end) {
        size_t left = (size_t)(end - p), n = left < PIECE ? left : PIECE;
        const char *piece_end = p + n;
        char *o = mm_buf_room(out, n * 6 + 16), *start = o;
        if (!o)
            return;
        while (p < piece_end) {
            size_t run = plain(p, (size_t)(piece_end - p));
            memcpy(o, p, run);
            o += run;
            p += run;
            if (p < piece_end)
                p += escape(p, (size_t)(end - p), doubled, &o);
        }
        out->n += (size_t)(o - start);
    }
}

static void put_string(mm_buf *out, const csv_field *f)
{
    mm_buf_byte(out, '"');
    row_put_text(out, f->raw, f->doubled);
    mm_buf_byte(out, '"');
}

static bool put_auto(mm_buf *out, const csv_field *f)
{
    mm_str word;
    if (!f->raw.n && !f->quoted)
        mm_buf_str(out, MM_STR("null"));
    else if (value_is_number(f->raw))
        mm_buf_str(out, f->raw);
    else if ((word = value_boolean(f->raw)).n)
        mm_buf_str(out, word);
    else
        put_string(out, f);
    return true;
}

/* A number a column was said to hold may be longer than what is taken for one by itself. */
static bool put_number(mm_buf *out, const csv_field *f)
{
    bool digit = f->raw.n && (*f->raw.p == '-' || (*f->raw.p >= '0' && *f->raw.p <= '9'));
    if (!f->raw.n)
        mm_buf_str(out, MM_STR("null"));
    else if (value_is_number(f->raw) || (digit && mm_json_check(f->raw, 0, NULL, NULL) == 0))
        mm_buf_str(out, f->raw);
    else
        return false;
    return true;
}

static bool put_boolean(mm_buf *out, const csv_field *f)
{
    mm_str word = value_boolean(f->raw);
    if (mm_str_eq(f->raw, MM_STR("1")) || mm_str_eq(f->raw, MM_STR("0")))
        word = *f->raw.p == '1' ? MM_STR("true") : MM_STR("false");
    if (!f->raw.n)
        word = MM_STR("null");
    mm_buf_str(out, word);
    return word.n > 0;
}

static bool put_value(mm_buf *out, const csv_field *f, column_type type)
{
    switch (type) {
    case COLUMN_NUMBER: return put_number(out, f);
    case COLUMN_BOOLEAN: return put_boolean(out, f);
    case COLUMN_STRING: return put_string(out, f), true;
    default: return put_auto(out, f);
    }
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
    /* Room for the common case at once. */
    if (!mm_buf_room(out, s->keys_n + r->head.n + 4 * s->n_columns + 512))
        return mm_rec_bad(r, a, "out of memory");
    mm_buf_byte(out, '{');
    for (; csv_next(&c, &f); i++) {
        if (i == s->n_columns)
            return ragged(x, &begin, r, a);
        if (f.wrong)
            return wrong_field(x, i, f.wrong, r, a);
        mm_buf_str(out, s->columns[i].key);
        if (!put_value(out, &f, s->columns[i].type))
            return wrong_field(x, i, wants[s->columns[i].type], r, a);
    }
    return i < s->n_columns ? ragged(x, &begin, r, a) : MM_KEEP;
}
