/* The account of a run, and the bytes each writer makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "govern/usage.h"

#define TRACEPARENT "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
#define POLICY "00112233445566778899aabbccddeeff"

static const char *const inputs[] = { "a \"b\".ndjson" };
static const char *const outputs[] = { "/data/out.mmr" };

static const mm_usage sample = {
    .tool = "mm-probe", .version = "0.1.0", .stage = NULL, .policy = POLICY, .traceparent = TRACEPARENT,
    .run = "f81d4fae7dec41d0a76500a0c91e6bf6", .in = 10, .out = 7, .dropped = 2, .bad = 1,
    .bytes_in = 1000, .bytes_out = 700, .start_ns = 1700000000123456789, .end_ns = 1700000001373456789,
    .wall_ns = 1250000000, .cpu_ns = 2000000001, .peak_rss = 1048576, .workers = 2, .status = 3, .cores = 4,
    .machine = "Some Processor", .inputs = inputs, .n_inputs = 1, .outputs = outputs, .n_outputs = 1,
};

static char folder[] = "/tmp/mm-usage-XXXXXX";
static char file[64], content[16384];

static int make_folder(void **state)
{
    if (!mkdtemp(folder))
        return -1;
    snprintf(file, sizeof(file), "%s/file", folder);
    return chdir(folder);
}

static int remove_folder(void **state)
{
    unlink(file);
    return rmdir(folder);
}

static int remove_file(void **state)
{
    unlink(file);
    return 0;
}

static const char *read_back(void)
{
    FILE *f = fopen(file, "r");
    assert_non_null(f);
    size_t n = fread(content, 1, sizeof(content) - 1, f);
    content[n] = '\0';
    fclose(f);
    return content;
}

static void takes_account(void **state)
{
    mm_usage u, v;
    setenv("TRACEPARENT", TRACEPARENT, 1);
    mm_usage_begin(&u, "mm-select", "0.1.0");
    mm_usage_begin(&v, "mm-select", "0.1.0");
    assert_string_equal(u.tool, "mm-select");
    assert_string_equal(u.traceparent, TRACEPARENT);
    assert_int_equal(strlen(u.run), 32);
    assert_int_equal(u.run[12], '4');
    assert_non_null(strchr("89ab", u.run[16]));
    assert_string_not_equal(u.run, v.run);
    assert_true(u.start_ns > 1700000000LL * 1000000000);
    assert_true(u.cores >= 1);
    assert_true(u.machine[0] != '\0');
    mm_usage_end(&u);
    assert_true(u.wall_ns > 0 && u.end_ns == u.start_ns + u.wall_ns);
    assert_true(u.peak_rss > 100000);
}

static void writes_a_ledger(void **state)
{
    mm_err e = { 0 };
    mm_usage u = sample;
    assert_int_equal(mm_ledger_append(file, &u, &e), 0);
    u.policy = u.traceparent = NULL;
    u.stage = "first";
    u.n_inputs = 0;
    assert_int_equal(mm_ledger_append(file, &u, &e), 0);
    assert_string_equal(read_back(),
        "{\"tool\":\"mm-probe\",\"version\":\"0.1.0\",\"stage\":\"mm-probe\","
        "\"run\":\"f81d4fae7dec41d0a76500a0c91e6bf6\",\"trace\":\"0af7651916cd43dd8448eb211c80319c\","
        "\"policy\":\"" POLICY "\",\"start\":\"2023-11-14T22:13:20.123456789Z\","
        "\"end\":\"2023-11-14T22:13:21.373456789Z\",\"wall_s\":1.250000000,\"cpu_s\":2.000000001,"
        "\"peak_rss_bytes\":1048576,\"workers\":2,\"status\":3,"
        "\"records\":{\"in\":10,\"out\":7,\"dropped\":2,\"bad\":1},\"bytes\":{\"in\":1000,\"out\":700},"
        "\"inputs\":[\"a \\\"b\\\".ndjson\"],\"outputs\":[\"/data/out.mmr\"],"
        "\"machine\":{\"cores\":4,\"model\":\"Some Processor\"}}\n"
        "{\"tool\":\"mm-probe\",\"version\":\"0.1.0\",\"stage\":\"first\","
        "\"run\":\"f81d4fae7dec41d0a76500a0c91e6bf6\",\"start\":\"2023-11-14T22:13:20.123456789Z\","
        "\"end\":\"2023-11-14T22:13:21.373456789Z\",\"wall_s\":1.250000000,\"cpu_s\":2.000000001,"
        "\"peak_rss_bytes\":1048576,\"workers\":2,\"status\":3,"
        "\"records\":{\"in\":10,\"out\":7,\"dropped\":2,\"bad\":1},\"bytes\":{\"in\":1000,\"out\":700},"
        "\"inputs\":[],\"outputs\":[\"/data/out.mmr\"],"
        "\"machine\":{\"cores\":4,\"model\":\"Some Processor\"}}\n");
}

static void replaces_metrics(void **state)
{
    mm_err e = { 0 };
    mm_usage u = sample;
    u.stage = "a\\b\"c\nd";
    assert_int_equal(mm_metrics_write(file, &sample, &e), 0);
    assert_int_equal(mm_metrics_write(file, &u, &e), 0);
    const char *text = read_back();
#define LABELS "{tool=\"mm-probe\",stage=\"a\\\\b\\\"c\\nd\""
    assert_ptr_equal(strstr(text, "# HELP mm_records_total Records by outcome: in is the sum of the others.\n"
                                  "# TYPE mm_records_total counter\n"
                                  "mm_records_total" LABELS ",outcome=\"in\"} 10\n"
                                  "mm_records_total" LABELS ",outcome=\"out\"} 7\n"
                                  "mm_records_total" LABELS ",outcome=\"dropped\"} 2\n"
                                  "mm_records_total" LABELS ",outcome=\"bad\"} 1\n"), text);
    assert_non_null(strstr(text, "mm_cpu_seconds_total" LABELS "} 2.000000001\n"));
    assert_non_null(strstr(text, "mm_build_info" LABELS ",version=\"0.1.0\"} 1\n"));
}

static void joins_a_trace(void **state)
{
    mm_err e = { 0 };
    assert_int_equal(mm_trace_write(file, &sample, &e), 0);
    const char *text = read_back();
    assert_non_null(strstr(text, "\"spans\":[{\"traceId\":\"0af7651916cd43dd8448eb211c80319c\","
                                 "\"spanId\":\"f81d4fae7dec41d0\",\"parentSpanId\":\"b7ad6b7169203331\","
                                 "\"flags\":1,\"name\":\"mm-probe\",\"kind\":1,"
                                 "\"startTimeUnixNano\":\"1700000000123456789\","
                                 "\"endTimeUnixNano\":\"1700000001373456789\",\"attributes\":["
                                 "{\"key\":\"mm.records.in\",\"value\":{\"intValue\":\"10\"}},"));
    assert_non_null(strstr(text, "\"status\":{\"code\":2,\"message\":\"exit status 3\"}}]}]}]}\n"));
}

static void begins_a_trace(void **state)
{
    mm_err e = { 0 };
    mm_usage u = sample;
    u.traceparent = "00-nonsense";
    u.status = 0;
    assert_int_equal(mm_trace_write(file, &u, &e), 0);
    const char *text = read_back();
    assert_non_null(strstr(text, "\"traceId\":\"f81d4fae7dec41d0a76500a0c91e6bf6\","
                                 "\"spanId\":\"f81d4fae7dec41d0\",\"name\":"));
    assert_non_null(strstr(text, "\"status\":{\"code\":1}}"));
}

static void reads_trace_contexts(void **state)
{
    static const char *const bad[] = {
        "", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x",
    };
    mm_trace_id id;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        assert_int_equal(mm_trace_id_parse(bad[i], &id), -1);
    assert_int_equal(mm_trace_id_parse(NULL, &id), -1);
    assert_int_equal(mm_trace_id_parse(TRACEPARENT, &id), 0);
    assert_string_equal(id.trace, "0af7651916cd43dd8448eb211c80319c");
    assert_string_equal(id.parent, "b7ad6b7169203331");
    assert_int_equal(id.flags, 1);
    assert_int_equal(mm_trace_id_parse("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what", &id), 0);
}

static void tells_lineage(void **state)
{
    static const char *const in[] = { "-", "sub/a.ndjson", "./b.ndjson", "kafka://broker:9092/topic" };
    mm_err e = { 0 };
    mm_usage u = sample;
    assert_int_equal(mm_lineage_write(file, &u, MM_RUN_START, &e), 0);
    const char *text = read_back();
    assert_non_null(strstr(text, "{\"eventType\":\"START\",\"eventTime\":\"2023-11-14T22:13:20.123456789Z\","));
    assert_non_null(strstr(text, "\"runId\":\"f81d4fae-7dec-41d0-a765-00a0c91e6bf6\""));
    assert_null(strstr(text, "rowCount"));
    remove_file(NULL);
    assert_int_equal(mm_lineage_write(file, &u, MM_RUN_COMPLETE, &e), 0);
    text = read_back();
    assert_non_null(strstr(text, "\"outputs\":[{\"namespace\":\"file\",\"name\":\"/data/out.mmr\","
                                 "\"outputFacets\":{\"outputStatistics\":{"));
    assert_non_null(strstr(text, "\"rowCount\":7,\"size\":700}}}]}\n"));
    remove_file(NULL);
    u.inputs = in;
    u.n_inputs = 4;
    assert_int_equal(mm_lineage_write(file, &u, MM_RUN_FAIL, &e), 0);
    text = read_back();
    char want[512];
    snprintf(want, sizeof(want), "\"inputs\":[{\"namespace\":\"file\",\"name\":\"%s/sub/a.ndjson\"},"
             "{\"namespace\":\"file\",\"name\":\"%s/b.ndjson\"},"
             "{\"namespace\":\"kafka://broker:9092\",\"name\":\"topic\"}],", folder, folder);
    assert_non_null(strstr(text, want));
    assert_non_null(strstr(text, "\"message\":\"exit status 3\""));
}

static void says_what_it_can_not_write(void **state)
{
    mm_err e = { 0 };
    assert_int_equal(mm_ledger_append("missing/file", &sample, &e), -1);
    assert_int_equal(e.code, MM_ESYS);
    assert_string_equal(e.text, "missing/file: No such file or directory");
    assert_int_equal(mm_metrics_write("missing/file", &sample, &e), -1);
    assert_string_equal(e.text, "missing/file: No such file or directory");
    assert_int_equal(mm_trace_write("/dev/full", &sample, &e), -1);
    assert_string_equal(e.text, "/dev/full: No space left on device");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_account),
        cmocka_unit_test_teardown(writes_a_ledger, remove_file),
        cmocka_unit_test_teardown(replaces_metrics, remove_file),
        cmocka_unit_test_teardown(joins_a_trace, remove_file),
        cmocka_unit_test_teardown(begins_a_trace, remove_file),
        cmocka_unit_test(reads_trace_contexts),
        cmocka_unit_test_teardown(tells_lineage, remove_file),
        cmocka_unit_test(says_what_it_can_not_write),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
