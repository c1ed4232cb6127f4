/* ids_africa.c - South Africa and Nigeria. */
#include "ids.h"

#include <string.h>

/* DHA, Identification Act 68 of 1997: date, number, citizenship, Luhn. */
static bool za_id(const char *c, size_t n)
{
    return id_yymmdd(c) && c[10] <= '2' && id_luhn(c, n);
}

/* CIPC: year, number, kind of company. */
static bool za_company(const char *c, size_t n)
{
    int century = id_two(c);
    return (century == 18 || century == 19 || century == 20) && n == 12;
}

/* SARS, "Tax number validation": Luhn; income tax numbers begin with 0 to 3 or 9, those for VAT with 4. */
static bool za_tax(const char *c, size_t n)
{
    return id_in(c[0], "01239") && id_luhn(c, n);
}

static bool za_vat(const char *c, size_t n)
{
    return c[0] == '4' && n == 10;
}

static bool za_passport(const char *c, size_t n)
{
    return id_in(c[0], "ADMT") && n == 9;
}

/* National Road Traffic regulations: the letters of the provinces. */
static bool za_plate(const char *c, size_t n)
{
    return id_pair_in(c + n - 2, "GP MP NW EC NC FS LP WP ZN");
}

static bool za_coast_plate(const char *c, size_t n)
{
    return (c[0] == 'C' || c[0] == 'N') && n > 4;
}

const id_rule ids_africa[] = {
    { "ZA_ID_NUMBER", "luhn", "9999999999999|999999 9999 99 9|999999 9999 999", za_id, 70, 75, 100, WORD_IDENTITY },
    { "ZA_COMPANY", "kind", "9999/999999/99", za_company, 80, 85, 100, WORD_COMPANY },
    { "ZA_TAX", "luhn", "9999999999", za_tax, 0, 30, 90, WORD_TAX },
    { "ZA_VAT", "context", "9999999999", za_vat, 0, 40, 90, WORD_TAX },
    { "ZA_PASSPORT", "kinds", "A99999999", za_passport, 30, 50, 95, WORD_PASSPORT },
    { "ZA_LICENCE_PLATE", "provinces", "AA99AAAA|AA 99 AA AA|AAA999AA|AAA 999 AA|AA999AA|AA99AAAA", za_plate, 50, 60, 95, WORD_VEHICLE },
    { "ZA_LICENCE_PLATE", "coast", "AA 999-999|AA 999 999|AA999999|AA99999|AAA 99999|AA 9999|AA 99999", za_coast_plate, 15, 30, 90, WORD_VEHICLE },
    { "NG_NIN", "verhoeff", "99999999999", id_verhoeff, 20, 50, 95, WORD_IDENTITY },
    { "NG_VEHICLE_REGISTRATION", "areas", "AAA-999AA|AAA999AA|AAA_999AA|AAA 999 AA", NULL, 50, 60, 95, WORD_VEHICLE },
    { NULL },
};
