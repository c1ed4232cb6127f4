/* detect_card.c - payment card numbers. Issuer ranges and lengths as the networks publish them (and as
 * gathered in ISO/IEC 7812 lists); the last digit by ISO/IEC 7812-1 annex B (Luhn). */
#include "numbers.h"

#include <stdlib.h>
#include <string.h>

typedef struct range {
    const char *rule;
    unsigned low, high;   /* of the first six digits */
    uint32_t lengths;     /* bit n: n digits */
} range;

#define LEN(n) (1u << (n))
static const range ranges[] = {
    { "visa", 400000, 499999, LEN(13) | LEN(16) | LEN(19) },
    { "mastercard", 510000, 559999, LEN(16) },
    { "mastercard", 222100, 272099, LEN(16) },
    { "amex", 340000, 349999, LEN(15) },
    { "amex", 370000, 379999, LEN(15) },
    { "diners", 300000, 305999, LEN(14) | LEN(16) | LEN(19) },
    { "diners", 309500, 309599, LEN(14) | LEN(16) | LEN(19) },
    { "diners", 360000, 369999, LEN(14) | LEN(16) | LEN(19) },
    { "diners", 380000, 399999, LEN(14) | LEN(16) | LEN(19) },
    { "discover", 601100, 601199, LEN(16) | LEN(19) },
    { "discover", 644000, 659999, LEN(16) | LEN(19) },
    { "unionpay", 620000, 629999, LEN(16) | LEN(17) | LEN(18) | LEN(19) },
    { "unionpay", 810000, 817199, LEN(16) | LEN(17) | LEN(18) | LEN(19) },
    { "jcb", 352800, 358999, LEN(16) | LEN(17) | LEN(18) | LEN(19) },
    { "rupay", 600000, 601099, LEN(16) },
    { "rupay", 817200, 820199, LEN(16) },
    { "rupay", 606900, 608599, LEN(16) },
    { "mir", 220000, 220499, LEN(16) | LEN(17) | LEN(18) | LEN(19) },
    { "maestro", 500000, 509999, LEN(12) | LEN(13) | LEN(14) | LEN(15) | LEN(16) | LEN(17) | LEN(18) | LEN(19) },
    { "maestro", 560000, 589999, LEN(12) | LEN(13) | LEN(14) | LEN(15) | LEN(16) | LEN(17) | LEN(18) | LEN(19) },
    { "maestro", 670000, 679999, LEN(12) | LEN(13) | LEN(14) | LEN(15) | LEN(16) | LEN(17) | LEN(18) | LEN(19) },
    { "troy", 979200, 979299, LEN(16) },
};

static const char *issuer(const char *digits, size_t n)
{
    unsigned first = 0;
    for (int i = 0; i < 6; i++)
        first = first * 10 + (unsigned)(digits[i] - '0');
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (first >= ranges[i].low && first <= ranges[i].high && (ranges[i].lengths >> n & 1))
            return ranges[i].rule;
    return NULL;
}

static bool luhn(const char *digits, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++) {
        int d = digits[n - 1 - i] - '0';
        sum += i % 2 ? d * 2 - (d > 4 ? 9 : 0) : d;
    }
    return sum % 10 == 0;
}

static bool all_same(const char *digits, size_t n)
{
    return memcmp(digits, digits + 1, n - 1) == 0;
}

/* As cards are printed: all together, in fours, or 4-6-5 and 4-6-4. */
static bool printed_so(const digit_groups *g, size_t i, size_t j)
{
    if (i == j)
        return true;
    if (j - i == 2 && g->len[i] == 4 && g->len[i + 1] == 6)
        return true;
    for (size_t k = i; k < j; k++)
        if (g->len[k] != 4)
            return false;
    return g->len[j] <= 4;
}

/* Groups i..j stand between others of their kind: a piece of a longer number. */
static bool goes_on(const subject *s, const digit_groups *g, size_t i, size_t j, char sep)
{
    if (sep == ' ' && g->len[i] == 4 && g->len[j] == 4 && j - i < 3)   /* fours beside fours */
        return (i > 0 && g->len[i - 1] == 4 && group_separator(s, g, i - 1) == sep) ||
               (j + 1 < g->n && g->len[j + 1] == 4 && group_separator(s, g, j) == sep);
    return sep != ' ' && ((i > 0 && group_separator(s, g, i - 1) == sep) ||
                          (j + 1 < g->n && group_separator(s, g, j) == sep));
}

static bool try_card(const subject *s, const digit_groups *g, size_t i, size_t j, findings *out)
{
    char digits[32], sep = i < j ? group_separator(s, g, i) : 0;
    size_t n = group_digits(s, g, i, j, digits);
    if (n < 12 || n > 19 || !group_ends(s, g, j) || (sep && goes_on(s, g, i, j, sep)))
        return false;
    const char *rule = issuer(digits, n);
    if (!rule || !luhn(digits, n) || all_same(digits, n))
        return false;
    words w = context(s, g->from[i], group_end(g, j));
    int score = printed_so(g, i, j) ? 85 : 60;
    if (w & WORD_CARD)
        score = 100;
    else if (n != 15 && n != 16)
        score -= 30;
    found(out, g->from[i], group_end(g, j), rule, score);
    return true;
}

void detect_card(const subject *s, size_t at, mm_pii_kind kind, findings *out)
{
    const digit_groups *g = s->groups;
    for (size_t i = 0; i < g->n; i++) {
        if (g->len[i] > 19 || g->len[i] < 2 || !group_begins(s, g, i))
            continue;
        char sep = group_separator(s, g, i);
        size_t total = 0;
        for (size_t j = i; j < g->n && j < i + 6; j++) {
            total += g->len[j];
            if (total > 19)
                break;
            if (j > i && (g->from[j] - group_end(g, j - 1) > 3 || g->len[j] < 2))
                break;
            if (j > i && sep && group_separator(s, g, j - 1) != sep)
                break;
            if (total >= 12 && try_card(s, g, i, j, out))
                break;
        }
    }
}
