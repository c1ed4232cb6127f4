/* ids_devices.c - vehicles and handsets. */
#include "ids.h"

/* 49 CFR 565.15: letters but I O Q, weights, mod 11 with X for 10 in the ninth place. */
static bool vin_letters(const char *c, size_t n)
{
    int letters = 0, digits = 0;
    for (size_t i = 0; i < n; i++) {
        if (id_in(c[i], "IOQ"))
            return false;
        digits += is_digit(c[i]);
    }
    letters = (int)n - digits;
    return letters >= 2 && digits >= 5;
}

static bool vin(const char *c, size_t n)
{
    static const signed char counts[26] = { 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 0, 7, 0, 9, 2, 3, 4, 5, 6, 7, 8, 9 };
    static const signed char weights[17] = { 8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2 };
    int sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += weights[i] * (is_digit(c[i]) ? c[i] - '0' : counts[c[i] - 'A']);
    return vin_letters(c, n) && c[8] == "0123456789X"[sum % 11];
}

/* 3GPP TS 23.003 section 6: reporting bodies, Luhn. */
static bool imei(const char *c, size_t n)
{
    return id_pair_in(c, "01 35 44 45 49 50 51 52 53 54 86 91 98 99") && id_luhn(c, n);
}

const id_rule ids_devices[] = {
    { "VIN", "check-digit", "XXXXXXXXXXXXXXXXX", vin, 85, 90, 100, WORD_VEHICLE },
    { "VIN", "context", "XXXXXXXXXXXXXXXXX", vin_letters, 0, 0, 85, WORD_VEHICLE },
    { "IMEI", "luhn", "99-999999-999999-9|99_999999_999999_9", imei, 85, 90, 100, WORD_DEVICE },
    { "IMEI", "luhn", "999999999999999", imei, 50, 60, 100, WORD_DEVICE },
    { NULL },
};
