/* special.c - quantiles and tails. */
#include "special.h"

#include <float.h>
#include <math.h>

double normal_two_sided(double z)
{
    return erfc(fabs(z) * M_SQRT1_2);
}

/* Newton's method on the lower tail, begun from formula 26.2.23 of Abramowitz and Stegun (error below 4.5e-4). */
double normal_quantile(double p)
{
    double tail = p < 0.5 ? p : 1 - p;
    double t = sqrt(-2 * log(tail));
    double x = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
    for (int i = 0; i < 4; i++) {
        double density = exp(-x * x / 2) / sqrt(2 * M_PI);
        x += (erfc(x * M_SQRT1_2) / 2 - tail) / density;
    }
    return p < 0.5 ? -x : x;
}

/* The series for P(a, x): sum of x^n / (a (a+1) ... (a+n)). */
static double lower_series(double a, double x)
{
    double term = 1 / a, sum = term;
    for (double n = a + 1; term > sum * DBL_EPSILON; n++) {
        term *= x / n;
        sum += term;
    }
    return sum;
}

/* The continued fraction for Q(a, x), by Lentz's method. */
static double upper_fraction(double a, double x)
{
    const double tiny = 1e-300;
    double b = x + 1 - a, c = 1 / tiny, d = 1 / b, h = d;
    for (int i = 1; i < 100000; i++) {
        double an = -i * (i - a);
        b += 2;
        d = an * d + b;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = b + an / c;
        c = fabs(c) < tiny ? tiny : c;
        h *= d * c;
        if (fabs(d * c - 1) < DBL_EPSILON)
            break;
    }
    return h;
}

double gamma_q(double a, double x)
{
    int sign;
    if (x <= 0)
        return 1;
    if (isinf(x))
        return 0;
    double front = exp(a * log(x) - x - lgamma_r(a, &sign));
    return x < a + 1 ? 1 - front * lower_series(a, x) : front * upper_fraction(a, x);
}

double chi_square_above(double x, double df)
{
    return gamma_q(df / 2, x / 2);
}

/* The continued fraction of I_x(a, b) (Abramowitz and Stegun 26.5.8), by Lentz's method. */
static double beta_fraction(double a, double b, double x)
{
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1), h;
    d = 1 / (fabs(d) < tiny ? tiny : d);
    h = d;
    for (int m = 1; m < 100000; m++) {
        double before = h;
        for (int odd = 0; odd < 2; odd++) {
            double t = odd ? -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)) : m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 + t * d;
            d = 1 / (fabs(d) < tiny ? tiny : d);
            c = 1 + t / c;
            c = fabs(c) < tiny ? tiny : c;
            h *= d * c;
        }
        if (fabs(h - before) <= fabs(h) * DBL_EPSILON)
            break;
    }
    return h;
}

double beta_i(double a, double b, double x)
{
    int sign;
    if (x <= 0 || x >= 1)
        return x >= 1;
    double front = exp(lgamma_r(a + b, &sign) - lgamma_r(a, &sign) - lgamma_r(b, &sign) + a * log(x) + b * log1p(-x));
    return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a : 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double student_two_sided(double t, double df)
{
    return beta_i(df / 2, 0.5, df / (df + t * t));
}

double student_quantile(double p, double df)
{
    double low = 0, high = 1, tail = 2 * (1 - p);
    while (student_two_sided(high, df) > tail && high < 1e300)
        high *= 2;
    for (int i = 0; i < 200 && low < high; i++) {
        double x = (low + high) / 2;
        if (x <= low || x >= high)
            break;
        *(student_two_sided(x, df) > tail ? &low : &high) = x;
    }
    return (low + high) / 2;
}
