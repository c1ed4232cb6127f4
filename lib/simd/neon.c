/* neon.c - the primitives in NEON, which every 64-bit ARM processor has. */
#include "simd/simd.h"

#include <arm_neon.h>

enum { VECS = 4, ENCODE_TAKES = 48, ENCODE_READS = 48, DECODE_TAKES = 64, DECODE_WRITES = 48 };

typedef uint8x16_t vec;
typedef uint8x16x4_t block;
typedef uint64_t mm_pii_lanes __attribute__((vector_size(16)));

static inline mm_pii_lanes mm_pii_carried(mm_pii_lanes now, mm_pii_lanes before, unsigned k)
{
    return now << k | before >> (64 - k);
}


static inline vec vec_fill(int c)
{
    return vdupq_n_u8((uint8_t)c);
}

static inline block block_load(const char *p)
{
    const uint8_t *s = (const uint8_t *)p;
    return (block){ { vld1q_u8(s), vld1q_u8(s + 16), vld1q_u8(s + 32), vld1q_u8(s + 48) } };
}

static inline block block_tail(const char *p, size_t n)
{
    char t[64] = { 0 };
    memcpy(t, p, n);
    return block_load(t);
}

static inline vec block_vec(block x, int i)
{
    return x.val[i];
}

/* One bit a byte of four registers of 00 and ff: each byte keeps a bit of its own, and
 * pairwise sums put eight of them into one byte. */
static inline uint64_t bits(vec a, vec b, vec c, vec d)
{
    const vec own = { 1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128 };
    vec ab = vpaddq_u8(vandq_u8(a, own), vandq_u8(b, own));
    vec cd = vpaddq_u8(vandq_u8(c, own), vandq_u8(d, own));
    vec abcd = vpaddq_u8(ab, cd);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(abcd, abcd)), 0);
}

static inline uint64_t block_eq(block x, char c)
{
    vec v = vec_fill(c);
    return bits(vceqq_u8(x.val[0], v), vceqq_u8(x.val[1], v), vceqq_u8(x.val[2], v), vceqq_u8(x.val[3], v));
}

static inline block block_map(block x, vec (*f)(vec, vec), vec with)
{
    return (block){ { f(x.val[0], with), f(x.val[1], with), f(x.val[2], with), f(x.val[3], with) } };
}

static inline vec vec_or(vec a, vec b)
{
    return vorrq_u8(a, b);
}

static inline vec vec_and(vec a, vec b)
{
    return vandq_u8(a, b);
}

static inline vec vec_xor(vec a, vec b)
{
    return veorq_u8(a, b);
}

static inline vec vec_less(vec a, vec b)
{
    return vqsubq_u8(a, b);
}

static inline vec vec_minus(vec a, vec b)
{
    return vsubq_u8(a, b);
}

static inline uint64_t block_eq_with(block x, int bits, char c)
{
    return block_eq(block_map(x, vec_or, vec_fill(bits)), c);
}

static inline uint64_t block_eq_either(block x, char c)
{
    return block_eq(block_map(x, vec_or, vec_fill(0x20)), c);
}

static inline uint64_t block_brackets(block x)
{
    return block_eq_either(x, '{') | block_eq_either(x, '}');
}

static inline uint64_t block_below(block x, int c)
{
    vec v = vec_fill(c);
    return bits(vcltq_u8(x.val[0], v), vcltq_u8(x.val[1], v), vcltq_u8(x.val[2], v), vcltq_u8(x.val[3], v));
}

static inline uint64_t block_high(block x)
{
    vec all = vorrq_u8(vorrq_u8(x.val[0], x.val[1]), vorrq_u8(x.val[2], x.val[3]));
    return vmaxvq_u8(all) < 0x80 ? 0 : ~block_below(x, 0x80);
}

static inline vec vec_zero(void)
{
    return vec_fill(0);
}

static inline bool vec_any(vec v)
{
    return vmaxvq_u8(v) != 0;
}

static inline vec vec_low_nibble(vec v)
{
    return vandq_u8(v, vec_fill(15));
}

static inline vec vec_high_nibble(vec v)
{
    return vshrq_n_u8(v, 4);
}

static inline vec vec_table(const uint8_t *bytes)
{
    return vld1q_u8(bytes);
}

static inline vec vec_lookup(vec table, vec index)
{
    return vqtbl1q_u8(table, index);
}

static inline vec vec_behind1(vec now, vec before)
{
    return vextq_u8(before, now, 15);
}

static inline vec vec_behind2(vec now, vec before)
{
    return vextq_u8(before, now, 14);
}

static inline vec vec_behind3(vec now, vec before)
{
    return vextq_u8(before, now, 13);
}

static inline vec vec_last3_limits(void)
{
    return (vec){ 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0xef, 0xdf, 0xbf };
}

/* Carry-less multiplication is optional on ARM; doubling the distance six times is not. */
static inline uint64_t prefix_xor(uint64_t m)
{
    for (int distance = 1; distance < 64; distance *= 2)
        m ^= m << distance;
    return m;
}

static inline void block_json(block x, uint64_t *structural, uint64_t *blank)
{
    *structural = block_eq_either(x, '{') | block_eq_either(x, '}') | block_eq(x, ':') | block_eq(x, ',');
    *blank = block_eq(x, ' ') | block_eq(x, '\t') | block_eq(x, '\n') | block_eq(x, '\r');
}

static inline void block_alnum(block x, uint64_t *digit, uint64_t *letter)
{
    *digit = block_below(block_map(x, vec_minus, vec_fill('0')), 10);
    *letter = block_below(block_map(block_map(x, vec_or, vec_fill(0x20)), vec_minus, vec_fill('a')), 26);
}

static inline uint64_t block_hex_letter(block x)
{
    return block_below(block_map(block_map(x, vec_or, vec_fill(0x20)), vec_minus, vec_fill('a')), 6);
}

/* Base64 by loads that deal bytes out to three or four registers, and look-ups in 64 bytes. */
static inline void encode_step(const char *p, char *out)
{
    const block alphabet = block_load(mm_base64_alphabet);
    uint8x16x3_t in = vld3q_u8((const uint8_t *)p);
    vec low6 = vec_fill(63);
    block digits = { {
        vshrq_n_u8(in.val[0], 2),
        vandq_u8(vorrq_u8(vshlq_n_u8(in.val[0], 4), vshrq_n_u8(in.val[1], 4)), low6),
        vandq_u8(vorrq_u8(vshlq_n_u8(in.val[1], 2), vshrq_n_u8(in.val[2], 6)), low6),
        vandq_u8(in.val[2], low6),
    } };
    for (int i = 0; i < 4; i++)
        digits.val[i] = vqtbl4q_u8(alphabet, digits.val[i]);
    vst4q_u8((uint8_t *)out, digits);
}

static inline bool decode_step(const char *p, char *out)
{
    const char *values = (const char *)mm_base64_values;
    const block low = block_load(values), high = block_load(values + 64);
    block in = vld4q_u8((const uint8_t *)p);
    vec wrong = vec_zero();
    for (int i = 0; i < 4; i++) {
        vec c = in.val[i];
        in.val[i] = vqtbx4q_u8(vqtbl4q_u8(low, c), high, vsubq_u8(c, vec_fill(64)));
        wrong = vorrq_u8(wrong, vorrq_u8(c, in.val[i]));
    }
    if (vmaxvq_u8(wrong) >= 0x80)
        return false;
    uint8x16x3_t bytes = { {
        vorrq_u8(vshlq_n_u8(in.val[0], 2), vshrq_n_u8(in.val[1], 4)),
        vorrq_u8(vshlq_n_u8(in.val[1], 4), vshrq_n_u8(in.val[2], 2)),
        vorrq_u8(vshlq_n_u8(in.val[2], 6), in.val[3]),
    } };
    vst3q_u8((uint8_t *)out, bytes);
    return true;
}

static inline vec words_load(const uint32_t *p)
{
    return vreinterpretq_u8_u32(vld1q_u32(p));
}

static inline void words_store(uint32_t *p, vec v)
{
    vst1q_u32(p, vreinterpretq_u32_u8(v));
}

static inline vec words_fill(uint32_t c)
{
    return vreinterpretq_u8_u32(vdupq_n_u32(c));
}

static inline vec words_least(vec least, vec a, vec x, vec b)
{
    return vreinterpretq_u8_u32(vminq_u32(vreinterpretq_u32_u8(least),
        vmlaq_u32(vreinterpretq_u32_u8(b), vreinterpretq_u32_u8(a), vreinterpretq_u32_u8(x))));
}

typedef struct pixels {
    vec r, g, b;
} pixels;

typedef struct opponents {
    vec rg, yb, rg_squares, yb_squares;
} opponents;

static inline pixels rgb_load(const uint8_t *p)
{
    uint8x16x3_t x = vld3q_u8(p);
    return (pixels){ x.val[0], x.val[1], x.val[2] };
}

static inline void vec_store(uint8_t *p, vec v)
{
    vst1q_u8(p, v);
}

static inline uint8x8_t weigh(uint8x8_t r, uint8x8_t g, uint8x8_t b)
{
    uint16x8_t sum = vmull_u8(r, vdup_n_u8(77));
    sum = vmlal_u8(sum, g, vdup_n_u8(150));
    return vrshrn_n_u16(vmlal_u8(sum, b, vdup_n_u8(29)), 8);
}

static inline vec pixels_luma(pixels x)
{
    return vcombine_u8(weigh(vget_low_u8(x.r), vget_low_u8(x.g), vget_low_u8(x.b)),
                       weigh(vget_high_u8(x.r), vget_high_u8(x.g), vget_high_u8(x.b)));
}

static inline vec sum_bytes(vec sums, vec v)
{
    return vreinterpretq_u8_u64(vpadalq_u32(vreinterpretq_u64_u8(sums), vpaddlq_u16(vpaddlq_u8(v))));
}

static inline vec sum_squares(vec sums, vec v)
{
    uint32x4_t s = vpadalq_u16(vreinterpretq_u32_u8(sums), vmull_u8(vget_low_u8(v), vget_low_u8(v)));
    return vreinterpretq_u8_u32(vpadalq_u16(s, vmull_u8(vget_high_u8(v), vget_high_u8(v))));
}

static inline vec add_squares(vec sums, int16x8_t v)
{
    int32x4_t s = vmlal_s16(vreinterpretq_s32_u8(sums), vget_low_s16(v), vget_low_s16(v));
    return vreinterpretq_u8_s32(vmlal_s16(s, vget_high_s16(v), vget_high_s16(v)));
}

static inline void opponents_add_words(opponents *o, uint8x8_t r, uint8x8_t g, uint8x8_t b)
{
    int16x8_t rg = vreinterpretq_s16_u16(vsubl_u8(r, g));
    int16x8_t yb = vreinterpretq_s16_u16(vsubq_u16(vaddl_u8(r, g), vshll_n_u8(b, 1)));
    o->rg = vreinterpretq_u8_s32(vpadalq_s16(vreinterpretq_s32_u8(o->rg), rg));
    o->yb = vreinterpretq_u8_s32(vpadalq_s16(vreinterpretq_s32_u8(o->yb), yb));
    o->rg_squares = add_squares(o->rg_squares, rg);
    o->yb_squares = add_squares(o->yb_squares, yb);
}

static inline void opponents_add(opponents *o, pixels x)
{
    opponents_add_words(o, vget_low_u8(x.r), vget_low_u8(x.g), vget_low_u8(x.b));
    opponents_add_words(o, vget_high_u8(x.r), vget_high_u8(x.g), vget_high_u8(x.b));
}

static inline uint64_t total64(vec v)
{
    return vaddvq_u64(vreinterpretq_u64_u8(v));
}

static inline uint64_t total32(vec v)
{
    return vaddlvq_u32(vreinterpretq_u32_u8(v));
}

static inline int64_t total32_signed(vec v)
{
    return vaddlvq_s32(vreinterpretq_s32_u8(v));
}

#define DOUBLES_OF(f) vcvt_f64_f32((float32x2_t)(f))
#define INTS_OF(v) vmovl_s16((int16x4_t)(v))
#define LOW_HALF 0, 1
#define HIGH_HALF 2, 3

static inline vec max_s16(vec a, vec b)
{
    return vreinterpretq_u8_s16(vmaxq_s16(vreinterpretq_s16_u8(a), vreinterpretq_s16_u8(b)));
}

static inline vec min_s16(vec a, vec b)
{
    return vreinterpretq_u8_s16(vminq_s16(vreinterpretq_s16_u8(a), vreinterpretq_s16_u8(b)));
}

static inline vec max_s32(vec a, vec b)
{
    return vreinterpretq_u8_s32(vmaxq_s32(vreinterpretq_s32_u8(a), vreinterpretq_s32_u8(b)));
}

static inline vec dot_s16_self(vec v)
{
    int16x8_t x = vreinterpretq_s16_u8(v);
    int32x4_t low = vmull_s16(vget_low_s16(x), vget_low_s16(x));
    return vreinterpretq_u8_s32(vpaddq_s32(low, vmull_high_s16(x, x)));
}

static inline vec dot_s16_ones(vec v)
{
    return vreinterpretq_u8_s32(vpaddlq_s16(vreinterpretq_s16_u8(v)));
}

#include "simd/kernel.inc"

const mm_kernels mm_simd_neon = KERNELS("neon");
