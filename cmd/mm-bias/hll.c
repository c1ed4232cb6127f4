/* hll.c - the improved raw estimator, which needs no tables of bias (O. Ertl 2017, "New cardinality estimation
 * algorithms for HyperLogLog sketches", algorithm 6). */
#include "hll.h"

#include <math.h>

void hll_merge(hll *s, const hll *other)
{
    for (int i = 0; i < HLL_REGISTERS; i++)
        s->reg[i] = other->reg[i] > s->reg[i] ? other->reg[i] : s->reg[i];
}

/* x + sum of x^(2^k) 2^(k-1) */
static double sigma(double x)
{
    double y = 1, z = x, before;
    if (x == 1)
        return INFINITY;
    do {
        x *= x;
        before = z;
        z += x * y;
        y += y;
    } while (z != before);
    return z;
}

static double tau(double x)
{
    double y = 1, z = 1 - x, before;
    if (x == 0 || x == 1)
        return 0;
    do {
        x = sqrt(x);
        before = z;
        y /= 2;
        z -= (1 - x) * (1 - x) * y;
    } while (z != before);
    return z / 3;
}

double hll_estimate(const hll *s)
{
    enum { Q = 64 - HLL_BITS };
    double m = HLL_REGISTERS, count[Q + 2] = { 0 };
    for (int i = 0; i < HLL_REGISTERS; i++)
        count[s->reg[i]]++;
    double z = m * tau(1 - count[Q + 1] / m);
    for (int k = Q; k >= 1; k--)
        z = (z + count[k]) / 2;
    z += m * sigma(count[0] / m);
    return m * m / (2 * M_LN2) / z;
}
