#include "table/scan.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK ((size_t)512 << 10)

/* ---- rows and fields ---- */

bool mm_row_next(mm_row *r)
{
    const mm_rows *in = r->in;
    while (r->next < in->n_end) {
        const uint32_t *end = in->end + r->next;
        size_t left = in->n_end - r->next, n = 1;
        while (n < left && in->text[end[n - 1]] != '\n')
            n++;
        const char *p = in->text + r->start;
        size_t len = end[n - 1] - r->start;
        r->next += n;
        r->start = end[n - 1] + 1;
        len -= len && p[len - 1] == '\r';
        if (len == 0 && n == 1)
            continue;
        r->whole = (mm_str){ p, len };
        r->end = end;
        r->fields = n;
        r->number++;
        return true;
    }
    return false;
}

mm_str mm_field_text(mm_str raw, mm_buf *scratch)
{
    if (raw.n < 2 || raw.p[0] != '"' || raw.p[raw.n - 1] != '"')
        return raw;
    mm_str in = { raw.p + 1, raw.n - 2 };
    const char *quote = memchr(in.p, '"', in.n);
    if (!quote)
        return in;
    scratch->n = 0;
    for (const char *end = in.p + in.n; quote; quote = memchr(in.p, '"', in.n)) {
        mm_buf_put(scratch, in.p, (size_t)(quote + 1 - in.p));
        in.p = quote + 1 < end && quote[1] == '"' ? quote + 2 : quote + 1;
        in.n = (size_t)(end - in.p);
    }
    mm_buf_str(scratch, in);
    return mm_buf_view(scratch);
}

/* ---- blocks ---- */

typedef struct slot {
    mm_buf text;
    void *result;
    size_t rows;
    enum { FREE, READY, BUSY, DONE } state;
} slot;

typedef struct scan {
    const mm_scan *how;
    const char *name;
    mm_bytes *in;
    mm_buf carry;       /* begins with a row */
    char delimiter;
    size_t columns;
    bool ended;
    uint64_t rows;      /* told so far */
    slot *slot;
    size_t n_slots;
    uint64_t filled, told;  /* blocks so far */
    pthread_mutex_t lock;
    pthread_cond_t ready, done;
    uint64_t next_work;
    bool quit;
} scan;

typedef struct worker {
    scan *scan;
    int number;
    uint32_t *end;
    size_t room;
    pthread_t thread;
} worker;

/* In pieces of a known length, which the compiler turns into vectors. */
static size_t count_quotes(const char *p, size_t n)
{
    size_t count = 0;
    for (; n >= 64; p += 64, n -= 64) {
        unsigned char some = 0;
        for (int i = 0; i < 64; i++)
            some += p[i] == '"';
        count += some;
    }
    for (; n; p++, n--)
        count += *p == '"';
    return count;
}

/* Length of the whole rows that text begins with. */
static size_t whole_rows(mm_str text)
{
    bool inside = count_quotes(text.p, text.n) & 1;
    for (size_t i = text.n; i > 0; i--) {
        if (text.p[i - 1] == '\n' && !inside)
            return i;
        inside ^= text.p[i - 1] == '"';
    }
    return 0;
}

/* Read until b holds whole rows, and leave those in it; the rest is carried. 0 at the end of the file. */
static int fill(scan *s, mm_buf *b, mm_err *e)
{
    size_t whole = 0;
    b->n = 0;
    mm_buf_str(b, mm_buf_view(&s->carry));
    s->carry.n = 0;
    do {
        size_t want = s->ended ? 0 : b->n < BLOCK ? BLOCK - b->n : BLOCK;
        if (!mm_buf_room(b, want + 1))
            return mm_fail(e, MM_ESYS, "out of memory");
        ssize_t got = 1;
        for (; want && got > 0; want -= (size_t)got, b->n += (size_t)got) {
            got = mm_bytes_read(s->in, b->p + b->n, want, e);
            if (got < 0)
                return -1;
        }
        s->ended |= got == 0;
        if (s->ended && b->n && b->p[b->n - 1] != '\n')
            mm_buf_byte(b, '\n');
        whole = whole_rows(mm_buf_view(b));
        if (!whole && b->n > MM_SCAN_LONGEST)
            return mm_fail(e, MM_EBAD, "%s: a row of more than %u MiB; is a quote not closed?", s->name, MM_SCAN_LONGEST >> 20);
    } while (!whole && !s->ended);
    mm_buf_put(&s->carry, b->p + whole, b->n - whole);
    b->n = whole;
    if (b->failed || s->carry.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    return whole != 0;
}

static int work_on(worker *w, slot *t)
{
    scan *s = w->scan;
    uint64_t inside = 0;
    if (w->room < t->text.n + 64) {
        free(w->end);
        w->room = t->text.n + 64;
        w->end = malloc(w->room * sizeof *w->end);
        if (!w->end) {
            w->room = 0;
            return -1;
        }
    }
    size_t n = mm_simd()->csv_ends(t->text.p, t->text.n, s->delimiter, &inside, w->end);
    const mm_rows rows = { t->text.p, w->end, n, s->columns };
    memset(t->result, 0, s->how->result);
    t->rows = s->how->work(s->how->ctx, w->number, &rows, t->result);
    return 0;
}

static void *work_loop(void *arg)
{
    worker *w = arg;
    scan *s = w->scan;
    pthread_mutex_lock(&s->lock);
    for (;;) {
        while (!s->quit && s->next_work == s->filled)
            pthread_cond_wait(&s->ready, &s->lock);
        if (s->next_work == s->filled)
            break;
        slot *t = &s->slot[s->next_work++ % s->n_slots];
        t->state = BUSY;
        pthread_mutex_unlock(&s->lock);
        bool failed = work_on(w, t) < 0;
        pthread_mutex_lock(&s->lock);
        t->rows = failed ? SIZE_MAX : t->rows;
        t->state = DONE;
        pthread_cond_signal(&s->done);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

static int tell(scan *s, slot *t, mm_err *e)
{
    t->state = FREE;
    s->told++;
    if (t->rows == SIZE_MAX)
        return mm_fail(e, MM_ESYS, "out of memory");
    uint64_t before = s->rows;
    s->rows += t->rows;
    return s->how->told ? s->how->told(s->how->ctx, before, t->result, e) : 0;
}

/* Wait for the oldest block that is not told yet, and tell it. */
static int tell_oldest(scan *s, mm_err *e)
{
    slot *t = &s->slot[s->told % s->n_slots];
    pthread_mutex_lock(&s->lock);
    while (t->state != DONE)
        pthread_cond_wait(&s->done, &s->lock);
    pthread_mutex_unlock(&s->lock);
    return tell(s, t, e);
}

static bool stopped(const scan *s)
{
    return s->how->stop && s->how->stop();
}

static int run_alone(scan *s, worker *w, mm_err *e)
{
    int more = 0;
    while (!stopped(s) && (more = fill(s, &s->slot[0].text, e)) > 0)
        if (work_on(w, &s->slot[0]) < 0 || tell(s, &s->slot[0], e) < 0)
            return e->code ? -1 : mm_fail(e, MM_ESYS, "out of memory");
    return stopped(s) ? 0 : more;
}

static int hand_out(scan *s, mm_err *e)
{
    int more = 0;
    while (!stopped(s)) {
        if (s->filled - s->told == s->n_slots && tell_oldest(s, e) < 0)
            return -1;
        slot *t = &s->slot[s->filled % s->n_slots];
        more = fill(s, &t->text, e);
        if (more <= 0)
            break;
        pthread_mutex_lock(&s->lock);
        t->state = READY;
        s->filled++;
        pthread_cond_signal(&s->ready);
        pthread_mutex_unlock(&s->lock);
    }
    return more;
}

static int run_together(scan *s, worker *w, int n, mm_err *e)
{
    int started = 0, rc = 0;
    while (started < n && pthread_create(&w[started].thread, NULL, work_loop, &w[started]) == 0)
        started++;
    if (started < n)
        rc = mm_fail(e, MM_ESYS, "cannot start a thread");
    if (rc == 0)
        rc = hand_out(s, e);
    mm_err late = { 0 };
    while (started && s->told < s->filled)
        if (tell_oldest(s, rc < 0 ? &late : e) < 0)
            rc = -1;
    pthread_mutex_lock(&s->lock);
    s->quit = true;
    pthread_cond_broadcast(&s->ready);
    pthread_mutex_unlock(&s->lock);
    for (int i = 0; i < started; i++)
        pthread_join(w[i].thread, NULL);
    return rc;
}

/* ---- the names of the columns ---- */

static char likely_delimiter(mm_str line)
{
    static const char candidates[] = ",;\t|";
    char best = ',';
    size_t most = 0;
    for (const char *c = candidates; *c; c++) {
        size_t n = 0;
        bool inside = false;
        for (size_t i = 0; i < line.n; i++) {
            inside ^= line.p[i] == '"';
            n += !inside && line.p[i] == *c;
        }
        if (n > most) {
            most = n;
            best = *c;
        }
    }
    return best;
}

/* Tell the names that stand in one line, which a line end follows. */
static int tell_names(scan *s, mm_str line, mm_err *e)
{
    uint32_t *end = malloc((line.n + 65) * sizeof *end);
    mm_str *name = malloc((line.n + 2) * sizeof *name);
    mm_buf scratch = { 0 }, names = { 0 };
    mm_buf_room(&names, line.n + 1);
    int rc = end && name && !names.failed ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    if (rc == 0) {
        uint64_t inside = 0;
        mm_rows rows = { line.p, end, mm_simd()->csv_ends(line.p, line.n + 1, s->delimiter, &inside, end), 0 };
        rows.columns = rows.n_end;
        mm_row r = { &rows };
        s->columns = mm_row_next(&r) ? r.fields : 0;
        for (size_t i = 0; i < s->columns; i++) {
            mm_str t = mm_row_text(&r, i, &scratch);
            name[i] = (mm_str){ names.p + names.n, t.n };
            mm_buf_str(&names, t);
        }
        rc = s->columns ? s->how->begin(s->how->ctx, name, s->columns, e)
                        : mm_fail(e, MM_EBAD, "%s: no line with the names of columns", s->name);
    }
    free(end);
    free(name);
    mm_buf_free(&names);
    mm_buf_free(&scratch);
    return rc;
}

/* Read the first row, and put what follows it back in front of what is carried. */
static int take_names(scan *s, mm_err *e)
{
    mm_buf first = { 0 }, rest = { 0 };
    int rc = fill(s, &first, e);
    if (rc <= 0) {
        mm_buf_free(&first);
        return rc < 0 ? -1 : mm_fail(e, MM_EBAD, "%s: no line with the names of columns", s->name);
    }
    size_t skip = first.n >= 3 && memcmp(first.p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0, end = skip;
    for (bool inside = false; first.p[end] != '\n' || inside; end++)
        inside ^= first.p[end] == '"';
    const mm_str line = { first.p + skip, end - skip };
    s->delimiter = s->how->delimiter ? s->how->delimiter : likely_delimiter(line);
    rc = tell_names(s, line, e);
    mm_buf_put(&rest, first.p + end + 1, first.n - end - 1);
    mm_buf_str(&rest, mm_buf_view(&s->carry));
    mm_buf_free(&s->carry);
    s->carry = rest;
    mm_buf_free(&first);
    return rc;
}

/* ---- a file ---- */

static int run(scan *s, int workers, mm_err *e)
{
    worker *w = calloc((size_t)workers, sizeof *w);
    s->n_slots = workers > 1 ? 2 * (size_t)workers : 1;
    s->slot = calloc(s->n_slots, sizeof *s->slot);
    bool ok = w && s->slot;
    for (size_t i = 0; ok && i < s->n_slots; i++)
        ok = (s->slot[i].result = malloc(s->how->result + 1)) != NULL;
    for (int i = 0; ok && i < workers; i++) {
        w[i].scan = s;
        w[i].number = i;
    }
    int rc = !ok ? mm_fail(e, MM_ESYS, "out of memory") : workers > 1 ? run_together(s, w, workers, e) : run_alone(s, w, e);
    if (rc == 0 && !stopped(s) && s->carry.n)
        rc = mm_fail(e, MM_EBAD, "%s: row %llu: a quote is not closed to the end of the file", s->name,
                     (unsigned long long)s->rows + 1);
    for (int i = 0; w && i < workers; i++)
        free(w[i].end);
    for (size_t i = 0; s->slot && i < s->n_slots; i++) {
        mm_buf_free(&s->slot[i].text);
        free(s->slot[i].result);
    }
    free(s->slot);
    free(w);
    return rc < 0 ? -1 : 0;
}

int mm_scan_bytes(const mm_scan *how, mm_bytes *in, uint64_t *rows, mm_err *e)
{
    scan s = { .how = how, .name = in->source.name, .in = in, .lock = PTHREAD_MUTEX_INITIALIZER, .ready = PTHREAD_COND_INITIALIZER,
               .done = PTHREAD_COND_INITIALIZER };
    int rc = take_names(&s, e);
    if (rc == 0)
        rc = run(&s, how->workers < 1 ? 1 : how->workers, e);
    *rows = s.rows;
    mm_buf_free(&s.carry);
    return rc;
}

int mm_scan_file(const mm_scan *how, const char *name, _Atomic uint64_t *taken, uint64_t *rows, mm_err *e)
{
    mm_bytes in;
    if (mm_bytes_open(&in, name, taken, e) < 0)
        return -1;
    int rc = mm_scan_bytes(how, &in, rows, e);
    mm_bytes_close(&in);
    return rc;
}
