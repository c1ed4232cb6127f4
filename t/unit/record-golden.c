/* The golden vectors of t/data, byte for byte, both ways. Run from the project's folder. */
#include "record.h"

#include <fcntl.h>

static mm_buf vector(const char *name)
{
    char path[100];
    snprintf(path, sizeof path, "t/data/%s", name);
    int fd = open(path, O_RDONLY);
    if (fd < 0)
        skip();
    mm_buf b = content_of(fd);
    close(fd);
    return b;
}

static void assert_becomes(const char *from, const mm_write_opts *o, const char *to)
{
    mm_buf in = vector(from), want = vector(to);
    mm_buf got = through(mm_buf_view(&in), NULL, o);
    assert_bytes(mm_buf_view(&got), mm_buf_view(&want));
    mm_buf_free(&got);
    mm_buf_free(&want);
    mm_buf_free(&in);
}

static void written(void **state)
{
    mm_write_opts mmr = { .form = MM_FORM_MMR };
    assert_becomes("tiny.ndjson", &mmr, "tiny.mmr");
    assert_becomes("record.ndjson", &mmr, "record.mmr");
    assert_becomes("record.mmr", &mmr, "record.mmr");
    assert_becomes("record.mmr.zst", &mmr, "record.mmr");
}

static void read_back(void **state)
{
    assert_becomes("tiny.mmr", NULL, "tiny.ndjson");
    assert_becomes("record.mmr", NULL, "record.ndjson");
    assert_becomes("record.mmr.zst", NULL, "record.ndjson");
}

static void found_by_number(void **state)
{
    mm_buf in = vector("record.mmr.zst");
    memory_file f = file_of(mm_buf_view(&in));
    const char *names[] = { f.name };
    mm_err e = { 0 };
    mm_reader *r = mm_reader_open(names, 1, NULL, &e);
    mm_batch *b = mm_batch_new();
    assert_int_equal(mm_reader_seek(r, 1, &e), 0);
    assert_int_equal(mm_reader_next(r, b, &e), 1);
    assert_bytes(b->rec[0].payload, MM_STR("hello"));
    mm_str payload;
    assert_int_equal(mm_payload(&b->rec[0], NULL, b->arena, &payload, &e), 1);
    assert_bytes(payload, MM_STR("hello"));
    mm_batch_free(b);
    mm_reader_close(r);
    close(f.fd);
    mm_buf_free(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written),
        cmocka_unit_test(read_back),
        cmocka_unit_test(found_by_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
