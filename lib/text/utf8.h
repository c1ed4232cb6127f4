/* utf8.h - code points out of bytes. */
#ifndef MM_TEXT_UTF8_H
#define MM_TEXT_UTF8_H

#include "mm.h"

/** The code point at p (p < end) and, in *n, its bytes; U+FFFD and 1 where the bytes are no UTF-8. */
static inline uint32_t mm_utf8_at(const unsigned char *p, const unsigned char *end, unsigned *n)
{
    static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
    unsigned len = *p < 0x80 ? 1 : *p < 0xc2 ? 0 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : *p < 0xf5 ? 4 : 0;
    *n = 1;
    if (len == 1)
        return *p;
    if (!len || (size_t)(end - p) < len)
        return 0xfffd;
    uint32_t c = *p & (0x7fu >> len);
    for (unsigned i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0xfffd;
        c = c << 6 | (p[i] & 0x3f);
    }
    if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        return 0xfffd;
    *n = len;
    return c;
}

#endif
