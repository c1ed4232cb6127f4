/* avx2.c - the primitives in AVX2, BMI and carry-less multiplication. Compiled with these
 * enabled; dispatch.c asks the processor first. */
#include "simd/simd.h"

#include <immintrin.h>

enum { VECS = 2, ENCODE_TAKES = 24, ENCODE_READS = 28, DECODE_TAKES = 32, DECODE_WRITES = 32 };

typedef __m256i vec;
typedef uint64_t mm_pii_lanes __attribute__((vector_size(32)));

static inline mm_pii_lanes mm_pii_carried(mm_pii_lanes now, mm_pii_lanes before, unsigned k)
{
    return now << k | before >> (64 - k);
}

typedef struct block {
    vec a, b;
} block;

static inline vec load(const void *p)
{
    return _mm256_loadu_si256(p);
}

static inline vec vec_fill(int c)
{
    return _mm256_set1_epi8((char)c);
}

static inline uint64_t bits(vec a, vec b)
{
    return (uint32_t)_mm256_movemask_epi8(a) | (uint64_t)(uint32_t)_mm256_movemask_epi8(b) << 32;
}

static inline block block_load(const char *p)
{
    return (block){ load(p), load(p + 32) };
}

/* Two overlapping copies of one size cover any length up to twice that size. */
static inline block block_tail(const char *p, size_t n)
{
    char t[64] = { 0 };
    if (n >= 32) {
        vec last = load(p + n - 32);
        _mm256_storeu_si256((void *)t, load(p));
        _mm256_storeu_si256((void *)(t + n - 32), last);
    } else if (n >= 16) {
        __m128i last = _mm_loadu_si128((const void *)(p + n - 16));
        _mm_storeu_si128((void *)t, _mm_loadu_si128((const void *)p));
        _mm_storeu_si128((void *)(t + n - 16), last);
    } else if (n >= 8) {
        uint64_t first, last;
        memcpy(&first, p, 8);
        memcpy(&last, p + n - 8, 8);
        memcpy(t, &first, 8);
        memcpy(t + n - 8, &last, 8);
    } else {
        for (size_t i = 0; i < n; i++)
            t[i] = p[i];
    }
    return block_load(t);
}

static inline vec block_vec(block x, int i)
{
    return i == 0 ? x.a : x.b;
}

static inline uint64_t block_eq(block x, char c)
{
    vec v = vec_fill(c);
    return bits(_mm256_cmpeq_epi8(x.a, v), _mm256_cmpeq_epi8(x.b, v));
}

static inline uint64_t block_eq_either(block x, char c)
{
    vec fold = vec_fill(0x20);
    return block_eq((block){ _mm256_or_si256(x.a, fold), _mm256_or_si256(x.b, fold) }, c);
}

static inline uint64_t block_eq_with(block x, int set, char c)
{
    vec v = vec_fill(set);
    return block_eq((block){ _mm256_or_si256(x.a, v), _mm256_or_si256(x.b, v) }, c);
}

static inline vec find_brackets(vec v)
{
    const vec table = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '{', 0, '}', 0, 0));
    return _mm256_cmpeq_epi8(_mm256_shuffle_epi8(table, v), _mm256_or_si256(v, vec_fill(0x20)));
}

static inline uint64_t block_brackets(block x)
{
    return bits(find_brackets(x.a), find_brackets(x.b));
}

static inline vec at_most(vec v, int c)
{
    return _mm256_cmpeq_epi8(_mm256_min_epu8(v, vec_fill(c)), v);
}

static inline uint64_t block_below(block x, int c)
{
    return bits(at_most(x.a, c - 1), at_most(x.b, c - 1));
}

static inline uint64_t block_high(block x)
{
    return bits(x.a, x.b);
}

static inline vec vec_zero(void)
{
    return _mm256_setzero_si256();
}

static inline vec vec_or(vec a, vec b)
{
    return _mm256_or_si256(a, b);
}

static inline vec vec_and(vec a, vec b)
{
    return _mm256_and_si256(a, b);
}

static inline vec vec_xor(vec a, vec b)
{
    return _mm256_xor_si256(a, b);
}

static inline vec vec_less(vec a, vec b)
{
    return _mm256_subs_epu8(a, b);
}

static inline bool vec_any(vec v)
{
    return !_mm256_testz_si256(v, v);
}

static inline vec vec_low_nibble(vec v)
{
    return _mm256_and_si256(v, vec_fill(15));
}

static inline vec vec_high_nibble(vec v)
{
    return vec_low_nibble(_mm256_srli_epi16(v, 4));
}

static inline vec vec_table(const uint8_t *bytes)
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)bytes));
}

static inline vec vec_lookup(vec table, vec index)
{
    return _mm256_shuffle_epi8(table, index);
}

/* The upper half of `before` and the lower half of `now`: what alignr needs in each lane. */
static inline vec straddle(vec now, vec before)
{
    return _mm256_permute2x128_si256(before, now, 0x21);
}

static inline vec vec_behind1(vec now, vec before)
{
    return _mm256_alignr_epi8(now, straddle(now, before), 15);
}

static inline vec vec_behind2(vec now, vec before)
{
    return _mm256_alignr_epi8(now, straddle(now, before), 14);
}

static inline vec vec_behind3(vec now, vec before)
{
    return _mm256_alignr_epi8(now, straddle(now, before), 13);
}

static inline vec vec_last3_limits(void)
{
    return _mm256_setr_epi32(-1, -1, -1, -1, -1, -1, -1, (int)0xbfdfefff);
}

static inline uint64_t prefix_xor(uint64_t m)
{
    __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)m), _mm_set1_epi8(-1), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}

/* A byte is structural or blank when it is what the table has for its low nibble. For the
 * structural ones the bit that tells [ from { is folded away; max keeps 0c and 1a from becoming
 * a comma and a colon by that. */
static inline vec find_structural(vec v)
{
    const vec table = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ':', '{', ',', '}', 0, 0));
    vec fold = vec_fill(0x20);
    return _mm256_cmpeq_epi8(_mm256_shuffle_epi8(table, v), _mm256_or_si256(_mm256_max_epu8(v, fold), fold));
}

static inline vec find_blank(vec v)
{
    const vec table = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(' ', 0, 0, 0, 0, 0, 0, 0, 0, '\t', '\n', 0, 0, '\r', 0, 0));
    return _mm256_cmpeq_epi8(_mm256_shuffle_epi8(table, v), v);
}

static inline void block_json(block x, uint64_t *structural, uint64_t *blank)
{
    *structural = bits(find_structural(x.a), find_structural(x.b));
    *blank = bits(find_blank(x.a), find_blank(x.b));
}

static inline void block_alnum(block x, uint64_t *digit, uint64_t *letter)
{
    vec zero = vec_fill('0'), a = vec_fill('a'), fold = vec_fill(0x20);
    *digit = bits(at_most(_mm256_sub_epi8(x.a, zero), 9), at_most(_mm256_sub_epi8(x.b, zero), 9));
    *letter = bits(at_most(_mm256_sub_epi8(_mm256_or_si256(x.a, fold), a), 25),
                   at_most(_mm256_sub_epi8(_mm256_or_si256(x.b, fold), a), 25));
}

static inline uint64_t block_hex_letter(block x)
{
    vec a = vec_fill('a'), fold = vec_fill(0x20);
    return bits(at_most(_mm256_sub_epi8(_mm256_or_si256(x.a, fold), a), 5),
                at_most(_mm256_sub_epi8(_mm256_or_si256(x.b, fold), a), 5));
}

/* Base64 as in W. Mula, D. Lemire, "Faster Base64 Encoding and Decoding Using AVX2
 * Instructions" (2018): digits are moved by multiplication, translated by their range. */
static inline void encode_step(const char *p, char *out)
{
    vec in = _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const void *)p)),
                                     _mm_loadu_si128((const void *)(p + 12)), 1);
    in = _mm256_shuffle_epi8(in, _mm256_broadcastsi128_si256(
        _mm_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10)));
    vec odd = _mm256_mulhi_epu16(_mm256_and_si256(in, _mm256_set1_epi32(0x0fc0fc00)),
                                 _mm256_set1_epi32(0x04000040));
    vec even = _mm256_mullo_epi16(_mm256_and_si256(in, _mm256_set1_epi32(0x003f03f0)),
                                  _mm256_set1_epi32(0x01000010));
    vec digit = _mm256_or_si256(odd, even);
    /* Range 0: a-z, 1..10: 0-9, 11: +, 12: /, 13: A-Z. */
    vec range = _mm256_subs_epu8(digit, vec_fill(51));
    range = _mm256_or_si256(range, _mm256_and_si256(_mm256_cmpgt_epi8(vec_fill(26), digit), vec_fill(13)));
    const vec offset = _mm256_broadcastsi128_si256(
        _mm_setr_epi8('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                      '0' - 52, '0' - 52, '+' - 62, '/' - 63, 'A', 0, 0));
    _mm256_storeu_si256((void *)out, _mm256_add_epi8(digit, _mm256_shuffle_epi8(offset, range)));
}

static inline bool decode_step(const char *p, char *out)
{
    /* A digit's two nibbles have no bit in common here; those of any other byte have. */
    const vec wrong_low = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x13, 0x1a, 0x1b, 0x1b, 0x1b, 0x1a));
    const vec wrong_high = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10));
    /* By the high nibble; '/' takes the entry before that of '+'. */
    const vec offset = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, 63 - '/', 62 - '+', 52 - '0', 0 - 'A', 0 - 'A', 26 - 'a', 26 - 'a', 0, 0, 0, 0, 0, 0, 0, 0));
    vec in = load(p), high = vec_high_nibble(in);
    vec low = _mm256_shuffle_epi8(wrong_low, vec_low_nibble(in));
    if (!_mm256_testz_si256(low, _mm256_shuffle_epi8(wrong_high, high)))
        return false;
    vec slash = _mm256_cmpeq_epi8(in, vec_fill('/'));
    vec digit = _mm256_add_epi8(in, _mm256_shuffle_epi8(offset, _mm256_add_epi8(slash, high)));
    vec pairs = _mm256_maddubs_epi16(digit, _mm256_set1_epi32(0x01400140));
    vec triples = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00011000));
    vec packed = _mm256_shuffle_epi8(triples, _mm256_broadcastsi128_si256(
        _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1)));
    packed = _mm256_permutevar8x32_epi32(packed, _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7));
    _mm256_storeu_si256((void *)out, packed);
    return true;
}

static inline vec words_load(const uint32_t *p)
{
    return _mm256_loadu_si256((const void *)p);
}

static inline void words_store(uint32_t *p, vec v)
{
    _mm256_storeu_si256((void *)p, v);
}

static inline vec words_fill(uint32_t c)
{
    return _mm256_set1_epi32((int)c);
}

static inline vec words_least(vec least, vec a, vec x, vec b)
{
    return _mm256_min_epu32(least, _mm256_add_epi32(_mm256_mullo_epi32(a, x), b));
}

typedef struct pixels {
    vec r, g, b;
} pixels;

typedef struct opponents {
    vec rg, yb, rg_squares, yb_squares;
} opponents;

static inline vec two_lanes(const uint8_t *p)
{
    return _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const void *)p)),
                                   _mm_loadu_si128((const void *)(p + 48)), 1);
}

/* Sixteen pixels a lane. Of 48 bytes those of one colour fall on 16 different places modulo 16, so a blend
 * gathers them and a shuffle puts them in order. */
static inline vec one_color(vec a, vec b, vec c, vec from_b, vec from_c, vec order)
{
    return _mm256_shuffle_epi8(_mm256_blendv_epi8(_mm256_blendv_epi8(a, b, from_b), c, from_c), order);
}

static inline pixels rgb_load(const uint8_t *p)
{
    vec a = two_lanes(p), b = two_lanes(p + 16), c = two_lanes(p + 32);
    const vec m0 = _mm256_broadcastsi128_si256(_mm_setr_epi8(-1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1));
    const vec m1 = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0));
    const vec m2 = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0));
    const vec red = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 3, 6, 9, 12, 15, 2, 5, 8, 11, 14, 1, 4, 7, 10, 13));
    const vec green = _mm256_broadcastsi128_si256(_mm_setr_epi8(1, 4, 7, 10, 13, 0, 3, 6, 9, 12, 15, 2, 5, 8, 11, 14));
    const vec blue = _mm256_broadcastsi128_si256(_mm_setr_epi8(2, 5, 8, 11, 14, 1, 4, 7, 10, 13, 0, 3, 6, 9, 12, 15));
    return (pixels){ one_color(a, b, c, m2, m1, red), one_color(a, b, c, m0, m2, green), one_color(a, b, c, m1, m0, blue) };
}

enum { LANES32 = sizeof(vec) / 4, LANES64 = sizeof(vec) / 8 };

static inline void vec_store(void *p, vec v)
{
    _mm256_storeu_si256(p, v);
}

static inline vec weigh(vec r, vec g, vec b)
{
    vec rg = _mm256_add_epi16(_mm256_mullo_epi16(r, _mm256_set1_epi16(77)), _mm256_mullo_epi16(g, _mm256_set1_epi16(150)));
    vec b_half = _mm256_add_epi16(_mm256_mullo_epi16(b, _mm256_set1_epi16(29)), _mm256_set1_epi16(128));
    return _mm256_srli_epi16(_mm256_add_epi16(rg, b_half), 8);
}

static inline vec low_words(vec v)
{
    return _mm256_unpacklo_epi8(v, vec_zero());
}

static inline vec high_words(vec v)
{
    return _mm256_unpackhi_epi8(v, vec_zero());
}

static inline vec pixels_luma(pixels x)
{
    return _mm256_packus_epi16(weigh(low_words(x.r), low_words(x.g), low_words(x.b)),
                               weigh(high_words(x.r), high_words(x.g), high_words(x.b)));
}

static inline vec sum_bytes(vec sums, vec v)
{
    return _mm256_add_epi64(sums, _mm256_sad_epu8(v, vec_zero()));
}

static inline vec sum_squares(vec sums, vec v)
{
    vec low = low_words(v), high = high_words(v);
    return _mm256_add_epi32(sums, _mm256_add_epi32(_mm256_madd_epi16(low, low), _mm256_madd_epi16(high, high)));
}

static inline void opponents_add_words(opponents *o, vec r, vec g, vec b)
{
    vec one = _mm256_set1_epi16(1);
    vec rg = _mm256_sub_epi16(r, g), yb = _mm256_sub_epi16(_mm256_add_epi16(r, g), _mm256_add_epi16(b, b));
    o->rg = _mm256_add_epi32(o->rg, _mm256_madd_epi16(rg, one));
    o->yb = _mm256_add_epi32(o->yb, _mm256_madd_epi16(yb, one));
    o->rg_squares = _mm256_add_epi32(o->rg_squares, _mm256_madd_epi16(rg, rg));
    o->yb_squares = _mm256_add_epi32(o->yb_squares, _mm256_madd_epi16(yb, yb));
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

#define DOUBLES_OF(f) _mm256_cvtps_pd((__m128)(f))
#define INTS_OF(v) _mm256_cvtepi16_epi32((__m128i)(v))
#define LOW_HALF 0, 1, 2, 3
#define HIGH_HALF 4, 5, 6, 7

static inline vec max_s16(vec a, vec b)
{
    return _mm256_max_epi16(a, b);
}

static inline vec min_s16(vec a, vec b)
{
    return _mm256_min_epi16(a, b);
}

static inline vec max_s32(vec a, vec b)
{
    return _mm256_max_epi32(a, b);
}

static inline vec dot_s16_self(vec v)
{
    return _mm256_madd_epi16(v, v);
}

static inline vec dot_s16_ones(vec v)
{
    return _mm256_madd_epi16(v, _mm256_set1_epi16(1));
}

#include "simd/kernel.inc"

const mm_kernels mm_simd_avx2 = KERNELS("avx2");
