/* ids_pacific.c - Australia, Singapore, the Philippines, Thailand and Japan. */
#include "ids.h"

#include <string.h>

/* ATO, "Tax file number": mod 11. */
static bool tfn(const char *c, size_t n)
{
    return id_sum(c, (const signed char[]){ 1, 4, 3, 7, 5, 8, 6, 9, 10 }, n) % 11 == 0;
}

/* ABR, "Format of the ABN": one less in the first digit, mod 89. */
static bool abn(const char *c, size_t n)
{
    return c[0] != '0' && (id_sum(c, (const signed char[]){ 10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19 }, n) - 10) % 89 == 0;
}

/* ASIC, "Australian Company Number digit check". */
static bool acn(const char *c, size_t n)
{
    return n == 9 && (10 - id_sum(c, (const signed char[]){ 8, 7, 6, 5, 4, 3, 2, 1 }, 8) % 10) % 10 == c[8] - '0';
}

/* Services Australia, "Medicare card number": the ninth digit checks the first eight. */
static bool medicare(const char *c, size_t n)
{
    return c[0] >= '2' && c[0] <= '6' && n >= 10 &&
           id_sum(c, (const signed char[]){ 1, 3, 7, 9, 1, 3, 7, 9 }, 8) % 10 == c[8] - '0';
}

/* ICA, "NRIC and FIN": weights 2 7 6 5 4 3 2, mod 11, letters by series. */
static bool nric(const char *c, size_t n)
{
    int sum = id_sum(c + 1, (const signed char[]){ 2, 7, 6, 5, 4, 3, 2 }, 7) + (c[0] == 'T' || c[0] == 'G' ? 4 : c[0] == 'M' ? 3 : 0);
    const char *letters = c[0] == 'S' || c[0] == 'T' ? "JZIHGFEDCBA" : c[0] == 'M' ? "KLJNPQRTUWX" : "XWUTRQPNMLK";
    int at = c[0] == 'M' ? 10 - sum % 11 : sum % 11;
    return id_in(c[0], "STFGM") && n == 9 && c[8] == letters[at];
}

static bool nric_shape(const char *c, size_t n)
{
    return id_in(c[0], "STFGM") && n == 9;
}

/* ACRA, "Unique Entity Number". */
static bool uen(const char *c, size_t n)
{
    if (n == 9)
        return c[8] == "XMKECAWLJDB"[id_sum(c, (const signed char[]){ 10, 4, 9, 3, 8, 2, 7, 1 }, 8) % 11];
    return c[9] == "ZKCMDNERGWH"[id_sum(c, (const signed char[]){ 10, 8, 6, 4, 9, 7, 5, 3, 1 }, 9) % 11];
}

static bool uen_other(const char *c, size_t n)
{
    static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWX0123456789";
    static const signed char weights[] = { 4, 3, 5, 3, 10, 2, 2, 5, 7 };
    int sum = 0;
    for (size_t i = 0; i < 9; i++) {
        const char *at = strchr(letters, c[i]);
        if (!at)
            return false;
        sum += (int)(at - letters) * weights[i];
    }
    return id_in(c[0], "RST") && !is_digit(c[3]) && n == 10 && c[9] == letters[((sum - 5) % 11 + 11) % 11];
}

/* SSS, "Common Reference Number" has no published check; BIR RR 7-2012: 3-3-3 and a branch. */

/* DOPA: weights 13 to 2, mod 11. */
static bool thai(const char *c, size_t n)
{
    int sum = id_sum(c, (const signed char[]){ 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2 }, 12);
    return c[0] >= '1' && c[0] <= '8' && n == 13 && (11 - sum % 11) % 10 == c[12] - '0';
}

/* Ministry of Internal Affairs, ordinance 85 of 2014, article 5. */
static bool my_number(const char *c, size_t n)
{
    int r = id_sum(c, (const signed char[]){ 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2 }, 11) % 11;
    return n == 12 && (r <= 1 ? 0 : 11 - r) == c[11] - '0';
}

const id_rule ids_pacific[] = {
    { "AU_TFN", "mod11", "999 999 999", tfn, 40, 60, 100, WORD_TAX },
    { "AU_TFN", "plain", "999999999", tfn, 10, 50, 95, WORD_TAX },
    { "AU_ABN", "mod89", "99 999 999 999", abn, 85, 90, 100, WORD_COMPANY | WORD_TAX },
    { "AU_ABN", "mod89", "99999999999", abn, 55, 65, 100, WORD_COMPANY | WORD_TAX },
    { "AU_ACN", "check-digit", "999 999 999", acn, 40, 60, 100, WORD_COMPANY },
    { "AU_ACN", "plain", "999999999", acn, 10, 50, 95, WORD_COMPANY },
    { "AU_MEDICARE", "check-digit", "9999 99999 9|9999 99999 9/9", medicare, 75, 80, 100, WORD_HEALTH },
    { "AU_MEDICARE", "plain", "9999999999", medicare, 20, 50, 95, WORD_HEALTH },
    { "SG_NRIC", "check-letter", "A9999999A", nric, 90, 95, 100, WORD_IDENTITY },
    { "SG_NRIC", "series", "A9999999A", nric_shape, 50, 55, 90, WORD_IDENTITY },
    { "SG_UEN", "check-letter", "99999999A|999999999A", uen, 70, 80, 100, WORD_COMPANY },
    { "SG_UEN", "check-letter", "A99AX9999A", uen_other, 75, 85, 100, WORD_COMPANY },
    { "PH_PASSPORT", "places", "A9999999A|AA9999999", NULL, 25, 50, 90, WORD_PASSPORT },
    { "PH_TIN", "groups", "999-999-999-999|999-999-999-99999", NULL, 55, 60, 95, WORD_TAX },
    { "PH_TIN", "context", "999-999-999|999999999|999999999999", NULL, 0, 0, 80, WORD_TAX },
    { "PH_UMID", "groups", "9999-9999999-9", NULL, 60, 70, 95, WORD_IDENTITY },
    { "PH_UMID", "context", "999999999999", NULL, 0, 0, 70, WORD_IDENTITY },
    { "TH_NATIONAL_ID", "mod11", "9-9999-99999-99-9|9 9999 99999 99 9", thai, 90, 95, 100, WORD_IDENTITY },
    { "TH_NATIONAL_ID", "plain", "9999999999999", thai, 30, 55, 100, WORD_IDENTITY },
    { "JP_MY_NUMBER", "mod11", "9999 9999 9999", my_number, 45, 55, 100, WORD_IDENTITY | WORD_TAX },
    { "JP_MY_NUMBER", "plain", "999999999999", my_number, 10, 30, 95, WORD_IDENTITY | WORD_TAX },
    { NULL },
};
