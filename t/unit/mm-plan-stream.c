/* Workers, partitions and groups of a stream over the day behind its history. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <math.h>

#include "stream.h"
#include "trace.h"

static char file[] = "stream-unit-XXXXXX";

/* Ten days of minutes, a day's rhythm from 60 to 540 units a minute. */
static int begin(void **state)
{
    (void)state;
    int fd = mkstemp(file);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
    if (!f)
        return -1;
    fputs("timestamp,records\n", f);
    for (int i = 0; i < 10 * 1440; i++)
        fprintf(f, "2026-01-%02d %02d:%02d:00,%.0f\n", 1 + i / 1440, i / 60 % 24, i % 60, 300 - 240 * cos(2 * M_PI * i / 1440));
    return fclose(f);
}

static int end(void **state)
{
    (void)state;
    return unlink(file);
}

static pipeline of(size_t max)
{
    return (pipeline){ .goal = LATENCY, .latency_s = 60, .max_workers = max, .arrivals = { .file = file, .step_s = 60 } };
}

static void workers_follow_the_day(void **state)
{
    (void)state;
    plan out = { .confidence = 0.95, .arena = mm_arena_new() };
    pipeline p = of(0);
    stream_worker w = { 1, 120 };
    double hours;
    mm_err e;
    assert_int_equal(stream_fill(&out, &p, &w, &hours, &e), 0);
    assert_int_equal(out.n_steps, 96);
    assert_true(out.step_s == 900);
    for (size_t i = 0; i < 96; i++) {
        const plan_step *s = &out.step[i];
        double due = 300 - 240 * cos(2 * M_PI * ((double)i + 0.5) / 96);   /* a minute */
        assert_true(fabs(s->arrivals.mean / 15 - due) < 6);
        assert_true(s->arrivals.low <= s->arrivals.mean && s->arrivals.mean <= s->arrivals.high);
        assert_true((double)s->workers >= due / 60 && (double)s->workers <= due / 60 * 1.15 + 2);
        assert_true(s->workers <= out.partitions);
    }
    assert_true(hours < 24 * 5 * 1.35);   /* 24 hours of 5 workers are all the work */
    mm_arena_free(out.arena);
}

static void too_few_workers_are_told_with_how_many_are_missing(void **state)
{
    (void)state;
    plan out = { .confidence = 0.95, .arena = mm_arena_new() };
    pipeline p = of(6);
    stream_worker w = { 1, 120 };
    double hours;
    mm_err e;
    assert_int_equal(stream_fill(&out, &p, &w, &hours, &e), -1);
    assert_int_equal(e.code, MM_EUSAGE);
    assert_string_equal(e.text, "at most 6 workers are allowed, and 7 are needed for what is expected 7 hours from now: allow 1 more, or make the stages faster");
    mm_arena_free(out.arena);
}

static void no_worker_has_more_partitions_than_it_can_serve(void **state)
{
    (void)state;
    for (size_t partitions = 1; partitions <= 60; partitions++)
        for (double need = 0; need <= (double)partitions; need += 0.37) {
            size_t n = stream_group(need, partitions), busiest = (partitions + n - 1) / n;
            assert_true(n >= 1 && n <= partitions);
            assert_true((double)busiest * need / (double)partitions <= 1 + 1e-6);
            if (n > 1)   /* and one fewer could not */
                assert_true((double)((partitions + n - 2) / (n - 1)) * need / (double)partitions > 1 || need <= 1e-9);
        }
}

static void partitions_leave_room_and_share_evenly(void **state)
{
    (void)state;
    const double need[] = { 2, 3, 4, 6 };
    size_t p = stream_partitions(need, 4);
    assert_true(p >= 8);   /* a fifth more than 6 */
    for (size_t i = 0; i < 4; i++)
        assert_true((double)stream_group(need[i], p) <= need[i] + 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workers_follow_the_day),
        cmocka_unit_test(too_few_workers_are_told_with_how_many_are_missing),
        cmocka_unit_test(no_worker_has_more_partitions_than_it_can_serve),
        cmocka_unit_test(partitions_leave_room_and_share_evenly),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
