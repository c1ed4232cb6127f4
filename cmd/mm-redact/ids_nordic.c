/* ids_nordic.c - Sweden, Finland, Norway and Denmark. */
#include "ids.h"

#include <string.h>

/* Skatteverket, SKV 704: date (days from 61 on are of coordination numbers) and number, Luhn over the last ten. */
static bool se_person(const char *c, size_t n)
{
    const char *d = c + n - 10;
    int day = id_two(d + 4);
    if (n == 12 && id_two(c) != 18 && id_two(c) != 19 && id_two(c) != 20)
        return false;
    return id_day(id_two(d + 2), day > 60 ? day - 60 : day) && id_luhn(d, 10);
}

/* Skatteverket, SKV 709: the third digit is 2 or more, Luhn. */
static bool se_company(const char *c, size_t n)
{
    return id_in(c[0], "1235679") && c[2] >= '2' && id_luhn(c, n);
}

/* DVV, "Henkilotunnus": date and number mod 31; the sign between tells the century. */
static bool fi_person(const char *c, size_t n)
{
    char d[10];
    memcpy(d, c, 6);
    memcpy(d + 6, c + n - 4, 3);
    if (n == 11 && !id_in(c[6], "ABCDEFYXWVU"))
        return false;
    return id_ddmmyy(c) && d[6] <= '9' && c[n - 1] == "0123456789ABCDEFHJKLMNPRSTUVWXY"[id_number(d, 9) % 31];
}

/* Skatteetaten, "Fodselsnummer": two digits mod 11. Days are 40 higher for D numbers. */
static bool no_person(const char *c, size_t n)
{
    int day = id_two(c), month = id_two(c + 2);
    return id_day(month > 80 ? month - 80 : month > 40 ? month - 40 : month, day > 40 ? day - 40 : day) && n == 11 &&
           id_sum(c, (const signed char[]){ 3, 7, 6, 1, 8, 9, 4, 5, 2, 1 }, 10) % 11 == 0 &&
           id_sum(c, (const signed char[]){ 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1 }, 11) % 11 == 0;
}

/* CPR-kontoret, "Personnummeret i CPR": a date; numbers without a check digit are given out since 2007. */
static bool dk_person(const char *c, size_t n)
{
    return id_ddmmyy(c) && n == 10;
}

static bool dk_person_checked(const char *c, size_t n)
{
    return id_ddmmyy(c) && id_sum(c, (const signed char[]){ 4, 3, 2, 7, 6, 5, 4, 3, 2, 1 }, n) % 11 == 0;
}

const id_rule ids_nordic[] = {
    { "SE_PERSONNUMMER", "luhn", "999999-9999|999999+9999|99999999-9999|99999999+9999", se_person, 85, 90, 100, WORD_IDENTITY | WORD_SSN },
    { "SE_PERSONNUMMER", "plain", "999999999999", se_person, 70, 75, 100, WORD_IDENTITY | WORD_SSN },
    { "SE_PERSONNUMMER", "plain", "9999999999", se_person, 30, 55, 95, WORD_IDENTITY | WORD_SSN },
    { "SE_ORGANISATIONSNUMMER", "luhn", "999999-9999", se_company, 70, 80, 100, WORD_COMPANY },
    { "SE_ORGANISATIONSNUMMER", "plain", "9999999999", se_company, 10, 50, 95, WORD_COMPANY },
    { "FI_HETU", "mod31", "999999-999X|999999X999X|999999+999X", fi_person, 95, 95, 100, WORD_IDENTITY },
    { "NO_FODSELSNUMMER", "mod11", "99999999999|999999 99999", no_person, 80, 85, 95, WORD_IDENTITY },
    { "DK_CPR", "date", "999999-9999", dk_person, 55, 65, 95, WORD_IDENTITY },
    { "DK_CPR", "plain", "9999999999", dk_person_checked, 20, 40, 90, WORD_IDENTITY },
    { NULL },
};
