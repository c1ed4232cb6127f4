#include "price/money.h"

#include <stdlib.h>
#include <string.h>

typedef unsigned __int128 wide;

static const wide most = (wide)(((__int128)1 << 126) - 1) * 2 + 1;

/* ---- reading ---- */

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The exponent at p[i] on, which follows an e; false when it is none. */
static bool read_exponent(mm_str t, size_t i, int *out)
{
    bool minus = i < t.n && t.p[i] == '-';
    i += i < t.n && (t.p[i] == '-' || t.p[i] == '+');
    int v = 0;
    if (i == t.n)
        return false;
    for (; i < t.n; i++) {
        if (!digit(t.p[i]) || v > 9999)
            return false;
        v = v * 10 + t.p[i] - '0';
    }
    *out = minus ? -v : v;
    return true;
}

/* v * 10^power, or the reason there is no such amount; digits too many are rounded away half to even where `near`. */
static const char *scale(wide v, int power, bool near, wide *out)
{
    bool below = false;   /* of what was cut: is there anything but its first digit? */
    unsigned cut = 0;
    for (; power < 0 && (v || cut); power++) {
        below |= cut != 0;
        cut = (unsigned)(v % 10);
        if (cut && !near)
            return "more than 18 decimals";
        v /= 10;
    }
    v += power == 0 && (cut > 5 || (cut == 5 && (below || (v & 1))));
    for (; power > 0 && v; power--)
        if (__builtin_mul_overflow(v, (wide)10, &v))
            return "too large";
    *out = v;
    return v > most ? "too large" : NULL;
}

static const char *read(mm_str t, bool near, mm_money *out)
{
    static const uint64_t power[19] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000,
        100000000000, 1000000000000, 10000000000000, 100000000000000, 1000000000000000, 10000000000000000, 100000000000000000,
        1000000000000000000 };
    size_t i = t.n && (t.p[0] == '-' || t.p[0] == '+'), first = i;
    uint64_t low = 0;
    size_t whole = 0, digits = 0;
    for (; i < t.n && digit(t.p[i]) && digits < 19; i++, digits++)
        low = low * 10 + (uint64_t)(t.p[i] - '0');
    whole = digits;
    if (i < t.n && t.p[i] == '.' && digits < 19) {
        for (i++; i < t.n && digit(t.p[i]) && digits < 19; i++, digits++)
            low = low * 10 + (uint64_t)(t.p[i] - '0');
    }
    if (i == t.n && digits && digits - whole <= 18) {
        wide v = (wide)low * power[18 - (digits - whole)];
        if (v > most)
            return "too large";
        *out = t.p[0] == '-' ? -(mm_money)v : (mm_money)v;
        return NULL;
    }
    /* Longer numbers and exponents, which are rare. */
    wide v = 0, got;
    int behind = 0, e = 0;
    bool point = false, any = false;
    for (i = first; i < t.n && (digit(t.p[i]) || (t.p[i] == '.' && !point)); i++) {
        if (t.p[i] == '.') {
            point = true;
            continue;
        }
        any = true;
        if (__builtin_mul_overflow(v, (wide)10, &v) || __builtin_add_overflow(v, (wide)(t.p[i] - '0'), &v))
            return "more digits than 128 bits hold";
        behind += point;
    }
    if (!any || (i < t.n && ((t.p[i] | 0x20) != 'e' || !read_exponent(t, i + 1, &e))))
        return "no number";
    const char *why = scale(v, MM_MONEY_DECIMALS - behind + e, near, &got);
    if (!why)
        *out = t.p[0] == '-' ? -(mm_money)got : (mm_money)got;
    return why;
}

const char *mm_money_read(mm_str t, mm_money *out)
{
    return read(t, false, out);
}

const char *mm_money_near_read(mm_str t, mm_money *out)
{
    return read(t, true, out);
}

/* ---- products, quotients, shares ---- */

static wide size_of(mm_money v)
{
    return v < 0 ? -(wide)v : (wide)v;
}

typedef struct wider {
    wide high, low;
} wider;

static wider multiply(wide a, wide b)
{
    uint64_t a0 = (uint64_t)a, a1 = (uint64_t)(a >> 64), b0 = (uint64_t)b, b1 = (uint64_t)(b >> 64);
    wide low = (wide)a0 * b0, m1 = (wide)a1 * b0, m2 = (wide)a0 * b1, high = (wide)a1 * b1;
    wide mid = (low >> 64) + (uint64_t)m1 + (uint64_t)m2;
    return (wider){ high + (m1 >> 64) + (m2 >> 64) + (mid >> 64), mid << 64 | (uint64_t)low };
}

/* n / d with the remainder, bit by bit; false when the quotient does not fit. */
static bool divide(wider n, wide d, wide *quotient, wide *rest)
{
    if (d == 0 || n.high >= d)
        return false;
    wide r = n.high, q = 0;
    for (int i = 127; i >= 0; i--) {
        bool carry = r >> 127;
        r = r << 1 | (n.low >> i & 1);
        q <<= 1;
        if (carry || r >= d) {
            r -= d;
            q |= 1;
        }
    }
    *quotient = q;
    *rest = r;
    return true;
}

/* a * b / d, rounded half to even. */
static bool times_over(mm_money a, mm_money b, mm_money d, mm_money *out)
{
    wide q, r, by = size_of(d);
    if (!divide(multiply(size_of(a), size_of(b)), by, &q, &r))
        return false;
    q += r > by - r || (r == by - r && (q & 1));
    if (q > most)
        return false;
    *out = ((a < 0) ^ (b < 0) ^ (d < 0)) ? -(mm_money)q : (mm_money)q;
    return true;
}

bool mm_money_times(mm_money a, mm_money b, mm_money *out)
{
    return times_over(a, b, MM_MONEY_ONE, out);
}

bool mm_money_over(mm_money a, mm_money b, mm_money *out)
{
    return times_over(a, MM_MONEY_ONE, b, out);
}

bool mm_money_share(mm_money whole, const mm_money *weight, size_t n, mm_money *part)
{
    mm_money sum = 0, given = 0;
    for (size_t i = 0; i < n; i++)
        if (weight[i] < 0 || !mm_money_add(&sum, weight[i]))
            return false;
    if (sum == 0)
        return false;
    wide *rest = calloc(n, sizeof *rest);
    if (!rest)
        return false;
    for (size_t i = 0; i < n; i++) {
        wide q = 0;
        if (!divide(multiply(size_of(whole), (wide)weight[i]), (wide)sum, &q, &rest[i])) {
            free(rest);
            return false;
        }
        part[i] = whole < 0 ? -(mm_money)q : (mm_money)q;
        given += part[i];
    }
    for (wide left = size_of(whole - given); left; left--) {
        size_t best = 0;
        for (size_t i = 1; i < n; i++)
            if (rest[i] > rest[best])
                best = i;
        rest[best] = 0;
        part[best] += whole < 0 ? -1 : 1;
    }
    free(rest);
    return true;
}

/* ---- writing ---- */

/* The digits of v, at least 19 of them, as a string that ends at end; its start. */
static char *digits_before(wide v, char *end)
{
    char *p = end;
    while (v || end - p < MM_MONEY_DECIMALS + 1) {
        *--p = (char)('0' + (int)(v % 10));
        v /= 10;
    }
    return p;
}

void mm_money_put(mm_buf *b, mm_money v, int least)
{
    char text[48], *end = text + sizeof text, *p = digits_before(size_of(v), end);
    char *point = end - MM_MONEY_DECIMALS;
    while (end > point + least && end[-1] == '0')
        end--;
    if (v < 0)
        mm_buf_byte(b, '-');
    mm_buf_put(b, p, (size_t)(point - p));
    if (end > point) {
        mm_buf_byte(b, '.');
        mm_buf_put(b, point, (size_t)(end - point));
    }
}

void mm_money_show(mm_buf *b, mm_money v, int decimals)
{
    wide step = 1, size = size_of(v);
    for (int i = decimals; i < MM_MONEY_DECIMALS; i++)
        step *= 10;
    wide q = size / step, r = size % step;
    q += r > step - r || (r == step - r && (q & 1));
    char text[48], *end = text + sizeof text, *p = digits_before(q * step, end), *point = end - MM_MONEY_DECIMALS;
    if (v < 0 && q)
        mm_buf_byte(b, '-');
    for (; p < point; p++) {
        mm_buf_byte(b, *p);
        if ((point - p) % 3 == 1 && p + 1 < point)
            mm_buf_byte(b, ',');
    }
    if (decimals) {
        mm_buf_byte(b, '.');
        mm_buf_put(b, point, (size_t)decimals);
    }
}

double mm_money_near(mm_money v)
{
    return (double)v / 1e18;
}
