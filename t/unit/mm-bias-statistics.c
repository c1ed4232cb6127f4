/* The statistics of mm-bias beside those of scipy and statsmodels; t/data/fairness_statistics.py made the figures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "counts.h"
#include "interval.h"
#include "poisson.h"
#include "special.h"

#define N(a) (sizeof(a) / sizeof *(a))

static void close_to(double a, double b, double relative)
{
    if (a == b || fabs(a - b) <= relative * fmax(fabs(a), fabs(b)))
        return;
    fail_msg("%.17g is not %.17g", a, b);
}

static void wilson_of_statsmodels(void **state)
{
    static const double want[][4] = {
        { 0.0, 1.0, 0.0, 0.7934506856227627 },
        { 1.0, 1.0, 0.2065493143772374, 1.0 },
        { 3.0, 10.0, 0.10779126740630104, 0.6032218525388546 },
        { 10.0, 10.0, 0.7224672001371106, 1.0 },
        { 0.0, 25.0, 0.0, 0.13319225093904855 },
        { 854.0, 2454.0, 0.32940779686682176, 0.3670738466815212 },
        { 2174.0, 3696.0, 0.5722531352265298, 0.6039706319961397 },
        { 7.0, 100000.0, 3.390903779016499e-05, 0.00014449869695711307 },
    };
    for (size_t i = 0; i < N(want); i++) {
        interval w = wilson(want[i][0], want[i][1], normal_quantile(0.975));
        close_to(w.low, want[i][2], 1e-12);
        close_to(w.high, want[i][3], 1e-12);
    }
    assert_true(isnan(wilson(0, 0, 1.96).low));
}

static void newcombe_of_statsmodels(void **state)
{
    static const double want[][6] = {
        { 854.0, 2454.0, 2174.0, 3696.0, -0.26458041774441265, -0.2153385813987544 },
        { 56.0, 70.0, 48.0, 80.0, 0.05243147240236498, 0.33387265403690614 },
        { 9.0, 10.0, 3.0, 10.0, 0.1705227239345029, 0.809017973535488 },
        { 0.0, 10.0, 0.0, 20.0, -0.1611251580528194, 0.27753279986288926 },
        { 10.0, 10.0, 0.0, 10.0, 0.6075093504305241, 1.0 },
        { 5.0, 5.0, 2.0, 29.0, 0.4711654141432676, 0.9808787338305666 },
    };
    for (size_t i = 0; i < N(want); i++) {
        interval w = newcombe(want[i][0], want[i][1], want[i][2], want[i][3], normal_quantile(0.975));
        close_to(w.low, want[i][4], 1e-12);
        close_to(w.high, want[i][5], 1e-12);
    }
    assert_true(isnan(newcombe(0, 0, 1, 2, 1.96).low));
}

static void tests_of_statsmodels(void **state)
{
    static const double want[][5] = {
        { 854.0, 2454.0, 2174.0, 3696.0, 5.119326569173933e-76 },
        { 56.0, 70.0, 48.0, 80.0, 0.00804508136819656 },
        { 9.0, 10.0, 3.0, 10.0, 0.006169899320544151 },
        { 5.0, 5.0, 2.0, 29.0, 1.9836251884306572e-06 },
        { 500.0, 1000.0, 510.0, 1000.0, 0.6547047014658622 },
    };
    for (size_t i = 0; i < N(want); i++)
        close_to(two_shares_p(want[i][0], want[i][1], want[i][2], want[i][3]), want[i][4], 1e-11);
    assert_true(isnan(two_shares_p(0, 5, 0, 7)));
    assert_true(isnan(two_shares_p(0, 0, 1, 7)));
}

static void tails_of_scipy(void **state)
{
    static const double chi[][3] = {
        { 0.5, 1.0, 0.47950012218695337 },
        { 3.84, 1.0, 0.05004352124870519 },
        { 20.0, 3.0, 0.00016974243555282632 },
        { 5.0, 5.0, 0.4158801869955079 },
        { 100.0, 80.0, 0.064570368921133 },
        { 1000.0, 5.0, 6.0100776879208495e-214 },
        { 0.001, 2.0, 0.9995001249791693 },
        { 250.0, 300.0, 0.9838029502076451 },
        { 40.0, 1.0, 2.5396285894708634e-10 },
    };
    static const double quantile[][2] = {
        { 0.5, 0.0 },
        { 0.9, 1.2815515655446004 },
        { 0.95, 1.6448536269514722 },
        { 0.975, 1.959963984540054 },
        { 0.995, 2.5758293035489004 },
        { 0.0001, -3.7190164854556804 },
        { 1e-09, -5.9978070150076865 },
        { 0.3, -0.5244005127080409 },
    };
    for (size_t i = 0; i < N(chi); i++)
        close_to(chi_square_above(chi[i][0], chi[i][1]), chi[i][2], 1e-11);
    for (size_t i = 0; i < N(quantile); i++)
        assert_true(fabs(normal_quantile(quantile[i][0]) - quantile[i][1]) < 1e-12);
    assert_true(chi_square_above(INFINITY, 3) == 0);
}

static void student_of_scipy(void **state)
{
    static const double tail[][3] = {
        { 0.5, 1.0, 0.7048327646991335 }, { 2.0, 1.0, 0.2951672353008665 }, { 2.0, 3.7, 0.12181720190523398 },
        { 1.96, 1000000.0, 0.04999606758526985 }, { 12.7, 1.0, 0.050024327689344165 }, { 40.0, 5.0, 1.8411962171772954e-07 },
        { 0.001, 20.0, 0.9992120229664732 }, { 5.0, 250.5, 1.0785296323584875e-06 }, { 8.0, 1000.0, 3.4266614823914978e-15 },
    };
    static const double quantile[][3] = {
        { 0.975, 1.0, 12.706204736174694 }, { 0.975, 4.2, 2.7250727225923743 }, { 0.995, 30.0, 2.7499956535672254 },
        { 0.6, 2.0, 0.2886751345948128 }, { 0.975, 10000000.0, 1.959964221767205 },
    };
    static const double beta[][4] = {
        { 0.5, 0.5, 0.3, 0.36901011956554536 }, { 2.0, 3.0, 0.9, 0.9963 }, { 50.0, 0.5, 0.99, 0.3173043978741973 },
        { 10000.0, 10000.0, 0.501, 0.6113500478574623 }, { 1.0, 1.0, 0.25, 0.25 }, { 3, 4, 0, 0 }, { 3, 4, 1, 1 },
    };
    for (size_t i = 0; i < N(tail); i++)
        close_to(student_two_sided(tail[i][0], tail[i][1]), tail[i][2], 1e-9);
    for (size_t i = 0; i < N(quantile); i++)
        close_to(student_quantile(quantile[i][0], quantile[i][1]), quantile[i][2], 1e-9);
    for (size_t i = 0; i < N(beta); i++)
        close_to(beta_i(beta[i][0], beta[i][1], beta[i][2]), beta[i][3], 1e-10);
}

static void many_tests_of_statsmodels(void **state)
{
    const double p[] = { 0.01, 0.04, 0.03, 0.005, 0.2, 0.9, 0.04, 1e-08 }, want[] = { 0.02666666666666667, 0.05333333333333334, 0.05333333333333334, 0.02, 0.2285714285714286, 0.9, 0.05333333333333334, 8e-08 };
    double got[N(p)], adjusted[3];
    const double with[] = { 0.02, NAN, 0.5 };
    assert_int_equal(benjamini_hochberg(p, N(p), got), 0);
    for (size_t i = 0; i < N(p); i++)
        close_to(got[i], want[i], 1e-12);
    assert_int_equal(benjamini_hochberg(with, 3, adjusted), 0);
    close_to(adjusted[0], 0.04, 1e-12);
    assert_true(isnan(adjusted[1]));
}

/* Mean and variance of a Poisson variable are the same; within six standard errors over 200000 draws. */
static void draws_have_their_mean_and_variance(void **state)
{
    static const double means[] = { 0.3, 3, 9.9, 10, 55.5, 1e3, 1e7 };
    enum { DRAWS = 200000 };
    for (size_t i = 0; i < N(means); i++) {
        double sum = 0, squares = 0, m = means[i];
        for (uint64_t r = 0; r < DRAWS; r++) {
            draws d = draws_for(1, r, i);
            double x = draw_poisson(&d, m) - m;
            sum += x;
            squares += x * x;
        }
        assert_true(fabs(sum / DRAWS) < 6 * sqrt(m / DRAWS));
        assert_true(fabs(squares / DRAWS - m) < 6 * sqrt((m + 2 * m * m) / DRAWS));
    }
    draws d = draws_for(1, 2, 3), again = draws_for(1, 2, 3), other = draws_for(2, 2, 3);
    double x = draw_uniform(&d);
    assert_true(x == draw_uniform(&again));
    assert_true(x != draw_uniform(&other));
    assert_true(draw_poisson(&d, 0) == 0);
}

/* Small means are drawn with the chances that the distribution gives them. */
static void draws_follow_the_distribution(void **state)
{
    static const double means[] = { 2, 14 };
    enum { DRAWS = 400000, MOST = 40 };
    for (size_t i = 0; i < N(means); i++) {
        double seen[MOST] = { 0 }, m = means[i], chance = exp(-m), chi = 0, df = -1;
        for (uint64_t r = 0; r < DRAWS; r++) {
            draws d = draws_for(7, r, i);
            double x = draw_poisson(&d, m);
            seen[x < MOST ? (int)x : MOST - 1]++;
        }
        for (int k = 0; k < MOST; chance *= m / ++k)
            if (chance * DRAWS > 20) {
                chi += pow(seen[k] - chance * DRAWS, 2) / (chance * DRAWS);
                df++;
            }
        assert_true(chi_square_above(chi, df) > 1e-4);
    }
}

/* ---- counts ---- */

static counts *counted(const char *const *value, size_t n, size_t most)
{
    counts *c = counts_new(1, most, 1000);
    for (size_t i = 0; i < n; i++) {
        ptrdiff_t v = counts_value(c, 0, mm_str_of(value[i]));
        if (v >= 0)
            counts_cell(c, &(uint32_t){ (uint32_t)v })->n[i % 9]++;
    }
    return c;
}

static uint64_t total_of(counts *c, const char *value)
{
    ptrdiff_t v = counts_value(c, 0, mm_str_of(value));
    const cell *x = counts_cell(c, &(uint32_t){ (uint32_t)v });
    uint64_t n = 0;
    for (int i = 0; i < 9; i++)
        n += x->n[i];
    return n;
}

static void counts_merge_in_any_order(void **state)
{
    static const char *const a[] = { "x", "y", "x", "z" }, *const b[] = { "z", "w", "x" };
    counts *ab = counts_new(1, 10, 1000), *ba = counts_new(1, 10, 1000), *one = counted(a, N(a), 10), *two = counted(b, N(b), 10);
    counts_merge(ab, one);
    counts_merge(ab, two);
    counts_merge(ba, two);
    counts_merge(ba, one);
    static const struct { const char *value; uint64_t n; } want[] = { { "x", 3 }, { "y", 1 }, { "z", 2 }, { "w", 1 } };
    for (size_t i = 0; i < N(want); i++) {
        assert_int_equal(total_of(ab, want[i].value), want[i].n);
        assert_int_equal(total_of(ba, want[i].value), want[i].n);
    }
    counts_free(ab);
    counts_free(ba);
    counts_free(one);
    counts_free(two);
}

static void counts_say_what_has_no_room(void **state)
{
    static const char *const a[] = { "x", "y" }, *const b[] = { "z", "x" };
    counts *all = counts_new(1, 2, 1000), *one = counted(a, N(a), 2), *two = counted(b, N(b), 2);
    assert_int_equal(one->over, 0);
    counts_merge(all, one);
    assert_int_equal(all->over, 0);
    assert_int_equal(counts_merge(all, two), 0);
    assert_int_equal(all->over, 1);
    counts_free(all);
    counts_free(one);
    counts_free(two);
}

static void scores_are_summed_exactly(void **state)
{
    cell up = { 0 }, down = { 0 };
    for (int i = 0; i < 100000; i++)
        cell_score(&up, OUTCOME_1, 0.1 * i);
    for (int i = 100000; i-- > 0;)
        cell_score(&down, OUTCOME_1, 0.1 * i);
    assert_true(up.sum[OUTCOME_1] == down.sum[OUTCOME_1]);
    close_to((double)up.sum[OUTCOME_1] * 0x1p-64, 0.1 * 100000 * 99999 / 2, 1e-14);
    assert_int_equal(up.scored[OUTCOME_1], 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wilson_of_statsmodels),
        cmocka_unit_test(newcombe_of_statsmodels),
        cmocka_unit_test(tests_of_statsmodels),
        cmocka_unit_test(tails_of_scipy),
        cmocka_unit_test(student_of_scipy),
        cmocka_unit_test(many_tests_of_statsmodels),
        cmocka_unit_test(draws_have_their_mean_and_variance),
        cmocka_unit_test(draws_follow_the_distribution),
        cmocka_unit_test(counts_merge_in_any_order),
        cmocka_unit_test(counts_say_what_has_no_room),
        cmocka_unit_test(scores_are_summed_exactly),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
