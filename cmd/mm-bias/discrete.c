/* discrete.c - rejection sampling over whole numbers. */
#include "discrete.h"

#include <stdlib.h>
#include <sys/random.h>

typedef unsigned __int128 wide;

static uint64_t next_of_system(void *ctx)
{
    uint64_t v;
    for (size_t got = 0; got < sizeof v;) {
        ssize_t n = getrandom((char *)&v + got, sizeof v - got, 0);
        if (n <= 0)
            abort();
        got += (size_t)n;
    }
    return v;
}

coins coins_of_system(void)
{
    return (coins){ next_of_system, NULL };
}

/* Uniform below n, n > 0: of the numbers of as many bits, the first that is below. */
static wide below(coins *c, wide n)
{
    int bits = 0;
    for (wide m = n - 1; m; m >>= 1)
        bits++;
    for (;;) {
        wide v = c->next(c->ctx);
        if (bits > 64)
            v |= (wide)c->next(c->ctx) << 64;
        v &= bits < 128 ? ((wide)1 << bits) - 1 : ~(wide)0;
        if (v < n)
            return v;
    }
}

/* exp(-num / den) for num <= den: how often in a row a chance of num / (den k) holds, k from 1, is odd. */
static bool exp_of_part(coins *c, wide num, wide den)
{
    wide k = 1;
    while (below(c, den * k) < num)
        k++;
    return k & 1;
}

bool draw_exp(coins *c, wide num, wide den)
{
    for (; num > den; num -= den)
        if (!exp_of_part(c, 1, 1))
            return false;
    return exp_of_part(c, num, den);
}

int64_t draw_laplace(coins *c, uint64_t num, uint64_t den)
{
    for (;;) {
        uint64_t u = (uint64_t)below(c, den), v = 0;
        if (!draw_exp(c, u, den))
            continue;
        while (draw_exp(c, 1, 1))
            v++;
        uint64_t y = (uint64_t)(((wide)v * den + u) / num);
        bool negative = below(c, 2);
        if (!negative || y)
            return negative ? -(int64_t)y : (int64_t)y;
    }
}

static uint64_t root(uint64_t x)
{
    uint64_t r = 0;
    for (uint64_t bit = UINT64_C(1) << 31; bit; bit >>= 1)
        if ((r | bit) * (r | bit) <= x)
            r |= bit;
    return r;
}

int64_t draw_gaussian(coins *c, uint64_t variance)
{
    uint64_t t = root(variance) + 1;
    for (;;) {
        int64_t y = draw_laplace(c, 1, t);
        /* exp(-(|y| - variance / t)^2 / (2 variance)) */
        wide at = (wide)(y < 0 ? -y : y) * t, gap = at > variance ? at - variance : variance - at;
        if (gap >> 62)
            continue;  /* a chance below exp(-2^40) */
        if (draw_exp(c, gap * gap, (wide)2 * variance * t * t))
            return y;
    }
}
