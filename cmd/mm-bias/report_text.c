/* report_text.c - the report as a table for people. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "page/page.h"
#include "report.h"

enum { MOST_ROWS = 40, NAME_WIDTH = 30 };

static size_t width_of(mm_str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return n;
}

static void pad(mm_buf *out, mm_str s, size_t width, bool right)
{
    size_t n = width_of(s), gap = n < width ? width - n : 0;
    for (size_t i = 0; right && i < gap; i++)
        mm_buf_byte(out, ' ');
    mm_buf_str(out, s);
    for (size_t i = 0; !right && i < gap; i++)
        mm_buf_byte(out, ' ');
}

/* 0.576 [0.567, 0.586] */
static void put_rate(const figure *f, mm_buf *out)
{
    if (!f || isnan(f->value)) {
        mm_buf_byte(out, '-');
        return;
    }
    mm_buf_printf(out, "%.3f", f->value);
    if (!isnan(f->low))
        mm_buf_printf(out, " [%.3f, %.3f]", f->low, f->high);
}

/* The figures of a scope of the whole part, a line each. */
static void put_scope(const part *p, scope s, const char *title, mm_buf *out)
{
    bool first = true;
    for (size_t i = 0; i < p->n; i++) {
        const figure *f = &p->figure[i];
        if (f->m->scope != s || f->group >= 0)
            continue;
        if (first)
            mm_buf_printf(out, "\n%s\n", title);
        first = false;
        mm_buf_str(out, MM_STR("  "));
        pad(out, mm_str_of(f->m->name), 48, false);
        mm_buf_byte(out, ' ');
        figure_say(f, out);
        if (!isnan(f->p))
            mm_buf_printf(out, "  p = %.2g", f->p);
        mm_buf_byte(out, '\n');
    }
}

/* Columns of the table of groups. */
static const char *const columns[] = { "share", "selection_rate", "base_rate", "true_positive_rate", "false_positive_rate",
                                       "positive_predictive_value", "accuracy" };
enum { COLUMNS = sizeof columns / sizeof *columns };

/* Wide enough for its heading and for 0.123 [0.123, 0.123]. */
static size_t column_width(size_t c)
{
    size_t n = strlen(columns[c]);
    return (n < 20 ? 20 : n) + 2;
}

static const metric *metric_named(const char *name)
{
    for (size_t i = 0; i < n_metrics; i++)
        if (metrics[i].scope == SCOPE_GROUP && strcmp(metrics[i].name, name) == 0)
            return &metrics[i];
    return NULL;
}

static void put_groups(const report *r, const part *p, mm_buf *out)
{
    const frame *f = &p->frame;
    const metric *m[COLUMNS];
    mm_buf shown = { 0 };
    pad(out, MM_STR("  group"), NAME_WIDTH + 2, false);
    pad(out, MM_STR("count"), 10, true);
    for (size_t c = 0; c < COLUMNS; c++) {
        m[c] = metric_named(columns[c]);
        m[c] = m[c] && metric_possible(m[c], f) ? m[c] : NULL;
        if (m[c])
            pad(out, mm_str_of(columns[c]), column_width(c), true);
    }
    mm_buf_byte(out, '\n');
    for (size_t g = 0; g < f->n_groups && g < MOST_ROWS; g++) {
        mm_buf_str(out, (ptrdiff_t)g == f->reference ? MM_STR("* ") : group_small(r->f, p, g) ? MM_STR("! ") : MM_STR("  "));
        pad(out, f->name[g], NAME_WIDTH, false);
        shown.n = 0;
        mm_page_count(&shown, (uint64_t)sums_all(&p->counted.group[g]));
        pad(out, mm_buf_view(&shown), 10, true);
        for (size_t c = 0; c < COLUMNS; c++) {
            shown.n = 0;
            if (m[c]) {
                put_rate(figure_find(p, m[c], (ptrdiff_t)g), &shown);
                pad(out, mm_buf_view(&shown), column_width(c), true);
            }
        }
        mm_buf_byte(out, '\n');
    }
    if (f->n_groups > MOST_ROWS)
        mm_buf_printf(out, "  ... %zu groups more; the reports .json and .html have them\n", f->n_groups - MOST_ROWS);
    mm_buf_free(&shown);
}

static void put_proxies(const report *r, mm_buf *out)
{
    if (r->n_proxies)
        mm_buf_printf(out, "\nFields that go with the groups\n  %-36s %-24s %12s %12s\n", "field", "by", "Cramer's V", "mutual inf.");
    for (size_t i = 0; i < r->n_proxies && i < 20; i++) {
        const proxy *p = &r->proxy[i];
        mm_buf_printf(out, "  %-36s %-24s %12.4f %12.4f\n", p->field, p->by, p->cramers_v, p->mutual_information);
    }
}

static void put_estimate(const estimate *x, mm_buf *out)
{
    mm_buf text = { 0 };
    figure_say(&(figure){ .value = x->value, .low = x->interval.low, .high = x->interval.high }, &text);
    mm_buf_byte(out, ' ');
    pad(out, mm_buf_view(&text), 28, true);
    mm_buf_free(&text);
}

static void put_agreement(const report *r, mm_buf *out)
{
    if (r->n_alphas)
        mm_buf_printf(out, "\nAgreement of annotators\n  %-24s %-30s %10s %29s\n", "by", "group", "records", "alpha");
    for (size_t i = 0; i < r->n_alphas; i++) {
        const alpha *x = &r->alpha[i];
        mm_buf_printf(out, "  %-24s ", x->by ? x->by : "all");
        pad(out, x->group, 30, false);
        mm_buf_printf(out, " %10llu", (unsigned long long)x->records);
        put_estimate(&(estimate){ x->alpha, x->interval }, out);
        mm_buf_byte(out, '\n');
    }
}

static void put_measures(const report *r, mm_buf *out)
{
    for (size_t i = 0; i < r->n_measures; i++) {
        const measure *m = &r->measure[i];
        if (!m->part) {
            mm_buf_printf(out, "\n%s\n", m->field);
            pad(out, MM_STR("  group"), NAME_WIDTH + 2, false);
            mm_buf_printf(out, "%10s %28s %28s %28s %28s %10s\n", "records", "mean", "median", "share of the sum", "mean - reference's", "adjusted p");
        }
        bool reference = m->part && (ptrdiff_t)m->group == m->part->frame.reference;
        mm_buf_str(out, reference ? MM_STR("* ") : m->records < (uint64_t)r->f->opts.small ? MM_STR("! ") : MM_STR("  "));
        pad(out, m->part ? m->part->frame.name[m->group] : MM_STR("all"), NAME_WIDTH, false);
        mm_buf_printf(out, "%10llu", (unsigned long long)m->records);
        put_estimate(&m->mean, out);
        put_estimate(&m->median, out);
        put_estimate(&m->share, out);
        if (m->versus)
            put_estimate(&m->mean_difference, out);
        if (!isnan(m->adjusted))
            mm_buf_printf(out, " %10.2g", m->adjusted);
        mm_buf_byte(out, '\n');
    }
}

static void put_terms(const report *r, mm_buf *out)
{
    enum { MOST = 10 };  /* of each term */
    const char *term = "";
    size_t n = 0;
    if (r->n_associations)
        mm_buf_printf(out, "\nTerms and descriptors in %llu texts\n  %-24s %-24s %10s %10s %28s %10s\n", (unsigned long long)r->association->texts, "term",
                      "descriptor", "together", "by chance", "PMI in bits", "adjusted p");
    for (size_t i = 0; i < r->n_associations; i++) {
        const association *x = &r->association[i];
        n = strcmp(x->term, term) == 0 ? n + 1 : 0;
        term = x->term;
        if (n >= MOST)
            continue;
        mm_buf_str(out, MM_STR("  "));
        pad(out, mm_str_of(x->term), 25, false);
        pad(out, mm_str_of(x->descriptor), 25, false);
        mm_buf_printf(out, "%10llu %10.1f", (unsigned long long)x->both, x->expected);
        put_estimate(&(estimate){ x->pmi, x->interval }, out);
        mm_buf_printf(out, isnan(x->adjusted) ? "\n" : " %10.2g\n", x->adjusted);
    }
}

static void put_leaks(const report *r, mm_buf *out)
{
    if (r->leaks.n)
        mm_buf_printf(out, "\nRecords of a split that are in another\n  %-20s %-20s %-20s %10s %10s %28s\n", "split", "other", "the same by", "records", "in both",
                      "share");
    for (size_t i = 0; i < r->leaks.n; i++) {
        const leak *x = &r->leaks.leak[i];
        mm_buf_str(out, MM_STR("  "));
        pad(out, x->split, 21, false);
        pad(out, x->other, 21, false);
        mm_buf_printf(out, "%-20s %10llu %10llu", x->by, (unsigned long long)x->records, (unsigned long long)x->shared);
        put_estimate(&(estimate){ x->share, x->interval }, out);
        mm_buf_byte(out, '\n');
    }
}

void report_text(const report *r, mm_buf *out)
{
    const findings *f = r->f;
    mm_page_count(out, f->records);
    mm_buf_printf(out, " record%s; intervals of %g %%; * reference, ! too small to say\n", mm_plural(f->records), 100 * f->opts.confidence);
    for (size_t i = 0; i < f->n_parts; i++) {
        const part *p = &f->part[i];
        mm_buf_str(out, MM_STR("\nBy "));
        part_name(p, " and ", out);
        mm_buf_str(out, MM_STR("\n"));
        put_groups(r, p, out);
        put_scope(p, SCOPE_REPRESENTATION, "Representation", out);
        put_scope(p, SCOPE_BETWEEN, "Between groups", out);
        put_scope(p, SCOPE_REFERENCE, "All others against the reference", out);
    }
    for (size_t i = 0; i < f->n_parts && i < 1; i++)
        put_scope(&f->part[i], SCOPE_OVERALL, "All records", out);
    if (r->n_drifts) {
        mm_buf_str(out, MM_STR("\nDrift from the baseline\n"));
        drift_show_text(r->drift, r->n_drifts, out);
    }
    if (r->n_shifts) {
        mm_buf_str(out, MM_STR("\nDrift of rates from the baseline\n"));
        shift_show_text(r->shift, r->n_shifts, out);
    }
    put_proxies(r, out);
    put_agreement(r, out);
    put_measures(r, out);
    put_terms(r, out);
    put_leaks(r, out);
    for (size_t i = 0; i < f->n_warnings; i++)
        mm_buf_printf(out, "%sWarning: %.*s\n", i ? "" : "\n", (int)f->warning[i].n, f->warning[i].p);
    for (size_t i = 0; i < r->n_gates; i++) {
        mm_buf_printf(out, "%s%s: ", i ? "" : "\n", r->gate[i].tripped ? "Gate tripped" : "Gate held");
        gate_say(&r->gate[i], out);
        mm_buf_byte(out, '\n');
    }
}
