/* action_generalize.c - less exact: bands, years, prefixes, fewer decimals, networks. */
#include "action.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dates.h"

const char *check_generalize(const action_args *a, const char *entity)
{
    (void)entity;
    int given = (a->n_edges > 0) + (a->prefix >= 0) + (a->decimals >= 0) + (a->to != NULL);
    if (given > 1)
        return "one of bands, prefix, decimals and to says how";
    if (given == 1 || a->as == KIND_DATE || a->as == KIND_PLACE || a->as == KIND_IP)
        return NULL;
    return "say how: by bands, prefix, decimals or to, or `as: date, place or ip`";
}

/* The number that all of the value is. */
static bool number_of(mm_str s, double *out)
{
    while (s.n && s.p[0] == ' ')
        s = (mm_str){ s.p + 1, s.n - 1 };
    while (s.n && s.p[s.n - 1] == ' ')
        s.n--;
    char text[64], *end;
    if (s.n == 0 || s.n >= sizeof text || !strchr("0123456789+-.", s.p[0]))
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    *out = strtod(text, &end);
    return *end == 0 && isfinite(*out);
}

static void put_band(double from, double to, mm_buf *out)
{
    bool whole = from == floor(from) && to == floor(to);
    mm_buf_printf(out, from < 0 || !whole ? "%.15g..%.15g" : "%.15g-%.15g", from, whole ? to - 1 : to);
}

static int put_bands(action_in *in, mm_buf *out)
{
    const action_args *a = in->args;
    double v;
    size_t i = 0;
    if (!number_of(in->value, &v))
        return action_fails(in, "no number that falls into a band");
    if (a->widths) {
        double from = floor(v / a->edge[0]) * a->edge[0];
        put_band(from, from + a->edge[0], out);
        return 0;
    }
    while (i < a->n_edges && v >= a->edge[i])
        i++;
    if (i == 0)
        mm_buf_printf(out, "<%.15g", a->edge[0]);
    else if (i == a->n_edges)
        mm_buf_printf(out, "%.15g+", a->edge[i - 1]);
    else
        put_band(a->edge[i - 1], a->edge[i], out);
    return 0;
}

static int put_prefix(action_in *in, mm_buf *out)
{
    int64_t left = in->args->prefix;
    for (size_t i = 0; i < in->value.n; i++) {
        char c = in->value.p[i];
        if (((unsigned char)c & 0xc0) == 0x80) {   /* goes with the byte before */
            if (left >= 0)
                mm_buf_byte(out, c);
            continue;
        }
        bool separator = c > 0 && strchr(" -./", c);
        left -= !separator && left >= 0;
        mm_buf_byte(out, left >= 0 || separator ? c : '*');
    }
    return 0;
}

static int put_date(action_in *in, mm_buf *out)
{
    const char *to = in->args->to ? in->args->to : "year";
    date d;
    if (!date_read(in->value, in->args->order, &d))
        return action_fails(in, "no date that can be made coarser");
    if (strcmp(to, "decade") == 0)
        mm_buf_printf(out, "%ds", d.year / 10 * 10);
    else if (strcmp(to, "month") == 0 && d.m.len)
        mm_buf_printf(out, "%04d-%02d", d.year, d.month);
    else
        mm_buf_printf(out, "%04d", d.year);
    return 0;
}

/* Every decimal number rounded; of degrees, minutes and seconds the degrees. */
static int put_decimals(action_in *in, mm_buf *out)
{
    int64_t decimals = in->args->decimals >= 0 ? in->args->decimals : 1;
    mm_str s = in->value;
    for (size_t i = 0; i < s.n;) {
        if (s.p[i] < '0' || s.p[i] > '9') {
            mm_buf_byte(out, s.p[i++]);
            continue;
        }
        char text[64];
        size_t n = 0, dot = 0;
        while (i + n < s.n && n < sizeof text - 1 && ((s.p[i + n] >= '0' && s.p[i + n] <= '9') || (s.p[i + n] == '.' && !dot))) {
            dot = s.p[i + n] == '.' ? n : dot;
            n++;
        }
        memcpy(text, s.p + i, n);
        text[n] = 0;
        i += n;
        bool degrees = s.n - i >= 2 && memcmp(s.p + i, "\xc2\xb0", 2) == 0;
        if (degrees)
            mm_buf_printf(out, "%.0f\xc2\xb0", strtod(text, NULL));
        else if (dot && n - dot - 1 > (size_t)decimals)
            mm_buf_printf(out, "%.*f", (int)decimals, strtod(text, NULL));
        else
            mm_buf_put(out, text, n);
        while (degrees && i < s.n && !strchr("NSEWnsewO,", s.p[i]))
            i++;
    }
    return 0;
}

/* The first three digits of a US ZIP code, or 000 where fewer than 20,000 people live behind them: 45 CFR
 * 164.514(b)(2)(i)(B). The 17 by the census of 2000, which the guidance of HHS (26 November 2012) gives. */
static int put_zip3(action_in *in, mm_buf *out)
{
    static const char *const few[] = { "036", "059", "063", "102", "203", "556", "692", "790", "821", "823", "830", "831", "878",
                                       "879", "884", "890", "893" };
    char digit[10] = { 0 };
    size_t n = 0;
    for (size_t i = 0; i < in->value.n; i++) {
        char c = in->value.p[i];
        if (c >= '0' && c <= '9' && n < 9)
            digit[n++] = c;
        else if (c != ' ' && c != '-')
            return action_fails(in, "no ZIP code");
    }
    for (; in->number && n > 2 && n < 5; n++) {   /* zeros that a number does not keep */
        memmove(digit + 1, digit, n);
        digit[0] = '0';
    }
    if (n != 3 && n != 5 && n != 9)   /* three: done before */
        return action_fails(in, "no ZIP code");
    digit[3] = 0;
    for (size_t i = 0; i < sizeof few / sizeof *few; i++)
        if (strcmp(digit, few[i]) == 0)
            strcpy(digit, "000");
    mm_buf_str(out, mm_str_of(digit));
    return 0;
}

static int put_network(action_in *in, mm_buf *out)
{
    char text[INET6_ADDRSTRLEN];
    unsigned char a[16];
    if (in->value.n >= sizeof text)
        return action_fails(in, "no address");
    memcpy(text, in->value.p, in->value.n);
    text[in->value.n] = 0;
    int family = strchr(text, ':') ? AF_INET6 : AF_INET, bits = (int)(family == AF_INET6 ? in->args->ipv6 : in->args->ipv4);
    if (inet_pton(family, text, a) != 1)
        return action_fails(in, "no address");
    for (int i = bits; i < (family == AF_INET6 ? 128 : 32); i++)
        a[i / 8] &= (unsigned char)~(0x80 >> i % 8);
    inet_ntop(family, a, text, sizeof text);
    mm_buf_printf(out, "%s/%d", text, bits);
    return 0;
}

int put_generalize(action_in *in, mm_buf *out)
{
    const action_args *a = in->args;
    if (a->to && strcmp(a->to, "zip3") == 0)
        return put_zip3(in, out);
    if (a->n_edges)
        return put_bands(in, out);
    if (a->prefix >= 0)
        return put_prefix(in, out);
    if (a->decimals >= 0 || (a->as == KIND_PLACE && !a->to))
        return put_decimals(in, out);
    return a->as == KIND_IP && !a->to ? put_network(in, out) : put_date(in, out);
}
