/* row_time.c - dates by the proleptic Gregorian calendar; no leap seconds. */
#include "row_time.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define SECOND INT64_C(1000000000)

/* n digits at p as a number, or -1. */
static int64_t digits(const char *p, const char *end, int n)
{
    int64_t v = 0;
    if (end - p < n)
        return -1;
    for (int i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return -1;
        v = v * 10 + (p[i] - '0');
    }
    return v;
}

/* Days since 1970, years of 400 counted from March (as Hinnant's "chrono-compatible low-level date algorithms" has it). */
static int64_t days_of(int64_t y, int64_t m, int64_t d)
{
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
    int64_t of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void date_of(int64_t days, int64_t *y, int64_t *m, int64_t *d)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097, of_era = days - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;
    *d = of_year - (153 * month + 2) / 5 + 1;
    *m = month + (month < 10 ? 3 : -9);
    *y = year + era * 400 + (*m <= 2);
}

static bool date(const char **p, const char *end, int64_t *days)
{
    static const char lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    const char *q = *p;
    if (end - q < 10 || (q[4] != '-' && q[4] != '/') || q[7] != q[4])
        return false;
    int64_t y = digits(q, end, 4), m = digits(q + 5, end, 2), d = digits(q + 8, end, 2);
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    if (y < 1678 || y > 2261 || m < 1 || m > 12 || d < 1 || d > lengths[m - 1] + (m == 2 && leap))
        return false;
    *days = days_of(y, m, d);
    *p = q + 10;
    return true;
}

/* .25 or ,25: nanoseconds, further digits left out. */
static int64_t fraction(const char **p, const char *end)
{
    int64_t v = 0, unit = SECOND;
    if (*p == end || (**p != '.' && **p != ',') || digits(*p + 1, end, 1) < 0)
        return 0;
    for (++*p; *p < end && **p >= '0' && **p <= '9'; ++*p) {
        unit /= 10;
        v += (**p - '0') * unit;
    }
    return v;
}

/* Z, +02:00, +0200, +02: seconds to the east. */
static bool offset(const char **p, const char *end, int64_t *east)
{
    *east = 0;
    if (*p == end)
        return true;
    if ((**p | 0x20) == 'z')
        return ++*p, true;
    if (**p != '+' && **p != '-')
        return false;
    int64_t sign = *(*p)++ == '+' ? 1 : -1, h = digits(*p, end, 2), m = 0;
    if (h < 0 || h > 23)
        return false;
    *p += 2;
    if (*p < end) {
        *p += **p == ':';
        m = digits(*p, end, 2);
        if (m < 0 || m > 59)
            return false;
        *p += 2;
    }
    *east = sign * (h * 3600 + m * 60);
    return true;
}

bool row_time_text(mm_str text, int64_t *ns)
{
    const char *p = text.p, *end = text.p + text.n;
    int64_t days, east = 0, of_day = 0, part = 0;
    if (text.n < 10 || text.n > 40 || !date(&p, end, &days))
        return false;
    if (p < end) {
        if ((*p | 0x20) != 't' && *p != ' ')
            return false;
        p++;
        int64_t h = digits(p, end, 2), m = end - p >= 5 && p[2] == ':' ? digits(p + 3, end, 2) : -1, s = 0;
        if (h < 0 || h > 24 || m < 0 || m > 59)
            return false;
        p += 5;
        if (p < end && *p == ':') {
            s = digits(p + 1, end, 2);
            if (s < 0 || s > 60)
                return false;
            p += 3;
            part = fraction(&p, end);
        }
        p += p < end && *p == ' ';
        if (!offset(&p, end, &east) || p != end)
            return false;
        of_day = h * 3600 + m * 60 + s;
    }
    *ns = (days * 86400 + of_day - east) * SECOND + part;
    return true;
}

/* ---- numbers ---- */

/* Without its last part _s, _ms, _us, _ns; *unit: that in nanoseconds, or 0. */
static mm_str without_unit(mm_str name, int64_t *unit)
{
    static const struct { mm_str end; int64_t unit; } units[] = {
        { { "_s", 2 }, SECOND }, { { "_sec", 4 }, SECOND }, { { "_ms", 3 }, 1000000 }, { { "_us", 3 }, 1000 }, { { "_ns", 3 }, 1 } };
    *unit = 0;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (mm_str_ends(name, units[i].end)) {
            *unit = units[i].unit;
            return (mm_str){ name.p, name.n - units[i].end.n };
        }
    return name;
}

bool row_time_named(mm_str name)
{
    static const char *const names[] = { "time", "timestamp", "time_stamp", "ts", "t", "epoch", "unix", "unixtime", "unix_time",
                                         "datetime", "date_time", "date" };
    int64_t unit;
    mm_str rest = without_unit(name, &unit);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (rest.n == strlen(names[i]) && strncasecmp(rest.p, names[i], rest.n) == 0)
            return true;
    return false;
}

bool row_time_number(mm_str name, mm_str raw, int64_t *ns)
{
    int64_t unit, whole;
    double v;
    without_unit(name, &unit);
    if (mm_json_double(raw, &v) != 0)
        return false;
    if (!unit)
        unit = fabs(v) < 1e11 ? SECOND : fabs(v) < 1e14 ? 1000000 : fabs(v) < 1e17 ? 1000 : 1;
    if (mm_json_int(raw, &whole) == 0)
        return !__builtin_mul_overflow(whole, unit, ns);
    if (!(fabs(v) * (double)unit < 9.2e18))
        return false;
    /* The whole part apart, so that a count of seconds keeps its nanoseconds as far as the double has them. */
    *ns = (int64_t)v * unit + llround((v - trunc(v)) * (double)unit);
    return true;
}

void row_time_put(mm_buf *out, int64_t ns)
{
    int64_t seconds = ns / SECOND - (ns % SECOND < 0), part = ns - seconds * SECOND;
    int64_t days = seconds / 86400 - (seconds % 86400 < 0), of_day = seconds - days * 86400, y, m, d;
    date_of(days, &y, &m, &d);
    mm_buf_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d", (int)y, (int)m, (int)d, (int)(of_day / 3600), (int)(of_day / 60 % 60),
                  (int)(of_day % 60));
    if (part) {
        char text[16];
        int n = snprintf(text, sizeof text, ".%09lld", (long long)part);
        while (text[n - 1] == '0')
            n--;
        mm_buf_put(out, text, (size_t)n);
    }
    mm_buf_byte(out, 'Z');
}
