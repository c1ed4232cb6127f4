/* immintrin.h - stands in for the compiler's header so that lib/simd/avx512.c runs where there
 * is no AVX-512: SIMDe (libsimde-dev) emulates the instructions, and what its 0.7.4 lacks is
 * here. Use with -It/simde and without -mavx512*. */
#ifdef MM_SIMDE_IMMINTRIN_H
#include_next <immintrin.h>
#else
#define MM_SIMDE_IMMINTRIN_H
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>
#include <simde/x86/clmul.h>

/* Its alias asks for the arguments of the masked form. */
#undef _mm512_madd_epi16
#define _mm512_madd_epi16 simde_mm512_madd_epi16

#define _mm512_maskz_loadu_epi8 mm_emulated_load
#define _mm512_mask_storeu_epi8 mm_emulated_store
#define _mm512_alignr_epi8 mm_emulated_alignr
#define _mm512_shldv_epi64 mm_emulated_shldv
#define _mm512_cvtps_pd mm_emulated_cvtps_pd
#define _mm512_cvtepi16_epi32 mm_emulated_cvtepi16_epi32

/* Byte by byte: the real ones do not touch what the mask leaves out. */
static inline __m512i mm_emulated_load(uint64_t mask, const void *p)
{
    char t[64] = { 0 };
    for (int i = 0; i < 64; i++)
        if (mask >> i & 1)
            t[i] = ((const char *)p)[i];
    return _mm512_loadu_si512(t);
}

static inline void mm_emulated_store(void *p, uint64_t mask, __m512i v)
{
    char t[64];
    _mm512_storeu_si512(t, v);
    for (int i = 0; i < 64; i++)
        if (mask >> i & 1)
            ((char *)p)[i] = t[i];
}

static inline __m512i mm_emulated_shldv(__m512i a, __m512i b, __m512i by)
{
    uint64_t high[8], low[8], n[8];
    _mm512_storeu_si512(high, a);
    _mm512_storeu_si512(low, b);
    _mm512_storeu_si512(n, by);
    for (int i = 0; i < 8; i++)
        high[i] = n[i] % 64 ? high[i] << n[i] % 64 | low[i] >> (64 - n[i] % 64) : high[i];
    return _mm512_loadu_si512(high);
}

static inline __m512i mm_emulated_alignr(__m512i a, __m512i b, int by)
{
    char t[32], all_a[64], all_b[64];
    _mm512_storeu_si512(all_a, a);
    _mm512_storeu_si512(all_b, b);
    for (int lane = 0; lane < 64; lane += 16) {
        memcpy(t, all_b + lane, 16);
        memcpy(t + 16, all_a + lane, 16);
        memcpy(all_a + lane, t + by, 16);
    }
    return _mm512_loadu_si512(all_a);
}

static inline __m512d mm_emulated_cvtps_pd(__m256 v)
{
    float from[8];
    double to[8];
    _mm256_storeu_ps(from, v);
    for (int i = 0; i < 8; i++)
        to[i] = from[i];
    return _mm512_loadu_pd(to);
}

static inline __m512i mm_emulated_cvtepi16_epi32(__m256i v)
{
    int16_t from[16];
    int32_t to[16];
    _mm256_storeu_si256((__m256i *)from, v);
    for (int i = 0; i < 16; i++)
        to[i] = from[i];
    return _mm512_loadu_si512(to);
}
#endif
