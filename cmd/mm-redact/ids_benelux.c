/* ids_benelux.c - the Netherlands and Belgium. */
#include "ids.h"

#include <string.h>

/* RvIG, "Logisch ontwerp BSN": the test of eleven, weights 9 to 2 and -1. */
static bool bsn(const char *c, size_t n)
{
    return id_sum(c, (const signed char[]){ 9, 8, 7, 6, 5, 4, 3, 2, -1 }, n) % 11 == 0;
}

/* RvIG, "Kenmerken paspoort": two letters, six of either but O, a digit. */
static bool document(const char *c, size_t n)
{
    int digits = 0;
    for (size_t i = 0; i < n; i++)
        digits += is_digit(c[i]);
    return !memchr(c, 'O', n) && digits >= 2;
}

/* IBZ, "Rijksregisternummer": 97 less the first nine mod 97, with a 2 before them since 2000. Months of numbers
 * for those who are not registered are 20 or 40 higher. */
static bool register_number(const char *c, size_t n)
{
    int64_t v = id_number(c, 9);
    int check = (int)id_number(c + 9, n - 9), month = id_two(c + 2) % 20;
    return month <= 12 && id_two(c + 4) <= 31 && (97 - v % 97 == check || 97 - (v + 2000000000) % 97 == check);
}

/* FOD Economie, KBO: 97 less the first eight mod 97. */
static bool enterprise(const char *c, size_t n)
{
    return c[0] <= '1' && 97 - id_number(c, 8) % 97 == id_number(c + 8, n - 8);
}

static bool enterprise_vat(const char *c, size_t n)
{
    return memcmp(c, "BE", 2) == 0 && enterprise(c + 2, n - 2);
}

const id_rule ids_benelux[] = {
    { "NL_BSN", "eleven", "999999999|9999 99 999|999 99 9999|9999.99.999", bsn, 0, 30, 95, WORD_IDENTITY },
    { "NL_PASSPORT", "places", "AAXXXXXX9", document, 0, 0, 90, WORD_PASSPORT | WORD_IDENTITY },
    { "BE_NATIONAL_NUMBER", "mod97", "99.99.99-999.99|99.99.99-999-99|999999-999-99|999999-999.99", register_number, 95, 95, 100, WORD_IDENTITY },
    { "BE_NATIONAL_NUMBER", "mod97", "99999999999|99 99 99 999 99", register_number, 70, 75, 94, WORD_IDENTITY },
    { "BE_ENTERPRISE", "mod97", "9999.999.999", enterprise, 85, 90, 100, WORD_COMPANY | WORD_TAX },
    { "BE_ENTERPRISE", "mod97", "AA9999999999|AA_9999_999_999|AA_9999.999.999|AA9999.999.999", enterprise_vat, 90, 90, 100, WORD_COMPANY | WORD_TAX },
    { NULL },
};
