/* chance.h - seeded random numbers, the same on every machine. */
#ifndef MM_PLAN_CHANCE_H
#define MM_PLAN_CHANCE_H

#include <math.h>
#include <stdint.h>

/** A state; any seed will do (SplitMix64; Steele, Lea and Flood 2014). */
typedef struct chance {
    uint64_t s;
} chance;

static inline uint64_t chance_bits(chance *c)
{
    uint64_t z = c->s += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/** A stream of its own for each pair of seed and number. */
static inline chance chance_of(uint64_t seed, uint64_t number)
{
    chance c = { seed ^ number * 0xd1342543de82ef95u };
    c.s = chance_bits(&c);
    return c;
}

/** Above 0 and below 1. */
static inline double chance_unit(chance *c)
{
    return ((double)(chance_bits(c) >> 11) + 0.5) * 0x1p-53;
}

/** Exponential with mean 1. */
static inline double chance_wait(chance *c)
{
    return -log(chance_unit(c));
}

/** Normal with mean 0 and deviation 1 (Box and Muller 1958). */
static inline double chance_normal(chance *c)
{
    double r = sqrt(2 * chance_wait(c));
    return r * cos(2 * M_PI * chance_unit(c));
}

/** Poisson: by waits where the mean is small, else the normal with a correction for its skew. */
static inline double chance_poisson(chance *c, double mean)
{
    if (mean < 30) {
        double n = 0;
        for (double sum = chance_wait(c); sum < mean; sum += chance_wait(c))
            n++;
        return n;
    }
    double z = chance_normal(c), n = floor(mean + z * sqrt(mean) + (z * z - 1) / 6 + 0.5);
    return n > 0 ? n : 0;
}

#endif
