/* regress.h - Bayesian linear regression with conjugate updates, for quantities that are above 0 and whose errors grow with them.
 *
 * y = w.x + y' noise, w >= 0: the normal-inverse-gamma model (Gelman et al., Bayesian Data Analysis, 3rd edition, section 14.2 and
 * chapter 3) of numbers divided by their expected size y', so that errors are relative. The features are those of Ernest (Venkataraman et al.,
 * NSDI 2016), which has w >= 0 as well: what a stage takes never falls as its work grows, so that it can be told beyond what was seen. */
#ifndef MM_PLAN_REGRESS_H
#define MM_PLAN_REGRESS_H

#include <stdbool.h>
#include <stddef.h>

enum { FEATURES = 10 };

/** What is believed before the first line: weights, how far off they may be, and the relative error of a line. */
typedef struct regress_prior {
    double weight[FEATURES], width[FEATURES], noise;
} regress_prior;

typedef struct regress {
    const regress_prior *prior;
    /* what is kept: sums over lines x of 1/y' (x, y - x.prior), each with its weight */
    double precision[FEATURES][FEATURES], moment[FEATURES], squares, lines;
    /* what follows from it (regress_solve) */
    double weight[FEATURES], root[FEATURES][FEATURES], rate;
} regress;

/** What y will be: a Student-t. */
typedef struct regress_y {
    double mean, scale, df;
} regress_y;

void regress_begin(regress *r, const regress_prior *prior);
/** Work out what follows from the sums: after they were read. */
void regress_solve(regress *r);
regress_y regress_predict(const regress *r, const double *x);
/** Learn from one line. `steady`: a line far from what is expected is taken to be odd, and counts for less. */
void regress_learn(regress *r, const double *x, double y, bool steady);
/** It takes `times` as much from now on: what was learnt is taken to have been so, and counts `share` of what it did. */
void regress_forget(regress *r, double times, double share);

#endif
