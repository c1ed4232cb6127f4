/* What is forecast of arrivals, and how near the controller comes to the cheapest run that there could have been. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "arrivals.h"
#include "controller.h"

static trace made(const char *kind, size_t n, size_t from, double mean, uint64_t seed)
{
    trace t;
    mm_err e;
    assert_int_equal(trace_make(&t, kind, n, 60, mean, seed, &e), 0);
    t.from = from;
    return t;
}

static sim_result run(sim_make *make, const trace *t, const sim_conditions *c)
{
    sim_policy p;
    sim_result r;
    mm_err e;
    if (make(&p, t, c, &e) < 0 || sim_run(t, c, &p, &r, NULL, &e) < 0)
        fail_msg("%s", e.text);
    sim_policy_free(&p);
    return r;
}

static void intervals_hold_their_share_of_the_cases(void **state)
{
    (void)state;
    static const char *const kinds[] = { "diurnal", "bursty", "trending", "steady" };
    for (size_t k = 0; k < 4; k++) {
        trace t = made(kinds[k], 5 * 1440, 0, 20, 3);
        arrivals *a = arrivals_new(60, 0, 8, 3);
        size_t under = 0, seen = 0;
        for (size_t i = 0; i + 4 < t.n; i++) {
            arrivals_add(a, t.arrivals[i]);
            const double *path = arrivals_path(a);
            double limit = path[0] + path[1] + path[2] + path[3] + arrivals_margin(a, 4, 0.9), came = 0;
            for (size_t h = 1; h <= 4; h++)
                came += t.arrivals[i + h];
            if (i >= 1440) {
                under += came <= limit;
                seen++;
            }
        }
        assert_true(fabs((double)under / (double)seen - 0.9) < 0.03);
        arrivals_free(a);
        trace_free(&t);
    }
}

static void the_rhythm_of_the_day_is_found(void **state)
{
    (void)state;
    arrivals *a = arrivals_new(60, 0, 400, 361);
    for (int i = 0; i < 4 * 1440; i++)
        arrivals_add(a, 100 + 80 * sin(2 * M_PI * i / 1440));
    assert_string_equal(arrivals_model(a), "day");
    for (int h = 1; h <= 400; h += 21)
        assert_true(fabs(arrivals_path(a)[h - 1] - (100 + 80 * sin(2 * M_PI * (h - 1) / 1440))) < 3);
    arrivals_free(a);
}

static void steady_work_has_a_steady_number(void **state)
{
    (void)state;
    trace t = made("steady", 600, 0, 100, 1);
    for (size_t i = 0; i < t.n; i++)
        t.arrivals[i] = 5 * 60;
    const sim_conditions c = { .rate = 1, .startup = 2, .price = 1, .limit_s = 300, .late_allowed = 0.01 };
    sim_result r = run(policy_mpc, &t, &c);
    assert_true(r.late == 0 && r.started <= 1);
    assert_true(r.worker_hours < 5.0 * 10 * 1.02);
    trace_free(&t);
}

static void nothing_to_do_takes_no_worker_and_no_more_than_the_least(void **state)
{
    (void)state;
    trace t = made("steady", 100, 0, 0, 1);
    sim_conditions c = { .rate = 1, .startup = 2, .price = 1, .limit_s = 300, .late_allowed = 0.01 };
    assert_true(run(policy_mpc, &t, &c).worker_hours == 0);
    c.min = 2;
    assert_true(fabs(run(policy_mpc, &t, &c).worker_hours - 2 * 105 / 60.0) < 1e-9);
    trace_free(&t);
}

static void it_comes_near_the_optimum_is_no_later_and_is_cheaper(void **state)
{
    (void)state;
    static const char *const kinds[] = { "diurnal", "bursty", "trending" };
    const sim_conditions c = { .rate = 4, .startup = 2, .price = 1, .scale_price = 0.01, .limit_s = 300, .late_allowed = 0.01 };
    for (size_t k = 0; k < 3; k++)
        for (uint64_t seed = 11; seed < 13; seed++) {
            trace t = made(kinds[k], 3000, 1440, 20, seed);
            sim_result best = run(policy_clairvoyant, &t, &c), ours = run(policy_mpc, &t, &c);
            sim_result hpa = run(policy_hpa, &t, &c), peak = run(policy_static, &t, &c);
            assert_true(ours.cost <= 1.10 * best.cost);
            assert_true(ours.late_share <= hpa.late_share + 1e-9);
            assert_true(ours.cost <= 1.02 * hpa.cost && ours.cost <= 0.7 * peak.cost);
            trace_free(&t);
        }
}

static void late_work_stays_by_what_is_allowed_where_workers_start_too_late_for_it(void **state)
{
    (void)state;
    static const char *const kinds[] = { "diurnal", "trending" };
    const sim_conditions c = { .rate = 4, .startup = 3, .price = 1, .scale_price = 0.01, .limit_s = 60, .late_allowed = 0.01 };
    for (size_t k = 0; k < 2; k++) {
        trace t = made(kinds[k], 7 * 1440, 2 * 1440, 20, 5);
        sim_result ours = run(policy_mpc, &t, &c), hpa = run(policy_hpa, &t, &c);
        assert_true(ours.late_share <= 0.011);
        assert_true(ours.cost < hpa.cost);
        trace_free(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_hold_their_share_of_the_cases),
        cmocka_unit_test(the_rhythm_of_the_day_is_found),
        cmocka_unit_test(steady_work_has_a_steady_number),
        cmocka_unit_test(nothing_to_do_takes_no_worker_and_no_more_than_the_least),
        cmocka_unit_test(it_comes_near_the_optimum_is_no_later_and_is_cheaper),
        cmocka_unit_test(late_work_stays_by_what_is_allowed_where_workers_start_too_late_for_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
