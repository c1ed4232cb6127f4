/* chroma.c - reading fingerprints as Chromaprint packs them.
 *
 * The form (Chromaprint 1.5, its fingerprint_compressor.cpp): a byte for the algorithm, three for the count of values,
 * upper first; then 3-bit codes, lower bits first: the distances between the set bits of each value XORed with the one
 * before, counted from 1, closed by 0. A code of 7 is 7 and more: how much more is a 5-bit code, and these
 * follow from the next whole byte on.
 */
#include <string.h>

#include "dup_audio.h"

/* The digit's value, or -1. */
static int digit(char c)
{
    const char *from = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", *at = memchr(from, c, 64);
    return at ? (int)(at - from) : -1;
}

static int unpack_base64(mm_str text, mm_buf *out)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < text.n; i++) {
        int d = digit(text.p[i]);
        if (d < 0)
            return -1;
        bits = bits << 6 | (uint32_t)d;
        if (i % 4)
            mm_buf_byte(out, (char)(bits >> (6 - 2 * (i % 4))));
    }
    return out->failed ? -1 : 0;
}

/* n bits at bit `at` of s; *at moves on. -1 at the end. */
static int take_bits(mm_str s, size_t *at, unsigned n)
{
    unsigned v = 0;
    if (*at + n > s.n * 8)
        return -1;
    for (unsigned i = 0; i < n; i++, ++*at)
        v |= ((unsigned char)s.p[*at / 8] >> (*at % 8) & 1u) << i;
    return (int)v;
}

/* Where the 5-bit codes begin, or 0. */
static size_t behind_codes(mm_str s, uint32_t count)
{
    size_t at = 0;
    while (count) {
        int code = take_bits(s, &at, 3);
        if (code < 0)
            return 0;
        count -= code == 0;
    }
    return (at + 7) / 8 * 8;
}

static bool next_value(mm_str s, size_t *code_at, size_t *more_at, uint32_t *value)
{
    unsigned bit = 0;
    for (int code; (code = take_bits(s, code_at, 3)) != 0; ) {
        int more = code == 7 ? take_bits(s, more_at, 5) : 0;
        bit += (unsigned)(code + more);
        if (code < 0 || more < 0 || bit > 32)
            return false;
        *value ^= UINT32_C(1) << (bit - 1);
    }
    return true;
}

static uint32_t unpack(mm_str s, uint32_t *out)
{
    if (s.n < 4)
        return 0;
    const unsigned char *p = (const unsigned char *)s.p;
    uint32_t count = (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3], value = 0;
    s = (mm_str){ s.p + 4, s.n - 4 };
    size_t code_at = 0, more_at = behind_codes(s, count);
    if (count > AUDIO_MOST)
        count = AUDIO_MOST;
    for (uint32_t i = 0; i < count; i++) {
        if (!more_at || !next_value(s, &code_at, &more_at, &value))
            return 0;
        out[i] = value;
    }
    return count;
}

uint32_t dup_audio_read(mm_str text, uint32_t *out)
{
    mm_buf bytes = { 0 };
    uint32_t n = unpack_base64(text, &bytes) == 0 ? unpack(mm_buf_view(&bytes), out) : 0;
    mm_buf_free(&bytes);
    return n;
}
