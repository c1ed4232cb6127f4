/* Ways picked under a deadline beside all combinations there are, where too many for the planner to look at all of them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "choose.h"

enum { JOBS = 7, WAYS = 4, CASES = 25 };   /* 16384 combinations */

static uint64_t seed = 3;

static double uniform(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (double)(seed >> 11) / 9007199254740992.0;
}

typedef struct made {
    segment segment[JOBS];
    segments all;
    ways ways[JOBS];
    way way[JOBS][WAYS];
    size_t after[JOBS][JOBS], stage[1];
    offer on;
    pipeline p;
} made;

/* A graph of jobs, each with ways that get dearer and faster. */
static void make(made *m)
{
    memset(m, 0, sizeof *m);
    m->on = (offer){ .machine = "m", .region = "r", .purchase = "on-demand", .cores = 1 };
    m->p = (pipeline){ .goal = CHEAPEST, .confidence = 0.9, .deadline_s = NAN };
    m->all = (segments){ .v = m->segment, .n = JOBS };
    for (size_t i = 0; i < JOBS; i++) {
        m->segment[i] = (segment){ .name = "s", .stage = m->stage, .n = 1, .after = m->after[i] };
        for (size_t k = 0; k < i; k++)
            if (uniform() < 0.4)
                m->segment[i].after[m->segment[i].n_after++] = k;
        double time = 100 + 900 * uniform(), cost = 0.1 + uniform();
        for (size_t k = 0; k < WAYS; k++) {
            m->way[i][k] = (way){ .on = &m->on, .shards = 1, .parallel = 1, .cores = 1, .machines = 1, .time = { time, 0.1 * time, 8 }, .cost = cost };
            time *= 0.4 + 0.4 * uniform();
            cost *= 1.1 + uniform();
        }
        m->ways[i] = (ways){ .v = m->way[i], .n = WAYS };
    }
}

/* The least cost with which it is on time; INFINITY: never. */
static double least(const made *m, mm_arena *a)
{
    size_t pick[JOBS] = { 0 };
    double best = INFINITY;
    mm_err e = { 0 };
    for (size_t turn = 0; turn < 1u << 2 * JOBS; turn++) {
        timing t;
        for (size_t i = 0; i < JOBS; i++)
            pick[i] = turn >> 2 * i & 3;
        mm_arena_reset(a);
        assert_int_equal(timing_make(&t, &m->p, &m->all, m->ways, pick, a, &e), 0);
        if (t.p_on_time >= m->p.confidence)
            best = fmin(best, t.cost);
    }
    return best;
}

static void is_near_the_best(void **state)
{
    mm_arena *a = mm_arena_new(), *b = mm_arena_new();
    double sum = 0;
    int exact = 0;
    for (int turn = 0; turn < CASES; turn++) {
        made m;
        size_t pick[JOBS] = { 0 }, slow[JOBS] = { 0 }, fast[JOBS];
        timing t, low, high;
        mm_err e = { 0 };
        make(&m);
        for (size_t i = 0; i < JOBS; i++)
            fast[i] = WAYS - 1;
        assert_int_equal(timing_make(&low, &m.p, &m.all, m.ways, slow, b, &e), 0);
        assert_int_equal(timing_make(&high, &m.p, &m.all, m.ways, fast, b, &e), 0);
        m.p.deadline_s = 1.2 * high.time.mean + (0.1 + 0.8 * uniform()) * (low.time.mean - 1.2 * high.time.mean);
        double best = least(&m, a);
        assert_int_equal(choose(&m.p, &m.all, m.ways, pick, &t, b, &e), 0);
        assert_true(t.p_on_time >= m.p.confidence && t.cost >= best * (1 - 1e-9));
        assert_true(t.cost <= best * 1.15);
        sum += t.cost / best;
        exact += t.cost <= best * (1 + 1e-9);
    }
    assert_true(sum / CASES < 1.03);
    assert_true(exact >= CASES / 2);
    mm_arena_free(a);
    mm_arena_free(b);
}

/* Machines at once are limited: jobs that need not wait for each other do. */
static void machines_are_waited_for(void **state)
{
    mm_arena *a = mm_arena_new();
    made m;
    size_t pick[JOBS] = { 0 };
    mm_err e = { 0 };
    timing t;
    double sum = 0;
    make(&m);
    for (size_t i = 0; i < JOBS; i++) {
        m.segment[i].n_after = 0;
        sum += m.way[i][0].time.mean;
    }
    m.p.max_workers = 1;
    assert_int_equal(timing_make(&t, &m.p, &m.all, m.ways, pick, a, &e), 0);
    assert_true(fabs(t.time.mean - sum) < 1e-6 * sum);
    m.p.max_workers = JOBS;
    assert_int_equal(timing_make(&t, &m.p, &m.all, m.ways, pick, a, &e), 0);
    assert_true(t.time.mean < sum / 2);
    mm_arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(is_near_the_best), cmocka_unit_test(machines_are_waited_for) };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
