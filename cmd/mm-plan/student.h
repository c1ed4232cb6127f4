/* student.h - Student's t distribution. Relative error about 1e-10. */
#ifndef MM_PLAN_STUDENT_H
#define MM_PLAN_STUDENT_H

/** The chance of less than t with df > 0 degrees of freedom. */
double student_below(double t, double df);
/** The t below which it is with probability p, 0 < p < 1. */
double student_quantile(double p, double df);

#endif
