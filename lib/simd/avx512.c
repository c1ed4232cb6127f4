/* avx512.c - the primitives in AVX-512 F, BW, VL, DQ, VBMI and VBMI2. Compiled with these enabled;
 * dispatch.c asks the processor first. */
#include "simd/simd.h"

#include <immintrin.h>

enum { VECS = 1, ENCODE_TAKES = 48, ENCODE_READS = 48, DECODE_TAKES = 64, DECODE_WRITES = 48 };

#define FIRST_48 ((UINT64_C(1) << 48) - 1)

typedef __m512i vec;
typedef uint64_t mm_pii_lanes __attribute__((vector_size(64)));

static inline mm_pii_lanes mm_pii_carried(mm_pii_lanes now, mm_pii_lanes before, unsigned k)
{
    return (mm_pii_lanes)_mm512_shldv_epi64((__m512i)now, (__m512i)before, _mm512_set1_epi64((long long)k));
}

typedef vec block;

static inline vec vec_fill(int c)
{
    return _mm512_set1_epi8((char)c);
}

static inline block block_load(const char *p)
{
    return _mm512_loadu_si512((const void *)p);
}

static inline block block_tail(const char *p, size_t n)
{
    return _mm512_maskz_loadu_epi8((UINT64_C(1) << n) - 1, p);
}

static inline vec block_vec(block x, int i)
{
    (void)i;
    return x;
}

static inline uint64_t block_eq(block x, char c)
{
    return _mm512_cmpeq_epi8_mask(x, vec_fill(c));
}

static inline uint64_t block_eq_either(block x, char c)
{
    return block_eq(_mm512_or_si512(x, vec_fill(0x20)), c);
}

static inline uint64_t block_eq_with(block x, int bits, char c)
{
    return block_eq(_mm512_or_si512(x, vec_fill(bits)), c);
}

static inline uint64_t block_brackets(block x)
{
    return block_eq_either(x, '{') | block_eq_either(x, '}');
}

static inline uint64_t block_below(block x, int c)
{
    return _mm512_cmplt_epu8_mask(x, vec_fill(c));
}

static inline uint64_t block_high(block x)
{
    return _mm512_movepi8_mask(x);
}

static inline vec vec_zero(void)
{
    return _mm512_setzero_si512();
}

static inline vec vec_or(vec a, vec b)
{
    return _mm512_or_si512(a, b);
}

static inline vec vec_and(vec a, vec b)
{
    return _mm512_and_si512(a, b);
}

static inline vec vec_xor(vec a, vec b)
{
    return _mm512_xor_si512(a, b);
}

static inline vec vec_less(vec a, vec b)
{
    return _mm512_subs_epu8(a, b);
}

static inline bool vec_any(vec v)
{
    return _mm512_test_epi8_mask(v, v) != 0;
}

static inline vec vec_low_nibble(vec v)
{
    return _mm512_and_si512(v, vec_fill(15));
}

static inline vec vec_high_nibble(vec v)
{
    return vec_low_nibble(_mm512_srli_epi16(v, 4));
}

static inline vec vec_table(const uint8_t *bytes)
{
    return _mm512_broadcast_i32x4(_mm_loadu_si128((const void *)bytes));
}

static inline vec vec_lookup(vec table, vec index)
{
    return _mm512_shuffle_epi8(table, index);
}

/* Each 128-bit lane of `now` moved up by one: what alignr needs in each lane. */
static inline vec straddle(vec now, vec before)
{
    return _mm512_permutex2var_epi64(before, _mm512_set_epi64(13, 12, 11, 10, 9, 8, 7, 6), now);
}

static inline vec vec_behind1(vec now, vec before)
{
    return _mm512_alignr_epi8(now, straddle(now, before), 15);
}

static inline vec vec_behind2(vec now, vec before)
{
    return _mm512_alignr_epi8(now, straddle(now, before), 14);
}

static inline vec vec_behind3(vec now, vec before)
{
    return _mm512_alignr_epi8(now, straddle(now, before), 13);
}

static inline vec vec_last3_limits(void)
{
    return _mm512_set_epi32((int)0xbfdfefff, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
}

static inline uint64_t prefix_xor(uint64_t m)
{
    __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)m), _mm_set1_epi8(-1), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}

static inline void block_json(block x, uint64_t *structural, uint64_t *blank)
{
    *structural = block_eq_either(x, '{') | block_eq_either(x, '}') | block_eq(x, ':') | block_eq(x, ',');
    *blank = block_eq(x, ' ') | block_eq(x, '\t') | block_eq(x, '\n') | block_eq(x, '\r');
}

static inline void block_alnum(block x, uint64_t *digit, uint64_t *letter)
{
    vec folded = _mm512_or_si512(x, vec_fill(0x20));
    *digit = _mm512_cmplt_epu8_mask(_mm512_sub_epi8(x, vec_fill('0')), vec_fill(10));
    *letter = _mm512_cmplt_epu8_mask(_mm512_sub_epi8(folded, vec_fill('a')), vec_fill(26));
}

static inline uint64_t block_hex_letter(block x)
{
    return _mm512_cmplt_epu8_mask(_mm512_sub_epi8(_mm512_or_si512(x, vec_fill(0x20)), vec_fill('a')), vec_fill(6));
}

/* Base64 as in W. Mula, D. Lemire, "Base64 encoding and decoding at almost the speed of a memory
 * copy" (2019): whole alphabets fit into permutes. */
static inline void encode_step(const char *p, char *out)
{
    const vec spread = _mm512_set_epi32(
        0x2e2f2d2e, 0x2b2c2a2b, 0x28292728, 0x25262425, 0x22232122, 0x1f201e1f, 0x1c1d1b1c, 0x191a1819,
        0x16171516, 0x13141213, 0x10110f10, 0x0d0e0c0d, 0x0a0b090a, 0x07080607, 0x04050304, 0x01020001);
    vec in = _mm512_permutexvar_epi8(spread, _mm512_maskz_loadu_epi8(FIRST_48, p));
    /* In each half of 64 bits: the digits begin at bits 10, 4, 22, 16 and the same plus 32. */
    vec digits = _mm512_multishift_epi64_epi8(_mm512_set1_epi64(0x3036242a1016040a), in);
    _mm512_storeu_si512((void *)out, _mm512_permutexvar_epi8(digits, block_load(mm_base64_alphabet)));
}

static inline bool decode_step(const char *p, char *out)
{
    const vec pack = _mm512_set_epi32(
        0, 0, 0, 0, 0x3c3d3e38, 0x393a3435, 0x36303132, 0x2c2d2e28,
        0x292a2425, 0x26202122, 0x1c1d1e18, 0x191a1415, 0x16101112, 0x0c0d0e08, 0x090a0405, 0x06000102);
    const char *values = (const char *)mm_base64_values;
    vec in = block_load(p);
    vec digits = _mm512_permutex2var_epi8(block_load(values), in, block_load(values + 64));
    if (block_high(_mm512_or_si512(digits, in)))
        return false;
    vec pairs = _mm512_maddubs_epi16(digits, _mm512_set1_epi32(0x01400140));
    vec triples = _mm512_madd_epi16(pairs, _mm512_set1_epi32(0x00011000));
    _mm512_mask_storeu_epi8(out, FIRST_48, _mm512_permutexvar_epi8(pack, triples));
    return true;
}

static inline vec words_load(const uint32_t *p)
{
    return _mm512_loadu_si512((const void *)p);
}

static inline void words_store(uint32_t *p, vec v)
{
    _mm512_storeu_si512((void *)p, v);
}

static inline vec words_fill(uint32_t c)
{
    return _mm512_set1_epi32((int)c);
}

static inline vec words_least(vec least, vec a, vec x, vec b)
{
    return _mm512_min_epu32(least, _mm512_add_epi32(_mm512_mullo_epi32(a, x), b));
}

typedef struct pixels {
    vec r, g, b;
} pixels;

typedef struct opponents {
    vec rg, yb, rg_squares, yb_squares;
} opponents;

/* Byte i of one colour lies at 3 i + colour of the 192: in a or b up to 127, in c behind that. */
static inline vec one_color(vec a, vec b, vec c, int color)
{
    static const uint8_t places[64] = {
        0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33, 36, 39, 42, 45,
        48, 51, 54, 57, 60, 63, 66, 69, 72, 75, 78, 81, 84, 87, 90, 93,
        96, 99, 102, 105, 108, 111, 114, 117, 120, 123, 126, 129, 132, 135, 138, 141,
        144, 147, 150, 153, 156, 159, 162, 165, 168, 171, 174, 177, 180, 183, 186, 189,
    };
    vec at = _mm512_add_epi8(_mm512_loadu_si512(places), vec_fill(color));
    __mmask64 in_c = _mm512_movepi8_mask(at);
    return _mm512_mask_permutexvar_epi8(_mm512_permutex2var_epi8(a, at, b), in_c, at, c);
}

static inline pixels rgb_load(const uint8_t *p)
{
    vec a = _mm512_loadu_si512(p), b = _mm512_loadu_si512(p + 64), c = _mm512_loadu_si512(p + 128);
    return (pixels){ one_color(a, b, c, 0), one_color(a, b, c, 1), one_color(a, b, c, 2) };
}

enum { LANES32 = sizeof(vec) / 4, LANES64 = sizeof(vec) / 8 };

static inline void vec_store(void *p, vec v)
{
    _mm512_storeu_si512(p, v);
}

static inline vec weigh(vec r, vec g, vec b)
{
    vec rg = _mm512_add_epi16(_mm512_mullo_epi16(r, _mm512_set1_epi16(77)), _mm512_mullo_epi16(g, _mm512_set1_epi16(150)));
    vec b_half = _mm512_add_epi16(_mm512_mullo_epi16(b, _mm512_set1_epi16(29)), _mm512_set1_epi16(128));
    return _mm512_srli_epi16(_mm512_add_epi16(rg, b_half), 8);
}

static inline vec low_words(vec v)
{
    return _mm512_unpacklo_epi8(v, vec_zero());
}

static inline vec high_words(vec v)
{
    return _mm512_unpackhi_epi8(v, vec_zero());
}

static inline vec pixels_luma(pixels x)
{
    return _mm512_packus_epi16(weigh(low_words(x.r), low_words(x.g), low_words(x.b)),
                               weigh(high_words(x.r), high_words(x.g), high_words(x.b)));
}

static inline vec sum_bytes(vec sums, vec v)
{
    return _mm512_add_epi64(sums, _mm512_sad_epu8(v, vec_zero()));
}

static inline vec sum_squares(vec sums, vec v)
{
    vec low = low_words(v), high = high_words(v);
    return _mm512_add_epi32(sums, _mm512_add_epi32(_mm512_madd_epi16(low, low), _mm512_madd_epi16(high, high)));
}

static inline void opponents_add_words(opponents *o, vec r, vec g, vec b)
{
    vec one = _mm512_set1_epi16(1);
    vec rg = _mm512_sub_epi16(r, g), yb = _mm512_sub_epi16(_mm512_add_epi16(r, g), _mm512_add_epi16(b, b));
    o->rg = _mm512_add_epi32(o->rg, _mm512_madd_epi16(rg, one));
    o->yb = _mm512_add_epi32(o->yb, _mm512_madd_epi16(yb, one));
    o->rg_squares = _mm512_add_epi32(o->rg_squares, _mm512_madd_epi16(rg, rg));
    o->yb_squares = _mm512_add_epi32(o->yb_squares, _mm512_madd_epi16(yb, yb));
}

static inline void opponents_add(opponents *o, pixels x)
{
    opponents_add_words(o, low_words(x.r), low_words(x.g), low_words(x.b));
    opponents_add_words(o, high_words(x.r), high_words(x.g), high_words(x.b));
}

static inline uint64_t total64(vec v)
{
    uint64_t lane[LANES64], sum = 0;
    vec_store(lane, v);
    for (int i = 0; i < LANES64; i++)
        sum += lane[i];
    return sum;
}

static inline uint64_t total32(vec v)
{
    uint32_t lane[LANES32];
    uint64_t sum = 0;
    vec_store(lane, v);
    for (int i = 0; i < LANES32; i++)
        sum += lane[i];
    return sum;
}

static inline int64_t total32_signed(vec v)
{
    int32_t lane[LANES32];
    int64_t sum = 0;
    vec_store(lane, v);
    for (int i = 0; i < LANES32; i++)
        sum += lane[i];
    return sum;
}

#define DOUBLES_OF(f) _mm512_cvtps_pd((__m256)(f))
#define INTS_OF(v) _mm512_cvtepi16_epi32((__m256i)(v))
#define LOW_HALF 0, 1, 2, 3, 4, 5, 6, 7
#define HIGH_HALF 8, 9, 10, 11, 12, 13, 14, 15

static inline vec max_s16(vec a, vec b)
{
    return _mm512_max_epi16(a, b);
}

static inline vec min_s16(vec a, vec b)
{
    return _mm512_min_epi16(a, b);
}

static inline vec max_s32(vec a, vec b)
{
    return _mm512_max_epi32(a, b);
}

static inline vec dot_s16_self(vec v)
{
    return _mm512_madd_epi16(v, v);
}

static inline vec dot_s16_ones(vec v)
{
    return _mm512_madd_epi16(v, _mm512_set1_epi16(1));
}

#include "simd/kernel.inc"

const mm_kernels mm_simd_avx512 = KERNELS("avx512");
