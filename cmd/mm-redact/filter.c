#include "filter.h"

typedef struct filter {
    redactor *r;
    proof proof;
} filter;

/* ---- the stage ---- */

static void *open_worker(void *tool, int index, mm_err *e)
{
    return redact_open(((filter *)tool)->r, index, e);
}

static mm_verdict work(void *tool, void *state, mm_rec *r, mm_arena *a)
{
    return redact_work(((filter *)tool)->r, state, r, a);
}

static int note(void *tool, const mm_rec *r, mm_err *e)
{
    return proof_note(&((filter *)tool)->proof, r, e);
}

static void end(void *tool)
{
    proof_end(&((filter *)tool)->proof);
}

/* Output of --dry-run: none. */
static int discard(void *tool, const mm_batch *b, mm_err *e)
{
    (void)tool, (void)b, (void)e;
    return 0;
}

/* ---- the run ---- */

/* What was found, on standard error; all that a dry run gives. */
static void tell_counts(mm_app *app, const redactor *r, bool dry_run)
{
    uint64_t records = r->records;
    mm_buf b = { 0 };
    for (const detector *d = detectors; d->name; d++) {
        uint64_t n = r->count[detector_index(d)];
        if (n)
            mm_buf_printf(&b, "%s%llu %s", b.n ? ", " : "", (unsigned long long)n, d->entity);
    }
    (dry_run ? mm_app_note : mm_app_sum_up)(app, "found in %llu record%s: %.*s", (unsigned long long)records,
                                            mm_plural(records), b.n ? (int)b.n : 7, b.n ? b.p : "nothing");
    mm_buf_free(&b);
}

int filter_run(mm_app *app, redactor *r, const filter_options *o)
{
    mm_err e = { 0 };
    filter f = { .r = r };
    int status;
    if (!o->dry_run && !app->dead_letter)
        for (size_t i = 0; i < r->tiers->n && !e.code; i++)
            if (r->tiers->v[i].plan.hold)
                mm_fail(&e, MM_EUSAGE, "the policy holds records back for review (review.hold), which are kept in the dead letters; give --dead-letter FILE");
    if (e.code || proof_open(&f.proof, app, r, &o->proof, &e) < 0) {
        status = mm_app_fail(app, &e);
    } else {
        const mm_stage stage = { .open = open_worker, .close = redact_close, .work = work, .note = r->notes ? note : NULL, .end = end,
                                 .write = o->dry_run ? discard : NULL, .tool = &f };
        status = mm_app_run(app, &stage);
        if (status < 128 && status != MM_ESYS)
            tell_counts(app, r, o->dry_run);
        status = proof_close(&f.proof, status);
    }
    proof_free(&f.proof);
    return status;
}
