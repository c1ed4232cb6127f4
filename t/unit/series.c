/* How rare a number is, against counting; and alarms on made series. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "series/anomaly.h"
#include "series/forecast.h"

enum { N = 6000 };

/* Numbers between 0 and 1 that are the same everywhere. */
static double next_random(uint64_t *s)
{
    *s = *s * 6364136223846793005ULL + 1442695040888963407ULL;
    return (double)(*s >> 11) / 9007199254740992.0;
}

static double normal(uint64_t *s)
{
    double sum = 0;
    for (int i = 0; i < 12; i++)
        sum += next_random(s);
    return sum - 6;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void rarity_is_what_counting_gives(void **state)
{
    static double v[N];
    uint64_t seed = 1;
    mm_tails t = { 0 };
    for (int i = 0; i < N; i++)
        mm_tails_next(&t, v[i] = 40 + 3 * normal(&seed));
    qsort(v, N, sizeof *v, by_value);
    for (int i = 50; i < N - 50; i += 25) {
        double beyond = i < N / 2 ? i + 0.5 : N - i - 0.5, expect = -log10(beyond / N);
        double got = mm_tails_evidence(&t, v[i]);
        if (fabs(got - expect) > 0.1 + 0.08 * expect)
            fail_msg("number %d of %d: evidence %g, counted %g", i, N, got, expect);
    }
    for (double p = 0.02; p < 1; p += 0.02)
        assert_true(fabs(mm_tails_quantile(&t, p) - v[(int)(p * N)]) < 0.25);
}

static void the_tail_goes_on_beyond_all_that_was_seen(void **state)
{
    uint64_t seed = 2;
    mm_tails t = { 0 };
    for (int i = 0; i < N; i++)
        mm_tails_next(&t, -log(1 - next_random(&seed)));  /* P(X > x) = exp(-x) */
    for (double x = 6; x < 40; x += 2) {
        double expect = x / log(10), got = mm_tails_evidence(&t, x);
        if (fabs(got - expect) > 0.15 * expect)
            fail_msg("at %g: evidence %g, exact %g", x, got, expect);
    }
    assert_true(mm_tails_evidence(&t, 1e300) == MM_TAILS_MOST);
}

static void before_enough_numbers_nothing_is_rare(void **state)
{
    mm_tails t = { 0 };
    for (int i = 0; i < MM_TAILS_FIRST; i++) {
        assert_true(mm_tails_evidence(&t, 1e9) == 0 && isnan(mm_tails_quantile(&t, 0.5)));
        mm_tails_next(&t, 7);
    }
    assert_true(mm_tails_evidence(&t, 7) == 0 && mm_tails_evidence(&t, 8) == MM_TAILS_MOST);
    mm_tails_next(&t, 8);
    assert_true(mm_tails_evidence(&t, 8) > 1 && mm_tails_evidence(&t, 7) < 0.5);
}

static void the_past_fades(void **state)
{
    uint64_t seed = 3;
    mm_tails t = { 0 };
    for (int i = 0; i < 10 * MM_TAILS_FULL; i++)
        mm_tails_next(&t, next_random(&seed) + (i < 2 * MM_TAILS_FULL ? 0 : 100));
    assert_true(t.n < MM_TAILS_FULL);
    assert_true(mm_tails_quantile(&t, 0.05) > 99);
}

/* Two weeks of a day's rhythm at five minutes, and noise; `change` alters it. Returns how many alarms fell into
 * [from, from + 100), and in *elsewhere how many did not. */
static int alarms(double (*change)(int i, double x), int from, int *elsewhere)
{
    uint64_t seed = 4;
    mm_anomaly a = { 0 };
    int in = 0;
    *elsewhere = 0;
    for (int i = 0; i < 14 * 288; i++) {
        double x = 100 + 30 * sin(i * 2 * 3.14159265358979 / 288) + 2 * normal(&seed);
        mm_anomaly_verdict v = mm_anomaly_next(&a, 1700000000 + i * 300LL, change(i, x));
        if (v.alarm && i >= from && i < from + 100)
            in++;
        else if (v.alarm)
            ++*elsewhere;
    }
    return in;
}

static double as_it_is(int i, double x) { return x; }
static double burst(int i, double x) { return i >= 3000 && i < 3006 ? x + 80 : x; }
static double drop(int i, double x) { return i >= 3000 ? x - 40 : x; }
static double still(int i, double x) { return i >= 3000 && i < 3100 ? 100 : x; }
static double midnight(int i, double x) { return i >= 3168 + 72 && i < 3168 + 92 ? 70 : x; }  /* by day as by night */

static void an_alarm_where_something_happens(void **state)
{
    int elsewhere;
    alarms(as_it_is, 0, &elsewhere);
    assert_true(elsewhere <= 8);
    int rest = elsewhere;
    assert_true(alarms(burst, 3000, &elsewhere) >= 1 && elsewhere <= rest + 3);  /* it may echo a day later */
    assert_true(alarms(drop, 3000, &elsewhere) >= 1 && elsewhere <= rest + 4);
    assert_true(alarms(midnight, 3168 + 72, &elsewhere) >= 1);
    alarms(still, 3000, &elsewhere);
    assert_true(elsewhere <= rest + 4);
}

static void what_is_no_number_changes_nothing(void **state)
{
    mm_anomaly a = { 0 }, before;
    for (int i = 0; i < 100; i++)
        mm_anomaly_next(&a, i * 3600, i % 24);
    memcpy(&before, &a, sizeof a);
    assert_false(mm_anomaly_next(&a, 400000, NAN).alarm);
    assert_false(mm_anomaly_next(&a, 400000, INFINITY).alarm);
    assert_memory_equal(&a, &before, sizeof a);
}

static void the_season_of_days_is_the_week(void **state)
{
    mm_anomaly a = { 0 };
    mm_anomaly_verdict v = { 0 };
    for (int i = 0; i < 70; i++)
        v = mm_anomaly_next(&a, (int64_t)i * 86400, i % 7 < 5 ? 100 : 20);
    v = mm_anomaly_next(&a, (int64_t)70 * 86400, 100);
    assert_true(v.expected > 60 && v.expected < 101);
    double weekday = v.expected;
    for (int i = 71; i < 76; i++)
        v = mm_anomaly_next(&a, (int64_t)i * 86400, i % 7 < 5 ? 100 : 20);
    v = mm_anomaly_next(&a, (int64_t)76 * 86400, 20);
    assert_true(v.expected < weekday - 20);
}

/* A rise and a week, without noise. */
static double regular(int i)
{
    static const double week[] = { 5, 1, 0, 2, 3, -4, -7 };
    return 100 + 0.5 * i + week[i % 7];
}

static void what_is_regular_goes_on(void **state)
{
    enum { DAYS = 140 };
    const size_t season[] = { 7 };
    double y[DAYS], sum = 0;
    for (int i = 0; i < DAYS; i++)
        y[i] = regular(i);
    y[50] = NAN;
    mm_forecast *f = mm_forecast_new(y, DAYS, season, 1, 28);
    assert_non_null(f);
    assert_int_equal(mm_forecast_chosen(f).season, 7);
    for (int h = 1; h <= 28; h++) {
        mm_forecast_value v = mm_forecast_at(f, (size_t)h, 0.8);
        if (fabs(v.expected - regular(DAYS + h - 1)) > 1.5)
            fail_msg("%d ahead: %g instead of %g", h, v.expected, regular(DAYS + h - 1));
        assert_true(v.low <= v.high);
        sum += v.expected;
        assert_true(fabs(mm_forecast_sum(f, (size_t)h, 0.8).expected - sum) < 1e-9 * sum);
    }
    mm_forecast_free(f);
}

static void intervals_hold_what_they_say(void **state)
{
    enum { LENGTH = 600, AHEAD = 12 };
    static double y[LENGTH + AHEAD];
    uint64_t seed = 5;
    int in = 0, all = 0, in_sum = 0, sums = 0;
    for (int round = 0; round < 60; round++) {
        double level = 50;
        for (int i = 0; i < LENGTH + AHEAD; i++)
            y[i] = (level += normal(&seed) * 0.5) + normal(&seed);
        mm_forecast *f = mm_forecast_new(y, LENGTH, NULL, 0, AHEAD);
        double sum = 0;
        for (int h = 1; h <= AHEAD; h++, all++) {
            mm_forecast_value v = mm_forecast_at(f, (size_t)h, 0.8);
            in += y[LENGTH + h - 1] >= v.low && y[LENGTH + h - 1] <= v.high;
            sum += y[LENGTH + h - 1];
        }
        mm_forecast_value v = mm_forecast_sum(f, AHEAD, 0.8);
        in_sum += sum >= v.low && sum <= v.high;
        sums++;
        mm_forecast_free(f);
    }
    assert_in_range(100 * in / all, 72, 88);
    assert_in_range(100 * in_sum / sums, 65, 92);
}

static void demand_that_is_mostly_none(void **state)
{
    double y[120];
    for (int i = 0; i < 120; i++)
        y[i] = i % 4 == 3 ? 8 : 0;
    mm_forecast *f = mm_forecast_new(y, 120, NULL, 0, 4);
    assert_string_equal(mm_forecast_chosen(f).name, "TSB");
    assert_true(fabs(mm_forecast_at(f, 1, 0.8).expected - 2) < 0.4);
    assert_true(mm_forecast_at(f, 1, 0.8).low >= 0);
    mm_forecast_free(f);
}

static void few_numbers_give_their_mean(void **state)
{
    const double y[] = { NAN, 1, 3, NAN, 5 }, none[] = { NAN, NAN };
    mm_forecast *f = mm_forecast_new(y, 5, NULL, 0, 3);
    assert_string_equal(mm_forecast_chosen(f).name, "mean");
    assert_true(mm_forecast_at(f, 3, 0.8).expected == 3);
    mm_forecast_free(f);
    assert_null(mm_forecast_new(none, 2, NULL, 0, 3));
    assert_null(mm_forecast_new(NULL, 0, NULL, 0, 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rarity_is_what_counting_gives),
        cmocka_unit_test(the_tail_goes_on_beyond_all_that_was_seen),
        cmocka_unit_test(before_enough_numbers_nothing_is_rare),
        cmocka_unit_test(the_past_fades),
        cmocka_unit_test(an_alarm_where_something_happens),
        cmocka_unit_test(what_is_no_number_changes_nothing),
        cmocka_unit_test(the_season_of_days_is_the_week),
        cmocka_unit_test(what_is_regular_goes_on),
        cmocka_unit_test(intervals_hold_what_they_say),
        cmocka_unit_test(demand_that_is_mostly_none),
        cmocka_unit_test(few_numbers_give_their_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
