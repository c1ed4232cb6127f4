/* report.c - from counts to reports, once input has ended. */
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "sketching.h"

typedef void (*writer)(const report *r, mm_buf *out);

static writer writer_of(const char *name)
{
    static const struct { const char *end; writer w; } forms[] = {
        { ".json", report_json }, { ".html", report_html }, { ".txt", report_text }, { "-", report_text } };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (mm_str_ends(mm_str_of(name), mm_str_of(forms[i].end)))
            return forms[i].w;
    return NULL;
}

int report_check(bias_tool *t, mm_err *e)
{
    for (size_t i = 0; i < t->report.n; i++) {
        const char *name = t->report.v[i];
        if (!writer_of(name))
            return mm_fail(e, MM_EUSAGE, "--report %s: end its name in .html, .json or .txt, or write - for a table", name);
        t->quiet_records |= strcmp(name, "-") == 0;
    }
    return 0;
}

/* ---- what can be wrong with all records together ---- */

static int check_outcomes(const findings *f, mm_err *e)
{
    const question *q = f->q;
    const struct { const binary *b; const char *option; uint64_t n; } asked[] = {
        { &q->label, "--label", f->labelled }, { &q->prediction, "--prediction", f->predicted } };
    for (size_t i = 0; i < 2; i++)
        if (asked[i].b->text && f->records && !asked[i].n)
            return mm_fail(e, MM_EUSAGE, "%s %s: no record has it; is it spelled so?", asked[i].option, asked[i].b->text);
    return 0;
}

/* ---- what a reader must know ---- */

static bool of_skin(const char *field)
{
    return mm_str_starts(mm_str_of(field), MM_STR("mm.probe.image.skin_"));
}

/* Tones of skin that were told from pictures look surer than they are. */
static int warn_of_skin(bias_tool *t, mm_err *e)
{
    const char *field = t->measure && strstr(t->measure, "mm.probe.image.skin_") ? "mm.probe.image.skin_ita" : NULL;
    for (size_t i = 0; !field && i < t->q.by.n_dims; i++)
        field = of_skin(t->q.by.dim[i].name) ? t->q.by.dim[i].name : NULL;
    return !field ? 0 : findings_warn(&t->found, e, "%s: of pixels, not of people: light, white balance and make-up move it by more than a step of "
                                      "the Monk scale; faces that were not found are missing, and their tones may not be those of the others", field);
}

static int warn_of_ids(bias_tool *t, const leaks *l, mm_err *e)
{
    return !l->without ? 0 : findings_warn(&t->found, e, "%llu of %llu records have no id by which they could be in two splits",
                                           (unsigned long long)l->without, (unsigned long long)t->found.records);
}

/* ---- all of it ---- */

static int write_all(bias_tool *t, const report *r, mm_err *e)
{
    mm_buf text = { 0 };
    int failed = 0;
    for (size_t i = 0; i < t->report.n && !failed; i++) {
        text.n = 0;
        writer_of(t->report.v[i])(r, &text);
        failed = text.failed ? mm_fail(e, MM_ESYS, "out of memory") : output_write(t->report.v[i], mm_buf_view(&text), false, e);
    }
    if (!t->report.n && !t->app.quiet && !failed) {
        report_text(r, &text);
        mm_app_show(&t->app, mm_buf_view(&text));
    }
    mm_buf_free(&text);
    return failed;
}

static void tell_gates(bias_tool *t, const report *r)
{
    for (size_t i = 0; i < r->n_gates; i++) {
        mm_buf line = { 0 };
        if (!r->gate[i].tripped)
            continue;
        gate_say(&r->gate[i], &line);
        mm_app_warn(&t->app, "gate: %.*s", (int)line.n, line.p ? line.p : "");
        mm_buf_free(&line);
        t->app.gate_tripped = true;
    }
}

/* The policy's leakage: the most that the share of a split's records that are in another may be. */
static void hold_leakage(bias_tool *t, const leaks *l)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->leak[i].share > t->most_leakage) {
            const leak *x = &l->leak[i];
            mm_app_warn(&t->app, "gate: %.4g of %.*s is in %.*s too, by %s; it must be at most %g", x->share, (int)x->split.n, x->split.p,
                        (int)x->other.n, x->other.p, x->by, t->most_leakage);
            t->app.gate_tripped = true;
        }
}

int report_all(bias_tool *t, mm_err *e)
{
    char tool[64];
    snprintf(tool, sizeof tool, "mm-bias %s", MM_VERSION);
    report r = { .f = &t->found, .tool = tool, .policy = t->app.policy ? mm_policy_digest(t->app.policy) : NULL };
    gate_result *results = NULL;
    proxy *found = NULL;
    alpha *agreed = NULL;
    comparison compared = { 0 };
    measure *measured = NULL;
    association *associated = NULL;
    t->opts.epsilon = t->sketch.epsilon;
    t->opts.delta = t->sketch.delta;
    t->opts.suppress = t->release.suppress;
    if (t->q.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (question_check(&t->q, e) < 0 || findings_begin(&t->found, &t->q, &t->opts, e) < 0
        || check_outcomes(&t->found, e) < 0 || plan_apply(t, e) < 0 || findings_compute(&t->found, e) < 0 || warn_of_skin(t, e) < 0
        || gates_hold(&t->gates, &t->found, &results, &r.n_gates, e) < 0
        || (t->proxies && proxies_list(t->proxies, t->opts.confidence, &found, &r.n_proxies, e) < 0)
        || (t->agreement && agreement_list(t->agreement, t->opts.confidence, &agreed, &r.n_alphas, e) < 0)
        || (t->measures && measures_list(t->measures, &t->found, &measured, &r.n_measures, e) < 0)
        || (t->terms && terms_list(t->terms, t->opts.confidence, &associated, &r.n_associations, e) < 0)
        || (t->leakage && (leakage_list(t->leakage, t->opts.confidence, &r.leaks, e) < 0 || warn_of_ids(t, &r.leaks, e) < 0))
        || (t->baseline && t->gather && sketching_compare(t, &compared, e) < 0)) {
        free(results);
        free(found);
        free(agreed);
        comparison_clear(&compared);
        free(measured);
        free(associated);
        free(r.leaks.leak);
        return -1;
    }
    r.gate = results;
    r.proxy = found;
    r.alpha = agreed;
    r.drift = compared.drift;
    r.n_drifts = compared.n_drifts;
    r.shift = compared.shift;
    r.n_shifts = compared.n_shifts;
    r.measure = measured;
    r.association = associated;
    int failed = write_all(t, &r, e);
    if (!failed) {
        tell_gates(t, &r);
        hold_leakage(t, &r.leaks);
    }
    free(results);
    free(found);
    free(agreed);
    comparison_clear(&compared);
    free(measured);
    free(associated);
    free(r.leaks.leak);
    return failed;
}
