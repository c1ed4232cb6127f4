/* ids_germany.c - Germany, Austria and Switzerland. */
#include "ids.h"

#include <string.h>

/* BZSt, "Informationen zur Identifikationsnummer": of the first ten digits one stands twice or three times and
 * no other does; ISO 7064 MOD 11,10. */
static bool tax_id(const char *c, size_t n)
{
    unsigned char count[10] = { 0 };
    int repeated = 0;
    for (int i = 0; i < 10; i++)
        count[c[i] - '0']++;
    for (int i = 0; i < 10; i++) {
        if (count[i] > 3)
            return false;
        repeated += count[i] > 1;
    }
    return c[0] != '0' && repeated == 1 && id_mod_11_10(c, n);
}

/* Deutsche Rentenversicherung, VKVV section 2: the letter counts as two digits; weights 2 1 2 5 7 1 2 1 2 1 2 1,
 * digit sums, mod 10. Days from 51 on are of second numbers. */
static bool pension(const char *c, size_t n)
{
    int letter = c[8] - 'A' + 1, day = id_two(c + 2);
    char d[13];
    memcpy(d, c, 8);
    d[8] = (char)('0' + letter / 10);
    d[9] = (char)('0' + letter % 10);
    memcpy(d + 10, c + 9, 2);
    return n == 12 && id_day(id_two(c + 4), day > 50 ? day - 50 : day) &&
           id_cross_sum(d, (const signed char[]){ 2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1 }, 12) % 10 == c[11] - '0';
}

/* BSI TR-03110 and ICAO Doc 9303: weights 7 3 1, mod 10; letters that are no vowels. */
static bool document(const char *c, size_t n, const char *first)
{
    int digits = 0;
    if (!id_in(c[0], first))
        return false;
    for (size_t i = 0; i < 9; i++) {
        digits += is_digit(c[i]);
        if (!is_digit(c[i]) && !id_in(c[i], "CFGHJKLMNPRTVWXYZ"))
            return false;
    }
    return digits >= 3 && (n == 9 || (is_digit(c[9]) && id_sum(c, (const signed char[]){ 7, 3, 1, 7, 3, 1, 7, 3, 1 }, 9) % 10 == c[9] - '0'));
}

static bool id_card(const char *c, size_t n) { return document(c, n, "LMNPRTVWXY"); }
static bool passport(const char *c, size_t n) { return document(c, n, "CFGHJK"); }

/* GKV-Spitzenverband, "Krankenversichertennummer": the letter as two digits, weights 1 2, digit sums, mod 10. */
static bool health(const char *c, size_t n)
{
    int letter = c[0] - 'A' + 1;
    char d[12] = { (char)('0' + letter / 10), (char)('0' + letter % 10) };
    memcpy(d + 2, c + 1, 8);
    return n == 10 && id_cross_sum(d, (const signed char[]){ 1, 2, 1, 2, 1, 2, 1, 2, 1, 2 }, 10) % 10 == c[9] - '0';
}

/* FeV annex 8: authority, running number, weights 9 to 1 mod 11 (10 is X), number of the copy. */
static bool licence(const char *c, size_t n)
{
    int r = id_sum(c, (const signed char[]){ 9, 8, 7, 6, 5, 4, 3, 2, 1 }, 9) % 11;
    int letters = 0;
    for (size_t i = 0; i < n; i++)
        letters += !is_digit(c[i]);
    return n == 11 && letters >= 2 && letters <= 6 && c[9] == "0123456789X"[r];
}

/* KBV, "Arztnummern-Richtlinie": weights 4 9 over six digits, the seventh checks them. */
static bool doctor(const char *c, size_t n)
{
    int sum = id_sum(c, (const signed char[]){ 4, 9, 4, 9, 4, 9 }, 6);
    return n == 9 && (10 - sum % 10) % 10 == c[6] - '0';
}

/* BZSt, "Aufbau der USt-IdNr.": DE, and nine digits by ISO 7064 MOD 11,10. */
static bool vat(const char *c, size_t n)
{
    return c[0] == 'D' && c[1] == 'E' && c[2] != '0' && id_mod_11_10(c + 2, n - 2);
}

static bool trade_register(const char *c, size_t n)
{
    return c[0] == 'H' && c[1] == 'R' && (c[2] == 'A' || c[2] == 'B') && n > 3;
}

/* Dachverband der Sozialversicherungstraeger: three digits, one that checks (3 7 9 - 5 8 4 2 1 6, mod 11), date of birth. */
static bool austria(const char *c, size_t n)
{
    int sum = id_sum(c, (const signed char[]){ 3, 7, 9, 0, 5, 8, 4, 2, 1, 6 }, n);
    return c[0] != '0' && sum % 11 == c[3] - '0' && id_ddmmyy(c + 4);
}

/* ZAS, "AHV-Nummer": 756 and the check digit of a GTIN-13. */
static bool ahv(const char *c, size_t n)
{
    return memcmp(c, "756", 3) == 0 && id_gtin(c, n);
}

#define PLATES(area) area "A_99|" area "A_999|" area "A_9999|" area "AA_9|" area "AA_99|" area "AA_999|" area "AA_9999"

const id_rule ids_germany[] = {
    { "DE_TAX_ID", "mod-11-10", "99999999999|99 999 999 999|99 99 99 99 999", tax_id, 75, 80, 100, WORD_TAX },
    { "DE_TAX_NUMBER", "slashes", "99/999/99999|999/999/99999|999/9999/9999|99/9999/9999|9/999/9999", NULL, 60, 70, 95, WORD_TAX },
    { "DE_TAX_NUMBER", "context", "99 999 99999|999 999 99999|999 9999 9999|9999999999|99999999999|9999999999999", NULL, 0, 0, 80, WORD_TAX },
    { "DE_SOCIAL_SECURITY", "check-digit", "99999999A999|99 999999 A 999|99 999999 A 99 9", pension, 90, 95, 100, WORD_IDENTITY },
    { "DE_ID_CARD", "check-digit", "XXXXXXXXXX", id_card, 75, 85, 100, WORD_IDENTITY },
    { "DE_ID_CARD", "letters", "XXXXXXXXX", id_card, 45, 55, 90, WORD_IDENTITY },
    { "DE_PASSPORT", "check-digit", "XXXXXXXXXX", passport, 75, 85, 100, WORD_PASSPORT },
    { "DE_PASSPORT", "letters", "XXXXXXXXX", passport, 45, 55, 90, WORD_PASSPORT },
    { "DE_HEALTH_INSURANCE", "check-digit", "A999999999", health, 80, 85, 100, WORD_HEALTH },
    { "DE_DRIVING_LICENCE", "mod11", "X99XXXXXXXX", licence, 65, 75, 100, WORD_LICENCE },
    { "DE_DRIVING_LICENCE", "context", "X99XXXXXXXX", NULL, 0, 0, 85, WORD_LICENCE },
    { "DE_DOCTOR_NUMBER", "check-digit", "999999999", doctor, 0, 40, 90, WORD_HEALTH },
    { "DE_DOCTOR_NUMBER", "practice", "999999999", NULL, 0, 0, 75, WORD_HEALTH },
    { "DE_VAT_ID", "mod-11-10", "AA999999999|AA 999999999|AA 999 999 999|AA999 999 999", vat, 90, 90, 100, WORD_TAX },
    { "DE_TRADE_REGISTER", "register", "AAA 999|AAA 9999|AAA 99999|AAA 999999|AAA999|AAA9999|AAA99999|AAA999999|AAA 9999 A|AAA 99999 A|"
      "AAA 999999 A", trade_register, 80, 85, 95, WORD_COMPANY },
    { "DE_LICENCE_PLATE", "dash", PLATES("A-") "|" PLATES("AA-") "|" PLATES("AAA-"), NULL, 55, 65, 95, WORD_VEHICLE },
    { "DE_LICENCE_PLATE", "context", PLATES("A_") "|" PLATES("AA_") "|" PLATES("AAA_"), NULL, 0, 0, 85, WORD_VEHICLE },
    { "DE_POSTCODE", "context", "99999", NULL, 0, 0, 75, WORD_POSTCODE },
    { "AT_SOCIAL_SECURITY", "check-digit", "9999 999999", austria, 70, 75, 100, WORD_IDENTITY | WORD_HEALTH },
    { "AT_SOCIAL_SECURITY", "check-digit", "9999999999", austria, 40, 55, 100, WORD_IDENTITY | WORD_HEALTH },
    { "CH_AHV", "gtin", "999.9999.9999.99|999 9999 9999 99|9999999999999", ahv, 90, 95, 100, WORD_IDENTITY },
    { NULL },
};
