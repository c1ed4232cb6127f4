/* names.c - values as names of files. */
#include "names.h"

#include <string.h>
#include <xxhash.h>

/* Longest name that is spelled out; of a longer one the start, and a hash of all of it. */
#define SPELLED 160
#define STARTS 120

static bool plain(unsigned char c, bool edge)
{
    if ((c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_')
        return true;
    if (c == ' ' || c == '.' || c == '-')
        return !edge;
    return c == '+' || c == '=' || c == '@' || c == ',';
}

/* Bytes of the character at s when it is beyond ASCII and shows, else 0: no controls (U+0080-9F), no marks that
 * are invisible or turn the direction of writing (U+200B-200F, U+2028-202E, U+2060-206F, U+FEFF). */
static size_t shows(mm_str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    size_t n = p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (!n || n > s.n || mm_simd()->utf8_check(s.p, n) != n)
        return 0;
    bool control = p[0] == 0xc2 && p[1] < 0xa0;
    bool mark = p[0] == 0xe2 && ((p[1] == 0x80 && ((p[2] >= 0x8b && p[2] <= 0x8f) || (p[2] >= 0xa8 && p[2] <= 0xae)))
                                 || (p[1] == 0x81 && p[2] >= 0xa0 && p[2] <= 0xaf));
    bool bom = p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf;
    return control || mark || bom ? 0 : n;
}

/* Append s, spelled so that it is safe, up to `limit` bytes; false when there was more. */
static bool spell(mm_buf *out, mm_str s, size_t limit)
{
    size_t start = out->n;
    for (size_t i = 0; i < s.n;) {
        mm_str rest = { s.p + i, s.n - i };
        bool one = plain((unsigned char)s.p[i], i == 0 || i + 1 == s.n);
        size_t n = one ? 1 : shows(rest);
        if (out->n - start + (n ? n : 3) > limit)
            return false;
        if (n)
            mm_buf_put(out, rest.p, n);
        else
            mm_buf_printf(out, "%%%02X", (unsigned char)s.p[i]);
        i += n ? n : 1;
    }
    return true;
}

void put_name(mm_buf *out, const mm_str *value)
{
    size_t start = out->n;
    if (!value) {
        mm_buf_str(out, MM_STR("%none"));
    } else if (value->n == 0) {
        mm_buf_str(out, MM_STR("%empty"));
    } else if (!spell(out, *value, SPELLED)) {
        out->n = start;
        spell(out, *value, STARTS);
        mm_buf_printf(out, "%%~%016llx", (unsigned long long)XXH3_64bits(value->p, value->n));
    }
}
