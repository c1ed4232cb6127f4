/* ids_korea.c - the Republic of Korea. */
#include "ids.h"

/* Resident Registration Act, enforcement rule: date, sex and century, weights 2 to 9 and 2 to 5, mod 11. Numbers
 * given since October 2020 have no check digit. */
static int remainder_of(const char *c)
{
    return id_sum(c, (const signed char[]){ 2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5 }, 12) % 11;
}

static bool rrn(const char *c, size_t n)
{
    bool newer = id_two(c) >= 20 && id_two(c) < 50 && (c[6] == '3' || c[6] == '4');
    return id_yymmdd(c) && id_in(c[6], "123490") && n == 13 && (newer || (11 - remainder_of(c)) % 10 == c[12] - '0');
}

/* Of those with dashes the date and the sex are enough. */
static bool dashed(const char *c, size_t n)
{
    return id_yymmdd(c) && c[6] <= '4' && n == 13;
}

/* The same of foreigners: sex from 5 to 8, and two more. */
static bool frn(const char *c, size_t n)
{
    return id_yymmdd(c) && c[6] >= '5' && c[6] <= '8' && n == 13 && (13 - remainder_of(c)) % 10 == c[12] - '0';
}

/* Ministry of Foreign Affairs: kinds of passports. */
static bool passport(const char *c, size_t n)
{
    return id_in(c[0], "MSRODG") && n == 9;
}

/* National Police Agency: regions 11 to 28, year, number, check. */
static bool licence(const char *c, size_t n)
{
    return id_two(c) >= 11 && id_two(c) <= 28 && n == 12;
}

/* National Tax Service: weights 1 3 7, of the ninth the tens as well, mod 10. */
static bool brn(const char *c, size_t n)
{
    int sum = id_sum(c, (const signed char[]){ 1, 3, 7, 1, 3, 7, 1, 3, 5 }, 9) + (c[8] - '0') * 5 / 10;
    return n == 10 && (10 - sum % 10) % 10 == c[9] - '0';
}

const id_rule ids_korea[] = {
    { "KR_RRN", "date", "999999-9999999", rrn, 90, 90, 100, WORD_IDENTITY },
    { "KR_RRN", "dash", "999999-9999999", dashed, 60, 65, 100, WORD_IDENTITY },
    { "KR_RRN", "date", "9999999999999", rrn, 55, 65, 100, WORD_IDENTITY },
    { "KR_FRN", "date", "999999-9999999", frn, 90, 90, 100, WORD_IDENTITY },
    { "KR_FRN", "date", "9999999999999", frn, 55, 65, 100, WORD_IDENTITY },
    { "KR_PASSPORT", "current", "A999A9999", passport, 55, 65, 95, WORD_PASSPORT },
    { "KR_PASSPORT", "older", "A99999999", passport, 30, 50, 95, WORD_PASSPORT },
    { "KR_DRIVER_LICENSE", "region", "99-99-999999-99", licence, 75, 80, 100, WORD_LICENCE },
    { "KR_DRIVER_LICENSE", "region", "999999999999|99_99_999999_99", licence, 0, 0, 85, WORD_LICENCE },
    { "KR_BRN", "weights", "999-99-99999", brn, 80, 85, 100, WORD_COMPANY },
    { "KR_BRN", "weights", "9999999999", brn, 0, 30, 95, WORD_COMPANY },
    { NULL },
};
