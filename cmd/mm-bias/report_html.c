/* report_html.c - the report as one page that is read, printed and kept. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page/chart.h"
#include "page/page.h"
#include "report.h"

/* Figures that are charted: of each group, with their intervals. */
static const char *const charted[] = { "share", "selection_rate", "true_positive_rate", "false_positive_rate", "positive_predictive_value" };

static void put_number(mm_buf *b, double x)
{
    if (isnan(x))
        mm_buf_str(b, MM_STR("\xe2\x80\x93"));
    else
        mm_page_number(b, x);
}

static void put_interval(mm_buf *b, const figure *f)
{
    if (isnan(f->low))
        return;
    put_number(b, f->low);
    mm_buf_str(b, MM_STR(" to "));
    put_number(b, f->high);
}

static void chart_groups(const report *r, const part *p, const metric *m, mm_buf *out)
{
    const frame *f = &p->frame;
    mm_bar *bar = calloc(f->n_groups + 1, sizeof *bar);
    size_t n = 0;
    if (!bar) {
        out->failed = true;
        return;
    }
    for (size_t g = 0; g < f->n_groups && n < 40; g++) {
        const figure *v = figure_find(p, m, (ptrdiff_t)g);
        if (v)
            bar[n++] = (mm_bar){ .label = f->name[g], .value = v->value, .low = v->low, .high = v->high };
    }
    char title[160];
    mm_buf by = { 0 };
    part_name(p, " and ", &by);
    snprintf(title, sizeof title, "%s by %.*s", m->name, (int)by.n, by.p);
    mm_chart_bars(out, title, 1, bar, n);
    mm_buf_free(&by);
    free(bar);
}

/* Names of figures as headings, which may be broken between words. */
static void put_heading(char *into, size_t room, const char *name)
{
    snprintf(into, room, "%s", name);
    for (char *p = into; *p; p++)
        *p = *p == '_' ? ' ' : *p;
}

static void table_groups(const report *r, const part *p, mm_buf *out)
{
    static const char *const names[] = { "base_rate", "selection_rate", "true_positive_rate", "false_positive_rate",
                                         "positive_predictive_value", "false_omission_rate", "accuracy" };
    enum { MOST = 2 + sizeof names / sizeof *names };
    const metric *m[MOST];
    mm_column column[MOST] = { { "group", false }, { "count", true } };
    char heading[MOST][48];
    size_t n = 2;
    for (size_t i = 0; i < n_metrics && n < MOST; i++)
        for (size_t k = 0; k < MOST - 2; k++)
            if (metrics[i].scope == SCOPE_GROUP && strcmp(metrics[i].name, names[k]) == 0 && metric_possible(&metrics[i], &p->frame)) {
                m[n] = &metrics[i];
                put_heading(heading[n], sizeof heading[n], names[k]);
                column[n] = (mm_column){ heading[n], true };
                n++;
            }
    mm_table_begin(out, "Groups: counts and rates; their intervals are in the charts", column, n);
    for (size_t g = 0; g < p->frame.n_groups; g++) {
        mm_buf text[MOST] = { { 0 } };
        mm_str shown[MOST];
        mm_buf_str(&text[0], p->frame.name[g]);
        mm_buf_str(&text[0], (ptrdiff_t)g == p->frame.reference ? MM_STR(" (reference)")
                             : group_small(r->f, p, g)          ? MM_STR(" (too small to say)") : MM_STR(""));
        mm_page_count(&text[1], (uint64_t)sums_all(&p->counted.group[g]));
        for (size_t i = 2; i < n; i++)
            put_number(&text[i], figure_find(p, m[i], (ptrdiff_t)g)->value);
        for (size_t i = 0; i < n; i++)
            shown[i] = mm_buf_view(&text[i]);
        mm_table_row(out, column, shown, n);
        for (size_t i = 0; i < n; i++)
            mm_buf_free(&text[i]);
    }
    mm_table_end(out);
}

static const mm_column figure_columns[] = { { "figure", false }, { "value", true }, { "interval", true }, { "what it is", false } };
enum { FIGURE_COLUMNS = sizeof figure_columns / sizeof *figure_columns };

static void table_scope(const part *p, scope s, const char *caption, mm_buf *out)
{
    bool begun = false;
    for (size_t i = 0; i < p->n; i++) {
        const figure *f = &p->figure[i];
        if (f->m->scope != s || f->group >= 0)
            continue;
        if (!begun)
            mm_table_begin(out, caption, figure_columns, FIGURE_COLUMNS);
        begun = true;
        mm_buf value = { 0 }, span = { 0 };
        put_number(&value, f->value);
        if (!isnan(f->p)) {
            mm_buf_str(&value, MM_STR(", p "));
            put_number(&value, f->p);
        }
        put_interval(&span, f);
        const mm_str shown[] = { mm_str_of(f->m->name), mm_buf_view(&value), mm_buf_view(&span), mm_str_of(f->m->what) };
        mm_table_row(out, figure_columns, shown, FIGURE_COLUMNS);
        mm_buf_free(&value);
        mm_buf_free(&span);
    }
    if (begun)
        mm_table_end(out);
}

/* Differences to the reference that the tests take for real, and those they do not. */
static void table_versus(const report *r, const part *p, mm_buf *out)
{
    static const mm_column column[] = { { "group", false }, { "figure", false }, { "value", true }, { "interval", true }, { "p, adjusted", true } };
    enum { N = sizeof column / sizeof *column };
    bool begun = false;
    for (size_t i = 0; i < p->n; i++) {
        const figure *f = &p->figure[i];
        if (f->m->scope != SCOPE_VERSUS || !(f->adjusted < 1 - r->f->opts.confidence))
            continue;
        if (!begun)
            mm_table_begin(out, "Groups that differ from the reference, by tests held together", column, N);
        begun = true;
        mm_buf text[3] = { { 0 } };
        put_number(&text[0], f->value);
        put_interval(&text[1], f);
        put_number(&text[2], f->adjusted);
        const mm_str shown[] = { p->frame.name[f->group], mm_str_of(f->m->name), mm_buf_view(&text[0]), mm_buf_view(&text[1]),
                                mm_buf_view(&text[2]) };
        mm_table_row(out, column, shown, N);
        for (size_t k = 0; k < 3; k++)
            mm_buf_free(&text[k]);
    }
    if (begun)
        mm_table_end(out);
}

static void put_part(const report *r, const part *p, mm_buf *out)
{
    mm_buf title = { 0 };
    mm_buf_str(&title, MM_STR("By "));
    part_name(p, " and ", &title);
    mm_buf_byte(&title, '\0');
    mm_page_section(out, title.p ? title.p : "");
    mm_buf_free(&title);
    for (size_t i = 0; i < n_metrics; i++)
        for (size_t k = 0; k < sizeof charted / sizeof *charted; k++)
            if (metrics[i].scope == SCOPE_GROUP && strcmp(metrics[i].name, charted[k]) == 0 && metric_possible(&metrics[i], &p->frame))
                chart_groups(r, p, &metrics[i], out);
    table_groups(r, p, out);
    table_versus(r, p, out);
    table_scope(p, SCOPE_REPRESENTATION, "Representation", out);
    table_scope(p, SCOPE_BETWEEN, "Between groups", out);
    table_scope(p, SCOPE_REFERENCE, "All others against the reference", out);
}

static void put_lists(const report *r, mm_buf *out)
{
    if (r->n_gates)
        mm_page_section(out, "Gates");
    for (size_t i = 0; i < r->n_gates; i++) {
        mm_buf text = { 0 };
        gate_say(&r->gate[i], &text);
        mm_page_note(out, "%s: %.*s", r->gate[i].tripped ? "Tripped" : "Held", (int)text.n, text.p ? text.p : "");
        mm_buf_free(&text);
    }
    if (r->f->n_warnings)
        mm_page_section(out, "What to be careful of");
    for (size_t i = 0; i < r->f->n_warnings; i++)
        mm_page_note(out, "%.*s", (int)r->f->warning[i].n, r->f->warning[i].p);
}

static void put_drifts(const report *r, mm_buf *out)
{
    static const mm_column column[] = { { "field", false }, { "of its", false }, { "psi", true }, { "js", true }, { "ks", true }, { "wasserstein", true } };
    enum { N = sizeof column / sizeof *column };
    if (!r->n_drifts)
        return;
    mm_page_section(out, "Drift from the baseline");
    mm_table_begin(out, "Distances, field by field", column, N);
    for (size_t i = 0; i < r->n_drifts; i++) {
        const drift *d = &r->drift[i];
        const double x[] = { d->psi, d->js, d->ks, d->wasserstein };
        mm_buf text[4] = { { 0 } };
        for (size_t k = 0; k < 4; k++)
            put_number(&text[k], x[k]);
        const mm_str shown[] = { mm_str_of(d->name), mm_str_of(drift_kind_names[d->kind]), mm_buf_view(&text[0]), mm_buf_view(&text[1]),
                                 mm_buf_view(&text[2]), mm_buf_view(&text[3]) };
        mm_table_row(out, column, shown, N);
        for (size_t k = 0; k < 4; k++)
            mm_buf_free(&text[k]);
    }
    mm_table_end(out);
}

static void put_shifts(const report *r, mm_buf *out)
{
    static const mm_column column[] = { { "by", false }, { "group", false }, { "rate", false }, { "before", true }, { "after", true },
                                        { "difference", true }, { "adjusted p", true } };
    enum { N = sizeof column / sizeof *column };
    if (!r->n_shifts)
        return;
    mm_page_section(out, "Drift of rates from the baseline");
    mm_table_begin(out, "What a model says, and how often it is right", column, N);
    for (size_t i = 0; i < r->n_shifts; i++) {
        const shift *s = &r->shift[i];
        mm_buf text[4] = { { 0 } };
        put_number(&text[0], s->before);
        put_number(&text[1], s->after);
        figure_say(&(figure){ .value = s->difference, .low = s->interval.low, .high = s->interval.high }, &text[2]);
        put_number(&text[3], s->adjusted);
        const mm_str shown[] = { mm_str_of(s->by), s->by ? s->group : MM_STR("all"), mm_str_of(s->rate), mm_buf_view(&text[0]), mm_buf_view(&text[1]),
                                 mm_buf_view(&text[2]), mm_buf_view(&text[3]) };
        mm_table_row(out, column, shown, N);
        for (size_t k = 0; k < 4; k++)
            mm_buf_free(&text[k]);
    }
    mm_table_end(out);
}

static void put_proxies(const report *r, mm_buf *out)
{
    static const mm_column column[] = { { "field", false }, { "by", false }, { "Cramer's V", true }, { "mutual information", true }, { "p", true } };
    enum { N = sizeof column / sizeof *column };
    if (!r->n_proxies)
        return;
    mm_page_section(out, "Fields that go with the groups");
    mm_table_begin(out, "The strongest proxies", column, N);
    for (size_t i = 0; i < r->n_proxies && i < 20; i++) {
        const proxy *p = &r->proxy[i];
        const double x[] = { p->cramers_v, p->mutual_information, p->p };
        mm_buf text[3] = { { 0 } };
        for (size_t k = 0; k < 3; k++)
            put_number(&text[k], x[k]);
        const mm_str shown[] = { mm_str_of(p->field), mm_str_of(p->by), mm_buf_view(&text[0]), mm_buf_view(&text[1]), mm_buf_view(&text[2]) };
        mm_table_row(out, column, shown, N);
        for (size_t k = 0; k < 3; k++)
            mm_buf_free(&text[k]);
    }
    mm_table_end(out);
}

static void put_agreement(const report *r, mm_buf *out)
{
    static const mm_column column[] = { { "group", false }, { "by", false }, { "records", true }, { "Krippendorff's alpha", true } };
    enum { N = sizeof column / sizeof *column };
    if (!r->n_alphas)
        return;
    mm_page_section(out, "Agreement of annotators");
    mm_table_begin(out, "1: all agree; 0: as by chance", column, N);
    for (size_t i = 0; i < r->n_alphas; i++) {
        const alpha *x = &r->alpha[i];
        mm_buf text[2] = { { 0 } };
        mm_page_count(&text[0], x->records);
        figure_say(&(figure){ .value = x->alpha, .low = x->interval.low, .high = x->interval.high }, &text[1]);
        const mm_str shown[] = { x->by ? x->group : MM_STR("all"), mm_str_of(x->by), mm_buf_view(&text[0]), mm_buf_view(&text[1]) };
        mm_table_row(out, column, shown, N);
        mm_buf_free(&text[0]);
        mm_buf_free(&text[1]);
    }
    mm_table_end(out);
}

/* One table a field; `from` is where it begins in the report's list. Where the next one begins. */
static size_t put_measure(const report *r, size_t from, mm_buf *out)
{
    static const mm_column column[] = { { "group", false }, { "records", true }, { "mean", true }, { "median", true }, { "share of the sum", true },
                                        { "mean less the reference's", true }, { "adjusted p", true } };
    enum { N = sizeof column / sizeof *column };
    size_t i = from;
    mm_table_begin(out, r->measure[from].field, column, N);
    for (; i < r->n_measures && (i == from || r->measure[i].part); i++) {
        const measure *m = &r->measure[i];
        const estimate *x[] = { &m->mean, &m->median, &m->share, &m->mean_difference };
        mm_buf text[6] = { { 0 } };
        mm_page_count(&text[0], m->records);
        for (size_t k = 0; k < 4; k++)
            if (k < 3 || m->versus)
                figure_say(&(figure){ .value = x[k]->value, .low = x[k]->interval.low, .high = x[k]->interval.high }, &text[k + 1]);
        if (m->versus)
            put_number(&text[5], m->adjusted);
        mm_str shown[N] = { m->part ? m->part->frame.name[m->group] : MM_STR("all") };
        for (size_t k = 0; k < 6; k++)
            shown[k + 1] = mm_buf_view(&text[k]);
        mm_table_row(out, column, shown, N);
        for (size_t k = 0; k < 6; k++)
            mm_buf_free(&text[k]);
    }
    mm_table_end(out);
    return i;
}

static void put_measures(const report *r, mm_buf *out)
{
    if (r->n_measures)
        mm_page_section(out, "Measures");
    for (size_t i = 0; i < r->n_measures;)
        i = put_measure(r, i, out);
}

static void put_terms(const report *r, mm_buf *out)
{
    static const mm_column column[] = { { "term", false }, { "descriptor", false }, { "together", true }, { "by chance", true }, { "PMI in bits", true },
                                        { "adjusted p", true } };
    enum { N = sizeof column / sizeof *column };
    if (!r->n_associations)
        return;
    mm_page_section(out, "Terms and descriptors");
    mm_table_begin(out, "How much more often they are in one text than by chance", column, N);
    for (size_t i = 0; i < r->n_associations; i++) {
        const association *x = &r->association[i];
        mm_buf text[4] = { { 0 } };
        mm_page_count(&text[0], x->both);
        put_number(&text[1], x->expected);
        figure_say(&(figure){ .value = x->pmi, .low = x->interval.low, .high = x->interval.high }, &text[2]);
        put_number(&text[3], x->adjusted);
        const mm_str shown[] = { mm_str_of(x->term), mm_str_of(x->descriptor), mm_buf_view(&text[0]), mm_buf_view(&text[1]), mm_buf_view(&text[2]),
                                 mm_buf_view(&text[3]) };
        mm_table_row(out, column, shown, N);
        for (size_t k = 0; k < 4; k++)
            mm_buf_free(&text[k]);
    }
    mm_table_end(out);
}

static void put_leaks(const report *r, mm_buf *out)
{
    static const mm_column column[] = { { "split", false }, { "other", false }, { "the same by", false }, { "records", true }, { "in both", true },
                                        { "share", true } };
    enum { N = sizeof column / sizeof *column };
    if (!r->leaks.n)
        return;
    mm_page_section(out, "Leakage");
    mm_table_begin(out, "Records of a split that are in another", column, N);
    for (size_t i = 0; i < r->leaks.n; i++) {
        const leak *x = &r->leaks.leak[i];
        mm_buf text[3] = { { 0 } };
        mm_page_count(&text[0], x->records);
        mm_page_count(&text[1], x->shared);
        figure_say(&(figure){ .value = x->share, .low = x->interval.low, .high = x->interval.high }, &text[2]);
        const mm_str shown[] = { x->split, x->other, mm_str_of(x->by), mm_buf_view(&text[0]), mm_buf_view(&text[1]), mm_buf_view(&text[2]) };
        mm_table_row(out, column, shown, N);
        for (size_t k = 0; k < 3; k++)
            mm_buf_free(&text[k]);
    }
    mm_table_end(out);
}

void report_html(const report *r, mm_buf *out)
{
    const findings *f = r->f;
    mm_buf count[3] = { { 0 } }, foot = { 0 };
    const uint64_t n[3] = { f->records, f->labelled, f->predicted };
    for (size_t i = 0; i < 3; i++)
        mm_page_count(&count[i], n[i]);
    const mm_figure figures[] = { { "records", mm_buf_view(&count[0]) }, { "with a label", mm_buf_view(&count[1]) },
                                  { "with a prediction", mm_buf_view(&count[2]) } };
    mm_page_begin(out, "Bias", "How groups are represented and what becomes of them, with how sure that is.");
    mm_page_figures(out, figures, 3);
    put_lists(r, out);
    for (size_t i = 0; i < f->n_parts; i++)
        put_part(r, &f->part[i], out);
    put_drifts(r, out);
    put_shifts(r, out);
    put_proxies(r, out);
    put_agreement(r, out);
    put_measures(r, out);
    put_terms(r, out);
    put_leaks(r, out);
    if (f->n_parts) {
        mm_page_section(out, "All records");
        table_scope(&f->part[0], SCOPE_OVERALL, "Inequality", out);
    }
    mm_buf_printf(&foot, "%s%s%s; intervals of %g %%; %lld replicates of the bootstrap, seed %lld", r->tool, r->policy ? ", policy " : "",
                  r->policy ? r->policy : "", 100 * f->opts.confidence, (long long)f->opts.replicates, (long long)f->opts.seed);
    mm_buf_byte(&foot, '\0');
    mm_page_end(out, foot.p ? foot.p : "");
    for (size_t i = 0; i < 3; i++)
        mm_buf_free(&count[i]);
    mm_buf_free(&foot);
}
