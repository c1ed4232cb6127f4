/* Random access by record number, plain and in seekable zstd, over one stream or several. */
#include "record.h"

static mm_buf rows(int from, int n)
{
    mm_buf b = { 0 };
    for (int i = from; i < from + n; i++)
        mm_buf_printf(&b, "{\"i\":%d}\n", i);
    return b;
}

/* The reader over f stands at record `number`, and goes on from there to the end. */
static void assert_finds(mm_reader *r, mm_batch *b, uint64_t number, uint64_t total)
{
    mm_err e = { 0 };
    char want[32];
    int got;
    assert_int_equal(mm_reader_seek(r, number, &e), 0);
    for (uint64_t at = number; (got = mm_reader_next(r, b, &e)) != 0;) {
        assert_int_equal(got, 1);
        snprintf(want, sizeof want, "{\"i\":%llu}", (unsigned long long)at);
        assert_bytes(b->rec[0].head, mm_str_of(want));
        assert_int_equal(b->rec[0].number, at);
        assert_int_equal(b->rec[0].position, at + 1);
        at += b->n;
        number = at;
    }
    assert_int_equal(number, total);
}

static void assert_seeks(mm_str content, uint64_t total)
{
    memory_file f = file_of(content);
    const char *names[] = { f.name };
    mm_err e = { 0 };
    mm_reader *r = mm_reader_open(names, 1, NULL, &e);
    mm_batch *b = mm_batch_new();
    const uint64_t numbers[] = { 0, 1, 65535, 65536, 65537, 131071, 131072, 140000, total - 1, total, 5 };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (numbers[i] <= total)
            assert_finds(r, b, numbers[i], total);
    assert_int_equal(mm_reader_seek(r, total + 1, &e), -1);
    assert_int_equal(e.code, MM_EBAD);
    char want[100];
    snprintf(want, sizeof want, "%s: it holds %llu records, and so no number %llu", f.name, (unsigned long long)total,
             (unsigned long long)total + 1);
    assert_string_equal(e.text, want);
    mm_batch_free(b);
    mm_reader_close(r);
    close(f.fd);
}

static void every_record_is_found(void **state)
{
    for (int i = 0; i < 2; i++) {
        mm_write_opts o = { .form = MM_FORM_MMR, .zstd = i, .seekable = true };
        mm_buf in = rows(0, 150000), mmr = through(mm_buf_view(&in), NULL, &o);
        assert_seeks(mm_buf_view(&mmr), 150000);
        mm_buf_free(&mmr);
        mm_buf_free(&in);
    }
}

static void streams_behind_each_other(void **state)
{
    mm_write_opts o = { .form = MM_FORM_MMR };
    mm_buf all = { 0 };
    const int counts[] = { 3, 0, 70000, 1 };
    for (int i = 0, from = 0; i < 4; from += counts[i++]) {
        mm_buf in = rows(from, counts[i]), mmr = through(mm_buf_view(&in), NULL, &o);
        mm_buf_str(&all, mm_buf_view(&mmr));
        mm_buf_free(&mmr);
        mm_buf_free(&in);
    }
    assert_seeks(mm_buf_view(&all), 70004);
    mm_buf_free(&all);
}

/* Why record 1 of some bytes can not be looked for. */
static void assert_no_seek(mm_str content, const char *why)
{
    memory_file f = file_of(content);
    const char *names[] = { f.name };
    mm_err e = { 0 };
    mm_reader *r = mm_reader_open(names, 1, NULL, &e);
    assert_int_equal(mm_reader_seek(r, 1, &e), -1);
    assert_int_equal(e.code, MM_EBAD);
    assert_string_equal(e.text + strlen(f.name), why);
    mm_reader_close(r);
    close(f.fd);
}

static void inputs_without_an_index(void **state)
{
    mm_write_opts o = { .form = MM_FORM_MMR };
    mm_buf in = rows(0, 9), mmr = through(mm_buf_view(&in), NULL, &o);
    assert_no_seek(mm_buf_view(&in), ": is no mmr, and so has no index");
    assert_no_seek((mm_str){ mmr.p, mmr.n - 8 },
                   ": it has no sound index; it may be cut short or damaged: read it from its start");
    o.zstd = 1;
    mm_buf packed = through(mm_buf_view(&in), NULL, &o);
    assert_no_seek(mm_buf_view(&packed),
                   ": it has no seek table; only zstd files written as seekable can be read at random");
    mm_buf_free(&packed);
    mm_buf_free(&mmr);
    mm_buf_free(&in);
}

static void every_changed_byte_is_survived(void **state)
{
    for (int i = 0; i < 2; i++) {
        mm_write_opts o = { .form = MM_FORM_MMR, .zstd = i, .seekable = true };
        mm_buf in = rows(0, 9), mmr = through(mm_buf_view(&in), NULL, &o);
        mm_batch *b = mm_batch_new();
        for (size_t at = 0; at < mmr.n; at++) {
            mmr.p[at] ^= 0x41;
            memory_file f = file_of(mm_buf_view(&mmr));
            const char *names[] = { f.name };
            mm_err e = { 0 };
            mm_reader *r = mm_reader_open(names, 1, NULL, &e);
            if (mm_reader_seek(r, 4, &e) == 0 && mm_reader_next(r, b, &e) == 1 && b->rec[0].verdict == MM_KEEP)
                assert_bytes(b->rec[0].head, MM_STR("{\"i\":4}"));
            mm_reader_close(r);
            close(f.fd);
            mmr.p[at] ^= 0x41;
        }
        mm_batch_free(b);
        mm_buf_free(&mmr);
        mm_buf_free(&in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_record_is_found),
        cmocka_unit_test(streams_behind_each_other),
        cmocka_unit_test(inputs_without_an_index),
        cmocka_unit_test(every_changed_byte_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
