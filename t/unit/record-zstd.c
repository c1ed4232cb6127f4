/* zstd around either form: streamed in, in one frame or seekable frames out. */
#include "record.h"

#include <zstd.h>

static mm_buf rows(int n)
{
    mm_buf b = { 0 };
    for (int i = 0; i < n; i++)
        mm_buf_printf(&b, "{\"i\":%d,\"text\":\"%x%x\",\"mm\":{\"data\":\"AAAA\"}}\n", i, i * 2654435761u, i * 40503u);
    return b;
}

static void there_and_back_in_every_form(void **state)
{
    mm_buf in = rows(40000);
    for (int i = 0; i < 4; i++) {
        mm_write_opts o = { .form = i & 1 ? MM_FORM_MMR : MM_FORM_NDJSON, .zstd = 3, .seekable = i & 2 };
        mm_buf packed = through(mm_buf_view(&in), NULL, &o);
        assert_true(packed.n < in.n / 2);
        mm_read_opts small = { .batch = 1000 };
        mm_buf back = through(mm_buf_view(&packed), i ? NULL : &small, NULL);
        assert_bytes(mm_buf_view(&back), mm_buf_view(&in));
        mm_read_opts batches = { .batch = 777 };
        mm_buf again = through(mm_buf_view(&in), &batches, &o);
        assert_bytes(mm_buf_view(&again), mm_buf_view(&packed));
        mm_buf_free(&again);
        mm_buf_free(&back);
        mm_buf_free(&packed);
    }
    mm_buf_free(&in);
}

static void frames_behind_each_other(void **state)
{
    mm_write_opts o = { .zstd = 1 }, seekable = { .zstd = 1, .seekable = true };
    mm_buf a = through(MM_STR("{\"a\":1}\n"), NULL, &seekable);
    mm_buf b = through(MM_STR("{\"b\":2}\n"), NULL, &o);
    mm_buf_str(&a, mm_buf_view(&b));
    assert_shows(mm_buf_view(&a), NULL, "1: {\"a\":1}\n2: {\"b\":2}\n");
    mm_buf_free(&a);
    mm_buf_free(&b);
    mm_buf none = through(MM_STR(""), NULL, &seekable);
    assert_true(none.n > 0);
    assert_shows(mm_buf_view(&none), NULL, "");
    mm_buf_free(&none);
}

static void every_cut_and_change_is_told(void **state)
{
    mm_buf in = rows(30);
    for (int i = 0; i < 4; i++) {
        mm_write_opts o = { .form = i & 1 ? MM_FORM_MMR : MM_FORM_NDJSON, .zstd = 19, .seekable = i & 2 };
        mm_buf packed = through(mm_buf_view(&in), NULL, &o);
        size_t table = o.seekable ? 8 + 8 + 9 : 0;
        bool told;
        for (size_t n = 1; n < packed.n; n++) {
            size_t whole = kept((mm_str){ packed.p, n }, NULL, &told);
            assert_true(told || n == packed.n - table);
            assert_true(whole <= 30);
        }
        /* A few bits of a zstd frame mean nothing; then the records must be the same. */
        mm_buf want = show_all(mm_buf_view(&packed), NULL);
        for (size_t at = 0; at < packed.n - table; at++) {
            packed.p[at] ^= 4;
            mm_buf got = show_all(mm_buf_view(&packed), NULL);
            kept(mm_buf_view(&packed), NULL, &told);
            assert_true(told || mm_str_eq(mm_buf_view(&got), mm_buf_view(&want)));
            mm_buf_free(&got);
            packed.p[at] ^= 4;
        }
        mm_buf_free(&want);
        mm_buf_free(&packed);
    }
    mm_buf_free(&in);
}

static void damage_is_named_with_its_place(void **state)
{
    mm_buf in = rows(3);
    mm_write_opts o = { .zstd = 1 };
    mm_buf packed = through(mm_buf_view(&in), NULL, &o);
    mm_buf got = show_all((mm_str){ packed.p, packed.n - 1 }, NULL);
    assert_true(holds(&got, "3: {\"i\":2"));
    char want[100];
    snprintf(want, sizeof want, "FILE: cut short: the zstd data ends inside a frame, at byte %zu\n", packed.n - 1);
    assert_true(holds(&got, want));
    mm_buf_free(&got);
    packed.p[packed.n - 1] ^= 1;
    got = show_all(mm_buf_view(&packed), NULL);
    assert_true(holds(&got, "FILE: corrupt zstd data near byte "));
    mm_buf_free(&got);
    mm_buf twice = { 0 };
    memory_file f = file_of(MM_STR(""));
    mm_err e = { 0 };
    mm_writer *w = mm_writer_open(f.fd, "out", &o, &e);
    packed.p[packed.n - 1] ^= 1;
    mm_rec r = { .head = mm_buf_view(&packed) };
    assert_int_equal(mm_writer_record(w, &r, &e), 0);
    assert_int_equal(mm_writer_end(w, &e), 0);
    mm_writer_free(w);
    twice = content_of(f.fd);
    assert_shows(mm_buf_view(&twice), NULL, "FILE: zstd inside zstd; unpack it once with zstd -d\n");
    close(f.fd);
    mm_buf_free(&twice);
    mm_buf_free(&packed);
    mm_buf_free(&in);
}

static void a_bomb_goes_by_without_being_held(void **state)
{
    size_t n = (size_t)64 << 20;
    char *zeroes = calloc(1, n), *packed = malloc(ZSTD_compressBound(n));
    memset(zeroes, 'a', n);
    zeroes[n - 1] = '\n';
    size_t small = ZSTD_compress(packed, ZSTD_compressBound(n), zeroes, n, 3);
    mm_read_opts o = { .max_record = 4 };
    assert_true(small < n / 1000);
    assert_shows((mm_str){ packed, small }, &o,
                 "1: BAD line is over the limit of 4 bytes; raise --max-record cut 67108859 aaaa\n");
    free(zeroes);
    free(packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back_in_every_form),
        cmocka_unit_test(frames_behind_each_other),
        cmocka_unit_test(every_cut_and_change_is_told),
        cmocka_unit_test(damage_is_named_with_its_place),
        cmocka_unit_test(a_bomb_goes_by_without_being_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
