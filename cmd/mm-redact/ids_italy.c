/* ids_italy.c - Italy. */
#include "ids.h"

#include <string.h>

/* DM 12 marzo 1974: places from 1; odd ones count by this table, even ones by their value. Digits that tell two
 * people apart may be the letters LMNPQRSTUV. */
static const unsigned char odd[26] = { 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23 };

static int digit_of(char c)
{
    const char *letters = "LMNPQRSTUV", *at = strchr(letters, c);
    return is_digit(c) ? c - '0' : at ? (int)(at - letters) : -1;
}

static bool fiscal_places(const char *c, size_t n)
{
    static const char digits[] = "aaaaaa99a99a999a";
    for (size_t i = 0; i < 15; i++) {
        int d = digit_of(c[i]);
        if (digits[i] == '9' ? d < 0 : is_digit(c[i]))
            return false;
    }
    int day = digit_of(c[9]) * 10 + digit_of(c[10]);
    return n == 16 && id_in(c[8], "ABCDEHLMPRST") && ((day >= 1 && day <= 31) || (day >= 41 && day <= 71)) && !is_digit(c[15]);
}

static bool fiscal_code(const char *c, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < 15; i++) {
        int v = is_digit(c[i]) ? c[i] - '0' : c[i] - 'A';
        sum += i % 2 ? v : odd[v];
    }
    return fiscal_places(c, n) && c[15] == 'A' + sum % 26;
}

/* DPR 633/1972, art. 35: seven digits, office, Luhn. */
static bool vat(const char *c, size_t n)
{
    int office = (int)id_number(c + 7, 3);
    return id_luhn(c, n) && ((office >= 1 && office <= 100) || office == 120 || office == 121 || office == 888 || office == 999);
}

static bool vat_with_prefix(const char *c, size_t n)
{
    return memcmp(c, "IT", 2) == 0 && vat(c + 2, n - 2);
}

const id_rule ids_italy[] = {
    { "IT_FISCAL_CODE", "check-letter", "AAAAAAXXAXXAXXXA|AAA AAA XXAXX AXXXA", fiscal_code, 95, 95, 100, WORD_TAX | WORD_IDENTITY },
    { "IT_FISCAL_CODE", "places", "AAAAAAXXAXXAXXXA", fiscal_places, 60, 70, 95, WORD_TAX | WORD_IDENTITY },
    { "IT_VAT", "luhn", "99999999999", vat, 50, 60, 100, WORD_TAX },
    { "IT_VAT", "luhn", "AA99999999999|AA_99999999999", vat_with_prefix, 85, 90, 100, WORD_TAX },
    { "IT_IDENTITY_CARD", "electronic", "AA99999AA|9999999AA", NULL, 45, 55, 95, WORD_IDENTITY },
    { "IT_IDENTITY_CARD", "paper", "AA9999999|AA_9999999", NULL, 25, 50, 90, WORD_IDENTITY },
    { "IT_DRIVING_LICENCE", "places", "AA9999999A|A9XXXXXXXA", NULL, 45, 55, 95, WORD_LICENCE },
    { "IT_PASSPORT", "context", "AA9999999", NULL, 25, 50, 90, WORD_PASSPORT },
    { NULL },
};
