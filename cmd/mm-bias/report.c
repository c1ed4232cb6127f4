/* report.c - from counts to reports, once input has ended. */
#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

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

static int write_file(const char *name, mm_str text, mm_err *e)
{
    mm_outfile out = { .fd = -1 };
    if (strcmp(name, "-") == 0)
        return fwrite(text.p, 1, text.n, stdout) == text.n && fflush(stdout) == 0 ? 0
                   : mm_fail_errno(e, "standard output: cannot write");
    if (mm_outfile_open(&out, name, e) < 0)
        return -1;
    for (size_t done = 0; done < text.n;) {
        ssize_t n = write(out.fd, text.p + done, text.n - done);
        if (n < 0 && errno != EINTR) {
            mm_fail_errno(e, "%s: cannot write", name);
            mm_outfile_discard(&out);
            return -1;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    return mm_outfile_commit(&out, e);
}

/* ---- what can be wrong with all records together ---- */

static const char *name_of_dim(const question *q, size_t dim)
{
    return dim < q->by.n_dims ? q->by.dim[dim].name : q->score.path && dim == score_dim(q) ? q->score.name : q->stratum.name;
}

static int check_room(const question *q, mm_err *e)
{
    const counts *c = q->total;
    if (!c->over)
        return 0;
    size_t dim = (size_t)__builtin_ctz(c->over);
    if (dim == c->n_dims)
        return mm_fail(e, MM_EUSAGE, "the records are of more than %d kinds; group by fewer fields or wider cuts", COUNTS_MOST_CELLS);
    return mm_fail(e, MM_EUSAGE, "%s has more than %zu values; cut numbers, as in %s:10,20, or raise --max-groups", name_of_dim(q, dim),
                   c->most_values, name_of_dim(q, dim));
}

/* A field that no record has is a mistake in its name. */
static int check_fields(const question *q, mm_err *e)
{
    const counts *c = q->total;
    for (size_t d = 0; d < c->n_dims; d++) {
        size_t have = 0;
        for (size_t i = 0; i < c->n_cells; i++)
            have += c->key[i * c->n_dims + d] != VALUE_MISSING;
        if (c->n_cells && !have)
            return mm_fail(e, MM_EUSAGE, "no record has %s; is it spelled so?", name_of_dim(q, d));
    }
    return 0;
}

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

/* ---- all of it ---- */

static int write_all(bias_tool *t, const report *r, mm_err *e)
{
    mm_buf text = { 0 };
    int failed = 0;
    for (size_t i = 0; i < t->report.n && !failed; i++) {
        text.n = 0;
        writer_of(t->report.v[i])(r, &text);
        failed = text.failed ? mm_fail(e, MM_ESYS, "out of memory") : write_file(t->report.v[i], mm_buf_view(&text), e);
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

int report_all(bias_tool *t, mm_err *e)
{
    char tool[64];
    snprintf(tool, sizeof tool, "mm-bias %s", MM_VERSION);
    report r = { .f = &t->found, .tool = tool, .policy = t->app.policy ? mm_policy_digest(t->app.policy) : NULL };
    gate_result *results = NULL;
    if (t->q.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (check_room(&t->q, e) < 0 || check_fields(&t->q, e) < 0 || findings_begin(&t->found, &t->q, &t->opts, e) < 0
        || check_outcomes(&t->found, e) < 0 || plan_apply(t, e) < 0 || findings_compute(&t->found, e) < 0
        || gates_hold(&t->gates, &t->found, &results, &r.n_gates, e) < 0) {
        free(results);
        return -1;
    }
    r.gate = results;
    int failed = write_all(t, &r, e);
    if (!failed)
        tell_gates(t, &r);
    free(results);
    return failed;
}
