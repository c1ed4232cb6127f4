/* The queue against closed forms, the policies against what they are documented to do, the optimum against trying all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chance.h"
#include "clairvoyant.h"
#include "sim.h"

static mm_err err;

static sim_result run(const trace *t, const sim_conditions *c, const sim_policy *p, const sim_record *rec)
{
    sim_result r;
    if (sim_run(t, c, p, &r, rec, &err) < 0)
        fail_msg("%s", err.text);
    return r;
}

static sim_result run_constant(const trace *t, sim_conditions c, size_t workers)
{
    sim_policy p;
    c.first = workers;
    assert_int_equal(policy_constant(&p, workers, &err), 0);
    sim_result r = run(t, &c, &p, NULL);
    sim_policy_free(&p);
    return r;
}

/* ---- chance: closed forms ---- */

/* The chance that one has to wait, of c servers that are offered a (Erlang 1917). */
static double erlang_c(int c, double a)
{
    double b = 1;   /* Erlang B, by its recursion */
    for (int k = 1; k <= c; k++)
        b = a * b / (k + a * b);
    return b / (1 - a / c * (1 - b));
}

/* Runs of a queue that is steady; their mean of what f tells, and the half width in which the true one lies in 999 of 1000 cases (Student's t
 * with 39 degrees of freedom: 3.56). */
typedef struct estimate {
    double wait, wait_half, late, late_half;
} estimate;

static estimate steady(double lambda, double mu, size_t workers, sim_model model, double limit_s)
{
    enum { RUNS = 40 };
    double w[RUNS], l[RUNS];
    estimate s = { 0 };
    for (int k = 0; k < RUNS; k++) {
        trace t;
        assert_int_equal(trace_make(&t, "steady", 600, 60, lambda, (uint64_t)k + 1, &err), 0);
        sim_conditions c = { .rate = mu, .price = 1, .limit_s = limit_s, .model = model, .seed = (uint64_t)k + 100 };
        sim_result r = run_constant(&t, c, workers);
        s.wait += (w[k] = r.mean_wait_s) / RUNS;
        s.late += (l[k] = r.late_share) / RUNS;
        assert_true(fabs(r.utilisation - lambda / mu / (double)workers * 600 / (double)sim_steps(&t, &c)) < 0.03);
        trace_free(&t);
    }
    for (int k = 0; k < RUNS; k++) {
        s.wait_half += (w[k] - s.wait) * (w[k] - s.wait);
        s.late_half += (l[k] - s.late) * (l[k] - s.late);
    }
    s.wait_half = 3.56 * sqrt(s.wait_half / (RUNS - 1) / RUNS);
    s.late_half = 3.56 * sqrt(s.late_half / (RUNS - 1) / RUNS);
    return s;
}

static void waits_of_exponential_work_are_erlangs(void **state)
{
    static const struct { int c; double rho; } of[] = { { 1, 0.5 }, { 1, 0.8 }, { 3, 0.7 }, { 10, 0.9 } };
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        double mu = 0.5, lambda = of[i].rho * of[i].c * mu, spare = of[i].c * mu - lambda, limit = 2;
        double p = erlang_c(of[i].c, lambda / mu), wait = p / spare, late = p * exp(-spare * limit);
        estimate s = steady(lambda, mu, (size_t)of[i].c, SIM_EXPONENTIAL, limit);
        if (fabs(s.wait - wait) > s.wait_half + 0.01 * wait || fabs(s.late - late) > s.late_half + 0.01 * late)
            fail_msg("M/M/%d at %g: wait %g +- %g instead of %g, late %g +- %g instead of %g", of[i].c, of[i].rho, s.wait, s.wait_half, wait,
                     s.late, s.late_half, late);
        assert_true(s.wait_half < 0.08 * wait);   /* so that it could have failed */
    }
}

static void waits_of_fixed_work_are_pollaczeks_and_khinchines(void **state)
{
    for (double rho = 0.3; rho < 0.85; rho += 0.25) {
        double mu = 2, wait = rho / (2 * mu * (1 - rho));
        estimate s = steady(rho * mu, mu, 1, SIM_FIXED, 1);
        if (fabs(s.wait - wait) > s.wait_half + 0.01 * wait)
            fail_msg("M/D/1 at %g: wait %g +- %g instead of %g", rho, s.wait, s.wait_half, wait);
        assert_true(s.wait_half < 0.05 * wait);
    }
}

/* ---- the flow ---- */

static trace of(double *arrivals, size_t n, double step_s)
{
    return (trace){ .arrivals = arrivals, .n = n, .step_s = step_s };
}

static void a_burst_waits_as_reckoned_by_hand(void **state)
{
    /* 600 units in the first minute, a worker does 5 a second: 300 wait after a minute and are done after another. The last
     * unit that came, at 60 s, is begun at 120 s; the one that came at x s is begun at 2 x. Later than 20 s: x > 20, 400 units. */
    double a[] = { 600, 0, 0, 0 };
    trace t = of(a, 4, 60);
    sim_conditions c = { .rate = 5, .price = 2, .limit_s = 20, .first = 1 };
    sim_result r = run_constant(&t, c, 1);
    assert_true(fabs(r.late - 400) < 1e-6 && fabs(r.arrived - 600) < 1e-9);
    assert_true(fabs(r.max_wait_s - 60) < 1e-6 && fabs(r.mean_wait_s - 30) < 1e-6);
    assert_true(fabs(r.worker_hours - 5.0 / 60) < 1e-9 && fabs(r.cost - 10.0 / 60) < 1e-9);
    assert_true(fabs(r.utilisation - 120.0 / 300) < 1e-9 && fabs(r.makespan_s - 120) < 1e-9);
    /* With a limit of 90 s none is; with none at all, every unit but the first. */
    c.limit_s = 90;
    assert_true(run_constant(&t, c, 1).late == 0);
    c.limit_s = 0;
    assert_true(fabs(run_constant(&t, c, 1).late - 600) < 1e-6);
    /* What is left behind the trace is late too: 60 s of a quarter of the work done. */
    double b[] = { 600 };
    t = of(b, 1, 60);
    c = (sim_conditions){ .rate = 2.5, .price = 1, .limit_s = 60 };
    assert_true(fabs(run_constant(&t, c, 1).late - (600 - 200)) < 1e-6);   /* begun at 4 x: x > 20 */
}

/* Late work, reckoned unit by unit in short time. */
static void lateness_is_what_following_each_unit_gives(void **state)
{
    chance luck = chance_of(5, 1);
    for (int round = 0; round < 30; round++) {
        enum { N = 12, PARTS = 4000 };
        double a[N], limit = 10 + 200 * chance_unit(&luck);
        for (int i = 0; i < N; i++)
            a[i] = floor(900 * chance_unit(&luck) * chance_unit(&luck));
        trace t = of(a, N, 60);
        sim_conditions c = { .rate = 1, .price = 1, .limit_s = limit };
        sim_result r = run_constant(&t, c, 4);
        double came = 0, done = 0, late = 0, dt = 60.0 / PARTS, total = r.arrived;
        /* Walk through time; what is due at x is what came by x - limit. */
        for (size_t k = 0; k < sim_steps(&t, &c) * PARTS; k++) {
            double x = ((double)k + 1) * dt, due_x = x - limit, due = 0;
            came = 0;
            for (int i = 0; i < N; i++) {
                came += a[i] * fmin(1, fmax(0, x / 60 - i));
                due += a[i] * fmin(1, fmax(0, due_x / 60 - i));
            }
            done = fmin(came, done + 4 * dt);
            double before = 0;
            for (int i = 0; i < N; i++)
                before += a[i] * fmin(1, fmax(0, (due_x - dt) / 60 - i));
            if (done < due)
                late += due - before;
        }
        if (fabs(late - r.late) > 2e-3 * total + 1)
            fail_msg("round %d: %g late instead of %g of %g", round, r.late, late, total);
    }
}

typedef struct list {
    const size_t *wanted;
    size_t n;
} list;

static size_t next_of(void *ctx, const sim_view *v)
{
    list *l = ctx;
    return l->wanted[v->t < l->n ? v->t : l->n - 1];
}

static void workers_start_late_are_paid_at_once_and_go_newest_first(void **state)
{
    double a[8] = { 0 }, ready[8], wanted[8];
    trace t = of(a, 8, 3600);
    sim_conditions c = { .rate = 1, .price = 3, .scale_price = 0.5, .startup = 2, .min = 1, .max = 4, .first = 1 };
    const size_t w[] = { 1, 3, 3, 2, 2, 9, 1, 1 };
    list l = { w, 8 };
    sim_policy p = { .step = next_of, .ctx = &l };
    sim_result r = run(&t, &c, &p, &(sim_record){ .wanted = wanted, .ready = ready });
    const double expect_wanted[] = { 1, 3, 3, 2, 2, 4, 1, 1 }, expect_ready[] = { 1, 1, 1, 2, 2, 2, 1, 1 };
    for (int i = 0; i < 8; i++) {
        assert_true(wanted[i] == expect_wanted[i]);
        assert_true(ready[i] == expect_ready[i]);
    }
    assert_int_equal(r.started, 4);
    assert_int_equal(r.scalings, 4);
    assert_int_equal(r.peak, 4);
    assert_true(r.worker_hours == 17 && r.cost == 17 * 3 + 4 * 0.5);
}

static void losses_are_as_many_as_told_and_the_same_for_all(void **state)
{
    trace t;
    assert_int_equal(trace_make(&t, "steady", 10000, 60, 5, 1, &err), 0);
    sim_conditions c = { .rate = 1, .price = 1, .startup = 3, .interruptions = 0.2, .failures = 0.1, .limit_s = 60, .seed = 9 };
    sim_result r = run_constant(&t, c, 20);
    double ready_hours = 10000.0 / 60 * 20, expect = 0.3 * ready_hours;   /* less the few that start again */
    assert_true(fabs((double)r.lost - expect) < 4 * sqrt(expect) + 0.02 * expect);
    sim_result again = run_constant(&t, c, 20);
    assert_memory_equal(&r, &again, sizeof r);
    c.seed = 10;
    assert_true(run_constant(&t, c, 20).lost != r.lost);
    assert_true(fabs(r.worker_hours - (double)sim_steps(&t, &c) / 60 * 20) < 1e-6);
    trace_free(&t);
}

/* ---- policies ---- */

static sim_result run_made(sim_make *make, const trace *t, const sim_conditions *c)
{
    sim_policy p;
    if (make(&p, t, c, &err) < 0)
        fail_msg("%s", err.text);
    sim_result r = run(t, c, &p, NULL);
    sim_policy_free(&p);
    return r;
}

static void static_is_the_least_that_is_enough(void **state)
{
    trace t;
    assert_int_equal(trace_make(&t, "bursty", 2000, 60, 50, 3, &err), 0);
    sim_conditions c = { .rate = 5, .price = 1, .limit_s = 60, .late_allowed = 0.01, .seed = 1 };
    sim_policy p;
    assert_int_equal(policy_static(&p, &t, &c, &err), 0);
    size_t n = p.step(p.ctx, &(sim_view){ 0 });
    sim_policy_free(&p);
    assert_true(run_constant(&t, c, n).late_share <= 0.01);
    assert_true(run_constant(&t, c, n - 1).late_share > 0.01);
    trace_free(&t);
}

/* What the rule says for so many workers, each busy this much, after `before` looks at the same. */
static size_t hpa_after(const double *busy, size_t looks, size_t ready, size_t starting, double step_s)
{
    trace t = { .step_s = step_s };
    sim_policy p;
    assert_int_equal(policy_hpa(&p, &t, &(sim_conditions){ 0 }, &err), 0);
    size_t n = 0;
    for (size_t i = 0; i < looks; i++)
        n = p.step(p.ctx, &(sim_view){ .step_s = step_s, .ready = ready, .was_ready = ready, .starting = starting,
                                       .busy_s = busy[i] * step_s * (double)ready });
    sim_policy_free(&p);
    return n;
}

static void the_autoscaler_does_as_documented(void **state)
{
    /* Target 0.7: within 10% nothing; ceil(ready * metric / target). */
    assert_int_equal(hpa_after((double[]){ 0.76 }, 1, 10, 0, 60), 10);
    assert_int_equal(hpa_after((double[]){ 0.64 }, 1, 10, 0, 60), 10);
    assert_int_equal(hpa_after((double[]){ 0.84 }, 1, 10, 0, 60), 12);
    assert_int_equal(hpa_after((double[]){ 0.5 }, 1, 10, 0, 60), 8);
    /* Down to the most that was wanted in 300 s: five looks back count, the sixth does not. */
    assert_int_equal(hpa_after((double[]){ 0.84, 0.35, 0.35, 0.35, 0.35, 0.35 }, 6, 10, 0, 60), 10);
    assert_int_equal(hpa_after((double[]){ 0.84, 0.35, 0.35, 0.35, 0.35, 0.35, 0.35 }, 7, 10, 0, 60), 5);
    /* Pods that start count as idle: 10 of 14 busy is 0.71 of target 0.7 and within 10%. */
    assert_int_equal(hpa_after((double[]){ 1 }, 1, 10, 4, 60), 14);
    assert_int_equal(hpa_after((double[]){ 1 }, 1, 10, 2, 60), 15);
    /* 15 s allow four more or twice as many; in shorter steps it looks every 15 s. */
    assert_int_equal(hpa_after((double[]){ 1 }, 1, 1, 0, 15), 2);
    assert_int_equal(hpa_after((double[]){ 0.9, 0.9, 0.9 }, 3, 10, 0, 5), 10);
    assert_int_equal(hpa_after((double[]){ 0.9, 0.9, 0.9, 0.9 }, 4, 10, 0, 5), 13);
}

static void ds2_takes_one_step_to_where_it_has_to_be(void **state)
{
    double a[30];
    for (int i = 0; i < 30; i++)
        a[i] = i < 5 ? 600 : 3000;
    trace t = of(a, 30, 60);
    sim_conditions c = { .rate = 1, .price = 1, .limit_s = 1e4, .first = 10, .startup = 0 };
    double wanted[400];
    sim_policy p;
    assert_int_equal(policy_ds2(&p, &t, &c, &err), 0);
    run(&t, &c, &p, &(sim_record){ .wanted = wanted });
    sim_policy_free(&p);
    assert_true(wanted[4] == 10 && wanted[5] == 10);
    assert_true(wanted[6] == 90);      /* 50 for what comes, 40 for what waits */
    assert_true(wanted[8] == 50 && wanted[20] == 50);
}

/* ---- the optimum ---- */

/* The least of cost and priced lateness over all runs, by trying them. */
static double by_trying(const trace *t, const sim_conditions *c, double late_price, size_t n)
{
    size_t w[8] = { 0 };
    double least = INFINITY;
    list l = { w, n };
    sim_policy p = { .step = next_of, .ctx = &l };
    for (;;) {
        sim_result r = run(t, c, &p, NULL);
        if (r.cost + late_price * r.late < least)
            least = r.cost + late_price * r.late;
        size_t i = 0;
        while (i < n && w[i] == c->max)
            w[i++] = c->min;
        if (i == n)
            return least;
        w[i]++;
    }
}

static void the_program_finds_what_trying_all_finds(void **state)
{
    chance luck = chance_of(7, 1);
    for (int round = 0; round < 24; round++) {
        enum { N = 6 };
        double a[N];
        for (int i = 0; i < N; i++)
            a[i] = floor(4 * chance_unit(&luck));
        a[3] = 3;
        trace t = of(a, N, 3600);
        sim_conditions c = { .rate = 1.0 / 3600, .price = 1, .max = 3, .first = 1 + (size_t)round % 2, .startup = (size_t)round % 3,
                             .scale_price = round % 4 == 1 ? 0.7 : 0, .limit_s = round % 2 ? 3600 : 0 };
        size_t wanted[16], steps = sim_steps(&t, &c);
        double late_price = (double[]){ 0.3, 1.2, 5, 1000 }[round / 3 % 4];
        assert_int_equal(clairvoyant_priced(wanted, &t, &c, c.rate, late_price, &err), 0);
        list l = { wanted, steps };
        sim_result r = run(&t, &c, &(sim_policy){ .step = next_of, .ctx = &l }, NULL);
        double got = r.cost + late_price * r.late, least = by_trying(&t, &c, late_price, steps);
        if (fabs(got - least) > 1e-6 * least)
            fail_msg("round %d: %.9g instead of %.9g", round, got, least);
    }
}

static void nothing_is_cheaper_than_the_optimum(void **state)
{
    static const char *const kinds[] = { "diurnal", "bursty", "trending" };
    for (size_t k = 0; k < 3; k++) {
        trace t;
        assert_int_equal(trace_make(&t, kinds[k], 1440, 60, 40, 11, &err), 0);
        sim_conditions c = { .rate = 5, .price = 0.1, .startup = 2, .limit_s = 60, .min = 1, .late_allowed = 0.01, .seed = 1 };
        sim_result best = run_made(policy_clairvoyant, &t, &c), fixed = run_made(policy_static, &t, &c), hpa = run_made(policy_hpa, &t, &c);
        assert_true(best.late_share <= 0.01);
        assert_true(best.cost < fixed.cost);
        /* At the lateness of the rule, too. */
        c.late_allowed = hpa.late_share;
        best = run_made(policy_clairvoyant, &t, &c);
        assert_true(best.late_share <= hpa.late_share && best.cost < hpa.cost);
        /* No cheaper than the work itself would be if all workers were busy all the time. */
        assert_true(best.cost >= 0.1 / 3600 / 5 * best.arrived * (1 - c.late_allowed) * 0.98);
        trace_free(&t);
    }
}

/* ---- traces ---- */

static void made_traces_have_their_mean_and_their_kind(void **state)
{
    trace t, again;
    assert_int_equal(trace_make(&t, "diurnal", 10080, 60, 40, 1, &err), 0);
    assert_int_equal(trace_make(&again, "diurnal", 10080, 60, 40, 1, &err), 0);
    assert_memory_equal(t.arrivals, again.arrivals, t.n * sizeof *t.arrivals);
    assert_true(fabs(trace_mean_rate(&t) / 40 - 1) < 0.1);
    assert_true(trace_peak(&t) / 60 > 60);
    trace_free(&t);
    trace_free(&again);
    assert_int_equal(trace_make(&t, "bursty", 10080, 60, 40, 1, &err), 0);
    assert_true(fabs(trace_mean_rate(&t) / 40 - 1) < 0.3 && trace_peak(&t) / 60 > 150);
    trace_free(&t);
    assert_int_equal(trace_make(&t, "trending", 10080, 60, 40, 1, &err), 0);
    double first = 0, last = 0;
    for (size_t i = 0; i < 1440; i++) {
        first += t.arrivals[i];
        last += t.arrivals[t.n - 1 - i];
    }
    assert_true(last / first > 2.5 && last / first < 4);
    trace_free(&t);
    assert_int_equal(trace_make(&t, "odd", 10, 60, 1, 1, &err), -1);
    assert_non_null(strstr(err.text, "'odd'"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_of_exponential_work_are_erlangs),
        cmocka_unit_test(waits_of_fixed_work_are_pollaczeks_and_khinchines),
        cmocka_unit_test(a_burst_waits_as_reckoned_by_hand),
        cmocka_unit_test(lateness_is_what_following_each_unit_gives),
        cmocka_unit_test(workers_start_late_are_paid_at_once_and_go_newest_first),
        cmocka_unit_test(losses_are_as_many_as_told_and_the_same_for_all),
        cmocka_unit_test(static_is_the_least_that_is_enough),
        cmocka_unit_test(the_autoscaler_does_as_documented),
        cmocka_unit_test(ds2_takes_one_step_to_where_it_has_to_be),
        cmocka_unit_test(the_program_finds_what_trying_all_finds),
        cmocka_unit_test(nothing_is_cheaper_than_the_optimum),
        cmocka_unit_test(made_traces_have_their_mean_and_their_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
