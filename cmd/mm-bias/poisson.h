/* poisson.h - draws under a key: the same key gives the same draws on any machine and thread. */
#ifndef MM_BIAS_POISSON_H
#define MM_BIAS_POISSON_H

#include <stdint.h>

typedef struct draws { uint64_t state; } draws;

/** The draws of one cell in one replicate. */
draws draws_for(uint64_t seed, uint64_t replicate, uint64_t cell);
/** Uniform in (0, 1). */
double draw_uniform(draws *d);
double draw_normal(draws *d);
/** A Poisson variable of this mean, at least 0. */
double draw_poisson(draws *d, double mean);

#endif
