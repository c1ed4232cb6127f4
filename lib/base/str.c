/* str.c - borrowed runs of bytes. */
#include "mm.h"

#include <string.h>

mm_str mm_str_of(const char *cstr)
{
    return cstr ? (mm_str){ cstr, strlen(cstr) } : (mm_str){ NULL, 0 };
}

bool mm_str_eq(mm_str a, mm_str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

int mm_str_cmp(mm_str a, mm_str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

bool mm_str_starts(mm_str s, mm_str prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

bool mm_str_ends(mm_str s, mm_str suffix)
{
    return s.n >= suffix.n &&
           (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}
