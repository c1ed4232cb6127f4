/* value.c - what the text of a field is: a number, a truth value, or text.
 *
 * A field is a number only when every reader that knows doubles gives back what was written: no leading
 * zeros or plus (postal codes, telephone numbers), no integer beyond 2^53 (identifiers), no
 * exponent without a sign or a point (1e5 may be a name).
 */
#include <string.h>

#include "row.h"

enum { MOST_DIGITS = 17 };  /* a double is told from its neighbours by as many */

static size_t digits(const char *p, size_t n)
{
    size_t i = 0;
    while (i < n && p[i] >= '0' && p[i] <= '9')
        i++;
    return i;
}

/* At most 2^53 - 1: sixteen digits, compared as text. */
static bool safe_integer(const char *p, size_t n)
{
    return n < 16 || (n == 16 && memcmp(p, "9007199254740991", 16) <= 0);
}

/* The exponent behind an e. It must not leave the range of doubles, which end near 308. */
static bool exponent(const char *p, size_t n, bool point)
{
    size_t sign = n && (*p == '+' || *p == '-');
    size_t k = digits(p + sign, n - sign);
    if (!sign && !point)
        return false;
    return k >= 1 && k <= 3 && k + sign == n && (k < 3 || p[sign] < '3');
}

bool value_is_number(mm_str s)
{
    const char *p = s.p, *end = s.p + s.n;
    if (!s.n || (unsigned char)(*p - '-') > '9' - '-')
        return false;
    p += *p == '-';
    size_t whole = digits(p, (size_t)(end - p)), part = 0;
    const char *first = p;
    if (whole == 0 || (whole > 1 && *p == '0'))
        return false;
    p += whole;
    if (p == end)
        return safe_integer(first, whole);
    if (*p == '.') {
        part = digits(p + 1, (size_t)(end - p - 1));
        p += 1 + part;
        if (!part)
            return false;
    }
    if (whole + part > MOST_DIGITS + (*first == '0'))
        return false;
    return p == end || ((*p | 0x20) == 'e' && exponent(p + 1, (size_t)(end - p - 1), part > 0));
}

mm_str value_boolean(mm_str s)
{
    static const char *const words[] = { "true", "True", "TRUE", "false", "False", "FALSE" };
    if (s.n < 4 || s.n > 5 || ((*s.p | 0x20) != 't' && (*s.p | 0x20) != 'f'))
        return (mm_str){ NULL, 0 };
    for (size_t i = 0; i < 6; i++)
        if (mm_str_eq(s, mm_str_of(words[i])))
            return i < 3 ? MM_STR("true") : MM_STR("false");
    return (mm_str){ NULL, 0 };
}
