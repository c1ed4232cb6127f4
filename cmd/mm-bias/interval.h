/* interval.h - how sure a share or a difference of shares is, and many tests held together.
 *
 * Pure functions; z is the normal quantile of the confidence (1.96 for 95 %).
 */
#ifndef MM_BIAS_INTERVAL_H
#define MM_BIAS_INTERVAL_H

#include <stddef.h>

typedef struct interval { double low, high; } interval;

/** Wilson's score interval of a share k / n (Wilson 1927). NANs when n is 0. */
interval wilson(double k, double n, double z);
/** The interval of k1 / n1 - k2 / n2 out of their score intervals (Newcombe 1998, method 10). */
interval newcombe(double k1, double n1, double k2, double n2, double z);
/** A mean: sum / n with a normal interval out of the variance of the sample. NANs when n is below 2. */
interval mean_interval(double n, double sum, double squares, double z);
/** p of the hypothesis that both shares are the same: the z test with a pooled share, two sided. NAN when it can not be. */
double two_shares_p(double k1, double n1, double k2, double n2);
/** Adjust p values so that among those below a bound the expected share of false ones is below it too (Benjamini,
 *  Hochberg 1995). NANs are no tests and stay. 0, or -1: memory. */
int benjamini_hochberg(const double *p, size_t n, double *adjusted);
/** The same where they are members of n structs, `size` bytes each: p and adjusted are those of the first. */
int benjamini_hochberg_in(const double *p, double *adjusted, size_t n, size_t size);

#endif
