/* reader.c - a list of inputs in turn, each in the form it is found to have. */
#include "record/dead.h"
#include "record/index.h"
#include "record/lines.h"
#include "record/mmr_in.h"
#include "record/source.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

struct mm_reader {
    const char *const *names;
    size_t count, next;
    mm_read_opts opts;
    _Atomic uint64_t taken;
    uint64_t total;    /* of all inputs, 0 when one is no plain file */
    uint64_t number;   /* of the next record */
    bool open;
    int stop;          /* an eventfd: readable when reading shall end */
    _Atomic bool stopped;
    mm_err unopened;   /* why the first input could not be opened, kept for mm_reader_next */
    mm_source source;
    mm_form form;
    union {
        mm_lines lines;
        mm_mmr_in mmr;
    };
};

static uint64_t total_size(const char *const *names, size_t n)
{
    uint64_t total = 0;
    for (size_t i = 0; i < n; i++) {
        struct stat st;
        bool standard = names[i][0] == '-' && !names[i][1];
        if ((standard ? fstat(STDIN_FILENO, &st) : stat(names[i], &st)) < 0 || !S_ISREG(st.st_mode))
            return 0;
        total += (uint64_t)st.st_size;
    }
    return total;
}

mm_reader *mm_reader_open(const char *const *names, size_t n, const mm_read_opts *o, mm_err *e)
{
    mm_reader *r = calloc(1, sizeof *r);
    if (!r) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    r->names = names;
    r->count = n;
    r->opts = o ? *o : (mm_read_opts){ 0 };
    if (!r->opts.batch)
        r->opts.batch = 256 << 10;
    if (!r->opts.max_record)
        r->opts.max_record = 64 << 20;
    r->total = total_size(names, n);
    r->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (r->stop < 0) {
        mm_fail_errno(e, "eventfd");
        free(r);
        return NULL;
    }
    return r;
}

static void close_input(mm_reader *r)
{
    if (!r->open)
        return;
    if (r->form == MM_FORM_MMR)
        mm_mmr_in_close(&r->mmr);
    else
        mm_lines_close(&r->lines);
    mm_source_close(&r->source);
    r->open = false;
}

void mm_reader_close(mm_reader *r)
{
    if (!r)
        return;
    close_input(r);
    close(r->stop);
    free(r);
}

void mm_reader_stop(mm_reader *r)
{
    r->stopped = true;
    eventfd_write(r->stop, 1);
}

/* Open the next input; -1 when it can not be read, and then it counts as done. */
static int open_input(mm_reader *r, mm_err *e)
{
    const char *name = r->names[r->next++];
    if (mm_source_open(&r->source, name, r->stop, &r->taken, &r->form, e) < 0)
        return -1;
    bool mmr = r->form == MM_FORM_MMR;
    if ((mmr ? mm_mmr_in_open(&r->mmr, &r->opts, e) : mm_lines_open(&r->lines, &r->opts, e)) < 0) {
        mm_source_close(&r->source);
        return -1;
    }
    r->open = true;
    return 0;
}

mm_form mm_reader_form(mm_reader *r, mm_err *e)
{
    if (!r->open && r->next == 0 && r->count > 0 && open_input(r, &r->unopened) < 0) {
        if (e)
            mm_fail(e, r->unopened.code, "%s", r->unopened.text);
        return MM_FORM_NDJSON;
    }
    return r->form == MM_FORM_AUTO ? MM_FORM_NDJSON : r->form;
}

/* Make sure an input is open: 1, 0 when there is none left, -1 when the next can not be read. */
static int have_input(mm_reader *r, mm_err *e)
{
    if (r->unopened.code) {
        mm_fail(e, r->unopened.code, "%s", r->unopened.text);
        r->unopened.code = MM_OK;
        return -1;
    }
    if (r->open)
        return 1;
    if (r->next == r->count)
        return 0;
    return open_input(r, e) < 0 ? -1 : 1;
}

/* The next batch of the open input, which is closed when nothing more will come of it. */
static int fill(mm_reader *r, mm_batch *b, mm_err *e)
{
    bool mmr = r->form == MM_FORM_MMR;
    int got = mmr ? mm_mmr_in_fill(&r->mmr, &r->source, b, e) : mm_lines_fill(&r->lines, &r->source, b, e);
    bool goes_on = got > 0 || (got < 0 && mmr && !r->mmr.done && e->code == MM_EBAD);
    if (!goes_on)
        close_input(r);
    return got;
}

int mm_reader_next(mm_reader *r, mm_batch *b, mm_err *e)
{
    mm_batch_reset(b);
    for (;;) {
        if (r->stopped)
            return 0;
        int have = have_input(r, e);
        if (have <= 0)
            return r->stopped ? 0 : have;
        int got = fill(r, b, e);
        if (r->stopped && r->source.waits) {
            mm_batch_reset(b);
            return 0;
        }
        if (got < 0)
            return -1;
        if (got > 0)
            break;
    }
    for (size_t i = 0; i < b->n; i++) {
        mm_rec *rec = &b->rec[i];
        rec->source = r->source.name;
        rec->number = r->number++;
        if (rec->verdict == MM_KEEP && mm_dead_likely(rec->head) &&
            mm_dead_unwrap(rec, !r->opts.lines_only, b->arena) < 0)
            return mm_fail(e, MM_ESYS, "out of memory");
    }
    return 1;
}

/* Find the record and bring the open input there. */
static int jump(mm_reader *r, mm_random *file, uint64_t number, mm_err *e)
{
    mm_record_place to;
    uint64_t place, skip;
    if (mm_index_find(file, number, &to, e) < 0)
        return mm_fail_at(e, "%s", r->source.name);
    mm_random_place(file, to.offset, &place, &skip);
    if (mm_source_seek(&r->source, place, skip, e) < 0)
        return -1;
    mm_mmr_in_jump(&r->mmr, number, to.in_stream);
    r->number = number;
    return 0;
}

int mm_reader_seek(mm_reader *r, uint64_t number, mm_err *e)
{
    if (r->count != 1)
        return mm_fail(e, MM_EBAD, "records can be looked for by number in one input only");
    if (!r->open)
        r->next = 0;
    int have = have_input(r, e);
    if (have <= 0)
        return -1;
    if (r->form != MM_FORM_MMR)
        return mm_fail(e, MM_EBAD, "%s: is no mmr, and so has no index", r->source.name);
    mm_random *file = mm_random_open(r->source.fd, r->source.zstd != NULL, e);
    if (!file)
        return mm_fail_at(e, "%s", r->source.name);
    int ok = jump(r, file, number, e);
    mm_random_free(file);
    return ok;
}

uint64_t mm_reader_bytes(const mm_reader *r, uint64_t *total)
{
    if (total)
        *total = r->total;
    return r->taken;
}
