/* neon.c - the primitives in NEON, which every 64-bit ARM processor has. */
#include "simd/simd.h"

#include <arm_neon.h>

enum { VECS = 4, ENCODE_TAKES = 48, ENCODE_READS = 48, DECODE_TAKES = 64, DECODE_WRITES = 48 };

typedef uint8x16_t vec;
typedef uint8x16x4_t block;

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

#include "simd/kernel.inc"

const mm_kernels mm_simd_neon = KERNELS("neon");
