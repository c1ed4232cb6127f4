/* detect_phone.c - telephone numbers. International: E.164 and the national lengths of its calling codes (ITU-T
 * "List of assigned country codes", numbering plans of each). National: the forms in the table below; numbers
 * with a trunk 0 share one rule. */
#include "numbers.h"

#include <string.h>

enum { SEPARATED = 60, WEAK = 30, NEEDS_WORD = 20, WORD_ADDS = 35, COUNT_TAKES = 30, KEY_SCORE = 80 };

/* Digits behind the calling code. Codes that are not here: 6 to 12. */
static const struct {
    const char *code;
    unsigned char least, most;
} plans[] = {
    { "1", 10, 10 }, { "7", 10, 10 }, { "20", 8, 10 }, { "27", 9, 9 }, { "30", 10, 10 }, { "31", 9, 9 }, { "32", 8, 9 },
    { "33", 9, 9 }, { "34", 9, 9 }, { "36", 8, 9 }, { "39", 6, 11 }, { "40", 9, 9 }, { "41", 9, 9 }, { "43", 4, 13 },
    { "44", 9, 10 }, { "45", 8, 8 }, { "46", 7, 10 }, { "47", 8, 8 }, { "48", 9, 9 }, { "49", 6, 12 }, { "51", 8, 9 },
    { "52", 10, 11 }, { "54", 10, 11 }, { "55", 10, 11 }, { "56", 9, 9 }, { "57", 8, 10 }, { "58", 10, 10 },
    { "60", 8, 10 }, { "61", 9, 9 }, { "62", 8, 12 }, { "63", 8, 10 }, { "64", 8, 10 }, { "65", 8, 8 }, { "66", 8, 9 },
    { "81", 9, 10 }, { "82", 8, 10 }, { "84", 9, 10 }, { "86", 10, 11 }, { "90", 10, 10 }, { "91", 10, 10 },
    { "92", 9, 10 }, { "351", 9, 9 }, { "352", 4, 11 }, { "353", 7, 9 }, { "354", 7, 9 }, { "358", 5, 12 },
    { "359", 7, 9 }, { "370", 8, 8 }, { "371", 8, 8 }, { "372", 7, 8 }, { "380", 9, 9 }, { "385", 8, 9 },
    { "386", 8, 8 }, { "420", 9, 9 }, { "421", 9, 9 }, { "852", 8, 8 }, { "886", 8, 9 }, { "966", 8, 9 },
    { "971", 8, 9 }, { "972", 8, 9 },
};

/* Calling codes of three digits begin so (ITU-T E.164); 1 and 7 stand alone, the rest has two. */
static unsigned code_length(const char *d)
{
    static const char three[] = "21 22 23 24 25 26 29 35 37 38 42 50 59 67 68 69 80 85 87 88 96 97 99 ";
    static const char two[] = "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 "
                              "64 65 66 81 82 84 86 90 91 92 93 94 95 98 ";
    char head[4] = { d[0], d[1], ' ', 0 };
    if (d[0] == '1' || d[0] == '7')
        return 1;
    return strstr(two, head) ? 2 : strstr(three, head) ? 3 : 0;
}

static void lengths_of(const char *digits, unsigned code, unsigned *least, unsigned *most)
{
    *least = 6;
    *most = 12;
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
        if (strlen(plans[i].code) == code && memcmp(plans[i].code, digits, code) == 0) {
            *least = plans[i].least;
            *most = plans[i].most;
        }
}

/* North American area and exchange codes: 2-9 first, no N11, no 9 in the middle of an area. */
static bool nanp(const char *d)
{
    return d[0] >= '2' && d[3] >= '2' && d[1] != '9' && !(d[1] == '1' && d[2] == '1') && !(d[4] == '1' && d[5] == '1');
}

/* What may stand between two groups of one number. */
static bool joins(const subject *s, const digit_groups *g, size_t i)
{
    size_t end = group_end(g, i), gap = g->from[i + 1] - end;
    const char *p = s->p + end;
    if (gap == 1)
        return p[0] == ' ' || p[0] == '-' || p[0] == '.' || p[0] == '/' || p[0] == ')' || p[0] == '(';
    if (gap == 2)
        return memcmp(p, ") ", 2) == 0 || memcmp(p, ")-", 2) == 0 || memcmp(p, " (", 2) == 0 || memcmp(p, ")/", 2) == 0 ||
               memcmp(p, "\xc2\xa0", 2) == 0 || memcmp(p, ")(", 2) == 0 || memcmp(p, "-(", 2) == 0;
    if (gap == 3)
        return memcmp(p, " - ", 3) == 0 || memcmp(p, " / ", 3) == 0 || memcmp(p, ") (", 3) == 0 ||
               ((unsigned char)p[0] == 0xe2 && (unsigned char)p[1] == 0x80);   /* thin blanks and typographic dashes */
    return false;
}

/* The number with its opening bracket, where the closing one is inside. */
static size_t widen(const subject *s, size_t from, size_t to)
{
    if (byte_at(s, from - 1) == '(' && memchr(s->p + from, ')', to - from))
        return from - 1;
    return from;
}

/* ---- international ---- */

/* Digits of groups i.. behind the plus or 00 (`skip` digits), "(0)" left out. The longest number of a length
 * its plan knows wins; its last group, or SIZE_MAX. */
static size_t longest_international(const subject *s, const digit_groups *g, size_t i, size_t skip)
{
    char d[48];
    size_t n = 0, best = SIZE_MAX;
    for (size_t j = i; j < g->n && j < i + 9; j++) {
        if (j > i && !joins(s, g, j - 1))
            break;
        bool trunk = j > i && g->len[j] == 1 && s->p[g->from[j]] == '0' && byte_at(s, g->from[j] - 1) == '(';
        if (!trunk && n + g->len[j] > 20)
            break;
        if (!trunk) {
            memcpy(d + n, s->p + g->from[j], g->len[j]);
            n += g->len[j];
        }
        if (n <= skip + 4)
            continue;
        d[n] = 0;
        unsigned code = code_length(d + skip), least, most;
        if (!code)
            break;
        lengths_of(d + skip, code, &least, &most);
        size_t national = n - skip - code;
        if (national > most)
            break;
        if (national < least || !group_ends(s, g, j) || (code == 1 && d[skip] == '1' && !nanp(d + skip + 1)))
            continue;
        best = j;
    }
    return best;
}

static bool try_international(const subject *s, const digit_groups *g, size_t i, size_t *last, findings *out)
{
    size_t from = g->from[i];
    char before = byte_at(s, from - 1), further = byte_at(s, from - 2);
    bool bracket = before == '(' && further == '+';
    bool plus = bracket || (before == '+' && !is_word(further));
    bool zeros = g->len[i] > 2 && memcmp(s->p + from, "00", 2) == 0 && group_begins(s, g, i);
    zeros |= g->len[i] == 2 && memcmp(s->p + from, "00", 2) == 0 && group_begins(s, g, i);
    if (!plus && !zeros)
        return false;
    size_t j = longest_international(s, g, i, plus ? 0 : 2);
    if (j == SIZE_MAX)
        return false;
    size_t to = group_end(g, j);
    from -= plus ? 1 + bracket : 0;
    if (plus)
        from = widen(s, from, to);
    words w = plus ? WORD_PHONE : context(s, from, to);
    found(out, from, to, plus ? "international" : "international-00", plus ? 85 : w & WORD_PHONE ? 85 : 50);
    *last = j;
    return true;
}

/* ---- national ---- */

/* N 2-9, Z 1-9, X any, others themselves; a blank is a separator, and a pattern in brackets wants them. */
static const struct {
    const char *rule, *pattern;
    int score;
    bool north_american;
} forms[] = {
    { "us", "(NXX) NXX XXXX", 75, true },       { "us", "NXX NXX XXXX", 60, true },
    { "us", "1 NXX NXX XXXX", 65, true },       { "us", "1 (NXX) NXX XXXX", 75, true },
    { "us", "NXXNXXXXXX", WEAK, true },         { "us", "1NXXNXXXXXX", WEAK, true },
    { "us", "NXX NXXXXXX", WEAK, true },        { "es", "6XX XXX XXX", 45, false },
    { "es", "7XX XXX XXX", 45, false },         { "es", "9XX XXX XXX", 45, false },
    { "es", "8XX XXX XXX", WEAK, false },       { "es", "6XX XX XX XX", SEPARATED, false },
    { "es", "7XX XX XX XX", SEPARATED, false }, { "es", "9XX XX XX XX", SEPARATED, false },
    { "es", "9X XXX XX XX", SEPARATED, false }, { "es", "6XXXXXXXX", WEAK, false },
    { "es", "7XXXXXXXX", WEAK, false },         { "es", "9XXXXXXXX", WEAK, false },
    { "it", "3XX XXX XXXX", SEPARATED, false }, { "it", "3XX XXXXXXX", 50, false },
    { "it", "3XX XX XX XXX", SEPARATED, false }, { "it", "3XX XXXXXX", WEAK, false },
    { "it", "3XXXXXXXXX", WEAK, false },        { "in", "6XXXX XXXXX", SEPARATED, false },
    { "in", "7XXXX XXXXX", SEPARATED, false },  { "in", "8XXXX XXXXX", SEPARATED, false },
    { "in", "9XXXX XXXXX", SEPARATED, false },  { "in", "6XXXXXXXXX", WEAK, false },
    { "in", "7XXXXXXXXX", WEAK, false },        { "in", "8XXXXXXXXX", WEAK, false },
    { "in", "9XXXXXXXXX", WEAK, false },        { "in", "9XXX XXX XXX", SEPARATED, false },
    { "in", "1800 XXX XXXX", SEPARATED, false }, { "in", "91 XXXXX XXXXX", 50, false },
    { "au", "1300 XXX XXX", SEPARATED, false }, { "au", "1800 XXX XXX", SEPARATED, false },
    { "au", "13 XX XX", NEEDS_WORD, false },    { "au", "4XX XXX XXX", WEAK, false },
    { "br", "(ZZ) 9XXXX XXXX", 75, false },     { "br", "(ZZ) NXXX XXXX", 75, false },
    { "br", "ZZ 9XXXX XXXX", SEPARATED, false }, { "br", "ZZ NXXX XXXX", 45, false },
    { "br", "ZZ9XXXXXXXX", WEAK, false },       { "br", "(ZZ) 9 XXXX XXXX", 75, false },
    { "br", "(ZZ) 9XXXXXXXX", 75, false },
    { "local", "NXX XXXX", NEEDS_WORD, false }, { "local", "XXXX XXXX", NEEDS_WORD, false },
    { "local", "NXXXXXX", NEEDS_WORD, false },  { "local", "NXXXXXXX", NEEDS_WORD, false },
};

static uint32_t lengths[sizeof forms / sizeof *forms];   /* of the groups of a form, four bits each, the last lowest */

void phones_prepare(void)
{
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
        lengths[k] = 0;
        for (const char *p = forms[k].pattern; *p; p++)
            lengths[k] = *p == ' ' ? lengths[k] << 4 : lengths[k] + (*p != '(' && *p != ')');
    }
}

static bool digit_fits(char want, char d)
{
    return want == 'X' || (want == 'N' ? d >= '2' : want == 'Z' ? d >= '1' : want == d);
}

/* Do groups i..j spell the pattern? */
static bool fits(const subject *s, const digit_groups *g, size_t i, size_t j, const char *pattern)
{
    if (*pattern != '(' && !digit_fits(*pattern, s->p[g->from[i]]))
        return false;
    for (; i <= j; i++) {
        bool bracket = *pattern == '(';
        pattern += bracket;
        if (bracket && (byte_at(s, g->from[i] - 1) != '(' || byte_at(s, group_end(g, i)) != ')'))
            return false;
        for (unsigned k = 0; k < g->len[i]; k++, pattern++)
            if (!*pattern || !digit_fits(*pattern, s->p[g->from[i] + k]))
                return false;
        pattern += bracket && *pattern == ')';
        if (i < j && *pattern++ != ' ')
            return false;
    }
    return *pattern == 0;
}

/* A trunk 0 and its area or operator code, then the rest in groups of two or more (UK DE FR IT NL AU JP IN IL ...):
 * "020 7946 0123", "(089) 1234567", "06 12 34 56 78", "0170/1234567". Or all in one, which says little. */
static int trunk_score(const subject *s, const digit_groups *g, size_t i, size_t j, size_t n, const char *d)
{
    if (d[0] != '0' || d[1] == '0' || n < 8 || n > 12)
        return 0;
    if (i == j)
        return n >= 9 && n <= 12 ? WEAK : 0;
    if (g->len[i] < 2 || g->len[i] > 6)
        return 0;
    for (size_t k = i + 1; k <= j; k++)
        if (g->len[k] < 2 || g->len[k] > 9)
            return 0;
    if (g->len[i] == 2 && i + 2 <= j && g->len[i + 1] == 2 && g->len[i + 2] == 4)
        return 0;   /* a date */
    if (g->len[i] == 3 && j == i + 2 && g->len[i + 1] == 2 && g->len[j] == 4)
        return 0;   /* a social security number that was never issued */
    return n == 8 ? NEEDS_WORD : SEPARATED;
}

typedef struct choice {
    const char *rule;
    size_t last;
    int score;
} choice;

static void weigh(choice *best, const char *rule, size_t last, int score)
{
    if (score > 0 && (!best->rule || last > best->last || (last == best->last && score > best->score)))
        *best = (choice){ rule, last, score };
}

static choice best_national(const subject *s, const digit_groups *g, size_t i)
{
    choice best = { 0 };
    char d[32];
    size_t total = 0;
    uint32_t groups = 0;
    for (size_t j = i; j < g->n && j < i + 6; j++) {
        total += g->len[j];
        groups = groups << 4 | (g->len[j] & 15);
        if (total > 13 || (j > i && !joins(s, g, j - 1)))
            break;
        if (total < 7 || !group_ends(s, g, j))
            continue;
        size_t n = group_digits(s, g, i, j, d);
        for (size_t k = 0; k < sizeof forms / sizeof *forms; k++)
            if (groups == lengths[k] && fits(s, g, i, j, forms[k].pattern) && (!forms[k].north_american || nanp(d + (n == 11))))
                weigh(&best, forms[k].rule, j, forms[k].score);
        weigh(&best, "trunk", j, trunk_score(s, g, i, j, n, d));
        if (s->key & WORD_PHONE && n >= 7)
            weigh(&best, "key", j, WEAK);
    }
    return best;
}

static bool try_national(const subject *s, const digit_groups *g, size_t i, size_t *last, findings *out)
{
    if (!group_begins(s, g, i))
        return false;
    choice c = best_national(s, g, i);
    if (!c.rule)
        return false;
    size_t to = group_end(g, c.last), from = widen(s, g->from[i], to);
    words w = context(s, from, to);
    int score = c.score;
    if (w & WORD_COUNT && !(s->key & WORD_PHONE)) {   /* "order 030 1234567; phone us": what leads to a number says what it is */
        size_t start, end;
        context_bounds(s, from, to, &start, &end);
        words before = words_of_text((mm_str){ s->p + start, from - start });
        w &= before & WORD_COUNT && !(before & WORD_PHONE) ? ~(words)WORD_PHONE : ~(words)0;
    }
    if (w & WORD_PHONE)
        score += s->key & WORD_PHONE ? WORD_ADDS + 15 : WORD_ADDS;
    else if (w & WORD_COUNT)
        score -= COUNT_TAKES;
    if (score <= 0)
        return false;
    found(out, from, to, c.rule, score < 95 ? score : 95);
    *last = c.last;
    return true;
}

/* 2019-01-02, 02.01.2019: the first three groups of most runs that are none. */
static bool is_date(const subject *s, const digit_groups *g, size_t i)
{
    if (i + 2 >= g->n || g->len[i + 1] > 2)
        return false;
    char sep = group_separator(s, g, i);
    if (!sep || sep == ' ' || group_separator(s, g, i + 1) != sep)
        return false;
    return (g->len[i] == 4 && g->len[i + 2] <= 2) || (g->len[i] <= 2 && g->len[i + 2] == 4);
}

void detect_phone(const subject *s, size_t at, mm_pii_kind kind, findings *out)
{
    const digit_groups *g = s->groups;
    for (size_t i = 0; i < g->n; i++) {
        size_t last = i;
        if (try_international(s, g, i, &last, out))
            i = last;
        else if (is_date(s, g, i))
            i += 2;
        else if (try_national(s, g, i, &last, out))
            i = last;
    }
}
