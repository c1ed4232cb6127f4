/* tails.h - how rare a number is among all that came before it.
 *
 * A histogram whose bins grow with the distance from the centre: eight to each doubling, so that a bin is as
 * wide as an eighth of what lies between the centre and it. Behind the outermost thirtieth of the numbers the tail is
 * taken to fall exponentially, by the mean excess over the border (peaks over threshold: Pickands 1975, Balkema
 * and de Haan 1974, with shape 0), so that numbers larger than any before get a probability as well. */
#ifndef MM_SERIES_TAILS_H
#define MM_SERIES_TAILS_H

#include <stdint.h>

enum {
    MM_TAILS_FIRST = 32,  /* numbers from which centre and width are taken */
    MM_TAILS_BINS = 128,
    MM_TAILS_FULL = 1 << 14,  /* numbers after which all counts are halved: the past fades */
};

/** The numbers seen so far. All zero is empty. */
typedef struct mm_tails {
    union {
        double first[MM_TAILS_FIRST];   /* while fewer came */
        uint16_t bin[MM_TAILS_BINS];
    };
    uint16_t octave[MM_TAILS_BINS / 8];  /* sums of eight bins */
    double centre, width;                /* width 0: all were equal to centre */
    double per_width;                    /* 1 / width */
    uint32_t n;                          /* in the bins */
    uint32_t stale;                      /* numbers since the borders were taken */
    uint8_t rarity[MM_TAILS_BINS];       /* evidence of a number in each bin, in 64ths, when the borders were taken */
    int border[2];                       /* below, above: the bin where the tail begins, ... */
    double begin[2], excess[2];          /* ... the place in it, and the mean excess over that */
} mm_tails;

/** Evidence that x is rarer than what came before: -log10 of the probability of a number as far out on its
 *  side; 0 while there are fewer than MM_TAILS_FIRST, at most MM_TAILS_MOST. */
double mm_tails_evidence(const mm_tails *t, double x);
#define MM_TAILS_MOST 25.0

/** The same, and then x, which must be finite, is counted. */
double mm_tails_next(mm_tails *t, double x);

/** The number below which the share p (0 to 1) of those seen lies, to the width of a bin; NaN before MM_TAILS_FIRST. */
double mm_tails_quantile(const mm_tails *t, double p);

#endif
