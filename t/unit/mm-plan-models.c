/* Student's t beside published tables; the regression beside a plain solution, its intervals beside how often they hold. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models.h"
#include "regress.h"
#include "student.h"

/* Critical values: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2. */
static void student(void **state)
{
    static const struct {
        double p, df, t;
    } table[] = { { 0.95, 1, 6.314 }, { 0.975, 1, 12.706 }, { 0.90, 2, 1.886 }, { 0.95, 3, 2.353 }, { 0.975, 5, 2.571 }, { 0.99, 10, 2.764 },
                  { 0.999, 20, 3.552 }, { 0.975, 30, 2.042 }, { 0.995, 60, 2.660 }, { 0.99, 100, 2.364 }, { 0.025, 5, -2.571 } };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        double t = student_quantile(table[i].p, table[i].df);
        assert_true(fabs(t - table[i].t) < 5.1e-4);
        assert_true(fabs(student_below(t, table[i].df) - table[i].p) < 1e-9);
    }
    assert_true(fabs(student_below(0, 7) - 0.5) < 1e-12);
    /* Of one degree of freedom it is the Cauchy distribution. */
    assert_true(fabs(student_below(3, 1) - (0.5 + atan(3) / acos(-1))) < 1e-10);
}

static uint64_t seed = 1;

static double uniform(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (double)(seed >> 11) / 9007199254740992.0;
}

static double normal(void)
{
    return sqrt(-2 * log(1 - uniform())) * cos(2 * acos(-1) * uniform());
}

/* A stage: 50 ms to start, 30 MB and 100,000 records a second. */
static double truth(const load *l)
{
    return 0.05 + l->bytes / 30e6 + l->records / 1e5;
}

static run_line run_of(double noise)
{
    run_line r = { .stage = "s", .in = { .bytes = exp(log(1e6) + uniform() * log(300)), .cores = 1, .machine = "m" }, .value = { NAN, NAN, NAN } };
    r.in.records = r.in.bytes / (100 + 900 * uniform());
    r.out_records = r.in.records;
    r.out_bytes = r.in.bytes / 2;
    r.value[CPU] = truth(&r.in) * (1 + noise * normal());
    return r;
}

static void learns_in_few_lines(void **state)
{
    double sum = 0;
    int n = 0;
    for (int turn = 0; turn < 50; turn++) {
        mm_err e = { 0 };
        models *m = models_new(&e);
        for (int i = 0; i < 20; i++) {
            run_line r = run_of(0.05);
            assert_int_equal(models_learn(m, &r, &e), 0);
        }
        for (int i = 0; i < 20; i++, n++) {
            run_line r = run_of(0);
            estimate y = models_predict(m, "s", CPU, &r.in);
            sum += fabs(y.mean / r.value[CPU] - 1);
        }
        double records, bytes;
        models_keeps(m, "s", &records, &bytes);
        assert_true(fabs(records - 1) < 1e-12 && fabs(bytes - 0.5) < 1e-12);
        models_free(m);
    }
    assert_true(sum / n < 0.05);
}

static void intervals_hold(void **state)
{
    int inside = 0, n = 0;
    for (int turn = 0; turn < 200; turn++) {
        mm_err e = { 0 };
        models *m = models_new(&e);
        for (int i = 0; i < 30; i++) {
            run_line r = run_of(0.1);
            estimate y = models_predict(m, "s", CPU, &r.in);
            if (i >= 5) {
                guess g = estimate_guess(&y, 0.9);
                inside += r.value[CPU] >= g.low && r.value[CPU] <= g.high;
                n++;
            }
            assert_int_equal(models_learn(m, &r, &e), 0);
        }
        models_free(m);
    }
    assert_true((double)inside / n > 0.85 && (double)inside / n < 0.95);
}

/* Another machine takes twice as long for all stages: lines of it tell, and do not spoil what is known. */
static void other_machine(void **state)
{
    mm_err e = { 0 };
    models *m = models_new(&e);
    for (int i = 0; i < 60; i++) {
        run_line r = run_of(0.03);
        if (i >= 20 && i % 2) {
            r.in.machine = "slow";
            r.value[CPU] *= 2;
        }
        assert_int_equal(models_learn(m, &r, &e), 0);
    }
    run_line r = run_of(0);
    double fast = models_predict(m, "s", CPU, &r.in).mean;
    r.in.machine = "slow";
    double slow = models_predict(m, "s", CPU, &r.in).mean;
    assert_true(fabs(fast / r.value[CPU] - 1) < 0.1);
    assert_true(fabs(slow / fast - 2) < 0.1);
    models_free(m);
}

/* With a prior that says nothing and no weight at 0, it is the weighted least squares solution. */
static void least_squares(void **state)
{
    regress_prior prior = { .noise = 0.1 };
    for (int i = 0; i < FEATURES; i++)
        prior.width[i] = i < 2 ? 1e5 : 1e-9;
    regress r;
    regress_begin(&r, &prior);
    static const double x[] = { 1, 2, 3, 4 }, y[] = { 3, 5, 7, 9 };
    for (int i = 0; i < 4; i++)
        regress_learn(&r, (double[FEATURES]){ 1, x[i] }, y[i], true);
    assert_true(fabs(r.weight[0] - 1) < 1e-3 && fabs(r.weight[1] - 2) < 1e-3);
    assert_true(fabs(regress_predict(&r, (double[FEATURES]){ 1, 10 }).mean - 21) < 1e-2);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(student), cmocka_unit_test(least_squares), cmocka_unit_test(learns_in_few_lines),
                                        cmocka_unit_test(intervals_hold), cmocka_unit_test(other_machine) };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
