/* ids_iberia.c - Spain and Portugal. */
#include "ids.h"

#include <string.h>

static const char nif_letters[] = "TRWAGMYFPDXBNJZSQVHLCKE";

/* Ministerio del Interior, "Calculo del digito de control del NIF/NIE": the number mod 23. */
static bool nif(const char *c, size_t n)
{
    return c[n - 1] == nif_letters[id_number(c, n - 1) % 23];
}

/* The same, with X Y Z as 0 1 2. */
static bool nie(const char *c, size_t n)
{
    char d[9] = { (char)(c[0] - 'X' + '0') };
    memcpy(d + 1, c + 1, 7);
    return c[0] >= 'X' && c[0] <= 'Z' && n == 9 && c[8] == nif_letters[id_number(d, 8) % 23];
}

/* Orden EHA/451/2008: digits in odd places doubled; the control is a digit or a letter by the kind of organisation. */
static bool cif(const char *c, size_t n)
{
    int check = (10 - id_cross_sum(c + 1, (const signed char[]){ 2, 1, 2, 1, 2, 1, 2 }, 7) % 10) % 10;
    bool digit = c[8] == '0' + check && !id_in(c[0], "NPQRSW"), letter = c[8] == "JABCDEFGHI"[check] && !id_in(c[0], "ABEH");
    return n == 9 && id_in(c[0], "ABCDEFGHJNPQRSUVW") && (digit || letter);
}

/* Seguridad Social: province and number mod 97; numbers below ten million are added to the province's. */
static bool nss(const char *c, size_t n)
{
    int64_t number = id_number(c + 2, 8), province = id_two(c);
    int64_t all = number < 10000000 ? number + province * 10000000 : id_number(c, 10);
    return n == 12 && province >= 1 && province <= 66 && all % 97 == id_two(c + 10);
}

/* Portaria 386/2012: weights 9 to 2, mod 11. */
static bool pt_nif(const char *c, size_t n)
{
    int check = 11 - id_sum(c, (const signed char[]){ 9, 8, 7, 6, 5, 4, 3, 2 }, 8) % 11;
    return id_in(c[0], "1235689") && n == 9 && (check > 9 ? 0 : check) == c[8] - '0';
}

/* AMA, "Cartao de Cidadao: Algoritmo de validacao": Luhn with letters from 10. */
static bool pt_card(const char *c, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++) {
        int v = id_value(c[i]) * (i % 2 ? 1 : 2);
        sum += i % 2 == 0 && v > 9 ? v - 9 : v;
    }
    return sum % 10 == 0;
}

/* Seguranca Social: weights are primes from 29 down to 2; 9 less the sum mod 10. */
static bool pt_niss(const char *c, size_t n)
{
    return (c[0] == '1' || c[0] == '2') && n == 11 &&
           9 - id_sum(c, (const signed char[]){ 29, 23, 19, 17, 13, 11, 7, 5, 3, 2 }, 10) % 10 == c[10] - '0';
}

const id_rule ids_iberia[] = {
    { "ES_NIF", "mod23", "99999999A|99999999-A|99.999.999-A|99_999_999_A|99999999_A|99.999.999A|9999999A|9999999-A", nif, 80, 90, 100, WORD_TAX | WORD_IDENTITY },
    { "ES_NIE", "mod23", "A9999999A|A-9999999-A|A9999999-A|A-9999999A|A_9999999_A", nie, 90, 95, 100, WORD_TAX | WORD_IDENTITY },
    { "ES_CIF", "check-digit", "A9999999X|A-9999999X|A-9999999-X|A99999999", cif, 60, 75, 100, WORD_TAX | WORD_COMPANY },
    { "ES_SOCIAL_SECURITY", "mod97", "99 99999999 99|99 9999999999", nss, 80, 85, 100, WORD_IDENTITY | WORD_SSN },
    { "ES_SOCIAL_SECURITY", "mod97", "999999999999", nss, 45, 60, 100, WORD_IDENTITY | WORD_SSN },
    { "ES_PASSPORT", "letters", "AAA999999|AA999999|AAA999999A", NULL, 30, 50, 90, WORD_PASSPORT },
    { "PT_NIF", "mod11", "999999999|999 999 999", pt_nif, 10, 30, 95, WORD_TAX },
    { "PT_CITIZEN_CARD", "luhn", "999999999XX9|99999999 9 XX9|99999999 9XX9|999999999 XX9", pt_card, 85, 90, 100, WORD_IDENTITY },
    { "PT_SOCIAL_SECURITY", "primes", "99999999999", pt_niss, 20, 50, 95, WORD_IDENTITY },
    { NULL },
};
