/* writer.c - records to bytes. What did not change is sent as it came in, neighbours
 * together. */
#include "record/carry.h"
#include "record/dead.h"
#include "record/mmr_out.h"
#include "record/sink.h"

#include <stdlib.h>
#include <string.h>

struct mm_writer {
    mm_sink sink;
    mm_form form;
    uint64_t records;
    mm_str run;        /* neighbouring unchanged records, gathered and not yet put */
    bool stays;        /* the records' bytes stay until mm_sink_settle */
    mm_carrier *carrier;
    mm_mmr_out mmr;    /* with MM_FORM_MMR */
    mm_buf letter;     /* header of a dead letter */
};

mm_writer *mm_writer_open(int fd, const char *name, const mm_write_opts *o, mm_err *e)
{
    mm_writer *w = calloc(1, sizeof *w);
    if (!w) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    w->form = o && o->form == MM_FORM_MMR ? MM_FORM_MMR : MM_FORM_NDJSON;
    bool ready = mm_sink_open(&w->sink, fd, name, o, e) == 0;
    ready = ready && (w->carrier = mm_carrier_new(e));
    ready = ready && (w->form != MM_FORM_MMR || mm_mmr_out_open(&w->mmr, e) == 0);
    if (!ready) {
        mm_writer_free(w);
        return NULL;
    }
    return w;
}

void mm_writer_free(mm_writer *w)
{
    if (!w)
        return;
    mm_sink_close(&w->sink);
    mm_carrier_free(w->carrier);
    mm_mmr_out_close(&w->mmr);
    mm_buf_free(&w->letter);
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

/* May the bytes a record came in be sent again? */
static bool unchanged(const mm_writer *w, const mm_rec *r)
{
    return !r->changed && r->raw.n && r->raw_form == w->form;
}

static int write_line(mm_writer *w, const mm_rec *r, mm_err *e)
{
    bool stays = w->stays;
    mm_str line = r->head;
    if (unchanged(w, r) && !r->payload.p)
        line = r->raw;
    else if (mm_carry_in_line(w->carrier, r, &line, e) < 0)
        return -1;
    if (line.p == r->raw.p && line.n && line.p[line.n - 1] == '\n')
        return add_to_run(w, line, e);
    if (line.p != r->raw.p && line.p != r->head.p)
        stays = false;
    if (end_run(w, e) < 0 || mm_sink_put(&w->sink, line, stays, e) < 0)
        return -1;
    return put(w, MM_STR("\n"), e);
}

static int write_frame(mm_writer *w, const mm_rec *r, mm_err *e)
{
    if (mm_mmr_out_due(&w->mmr) && (end_run(w, e) < 0 || mm_mmr_out_ready(&w->mmr, &w->sink, e) < 0))
        return -1;
    if (unchanged(w, r) && r->verdict != MM_BAD) {
        mm_mmr_out_raw(&w->mmr, r->raw);
        return add_to_run(w, r->raw, e);
    }
    mm_str head, payload;
    if (end_run(w, e) < 0 || mm_carry_in_frame(w->carrier, r, &head, &payload, e) < 0)
        return -1;
    bool stays = w->stays && head.p == r->head.p && payload.p == r->payload.p;
    return mm_mmr_out_record(&w->mmr, &w->sink, head, payload, stays, e);
}

static int write_record(mm_writer *w, const mm_rec *r, mm_err *e)
{
    w->records++;
    return w->form == MM_FORM_MMR ? write_frame(w, r, e) : write_line(w, r, e);
}

int mm_writer_batch(mm_writer *w, const mm_batch *b, int route, mm_err *e)
{
    w->stays = true;
    w->run = (mm_str){ NULL, 0 };
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
    w->run = (mm_str){ NULL, 0 };
    return write_record(w, r, e) < 0 ? -1 : end_run(w, e);
}

int mm_writer_dead(mm_writer *w, const mm_rec *r, const char *tool, mm_err *e)
{
    mm_rec letter = { .bad_byte = -1 };
    w->letter.n = 0;
    mm_dead_wrap(r, tool, &w->letter, &letter.payload);
    if (w->form != MM_FORM_MMR && letter.payload.p) {
        w->letter.n--;  /* its closing brace */
        mm_buf_str(&w->letter, MM_STR(",\"data\":"));
        mm_put_base64(&w->letter, letter.payload);
        mm_buf_byte(&w->letter, '}');
        letter.payload = (mm_str){ NULL, 0 };
    }
    if (w->letter.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    letter.head = mm_buf_view(&w->letter);
    return mm_writer_record(w, &letter, e);
}

int mm_writer_flush(mm_writer *w, mm_err *e)
{
    return mm_sink_flush(&w->sink, e);
}

int mm_writer_end(mm_writer *w, mm_err *e)
{
    if (w->form == MM_FORM_MMR && mm_mmr_out_end(&w->mmr, &w->sink, e) < 0)
        return -1;
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
