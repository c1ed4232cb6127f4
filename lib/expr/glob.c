#include <string.h>

#include "expr/node.h"

/* Bytes of the UTF-8 character at s[i]; 1 for anything malformed. */
static size_t char_len(mm_str s, size_t i)
{
    unsigned char c = s.p[i];
    size_t n = c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    return i + n <= s.n ? n : 1;
}

static uint32_t char_at(mm_str s, size_t i, size_t *len)
{
    *len = char_len(s, i);
    uint32_t c = (unsigned char)s.p[i];
    if (*len > 1)
        c &= 0x7fu >> *len;
    for (size_t k = 1; k < *len; k++)
        c = c << 6 | ((unsigned char)s.p[i + k] & 0x3f);
    return c;
}

/* The set that begins at pattern[*i] == '[': does it hold c? Moves *i behind it. A set
 * that is never closed is an ordinary '['. */
static bool set_holds(mm_str pattern, size_t *i, uint32_t c)
{
    size_t k = *i + 1, len;
    bool negate = k < pattern.n && (pattern.p[k] == '!' || pattern.p[k] == '^');
    k += negate;
    bool in = false;
    for (size_t first = k; k < pattern.n && (pattern.p[k] != ']' || k == first);) {
        uint32_t lo = char_at(pattern, k, &len), hi = lo;
        k += len;
        if (k + 1 < pattern.n && pattern.p[k] == '-' && pattern.p[k + 1] != ']') {
            hi = char_at(pattern, k + 1, &len);
            k += 1 + len;
        }
        in |= lo <= c && c <= hi;
    }
    if (k >= pattern.n) {
        (*i)++;
        return c == '[';
    }
    *i = k + 1;
    return in != negate;
}

/* Does the one pattern element at *i (no '*') accept the character c? Moves *i on. */
static bool element_accepts(mm_str pattern, size_t *i, uint32_t c)
{
    size_t len;
    if (pattern.p[*i] == '?') {
        (*i)++;
        return true;
    }
    if (pattern.p[*i] == '[')
        return set_holds(pattern, i, c);
    if (pattern.p[*i] == '\\' && *i + 1 < pattern.n)
        (*i)++;
    uint32_t want = char_at(pattern, *i, &len);
    *i += len;
    return want == c;
}

/* Where in s, at or behind `from`, the plain characters that stand at pattern[i] occur first; SIZE_MAX for nowhere. */
static size_t seek_plain(mm_str pattern, size_t i, mm_str s, size_t from)
{
    size_t n = 0;
    while (i + n < pattern.n && !strchr("*?[\\", pattern.p[i + n]))
        n++;
    const char *at = n ? memmem(s.p + from, s.n - from, pattern.p + i, n) : s.p + from;
    return at ? (size_t)(at - s.p) : SIZE_MAX;
}

/* Only the last '*' ever needs to be tried again, so the time is at most the product of
 * the lengths. */
bool mm_expr_glob(mm_str pattern, mm_str s)
{
    size_t i = 0, k = 0, star = SIZE_MAX, retry = 0, len;
    while (k < s.n) {
        if (i < pattern.n && pattern.p[i] == '*') {
            star = ++i;
            k = retry = seek_plain(pattern, star, s, k);
            if (k == SIZE_MAX)
                return false;
            continue;
        }
        uint32_t c = char_at(s, k, &len);
        if (i < pattern.n && element_accepts(pattern, &i, c)) {
            k += len;
            continue;
        }
        if (star == SIZE_MAX)
            return false;
        retry += char_len(s, retry);
        k = retry = seek_plain(pattern, star, s, retry);
        if (k == SIZE_MAX)
            return false;
        i = star;
    }
    while (i < pattern.n && pattern.p[i] == '*')
        i++;
    return i == pattern.n;
}
