/* discrete.h - exact draws from the discrete Laplace and Gaussian distributions, in whole numbers alone: nothing of
 * the noise leaks by the rounding of floating point (Canonne, Kamath, Steinke 2020, "The discrete Gaussian for
 * differential privacy", algorithms 1 to 3).
 */
#ifndef MM_BIAS_DISCRETE_H
#define MM_BIAS_DISCRETE_H

#include <stdbool.h>
#include <stdint.h>

/** Where random bits come from: `next` gives 64 of them. */
typedef struct coins {
    uint64_t (*next)(void *ctx);
    void *ctx;
} coins;

/** The system's generator (getrandom(2)); ends the program rather than give what is not random. */
coins coins_of_system(void);

/** True with probability exp(-num / den). den is not 0; both are below 2^62. */
bool draw_exp(coins *c, unsigned __int128 num, unsigned __int128 den);
/** P(x) proportional to exp(-|x| num / den): the scale is den / num. Both from 1 to 2^31. */
int64_t draw_laplace(coins *c, uint64_t num, uint64_t den);
/** P(x) proportional to exp(-x^2 / (2 variance)). From 1 to 2^40. */
int64_t draw_gaussian(coins *c, uint64_t variance);

#endif
