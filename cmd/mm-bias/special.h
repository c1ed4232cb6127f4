/* special.h - the functions of statistics that libm lacks. Relative error about 1e-12 where not said otherwise. */
#ifndef MM_BIAS_SPECIAL_H
#define MM_BIAS_SPECIAL_H

/** The x below which a standard normal variable is with probability p, 0 < p < 1. */
double normal_quantile(double p);
/** The chance that a standard normal variable is further than z from 0. */
double normal_two_sided(double z);
/** The upper regularised incomplete gamma function Q(a, x), a > 0, x >= 0. */
double gamma_q(double a, double x);
/** The chance that a chi-square variable of df degrees of freedom exceeds x. */
double chi_square_above(double x, double df);
/** The regularised incomplete beta function I_x(a, b), a > 0, b > 0. Relative error up to 1e-9 where a or b are large, and so of
 *  those below. */
double beta_i(double a, double b, double x);
/** The chance that a variable of Student's distribution of df degrees of freedom, df > 0, is further than t from 0. */
double student_two_sided(double t, double df);
/** The x below which it is with probability p, 0.5 < p < 1. */
double student_quantile(double p, double df);

#endif
