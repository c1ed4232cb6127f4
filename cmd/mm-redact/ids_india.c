/* ids_india.c - India. */
#include "ids.h"

#include <string.h>

/* UIDAI: twelve digits from 2 to 9, Verhoeff; numbers that read the same backwards are not given. */
static bool aadhaar(const char *c, size_t n)
{
    bool palindrome = true;
    for (size_t i = 0; i < n / 2; i++)
        palindrome &= c[i] == c[n - 1 - i];
    return c[0] >= '2' && !palindrome && id_verhoeff(c, n);
}

/* Income Tax Department: the fourth letter is the kind of holder. */
static bool pan(const char *c, size_t n)
{
    return id_in(c[3], "PCHABGJLFTE") && n == 10;
}

static bool passport(const char *c, size_t n)
{
    return !id_in(c[0], "QXZ") && c[1] != '0' && c[n - 1] != '0';
}

/* CBIC: state, PAN, number of the registration, Z, check. The check (base 36, weights 1 and 2) is not asked for: a
 * number with all of the rest is one that was mistyped. */
static bool gstin(const char *c, size_t n)
{
    int state = id_two(c);
    return n == 15 && ((state >= 1 && state <= 38) || state == 97 || state == 99) && pan(c + 2, 10) && c[12] != '0' && c[13] == 'Z';
}

/* MoRTH: codes of states and union territories. */
static bool vehicle(const char *c, size_t n)
{
    static const char states[] = "AN AP AR AS BR CG CH DD DL DN GA GJ HP HR JH JK KA KL LA LD MH ML MN MP MZ NL OD OR PB PY RJ SK "
                                 "TG TN TR TS UA UK UP WB";
    return id_pair_in(c, states) && memcmp(c + n - 4, "0000", 4) != 0;
}

const id_rule ids_india[] = {
    { "IN_AADHAAR", "verhoeff", "9999 9999 9999", aadhaar, 75, 85, 100, WORD_IDENTITY },
    { "IN_AADHAAR", "verhoeff", "999999999999", aadhaar, 40, 60, 100, WORD_IDENTITY },
    { "IN_PAN", "holder", "AAAAA9999A", pan, 85, 90, 100, WORD_TAX },
    { "IN_PAN", "shape", "AAAAA9999A", NULL, 50, 60, 95, WORD_TAX },
    { "IN_VOTER_ID", "places", "AAA9999999", NULL, 50, 60, 95, WORD_IDENTITY },
    { "IN_PASSPORT", "places", "A9999999|A99 99999|A9 999999", passport, 30, 55, 95, WORD_PASSPORT },
    { "IN_GSTIN", "pan", "99AAAAA9999AXAX", gstin, 85, 90, 100, WORD_TAX },
    { "IN_VEHICLE_REGISTRATION", "states", "AA99A9999|AA99AA9999|AA99AAA9999|AA9A9999|AA9AA9999|AA 99 A 9999|AA 99 AA 9999|AA99 A 9999|AA99 AA 9999|"
      "AA9AAA9999|AA999999|AA99999", vehicle, 65, 75, 100, WORD_VEHICLE },
    { NULL },
};
