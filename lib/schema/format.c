/* format.c - formats of strings, each by its rule. */
#include "format.h"

#include <arpa/inet.h>
#include <string.h>

const char *mm_format_name(mm_format f)
{
    static const char *const names[] = { "date-time", "date", "time", "email", "uri", "uuid", "ipv4", "ipv6" };
    return names[f];
}

int mm_format_named(const char *name)
{
    for (int f = 0; f < MM_FORMATS; f++)
        if (strcmp(name, mm_format_name((mm_format)f)) == 0)
            return f;
    return -1;
}

/* n digits at p as a number, or -1. */
static int digits(const char *p, int n)
{
    int v = 0;
    for (int i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return -1;
        v = v * 10 + (p[i] - '0');
    }
    return v;
}

/* RFC 3339 full-date. */
static bool date(mm_str s)
{
    static const char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-')
        return false;
    int y = digits(s.p, 4), m = digits(s.p + 5, 2), d = digits(s.p + 8, 2);
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    return y >= 0 && m >= 1 && m <= 12 && d >= 1 && d <= days[m - 1] + (m == 2 && leap);
}

/* RFC 3339 full-time; a leap second is one in UTC. */
static bool time_of_day(mm_str s)
{
    if (s.n < 9 || s.p[2] != ':' || s.p[5] != ':')
        return false;
    int h = digits(s.p, 2), m = digits(s.p + 3, 2), sec = digits(s.p + 6, 2), oh = 0, om = 0, sign = 1;
    size_t i = 8;
    if (h < 0 || h > 23 || m < 0 || m > 59 || sec < 0 || sec > 60)
        return false;
    if (s.p[i] == '.') {
        size_t from = ++i;
        while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
            i++;
        if (i == from)
            return false;
    }
    if (i < s.n && (s.p[i] | 0x20) == 'z') {
        i++;
    } else {
        if (s.n - i != 6 || (s.p[i] != '+' && s.p[i] != '-') || s.p[i + 3] != ':')
            return false;
        sign = s.p[i] == '+' ? 1 : -1;
        oh = digits(s.p + i + 1, 2);
        om = digits(s.p + i + 4, 2);
        if (oh < 0 || oh > 23 || om < 0 || om > 59)
            return false;
        i = s.n;
    }
    int utc = ((h * 60 + m - sign * (oh * 60 + om)) % 1440 + 1440) % 1440;
    return i == s.n && (sec < 60 || utc == 1439);
}

static bool date_time(mm_str s)
{
    return s.n > 11 && (s.p[10] | 0x20) == 't' && date((mm_str){ s.p, 10 }) && time_of_day((mm_str){ s.p + 11, s.n - 11 });
}

static bool letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Labels of letters, digits and hyphens (RFC 1123), joined by dots. */
static bool host(mm_str s)
{
    size_t label = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool edge = label == 0 || i + 1 == s.n || s.p[i + 1] == '.';
        if (s.p[i] == '.' ? label == 0 : !letter(s.p[i]) && !digit(s.p[i]) && (s.p[i] != '-' || edge))
            return false;
        label = s.p[i] == '.' ? 0 : label + 1;
        if (label > 63)
            return false;
    }
    return label > 0 && s.n < 254;
}

/* RFC 5321: a dot-string before the @, a host behind it. */
static bool email(mm_str s)
{
    const char *at = s.n ? memrchr(s.p, '@', s.n) : NULL;
    if (!at || at == s.p || at - s.p > 64 || *s.p == '.' || at[-1] == '.')
        return false;
    for (const char *p = s.p; p < at; p++)
        if (!letter(*p) && !digit(*p) && (*p & 0x80) == 0 && (!*p || !strchr("!#$%&'*+-/=?^_`{|}~.", *p) || (*p == '.' && p[1] == '.')))
            return false;
    return host((mm_str){ at + 1, (size_t)(s.p + s.n - at - 1) });
}

/* RFC 3986: a scheme and what may stand in a URI. */
static bool uri(mm_str s)
{
    const char *colon = s.n ? memchr(s.p, ':', s.n) : NULL;
    if (!colon || !letter(*s.p) || colon + 1 == s.p + s.n)
        return false;
    for (const char *p = s.p; p < colon; p++)
        if (!letter(*p) && !digit(*p) && *p != '+' && *p != '-' && *p != '.')
            return false;
    for (const char *p = colon; p < s.p + s.n; p++) {
        bool hex = *p != '%' || (s.p + s.n - p > 2 && strspn((char[]){ p[1], p[2], 0 }, "0123456789abcdefABCDEF") == 2);
        if ((unsigned char)*p <= 0x20 || (unsigned char)*p >= 0x7f || strchr("\"<>\\^`{|}", *p) || !hex)
            return false;
    }
    return true;
}

static bool uuid(mm_str s)
{
    for (size_t i = 0; i < s.n && s.n == 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? s.p[i] != '-' : !digit(s.p[i]) && ((s.p[i] | 0x20) < 'a' || (s.p[i] | 0x20) > 'f'))
            return false;
    }
    return s.n == 36;
}

static bool address(mm_str s, int family)
{
    char text[64];
    unsigned char out[16];
    if (s.n >= sizeof text || (s.n && memchr(s.p, 0, s.n)))
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    return inet_pton(family, text, out) == 1;
}

bool mm_format_holds(mm_format f, mm_str s)
{
    switch (f) {
    case MM_FORMAT_DATE_TIME: return date_time(s);
    case MM_FORMAT_DATE: return date(s);
    case MM_FORMAT_TIME: return time_of_day(s);
    case MM_FORMAT_EMAIL: return email(s);
    case MM_FORMAT_URI: return uri(s);
    case MM_FORMAT_UUID: return uuid(s);
    case MM_FORMAT_IPV4: return address(s, AF_INET);
    default: return address(s, AF_INET6);
    }
}
