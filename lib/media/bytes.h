/* bytes.h - numbers out of bytes nobody vouches for.
 *
 * Depends on mm.h only. Every read is bounded: outside the bytes a number is 0 and a slice is
 * empty, so a reader that forgets a check is wrong but never unsafe.
 */
#ifndef MM_MEDIA_BYTES_H
#define MM_MEDIA_BYTES_H

#include <string.h>

#include "mm.h"

/** All of [at, at + n) lies inside s. */
static inline bool mm_in(mm_str s, uint64_t at, uint64_t n)
{
    return at <= s.n && n <= s.n - at;
}

/** The part of [at, at + n) that lies inside s. */
static inline mm_str mm_sub(mm_str s, uint64_t at, uint64_t n)
{
    if (at >= s.n)
        return (mm_str){ 0 };
    return (mm_str){ s.p + at, n < s.n - at ? (size_t)n : s.n - (size_t)at };
}

/** s from `at` on begins with the n bytes of `what`. */
static inline bool mm_at(mm_str s, uint64_t at, const char *what, size_t n)
{
    return mm_in(s, at, n) && memcmp(s.p + at, what, n) == 0;
}

static inline unsigned mm_u8(mm_str s, uint64_t at)
{
    return at < s.n ? (unsigned char)s.p[at] : 0;
}

/** An unsigned number of n <= 8 bytes, most significant first. */
static inline uint64_t mm_be(mm_str s, uint64_t at, unsigned n)
{
    uint64_t v = 0;
    if (!mm_in(s, at, n))
        return 0;
    for (unsigned i = 0; i < n; i++)
        v = v << 8 | (unsigned char)s.p[at + i];
    return v;
}

/** The same, least significant first. */
static inline uint64_t mm_le(mm_str s, uint64_t at, unsigned n)
{
    uint64_t v = 0;
    if (!mm_in(s, at, n))
        return 0;
    for (unsigned i = n; i-- > 0;)
        v = v << 8 | (unsigned char)s.p[at + i];
    return v;
}

#endif
