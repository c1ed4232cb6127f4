/* detect_place.c - positions on earth: pairs of decimal degrees, degrees with minutes, lat and lon members.
 * Two decimals (a kilometre) under a key that says so; without a word beside them four (ten metres). */
#include "detect.h"

#include <string.h>

typedef struct decimal {
    size_t from, to;
    double value;
    unsigned decimals;
} decimal;

/* The decimal number at i, with its sign; false when there is none. */
static bool read_decimal(const subject *s, size_t i, decimal *d)
{
    double v = 0, scale = 1;
    *d = (decimal){ .from = i };
    bool minus = byte_at(s, i) == '-';
    i += minus || byte_at(s, i) == '+';
    size_t start = i;
    while (is_digit(byte_at(s, i)) && i - start < 4)
        v = v * 10 + (s->p[i++] - '0');
    if (i == start || i - start > 3)
        return false;
    if (byte_at(s, i) == '.')
        for (i++; is_digit(byte_at(s, i)) && d->decimals < 20; i++, d->decimals++)
            v += (s->p[i] - '0') * (scale /= 10);
    d->to = i;
    d->value = minus ? -v : v;
    return !is_digit(byte_at(s, i));
}

static bool within(double v, double limit) { return v >= -limit && v <= limit; }

/* at: first byte of the second number, or of its digits; before it stand a comma, a blank, or both. */
static void look_pair(const subject *s, size_t at, findings *out)
{
    at -= byte_at(s, at - 1) == '+';
    size_t end = at - 1, from;
    end -= byte_at(s, end - 1) == ',';
    from = end;
    while (from > 0 && end - from < 24 && (is_digit(s->p[from - 1]) || s->p[from - 1] == '.'))
        from--;
    if (from > 0 && (s->p[from - 1] == '-' || s->p[from - 1] == '+'))
        from--;
    if (is_word(byte_at(s, from - 1)) || byte_at(s, from - 1) == '.')
        return;
    decimal a, b;
    if (!read_decimal(s, from, &a) || a.to != end || !read_decimal(s, at, &b) || is_word(byte_at(s, b.to)) ||
        (byte_at(s, b.to) == '.' && is_digit(byte_at(s, b.to + 1))))
        return;
    unsigned least = a.decimals < b.decimals ? a.decimals : b.decimals;
    if (least < 2 || !((within(a.value, 90) && within(b.value, 180)) || (within(a.value, 180) && within(b.value, 90))))
        return;
    if (least >= 4 || (context(s, a.from, b.to) & (WORD_PLACE | WORD_LAT | WORD_LON)))
        found(out, a.from, b.to, "pair", least >= 4 ? 75 : 60);
}

/* Under a key lat or lon: the whole value is a number of degrees. */
static void look_member(const subject *s, findings *out)
{
    decimal d;
    if (!(s->key & (WORD_LAT | WORD_LON | WORD_PLACE)) || !read_decimal(s, 0, &d) || d.to != s->n || d.decimals < 2)
        return;
    if (within(d.value, s->key & WORD_LAT ? 90 : 180))
        found(out, 0, s->n, "member", 90);
}

/* at: second byte of the degree sign. 48°51'24.1"N 2°17'40"E, and single ones with a letter of the compass. */
static size_t degrees_end(const subject *s, size_t sign)
{
    size_t i = sign + 1;
    while (i < s->n && i - sign < 32) {
        char c = s->p[i];
        if (is_digit(c) || c == '.' || c == ' ' || c == ',' || c == '\'' || c == '"' || is_high(c)) {
            i++;
        } else if (strchr("NSEWO", c) && !is_word(byte_at(s, i + 1))) {
            return i + 1;
        } else {
            break;
        }
    }
    return 0;
}

static void look_degrees(const subject *s, size_t at, findings *out)
{
    bool degree = memcmp(s->p + at - 1, "\xc2\xb0", 2) == 0 || memcmp(s->p + at - 1, "\xc2\xba", 2) == 0;
    size_t from = at - 1;
    if (!degree)
        return;
    while (from > 0 && (is_digit(s->p[from - 1]) || s->p[from - 1] == '.') && at - from < 16)
        from--;
    size_t end = degrees_end(s, at);
    if (!end || is_word(byte_at(s, from - 1)))
        return;
    size_t minutes = end - at;
    if (minutes > 4)
        found(out, from, end, "degrees", 75);
    else if (at - 1 - from > 4)   /* 48.8584° N */
        found(out, from, end, "degrees", 75);
}

void detect_place(const subject *s, size_t at, mm_pii_kind kind, findings *out)
{
    if (kind == MM_PII_PAIR)
        look_pair(s, at, out);
    else if (kind == MM_PII_DEGREE)
        look_degrees(s, at, out);
    else
        look_member(s, out);
}
