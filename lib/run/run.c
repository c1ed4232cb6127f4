/* run.c - the ordered pipeline: read, work in parallel, deliver in the order read.
 *
 * Batches go round a ring of slots. The caller's thread reads, worker threads decide, one
 * thread delivers (order(), writing, counting). A slot is filled, worked on and delivered
 * under its sequence number, so order is kept without a queue of its own, and memory is
 * bounded by the ring. A batch whose records grow much (refs that become payloads) is worked on and
 * delivered in pieces. With one worker there are no threads and a single slot.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "mm.h"

#define PROGRESS_NS 100000000
#define PIECE_BYTES ((size_t)4 << 20)  /* new bytes of records after which a piece is delivered */

typedef enum slot_state { SLOT_FREE, SLOT_FILLED, SLOT_DONE } slot_state;

typedef struct slot {
    mm_batch *batch;
    mm_arena *made;  /* what work() and order() make; emptied with each piece */
    size_t from, to; /* the piece that was worked on and not delivered */
    slot_state state;
    bool bad_input;  /* the input behind these records failed: e tells */
    mm_err e;
} slot;

typedef struct run {
    const mm_stage *stage;
    const mm_run_opts *opts;
    mm_totals *totals;
    uint64_t next_number;
    int64_t progress_at;

    slot *slot;
    size_t n_slots;
    pthread_mutex_t lock;
    pthread_cond_t changed_fill, changed_work, changed_piece, changed_done;
    uint64_t filled, claimed, delivered;  /* sequence numbers: slots that got that far */
    bool end_of_input;  /* nothing will be filled any more */
    bool stop;          /* delivery ended: by order(), or by failure */
    bool failed;
    mm_err e;           /* the first failure */
} run;

typedef struct worker {
    run *r;
    int index;
    pthread_t thread;
} worker;

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* ---- the three steps, the same with and without threads --------------------- */

static bool asked_to_stop(const run *r)
{
    return r->opts->stop && *r->opts->stop;
}

/* Read the next batch: 1 with records or a bad input in the slot, 0 at the end, -1. */
static int fill(run *r, slot *s, mm_err *e)
{
    s->bad_input = false;
    if (asked_to_stop(r)) {
        r->totals->interrupted = true;
        return 0;
    }
    mm_batch_reset(s->batch);
    mm_err why = { 0 };
    int got = r->stage->source ? r->stage->source(r->stage->tool, s->batch, &why)
                               : mm_reader_next(r->opts->reader, s->batch, &why);
    if (got <= 0 && asked_to_stop(r)) {
        r->totals->interrupted = true;
        return 0;
    }
    if (got < 0 && why.code != MM_EBAD) {
        *e = why;
        return -1;
    }
    if (got < 0) {
        s->bad_input = true;
        s->e = why;
    }
    for (size_t i = 0; i < s->batch->n; i++)
        s->batch->rec[i].number = r->next_number++;
    return got != 0;
}

/* Work on the next piece: records from `from` on, until they have grown by much. */
static void work(run *r, void *state, slot *s, size_t from)
{
    const mm_stage *st = r->stage;
    mm_batch *b = s->batch;
    size_t made = 0, i = st->work ? from : b->n;
    for (; i < b->n && made < PIECE_BYTES; i++) {
        mm_rec *rec = &b->rec[i];
        if (rec->verdict == MM_KEEP)
            rec->verdict = st->work(st->tool, state, rec, s->made);
        if (rec->changed)
            made += rec->head.n + rec->payload.n;
    }
    s->from = from;
    s->to = i;
}

static bool is_last_piece(const slot *s)
{
    return s->to == s->batch->n;
}

static int report_bad(run *r, const mm_rec *rec, const mm_err *e)
{
    const mm_run_opts *o = r->opts;
    return o->on_bad ? o->on_bad(o->on_bad_ctx, rec, e) : 0;
}

static void count(mm_totals *t, mm_verdict v)
{
    t->out += v == MM_KEEP;
    t->dropped += v == MM_DROP;
    t->bad += v == MM_BAD;
}

/* Let order() see the records, count them, let note() see them and report the bad ones. What follows the record that
 * stopped the run counts as never read. */
static int settle(run *r, mm_batch *b, bool *stop, mm_err *e)
{
    const mm_stage *st = r->stage;
    for (size_t i = 0; i < b->n; i++) {
        mm_rec *rec = &b->rec[i];
        if (st->order && rec->verdict == MM_KEEP)
            rec->verdict = st->order(st->tool, rec, b->arena, stop);
        r->totals->in++;
        count(r->totals, rec->verdict);
        bool noted = !st->note || rec->verdict == MM_HOLD || st->note(st->tool, rec, e) == 0;
        if (!noted || (rec->verdict == MM_BAD && report_bad(r, rec, NULL) != 0)) {
            *stop = true;
            b->n = i;  /* what came before still goes out */
            if (noted)
                e->code = MM_EBAD;
            return -1;
        }
        if (*stop)
            b->n = i + 1;
    }
    return 0;
}

static int write_out(run *r, const mm_batch *b, mm_err *e)
{
    const mm_stage *st = r->stage;
    errno = 0;
    int failed = st->write ? st->write(st->tool, b, e)
               : r->opts->writer ? mm_writer_batch(r->opts->writer, b, -1, e) : 0;
    if (failed)
        r->totals->closed = e->code == MM_ESYS && errno == EPIPE;
    return failed;
}

/* What order() held back, once nothing more is to come. */
static int deliver_last(run *r, mm_err *e)
{
    mm_batch *b = r->slot[0].batch;
    while (r->stage->last && !r->totals->interrupted) {
        mm_batch_reset(b);
        int got = r->stage->last(r->stage->tool, b, e);
        if (got <= 0)
            return got;
        for (size_t i = 0; i < b->n; i++)
            count(r->totals, b->rec[i].verdict);
        if (write_out(r, b, e) < 0)
            return -1;
    }
    return 0;
}

static int deliver(run *r, slot *s, bool *stop, mm_err *e)
{
    mm_batch piece = { .rec = s->batch->rec + s->from, .n = s->to - s->from, .arena = s->made };
    settle(r, &piece, stop, e);
    if (write_out(r, &piece, e) < 0)
        return -1;
    mm_arena_reset(s->made);
    if (s->bad_input && !*stop && is_last_piece(s)) {
        r->totals->inputs_bad++;
        if (report_bad(r, NULL, &s->e) != 0) {
            *e = s->e;
            return -1;
        }
    }
    if (e->code)
        return -1;
    if (r->opts->progress && now_ns() - r->progress_at >= PROGRESS_NS) {
        r->progress_at = now_ns();
        r->opts->progress(r->opts->progress_ctx, r->totals);
    }
    return 0;
}

static void *open_state(run *r, int index, bool *failed, mm_err *e)
{
    void *state = r->stage->open ? r->stage->open(r->stage->tool, index, e) : NULL;
    *failed = r->stage->open && !state;
    return state;
}

static void close_state(run *r, void *state)
{
    if (r->stage->close && state)
        r->stage->close(state);
}

/* ---- one worker: no threads ------------------------------------------------- */

static int run_inline(run *r, mm_err *e)
{
    bool failed, stop = false;
    void *state = open_state(r, 0, &failed, e);
    if (failed)
        return -1;
    int got = 0;
    while (!stop && (got = fill(r, &r->slot[0], e)) == 1) {
        slot *s = &r->slot[0];
        s->to = 0;
        do {
            work(r, state, s, s->to);
            got = deliver(r, s, &stop, e);
        } while (got == 0 && !stop && !is_last_piece(s));
        if (got < 0)
            break;
    }
    close_state(r, state);
    return got < 0 ? -1 : 0;
}

/* ---- many workers ----------------------------------------------------------- */

/* Have every thread see that the run is over. The caller holds the lock. */
static void stop_all(run *r)
{
    r->stop = true;
    if (r->opts->reader)
        mm_reader_stop(r->opts->reader);
    pthread_cond_broadcast(&r->changed_fill);
    pthread_cond_broadcast(&r->changed_work);
    pthread_cond_broadcast(&r->changed_piece);
    pthread_cond_broadcast(&r->changed_done);
}

static void fail_run(run *r, const mm_err *e)
{
    pthread_mutex_lock(&r->lock);
    if (!r->failed)
        r->e = *e;
    r->failed = true;
    stop_all(r);
    pthread_mutex_unlock(&r->lock);
}

/* Work on a slot, handing over piece after piece. The caller holds the lock. */
static void work_slot(run *r, void *state, slot *s)
{
    s->to = 0;
    do {
        pthread_mutex_unlock(&r->lock);
        work(r, state, s, s->to);
        pthread_mutex_lock(&r->lock);
        s->state = SLOT_DONE;
        bool last = is_last_piece(s);
        pthread_cond_signal(&r->changed_work);
        if (last)
            return;
        while (s->state == SLOT_DONE && !r->stop)
            pthread_cond_wait(&r->changed_piece, &r->lock);
    } while (!r->stop);
}

static void *worker_main(void *arg)
{
    worker *w = arg;
    run *r = w->r;
    mm_err e = { 0 };
    bool failed;
    void *state = open_state(r, w->index, &failed, &e);
    if (failed) {
        fail_run(r, &e);
        return NULL;
    }
    pthread_mutex_lock(&r->lock);
    for (;;) {
        while (r->claimed == r->filled && !r->end_of_input && !r->stop)
            pthread_cond_wait(&r->changed_fill, &r->lock);
        if (r->stop || r->claimed == r->filled)
            break;
        slot *s = &r->slot[r->claimed++ % r->n_slots];
        work_slot(r, state, s);
    }
    pthread_mutex_unlock(&r->lock);
    close_state(r, state);
    return NULL;
}

static void *deliver_main(void *arg)
{
    run *r = arg;
    mm_err e = { 0 };
    bool stop = false;
    pthread_mutex_lock(&r->lock);
    while (!stop) {
        slot *s = &r->slot[r->delivered % r->n_slots];
        while (s->state != SLOT_DONE && !r->stop && !(r->end_of_input && r->delivered == r->filled))
            pthread_cond_wait(&r->changed_work, &r->lock);
        if (r->stop || s->state != SLOT_DONE)
            break;
        pthread_mutex_unlock(&r->lock);
        bool last = is_last_piece(s);
        if (deliver(r, s, &stop, &e) < 0) {
            fail_run(r, &e);
            return NULL;
        }
        pthread_mutex_lock(&r->lock);
        s->state = last ? SLOT_FREE : SLOT_FILLED;
        r->delivered += last;
        pthread_cond_broadcast(last ? &r->changed_done : &r->changed_piece);
    }
    if (stop)
        stop_all(r);
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

/* The caller's thread: fill free slots until input ends. */
static void read_all(run *r)
{
    mm_err e = { 0 };
    int got = 1;
    pthread_mutex_lock(&r->lock);
    while (got == 1) {
        slot *s = &r->slot[r->filled % r->n_slots];
        while (s->state != SLOT_FREE && !r->stop)
            pthread_cond_wait(&r->changed_done, &r->lock);
        if (r->stop)
            break;
        pthread_mutex_unlock(&r->lock);
        got = fill(r, s, &e);
        pthread_mutex_lock(&r->lock);
        if (got == 1) {
            s->state = SLOT_FILLED;
            r->filled++;
            pthread_cond_signal(&r->changed_fill);
        }
    }
    r->end_of_input = true;
    pthread_cond_broadcast(&r->changed_fill);
    pthread_cond_broadcast(&r->changed_work);
    pthread_mutex_unlock(&r->lock);
    if (got < 0)
        fail_run(r, &e);
}

/* Start deliverer and workers, with all signals blocked: these are for the caller's thread, whose
 * reading they may interrupt. Returns how many workers there are; without a deliverer none. */
static int start_threads(run *r, pthread_t *deliverer, worker *w, int n)
{
    sigset_t all, before;
    int started = -1;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(deliverer, NULL, deliver_main, r) == 0)
        for (started = 0; started < n; started++) {
            w[started] = (worker){ .r = r, .index = started };
            if (pthread_create(&w[started].thread, NULL, worker_main, &w[started]) != 0)
                break;
        }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

static int run_threads(run *r, int n, mm_err *e)
{
    worker *w = calloc((size_t)n, sizeof(*w));
    pthread_t deliverer;
    if (!w)
        return mm_fail(e, MM_ESYS, "out of memory");
    int started = start_threads(r, &deliverer, w, n);
    bool delivering = started >= 0;
    if (started <= 0) {
        mm_err why = { 0 };
        mm_fail(&why, MM_ESYS, "no thread could be started");
        fail_run(r, &why);
    } else {
        read_all(r);
    }
    for (int i = 0; i < started; i++)
        pthread_join(w[i].thread, NULL);
    if (delivering)
        pthread_join(deliverer, NULL);
    free(w);
    if (r->failed)
        *e = r->e;
    return r->failed ? -1 : 0;
}

/* ---- start and end ---------------------------------------------------------- */

static int make_slots(run *r, size_t n, mm_err *e)
{
    r->slot = calloc(n, sizeof(*r->slot));
    if (!r->slot)
        return mm_fail(e, MM_ESYS, "out of memory");
    r->n_slots = n;
    for (size_t i = 0; i < n; i++)
        if (!(r->slot[i].batch = mm_batch_new()) || !(r->slot[i].made = mm_arena_new()))
            return mm_fail(e, MM_ESYS, "out of memory");
    return 0;
}

static int start_run(run *r, int workers, mm_err *e)
{
    if (make_slots(r, workers == 1 ? 1 : 2 * (size_t)workers + 2, e) < 0)
        return -1;
    int status = workers == 1 ? run_inline(r, e) : run_threads(r, workers, e);
    return status < 0 ? status : deliver_last(r, e);
}

int mm_run(const mm_stage *s, const mm_run_opts *o, mm_totals *t, mm_err *e)
{
    *t = (mm_totals){ 0 };
    mm_err why = { 0 }, late = { 0 };
    int workers = o->workers > 0 ? o->workers : (int)sysconf(_SC_NPROCESSORS_ONLN);
    run r = { .stage = s, .opts = o, .totals = t, .lock = PTHREAD_MUTEX_INITIALIZER,
              .changed_fill = PTHREAD_COND_INITIALIZER, .changed_work = PTHREAD_COND_INITIALIZER,
              .changed_piece = PTHREAD_COND_INITIALIZER, .changed_done = PTHREAD_COND_INITIALIZER };
    int status = start_run(&r, workers, &why);
    if (s->end)
        s->end(s->tool);
    if (o->writer && !t->closed && mm_writer_flush(o->writer, &late) < 0 && status == 0) {
        t->closed = errno == EPIPE;
        why = late;
        status = -1;
    }
    if (o->reader)
        t->bytes_in = mm_reader_bytes(o->reader, NULL);
    if (o->writer)
        t->bytes_out = mm_writer_bytes(o->writer);
    for (size_t i = 0; i < r.n_slots; i++) {
        mm_batch_free(r.slot[i].batch);
        mm_arena_free(r.slot[i].made);
    }
    free(r.slot);
    if (status < 0 && e)
        *e = why;
    return status;
}
