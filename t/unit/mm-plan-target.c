/* Targets of mm-plan: texts are quoted for the language they stand in. With a name of a target as argument,
 * and a schedule, this prints the definition of a small plan: what the scripts run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target.h"
#include "task.h"
#include "view.h"

static void same(mm_buf *b, const char *want)
{
    mm_buf_byte(b, 0);
    assert_false(b->failed);
    assert_string_equal(b->p, want);
    mm_buf_free(b);
}

static void shell_texts_are_quoted(void **state)
{
    mm_buf b = { 0 };
    quote_shell(&b, MM_STR("it's $HOME `x` \"y\" \\"));
    same(&b, "'it'\\''s $HOME `x` \"y\" \\'");
}

static void yaml_strings_hold_no_line_ends_of_yaml(void **state)
{
    mm_buf b = { 0 };
    quote_json(&b, MM_STR("a\"b\n\x7f\xc2\x85\xe2\x80\xa8\xef\xbb\xbf\xe2\x82\xac"));
    same(&b, "\"a\\\"b\\n\\u007f\\u0085\\u2028\\ufeff\xe2\x82\xac\"");
}

static void slugs_are_names_for_every_engine(void **state)
{
    char s[SLUG_ROOM];
    slug(s, "j1-", "Probe+redact  it.");
    assert_string_equal(s, "j1-probe-redact-it");
    slug(s, "j1-", "+++");
    assert_string_equal(s, "j1");
    slug(s, "j12-", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    assert_int_equal(strlen(s), SLUG_ROOM - 1);
}

/* Two jobs: what is in `in` is found, cut in three; and counted in one. */
static const char *machine = "local";
static plan example(job *jobs, job_stage *stage, size_t *after)
{
    stage[0] = (job_stage){ .name = "read", .command = "mm-ingest -i {in}" };
    stage[1] = (job_stage){ .name = "it's $(find)", .command = "mm-select --project 'mm.src' 'mm.size > 0'" };
    stage[2] = (job_stage){ .name = "count", .command = "  sort -- {in} # $$ and 'in'\n" };
    jobs[0] = (job){ .name = "read+find", .stage = stage, .n_stages = 2, .reads = "in it's $HOME #1", .writes = "found", .shards = 3,
                     .parallel = 2, .cores = 1, .memory_bytes = 64 << 20, .machine = machine, .region = "us-east-1", .purchase = "spot", .time_s = { 10, 8, 12 }, .checkpoint_s = 3, .resumable = true };
    *after = 0;
    jobs[1] = (job){ .name = "count", .stage = stage + 2, .n_stages = 1, .after = after, .n_after = 1, .reads = "found",
                     .writes = "sum", .shards = 1, .parallel = 1, .cores = 1, .memory_bytes = 64 << 20,
                     .machine = strcmp(machine, "local") == 0 ? machine : "n2-standard-8 ${x}", .region = "us-central1", .purchase = "on-demand",
                     .time_s = { 2, 1, 3 }, .start_s = 10, .resumable = true };
    static plan_step steps[] = { { 0, { 600, 500, 700 }, 1 }, { 3600, { 6000, 5000, 7000 }, 4 }, { 7200, { 6100, 5000, 7000 }, 4 },
                                 { 10800, { 1200, 900, 1500 }, 2 }, { 14400, { 600, 500, 700 }, 1 } };
    return (plan){ .step = steps, .n_steps = 5, .step_s = 3600, .partitions = 6, .pipeline = "example", .digest = "0123456789abcdef0123456789abcdef", .jobs = jobs, .n_jobs = 2, .deadline_s = NAN,
                   .currency = "" };
}

static void pieces_follow_checkpoints(void **state)
{
    job jobs[2];
    job_stage stage[3];
    size_t after;
    plan p = example(jobs, stage, &after);
    assert_int_equal(job_pieces(&p, 0), 2);   /* two rounds of 5 s each, a checkpoint after 3 */
    assert_int_equal(job_pieces(&p, 1), 1);
    jobs[0].checkpoint_s = 0.1;
    assert_int_equal(job_pieces(&p, 0), 64);
    jobs[0].checkpoint_s = 1e-9;
    assert_int_equal(job_pieces(&p, 0), 128);
    jobs[0].resumable = false;
    assert_int_equal(job_pieces(&p, 0), 1);
}

static int print(const char *target, const char *schedule)
{
    job jobs[2];
    job_stage stage[3];
    size_t after;
    mm_buf b = { 0 };
    mm_err e = { 0 };
    target_opts o = TARGET_DEFAULTS;
    o.start = "23:30";
    o.schedule = schedule;
    plan p = example(jobs, stage, &after);
    reason why[] = { { "order", "why <b> & not", "none" } };
    p.reasons = why;
    p.n_reasons = 1;
    if (strcmp(target, "view") == 0)
        view_put(&b, &p);
    else if (target_put(&b, target, &p, &o, &e) < 0) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    fwrite(b.p, 1, b.n, stdout);
    mm_buf_free(&b);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shell_texts_are_quoted),
        cmocka_unit_test(yaml_strings_hold_no_line_ends_of_yaml),
        cmocka_unit_test(slugs_are_names_for_every_engine),
        cmocka_unit_test(pieces_follow_checkpoints),
    };
    if (argc > 1) {
        machine = strcmp(argv[1], "make") == 0 || strcmp(argv[1], "slurm") == 0 ? "local" : "c7g.2xlarge # \"big\"";
        return print(argv[1], argc > 2 ? argv[2] : NULL);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
