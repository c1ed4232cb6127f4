/* release.h - counts that may leave the house: differentially private, and without small cells.
 *
 * Neighbours are data sets that differ by one record; it is in one cell and one outcome, so the sensitivity is 1.
 * Every count gets its own noise, discrete Laplace of scale 1 / epsilon or discrete Gaussian, drawn exactly
 * (discrete.h). What values there are is a secret too: where the dimensions are all cut into ranges the cells are
 * known beforehand and all of them get noise; else only those that have records do, and of these only counts
 * above a threshold are released, so high that a single record gets there with a chance below delta (Korolova and
 * others 2009). Negative counts become 0. Scores' sums are not released.
 */
#ifndef MM_BIAS_RELEASE_H
#define MM_BIAS_RELEASE_H

#include "discrete.h"
#include "observe.h"
#include "sketch.h"

/** What may be spent, or is: in units of 10^-12 of epsilon, 10^-18 of delta. */
typedef struct spend {
    int64_t epsilon, delta;
} spend;
#define EPSILON_UNIT 1e12
#define DELTA_UNIT 1e18

typedef struct release_opts {
    const char *epsilon, *delta;   /* as given; NULL: not asked for */
    const char *budget;            /* file */
    const char *noise;             /* laplace, gaussian; NULL: laplace */
    bool gaussian;
    int64_t suppress;              /* cells of fewer records go; 0: none do */
    spend spend;                   /* parsed */
} release_opts;

/** Parse epsilon and delta, and hold them against what is counted. */
int release_check(release_opts *o, const question *q, mm_err *e);
/** Take the spend out of the budget, which is a file of JSON lines: first {"epsilon":E,"delta":D}, what may be spent,
 *  then a line for each release. -1 with MM_EUSAGE when it is overspent: nothing was written then. Call before anything
 *  is released; `only_look` just tells whether it would do. */
int release_spend(const release_opts *o, bool only_look, mm_err *e);
/** Is anything asked for? */
static inline bool release_asked(const release_opts *o) { return o->epsilon || o->suppress; }
/** Add noise to the counts and suppress; the result takes their place. -1: memory. */
int release_counts(const release_opts *o, const question *q, counts **c, coins *random, mm_err *e);

#endif
