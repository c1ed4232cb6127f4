/* detect_birth.c - dates of birth: a date is one only beside a word, or under a key, that says so. */
#include "numbers.h"

#include <string.h>

/* Month names and their usual short forms, lower case, in the languages of words.c. */
static const char months[] =
    " january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec januar jänner februar märz mai juni juli oktober dezember mrz okt dez janvier février fevrier "
    "mars avril juin juillet août aout septembre octobre novembre décembre decembre janv févr avr juil déc enero febrero "
    "marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre ene abr ago dic gennaio febbraio "
    "aprile maggio giugno luglio settembre ottobre dicembre gen mag giu lug set ott januari februari maart mei augustus "
    "mrt janeiro fevereiro março maio junho julho setembro outubro novembro dezembro fev out ";

static bool is_month(const char *p, size_t n)
{
    char want[24];
    if (n < 3 || n > 12)
        return false;
    want[0] = want[n + 1] = ' ';
    for (size_t i = 0; i < n; i++)
        want[i + 1] = p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] | 0x20) : p[i];
    return memmem(months, sizeof months - 1, want, n + 2) != NULL;
}

static bool year_ok(int y) { return y >= 1900 && y < 2100; }

/* The date in groups i, i+1, i+2, in any of the orders in use. */
static bool is_date(const subject *s, const digit_groups *g, size_t i)
{
    const char *a = s->p + g->from[i], *b = s->p + g->from[i + 1], *c = s->p + g->from[i + 2];
    unsigned la = g->len[i], lb = g->len[i + 1], lc = g->len[i + 2];
    int m = lb == 2 ? two_digits(b) : *b - '0', x, d, y;
    if (lb > 2 || la < 1 || lc < 1)
        return false;
    if (la == 4 && lc <= 2) {
        y = two_digits(a) * 100 + two_digits(a + 2);
        d = lc == 2 ? two_digits(c) : *c - '0';
        return year_ok(y) && m >= 1 && m <= 12 && d >= 1 && d <= 31;
    }
    x = la == 2 ? two_digits(a) : *a - '0';
    if (la > 2 || (lc != 4 && lc != 2))
        return false;
    y = lc == 4 ? two_digits(c) * 100 + two_digits(c + 2) : 1900 + two_digits(c);
    return year_ok(y) && x >= 1 && m >= 1 && ((x <= 31 && m <= 12) || (x <= 12 && m <= 31));
}

/* The separator between two groups is one of - . / or ". ". */
static bool date_gap(const subject *s, const digit_groups *g, size_t i)
{
    size_t end = group_end(g, i), n = g->from[i + 1] - end;
    char c = s->p[end];
    return (n == 1 && (c == '-' || c == '.' || c == '/')) || (n == 2 && c == '.' && s->p[end + 1] == ' ');
}

/* Three groups with the gaps of a date between them, and none of the kind around. */
static bool stands_alone(const subject *s, const digit_groups *g, size_t i)
{
    if (!date_gap(s, g, i) || !date_gap(s, g, i + 1) || is_word(byte_at(s, g->from[i] - 1)))
        return false;
    return (i == 0 || g->from[i] - group_end(g, i - 1) > 1 || !date_gap(s, g, i - 1)) &&
           (i + 3 >= g->n || g->from[i + 3] - group_end(g, i + 2) > 1 || !date_gap(s, g, i + 2));
}

/* The words before a date decide, and a few right behind it. */
static void report(const subject *s, size_t from, size_t to, const char *rule, findings *out)
{
    /* A string that begins with a time stamp has nothing before it that could speak. */
    if (from == 0 && byte_at(s, to) == 'T' && is_digit(byte_at(s, to + 1)) && !(s->key & WORD_BIRTH))
        return;
    if (context(s, from, to) & WORD_BIRTH)
        found(out, from, to, rule, 85);
}

static void look_numeric(const subject *s, findings *out)
{
    const digit_groups *g = s->groups;
    for (size_t i = 0; i + 2 < g->n; i++)
        if (stands_alone(s, g, i) && is_date(s, g, i))
            report(s, g->from[i], group_end(g, i + 2), "numeric", out);
    if (g->n >= 1 && g->len[0] == 8 && (s->key & WORD_BIRTH))
        report(s, g->from[0], group_end(g, 0), "plain", out);
}

/* The word that ends before i (blanks, dots, commas and "de", "of" between): its start, or i. */
static size_t word_before(const subject *s, size_t i, size_t *end)
{
    while (i > 0 && strchr(" .,", s->p[i - 1]))
        i--;
    *end = i;
    while (i > 0 && (is_letter(s->p[i - 1]) || is_high(s->p[i - 1])) && *end - i < 16)
        i--;
    return i;
}

/* Digits (a day) that end before i, after an optional "th" and the like: their start, or i. */
static size_t day_before(const subject *s, size_t i)
{
    size_t k = i;
    while (k > 0 && strchr(" .,", s->p[k - 1]))
        k--;
    if (k > 2 && is_letter(s->p[k - 1]) && is_letter(s->p[k - 2]) && is_digit(s->p[k - 3]))
        k -= 2;
    else if (k > 1 && s->p[k - 1] == 'r' && is_digit(s->p[k - 3]))
        k -= 2;
    size_t d = k;
    while (d > 0 && is_digit(s->p[d - 1]) && k - d < 3)
        d--;
    return d < k && k - d <= 2 ? d : i;
}

/* at is the last digit of four: "12 May 1990", "May 12th, 1990", "12 de mayo de 1990", "1990年5月12日". */
static void look_written(const subject *s, size_t at, findings *out)
{
    size_t from = at - 3, end;
    if (is_digit(byte_at(s, at + 1)) || !year_ok(two_digits(s->p + from) * 100 + two_digits(s->p + from + 2)))
        return;
    if (byte_at(s, at + 1) == '-' || byte_at(s, at + 1) == '/' || byte_at(s, at + 1) == ':')
        return;
    if (s->n - at > 6 && memcmp(s->p + at + 1, "年", 3) == 0) {
        end = at + 4;
        while (end < s->n && (is_digit(s->p[end]) || is_high(s->p[end])) && end - at < 20) {
            if (s->n - end >= 3 && memcmp(s->p + end, "日", 3) == 0) {
                report(s, from, end + 3, "written", out);
                return;
            }
            end++;
        }
        return;
    }
    if (byte_at(s, from - 1) != ' ')
        return;
    size_t w = word_before(s, from, &end);
    if (end - w == 2 && (memcmp(s->p + w, "de", 2) == 0 || memcmp(s->p + w, "of", 2) == 0))
        w = word_before(s, w, &end);
    if (w < end && is_month(s->p + w, end - w)) {
        size_t stop = w, before = word_before(s, w, &stop);
        size_t day = day_before(s, stop - before == 2 && s->p[before] == 'd' ? before : w);
        report(s, day < w ? day : w, at + 1, "written", out);
        return;
    }
    size_t day = day_before(s, from);
    if (day < from) {
        w = word_before(s, day, &end);
        if (w < end && is_month(s->p + w, end - w))
            report(s, w, at + 1, "written", out);
    }
}

void detect_birth(const subject *s, size_t at, mm_pii_kind kind, findings *out)
{
    if (kind == MM_PII_NUMBER)
        look_numeric(s, out);
    else
        look_written(s, at, out);
}
