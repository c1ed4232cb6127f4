/* ids_check.c - check digits that many issuers share. */
#include "ids.h"

int id_sum(const char *c, const signed char *weights, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += id_value(c[i]) * weights[i];
    return sum;
}

int64_t id_number(const char *c, size_t n)
{
    int64_t v = 0;
    for (size_t i = 0; i < n; i++)
        v = v * 10 + (c[i] - '0');
    return v;
}

int id_cross_sum(const char *c, const signed char *weights, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++) {
        int v = id_value(c[i]) * weights[i];
        sum += v / 10 + v % 10;
    }
    return sum;
}

bool id_luhn(const char *c, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++) {
        int d = c[n - 1 - i] - '0';
        sum += i % 2 ? d * 2 - (d > 4 ? 9 : 0) : d;
    }
    return sum % 10 == 0;
}

bool id_mod_11_10(const char *c, size_t n)
{
    int p = 10;
    for (size_t i = 0; i + 1 < n; i++) {
        int s = (p + c[i] - '0') % 10;
        p = (s ? s : 10) * 2 % 11;
    }
    return (p + c[n - 1] - '0') % 10 == 1;
}

/* The product in the dihedral group of the pentagon's ten symmetries: 0-4 turn, 5-9 flip. */
static int turn_or_flip(int a, int b)
{
    if (a < 5)
        return b < 5 ? (a + b) % 5 : 5 + (a + b) % 5;
    return b < 5 ? 5 + (a - b + 5) % 5 : (a - b + 10) % 5;
}

bool id_verhoeff(const char *c, size_t n)
{
    static const unsigned char permute[10] = { 1, 5, 7, 6, 2, 8, 3, 0, 9, 4 };
    int sum = 0;
    for (size_t i = 0; i < n; i++) {
        int d = c[n - 1 - i] - '0';
        for (size_t k = i % 8; k > 0; k--)
            d = permute[d];
        sum = turn_or_flip(sum, d);
    }
    return sum == 0;
}

bool id_gtin(const char *c, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (c[n - 1 - i] - '0') * (i % 2 ? 3 : 1);
    return sum % 10 == 0;
}

bool id_day(int month, int day)
{
    static const unsigned char days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
}

bool id_pair_in(const char *c, const char *list)
{
    for (; *list; list += list[2] ? 3 : 2)
        if (list[0] == c[0] && list[1] == c[1])
            return true;
    return false;
}
