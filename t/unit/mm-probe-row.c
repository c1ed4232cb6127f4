/* mm-probe-row - windows, quantiles and time stamps against their definitions. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "row_quantiles.h"
#include "row_time.h"
#include "row_window.h"

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double middle(double *v, int n)
{
    qsort(v, (size_t)n, sizeof *v, by_value);
    return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static uint32_t seed = 1;
static double chance(void)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) / 16777216.0;
}

static void a_window_holds_the_last_values(void **state)
{
    double all[2000], last[ROW_WINDOW], median, deviation;
    row_window w = { .n = 0 };
    for (int i = 0; i < 2000; i++) {
        all[i] = i % 3 ? floor(chance() * 20) : chance() * 100 - 50;  /* many are equal */
        row_window_add(&w, all[i]);
        int n = i + 1 < ROW_WINDOW ? i + 1 : ROW_WINDOW;
        memcpy(last, all + i + 1 - n, (size_t)n * sizeof *last);
        double m = middle(last, n);
        for (int k = 0; k < n; k++)
            last[k] = fabs(last[k] - m);
        row_window_spread(&w, &median, &deviation);
        assert_true(fabs(median - m) <= 1e-12 * (1 + fabs(m)));
        double want = 1.4826 * middle(last, n);
        assert_true(fabs(deviation - want) <= 1e-9 * (1 + want));
    }
}

/* The bound of the header, over values that rise, fall, and come by chance. */
static void quantiles_stay_within_their_bound(void **state)
{
    enum { N = 1000000 };
    static const double shares[] = { 0.0001, 0.01, 0.25, 0.5, 0.75, 0.99, 1 };
    for (int kind = 0; kind < 3; kind++) {
        row_quantiles q = { .count = 0 };
        double out[7];
        for (uint32_t i = 0; i < N; i++) {
            uint32_t v = kind == 0 ? i : kind == 1 ? N - 1 - i : (uint32_t)((uint64_t)i * 611953 % N);  /* each once */
            assert_true(row_quantiles_add(&q, v));
        }
        assert_true(row_quantiles_get(&q, shares, 7, out));
        for (int s = 0; s < 7; s++)
            assert_true(fabs((out[s] + 1) / N - shares[s]) <= 0.006);
        row_quantiles_free(&q);
    }
}

static void few_quantiles_are_exact(void **state)
{
    static const double shares[] = { 0.1, 0.5, 0.51, 1 };
    row_quantiles q = { .count = 0 };
    double out[4];
    for (int i = 10; i > 0; i--)
        row_quantiles_add(&q, i);
    assert_true(row_quantiles_get(&q, shares, 4, out));
    assert_true(out[0] == 1 && out[1] == 5 && out[2] == 6 && out[3] == 10);
    row_quantiles_free(&q);
}

static void times_are_read_and_written(void **state)
{
    static const struct { const char *in, *out; } good[] = {
        { "1970-01-01", "1970-01-01T00:00:00Z" },
        { "2000-02-29T23:59:60Z", "2000-03-01T00:00:00Z" },
        { "2024/12/31 23:30", "2024-12-31T23:30:00Z" },
        { "2024-12-31T23:30:00.120-01:00", "2025-01-01T00:30:00.12Z" },
        { "2024-12-31t23:30:00,000000001+0530", "2024-12-31T18:00:00.000000001Z" },
        { "1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.5Z" },
        { "1678-01-01", "1678-01-01T00:00:00Z" },
        { "2261-12-31 24:00", "2262-01-01T00:00:00Z" },
        { "2024-05-01T10:00:00 +02", "2024-05-01T08:00:00Z" },
    };
    static const char *const bad[] = { "", "2024-13-01", "2023-02-29", "2024-01-01T", "2024-01-01T25:00", "2024-01-01T10:00:00Zx",
                                       "2024-01/01", "20240101", "1500-01-01", "2024-01-01T10", "2024-01-01T10:00+2", "12:00:00" };
    int64_t ns;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        mm_buf out = { 0 };
        assert_true(row_time_text(mm_str_of(good[i].in), &ns));
        row_time_put(&out, ns);
        mm_buf_byte(&out, 0);
        assert_string_equal(out.p, good[i].out);
        mm_buf_free(&out);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(row_time_text(mm_str_of(bad[i]), &ns));
}

static void numbers_are_times_by_name_and_size(void **state)
{
    static const struct { const char *name, *raw; int64_t ns; } cases[] = {
        { "ts", "1700000000", 1700000000000000000 }, { "ts", "1700000000.25", 1700000000250000000 },
        { "ts", "1700000000123", 1700000000123000000 }, { "ts", "1700000000123456", 1700000000123456000 },
        { "ts", "1700000000123456789", 1700000000123456789 }, { "t_ms", "5", 5000000 }, { "time_us", "-7", -7000 },
        { "time_s", "0.1", 100000000 }, { "t", "12", 12000000000 },
    };
    int64_t ns;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(row_time_named(mm_str_of(cases[i].name)));
        assert_true(row_time_number(mm_str_of(cases[i].name), mm_str_of(cases[i].raw), &ns));
        assert_true(ns == cases[i].ns);
    }
    assert_false(row_time_named(MM_STR("temp")));
    assert_false(row_time_named(MM_STR("timeout")));
    assert_false(row_time_number(MM_STR("t_s"), MM_STR("1e300"), &ns));
    assert_false(row_time_number(MM_STR("t_s"), MM_STR("99999999999999999"), &ns));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_holds_the_last_values), cmocka_unit_test(quantiles_stay_within_their_bound),
        cmocka_unit_test(few_quantiles_are_exact), cmocka_unit_test(times_are_read_and_written),
        cmocka_unit_test(numbers_are_times_by_name_and_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
