/* mmr in and out: every cut and every flipped byte is noticed, and no length is believed. */
#include "record.h"

#include "record/frame.h"

static const mm_write_opts to_mmr = { .form = MM_FORM_MMR };
static const char three[] = "{\"a\":1}\n{\"b\":2,\"mm\":{\"data\":\"aGVsbG8=\"}}\n{\"c\":\"\xc3\xa4\"}\n";

static mm_buf three_mmr(void)
{
    return through(mm_str_of(three), NULL, &to_mmr);
}

static void there_and_back(void **state)
{
    mm_buf mmr = three_mmr();
    assert_shows(mm_buf_view(&mmr), NULL, "1: {\"a\":1}\n2: {\"b\":2,\"mm\":{}} + hello\n3: {\"c\":\"\xc3\xa4\"}\n");
    mm_buf back = through(mm_buf_view(&mmr), NULL, NULL);
    assert_bytes(mm_buf_view(&back), mm_str_of(three));
    mm_buf again = through(mm_buf_view(&mmr), NULL, &to_mmr);
    assert_bytes(mm_buf_view(&again), mm_buf_view(&mmr));
    mm_buf_free(&again);
    mm_buf_free(&back);
    mm_buf_free(&mmr);
}

static void batch_size_changes_nothing(void **state)
{
    mm_buf mmr = three_mmr();
    mm_buf want = show_all(mm_buf_view(&mmr), NULL);
    for (size_t batch = 1; batch < 400; batch++) {
        mm_read_opts o = { .batch = batch };
        mm_buf got = show_all(mm_buf_view(&mmr), &o);
        assert_bytes(mm_buf_view(&got), mm_buf_view(&want));
        mm_buf_free(&got);
    }
    mm_buf_free(&want);
    mm_buf_free(&mmr);
}

static void an_empty_stream(void **state)
{
    mm_buf mmr = through(MM_STR(""), NULL, &to_mmr);
    assert_int_equal(mmr.n, MM_STREAM_HEAD + MM_END_FRAME);
    assert_shows(mm_buf_view(&mmr), NULL, "");
    mm_buf_free(&mmr);
}

static void every_cut_is_told_after_the_whole_records(void **state)
{
    mm_buf mmr = three_mmr();
    mm_frame f;
    size_t ends[3], at = MM_STREAM_HEAD;
    for (int i = 0; i < 3; i++) {
        assert_true(mm_frame_read(mmr.p + at, &f));
        ends[i] = at += mm_frame_size(&f);
    }
    for (size_t n = 1; n < mmr.n; n++)
        for (size_t batch = 1; batch < 512; batch *= 8) {
            bool told;
            mm_read_opts o = { .batch = batch };
            size_t whole = (n >= ends[0]) + (n >= ends[1]) + (n >= ends[2]);
            assert_int_equal(kept((mm_str){ mmr.p, n }, &o, &told), whole);
            assert_true(told);
        }
    mm_str cut = { mmr.p, ends[1] + 5 };
    assert_shows(cut, NULL, "1: {\"a\":1}\n2: {\"b\":2,\"mm\":{}} + hello\n"
                            "FILE: cut short after record 2 (no end frame); records behind it are lost\n");
    mm_buf_free(&mmr);
}

static void every_changed_byte_is_told_and_costs_one_frame(void **state)
{
    mm_buf mmr = three_mmr();
    for (size_t i = 0; i < mmr.n; i++)
        for (int bit = 0; bit < 8; bit++) {
            bool told;
            mmr.p[i] ^= (char)(1 << bit);
            size_t n = kept(mm_buf_view(&mmr), NULL, &told);
            assert_true(told);
            assert_true(n >= (i < MM_STREAM_HEAD ? 0 : 2));
            mmr.p[i] ^= (char)(1 << bit);
        }
    mm_buf_free(&mmr);
}

static void damage_is_named(void **state)
{
    mm_buf mmr = three_mmr();
    mm_buf got;
    mmr.p[MM_STREAM_HEAD + MM_FRAME_HEAD + 2] ^= 1;
    got = show_all(mm_buf_view(&mmr), NULL);
    assert_memory_equal(got.p, "1: BAD damaged record frame: its hash does not match ", 52);
    mm_buf_free(&got);
    mmr.p[MM_STREAM_HEAD + 8] ^= 1;
    got = show_all(mm_buf_view(&mmr), NULL);
    assert_memory_equal(got.p, "0: BAD damaged: no frame in 40 bytes ", 37);
    assert_true(holds(&got, "FILE: records are missing: the end frame counts 3, here are 2\n"));
    mm_buf_free(&got);
    mm_buf_free(&mmr);
}

static void streams_behind_each_other(void **state)
{
    mm_buf one = three_mmr(), two = { 0 };
    mm_buf_str(&two, mm_buf_view(&one));
    mm_buf_str(&two, mm_buf_view(&one));
    mm_buf got = show_all(mm_buf_view(&two), NULL);
    assert_false(holds(&got, "FILE"));
    assert_true(holds(&got, "6: {\"c\":"));
    mm_buf_free(&got);

    /* The first is cut inside its second frame, whose length then speaks of the second stream. */
    two.n = 0;
    mm_buf_put(&two, one.p, MM_STREAM_HEAD + 40 + 48);
    mm_buf_str(&two, mm_buf_view(&one));
    got = show_all(mm_buf_view(&two), NULL);
    assert_true(holds(&got, "2: BAD damaged: no frame in 48 bytes"));
    assert_true(holds(&got, "5: {\"c\":"));
    assert_false(holds(&got, "FILE"));
    mm_buf_free(&got);

    two.n = 0;
    mm_buf_str(&two, mm_buf_view(&one));
    mm_buf_str(&two, MM_STR("trailing"));
    got = show_all(mm_buf_view(&two), NULL);
    assert_true(holds(&got, "FILE: 8 bytes behind the end frame are no mmr stream\n"));
    mm_buf_free(&got);
    mm_buf_free(&one);
    mm_buf_free(&two);
}

/* A stream whose second record is long, with or without its end. */
static void a_record_over_the_limit(void **state)
{
    mm_buf in = { 0 };
    mm_buf_printf(&in, "{\"a\":1}\n{\"long\":\"%0400d\"}\n{\"b\":2}\n", 7);
    mm_buf mmr = through(mm_buf_view(&in), NULL, &to_mmr);
    for (size_t batch = 1; batch < 5000; batch = batch * 3 + 1) {
        mm_read_opts o = { .batch = batch, .max_record = 100 };
        mm_buf got = show_all(mm_buf_view(&mmr), &o);
        assert_true(holds(&got, "1: {\"a\":1}\n2: BAD record of 448 bytes is over the limit of 100 bytes; "
                                      "raise --max-record cut 348 \x8eMMR"));
        assert_true(holds(&got, "\n3: {\"b\":2}\n"));
        mm_buf_free(&got);
        got = show_all((mm_str){ mmr.p, MM_STREAM_HEAD + 40 + 300 }, &o);
        assert_true(holds(&got, "1: {\"a\":1}\n2: BAD record of 448 bytes is over the limit of 100 bytes; "
                                      "raise --max-record cut 200 \x8eMMR"));
        mm_buf_free(&got);
    }
    mm_buf_free(&mmr);
    mm_buf_free(&in);
}

static void a_frame_that_claims_to_be_enormous(void **state)
{
    mm_buf mmr = three_mmr();
    mm_frame f = { .kind = MM_FRAME_RECORD, .flags = MM_FRAME_HAS_PAYLOAD };
    char *at = mmr.p + MM_STREAM_HEAD;
    mm_frame_make(at, &f, (mm_str){ at + 32, 7 }, (mm_str){ at + 39, 1 });
    mm_put_u64(at + 16, (uint64_t)1 << 61);
    bool told;
    assert_int_equal(kept(mm_buf_view(&mmr), NULL, &told), 2);
    assert_true(told);
    mm_buf_free(&mmr);
}

static void headers_that_are_no_objects(void **state)
{
    static const char *const heads[] = { "[1]", "{\"a\":\"\xff\"}", "{" };
    static const char *const reasons[] = { "not a JSON object", "invalid UTF-8", "not a JSON object" };
    memory_file out = file_of(MM_STR(""));
    mm_err e = { 0 };
    mm_writer *w = mm_writer_open(out.fd, "out", &to_mmr, &e);
    for (int i = 0; i < 3; i++) {
        mm_rec r = { .head = mm_str_of(heads[i]) };
        assert_int_equal(mm_writer_record(w, &r, &e), 0);
    }
    assert_int_equal(mm_writer_end(w, &e), 0);
    mm_writer_free(w);
    const char *names[] = { out.name };
    mm_reader *r = mm_reader_open(names, 1, NULL, &e);
    assert_int_equal(mm_reader_form(r, &e), MM_FORM_MMR);
    mm_batch *b = mm_batch_new();
    assert_int_equal(mm_reader_next(r, b, &e), 1);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(b->rec[i].verdict, MM_BAD);
        assert_string_equal(b->rec[i].reason, reasons[i]);
    }
    mm_batch_free(b);
    mm_reader_close(r);
    close(out.fd);
}

static void payloads_change_sides(void **state)
{
    mm_buf mmr = three_mmr();
    memory_file in = file_of(mm_buf_view(&mmr)), out = file_of(MM_STR(""));
    const char *names[] = { in.name };
    mm_err e = { 0 };
    mm_reader *r = mm_reader_open(names, 1, NULL, &e);
    mm_writer *w = mm_writer_open(out.fd, "out", NULL, &e);
    mm_batch *b = mm_batch_new();
    assert_int_equal(mm_reader_next(r, b, &e), 1);
    mm_rec_set_payload(&b->rec[0], (mm_str){ "", 0 });
    mm_rec_set_payload(&b->rec[1], (mm_str){ NULL, 0 });
    mm_rec_set_head(&b->rec[2], MM_STR("{\"c\":\n3,\n\"mm\":{\"id\":1}}"));
    mm_rec_set_payload(&b->rec[2], MM_STR("\x00\xff"));
    assert_int_equal(mm_writer_batch(w, b, -1, &e), 0);
    assert_int_equal(mm_writer_end(w, &e), 0);
    mm_buf got = content_of(out.fd);
    assert_bytes(mm_buf_view(&got), MM_STR("{\"a\":1,\"mm\":{\"data\":\"\"}}\n{\"b\":2,\"mm\":{}}\n"
                                           "{\"c\": 3, \"mm\":{\"id\":1,\"data\":\"AP8=\"}}\n"));
    mm_buf_free(&got);
    mm_writer_free(w);
    mm_batch_free(b);
    mm_reader_close(r);
    close(in.fd);
    close(out.fd);
    mm_buf_free(&mmr);
}

static void data_that_is_no_base64_stays(void **state)
{
    mm_str in = MM_STR("{\"mm\":{\"data\":\"no!\"}}\n{\"mm\":{\"data\":7}}\n{\"mm\":[]}\n");
    mm_buf mmr = through(in, NULL, &to_mmr);
    mm_buf back = through(mm_buf_view(&mmr), NULL, NULL);
    assert_bytes(mm_buf_view(&back), in);
    mm_buf_free(&back);
    mm_buf_free(&mmr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(batch_size_changes_nothing),
        cmocka_unit_test(an_empty_stream),
        cmocka_unit_test(every_cut_is_told_after_the_whole_records),
        cmocka_unit_test(every_changed_byte_is_told_and_costs_one_frame),
        cmocka_unit_test(damage_is_named),
        cmocka_unit_test(streams_behind_each_other),
        cmocka_unit_test(a_record_over_the_limit),
        cmocka_unit_test(a_frame_that_claims_to_be_enormous),
        cmocka_unit_test(headers_that_are_no_objects),
        cmocka_unit_test(payloads_change_sides),
        cmocka_unit_test(data_that_is_no_base64_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
