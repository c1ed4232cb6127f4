/* number.c - numbers both ways. The C library's conversions are correctly rounded but know
 * the locale; they are given and asked for digits without a decimal point, which no locale
 * touches. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mm.h"

/* The parts of a number as it is spelled. */
typedef struct spelled {
    bool negative, fraction;
    mm_str whole, frac;
    long exponent;  /* clamped far outside of what a double can hold */
} spelled;

enum { EXPONENT_LIMIT = 100000000 };

static mm_str digits(const char **p, const char *end)
{
    const char *from = *p;
    while (*p < end && **p >= '0' && **p <= '9')
        ++*p;
    return (mm_str){ from, (size_t)(*p - from) };
}

/* RFC 8259 section 6; 0 or -1. */
static int spell(mm_str raw, spelled *s)
{
    const char *p = raw.p, *end = raw.p + raw.n;
    *s = (spelled){ 0 };
    if (p < end && *p == '-')
        s->negative = true, p++;
    s->whole = digits(&p, end);
    if (s->whole.n == 0 || (s->whole.n > 1 && s->whole.p[0] == '0'))
        return -1;
    if (p < end && *p == '.') {
        s->fraction = true;
        p++;
        s->frac = digits(&p, end);
        if (s->frac.n == 0)
            return -1;
    }
    if (p < end && (*p | 0x20) == 'e') {
        s->fraction = true;
        p++;
        bool down = p < end && *p == '-';
        if (p < end && (*p == '-' || *p == '+'))
            p++;
        mm_str power = digits(&p, end);
        if (power.n == 0)
            return -1;
        for (size_t i = 0; i < power.n && s->exponent < EXPONENT_LIMIT; i++)
            s->exponent = s->exponent * 10 + (power.p[i] - '0');
        if (down)
            s->exponent = -s->exponent;
    }
    return p == end ? 0 : -1;
}

/* No double, nor the middle between two, has more significant digits than 768; behind
 * those it only matters whether all are zero. */
enum { DIGITS_MAX = 780 };

/* Exact by the library, whatever the spelling: DIGITSeEXPONENT. */
static double convert_slowly(const spelled *s)
{
    char text[DIGITS_MAX + 32];
    size_t n = 0;
    long exponent = s->exponent - (long)s->frac.n;
    bool dropped = false;
    for (size_t i = 0; i < s->whole.n + s->frac.n; i++) {
        char c = i < s->whole.n ? s->whole.p[i] : s->frac.p[i - s->whole.n];
        if (n == 0 && c == '0')
            continue;
        if (n < DIGITS_MAX) {
            text[n++] = c;
        } else {
            dropped |= c != '0';
            exponent++;
        }
    }
    if (n == 0)
        return 0;
    if (dropped && text[n - 1] == '0')
        text[n - 1] = '1';
    snprintf(text + n, sizeof text - n, "e%ld", exponent);
    return strtod(text, NULL);
}

/* A whole number below 2^53 times or by a power of ten up to 22: both exact in a double, so
 * that one operation rounds once (Clinger 1990). */
static bool convert_fast(const spelled *s, double *out)
{
    static const double tens[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13,
                                   1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
    long exponent = s->exponent - (long)s->frac.n;
    if (s->whole.n + s->frac.n > 18 || exponent < -22 || exponent > 22)
        return false;
    uint64_t v = 0;
    for (size_t i = 0; i < s->whole.n; i++)
        v = v * 10 + (uint64_t)(s->whole.p[i] - '0');
    for (size_t i = 0; i < s->frac.n; i++)
        v = v * 10 + (uint64_t)(s->frac.p[i] - '0');
    if (v > (uint64_t)1 << 53)
        return false;
    *out = exponent < 0 ? (double)v / tens[-exponent] : (double)v * tens[exponent];
    return true;
}

int mm_json_double(mm_str raw, double *out)
{
    spelled s;
    double v;
    if (spell(raw, &s) != 0)
        return -1;
    if (!convert_fast(&s, &v))
        v = convert_slowly(&s);
    *out = s.negative ? -v : v;
    return 0;
}

int mm_json_int(mm_str raw, int64_t *out)
{
    spelled s;
    if (spell(raw, &s) != 0 || s.fraction)
        return -1;
    uint64_t v = 0;
    for (size_t i = 0; i < s.whole.n; i++)
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, (uint64_t)(s.whole.p[i] - '0'), &v))
            return -1;
    if (v > (uint64_t)INT64_MAX + s.negative)
        return -1;
    *out = (int64_t)(s.negative ? -v : v);
    return 0;
}

/* ---- writing ---- */

/* The shortest digits that read back as v (> 0), without trailing zeros; the value is
 * 0.DIGITS times ten to *point. */
static size_t shortest(double v, char out[17], int *point)
{
    char text[64];
    for (int precision = v < DBL_MIN ? 1 : 15;; precision++) {
        snprintf(text, sizeof text, "%.*e", precision - 1, v);
        if (precision == 17 || strtod(text, NULL) == v)
            break;
    }
    char *e = strchr(text, 'e');
    size_t n = 0;
    for (char *p = text; p < e; p++)
        if (*p >= '0' && *p <= '9')
            out[n++] = *p;
    while (n > 1 && out[n - 1] == '0')
        n--;
    *point = atoi(e + 1) + 1;
    return n;
}

static void put_zeros(mm_buf *b, int n)
{
    while (n-- > 0)
        mm_buf_byte(b, '0');
}

/* 0.00123, 12.3 or 12300 */
static void put_positional(mm_buf *b, const char *d, size_t n, int point)
{
    size_t whole = point <= 0 ? 0 : (size_t)point < n ? (size_t)point : n;
    if (whole == 0)
        mm_buf_byte(b, '0');
    mm_buf_put(b, d, whole);
    put_zeros(b, point - (int)n);
    if (whole == n)
        return;
    mm_buf_byte(b, '.');
    put_zeros(b, -point);
    mm_buf_put(b, d + whole, n - whole);
}

void mm_json_put_double(mm_buf *b, double v)
{
    char d[17];
    int point;
    if (!isfinite(v)) {
        mm_buf_put(b, "null", 4);
        return;
    }
    if (signbit(v))
        mm_buf_byte(b, '-');
    v = fabs(v);
    if (v < 9007199254740992.0 && v == (double)(uint64_t)v) {
        mm_buf_u64(b, (uint64_t)v);
        return;
    }
    size_t n = shortest(v, d, &point);
    if (point > -5 && point <= 17) {
        put_positional(b, d, n, point);
        return;
    }
    put_positional(b, d, n, 1);
    mm_buf_printf(b, "e%d", point - 1);
}
