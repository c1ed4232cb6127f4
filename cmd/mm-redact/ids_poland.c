/* ids_poland.c - Poland and Turkey. */
#include "ids.h"

#include <string.h>

/* Ustawa o ewidencji ludnosci: weights 1 3 7 9, and a date whose month tells the century. */
static bool pesel(const char *c, size_t n)
{
    return id_day(id_two(c + 2) % 20, id_two(c + 4)) &&
           id_sum(c, (const signed char[]){ 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1 }, n) % 10 == 0;
}

/* Ministerstwo Finansow, "NIP": mod 11. */
static bool nip(const char *c, size_t n)
{
    return n == 10 && c[0] != '0' && id_sum(c, (const signed char[]){ 6, 5, 7, 2, 3, 4, 5, 6, 7 }, 9) % 11 == c[9] - '0';
}

/* GUS, "Numer REGON": mod 11, 10 counts as 0. */
static bool regon(const char *c, size_t n)
{
    int nine = id_sum(c, (const signed char[]){ 8, 9, 2, 3, 4, 5, 6, 7 }, 8) % 11 % 10;
    int all = n == 14 ? id_sum(c, (const signed char[]){ 2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8 }, 13) % 11 % 10 : 0;
    return nine == c[8] - '0' && (n == 9 || all == c[13] - '0');
}

/* MSWiA: three letters and a digit that checks the rest with weights 7 3 1, mod 10. */
static bool id_card(const char *c, size_t n)
{
    return id_sum(c, (const signed char[]){ 7, 3, 1, 0, 7, 3, 1, 7, 3 }, n) % 10 == c[3] - '0';
}

static bool passport(const char *c, size_t n)
{
    return id_sum(c, (const signed char[]){ 7, 3, 0, 1, 7, 3, 1, 7, 3 }, n) % 10 == c[2] - '0';
}

/* NVI, "T.C. Kimlik Numarasi": odd places seven times less even ones, and the sum of ten, mod 10. */
static bool tckn(const char *c, size_t n)
{
    int odd = c[0] + c[2] + c[4] + c[6] + c[8] - 5 * '0', even = c[1] + c[3] + c[5] + c[7] - 4 * '0';
    int tenth = ((odd * 7 - even) % 10 + 10) % 10;
    return c[0] != '0' && n == 11 && tenth == c[9] - '0' && (odd + even + tenth) % 10 == c[10] - '0';
}

/* Karayollari Trafik Yonetmeligi: provinces 01 to 81, no Q W X. */
static bool plate(const char *c, size_t n)
{
    int province = id_two(c);
    for (size_t i = 2; i < n; i++)
        if (id_in(c[i], "QWX"))
            return false;
    return province >= 1 && province <= 81;
}

const id_rule ids_poland[] = {
    { "PL_PESEL", "check-digit", "99999999999", pesel, 72, 75, 100, WORD_IDENTITY },
    { "PL_NIP", "mod11", "999-999-99-99|999-99-99-999|999_999_99_99|999_99_99_999", nip, 80, 85, 100, WORD_TAX },
    { "PL_NIP", "mod11", "9999999999", nip, 10, 30, 95, WORD_TAX },
    { "PL_REGON", "mod11", "999999999|99999999999999", regon, 0, 30, 95, WORD_TAX | WORD_COMPANY },
    { "PL_ID_CARD", "check-digit", "AAA999999|AAA_999999", id_card, 60, 70, 100, WORD_IDENTITY },
    { "PL_PASSPORT", "check-digit", "AA9999999|AA_9999999", passport, 55, 65, 100, WORD_PASSPORT },
    { "TR_NATIONAL_ID", "two-digits", "99999999999", tckn, 70, 75, 100, WORD_IDENTITY },
    { "TR_LICENCE_PLATE", "provinces", "99 A 9999|99 A 99999|99 AA 999|99 AA 9999|99 AAA 99|99 AAA 999|99A9999|99A99999|99AA999|99AA9999|"
      "99AAA99|99AAA999", plate, 50, 60, 95, WORD_VEHICLE },
    { NULL },
};
