/* The level to commit to beside the best of all levels, on many random curves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "advice_parts.h"

enum { HOURS = 60, CURVES = 2000 };

static uint64_t state = 7;

/* Numbers of few values, so that many are equal. */
static double draw(unsigned n)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)((state >> 33) % n);
}

static double saved(const double *hour, size_t n, double level, double ratio)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += fmin(hour[i], level);
    return sum / (double)n - ratio * level;
}

static void no_level_saves_more(void **unused)
{
    for (int c = 0; c < CURVES; c++) {
        double hour[HOURS] = { 0 }, ordered[HOURS], ratio = (1 + draw(98)) / 100;
        size_t n = 1 + (size_t)draw(HOURS);
        for (size_t i = 0; i < n; i++)
            hour[i] = draw(c % 2 ? 9 : 1000);
        memcpy(ordered, hour, sizeof hour);
        double level = commitment_level(ordered, n, ratio), best = saved(hour, n, level, ratio);
        for (size_t i = 0; i < n; i++)
            if (saved(hour, n, hour[i], ratio) > best + 1e-9)
                fail_msg("curve %d: %g saves more than %g at a ratio of %g", c, hour[i], level, ratio);
        if (best < -1e-9)
            fail_msg("curve %d: %g saves %g", c, level, best);
    }
}

static void edges(void **unused)
{
    double even[] = { 5, 5, 5, 5 }, none[] = { 0, 0, 0, 9 }, one[] = { 3 };
    assert_true(commitment_level(even, 4, 0.6) == 5);
    assert_true(commitment_level(none, 4, 0.6) == 0);
    assert_true(commitment_level(none, 4, 0.2) == 9);
    assert_true(commitment_level(one, 1, 0.99) == 3);
    assert_true(commitment_level(one, 0, 0.5) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(no_level_saves_more), cmocka_unit_test(edges) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
