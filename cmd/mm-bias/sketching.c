/* sketching.c - mm-bias sketch, merge, diff, report and show. */
#include "sketching.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "drift.h"
#include "output.h"
#include "report.h"
#include "sketch_file.h"
#include "sketch_show.h"

/* ---- making ---- */

static char *dim_text(const dimension *d)
{
    mm_buf b = { 0 };
    dimension_text(d, &b);
    mm_buf_byte(&b, '\0');
    char *text = b.failed ? NULL : strdup(b.p);
    mm_buf_free(&b);
    return text;
}

/* What the groups are counted by; the counts come when input has ended. */
static int describe_kinds(const question *q, sketch_kinds *k, mm_err *e)
{
    bool ok = true;
    for (; ok && k->n_dims < count_dims(q); k->n_dims++) {
        size_t d = k->n_dims;
        ok = (k->dim[d] = dim_text(d < q->by.n_dims ? &q->by.dim[d] : q->score.path && d == score_dim(q) ? &q->score : &q->stratum)) != NULL;
    }
    if (ok && q->label.text)
        ok = (k->label = strdup(q->label.text)) != NULL;
    if (ok && q->prediction.text)
        ok = (k->prediction = strdup(q->prediction.text)) != NULL;
    return ok ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

int sketching_begin(bias_tool *t, mm_err *e)
{
    /* What fields hold is not released: of these there is no private form here. */
    t->gather = release_asked(&t->release) ? NULL : gather_new(&t->sketch);
    if (!t->gather && !release_asked(&t->release))
        return mm_fail(e, MM_ESYS, "out of memory");
    t->sketch.kinds.has_score = t->q.score.path != NULL;
    t->sketch.kinds.has_stratum = t->q.stratum.path != NULL;
    return t->q.by.n_sets ? describe_kinds(&t->q, &t->sketch.kinds, e) : 0;
}

mm_verdict sketching_record(bias_tool *t, mm_rec *r, mm_arena *a)
{
    mm_err e = { 0 };
    int got = gather_record(t->gather, r->head, &e);
    return got == 0 ? MM_KEEP : e.code == MM_EBAD ? mm_rec_malformed(r, a) : mm_rec_bad(r, a, "%s", e.text);
}

int sketching_release(bias_tool *t, mm_err *e)
{
    coins random = coins_of_system();
    if (question_check(&t->q, e) < 0 || release_spend(&t->release, false, e) < 0
        || release_counts(&t->release, &t->q, &t->q.total, &random, e) < 0)
        return -1;
    t->sketch.epsilon = (double)t->release.spend.epsilon / EPSILON_UNIT;
    t->sketch.delta = (double)t->release.spend.delta / DELTA_UNIT;
    t->sketch.records = 0;
    for (size_t i = 0; i < t->q.total->n_cells; i++)
        for (int k = 0; k < OUTCOMES * OUTCOMES; k++)
            t->sketch.records += t->q.total->cell[i].n[k];
    return 0;
}

int sketching_end(bias_tool *t, const char *file, mm_err *e)
{
    mm_buf b = { 0 };
    if (t->sketch.left_out)
        mm_app_warn(&t->app, "%llu members of more than %d fields are not in the sketch", (unsigned long long)t->sketch.left_out,
                    SKETCH_MOST_FIELDS);
    if (!sketch_settle(&t->sketch))
        return mm_fail(e, MM_ESYS, "out of memory");
    t->sketch.kinds.counts = t->q.by.n_sets ? t->q.total : NULL;
    sketch_encode(&t->sketch, &b);
    t->sketch.kinds.counts = NULL;
    int failed = b.failed ? mm_fail(e, MM_ESYS, "out of memory") : output_write(file, mm_buf_view(&b), true, e);
    mm_buf_free(&b);
    return failed;
}

void sketching_free(bias_tool *t)
{
    gather_free(t->gather);
    sketch_clear(&t->sketch);
    sketch_clear(&t->before);
}

static mm_verdict count(void *tool, void *state, mm_rec *r, mm_arena *a)
{
    bias_tool *t = tool;
    return t->q.by.n_sets ? observe(&t->q, state, r, a) : MM_KEEP;
}

static void *open_worker(void *tool, int worker, mm_err *e)
{
    return observe_open(&((bias_tool *)tool)->q, e);
}

static mm_verdict in_order(void *tool, mm_rec *r, mm_arena *a, bool *stop)
{
    return ((bias_tool *)tool)->gather ? sketching_record(tool, r, a) : MM_KEEP;
}

static int write_nothing(void *tool, const mm_batch *b, mm_err *e)
{
    return 0;
}

static int after_last(void *tool, mm_batch *b, mm_err *e)
{
    bias_tool *t = tool;
    if (t->q.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (t->q.by.n_sets && question_check(&t->q, e) < 0)
        return -1;
    if (release_asked(&t->release) && sketching_release(t, e) < 0)
        return -1;
    return sketching_end(t, t->app.output, e);
}

static int make(bias_tool *t)
{
    mm_err e = { 0 };
    const mm_stage stage = { .open = open_worker, .close = observe_close, .work = count, .order = in_order,
                             .write = write_nothing, .last = after_last, .tool = t };
    t->sketch_only = t->app.output_taken = true;
    int status = plan_compile(t);
    if (status)
        return status;
    return sketching_begin(t, &e) < 0 ? mm_app_fail(&t->app, &e) : mm_app_run(&t->app, &stage);
}

/* ---- merging ---- */

static int merge_all(bias_tool *t, mm_err *e)
{
    mm_buf b = { 0 };
    if (t->app.operands.n == 0)
        return mm_fail(e, MM_EUSAGE, "merge takes the sketches to put together");
    for (size_t i = 0; i < t->app.operands.n; i++) {
        const char *name = t->app.operands.v[i];
        sketch other = { 0 };
        int failed = sketch_load(name, i ? &other : &t->sketch, e);
        if (!failed && i && sketch_merge(&t->sketch, &other, e) < 0)
            failed = mm_fail_at(e, "%s does not go with %s", name, t->app.operands.v[0]);
        sketch_clear(&other);
        if (failed)
            return failed;
    }
    sketch_encode(&t->sketch, &b);
    int failed = b.failed ? mm_fail(e, MM_ESYS, "out of memory") : output_write(t->app.output, mm_buf_view(&b), true, e);
    mm_buf_free(&b);
    return failed;
}

static int merge(bias_tool *t)
{
    mm_err e = { 0 };
    return merge_all(t, &e) < 0 ? mm_app_fail(&t->app, &e) : MM_OK;
}

/* ---- showing ---- */

static int show(bias_tool *t)
{
    mm_err e = { 0 };
    mm_buf b = { 0 };
    if (t->app.operands.n != 1)
        return mm_fail(&e, MM_EUSAGE, "show takes one sketch"), mm_app_fail(&t->app, &e);
    int failed = sketch_load(t->app.operands.v[0], &t->sketch, &e);
    if (!failed) {
        if (t->json)
            sketch_show_json(&t->sketch, &b);
        else
            sketch_show_text(&t->sketch, &b);
        failed = b.failed ? mm_fail(&e, MM_ESYS, "out of memory") : output_write(t->app.output, mm_buf_view(&b), false, &e);
    }
    mm_buf_free(&b);
    return failed ? mm_app_fail(&t->app, &e) : MM_OK;
}

/* ---- reporting ---- */

/* The question that the counts of a sketch answer. */
static int ask_again(bias_tool *t, mm_err *e)
{
    sketch_kinds *k = &t->sketch.kinds;
    question *q = &t->q;
    size_t n = k->n_dims - k->has_score - k->has_stratum;
    mm_buf all = { 0 };
    if (!k->counts)
        return mm_fail(e, MM_EUSAGE, "it counts no groups; make it with --by");
    for (size_t d = 0; d < n; d++)
        mm_buf_printf(&all, "%s%s", d ? "," : "", k->dim[d]);
    mm_buf_byte(&all, '\0');
    int failed = all.failed ? mm_fail(e, MM_ESYS, "out of memory") : attributes_add(&q->by, all.p, e);
    mm_buf_free(&all);
    if (!failed && k->has_score)
        failed = dimension_parse(&q->score, mm_str_of(k->dim[n]), e);
    if (!failed && k->has_stratum)
        failed = dimension_parse(&q->stratum, mm_str_of(k->dim[n + k->has_score]), e);
    if (!failed && q->by.n_dims != n)
        failed = mm_fail(e, MM_EBAD, "its groups can not be told apart");
    q->label.text = k->label;
    q->prediction.text = k->prediction;
    return failed;
}

static int report_sketch(bias_tool *t)
{
    mm_err e = { 0 };
    const char *name = t->app.operands.n == 1 ? t->app.operands.v[0] : NULL;
    int failed = name ? sketch_load(name, &t->sketch, &e) : mm_fail(&e, MM_EUSAGE, "report takes one sketch");
    if (!failed && ask_again(t, &e) < 0)
        failed = mm_fail_at(&e, "%s", name);
    if (failed)
        return mm_app_fail(&t->app, &e);
    t->q.total = t->sketch.kinds.counts;
    t->sketch.kinds.counts = NULL;
    int status = plan_for_counts(t);
    if (status == MM_OK && report_all(t, &e) < 0)
        status = mm_app_fail(&t->app, &e);
    return status ? status : t->app.gate_tripped ? MM_EGATE : MM_OK;
}

/* ---- comparing ---- */

/* policy: bias: { drift: {psi: 0.2, ks: 0.1, rate: 0.05} }: the most that any field, and any rate of a group, may have. */
enum { LIMITS = 5, RATE_LIMIT = 4 };
static int read_limits(const bias_tool *t, double limit[LIMITS], mm_err *e)
{
    static const char *const names[] = { "psi", "js", "ks", "wasserstein", "rate", NULL };
    const mm_node *section = t->app.policy ? mm_policy_section(t->app.policy, "bias") : NULL, *n = mm_node_get(section, "drift");
    for (size_t i = 0; i < LIMITS; i++)
        limit[i] = INFINITY;
    if (!n)
        return 0;
    const mm_doc *d = mm_policy_doc(t->app.policy);
    if (mm_node_keys(d, n, names, e) < 0)
        return -1;
    for (size_t i = 0; i < LIMITS; i++)
        if (mm_node_double(d, mm_node_get(n, names[i]), &limit[i], e) < 0)
            return -1;
    return 0;
}

static bool hold_limits(bias_tool *t, const drift *d, const double limit[LIMITS])
{
    const struct { const char *name; double x; } held[] = {
        { "psi", d->psi }, { "js", d->js }, { "ks", d->ks }, { "wasserstein", d->wasserstein } };
    bool tripped = false;
    for (size_t i = 0; i < 4; i++)
        if (held[i].x > limit[i]) {
            mm_app_warn(&t->app, "gate: %s of the %s of %s is %.4g; it must be at most %g", held[i].name, drift_kind_names[d->kind],
                        d->name, held[i].x, limit[i]);
            tripped = true;
        }
    return tripped;
}

static bool hold_rate(bias_tool *t, const shift *s, double limit)
{
    if (!(fabs(s->difference) > limit))
        return false;
    mm_app_warn(&t->app, "gate: %s of %s%s%.*s went from %.4g to %.4g; it must change by at most %g", s->rate, s->by ? s->by : "all records",
                s->by ? " " : "", s->by ? (int)s->group.n : 0, s->by ? s->group.p : "", s->before, s->after, limit);
    return true;
}

int sketching_compare(bias_tool *t, comparison *out, mm_err *e)
{
    double limit[LIMITS], confidence = isnan(t->opts.confidence) ? 0.95 : t->opts.confidence;
    if (read_limits(t, limit, e) < 0 || !sketch_settle(&t->sketch))
        return e->code ? -1 : mm_fail(e, MM_ESYS, "out of memory");
    counts *own = t->sketch.kinds.counts;
    if (!own && t->q.by.n_sets)
        t->sketch.kinds.counts = t->q.total;
    int failed = drift_between(&t->before, &t->sketch, &out->drift, &out->n_drifts, e);
    if (!failed)
        failed = shift_between(&t->before.kinds, &t->sketch.kinds, confidence, &out->shift, &out->n_shifts, e);
    t->sketch.kinds.counts = own;
    for (size_t i = 0; !failed && i < out->n_drifts; i++)
        t->app.gate_tripped |= hold_limits(t, &out->drift[i], limit);
    for (size_t i = 0; !failed && i < out->n_shifts; i++)
        t->app.gate_tripped |= hold_rate(t, &out->shift[i], limit[RATE_LIMIT]);
    return failed;
}

void comparison_clear(comparison *c)
{
    free(c->drift);
    free(c->shift);
    *c = (comparison){ 0 };
}

static void put_comparison(const comparison *c, bool json, mm_buf *out)
{
    for (size_t i = 0; json && i < c->n_drifts; i++) {
        drift_put_json(&c->drift[i], out);
        mm_buf_byte(out, '\n');
    }
    for (size_t i = 0; json && i < c->n_shifts; i++) {
        shift_put_json(&c->shift[i], out);
        mm_buf_byte(out, '\n');
    }
    if (json)
        return;
    drift_show_text(c->drift, c->n_drifts, out);
    if (c->n_shifts) {
        mm_buf_byte(out, '\n');
        shift_show_text(c->shift, c->n_shifts, out);
    }
}

static int compare(bias_tool *t, mm_err *e)
{
    comparison c = { 0 };
    mm_buf b = { 0 };
    if (t->app.operands.n != 2)
        return mm_fail(e, MM_EUSAGE, "diff takes two sketches: the baseline, and the one to hold against it");
    if (sketch_load(t->app.operands.v[0], &t->before, e) < 0 || sketch_load(t->app.operands.v[1], &t->sketch, e) < 0)
        return -1;
    int failed = sketching_compare(t, &c, e);
    if (!failed)
        put_comparison(&c, t->json, &b);
    if (!failed)
        failed = b.failed ? mm_fail(e, MM_ESYS, "out of memory") : output_write(t->app.output, mm_buf_view(&b), false, e);
    comparison_clear(&c);
    mm_buf_free(&b);
    return failed;
}

static int diff(bias_tool *t)
{
    mm_err e = { 0 };
    return compare(t, &e) < 0 ? mm_app_fail(&t->app, &e) : t->app.gate_tripped ? MM_EGATE : MM_OK;
}

command command_named(const char *name)
{
    static const struct { const char *name; command run; } commands[] = { 
        { "sketch", make }, { "merge", merge }, { "diff", diff }, { "report", report_sketch }, { "show", show } };
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(name, commands[i].name) == 0)
            return commands[i].run;
    return NULL;
}
