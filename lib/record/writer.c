/* writer.c - records to bytes. What did not change is sent as it came in, neighbours
 * together. */
#include "record/sink.h"

#include <stdlib.h>

struct mm_writer {
    mm_sink sink;
    mm_form form;
    uint64_t records;
    mm_str run;        /* neighbouring unchanged records, gathered and not yet put */
    bool stays;        /* the records' bytes stay until mm_sink_settle */
};

mm_writer *mm_writer_open(int fd, const char *name, const mm_write_opts *o, mm_err *e)
{
    mm_writer *w = calloc(1, sizeof *w);
    if (!w) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    w->form = o && o->form == MM_FORM_MMR ? MM_FORM_MMR : MM_FORM_NDJSON;
    if (mm_sink_open(&w->sink, fd, name, o, e) < 0) {
        free(w);
        return NULL;
    }
    return w;
}

void mm_writer_free(mm_writer *w)
{
    if (!w)
        return;
    mm_sink_close(&w->sink);
    free(w);
}

static int put(mm_writer *w, mm_str bytes, mm_err *e)
{
    return mm_sink_put(&w->sink, bytes, w->stays, e);
}

/* Put the run of unchanged records that was gathered. */
static int end_run(mm_writer *w, mm_err *e)
{
    mm_str run = w->run;
    w->run = (mm_str){ NULL, 0 };
    return run.n ? put(w, run, e) : 0;
}

static int add_to_run(mm_writer *w, mm_str raw, mm_err *e)
{
    if (w->run.n && w->run.p + w->run.n == raw.p) {
        w->run.n += raw.n;
        return 0;
    }
    if (end_run(w, e) < 0)
        return -1;
    w->run = raw;
    return 0;
}

static int write_line(mm_writer *w, const mm_rec *r, mm_err *e)
{
    bool same = !r->changed && r->raw.n && r->raw_form == MM_FORM_NDJSON && !r->payload.p;
    mm_str line = same ? r->raw : r->head;
    if (same && line.p[line.n - 1] == '\n')
        return add_to_run(w, line, e);
    if (end_run(w, e) < 0 || put(w, line, e) < 0)
        return -1;
    return put(w, MM_STR("\n"), e);
}

static int write_record(mm_writer *w, const mm_rec *r, mm_err *e)
{
    w->records++;
    return write_line(w, r, e);
}

int mm_writer_batch(mm_writer *w, const mm_batch *b, int route, mm_err *e)
{
    w->stays = true;
    for (size_t i = 0; i < b->n; i++) {
        const mm_rec *r = &b->rec[i];
        if (r->verdict != MM_KEEP || (route >= 0 && r->route != route))
            continue;
        if (write_record(w, r, e) < 0)
            return -1;
    }
    return end_run(w, e) < 0 ? -1 : mm_sink_settle(&w->sink, e);
}

int mm_writer_record(mm_writer *w, const mm_rec *r, mm_err *e)
{
    w->stays = false;
    return write_record(w, r, e) < 0 ? -1 : end_run(w, e);
}

int mm_writer_flush(mm_writer *w, mm_err *e)
{
    return mm_sink_flush(&w->sink, e);
}

int mm_writer_end(mm_writer *w, mm_err *e)
{
    return mm_sink_end(&w->sink, e);
}

uint64_t mm_writer_records(const mm_writer *w)
{
    return w->records;
}

uint64_t mm_writer_bytes(const mm_writer *w)
{
    return w->sink.bytes;
}
