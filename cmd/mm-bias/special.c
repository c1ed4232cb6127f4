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
