/* A plan goes to JSON and comes back as it was. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "plan.h"

static char file[] = "/tmp/mm-plan-json-XXXXXX";

static void save(const mm_buf *b)
{
    FILE *f = fopen(file, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(b->p, 1, b->n, f), b->n);
    fclose(f);
}

static void comes_back(void **state)
{
    job_stage stage[] = { { "a", "a \"quoted\" 'command'\n{in}", { 1.5, 0.25, 1e9 }, { 1e8, 5e7, 2e8 }, 10, 1e12 },
                          { "b", "b {out}", { 0.1, 0, INFINITY }, { 1, 1, 1 }, NAN, 0 } };
    size_t after[] = { 0 };
    job jobs[] = { { "a+b", stage, 2, NULL, 0, "in/*.jpg", NULL, 7, 3, 4, 1.5e9, "m7i.xlarge", "us-east-1", "spot", 0.2, 0.01, 60, { 3, 2, 4 }, 0,
                     MM_MONEY_ONE / 3, true },
                   { "b", stage + 1, 1, after, 1, NULL, "out", 1, 1, 2, 1, "local", "any", "on-demand", 0, 0, 0, { 3, 2, 4 }, 3, 0, false } };
    plan_step step[] = { { 0, { 10, 5, 20 }, 3 }, { 60, { 11, 6, 21 }, 4 } };
    reason reasons[] = { { "order", "b after a: \u00fcber", NULL }, { "shards", "7", "8 would take longer" } };
    plan p = { "x", "00ff", FASTEST, 0.9, jobs, 2, step, 2, 60, 8, { 6, 4, 8 }, NAN, 0.97, -MM_MONEY_ONE, 12, "USD", reasons, 2, NULL };
    mm_buf first = { 0 }, second = { 0 };
    mm_err e = { 0 };
    plan_put(&first, &p);
    assert_int_equal(mm_json_check(mm_buf_view(&first), 0, NULL, &e), 0);
    save(&first);
    plan *back = plan_load(file, &e);
    assert_string_equal(e.text, "");
    assert_non_null(back);
    plan_put(&second, back);
    mm_buf_byte(&first, 0);
    mm_buf_byte(&second, 0);
    assert_string_equal(first.p, second.p);
    assert_true(back->cost == -MM_MONEY_ONE && back->cost_high == 12 && back->jobs[0].cost == MM_MONEY_ONE / 3);
    assert_true(isnan(back->deadline_s) && back->jobs[1].after[0] == 0 && back->reasons[0].next == NULL);
    plan_free(back);
    mm_buf_free(&first);
    mm_buf_free(&second);
}

static void is_refused(void **state)
{
    static const char *const bad[] = { "{}", "[1]", "{\"version\": 2}", "{\"version\": 1, \"pipeline\": 3}" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        mm_buf b = { 0 };
        mm_err e = { 0 };
        mm_buf_str(&b, mm_str_of(bad[i]));
        save(&b);
        assert_null(plan_load(file, &e));
        assert_int_equal(e.code, MM_EUSAGE);
        mm_buf_free(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(comes_back), cmocka_unit_test(is_refused) };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    int fd = mkstemp(file);
    if (fd < 0)
        return 1;
    close(fd);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(file);
    return failed;
}
