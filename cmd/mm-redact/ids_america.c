/* ids_america.c - the United States, Canada and Brazil. */
#include "ids.h"

#include <string.h>

/* IRS, "Individual Taxpayer Identification Number": 9, and the fourth and fifth digit 50-65, 70-88, 90-92, 94-99. */
static bool itin(const char *c, size_t n)
{
    int group = id_two(c + 3);
    return c[0] == '9' && ((group >= 50 && group <= 65) || (group >= 70 && group <= 88) || (group >= 90 && group != 93)) &&
           n == 9;
}

/* IRS, "How EINs are Assigned and Valid EIN Prefixes". */
static bool ein(const char *c, size_t n)
{
    static const char never[] = "00 07 08 09 17 18 19 28 29 49 69 70 78 79 89 96 97";
    return !id_pair_in(c, never) && n == 9;
}

/* CMS, "Understanding the MBI format": numbers and letters but S L O I B Z in fixed places. */
static bool mbi(const char *c, size_t n)
{
    static const char kinds[] = "CANNANNAADD";   /* C 1-9, A letter, N either, D digit, with the fourth and seventh a digit */
    for (size_t i = 0; i < n; i++) {
        bool letter = !is_digit(c[i]), digit_place = i == 3 || i == 6 || kinds[i] == 'D' || kinds[i] == 'C';
        if ((letter && (digit_place || id_in(c[i], "SLOIBZ"))) || (!letter && kinds[i] == 'A'))
            return false;
    }
    return c[0] != '0';
}

/* CMS, "National Provider Identifier check digit": Luhn behind 80840, whose own digits count 24. */
static bool npi(const char *c, size_t n)
{
    char all[16] = "80840";
    memcpy(all + 5, c, n);
    return (c[0] == '1' || c[0] == '2') && id_luhn(all, n + 5);
}

/* DEA, Diversion Control Division: registrant types, and twice the even places added to the odd ones. */
static bool dea(const char *c, size_t n)
{
    const char *d = c + 2;
    int sum = (d[0] + d[2] + d[4] - 3 * '0') + 2 * (d[1] + d[3] + d[5] - 3 * '0');
    return id_in(c[0], "ABCDEFGHJKLMPRSTUX") && (c[1] == '9' || !is_digit(c[1])) && n == 9 && sum % 10 == d[6] - '0' &&
           strspn(d, "0123456789") >= 7;
}

/* American Bankers Association, routing number policy: districts, and weights 3 7 1. */
static bool aba(const char *c, size_t n)
{
    int d = id_two(c);
    return (d <= 12 || (d >= 21 && d <= 32) || (d >= 61 && d <= 72) || d == 80) &&
           id_sum(c, (const signed char[]){ 3, 7, 1, 3, 7, 1, 3, 7, 1 }, n) % 10 == 0;
}

/* Service Canada: Luhn; 0 is not used, 8 is for businesses. */
static bool sin_(const char *c, size_t n)
{
    return c[0] != '0' && c[0] != '8' && id_luhn(c, n);
}

/* Canada Post, "Addressing Guidelines": no D F I O Q U, and no W or Z first. */
static bool postal(const char *c, size_t n)
{
    return !id_in(c[0], "DFIOQUWZ") && !id_in(c[2], "DFIOQU") && !id_in(c[4], "DFIOQU") && n == 6;
}

/* Receita Federal: two digits mod 11, of weights that end with 2. */
static int cpf_digit(const char *c, size_t n, int most)
{
    int sum = 0, w = 2;
    for (size_t i = n; i > 0; i--, w = w == most ? 2 : w + 1)
        sum += (c[i - 1] - '0') * w;   /* letters count by their ASCII code less 48 */
    return sum % 11 < 2 ? 0 : 11 - sum % 11;
}

static bool cpf(const char *c, size_t n)
{
    return n == 11 && cpf_digit(c, 9, 11) == c[9] - '0' && cpf_digit(c, 10, 11) == c[10] - '0';
}

static bool cnpj(const char *c, size_t n)
{
    return n == 14 && cpf_digit(c, 12, 9) == c[12] - '0' && cpf_digit(c, 13, 9) == c[13] - '0';
}

/* DENATRAN: the first digit of weights 9 to 1, the second of 1 to 9, less 2 when the first was 10. */
static bool cnh(const char *c, size_t n)
{
    int a = id_sum(c, (const signed char[]){ 9, 8, 7, 6, 5, 4, 3, 2, 1 }, 9) % 11, less = a >= 10 ? 2 : 0;
    int b = id_sum(c, (const signed char[]){ 1, 2, 3, 4, 5, 6, 7, 8, 9 }, 9) % 11;
    a = a >= 10 ? 0 : a;
    b = b >= 10 ? 0 : b - less < 0 ? b - less + 11 : b - less;
    return n == 11 && a == c[9] - '0' && (b >= 10 ? 0 : b) == c[10] - '0';
}

#define LICENCE_SHAPES "A99999|A999999|A9999999|A99999999|A999999999|A9999999999|A99999999999|A999999999999|A9999999999999|" \
    "A99999999999999|AA999999|AA9999999|AA99999|AAA999999|AAA9999999|999AA9999|99AAA99999|A9A9A|9999999A|99999999A|" \
    "AA999999A|A999-9999-9999|A999-999-99-999-9|A9999-99999-99999|99-999-9999|999-999-999|9999999|99999999|999999999|9999999999"

const id_rule ids_america[] = {
    { "US_ITIN", "itin", "999-99-9999", itin, 85, 85, 100, WORD_TAX | WORD_SSN },
    { "US_ITIN", "itin", "999_99_9999|999-999999|99999-9999|999_999999|99999_9999", itin, 55, 60, 95, WORD_TAX | WORD_SSN },
    { "US_ITIN", "plain", "999999999", itin, 10, 50, 90, WORD_TAX | WORD_SSN },
    { "US_EIN", "prefix", "99-9999999", ein, 30, 45, 85, WORD_TAX },
    { "US_PASSPORT", "next-generation", "A99999999", NULL, 30, 50, 90, WORD_PASSPORT },
    { "US_PASSPORT", "plain", "999999999", NULL, 0, 0, 85, WORD_PASSPORT },
    { "US_DRIVER_LICENSE", "state", LICENCE_SHAPES, NULL, 0, 0, 80, WORD_LICENCE },
    { "US_DRIVER_LICENSE", "letter", "A9999999|A99999999|A999999999999|A99999999999999", NULL, 25, 50, 85, WORD_LICENCE },
    { "US_MBI", "places", "XXXXXXXXXXX|XXXX-XXX-XXXX|XXXX_XXX_XXXX", mbi, 85, 90, 100, WORD_HEALTH },
    { "US_NPI", "luhn", "9999999999", npi, 20, 50, 95, WORD_HEALTH },
    { "US_NPI", "luhn", "9999-999-999|9999_999_999", npi, 55, 60, 95, WORD_HEALTH },
    { "US_DEA", "check-digit", "AX9999999|AX-9999999", dea, 75, 85, 100, WORD_HEALTH },
    { "US_ROUTING", "weights", "999999999", aba, 20, 50, 95, WORD_BANK },
    { "US_ROUTING", "weights", "9999-9999-9", aba, 75, 80, 95, WORD_BANK },
    { "US_BANK_ACCOUNT", "context", "99999999|999999999|9999999999|99999999999|999999999999|9999999999999|99999999999999|"
      "999999999999999|9999999999999999|99999999999999999", NULL, 0, 0, 65, WORD_BANK },
    { "US_HEALTH_ID", "context", "A99999999|AA99999999|AAA999999|AAA999999999|A9999999999|AAA-999999|AA-99999999|AAA9999999", NULL, 0, 0, 70,
      WORD_HEALTH },
    { "CA_SIN", "luhn", "999-999-999", sin_, 60, 60, 95, WORD_IDENTITY | WORD_TAX },
    { "CA_SIN", "luhn", "999_999_999", sin_, 40, 60, 95, WORD_IDENTITY | WORD_TAX },
    { "CA_SIN", "plain", "999999999", sin_, 10, 50, 90, WORD_IDENTITY | WORD_TAX },
    { "CA_POSTAL_CODE", "letters", "A9A_9A9|A9A-9A9", postal, 60, 70, 90, WORD_POSTCODE },
    { "CA_POSTAL_CODE", "letters", "A9A9A9", postal, 25, 50, 90, WORD_POSTCODE },
    { "BR_CPF", "mod11", "999.999.999-99", cpf, 95, 95, 100, WORD_TAX },
    { "BR_CPF", "mod11", "99999999999|999999999-99", cpf, 75, 80, 100, WORD_TAX },
    { "BR_CNPJ", "mod11", "XX.XXX.XXX/XXXX-99", cnpj, 95, 95, 100, WORD_TAX | WORD_COMPANY },
    { "BR_CNPJ", "mod11", "99999999999999", cnpj, 75, 80, 100, WORD_TAX | WORD_COMPANY },
    { "BR_CNPJ", "mod11-letters", "XXXXXXXXXXXX99", cnpj, 45, 70, 100, WORD_TAX | WORD_COMPANY },
    { "BR_CNH", "mod11", "99999999999", cnh, 20, 30, 90, WORD_LICENCE },
    { NULL },
};
