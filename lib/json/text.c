/* text.c - JSON strings: unescaping, comparing, writing. */
#include "json/scan.h"

#include <string.h>

static const char replacement[] = "\xef\xbf\xbd";  /* U+FFFD */

static size_t put_utf8(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)((0xf00 >> n & 0xf0) | c);
    return n;
}

/* Four hex digits at p, or -1. */
static int32_t hex4(const char *p, const char *end)
{
    int32_t v = 0;
    if (end - p < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        char c = p[i], low = (char)(c | 0x20);
        if (c >= '0' && c <= '9')
            v = v * 16 + (c - '0');
        else if (low >= 'a' && low <= 'f')
            v = v * 16 + (low - 'a' + 10);
        else
            return -1;
    }
    return v;
}

static size_t unescape_unicode(const char **p, const char *end, char out[4])
{
    int32_t c = hex4(*p + 2, end);
    *p += c < 0 ? 2 : 6;
    if (c >= 0xd800 && c < 0xdc00 && end - *p >= 6 && (*p)[0] == '\\' && (*p)[1] == 'u') {
        int32_t low = hex4(*p + 2, end);
        if (low >= 0xdc00 && low < 0xe000) {
            *p += 6;
            return put_utf8((uint32_t)(0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00)), out);
        }
    }
    if (c < 0 || (c >= 0xd800 && c < 0xe000))
        c = 0xfffd;
    return put_utf8((uint32_t)c, out);
}

size_t mm_unescape(const char **p, const char *end, char out[4])
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    if (end - *p < 2) {
        *p = end;
        return put_utf8(0xfffd, out);
    }
    char kind = (*p)[1];
    if (kind == 'u')
        return unescape_unicode(p, end, out);
    *p += 2;
    const char *known = memchr(from, kind, sizeof from - 1);
    return put_utf8(known ? (uint32_t)to[known - from] : 0xfffd, out);
}

bool mm_spells(mm_str raw, mm_str want)
{
    const char *p = raw.p, *end = raw.p + raw.n;
    size_t at = 0;
    if (raw.n < want.n)  /* escapes only make it longer */
        return false;
    while (p < end) {
        if (*p != '\\') {
            if (at == want.n || want.p[at++] != *p++)
                return false;
            continue;
        }
        char c[4];
        size_t n = mm_unescape(&p, end, c);
        if (n > want.n - at || memcmp(want.p + at, c, n) != 0)
            return false;
        at += n;
    }
    return at == want.n;
}

mm_str mm_json_text(mm_str raw, mm_buf *scratch)
{
    if (raw.n < 2)
        return (mm_str){ "", 0 };
    const char *p = raw.p + 1, *end = raw.p + raw.n - 1;
    const char *escape = memchr(p, '\\', (size_t)(end - p));
    if (!escape)
        return (mm_str){ p, (size_t)(end - p) };
    scratch->n = 0;
    while (escape) {
        char c[4];
        mm_buf_put(scratch, p, (size_t)(escape - p));
        size_t n = mm_unescape(&escape, end, c);
        mm_buf_put(scratch, c, n);
        p = escape;
        escape = p < end ? memchr(p, '\\', (size_t)(end - p)) : NULL;
    }
    mm_buf_put(scratch, p, (size_t)(end - p));
    return mm_buf_view(scratch);
}

static void put_escaped(mm_buf *b, unsigned char c)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    static const char hex[] = "0123456789abcdef";
    const char *known = memchr(from, c, sizeof from - 1);
    char u[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };
    if (known)
        mm_buf_put(b, (char[2]){ '\\', to[known - from] }, 2);
    else
        mm_buf_put(b, u, sizeof u);
}

static void put_valid(mm_buf *b, const char *p, size_t n)
{
    const mm_kernels *k = mm_simd();
    while (n > 0) {
        size_t run = k->json_plain(p, n);
        mm_buf_put(b, p, run);
        if (run == n)
            return;
        put_escaped(b, (unsigned char)p[run]);
        p += run + 1;
        n -= run + 1;
    }
}

void mm_json_put(mm_buf *b, mm_str s)
{
    const mm_kernels *k = mm_simd();
    mm_buf_byte(b, '"');
    while (s.n > 0) {
        size_t valid = k->utf8_check(s.p, s.n);
        put_valid(b, s.p, valid);
        s = (mm_str){ s.p + valid, s.n - valid };
        if (s.n == 0)
            break;
        mm_buf_put(b, replacement, sizeof replacement - 1);
        /* One mark for a damaged sequence: the lead byte and the continuations that follow. */
        do
            s = (mm_str){ s.p + 1, s.n - 1 };
        while (s.n > 0 && ((unsigned char)s.p[0] & 0xc0) == 0x80);
    }
    mm_buf_byte(b, '"');
}
