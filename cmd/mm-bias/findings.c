/* findings.c - figures, their intervals, tests and warnings. */
#include "findings.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interval.h"
#include "page/page.h"
#include "poisson.h"
#include "special.h"

/* ---- begin and end ---- */

static void count_records(findings *f)
{
    const counts *c = f->q->total;
    for (size_t i = 0; i < c->n_cells; i++)
        for (int label = 0; label < OUTCOMES; label++) {
            for (int p = 0; p < OUTCOMES; p++) {
                uint64_t n = c->cell[i].n[OUTCOMES * label + p];
                f->records += n;
                f->labelled += label != OUTCOME_NONE ? n : 0;
                f->predicted += p != OUTCOME_NONE ? n : 0;
                f->both += label != OUTCOME_NONE && p != OUTCOME_NONE ? n : 0;
            }
            f->scored += c->cell[i].scored[label];
        }
}

static bool scores_are_probabilities(const counts *c)
{
    for (size_t i = 0; i < c->n_cells; i++)
        for (int label = 0; label < OUTCOMES; label++) {
            double n = (double)c->cell[i].scored[label], sum = (double)c->cell[i].sum[label] * 0x1p-64;
            if (sum < 0 || sum > n)
                return false;
        }
    return true;
}

int findings_begin(findings *f, const question *q, const findings_opts *o, mm_err *e)
{
    *f = (findings){ .q = q, .opts = *o };
    count_records(f);
    f->part = calloc(q->by.n_sets + 1, sizeof *f->part);
    if (!f->part)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (layers_init(&f->layers, q, e) < 0)
        return -1;
    bool probability = q->score.path && scores_are_probabilities(q->total);
    for (; f->n_parts < q->by.n_sets; f->n_parts++) {
        frame *fr = &f->part[f->n_parts].frame;
        if (frame_init(fr, q, &f->layers, &q->by.set[f->n_parts], e) < 0)
            return -1;
        fr->probability = probability;
    }
    return 0;
}

void findings_clear(findings *f)
{
    for (size_t i = 0; i < f->n_parts; i++) {
        sample_clear(&f->part[i].counted);
        free(f->part[i].figure);
    }
    free(f->part);
    free(f->warning);
    layers_clear(&f->layers);
    *f = (findings){ 0 };
}

int findings_warn(findings *f, mm_err *e, const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (f->n_warnings == f->warnings_room) {
        size_t room = f->warnings_room ? 2 * f->warnings_room : 8;
        mm_str *w = reallocarray(f->warning, room, sizeof *w);
        if (!w)
            return mm_fail(e, MM_ESYS, "out of memory");
        f->warning = w;
        f->warnings_room = room;
    }
    f->warning[f->n_warnings] = mm_arena_copy(f->layers.arena, mm_str_of(text));
    return f->warning[f->n_warnings++].p ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

bool group_small(const findings *f, const part *p, size_t group)
{
    return sums_all(&p->counted.group[group]) < (double)f->opts.small;
}

void part_name(const part *p, const char *between, mm_buf *out)
{
    for (size_t i = 0; i < p->frame.set->n; i++) {
        if (i)
            mm_buf_str(out, mm_str_of(between));
        mm_buf_str(out, mm_str_of(p->frame.q->by.dim[p->frame.set->dim[i]].name));
    }
}

const figure *figure_find(const part *p, const metric *m, ptrdiff_t group)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->figure[i].m == m && p->figure[i].group == group)
            return &p->figure[i];
    return NULL;
}

/* ---- values, and intervals by formulas ---- */

/* The groups a metric has figures of: from, to. */
static void groups_of(const metric *m, const frame *f, ptrdiff_t *from, ptrdiff_t *to)
{
    *from = m->scope == SCOPE_GROUP || m->scope == SCOPE_VERSUS ? 0 : -1;
    *to = m->scope == SCOPE_GROUP ? (ptrdiff_t)f->n_groups + 1 : m->scope == SCOPE_VERSUS ? (ptrdiff_t)f->n_groups : 0;
}

/* The group whose sums the value is of: figures of all records are those of the last. */
static size_t subject_of(const figure *g, const frame *f)
{
    return g->group >= 0 ? (size_t)g->group : f->n_groups;
}

/* Can it be computed, and is this the part to have it? What knows no groups is told with the first. */
static bool wanted(const metric *m, const part *p, bool first)
{
    return metric_possible(m, &p->frame) && (first || m->scope != SCOPE_OVERALL);
}

static int list_figures(part *p, bool first, mm_err *e)
{
    const frame *f = &p->frame;
    size_t room = 0;
    ptrdiff_t from, to;
    for (size_t i = 0; i < n_metrics; i++) {
        groups_of(&metrics[i], f, &from, &to);
        room += wanted(&metrics[i], p, first) ? (size_t)(to - from) : 0;
    }
    p->figure = calloc(room + 1, sizeof *p->figure);
    if (!p->figure)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < n_metrics; i++) {
        const metric *m = &metrics[i];
        groups_of(m, f, &from, &to);
        for (ptrdiff_t g = from; g < to && wanted(m, p, first); g++)
            if (m->scope != SCOPE_VERSUS || g != f->reference)
                p->figure[p->n++] = (figure){ m, g, NAN, NAN, NAN, NAN, NAN };
    }
    return 0;
}

static void set_interval(figure *g, interval i)
{
    g->low = i.low;
    g->high = i.high;
}

static void by_formula(figure *g, const sample *s, double z)
{
    const frame *f = s->f;
    const metric *m = g->m;
    size_t own = m->scope == SCOPE_REFERENCE ? f->n_groups + 1 : subject_of(g, f);
    double k, n, k2, n2;
    if (m->interval == BY_WILSON && strcmp(m->name, "share") == 0) {
        set_interval(g, wilson(sums_all(&s->group[own]), sums_all(&s->group[f->n_groups]), z));
    } else if (m->interval == BY_WILSON) {
        rate_of(&s->group[own], (rate_id)m->a, &k, &n);
        set_interval(g, wilson(k, n, z));
    } else if (m->interval == BY_NEWCOMBE) {
        rate_of(&s->group[own], (rate_id)m->a, &k, &n);
        rate_of(&s->group[f->reference], (rate_id)m->a, &k2, &n2);
        set_interval(g, newcombe(k, n, k2, n2, z));
        if (m->scope == SCOPE_VERSUS)
            g->p = two_shares_p(k, n, k2, n2);
    } else if (m->interval == BY_MEAN) {
        const sums *u = &s->group[own];
        set_interval(g, mean_interval(u->scored[m->a], u->score[m->a], u->squares[m->a], z));
    } else if (m->interval == BY_NOTHING) {
        g->p = isnan(g->value) || f->n_groups < 2 ? NAN : chi_square_above(g->value, (double)f->n_groups - 1);
    }
}

static int count_part(part *p, bool first, const sums *cells, double z, mm_err *e)
{
    if (sample_init(&p->counted, &p->frame, e) < 0 || list_figures(p, first, e) < 0)
        return -1;
    sample_fill(&p->counted, cells);
    for (size_t i = 0; i < p->n; i++) {
        figure *g = &p->figure[i];
        double v = g->m->value(g->m, &p->counted, subject_of(g, &p->frame));
        g->value = isfinite(v) ? v : NAN;
        by_formula(g, &p->counted, z);
    }
    return 0;
}

/* ---- the bootstrap ---- */

/* Values kept at once; when the figures of all replicates are more, the draws are made again. */
enum { MOST_VALUES = 1 << 20 };

/* A cell's name as a key, so that its draws do not depend on what other cells there are. */
static uint64_t key_of(const counts *c, size_t cell_index)
{
    uint64_t h = 0;
    for (size_t d = 0; d < c->n_dims; d++) {
        uint32_t v = c->key[cell_index * c->n_dims + d];
        mm_str s = v < VALUE_FIRST ? (mm_str){ v ? "u" : "m", 1 } : c->value[d][v - VALUE_FIRST];
        h = (h ^ (v < VALUE_FIRST)) * UINT64_C(0x9e3779b97f4a7c15);
        for (size_t i = 0; i < s.n; i++)
            h = (h ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
    }
    return h;
}

static void draw_cell(const sums *counted, draws *d, sums *out)
{
    *out = (sums){ 0 };
    for (int i = 0; i < OUTCOMES * OUTCOMES; i++)
        out->n[i] = draw_poisson(d, counted->n[i]);
    for (int label = 0; label < OUTCOMES; label++) {
        double n = counted->scored[label];
        if (n <= 0)
            continue;
        double drawn = 0, all = 0;
        for (int p = 0; p < OUTCOMES; p++) {
            drawn += out->n[OUTCOMES * label + p];
            all += counted->n[OUTCOMES * label + p];
        }
        drawn = all > n ? draw_poisson(d, n) : drawn;  /* some have no score */
        double mean = counted->score[label] / n, variance = counted->squares[label] / n - mean * mean;
        out->scored[label] = drawn;
        /* Rounding leaves a variance of about 2^-30 where all scores are the same. */
        out->score[label] = drawn * mean + (variance > 0x1p-24 * (1 + mean * mean) ? sqrt(drawn * variance) * draw_normal(d) : 0);
    }
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The share q of sorted values, linear between them. */
static double percentile(const double *v, size_t n, double q)
{
    double at = q * (double)(n - 1);
    size_t i = (size_t)at;
    return i + 1 < n ? v[i] + (at - (double)i) * (v[i + 1] - v[i]) : v[n - 1];
}

/* The interval out of the values of the replicates, of which undefined ones are left out; none when most are. */
static void by_percentiles(figure *g, double *v, size_t n, double confidence)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(v[i]))
            v[m++] = v[i];
    if (isnan(g->value) || 2 * m < n || m < 2)
        return;
    qsort(v, m, sizeof *v, by_size);
    set_interval(g, (interval){ percentile(v, m, (1 - confidence) / 2), percentile(v, m, (1 + confidence) / 2) });
}

typedef struct bootstrap {
    const findings *f;
    const sums *counted;   /* of each cell */
    uint64_t *key;
    sums *drawn;
    sample *sample;        /* one a part */
    figure **figure;       /* those that want it, of all parts */
    size_t *part;          /* of each of these */
    size_t n;
    double *value;         /* replicates of each figure of a block */
} bootstrap;

static void bootstrap_clear(bootstrap *b)
{
    for (size_t i = 0; b->sample && i < b->f->n_parts; i++)
        sample_clear(&b->sample[i]);
    free(b->key);
    free(b->drawn);
    free(b->sample);
    free(b->figure);
    free(b->part);
    free(b->value);
}

static int bootstrap_init(bootstrap *b, findings *f, const sums *counted, mm_err *e)
{
    const counts *c = f->q->total;
    size_t n = 0;
    for (size_t i = 0; i < f->n_parts; i++)
        n += f->part[i].n;
    *b = (bootstrap){ .f = f, .counted = counted, .key = calloc(c->n_cells + 1, sizeof *b->key),
                      .drawn = calloc(c->n_cells + 1, sizeof *b->drawn), .sample = calloc(f->n_parts + 1, sizeof *b->sample),
                      .figure = calloc(n + 1, sizeof *b->figure), .part = calloc(n + 1, sizeof *b->part) };
    if (!b->key || !b->drawn || !b->sample || !b->figure || !b->part)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < c->n_cells; i++)
        b->key[i] = key_of(c, i);
    for (size_t i = 0; i < f->n_parts; i++) {
        if (sample_init(&b->sample[i], &f->part[i].frame, e) < 0)
            return -1;
        for (size_t k = 0; k < f->part[i].n; k++)
            if (f->part[i].figure[k].m->interval == BY_BOOTSTRAP) {
                b->part[b->n] = i;
                b->figure[b->n++] = &f->part[i].figure[k];
            }
    }
    return 0;
}

static void replicate(bootstrap *b, size_t r, size_t from, size_t to, size_t replicates)
{
    const findings *f = b->f;
    for (size_t i = 0; i < f->q->total->n_cells; i++) {
        draws d = draws_for((uint64_t)f->opts.seed, r, b->key[i]);
        draw_cell(&b->counted[i], &d, &b->drawn[i]);
    }
    for (size_t i = b->part[from]; i <= b->part[to - 1]; i++)
        sample_fill(&b->sample[i], b->drawn);
    for (size_t k = from; k < to; k++) {
        const figure *g = b->figure[k];
        const sample *s = &b->sample[b->part[k]];
        b->value[(k - from) * replicates + r] = g->m->value(g->m, s, subject_of(g, s->f));
    }
}

static int run_bootstrap(findings *f, const sums *counted, mm_err *e)
{
    bootstrap b;
    size_t n = (size_t)f->opts.replicates;
    int failed = n < 2 ? 0 : bootstrap_init(&b, f, counted, e);
    if (n < 2)
        return 0;
    size_t block = MOST_VALUES / n + 1;
    if (!failed && !(b.value = malloc(block * n * sizeof *b.value)))
        failed = mm_fail(e, MM_ESYS, "out of memory");
    for (size_t from = 0; !failed && from < b.n; from += block) {
        size_t to = from + block < b.n ? from + block : b.n;
        for (size_t r = 0; r < n; r++)
            replicate(&b, r, from, to, n);
        for (size_t k = from; k < to; k++)
            by_percentiles(b.figure[k], b.value + (k - from) * n, n, f->opts.confidence);
    }
    bootstrap_clear(&b);
    return failed;
}

/* ---- many tests ---- */

static int adjust_tests(findings *f, mm_err *e)
{
    size_t n = 0, k = 0;
    for (size_t i = 0; i < f->n_parts; i++)
        n += f->part[i].n;
    double *p = calloc(2 * n + 1, sizeof *p);
    for (size_t i = 0; p && i < f->n_parts; i++)
        for (size_t j = 0; j < f->part[i].n; j++)
            p[k++] = f->part[i].figure[j].p;
    int failed = !p || benjamini_hochberg(p, n, p + n) < 0 ? mm_fail(e, MM_ESYS, "out of memory") : 0;
    k = n;
    for (size_t i = 0; !failed && i < f->n_parts; i++)
        for (size_t j = 0; j < f->part[i].n; j++)
            f->part[i].figure[j].adjusted = p[k++];
    free(p);
    return failed;
}

/* ---- warnings ---- */

static int warn_of_groups(findings *f, const part *p, mm_err *e)
{
    const frame *fr = &p->frame;
    mm_buf small = { 0 }, out = { 0 };
    size_t n_small = 0, n_out = 0;
    for (size_t g = 0; g < fr->n_groups; g++) {
        bool complete = f->both == 0 || rate_takes_part(&p->counted.group[g], ACCURACY);
        if (group_small(f, p, g) && n_small++ < 8)
            mm_buf_printf(&small, "%s%.*s (%.0f)", n_small > 1 ? "; " : "", (int)fr->name[g].n, fr->name[g].p,
                          sums_all(&p->counted.group[g]));
        if (!complete && n_out++ < 8)
            mm_buf_printf(&out, "%s%.*s", n_out > 1 ? "; " : "", (int)fr->name[g].n, fr->name[g].p);
    }
    mm_buf name = { 0 };
    part_name(p, ", ", &name);
    int failed = 0;
    if (n_small)
        failed = findings_warn(f, e, "%.*s: %zu group%s under %lld records, too few to say: %.*s%s", (int)name.n, name.p, n_small,
                               n_small == 1 ? "" : "s", (long long)f->opts.small, (int)small.n, small.p, n_small > 8 ? "; ..." : "");
    if (n_out && !failed)
        failed = findings_warn(f, e, "%.*s: %zu group%s without a record that has label and prediction, left out between groups: %.*s%s",
                               (int)name.n, name.p, n_out, n_out == 1 ? "" : "s", (int)out.n, out.p, n_out > 8 ? "; ..." : "");
    mm_buf_free(&small);
    mm_buf_free(&out);
    mm_buf_free(&name);
    return failed;
}

/* Rates without anything to divide by, which count as 0 between groups. */
static int warn_of_undefined(findings *f, const part *p, mm_err *e)
{
    for (rate_id r = 0; r < RATES; r++) {
        const frame *fr = &p->frame;
        size_t n = 0, first = 0;
        for (size_t g = 0; g < fr->n_groups; g++)
            if (rate_takes_part(&p->counted.group[g], r) && isnan(p->counted.rate[g * RATES + r]) && n++ == 0)
                first = g;
        mm_buf name = { 0 };
        part_name(p, ", ", &name);
        int failed = n ? findings_warn(f, e, "%.*s: %s is undefined for %.*s%s, nothing to divide by; between groups it counts as 0",
                                       (int)name.n, name.p, metrics[r].name, (int)fr->name[first].n, fr->name[first].p,
                                       n > 1 ? " and others" : "") : 0;
        mm_buf_free(&name);
        if (failed)
            return failed;
    }
    return 0;
}

static int warn_of_release(findings *f, mm_err *e)
{
    const findings_opts *o = &f->opts;
    if (o->epsilon > 0 && findings_warn(f, e, "counts carry the noise of epsilon %g and delta %g, which intervals and tests do not know of",
                                        o->epsilon, o->delta) < 0)
        return -1;
    return o->suppress > 0 ? findings_warn(f, e, "kinds of records under %lld records were left out", (long long)o->suppress) : 0;
}

static int warn_of_gaps(findings *f, mm_err *e)
{
    const struct { const char *what; bool asked; uint64_t n; } have[] = {
        { "label", f->q->label.text, f->labelled }, { "prediction", f->q->prediction.text, f->predicted },
        { "score", f->q->score.path, f->scored } };
    for (size_t i = 0; i < sizeof have / sizeof *have; i++)
        if (have[i].asked && have[i].n < f->records
            && findings_warn(f, e, "%llu of %llu records have no %s and are left out of what needs one",
                             (unsigned long long)(f->records - have[i].n), (unsigned long long)f->records, have[i].what) < 0)
            return -1;
    return 0;
}

int findings_compute(findings *f, mm_err *e)
{
    const counts *c = f->q->total;
    double z = normal_quantile((1 + f->opts.confidence) / 2);
    sums *cells = calloc(c->n_cells + 1, sizeof *cells);
    int failed = cells ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; !failed && i < c->n_cells; i++)
        cells[i] = sums_of(&c->cell[i]);
    for (size_t i = 0; !failed && i < f->n_parts; i++)
        failed = count_part(&f->part[i], i == 0, cells, z, e);
    if (!failed)
        failed = run_bootstrap(f, cells, e) < 0 || adjust_tests(f, e) < 0 || warn_of_gaps(f, e) < 0 || warn_of_release(f, e) < 0 ? -1 : 0;
    for (size_t i = 0; !failed && i < f->n_parts; i++)
        failed = warn_of_groups(f, &f->part[i], e) < 0 || warn_of_undefined(f, &f->part[i], e) < 0 ? -1 : 0;
    free(cells);
    return failed;
}

void figure_say(const figure *f, mm_buf *out)
{
    if (isnan(f->value))
        mm_buf_str(out, MM_STR("undefined"));
    else
        mm_page_number(out, f->value);
    if (!isnan(f->low)) {
        mm_buf_str(out, MM_STR(" ["));
        mm_page_number(out, f->low);
        mm_buf_str(out, MM_STR(", "));
        mm_page_number(out, f->high);
        mm_buf_byte(out, ']');
    }
}
