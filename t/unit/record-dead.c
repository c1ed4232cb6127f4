/* Dead letters: bad records are kept whole, mended, and read again as what they hold. */
#include "record.h"

static const mm_write_opts to_mmr = { .form = MM_FORM_MMR };

/* Write all bad records of content as dead letters, the input called "in". */
static mm_buf dead_of(mm_str content, const mm_read_opts *ro, const mm_write_opts *wo)
{
    memory_file in = file_of(content), out = file_of(MM_STR(""));
    const char *names[] = { in.name };
    mm_err e = { 0 };
    mm_reader *r = mm_reader_open(names, 1, ro, &e);
    mm_writer *w = mm_writer_open(out.fd, "out", wo, &e);
    mm_batch *b = mm_batch_new();
    while (mm_reader_next(r, b, &e) > 0)
        for (size_t i = 0; i < b->n; i++) {
            b->rec[i].source = "in";
            if (b->rec[i].verdict == MM_BAD)
                assert_int_equal(mm_writer_dead(w, &b->rec[i], "t 1", &e), 0);
        }
    assert_int_equal(mm_writer_end(w, &e), 0);
    mm_buf got = content_of(out.fd);
    mm_writer_free(w);
    mm_batch_free(b);
    mm_reader_close(r);
    close(in.fd);
    close(out.fd);
    return got;
}

static void lines_that_are_no_json(void **state)
{
    mm_str in = MM_STR("{\"a\":\"\xff\"}\n{}\n[1]\n{\"much\":\"too long\"}\n");
    mm_read_opts o = { .max_record = 10 };
    mm_buf dead = dead_of(in, &o, NULL);
    assert_bytes(mm_buf_view(&dead), MM_STR(
        "{\"mm\":{\"dead\":{\"tool\":\"t 1\",\"source\":\"in\",\"position\":1,\"reason\":\"invalid UTF-8\",\"byte\":6}},"
        "\"raw_base64\":\"eyJhIjoi/yJ9\"}\n"
        "{\"mm\":{\"dead\":{\"tool\":\"t 1\",\"source\":\"in\",\"position\":3,\"reason\":\"not a JSON object\"}},"
        "\"raw_base64\":\"WzFd\"}\n"
        "{\"mm\":{\"dead\":{\"tool\":\"t 1\",\"source\":\"in\",\"position\":4,\"reason\":"
        "\"line is over the limit of 10 bytes; raise --max-record\",\"cut\":9}},\"raw_base64\":\"eyJtdWNoIjoidA==\"}\n"));
    assert_shows(mm_buf_view(&dead), NULL, "1: BAD invalid UTF-8 @6 {\"a\":\"\xff\"}\n"
                                           "2: BAD not a JSON object [1]\n"
                                           "3: BAD not a JSON object {\"much\":\"t\n");
    mm_buf_free(&dead);
}

static void in_again_once_mended(void **state)
{
    /* By hand: the record was put in place of the raw bytes, with the blanks of some editor. */
    assert_shows(MM_STR("{\"mm\":{\"dead\":{\"reason\":\"x\"}},\"record\":{\"a\": 1}}\n"
                        "{\"mm\": {\"dead\": {\"reason\": \"x\"}}, \"record\": {\"b\": 2}, \"data\": \"aGk=\"}\n"
                        "{\"mm\":{\"dead\":{}},\"raw_base64\":\"IHsiYSI6MX0NCg==\"}\n"
                        "{\"mm\":{\"dead\":{}},\"raw_base64\":\"%\"}\n"
                        "{\"mm\":{\"dead\":{\"form\":\"mmr\"}},\"raw_base64\":\"AAAA\"}\n"
                        "{\"mm\":{\"dead\":1},\"c\":3}\n"), NULL,
                 "1: {\"a\": 1}\n2: {\"b\": 2} + hi\n3: {\"a\":1}\n"
                 "4: BAD the raw_base64 of this dead letter is no base64 {\"mm\":{\"dead\":{}},\"raw_base64\":\"%\"}\n\n"
                 "5: BAD no whole mmr frame \0\n");
    mm_buf out = through(MM_STR("{\"mm\":{\"dead\":{\"reason\":\"x\"}},\"record\":{\"a\": 1}}\n{\"b\":2}\n"), NULL, NULL);
    assert_bytes(mm_buf_view(&out), MM_STR("{\"a\": 1}\n{\"b\":2}\n"));
    mm_buf_free(&out);
    out = through(MM_STR("{\"mm\":{\"dead\":{}},\"raw_base64\":\"eyJhIjoKMX0K\"}\n"), NULL, NULL);
    assert_bytes(mm_buf_view(&out), MM_STR("{\"a\": 1}\n"));
    mm_buf_free(&out);
}

/* One record that a tool refused after it had changed it. */
static mm_buf refused(mm_str content, const mm_write_opts *wo)
{
    memory_file in = file_of(content), out = file_of(MM_STR(""));
    const char *names[] = { in.name };
    mm_err e = { 0 };
    mm_reader *r = mm_reader_open(names, 1, NULL, &e);
    mm_writer *w = mm_writer_open(out.fd, "out", wo, &e);
    mm_batch *b = mm_batch_new();
    assert_int_equal(mm_reader_next(r, b, &e), 1);
    b->rec[0].source = "in";
    mm_rec_set_head(&b->rec[0], MM_STR("{\"half\":true}"));
    mm_rec_set_payload(&b->rec[0], MM_STR("half"));
    mm_rec_bad(&b->rec[0], b->arena, "image %s", "bomb");
    assert_int_equal(mm_writer_dead(w, &b->rec[0], "t 1", &e), 0);
    assert_int_equal(mm_writer_end(w, &e), 0);
    mm_buf got = content_of(out.fd);
    mm_writer_free(w);
    mm_batch_free(b);
    mm_reader_close(r);
    close(in.fd);
    close(out.fd);
    return got;
}

static void a_refused_record_is_kept_as_it_came(void **state)
{
    mm_buf line = refused(MM_STR(" {\"a\": 1} \n"), NULL);
    assert_bytes(mm_buf_view(&line), MM_STR("{\"mm\":{\"dead\":{\"tool\":\"t 1\",\"source\":\"in\",\"position\":1,"
                                            "\"reason\":\"image bomb\"}},\"record\": {\"a\": 1} }\n"));
    assert_shows(mm_buf_view(&line), NULL, "1: {\"a\": 1}\n");
    mm_buf_free(&line);
}

static void a_payload_rides_along(void **state)
{
    mm_buf mmr = through(MM_STR("{\"a\":1,\"mm\":{\"data\":\"aGVsbG8=\"}}\n"), NULL, &to_mmr);
    mm_buf line = refused(mm_buf_view(&mmr), NULL);
    assert_bytes(mm_buf_view(&line), MM_STR("{\"mm\":{\"dead\":{\"tool\":\"t 1\",\"source\":\"in\",\"position\":1,"
                                            "\"reason\":\"image bomb\"}},\"record\":{\"a\":1,\"mm\":{}},"
                                            "\"data\":\"aGVsbG8=\"}\n"));
    mm_buf frame = refused(mm_buf_view(&mmr), &to_mmr);
    assert_shows(mm_buf_view(&line), NULL, "1: {\"a\":1,\"mm\":{}} + hello\n");
    assert_shows(mm_buf_view(&frame), NULL, "1: {\"a\":1,\"mm\":{}} + hello\n");
    /* Refused a second time, it is still whole. */
    mm_buf again = refused(mm_buf_view(&frame), NULL);
    assert_bytes(mm_buf_view(&again), mm_buf_view(&line));
    mm_buf_free(&again);
    again = refused(mm_buf_view(&line), &to_mmr);
    assert_bytes(mm_buf_view(&again), mm_buf_view(&frame));
    mm_buf_free(&again);
    mm_buf_free(&frame);
    mm_buf_free(&line);
    mm_buf_free(&mmr);
}

static void a_damaged_frame_is_kept_and_mended(void **state)
{
    mm_buf mmr = through(MM_STR("{\"a\":1}\n"), NULL, &to_mmr);
    mmr.p[16 + 32 + 1] ^= 1;
    for (int i = 0; i < 2; i++) {
        mm_buf dead = dead_of(mm_buf_view(&mmr), NULL, i ? &to_mmr : NULL);
        mm_buf shown = show_all(mm_buf_view(&dead), NULL);
        assert_true(holds(&shown, "1: BAD damaged record frame: its hash does not match \x8eMMR"));
        mm_buf_free(&shown);
        /* The same frame comes out of the letter, so the letter of the letter is the same. */
        mm_buf again = dead_of(mm_buf_view(&dead), NULL, i ? &to_mmr : NULL);
        assert_bytes(mm_buf_view(&again), mm_buf_view(&dead));
        mm_buf_free(&again);
        mm_buf_free(&dead);
    }
    mm_buf_free(&mmr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_that_are_no_json),
        cmocka_unit_test(in_again_once_mended),
        cmocka_unit_test(a_refused_record_is_kept_as_it_came),
        cmocka_unit_test(a_payload_rides_along),
        cmocka_unit_test(a_damaged_frame_is_kept_and_mended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
