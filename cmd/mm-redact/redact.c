#include "redact.h"

#include <stdlib.h>
#include <string.h>

#include "sieve.h"

typedef struct worker {
    redactor *r;
    sieve *sieve;
    walker *walk;
    media *media;
    mm_buf out, text;
    uint64_t count[DETECTORS_MAX], records;
} worker;

int redactor_init(redactor *r, mm_err *e)
{
    r->findings_path = mm_path_new(MM_STR("mm.redact.findings"), e);
    r->via_path = mm_path_new(MM_STR("mm.via"), e);
    r->thorough |= r->plan->n_columns > 0;   /* what they name has no shape to look for */
    return r->findings_path && r->via_path ? 0 : -1;
}

void redactor_free(redactor *r)
{
    mm_path_free(r->findings_path);
    mm_path_free(r->via_path);
}

void *redact_open(void *tool, int index, mm_err *e)
{
    redactor *r = tool;
    worker *w = calloc(1, sizeof *w);
    if (!w) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    w->r = r;
    w->sieve = sieve_new(r->plan);
    w->walk = walker_new(r->plan);
    w->media = media_new(&r->plan->media, r->roots, r->jail, e);
    if (w->sieve && w->walk && w->media)
        return w;
    if (w->media)
        mm_fail(e, MM_ESYS, "out of memory");
    redact_close(w);
    return NULL;
}

void redact_close(void *state)
{
    worker *w = state;
    for (size_t i = 0; i < DETECTORS_MAX; i++)
        w->r->count[i] += w->count[i];
    w->r->records += w->records;
    sieve_free(w->sieve);
    walker_free(w->walk);
    media_free(w->media);
    mm_buf_free(&w->out);
    mm_buf_free(&w->text);
    free(w);
}

void redact_watch(void *state, walk_watch *watch, void *ctx)
{
    worker *w = state;
    w->walk->watch = watch;
    w->walk->watch_ctx = ctx;
}

mm_str redact_lost(void *state)
{
    return media_lost(((worker *)state)->media);
}

/* ---- payloads that are text ---- */

static int redact_payload_text(void *ctx, mm_str text, const char *where, mm_arena *a, mm_str *out, mm_err *e)
{
    worker *w = ctx;
    mm_str got;
    if (walker_text(w->walk, text, where, &w->text, &got) < 0)
        return mm_fail(e, MM_EBAD, "%s: %s", where, w->walk->why ? w->walk->why : "out of memory");
    if (got.p != text.p)
        got = mm_arena_copy(a, got);
    *out = got;
    return got.p ? 0 : mm_fail(e, MM_EBAD, "%s: out of memory", where);
}

/* ---- records ---- */

static mm_verdict no_memory(mm_rec *r, mm_arena *a)
{
    return mm_rec_bad(r, a, "out of memory");
}

/* Write down what was found and that the record passed. */
static int stamp(worker *w, mm_edits *ed, bool passed, mm_err *e)
{
    walker *k = w->walk;
    if (k->reported) {
        w->out.n = 0;
        mm_buf_str(&w->out, mm_buf_view(&k->report));
        if (w->out.failed || mm_edits_append(ed, w->r->findings_path, mm_buf_view(&w->out), e) < 0)
            return -1;
    }
    if (passed || mm_edits_count(ed))
        return mm_edits_append(ed, w->r->via_path, w->r->via, e);
    return 0;
}

static void tally(worker *w)
{
    for (size_t i = 0; i < DETECTORS_MAX; i++)
        w->count[i] += w->walk->count[i];
    w->records += w->walk->reported > 0;
}

/* A record in which something may be. */
static mm_verdict redact_closely(worker *w, mm_rec *r, mm_arena *a, bool member, const uint64_t *marks)
{
    mm_err e = { 0 };
    walker *k = w->walk;
    mm_value via;
    walker_begin(k, r->head);
    if (walker_head(k, r->head, marks) < 0)
        return k->why ? mm_rec_bad(r, a, "%.*s: %s", (int)k->path.n, k->path.p, k->why) : no_memory(r, a);
    if (k->emptied)   /* what is set from here on goes into an empty object, without a comma */
        mm_edits_begin(k->edits, MM_STR("{}"));
    const media_text text = { redact_payload_text, w };
    if ((member || r->payload.p) && media_redact(w->media, r, a, k->edits, &text, &e) < 0)
        return mm_rec_bad(r, a, "%s", e.text);
    if (k->names_file && !(r->changed & MM_CHANGED_PAYLOAD))
        return mm_rec_bad(r, a, "the path of its ref holds personal data; ingest it with --inline");
    tally(w);
    if (k->drop)
        return MM_DROP;
    bool passed = member && mm_json_find(r->head, w->r->via_path, &via) == 1;
    if (stamp(w, k->edits, passed || r->changed, &e) < 0)
        return mm_rec_bad(r, a, "%s", e.text);
    if (mm_edits_count(k->edits) == 0)
        return MM_KEEP;
    w->out.n = 0;
    mm_edits_apply(k->edits, &w->out);
    mm_str head = w->out.failed ? (mm_str){ 0 } : mm_arena_copy(a, mm_buf_view(&w->out));
    if (!head.p)
        return no_memory(r, a);
    mm_rec_set_head(r, head);
    return MM_KEEP;
}

mm_verdict redact_work(void *tool, void *state, mm_rec *r, mm_arena *a)
{
    worker *w = state;
    mm_err e = { 0 };
    size_t at = 0;
    (void)tool;
    int seen = SIEVE_LOOK | SIEVE_MEMBER;
    if ((w->r->thorough ? mm_json_check_head(r->head, &at, &e) : (seen = sieve_head(w->sieve, r->head, &at, &e))) < 0) {
        r->bad_byte = (int64_t)at;
        return mm_rec_bad(r, a, "%s", e.text);
    }
    if (!(seen & (SIEVE_LOOK | SIEVE_MEMBER)) && !r->payload.p)
        return MM_KEEP;
    return redact_closely(w, r, a, (seen & SIEVE_MEMBER) != 0, w->r->thorough ? NULL : sieve_marks(w->sieve));
}
