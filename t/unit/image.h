/* image.h - what the unit tests on pictures make their files of. */
#ifndef MM_T_IMAGE_H
#define MM_T_IMAGE_H

#include "mm.h"

static inline void be(mm_buf *b, uint64_t v, unsigned n)
{
    while (n--)
        mm_buf_byte(b, (char)(v >> 8 * n));
}

static inline void le(mm_buf *b, uint64_t v, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        mm_buf_byte(b, (char)(v >> 8 * i));
}

#define LIT(b, lit) mm_buf_put(b, lit, sizeof(lit) - 1)

/* Of a directory of big-endian TIFF; type 3 is a short, 4 a long. */
static inline void entry(mm_buf *b, unsigned tag, unsigned type, uint32_t count, uint32_t value)
{
    be(b, tag, 2);
    be(b, type, 2);
    be(b, count, 4);
    be(b, type == 3 && count == 1 ? value << 16 : value, 4);
}

/* Of JPEG. */
static inline void segment(mm_buf *b, unsigned marker, mm_str body)
{
    be(b, marker, 2);
    be(b, body.n + 2, 2);
    mm_buf_str(b, body);
}

static inline uint32_t crc_of(const char *p, size_t n)
{
    uint32_t c = 0xffffffff;
    for (size_t i = 0; i < n; i++) {
        c ^= (unsigned char)p[i];
        for (int k = 0; k < 8; k++)
            c = c & 1 ? 0xedb88320 ^ c >> 1 : c >> 1;
    }
    return ~c;
}

/* Of PNG. */
static inline void chunk(mm_buf *b, const char *type, mm_str body)
{
    be(b, body.n, 4);
    size_t from = b->n;
    mm_buf_put(b, type, 4);
    mm_buf_str(b, body);
    be(b, crc_of(b->p + from, b->n - from), 4);
}

/* Of WebP. */
static inline void riff(mm_buf *b, const char *type, mm_str body)
{
    mm_buf_put(b, type, 4);
    le(b, body.n, 4);
    mm_buf_str(b, body);
    if (body.n & 1)
        mm_buf_byte(b, 0);
}

/* Of HEIF. */
static inline void box(mm_buf *b, const char *type, mm_str body)
{
    be(b, body.n + 8, 4);
    mm_buf_put(b, type, 4);
    mm_buf_str(b, body);
}

#endif
