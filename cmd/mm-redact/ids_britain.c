/* ids_britain.c - the United Kingdom and Ireland. */
#include "ids.h"

#include <string.h>

/* NHS Data Dictionary, "NHS Number": weights 10 to 2, mod 11. */
static bool nhs(const char *c, size_t n)
{
    int check = 11 - id_sum(c, (const signed char[]){ 10, 9, 8, 7, 6, 5, 4, 3, 2 }, 9) % 11;
    return n == 10 && (check == 11 ? 0 : check) == c[9] - '0';
}

/* HMRC, National Insurance Manual NIM39110. */
static bool nino(const char *c, size_t n)
{
    return !id_in(c[0], "DFIQUV") && !id_in(c[1], "DFIQUVO") && !id_pair_in(c, "BG GB KN NK NT TN ZZ") && id_in(c[n - 1], "ABCD");
}

/* HMRC, "Unique Taxpayer Reference modulus 11 check": the first digit checks the rest. */
static bool utr(const char *c, size_t n)
{
    int r = id_sum(c + 1, (const signed char[]){ 6, 7, 8, 9, 10, 5, 4, 3, 2 }, n - 1) % 11;
    return c[0] == "21987654321"[r];
}

/* DVLA, "INF45/4": five letters of the name (padded by 9), decade, month (51-62 for women), day, year, initials,
 * and three computed. */
static bool driving(const char *c, size_t n)
{
    int month = id_two(c + 6), i = 0;
    if (is_digit(c[0]) || strspn(c + 5, "0123456789") < 6)
        return false;
    while (i < 5 && !is_digit(c[i]))
        i++;
    for (; i < 5; i++)
        if (c[i] != '9')
            return false;
    bool initials = !is_digit(c[11]) || c[11] == '9', second = !is_digit(c[12]) || c[12] == '9';
    return id_day(month > 50 ? month - 50 : month, id_two(c + 8)) && initials && second && is_digit(c[13]) &&
           !is_digit(c[14]) && !is_digit(c[15]) && n == 16;
}

/* Royal Mail, "Programmers' guide to the Postcode Address File": areas, and no C I K M O V behind the digit. */
static bool postcode(const char *c, size_t n)
{
    static const char one[] = "BEGLMNSW", two[] =
        "AB AL BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY EC EH EN EX FK FY GL GU "
        "GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY LA LD LE LL LN LS LU ME MK ML NE NG NN NP NR NW OL OX PA PE "
        "PH PL PO PR RG RH RM SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB WA WC WD WF WN WR WS WV "
        "YO ZE";
    bool area = is_digit(c[1]) ? id_in(c[0], one) : id_pair_in(c, two);
    return area && !id_in(c[n - 1], "CIKMOV") && !id_in(c[n - 2], "CIKMOV");
}

/* DVLA, "INF104: vehicle registration numbers": since 2001, no I Q, age 02-30 or 51-80. */
static bool plate(const char *c, size_t n)
{
    int age = id_two(c + 2);
    for (size_t i = 0; i < n; i++)
        if (c[i] == 'I' || c[i] == 'Q')
            return false;
    return !id_in(c[0], "JTXZ") && c[1] != 'Z' && ((age >= 2 && age <= 30) || (age >= 51 && age <= 80));
}

static bool old_plate(const char *c, size_t n)
{
    char year = is_digit(c[1]) ? c[0] : c[n - 1];
    for (size_t i = 0; i < n; i++)
        if (c[i] == 'I' || c[i] == 'Q')
            return false;
    return !id_in(year, "OUZ");
}

/* Department of Social Protection, "PPS number": weights 8 to 2, a second letter counts nine times, mod 23. */
static bool pps(const char *c, size_t n)
{
    int sum = id_sum(c, (const signed char[]){ 8, 7, 6, 5, 4, 3, 2 }, 7);
    if (n == 9) {
        if (!id_in(c[8], "ABCDEFGHIW"))
            return false;
        sum += c[8] == 'W' ? 0 : 9 * (c[8] - 'A' + 1);
    }
    return c[7] == "WABCDEFGHIJKLMNOPQRSTUV"[sum % 23];
}

const id_rule ids_britain[] = {
    { "UK_NHS", "mod11", "999 999 9999", nhs, 55, 70, 100, WORD_HEALTH },
    { "UK_NHS", "plain", "9999999999", nhs, 20, 50, 95, WORD_HEALTH },
    { "UK_NINO", "prefix", "AA999999A|AA 99 99 99 A|AA 999999 A|AA 99 99 99A|AA 999999A|AA99 99 99 A", nino, 85, 90, 100, WORD_IDENTITY },
    { "UK_UTR", "mod11", "9999999999|99999 99999", utr, 0, 30, 90, WORD_TAX },
    { "UK_PASSPORT", "letters", "AA9999999", NULL, 25, 50, 85, WORD_PASSPORT },
    { "UK_DRIVING_LICENCE", "dates", "XXXXXXXXXXXXXXXX|XXXXX 999999 XXXXX|XXXXX 999999 XX9XX", driving, 90, 95, 100, WORD_LICENCE },
    { "UK_POSTCODE", "areas", "A9_9AA|A99_9AA|AA9_9AA|AA99_9AA|A9A_9AA|AA9A_9AA", postcode, 60, 70, 90, WORD_POSTCODE },
    { "UK_POSTCODE", "areas", "A99AA|A999AA|AA99AA|AA999AA|A9A9AA|AA9A9AA", postcode, 25, 50, 90, WORD_POSTCODE },
    { "UK_VEHICLE_REGISTRATION", "current", "AA99_AAA|AA99AAA|AA99-AAA", plate, 60, 70, 95, WORD_VEHICLE },
    { "UK_VEHICLE_REGISTRATION", "older", "A999_AAA|A99_AAA|A9_AAA|AAA_999A|AAA_99A|AAA_9A|A999AAA|AAA999A|A999-AAA|AAA-999A", old_plate, 40,
      50, 90, WORD_VEHICLE },
    { "IE_PPS", "mod23", "9999999A|9999999AA", pps, 70, 80, 100, WORD_IDENTITY | WORD_TAX },
    { NULL },
};
