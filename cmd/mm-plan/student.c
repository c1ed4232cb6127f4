/* student.c - Student's t by the incomplete beta function (NIST DLMF 8.17). */
#include "student.h"

#include <math.h>

/* The continued fraction 8.17.22, by the method of Lentz; it converges fast for x < (a + 1) / (a + b + 2). */
static double fraction(double a, double b, double x)
{
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double h = d;
    for (int m = 1; m < 500; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        for (int k = 0; k < 2; k++) {
            double v = k ? odd : even;
            d = 1 + v * d;
            c = 1 + v / c;
            d = 1 / (fabs(d) < tiny ? tiny : d);
            c = fabs(c) < tiny ? tiny : c;
            h *= c * d;
        }
        if (fabs(c * d - 1) < 1e-14)
            break;
    }
    return h;
}

/* I_x(a, b). */
static double beta_below(double a, double b, double x)
{
    if (x <= 0 || x >= 1)
        return x <= 0 ? 0 : 1;
    double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
    return x < (a + 1) / (a + b + 2) ? front * fraction(a, b, x) / a : 1 - front * fraction(b, a, 1 - x) / b;
}

double student_below(double t, double df)
{
    if (isinf(t))
        return t > 0;
    double tail = 0.5 * beta_below(df / 2, 0.5, df / (df + t * t));
    return t > 0 ? 1 - tail : tail;
}

double student_quantile(double p, double df)
{
    double low = -1, high = 1;
    while (student_below(low, df) > p && low > -1e12)
        low *= 2;
    while (student_below(high, df) < p && high < 1e12)
        high *= 2;
    for (int i = 0; i < 80 && high - low > 1e-12 * (1 + fabs(low)); i++) {
        double middle = 0.5 * (low + high);
        *(student_below(middle, df) < p ? &low : &high) = middle;
    }
    return 0.5 * (low + high);
}
