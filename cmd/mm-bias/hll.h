/* hll.h - how many different values a stream has, in 4 KiB (HyperLogLog: Flajolet and others 2007).
 *
 * 4096 registers: the standard error is 1.04 / 64, 1.6 %. Merging keeps the larger of each register, so it is exact:
 * in any order the sketch is that of the whole.
 */
#ifndef MM_BIAS_HLL_H
#define MM_BIAS_HLL_H

#include <stdint.h>

enum { HLL_BITS = 12, HLL_REGISTERS = 1 << HLL_BITS };
#define HLL_STANDARD_ERROR 0.01625

typedef struct hll { uint8_t reg[HLL_REGISTERS]; } hll;

/** Take a value by its 64-bit hash. */
static inline void hll_add(hll *s, uint64_t hash)
{
    uint8_t *r = &s->reg[hash >> (64 - HLL_BITS)];
    uint8_t rank = (uint8_t)(1 + __builtin_clzll(hash << HLL_BITS | UINT64_C(1) << (HLL_BITS - 1)));
    *r = rank > *r ? rank : *r;
}
void hll_merge(hll *s, const hll *other);
double hll_estimate(const hll *s);

#endif
