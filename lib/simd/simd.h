/* simd.h - the kernel tables, one for each instruction set this build knows.
 *
 * Depends on mm.h only. A table is const and complete; which one runs is decided in
 * dispatch.c alone.
 */
#ifndef MM_SIMD_SIMD_H
#define MM_SIMD_SIMD_H

#include <string.h>

#include "mm.h"

extern const mm_kernels mm_simd_scalar;
#if defined(__x86_64__)
extern const mm_kernels mm_simd_avx2;
extern const mm_kernels mm_simd_avx512;
#elif defined(__aarch64__)
extern const mm_kernels mm_simd_neon;
#endif

/** The alphabet of RFC 4648 section 4. */
extern const char mm_base64_alphabet[65];
/** The value of each digit of it; 0x80 for what is none. */
extern const uint8_t mm_base64_values[128];

static inline bool mm_is_json_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/** Offset behind the colon that follows offset i and blanks; 0 when there is none. */
static inline size_t mm_behind_colon(const char *p, size_t n, size_t i)
{
    while (i < n && mm_is_json_space(p[i]))
        i++;
    return i < n && p[i] == ':' ? i + 1 : 0;
}

/** memcmp(a, b, n) == 0, without a call for the lengths that keys have. */
static inline bool mm_same_bytes(const char *a, const char *b, size_t n)
{
    uint64_t a8, b8, a8_last, b8_last;
    uint32_t a4, b4, a4_last, b4_last;
    if (n > 16)
        return memcmp(a, b, n) == 0;
    if (n >= 8) {
        memcpy(&a8, a, 8);
        memcpy(&b8, b, 8);
        memcpy(&a8_last, a + n - 8, 8);
        memcpy(&b8_last, b + n - 8, 8);
        return ((a8 ^ b8) | (a8_last ^ b8_last)) == 0;
    }
    if (n >= 4) {
        memcpy(&a4, a, 4);
        memcpy(&b4, b, 4);
        memcpy(&a4_last, a + n - 4, 4);
        memcpy(&b4_last, b + n - 4, 4);
        return ((a4 ^ b4) | (a4_last ^ b4_last)) == 0;
    }
    return n == 0 || (a[0] == b[0] && a[n / 2] == b[n / 2] && a[n - 1] == b[n - 1]);
}

/** Try the keys whose value is still 0 on the string that opens at offset i: a member's key is
 *  one with a colon behind it. Returns how many it answered. */
static inline size_t mm_match_keys(const char *p, size_t n, size_t i, const mm_str *keys, size_t nkeys, size_t *value)
{
    size_t matched = 0;
    for (size_t k = 0; k < nkeys; k++) {
        size_t end = i + 1 + keys[k].n;
        if (value[k] || end >= n || p[end] != '"' || !mm_same_bytes(p + i + 1, keys[k].p, keys[k].n))
            continue;
        value[k] = mm_behind_colon(p, n, end + 1);
        matched += value[k] != 0;
    }
    return matched;
}

#endif
