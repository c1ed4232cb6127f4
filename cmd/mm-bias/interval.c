/* interval.c - intervals and tests, each by its published formula. */
#include "interval.h"

#include <math.h>
#include <stdlib.h>

#include "special.h"

interval wilson(double k, double n, double z)
{
    if (!(n > 0))
        return (interval){ NAN, NAN };
    double p = k / n, w = 1 + z * z / n, middle = p + z * z / (2 * n), half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    return (interval){ k <= 0 ? 0 : (middle - half) / w, k >= n ? 1 : (middle + half) / w };
}

interval newcombe(double k1, double n1, double k2, double n2, double z)
{
    if (!(n1 > 0 && n2 > 0))
        return (interval){ NAN, NAN };
    interval a = wilson(k1, n1, z), b = wilson(k2, n2, z);
    double p = k1 / n1, q = k2 / n2, d = p - q;
    return (interval){ d - hypot(p - a.low, b.high - q), d + hypot(a.high - p, q - b.low) };
}

interval mean_interval(double n, double sum, double squares, double z)
{
    if (n < 2)
        return (interval){ NAN, NAN };
    double mean = sum / n, variance = fmax(0, (squares - sum * mean) / (n - 1)), half = z * sqrt(variance / n);
    return (interval){ mean - half, mean + half };
}

double two_shares_p(double k1, double n1, double k2, double n2)
{
    double p = (k1 + k2) / (n1 + n2), variance = p * (1 - p) * (1 / n1 + 1 / n2);
    return n1 > 0 && n2 > 0 && variance > 0 ? normal_two_sided((k1 / n1 - k2 / n2) / sqrt(variance)) : NAN;
}

typedef struct test { double p; size_t at; } test;

static int by_p(const void *a, const void *b)
{
    const test *x = a, *y = b;
    return x->p != y->p ? (x->p < y->p ? -1 : 1) : (x->at > y->at) - (x->at < y->at);
}

int benjamini_hochberg(const double *p, size_t n, double *adjusted)
{
    return benjamini_hochberg_in(p, adjusted, n, sizeof *p);
}

int benjamini_hochberg_in(const double *p, double *adjusted, size_t n, size_t size)
{
    test *t = calloc(n + 1, sizeof *t);
    size_t m = 0;
    if (!t)
        return -1;
    for (size_t i = 0; i < n; i++) {
        double v = *(const double *)((const char *)p + i * size);
        *(double *)((char *)adjusted + i * size) = v;
        if (!isnan(v))
            t[m++] = (test){ v, i };
    }
    qsort(t, m, sizeof *t, by_p);
    double least = 1;
    for (size_t i = m; i-- > 0;) {
        least = fmin(least, t[i].p * (double)m / (double)(i + 1));
        *(double *)((char *)adjusted + t[i].at * size) = least;
    }
    free(t);
    return 0;
}
