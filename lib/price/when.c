#include "price/when.h"

/* Days from 1970-01-01 to a day of the proleptic Gregorian calendar; the year begins in March, so that leap days end it. */
static int64_t days_of(int64_t y, int m, int d)
{
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400, in_era = y - era * 400;
    int64_t in_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

static int days_in(int64_t y, int m)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return days[m - 1] + (m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));
}

/* n digits at p[*i], moved behind; -1 when there are not so many. */
static int64_t number(mm_str t, size_t *i, size_t n)
{
    int64_t v = 0;
    for (size_t end = *i + n; *i < end; ++*i) {
        if (*i >= t.n || t.p[*i] < '0' || t.p[*i] > '9')
            return -1;
        v = v * 10 + t.p[*i] - '0';
    }
    return v;
}

static bool take(mm_str t, size_t *i, char c)
{
    bool is = *i < t.n && t.p[*i] == c;
    *i += is;
    return is;
}

static bool read_offset(mm_str t, size_t i, int64_t *seconds)
{
    if (i == t.n || (t.n - i == 1 && t.p[i] == 'Z') || mm_str_eq((mm_str){ t.p + i, t.n - i }, MM_STR(" UTC")))
        return true;
    bool minus = t.p[i] == '-';
    if (t.p[i] != '+' && !minus)
        return false;
    i++;
    int64_t h = number(t, &i, 2);
    take(t, &i, ':');
    int64_t m = i < t.n ? number(t, &i, 2) : 0;
    if (h < 0 || h > 14 || m < 0 || m > 59 || i != t.n)
        return false;
    *seconds -= (minus ? -1 : 1) * (h * 3600 + m * 60);
    return true;
}

bool mm_when_read(mm_str t, int64_t *seconds)
{
    size_t i = 0;
    int64_t y = number(t, &i, 4), h = 0, min = 0, s = 0;
    if (y < 0 || !take(t, &i, '-'))
        return t.n && mm_json_int(t, seconds) == 0;
    int64_t m = number(t, &i, 2), d = take(t, &i, '-') ? number(t, &i, 2) : -1;
    if (m < 1 || m > 12 || d < 1 || d > days_in(y, (int)m))
        return false;
    if (take(t, &i, 'T') || (i + 1 < t.n && t.p[i + 1] <= '9' && take(t, &i, ' '))) {
        h = number(t, &i, 2);
        min = take(t, &i, ':') ? number(t, &i, 2) : -1;
        s = take(t, &i, ':') ? number(t, &i, 2) : 0;
        if (take(t, &i, '.'))
            while (i < t.n && t.p[i] >= '0' && t.p[i] <= '9')
                i++;
        if (h < 0 || h > 23 || min < 0 || min > 59 || s < 0 || s > 60)
            return false;
    }
    *seconds = days_of(y, (int)m, (int)d) * 86400 + h * 3600 + min * 60 + s;
    return read_offset(t, i, seconds);
}

typedef struct date {
    int64_t year;
    int month, day;
} date;

static date date_of(int64_t days)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097, in_era = days - era * 146097;
    int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int64_t in_year = in_era - (365 * year + year / 4 - year / 100), mp = (5 * in_year + 2) / 153;
    int month = (int)(mp < 10 ? mp + 3 : mp - 9);
    return (date){ year + era * 400 + (month <= 2), month, (int)(in_year - (153 * mp + 2) / 5 + 1) };
}

static int64_t second_of_day(int64_t t)
{
    return (t % 86400 + 86400) % 86400;
}

static date day_of(int64_t t)
{
    return date_of((t - second_of_day(t)) / 86400);
}

int64_t mm_month_of(int64_t t)
{
    date d = day_of(t);
    return days_of(d.year, d.month, 1) * 86400;
}

int64_t mm_month_after(int64_t t)
{
    date d = day_of(t);
    return days_of(d.year + (d.month == 12), d.month % 12 + 1, 1) * 86400;
}

void mm_when_put(mm_buf *b, int64_t seconds, bool dates)
{
    int64_t s = second_of_day(seconds);
    date d = day_of(seconds);
    mm_buf_printf(b, "%04d-%02d-%02d", (int)d.year, d.month, d.day);
    if (s || !dates)
        mm_buf_printf(b, "T%02d:%02d:%02dZ", (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
}
