/* poisson.c - a counter-based generator (SplitMix64: Steele, Lea, Flood 2014), and Poisson variables by transformed
 * rejection with squeeze (PTRS: Hoermann 1993), small ones by multiplication of uniforms (Knuth). */
#include "poisson.h"

#include <math.h>

static uint64_t mix(uint64_t z)
{
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static const uint64_t step = UINT64_C(0x9e3779b97f4a7c15);

draws draws_for(uint64_t seed, uint64_t replicate, uint64_t cell)
{
    return (draws){ mix(mix(mix(seed + step) ^ (replicate + step)) ^ (cell + step)) };
}

double draw_uniform(draws *d)
{
    d->state += step;
    return ((double)(mix(d->state) >> 12) + 0.5) * 0x1p-52;
}

double draw_normal(draws *d)
{
    double u = draw_uniform(d), v = draw_uniform(d);
    return sqrt(-2 * log(u)) * cos(2 * M_PI * v);
}

static double by_multiplication(draws *d, double mean)
{
    double limit = exp(-mean), product = draw_uniform(d), n = 0;
    for (; product > limit; n++)
        product *= draw_uniform(d);
    return n;
}

static double by_rejection(draws *d, double mean)
{
    double b = 0.931 + 2.53 * sqrt(mean), a = -0.059 + 0.02483 * b;
    double alpha = 1.1239 + 1.1328 / (b - 3.4), vr = 0.9277 - 3.6224 / (b - 2), log_mean = log(mean);
    for (;;) {
        int sign;
        double u = draw_uniform(d) - 0.5, v = draw_uniform(d), us = 0.5 - fabs(u);
        double k = floor((2 * a / us + b) * u + mean + 0.43);
        if (us >= 0.07 && v <= vr)
            return k;
        if (k < 0 || (us < 0.013 && v > us))
            continue;
        if (log(v) + log(alpha) - log(a / (us * us) + b) <= k * log_mean - mean - lgamma_r(k + 1, &sign))
            return k;
    }
}

double draw_poisson(draws *d, double mean)
{
    return mean <= 0 ? 0 : mean < 10 ? by_multiplication(d, mean) : by_rejection(d, mean);
}
