/* drift.c - distances of distributions. */
#include "drift.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "page/page.h"

const char *const drift_kind_names[DRIFT_KINDS] = { "numbers", "lengths", "values", "types", "groups", "label", "prediction" };

/* ---- over bins ---- */

enum { MOST_BINS = 2 * TOP_M + SKETCH_TYPES + 2 };

typedef struct bins {
    size_t n;
    double p[MOST_BINS], q[MOST_BINS];  /* counts or shares, before and after */
} bins;

static void set_shares(bins *b, drift *d)
{
    double p_all = 0, q_all = 0;
    for (size_t i = 0; i < b->n; i++) {
        p_all += b->p[i];
        q_all += b->q[i];
    }
    d->psi = d->js = p_all > 0 && q_all > 0 ? 0 : NAN;
    for (size_t i = 0; i < b->n && p_all > 0 && q_all > 0; i++) {
        double p = b->p[i] / p_all, q = b->q[i] / q_all, m = (p + q) / 2;
        double x = fmax(p, DRIFT_LEAST), y = fmax(q, DRIFT_LEAST);
        d->psi += p > 0 || q > 0 ? (y - x) * log(y / x) : 0;
        d->js += (p > 0 ? p * log(p / m) / 2 : 0) + (q > 0 ? q * log(q / m) / 2 : 0);
    }
}

/* ---- numbers ---- */

/* Shares between the tenths of the first. */
static void by_tenths(const kll_cdf *p, const kll_cdf *q, drift *d)
{
    bins b = { .n = 0 };
    double edge = -INFINITY, p_before = 0, q_before = 0;
    for (int i = 1; i <= 10; i++) {
        double to = i < 10 ? kll_cdf_quantile(p, i / 10.0) : INFINITY;
        double p_upto = i < 10 ? kll_cdf_rank(p, to) : 1, q_upto = i < 10 ? kll_cdf_rank(q, to) : 1;
        if (to <= edge)
            continue;
        b.p[b.n] = p_upto - p_before;
        b.q[b.n++] = q_upto - q_before;
        p_before = p_upto;
        q_before = q_upto;
        edge = to;
    }
    set_shares(&b, d);
}

/* The greatest difference of the functions, and the area between them. */
static void by_functions(const kll_cdf *p, const kll_cdf *q, drift *d)
{
    size_t i = 0, k = 0;
    double f = 0, g = 0, last = 0;
    d->ks = d->wasserstein = 0;
    for (bool first = true; i < p->n || k < q->n; first = false) {
        double x = k == q->n || (i < p->n && p->value[i] <= q->value[k]) ? p->value[i] : q->value[k];
        if (!first)
            d->wasserstein += fabs(f - g) * (x - last);
        for (; i < p->n && p->value[i] <= x; i++)
            f = p->upto[i];
        for (; k < q->n && q->value[k] <= x; k++)
            g = q->upto[k];
        d->ks = fmax(d->ks, fabs(f - g));
        last = x;
    }
}

static bool compare_numbers(const kll *before, const kll *after, drift *d)
{
    kll_cdf p = { 0 }, q = { 0 };
    bool ok = kll_cdf_init(&p, before) && kll_cdf_init(&q, after);
    if (ok) {
        by_tenths(&p, &q, d);
        by_functions(&p, &q, d);
    }
    kll_cdf_clear(&p);
    kll_cdf_clear(&q);
    return ok;
}

/* ---- texts and truth values ---- */

static double counted(const field_sketch *f, const top_entry *e)
{
    const top_entry *own = f->top ? top_find(f->top, (mm_str){ e->text, e->n }, e->hash) : NULL;
    return own ? (double)own->count : f->count ? (double)cms_count(f->count, e->hash) : 0;
}

/* Texts that are frequent in either, each by itself; all others together. */
static void compare_values(const field_sketch *before, const field_sketch *after, drift *d)
{
    bins b = { .n = 0 };
    const field_sketch *each[] = { before, after };
    double seen[2] = { (double)before->seen[MM_JSON_STRING], (double)after->seen[MM_JSON_STRING] };
    for (size_t s = 0; s < 2; s++)
        for (uint32_t i = 0; each[s]->top && i < each[s]->top->size; i++) {
            const top_entry *e = &each[s]->top->entry[i];
            if (s && before->top && top_find(before->top, (mm_str){ e->text, e->n }, e->hash))
                continue;
            b.p[b.n] = fmin(counted(before, e), seen[0]);
            b.q[b.n] = fmin(counted(after, e), seen[1]);
            seen[0] -= b.p[b.n];
            seen[1] -= b.q[b.n++];
        }
    b.p[b.n] = seen[0];
    b.q[b.n++] = seen[1];
    for (mm_json_type t = MM_JSON_FALSE; t <= MM_JSON_TRUE; t++) {
        b.p[b.n] = (double)before->seen[t];
        b.q[b.n++] = (double)after->seen[t];
    }
    set_shares(&b, d);
}

static void compare_types(const field_sketch *before, uint64_t n_before, const field_sketch *after, uint64_t n_after, drift *d)
{
    bins b = { .n = SKETCH_TYPES + 1 };
    for (size_t t = 0; t < SKETCH_TYPES; t++) {
        b.p[t] = before ? (double)before->seen[t] : 0;
        b.q[t] = after ? (double)after->seen[t] : 0;
    }
    uint64_t p = before ? field_seen(before) : 0, q = after ? field_seen(after) : 0;
    b.p[SKETCH_TYPES] = n_before > p ? (double)(n_before - p) : 0;
    b.q[SKETCH_TYPES] = n_after > q ? (double)(n_after - q) : 0;
    set_shares(&b, d);
}

/* Texts of which few come again are compared by their lengths. */
static bool mostly_different(const field_sketch *f)
{
    return f->distinct && f->top && (f->long_texts * 2 > f->seen[MM_JSON_STRING]
        || (f->top->size == TOP_M && hll_estimate(f->distinct) > 0.5 * (double)(f->seen[MM_JSON_STRING] + f->seen[MM_JSON_NUMBER])));
}

/* ---- groups ---- */

/* Value v of a dimension in the other counts, or -1. */
static ptrdiff_t same_value(const counts *from, const counts *to, size_t dim, uint32_t v)
{
    return v < VALUE_FIRST ? (ptrdiff_t)v : counts_find(to, dim, from->value[dim][v - VALUE_FIRST]);
}

static double *marginal(const counts *c, size_t dim)
{
    double *n = calloc(c->n_values[dim] + VALUE_FIRST, sizeof *n);
    for (size_t i = 0; n && i < c->n_cells; i++)
        for (int k = 0; k < OUTCOMES * OUTCOMES; k++)
            n[c->key[i * c->n_dims + dim]] += (double)c->cell[i].n[k];
    return n;
}

static bool compare_groups(const counts *before, const counts *after, size_t dim, drift *d)
{
    bins b = { .n = 0 };
    double *p = marginal(before, dim), *q = marginal(after, dim), p_rest = 0, q_rest = 0;
    for (uint32_t v = 0; p && q && v < before->n_values[dim] + VALUE_FIRST; v++) {
        ptrdiff_t other = same_value(before, after, dim, v);
        bool room = b.n + 1 < MOST_BINS;
        *(room ? &b.p[b.n] : &p_rest) += p[v];
        *(room ? &b.q[b.n] : &q_rest) += other < 0 ? 0 : q[other];
        b.n += room;
    }
    for (uint32_t v = 0; p && q && v < after->n_values[dim] + VALUE_FIRST; v++)
        q_rest += same_value(after, before, dim, v) < 0 ? q[v] : 0;
    b.p[b.n] = p_rest;
    b.q[b.n++] = q_rest;
    set_shares(&b, d);
    bool ok = p && q;
    free(p);
    free(q);
    return ok;
}

static void compare_outcomes(const counts *before, const counts *after, bool prediction, drift *d)
{
    bins b = { .n = OUTCOMES };
    const counts *each[] = { before, after };
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < each[s]->n_cells; i++)
            for (int k = 0; k < OUTCOMES * OUTCOMES; k++)
                (s ? b.q : b.p)[prediction ? k % OUTCOMES : k / OUTCOMES] += (double)each[s]->cell[i].n[k];
    set_shares(&b, d);
}

/* ---- all of it ---- */

typedef struct list {
    drift *d;
    size_t n;
} list;

static drift *add(list *l, const char *name, drift_kind kind)
{
    drift *d = &l->d[l->n++];
    *d = (drift){ name, kind, NAN, NAN, NAN, NAN };
    return d;
}

static bool compare_field(list *l, const sketch *before, const field_sketch *f, const sketch *after, const field_sketch *g)
{
    bool ok = true;
    compare_types(f, before->records, g, after->records, add(l, f ? f->name : g->name, DRIFT_TYPES));
    if (!f || !g)
        return true;
    if (f->number.n && g->number.n)
        ok = compare_numbers(&f->number, &g->number, add(l, f->name, DRIFT_NUMBERS));
    bool texts = f->length.n && g->length.n;
    if (ok && texts && (mostly_different(f) || mostly_different(g)))
        return compare_numbers(&f->length, &g->length, add(l, f->name, DRIFT_LENGTHS));
    bool truth = f->seen[MM_JSON_TRUE] + f->seen[MM_JSON_FALSE] && g->seen[MM_JSON_TRUE] + g->seen[MM_JSON_FALSE];
    if (texts || truth)
        compare_values(f, g, add(l, f->name, DRIFT_VALUES));
    return ok;
}

static bool compare_kinds(list *l, const sketch_kinds *k, const sketch_kinds *o)
{
    for (size_t d = 0; k->counts && o->counts && d < k->n_dims && d < o->n_dims; d++)
        if (strcmp(k->dim[d], o->dim[d]) == 0 && !compare_groups(k->counts, o->counts, d, add(l, k->dim[d], DRIFT_GROUPS)))
            return false;
    if (k->counts && o->counts && k->label && o->label)
        compare_outcomes(k->counts, o->counts, false, add(l, o->label, DRIFT_LABEL));
    if (k->counts && o->counts && k->prediction && o->prediction)
        compare_outcomes(k->counts, o->counts, true, add(l, o->prediction, DRIFT_PREDICTION));
    return true;
}

int drift_between(const sketch *before, const sketch *after, drift **out, size_t *n, mm_err *e)
{
    list l = { .d = calloc(3 * (before->n_fields + after->n_fields) + COUNTS_MOST_DIMS + 3, sizeof *l.d) };
    bool ok = l.d && compare_kinds(&l, &before->kinds, &after->kinds);
    for (size_t i = 0; ok && i < before->n_fields; i++)
        ok = compare_field(&l, before, &before->field[i], after, sketch_find(after, mm_str_of(before->field[i].name)));
    for (size_t i = 0; ok && i < after->n_fields; i++)
        if (!sketch_find(before, mm_str_of(after->field[i].name)))
            ok = compare_field(&l, before, NULL, after, &after->field[i]);
    *out = l.d;
    *n = l.n;
    return ok ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

/* ---- telling ---- */

static void put_cell(mm_buf *out, double x, size_t width)
{
    mm_buf text = { 0 };
    if (isnan(x))
        mm_buf_byte(&text, '-');
    else
        mm_page_number(&text, x);
    for (size_t i = text.n; i < width; i++)
        mm_buf_byte(out, ' ');
    mm_buf_str(out, mm_buf_view(&text));
    mm_buf_free(&text);
}

static int by_psi(const void *a, const void *b)
{
    const drift *x = *(const drift *const *)a, *y = *(const drift *const *)b;
    double p = isnan(x->psi) ? -1 : x->psi, q = isnan(y->psi) ? -1 : y->psi;
    return p != q ? (p < q ? 1 : -1) : x < y ? -1 : x > y;
}

void drift_show_text(const drift *d, size_t n, mm_buf *out)
{
    const drift **order = calloc(n + 1, sizeof *order);
    for (size_t i = 0; order && i < n; i++)
        order[i] = &d[i];
    if (!order) {
        out->failed = true;
        return;
    }
    qsort(order, n, sizeof *order, by_psi);
    mm_buf_printf(out, "%-40s %-10s %10s %10s %10s %12s\n", "field", "of its", "psi", "js", "ks", "wasserstein");
    for (size_t i = 0; i < n; i++) {
        if (order[i]->kind == DRIFT_TYPES && order[i]->psi == 0)
            continue;
        mm_buf_printf(out, "%-40s %-10s ", order[i]->name, drift_kind_names[order[i]->kind]);
        put_cell(out, order[i]->psi, 10);
        put_cell(out, order[i]->js, 11);
        put_cell(out, order[i]->ks, 11);
        put_cell(out, order[i]->wasserstein, 13);
        mm_buf_byte(out, '\n');
    }
    free(order);
}

void drift_put_json(const drift *d, mm_buf *out)
{
    const struct { const char *name; double x; } member[] = {
        { "psi", d->psi }, { "js", d->js }, { "ks", d->ks }, { "wasserstein", d->wasserstein } };
    mm_buf_str(out, MM_STR("{\"field\":"));
    mm_json_put(out, mm_str_of(d->name));
    mm_buf_printf(out, ",\"of\":\"%s\"", drift_kind_names[d->kind]);
    for (size_t i = 0; i < sizeof member / sizeof *member; i++)
        if (!isnan(member[i].x)) {
            mm_buf_printf(out, ",\"%s\":", member[i].name);
            mm_json_put_double(out, member[i].x);
        }
    mm_buf_byte(out, '}');
}
