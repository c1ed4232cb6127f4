/* mm_run: order, totals, early ends and failures, with and without threads. */
#include "record.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>

enum { RECORDS = 6000 };

static const int workers[] = { 1, 2, 4, 9 };
#define for_each_count(w) \
    for (const int *w = workers; w < workers + sizeof workers / sizeof *workers; w++)

/* What the stages under test do, each by its fields. */
typedef struct probe {
    uint64_t made;         /* by the source */
    uint64_t limit;
    uint64_t stop_after;   /* order() ends the run with this record, counted from 1 */
    uint64_t write_fails;  /* in write(), at this record; 0: never */
    uint64_t read_fails;   /* in source(), before this record */
    bool open_fails;
    int opened, closed;    /* under lock */
    pthread_mutex_t lock;
    uint64_t seen;         /* by order(), which must see rising numbers */
    uint64_t written;
    mm_buf out;
    const volatile int *stop;
    uint64_t noted, note_fails;
} probe;

static int source(void *tool, mm_batch *b, mm_err *e)
{
    probe *p = tool;
    mm_batch_reset(b);
    if (p->read_fails && p->made >= p->read_fails)
        return mm_fail(e, MM_ESYS, "the source broke");
    for (int i = 0; i < 7 && p->made < p->limit; i++) {
        char text[64];
        snprintf(text, sizeof text, "{\"i\":%llu}", (unsigned long long)p->made++);
        mm_rec *r = mm_batch_add(b);
        r->head = mm_arena_copy(b->arena, mm_str_of(text));
        r->source = "made";
        r->position = p->made;
    }
    return b->n > 0;
}

static void *open_state(void *tool, int worker, mm_err *e)
{
    probe *p = tool;
    pthread_mutex_lock(&p->lock);
    p->opened++;
    pthread_mutex_unlock(&p->lock);
    if (p->open_fails) {
        mm_fail(e, MM_ESYS, "worker %d has no state", worker);
        return NULL;
    }
    return p;
}

static void close_state(void *state)
{
    probe *p = state;
    pthread_mutex_lock(&p->lock);
    p->closed++;
    pthread_mutex_unlock(&p->lock);
}

/* Every third record is dropped, every 50th is bad; the time taken varies. */
static mm_verdict work(void *tool, void *state, mm_rec *r, mm_arena *a)
{
    for (uint64_t i = 0; i < r->number * 7919 % 13; i++)
        sched_yield();
    if (r->number % 50 == 0)
        return mm_rec_bad(r, a, "number %llu", (unsigned long long)r->number);
    return r->number % 3 == 0 ? MM_DROP : MM_KEEP;
}

static mm_verdict order(void *tool, mm_rec *r, mm_arena *a, bool *stop)
{
    probe *p = tool;
    assert_true(r->number >= p->seen);
    p->seen = r->number + 1;
    if (p->stop_after && r->number + 1 >= p->stop_after)
        *stop = true;
    return MM_KEEP;
}

static int write_out(void *tool, const mm_batch *b, mm_err *e)
{
    probe *p = tool;
    for (size_t i = 0; i < b->n; i++) {
        if (b->rec[i].verdict != MM_KEEP)
            continue;
        if (p->write_fails && b->rec[i].number + 1 >= p->write_fails) {
            errno = EPIPE;
            return mm_fail(e, MM_ESYS, "the output broke");
        }
        mm_buf_str(&p->out, b->rec[i].head);
        mm_buf_byte(&p->out, '\n');
        p->written++;
    }
    return 0;
}

/* Every record, in order, whatever its verdict, before it is written. */
static int note(void *tool, const mm_rec *r, mm_err *e)
{
    probe *p = tool;
    assert_int_equal(r->number, p->noted);
    assert_int_equal(r->verdict, r->number % 50 == 0 ? MM_BAD : r->number % 3 == 0 ? MM_DROP : MM_KEEP);
    assert_true(p->written <= p->noted);
    if (p->note_fails && r->number == p->note_fails)
        return mm_fail(e, MM_ESYS, "the notebook is full");
    p->noted++;
    return 0;
}

static mm_stage stage_of(probe *p)
{
    return (mm_stage){ .open = open_state, .close = close_state, .work = work, .order = order,
                       .write = write_out, .source = source, .tool = p };
}

static probe probe_of(void)
{
    return (probe){ .limit = RECORDS, .lock = PTHREAD_MUTEX_INITIALIZER };
}

/* What must come out of the first n records. */
static void assert_output(const probe *p, uint64_t n)
{
    mm_buf want = { 0 };
    for (uint64_t i = 0; i < n; i++)
        if (i % 50 != 0 && i % 3 != 0)
            mm_buf_printf(&want, "{\"i\":%llu}\n", (unsigned long long)i);
    assert_int_equal(p->out.n, want.n);
    assert_true(mm_str_eq(mm_buf_view(&p->out), mm_buf_view(&want)));
    mm_buf_free(&want);
}

/* Each record grows by a mebibyte that tells its number. */
enum { GROWN = 1 << 20 };

static mm_verdict grow(void *tool, void *state, mm_rec *r, mm_arena *a)
{
    char *p = mm_arena_alloc(a, GROWN);
    memset(p, (int)(r->number % 251), GROWN);
    mm_rec_set_payload(r, (mm_str){ p, GROWN });
    return MM_KEEP;
}

/* What has grown must be delivered before a batch of seven is through. */
static int write_grown(void *tool, const mm_batch *b, mm_err *e)
{
    probe *p = tool;
    assert_in_range(b->n, 1, 5);
    for (size_t i = 0; i < b->n; i++) {
        const mm_rec *r = &b->rec[i];
        assert_int_equal(r->number, p->written++);
        assert_true(r->payload.n == GROWN && (unsigned char)r->payload.p[GROWN - 1] == r->number % 251);
    }
    return 0;
}

static void batches_that_grow_go_out_in_pieces(void **state)
{
    static const uint64_t stops[] = { 0, 3, 4, 11, 14, 33 };
    for_each_count(w)
        for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
            probe p = probe_of();
            mm_totals t;
            mm_err e = { 0 };
            p.limit = 40;
            p.stop_after = stops[i];
            mm_stage s = stage_of(&p);
            s.work = grow;
            s.write = write_grown;
            assert_int_equal(mm_run(&s, &(mm_run_opts){ .workers = *w }, &t, &e), 0);
            assert_int_equal(p.written, stops[i] ? stops[i] : 40);
            assert_int_equal(t.in, p.written);
            assert_int_equal(t.out, p.written);
            assert_int_equal(p.opened, p.closed);
        }
}

/* Hold the first ten that come, and let each further one take the place of the oldest. */
typedef struct keeper {
    probe p;  /* first */
    uint64_t held[10], n, given;
    int ended;
} keeper;

static mm_verdict hold_ten(void *tool, mm_rec *r, mm_arena *a, bool *stop)
{
    keeper *k = tool;
    k->held[k->n++ % 10] = r->number;
    return k->n <= 10 ? MM_HOLD : MM_DROP;
}

static int give_ten(void *tool, mm_batch *b, mm_err *e)
{
    keeper *k = tool;
    k->ended += k->given == 10;
    for (int i = 0; i < 4 && k->given < 10; i++, k->given++) {
        mm_rec *r = mm_batch_add(b);
        r->head = MM_STR("{}");
        r->verdict = k->given ? MM_KEEP : MM_DROP;
    }
    return b->n > 0;
}

static void what_was_held_comes_last(void **state)
{
    for_each_count(w) {
        keeper k = { .p = probe_of() };
        mm_stage s = stage_of(&k.p);
        s.order = hold_ten;
        s.last = give_ten;
        mm_run_opts o = { .workers = *w };
        mm_totals t;
        assert_int_equal(mm_run(&s, &o, &t, NULL), 0);
        assert_int_equal(t.in, RECORDS);
        assert_int_equal(t.out, 9);
        assert_int_equal(t.in, t.out + t.dropped + t.bad);
        assert_int_equal(k.p.written, 9);
        assert_int_equal(k.ended, 1);
        mm_buf_free(&k.p.out);
    }
}

static void a_run_that_failed_gives_nothing_last(void **state)
{
    for_each_count(w) {
        keeper k = { .p = probe_of() };
        k.p.read_fails = 700;
        mm_stage s = stage_of(&k.p);
        s.order = hold_ten;
        s.last = give_ten;
        mm_run_opts o = { .workers = *w };
        mm_totals t;
        assert_int_equal(mm_run(&s, &o, &t, NULL), -1);
        assert_int_equal(k.given, 0);
        assert_int_equal(k.p.written, 0);
        mm_buf_free(&k.p.out);
    }
}

typedef struct bads {
    uint64_t n, last, fail_at;
} bads;

static int on_bad(void *ctx, const mm_rec *r, const mm_err *e)
{
    bads *b = ctx;
    assert_non_null(r);
    assert_true(b->n == 0 || r->number > b->last);
    assert_non_null(r->reason);
    b->last = r->number;
    b->n++;
    return b->n == b->fail_at ? -1 : 0;
}

static void order_is_kept_and_the_sums_are_right(void **state)
{
    for_each_count(w) {
        probe p = probe_of();
        bads b = { 0 };
        mm_stage s = stage_of(&p);
        mm_run_opts o = { .workers = *w, .on_bad = on_bad, .on_bad_ctx = &b };
        mm_totals t;
        mm_err e = { 0 };
        assert_int_equal(mm_run(&s, &o, &t, &e), 0);
        assert_output(&p, RECORDS);
        assert_int_equal(t.in, RECORDS);
        assert_int_equal(t.bad, RECORDS / 50);
        assert_int_equal(t.in, t.out + t.dropped + t.bad);
        assert_int_equal(t.out, p.written);
        assert_int_equal(b.n, t.bad);
        assert_int_equal(p.opened, *w);
        assert_int_equal(p.closed, *w);
        assert_false(t.interrupted || t.closed);
        mm_buf_free(&p.out);
    }
}

static void order_ends_the_run(void **state)
{
    for_each_count(w) {
        probe p = probe_of();
        p.limit = UINT64_MAX;
        p.stop_after = 1000;
        mm_stage s = stage_of(&p);
        mm_run_opts o = { .workers = *w };
        mm_totals t;
        assert_int_equal(mm_run(&s, &o, &t, NULL), 0);
        assert_output(&p, p.seen);
        assert_int_equal(t.in, p.seen);
        assert_int_equal(t.in, t.out + t.dropped + t.bad);
        assert_int_equal(p.opened, p.closed);
        mm_buf_free(&p.out);
    }
}

static void every_record_is_noted_and_what_can_not_be_is_not_written(void **state)
{
    for_each_count(w) {
        for (int fails = 0; fails < 2; fails++) {
            probe p = probe_of();
            mm_err e = { 0 };
            p.note_fails = fails ? 1234 : 0;
            mm_stage s = stage_of(&p);
            s.note = note;
            mm_run_opts o = { .workers = *w };
            mm_totals t;
            assert_int_equal(mm_run(&s, &o, &t, &e), fails ? -1 : 0);
            assert_int_equal(p.noted, fails ? 1234 : RECORDS);
            assert_output(&p, p.noted);
            assert_int_equal(e.code, fails ? MM_ESYS : MM_OK);
            assert_true(!fails || strcmp(e.text, "the notebook is full") == 0);
            assert_int_equal(p.opened, p.closed);
            mm_buf_free(&p.out);
        }
    }
}

static void a_failing_output_ends_the_run(void **state)
{
    for_each_count(w) {
        probe p = probe_of();
        p.limit = UINT64_MAX;
        p.write_fails = 500;
        mm_stage s = stage_of(&p);
        mm_run_opts o = { .workers = *w };
        mm_totals t;
        mm_err e = { 0 };
        assert_int_equal(mm_run(&s, &o, &t, &e), -1);
        assert_string_equal(e.text, "the output broke");
        assert_true(t.closed);
        assert_int_equal(p.opened, p.closed);
        mm_buf_free(&p.out);
    }
}

static void a_failing_source_ends_the_run(void **state)
{
    for_each_count(w) {
        probe p = probe_of();
        p.read_fails = 700;
        mm_stage s = stage_of(&p);
        mm_run_opts o = { .workers = *w };
        mm_totals t;
        mm_err e = { 0 };
        assert_int_equal(mm_run(&s, &o, &t, &e), -1);
        assert_string_equal(e.text, "the source broke");
        assert_int_equal(e.code, MM_ESYS);
        assert_int_equal(t.in, t.out + t.dropped + t.bad);
        assert_int_equal(p.opened, p.closed);
        mm_buf_free(&p.out);
    }
}

static void a_worker_without_state_ends_the_run(void **state)
{
    for_each_count(w) {
        probe p = probe_of();
        p.limit = UINT64_MAX;
        p.open_fails = true;
        mm_stage s = stage_of(&p);
        mm_run_opts o = { .workers = *w };
        mm_totals t;
        mm_err e = { 0 };
        assert_int_equal(mm_run(&s, &o, &t, &e), -1);
        assert_int_equal(e.code, MM_ESYS);
        assert_int_equal(p.closed, 0);
        mm_buf_free(&p.out);
    }
}

static void a_bad_record_may_end_the_run(void **state)
{
    for_each_count(w) {
        probe p = probe_of();
        bads b = { .fail_at = 3 };
        mm_stage s = stage_of(&p);
        mm_run_opts o = { .workers = *w, .on_bad = on_bad, .on_bad_ctx = &b };
        mm_totals t;
        mm_err e = { 0 };
        assert_int_equal(mm_run(&s, &o, &t, &e), -1);
        assert_int_equal(e.code, MM_EBAD);
        assert_output(&p, 100);
        assert_int_equal(t.bad, 3);
        assert_int_equal(t.in, 101);
        mm_buf_free(&p.out);
    }
}

static void what_was_read_is_finished_when_asked_to_stop(void **state)
{
    for_each_count(w) {
        probe p = probe_of();
        volatile int stop = 1;
        mm_stage s = stage_of(&p);
        mm_run_opts o = { .workers = *w, .stop = &stop };
        mm_totals t;
        assert_int_equal(mm_run(&s, &o, &t, NULL), 0);
        assert_true(t.interrupted);
        assert_int_equal(t.in, p.made);
        assert_int_equal(t.in, t.out + t.dropped + t.bad);
        mm_buf_free(&p.out);
    }
}

/* ---- over readers and writers ----------------------------------------------- */

static mm_buf rows(unsigned n)
{
    mm_buf b = { 0 };
    for (unsigned i = 0; i < n; i++)
        mm_buf_printf(&b, "{\"i\":%u,\"text\":\"row number %u\"}\n", i, i);
    return b;
}

static void records_pass_unchanged(void **state)
{
    mm_buf in = rows(200000);
    memory_file from = file_of(mm_buf_view(&in));
    const char *names[] = { from.name };
    for_each_count(w) {
        memory_file to = file_of(MM_STR(""));
        mm_reader *r = mm_reader_open(names, 1, NULL, NULL);
        mm_writer *out = mm_writer_open(to.fd, "out", NULL, NULL);
        mm_stage s = { 0 };
        mm_run_opts o = { .workers = *w, .reader = r, .writer = out };
        mm_totals t;
        assert_int_equal(mm_run(&s, &o, &t, NULL), 0);
        assert_int_equal(t.out, 200000);
        assert_int_equal(t.bytes_in, in.n);
        assert_int_equal(t.bytes_out, in.n);
        mm_buf got = content_of(to.fd);
        assert_true(mm_str_eq(mm_buf_view(&got), mm_buf_view(&in)));
        mm_buf_free(&got);
        mm_writer_free(out);
        mm_reader_close(r);
        close(to.fd);
    }
    close(from.fd);
    mm_buf_free(&in);
}

/* A pipe whose other end stays open: reading it would wait for ever. */
typedef struct open_pipe {
    int end[2];
    char name[32];
} open_pipe;

static open_pipe pipe_with(mm_str content)
{
    open_pipe p;
    assert_int_equal(pipe(p.end), 0);
    assert_int_equal(write(p.end[1], content.p, content.n), content.n);
    snprintf(p.name, sizeof p.name, "/proc/self/fd/%d", p.end[0]);
    return p;
}

static void close_pipe(open_pipe *p)
{
    close(p->end[0]);
    close(p->end[1]);
}

static mm_verdict stop_at_two(void *tool, mm_rec *r, mm_arena *a, bool *stop)
{
    *stop = r->number == 1;
    return MM_KEEP;
}

static void a_waiting_reader_does_not_hold_up_the_end(void **state)
{
    for_each_count(w) {
        open_pipe p = pipe_with(MM_STR("{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n{\"a\""));
        memory_file to = file_of(MM_STR(""));
        const char *names[] = { p.name };
        mm_reader *r = mm_reader_open(names, 1, NULL, NULL);
        mm_writer *out = mm_writer_open(to.fd, "out", NULL, NULL);
        mm_stage s = { .order = stop_at_two };
        mm_run_opts o = { .workers = *w, .reader = r, .writer = out };
        mm_totals t;
        assert_int_equal(mm_run(&s, &o, &t, NULL), 0);
        mm_buf got = content_of(to.fd);
        assert_true(mm_str_eq(mm_buf_view(&got), MM_STR("{\"a\":1}\n{\"a\":2}\n")));
        mm_buf_free(&got);
        mm_writer_free(out);
        mm_reader_close(r);
        close_pipe(&p);
        close(to.fd);
    }
}

static volatile int asked;
static mm_reader *asked_reader;

static void ask(int number)
{
    asked = number;
    mm_reader_stop(asked_reader);
}

static int signal_self(void *ctx, const mm_rec *r, const mm_err *e)
{
    return kill(getpid(), SIGUSR1);
}

static void a_signal_ends_the_wait(void **state)
{
    signal(SIGUSR1, ask);
    for_each_count(w) {
        open_pipe p = pipe_with(MM_STR("{\"a\":1}\nbad\n{\"a\":3}\n{\"begun\""));
        memory_file to = file_of(MM_STR(""));
        const char *names[] = { p.name };
        asked = 0;
        asked_reader = mm_reader_open(names, 1, NULL, NULL);
        mm_writer *out = mm_writer_open(to.fd, "out", NULL, NULL);
        mm_stage s = { 0 };
        mm_run_opts o = { .workers = *w, .reader = asked_reader, .writer = out, .on_bad = signal_self,
                          .stop = &asked };
        mm_totals t;
        assert_int_equal(mm_run(&s, &o, &t, NULL), 0);
        assert_int_equal(asked, SIGUSR1);
        assert_true(t.interrupted);
        mm_buf got = content_of(to.fd);
        assert_true(mm_str_eq(mm_buf_view(&got), MM_STR("{\"a\":1}\n{\"a\":3}\n")));
        mm_buf_free(&got);
        mm_writer_free(out);
        mm_reader_close(asked_reader);
        close_pipe(&p);
        close(to.fd);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_is_kept_and_the_sums_are_right),
        cmocka_unit_test(order_ends_the_run),
        cmocka_unit_test(every_record_is_noted_and_what_can_not_be_is_not_written),
        cmocka_unit_test(a_failing_output_ends_the_run),
        cmocka_unit_test(a_failing_source_ends_the_run),
        cmocka_unit_test(a_worker_without_state_ends_the_run),
        cmocka_unit_test(batches_that_grow_go_out_in_pieces),
        cmocka_unit_test(what_was_held_comes_last),
        cmocka_unit_test(a_run_that_failed_gives_nothing_last),
        cmocka_unit_test(a_bad_record_may_end_the_run),
        cmocka_unit_test(what_was_read_is_finished_when_asked_to_stop),
        cmocka_unit_test(records_pass_unchanged),
        cmocka_unit_test(a_waiting_reader_does_not_hold_up_the_end),
        cmocka_unit_test(a_signal_ends_the_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
