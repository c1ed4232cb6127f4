/* NDJSON in and out: lines, their limits and defects, at every size of batch. */
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

static void plain_lines(void **state)
{
    assert_shows(MM_STR("{\"a\":1}\n{\"b\":2}\n"), NULL, "1: {\"a\":1}\n2: {\"b\":2}\n");
    assert_shows(MM_STR(""), NULL, "");
    assert_shows(MM_STR("\n\n"), NULL, "");
    assert_shows(MM_STR("{}"), NULL, "1: {}\n");
}

static void blanks_marks_and_line_ends(void **state)
{
    assert_shows(MM_STR("\xef\xbb\xbf{\"a\":1}\r\n\r\n \t\n  {\"b\":2} \r\n{}"), NULL,
                 "1: {\"a\":1}\n4: {\"b\":2}\n5: {}\n");
}

static void defects(void **state)
{
    assert_shows(MM_STR("[1]\n{\"a\":\"\xff\"}\n{}\n{\"a\":\"\0\"}\n{\"a\"\n\xed\xa0\x80\n"), NULL,
                 "1: BAD not a JSON object [1]\n\n"
                 "2: BAD invalid UTF-8 @6 {\"a\":\"\xff\"}\n\n"
                 "3: {}\n"
                 "4: BAD NUL byte @6 {\"a\":\"");
    assert_shows(MM_STR("{\"a\"\n\xed\xa0\x80\n{}\n"), NULL,
                 "1: BAD not a JSON object {\"a\"\n\n2: BAD invalid UTF-8 @0 \xed\xa0\x80\n\n3: {}\n");
}

static void a_long_line_is_cut_and_counted(void **state)
{
    mm_read_opts o = { .max_record = 8 };
    assert_shows(MM_STR("{\"a\":1}\n{\"abcdefgh\":1}\n{\"b\":2}\n{\"longest\":22}"), &o,
                 "1: {\"a\":1}\n"
                 "2: BAD line is over the limit of 8 bytes; raise --max-record cut 6 {\"abcdef\n"
                 "3: {\"b\":2}\n"
                 "4: BAD line is over the limit of 8 bytes; raise --max-record cut 6 {\"longes\n");
}

static mm_buf mixed_lines(void)
{
    mm_buf b = { 0 };
    mm_buf_printf(&b, "\xef\xbb\xbf");
    for (int i = 0; i < 40; i++) {
        mm_buf_printf(&b, "{\"i\":%d,\"s\":\"", i);
        for (int k = 0; k < i * 7 % 23; k++)
            mm_buf_printf(&b, "\xc3\xa4");
        mm_buf_printf(&b, "\"}%s", i % 5 ? "\n" : "\r\n\n");
        if (i % 9 == 4)
            mm_buf_printf(&b, "{\"bad\":\"\xc3\"}\nno\n");
    }
    mm_buf_printf(&b, "{\"last\":true}");
    return b;
}

static void batch_size_changes_nothing(void **state)
{
    mm_buf in = mixed_lines();
    for (size_t max = 20; max <= 1000; max += 980) {
        mm_read_opts o = { .max_record = max };
        mm_buf want = show_all(mm_buf_view(&in), &o);
        for (o.batch = 1; o.batch < 300; o.batch++) {
            mm_buf got = show_all(mm_buf_view(&in), &o);
            assert_bytes(mm_buf_view(&got), mm_buf_view(&want));
            mm_buf_free(&got);
        }
        mm_buf_free(&want);
    }
    mm_buf_free(&in);
}

static void many_short_lines_fill_many_batches(void **state)
{
    mm_buf in = { 0 };
    for (int i = 0; i < 100000; i++)
        mm_buf_str(&in, i % 3 ? MM_STR("{}\n") : MM_STR("\n"));
    mm_buf out = through(mm_buf_view(&in), NULL, NULL);
    assert_int_equal(out.n, 66666 * 3);
    mm_buf_free(&in);
    mm_buf_free(&out);
}

static void unchanged_lines_go_out_as_they_came(void **state)
{
    mm_str in = MM_STR(" {\"a\": 1.0e0, \"a\":2}\r\n{\"b\":2} \n{}");
    mm_buf out = through(in, NULL, NULL);
    assert_bytes(mm_buf_view(&out), MM_STR(" {\"a\": 1.0e0, \"a\":2}\r\n{\"b\":2} \n{}\n"));
    mm_buf_free(&out);
}

/* What each write to a socket carried, when `changed` records of a batch are not what came in. */
static mm_buf writes_of(int lines, int changed)
{
    mm_buf in = { 0 }, sizes = { 0 };
    for (int i = 0; i < lines; i++)
        mm_buf_printf(&in, "{\"i\":%05d}\n", i);
    memory_file f = file_of(mm_buf_view(&in));
    const char *names[] = { f.name };
    mm_err e = { 0 };
    int ends[2];
    char packet[200000];
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
    mm_reader *r = mm_reader_open(names, 1, &(mm_read_opts){ .batch = 1 << 20 }, &e);
    mm_writer *w = mm_writer_open(ends[1], "out", NULL, &e);
    mm_batch *b = mm_batch_new();
    while (mm_reader_next(r, b, &e) == 1) {
        for (int i = 0; i < changed; i++)
            mm_rec_set_head(&b->rec[i * 2], b->rec[i * 2].head);
        assert_int_equal(mm_writer_batch(w, b, -1, &e), 0);
        for (ssize_t n; (n = recv(ends[0], packet, sizeof packet, MSG_DONTWAIT)) > 0;)
            mm_buf_printf(&sizes, "%zd ", n);
    }
    mm_buf_byte(&sizes, 0);
    mm_batch_free(b);
    mm_writer_free(w);
    mm_reader_close(r);
    close(ends[0]);
    close(ends[1]);
    close(f.fd);
    mm_buf_free(&in);
    return sizes;
}

static void neighbours_go_out_in_one_write(void **state)
{
    /* The first look at an input takes 64 KiB of it: 5461 whole lines. */
    mm_buf sizes = writes_of(18000, 0);
    assert_string_equal(sizes.p, "65532 150468 ");
    mm_buf_free(&sizes);
    sizes = writes_of(5000, 1000);
    assert_string_equal(sizes.p, "60000 ");
    mm_buf_free(&sizes);
}

static void changed_records_and_routes(void **state)
{
    memory_file in = file_of(MM_STR("{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n{\"d\":4}\n")), out = file_of(MM_STR(""));
    const char *names[] = { in.name };
    mm_err e = { 0 };
    mm_reader *r = mm_reader_open(names, 1, NULL, &e);
    mm_writer *w = mm_writer_open(out.fd, "out", NULL, &e);
    mm_batch *b = mm_batch_new();
    assert_int_equal(mm_reader_next(r, b, &e), 1);
    mm_rec_set_head(&b->rec[1], MM_STR("{\"new\":0}"));
    b->rec[2].verdict = MM_DROP;
    b->rec[3].route = 1;
    assert_int_equal(mm_writer_batch(w, b, 0, &e), 0);
    assert_int_equal(mm_writer_record(w, &b->rec[2], &e), 0);
    assert_int_equal(mm_writer_end(w, &e), 0);
    assert_int_equal(mm_writer_records(w), 3);
    assert_int_equal(mm_writer_bytes(w), 26);
    mm_buf got = content_of(out.fd);
    assert_bytes(mm_buf_view(&got), MM_STR("{\"a\":1}\n{\"new\":0}\n{\"c\":3}\n"));
    mm_buf_free(&got);
    mm_batch_free(b);
    mm_writer_free(w);
    mm_reader_close(r);
    close(in.fd);
    close(out.fd);
}

static void inputs_in_turn_and_a_missing_one(void **state)
{
    memory_file a = file_of(MM_STR("{\"a\":1}")), c = file_of(MM_STR("{\"c\":1}\n"));
    const char *names[] = { a.name, "/nowhere/b", "/", c.name };
    mm_err e = { 0 };
    mm_reader *r = mm_reader_open(names, 4, NULL, &e);
    mm_batch *b = mm_batch_new();
    assert_int_equal(mm_reader_form(r, &e), MM_FORM_NDJSON);
    assert_int_equal(mm_reader_next(r, b, &e), 1);
    assert_string_equal(b->rec[0].source, a.name);
    assert_int_equal(mm_reader_next(r, b, &e), -1);
    assert_int_equal(e.code, MM_EBAD);
    assert_string_equal(e.text, "/nowhere/b: No such file or directory");
    assert_int_equal(mm_reader_next(r, b, &e), -1);
    assert_string_equal(e.text, "/: is a folder; mm-ingest reads folders");
    assert_int_equal(mm_reader_next(r, b, &e), 1);
    assert_int_equal(b->rec[0].number, 1);
    assert_int_equal(b->rec[0].position, 1);
    assert_int_equal(mm_reader_next(r, b, &e), 0);
    mm_batch_free(b);
    mm_reader_close(r);
    close(a.fd);
    close(c.fd);
}

static void a_first_input_that_is_missing(void **state)
{
    const char *names[] = { "/nowhere" };
    mm_err e = { 0 };
    mm_reader *r = mm_reader_open(names, 1, NULL, &e);
    mm_batch *b = mm_batch_new();
    assert_int_equal(mm_reader_form(r, NULL), MM_FORM_NDJSON);
    assert_int_equal(mm_reader_next(r, b, &e), -1);
    assert_int_equal(e.code, MM_EBAD);
    assert_int_equal(mm_reader_next(r, b, &e), 0);
    mm_batch_free(b);
    mm_reader_close(r);
}

/* What a write of one record to fd answers. */
static mm_err write_to(int fd)
{
    mm_err e = { 0 };
    mm_rec rec = { .head = MM_STR("{}") };
    mm_writer *w = mm_writer_open(fd, "standard output", NULL, &e);
    int failed = mm_writer_record(w, &rec, &e) < 0 || mm_writer_end(w, &e) < 0;
    int why = errno;
    mm_writer_free(w);
    assert_int_equal(failed, e.code != MM_OK);
    errno = why;
    return e;
}

/* Copy what comes out of fd into a memory file, a little at a time. */
static void drain(int from, int to)
{
    char some[1000];
    ssize_t n;
    while ((n = read(from, some, sizeof some)) > 0)
        if (write(to, some, (size_t)n) != n)
            _exit(1);
    _exit(n != 0);
}

static void a_slow_pipe_that_does_not_block(void **state)
{
    mm_buf in = { 0 };
    for (int i = 0; i < 60000; i++)
        mm_buf_printf(&in, "{\"i\":%d}\n", i);
    memory_file rows = file_of(mm_buf_view(&in)), out = file_of(MM_STR(""));
    const char *names[] = { rows.name };
    mm_err e = { 0 };
    int ends[2], status;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid_t child = fork();
    if (child == 0) {
        close(ends[1]);
        drain(ends[0], out.fd);
    }
    close(ends[0]);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    mm_reader *r = mm_reader_open(names, 1, NULL, &e);
    mm_writer *w = mm_writer_open(ends[1], "out", NULL, &e);
    fcntl(ends[1], F_SETPIPE_SZ, 4096);
    mm_batch *b = mm_batch_new();
    while (mm_reader_next(r, b, &e) == 1)
        assert_int_equal(mm_writer_batch(w, b, -1, &e), 0);
    assert_int_equal(mm_writer_end(w, &e), 0);
    close(ends[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    mm_buf got = content_of(out.fd);
    assert_bytes(mm_buf_view(&got), mm_buf_view(&in));
    mm_buf_free(&got);
    mm_buf_free(&in);
    mm_batch_free(b);
    mm_writer_free(w);
    mm_reader_close(r);
    close(rows.fd);
    close(out.fd);
}

static void a_broken_output_stays_broken(void **state)
{
    int full = open("/dev/full", O_WRONLY);
    mm_err e = { 0 };
    mm_write_opts o = { .form = MM_FORM_MMR };
    mm_rec rec = { .head = MM_STR("{}") };
    mm_writer *w = mm_writer_open(full, "out", &o, &e);
    assert_int_equal(mm_writer_record(w, &rec, &e), 0);
    assert_int_equal(mm_writer_flush(w, &e), -1);
    int null = open("/dev/null", O_WRONLY);
    dup2(null, full);
    assert_int_equal(mm_writer_end(w, &e), -1);
    assert_string_equal(e.text, "out: cannot write: No space left on device");
    mm_writer_free(w);
    close(null);
    close(full);
}

static void a_full_disk_and_a_closed_pipe(void **state)
{
    int full = open("/dev/full", O_WRONLY);
    mm_err e = write_to(full);
    assert_int_equal(e.code, MM_ESYS);
    assert_string_equal(e.text, "standard output: cannot write: No space left on device");
    close(full);

    int ends[2];
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    e = write_to(ends[1]);
    assert_int_equal(errno, EPIPE);
    assert_int_equal(e.code, MM_ESYS);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_lines),
        cmocka_unit_test(blanks_marks_and_line_ends),
        cmocka_unit_test(defects),
        cmocka_unit_test(a_long_line_is_cut_and_counted),
        cmocka_unit_test(batch_size_changes_nothing),
        cmocka_unit_test(many_short_lines_fill_many_batches),
        cmocka_unit_test(unchanged_lines_go_out_as_they_came),
        cmocka_unit_test(neighbours_go_out_in_one_write),
        cmocka_unit_test(changed_records_and_routes),
        cmocka_unit_test(inputs_in_turn_and_a_missing_one),
        cmocka_unit_test(a_first_input_that_is_missing),
        cmocka_unit_test(a_slow_pipe_that_does_not_block),
        cmocka_unit_test(a_broken_output_stays_broken),
        cmocka_unit_test(a_full_disk_and_a_closed_pipe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
