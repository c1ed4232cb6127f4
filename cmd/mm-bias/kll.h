/* kll.h - quantiles of a stream in little memory (Karnin, Lang, Liberty 2016).
 *
 * Values are kept at levels; one at level h stands for 2^h of the stream. A full level is sorted, every second
 * value goes up, the others are dropped. With KLL_K = 256 the rank of a value is off by no more than KLL_RANK_ERROR
 * of all values, for all values at once, with 99 % confidence (t/unit/mm-bias-sketch.c measures it). Of a long stream one of
 * each run of values, drawn at random, is all that is kept from the start: more would be dropped at once. The coins come
 * from a generator in the sketch, so that the same stream gives the same sketch. Merging two gives the same, whichever
 * comes first; merging more in another order gives another sketch of the same error.
 */
#ifndef MM_BIAS_KLL_H
#define MM_BIAS_KLL_H

#include "mm.h"

enum { KLL_K = 256, KLL_FLOOR = 32, KLL_LEVELS = 48, KLL_FULL_LEVELS = 8 };
#define KLL_RANK_ERROR 0.015

typedef struct kll_level {
    double *v;
    uint32_t n, room;
} kll_level;

typedef struct kll {
    uint64_t n;         /* values seen */
    uint64_t coins;     /* the generator's state */
    double min, max;
    uint32_t levels;
    uint32_t drawn_level;   /* a run is 2^this long; the value drawn from it goes to this level */
    uint64_t at, pick;  /* values of the run so far; which one is drawn */
    double drawn;       /* it; of a run that has not come so far, the last value */
    kll_level level[KLL_LEVELS];
} kll;

/** A new one; any seed. */
void kll_init(kll *s, uint64_t seed);
void kll_clear(kll *s);
/** Values that level h may hold. */
uint32_t kll_capacity(const kll *s, uint32_t h);
/** Take the value that was drawn from a run, and begin the next; false when memory ran out. */
bool kll_take_drawn(kll *s);
/** Take a finite value. */
static inline bool kll_add(kll *s, double x)
{
    s->min = s->n == 0 || x < s->min ? x : s->min;
    s->max = s->n == 0 || x > s->max ? x : s->max;
    s->n++;
    if (s->at <= s->pick)
        s->drawn = x;
    return ++s->at >> s->drawn_level == 0 || kll_take_drawn(s);
}
/** Put the run that is under way among the levels: before the sketch is written, merged or read. */
bool kll_settle(kll *s);
/** Take all that another has seen. */
bool kll_merge(kll *s, const kll *other);

/** The values of a sketch with the share of all up to each. */
typedef struct kll_cdf {
    size_t n;
    double *value;      /* rising */
    double *upto;       /* share of values <= value, the last is 1 */
} kll_cdf;
bool kll_cdf_init(kll_cdf *c, const kll *s);
void kll_cdf_clear(kll_cdf *c);
/** The share of values <= x. */
double kll_cdf_rank(const kll_cdf *c, double x);
/** The least value that the share q of all is at or below. NAN when there is none. */
double kll_cdf_quantile(const kll_cdf *c, double q);

#endif
