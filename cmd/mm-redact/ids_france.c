/* ids_france.c - France. */
#include "ids.h"

#include <string.h>

/* INSEE, "Numero de securite sociale": sex, year, month, place, number, and 97 less the rest mod 97; the
 * departments 2A and 2B count as 19 and 18. */
static bool nir(const char *c, size_t n)
{
    char d[16];
    memcpy(d, c, 15);
    if (d[5] == '2' && (d[6] == 'A' || d[6] == 'B'))
        memcpy(d + 5, d[6] == 'A' ? "19" : "18", 2);
    for (size_t i = 0; i < n; i++)
        if (!is_digit(d[i]))
            return false;
    int month = id_two(c + 3);
    return id_in(c[0], "123478") && ((month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50) &&
           97 - id_number(d, 13) % 97 == id_two(c + 13);
}

/* DGFiP, "Numero fiscal de reference": the last three are the first ten mod 511. */
static bool spi(const char *c, size_t n)
{
    return c[0] <= '3' && id_number(c, 10) % 511 == id_number(c + 10, n - 10);
}

/* INSEE, "Sirene": Luhn over all, and over the first nine alone. La Poste's places of business add up to a multiple of 5. */
static bool siret(const char *c, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += c[i] - '0';
    return id_luhn(c, 9) && (id_luhn(c, n) || (memcmp(c, "356000000", 9) == 0 && sum % 5 == 0));
}

/* Arrete du 9 fevrier 2009: no I O U, no SS. */
static bool plate(const char *c, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (id_in(c[i], "IOU"))
            return false;
    return memcmp(c, "SS", 2) != 0 && memcmp(c + 5, "SS", 2) != 0;
}

const id_rule ids_france[] = {
    { "FR_NIR", "mod97", "999999999999999|99999X999999999|9 99 99 99 999 999 99|9 99 99 9A 999 999 99|9 99 99 99 999 999|99999X99999999 99",
      nir, 90, 95, 100, WORD_IDENTITY | WORD_HEALTH },
    { "FR_TAX_ID", "mod511", "9999999999999|99 99 999 999 999", spi, 80, 85, 100, WORD_TAX },
    { "FR_SIRET", "luhn", "99999999999999", siret, 55, 65, 95, WORD_COMPANY },
    { "FR_SIRET", "luhn", "999 999 999 99999", siret, 75, 80, 100, WORD_COMPANY },
    { "FR_SIREN", "luhn", "999999999|999 999 999", id_luhn, 0, 40, 95, WORD_COMPANY },
    { "FR_PASSPORT", "places", "99AA99999", NULL, 50, 60, 95, WORD_PASSPORT },
    { "FR_IDENTITY_CARD", "context", "999999999999|XXXXXXXXX", NULL, 0, 0, 60, WORD_IDENTITY },
    { "FR_DRIVING_LICENCE", "context", "999999999999|99AA99999", NULL, 0, 0, 75, WORD_LICENCE },
    { "FR_LICENCE_PLATE", "siv", "AA-999-AA|AA999AA", plate, 40, 55, 95, WORD_VEHICLE },
    { NULL },
};
