/* detect_ssn.c - US social security numbers; which are never issued: SSA, "Social Security Number
 * Randomization" (areas 000, 666, 900 and up; group 00; serial 0000). */
#include "numbers.h"

#include <string.h>

static bool issued(const char *d)
{
    if (memcmp(d, "000", 3) == 0 || memcmp(d, "666", 3) == 0 || d[0] == '9')
        return false;
    if (memcmp(d + 3, "00", 2) == 0 || memcmp(d + 5, "0000", 4) == 0)
        return false;
    /* Printed in advertisements, and so withdrawn; and what people type to get on. */
    static const char *const known[] = { "078051120", "219099999", "123456789", "111111111", "222222222", "333333333",
                                         "444444444", "555555555", "777777777", "888888888" };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (memcmp(d, known[i], 9) == 0)
            return false;
    return true;
}

static void report(const subject *s, size_t from, size_t to, const char *rule, int score, findings *out)
{
    words w = context(s, from, to);
    if (w & WORD_SSN)
        score = score + 50 < 100 ? score + 50 : 100;
    else if (w & WORD_COUNT)
        score -= 30;
    if (score > 0)
        found(out, from, to, rule, score);
}

void detect_ssn(const subject *s, size_t at, mm_pii_kind kind, findings *out)
{
    const digit_groups *g = s->groups;
    char d[32];
    for (size_t i = 0; i < g->n; i++) {
        if (g->len[i] == 9 && group_begins(s, g, i) && group_ends(s, g, i)) {
            group_digits(s, g, i, i, d);
            bool by_key = s->key & WORD_SSN;
            if (issued(d) || (by_key && memcmp(d, "123456789", 9) == 0))
                report(s, g->from[i], group_end(g, i), "plain", 20, out);
        }
        if (g->len[i] != 3 || i + 2 >= g->n || g->len[i + 1] != 2 || g->len[i + 2] != 4)
            continue;
        char sep = group_separator(s, g, i);
        if ((sep != '-' && sep != ' ' && sep != '.') || group_separator(s, g, i + 1) != sep)
            continue;
        if (!group_begins(s, g, i) || !group_ends(s, g, i + 2))
            continue;
        group_digits(s, g, i, i + 2, d);
        if (issued(d))
            report(s, g->from[i], group_end(g, i + 2), sep == '-' ? "dashes" : "spaced", sep == '-' ? 85 : 50, out);
    }
}
