/* Exact noise of mm-bias beside the distributions' definitions, and what release keeps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "discrete.h"
#include "release.h"
#include "special.h"

#define N(a) (sizeof(a) / sizeof *(a))

/* A generator that is the same each time, in place of the system's. */
static uint64_t next_of_test(void *ctx)
{
    uint64_t z = *(uint64_t *)ctx += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static void exponentials_have_their_chance(void **state)
{
    static const unsigned cases[][2] = { { 0, 1 }, { 1, 1 }, { 1, 3 }, { 7, 2 }, { 999, 1000 }, { 10, 3 } };
    enum { DRAWS = 200000 };
    for (size_t i = 0; i < N(cases); i++) {
        uint64_t seed = i;
        coins c = { next_of_test, &seed };
        double p = exp(-(double)cases[i][0] / cases[i][1]), n = 0;
        for (int k = 0; k < DRAWS; k++)
            n += draw_exp(&c, cases[i][0], cases[i][1]);
        assert_true(fabs(n / DRAWS - p) <= 5 * sqrt(p * (1 - p) / DRAWS));
    }
}

enum { WIDTH = 400, DRAWS = 200000 };

/* Chi-square of draws against chances proportional to weight(x). */
static double fit(const double *seen, double (*weight)(double x, double s), double s)
{
    double all = 0, chi = 0, df = -1;
    for (int x = -WIDTH; x <= WIDTH; x++)
        all += weight(x, s);
    for (int x = -WIDTH; x <= WIDTH; x++) {
        double want = DRAWS * weight(x, s) / all;
        if (want > 20) {
            chi += (seen[x + WIDTH] - want) * (seen[x + WIDTH] - want) / want;
            df++;
        }
    }
    return chi_square_above(chi, df);
}

static double laplace_weight(double x, double s) { return exp(-fabs(x) * s); }
static double gaussian_weight(double x, double s) { return exp(-x * x / (2 * s)); }

static void laplace_draws_follow_the_distribution(void **state)
{
    static const uint64_t cases[][2] = { { 1, 1 }, { 1, 10 }, { 3, 2 }, { 500000, 1000000 } };
    for (size_t i = 0; i < N(cases); i++) {
        static double seen[2 * WIDTH + 1];
        uint64_t seed = 100 + i;
        coins c = { next_of_test, &seed };
        for (size_t k = 0; k < N(seen); k++)
            seen[k] = 0;
        for (int k = 0; k < DRAWS; k++) {
            int64_t x = draw_laplace(&c, cases[i][0], cases[i][1]);
            if (x >= -WIDTH && x <= WIDTH)
                seen[x + WIDTH]++;
        }
        assert_true(fit(seen, laplace_weight, (double)cases[i][0] / (double)cases[i][1]) > 1e-4);
    }
}

static void gaussian_draws_follow_the_distribution(void **state)
{
    static const uint64_t cases[] = { 1, 2, 9, 400 };
    for (size_t i = 0; i < N(cases); i++) {
        static double seen[2 * WIDTH + 1];
        uint64_t seed = 200 + i;
        coins c = { next_of_test, &seed };
        for (size_t k = 0; k < N(seen); k++)
            seen[k] = 0;
        for (int k = 0; k < DRAWS; k++) {
            int64_t x = draw_gaussian(&c, cases[i]);
            if (x >= -WIDTH && x <= WIDTH)
                seen[x + WIDTH]++;
        }
        assert_true(fit(seen, gaussian_weight, (double)cases[i]) > 1e-4);
    }
}

static void the_system_gives_different_bits(void **state)
{
    coins c = coins_of_system();
    uint64_t a = c.next(c.ctx), b = c.next(c.ctx);
    assert_true(a != b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exponentials_have_their_chance),
        cmocka_unit_test(laplace_draws_follow_the_distribution),
        cmocka_unit_test(gaussian_draws_follow_the_distribution),
        cmocka_unit_test(the_system_gives_different_bits),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
