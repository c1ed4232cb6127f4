/* shift.c - rates of a group in two sketches. */
#include "shift.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "page/page.h"
#include "special.h"

/* What is held beside each other, with what it needs. */
static const struct { rate_id rate; const char *name; bool label, prediction; } shown[] = {
    { SELECTION_RATE, "selection_rate", false, true }, { BASE_RATE, "base_rate", true, false },
    { TRUE_POSITIVE_RATE, "true_positive_rate", true, true }, { FALSE_POSITIVE_RATE, "false_positive_rate", true, true },
    { PRECISION, "positive_predictive_value", true, true }, { ACCURACY, "accuracy", true, true } };
enum { SHOWN = sizeof shown / sizeof *shown };

typedef struct pair {
    const counts *before, *after;
    bool label, prediction;
    double z;
} pair;

/* A group's sums; dim -1: all records. Value -1: it is not there. */
static sums sum_of(const counts *c, ptrdiff_t dim, ptrdiff_t value)
{
    sums all = { 0 };
    for (size_t i = 0; i < c->n_cells; i++)
        if (dim < 0 || (value >= 0 && c->key[i * c->n_dims + (size_t)dim] == (uint32_t)value)) {
            sums s = sums_of(&c->cell[i]);
            sums_add(&all, &s);
        }
    return all;
}

static void hold(const pair *p, const sums *before, const sums *after, const char *by, mm_str group, shift *out, size_t *n)
{
    for (size_t i = 0; i < SHOWN; i++) {
        double k1, n1, k2, n2;
        if ((shown[i].label && !p->label) || (shown[i].prediction && !p->prediction))
            continue;
        shift *s = &out[(*n)++];
        *s = (shift){ .by = by, .group = group, .rate = shown[i].name };
        s->before = rate_of(before, shown[i].rate, &k1, &n1);
        s->after = rate_of(after, shown[i].rate, &k2, &n2);
        s->n_before = (uint64_t)n1;
        s->n_after = (uint64_t)n2;
        s->difference = s->after - s->before;
        s->interval = newcombe(k2, n2, k1, n1, p->z);
        s->p = two_shares_p(k2, n2, k1, n1);
    }
}

typedef struct named { mm_str name; bool last; } named;

static int by_name(const void *a, const void *b)
{
    const named *x = a, *y = b;
    return x->last != y->last ? x->last - y->last : mm_str_cmp(x->name, y->name);
}

static ptrdiff_t value_named(const counts *c, size_t dim, mm_str name)
{
    ptrdiff_t v = counts_find(c, dim, name);
    for (uint32_t i = 0; v < 0 && i < VALUE_FIRST; i++)
        if (mm_str_eq(counts_value_name(c, dim, i), name))
            return i;
    return v;
}

/* Groups of a dimension that either has records of, in the order of their names. */
static named *groups_of(const counts *b, const counts *a, size_t dim_b, size_t dim_a, size_t *n)
{
    named *all = calloc(b->n_values[dim_b] + a->n_values[dim_a] + 2 * VALUE_FIRST, sizeof *all);
    *n = 0;
    for (uint32_t v = 0; all && v < b->n_values[dim_b] + VALUE_FIRST; v++)
        if (counts_of_value(b, dim_b, v))
            all[(*n)++] = (named){ counts_value_name(b, dim_b, v), v < VALUE_FIRST };
    size_t known = *n;
    for (uint32_t v = 0; all && v < a->n_values[dim_a] + VALUE_FIRST; v++) {
        mm_str name = counts_value_name(a, dim_a, v);
        size_t same = 0;
        while (same < known && !mm_str_eq(all[same].name, name))
            same++;
        if (same == known && counts_of_value(a, dim_a, v))
            all[(*n)++] = (named){ name, v < VALUE_FIRST };
    }
    if (all)
        qsort(all, *n, sizeof *all, by_name);
    return all;
}

static size_t n_by(const sketch_kinds *k) { return k->n_dims - k->has_score - k->has_stratum; }

static bool hold_dim(const pair *p, const char *by, size_t dim_b, size_t dim_a, shift **out, size_t *n)
{
    size_t groups;
    named *g = groups_of(p->before, p->after, dim_b, dim_a, &groups);
    shift *more = g ? reallocarray(*out, *n + (groups + 1) * SHOWN, sizeof *more) : NULL;
    *out = more ? more : *out;
    for (size_t i = 0; more && i < groups; i++) {
        sums b = sum_of(p->before, (ptrdiff_t)dim_b, value_named(p->before, dim_b, g[i].name));
        sums a = sum_of(p->after, (ptrdiff_t)dim_a, value_named(p->after, dim_a, g[i].name));
        hold(p, &b, &a, by, g[i].name, *out, n);
    }
    free(g);
    return more != NULL;
}

int shift_between(const sketch_kinds *before, const sketch_kinds *after, double confidence, shift **out, size_t *n, mm_err *e)
{
    pair p = { before->counts, after->counts, before->label && after->label, before->prediction && after->prediction,
               normal_quantile((1 + confidence) / 2) };
    *n = 0;
    *out = calloc(SHOWN + 1, sizeof **out);
    if (*out && (!p.before || !p.after || (!p.label && !p.prediction)))
        return 0;
    bool ok = *out != NULL;
    if (ok) {
        sums b = sum_of(p.before, -1, 0), a = sum_of(p.after, -1, 0);
        hold(&p, &b, &a, NULL, (mm_str){ 0 }, *out, n);
    }
    for (size_t d = 0; ok && d < n_by(before); d++)
        for (size_t k = 0; ok && k < n_by(after); k++)
            if (strcmp(before->dim[d], after->dim[k]) == 0)
                ok = hold_dim(&p, before->dim[d], d, k, out, n);
    ok = ok && (*n == 0 || benjamini_hochberg_in(&(*out)->p, &(*out)->adjusted, *n, sizeof **out) == 0);
    return ok ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

/* ---- telling ---- */

static void put_number(mm_buf *out, double x)
{
    mm_buf text = { 0 };
    if (isnan(x))
        mm_buf_byte(&text, '-');
    else
        mm_page_number(&text, x);
    for (size_t i = text.n; i < 11; i++)
        mm_buf_byte(out, ' ');
    mm_buf_str(out, mm_buf_view(&text));
    mm_buf_free(&text);
}

void shift_show_text(const shift *s, size_t n, mm_buf *out)
{
    mm_buf_printf(out, "%-20s %-24s %-26s %10s %10s %10s %21s %10s\n", "by", "group", "rate", "before", "after", "difference", "interval", "adjusted p");
    for (size_t i = 0; i < n; i++) {
        mm_buf_printf(out, "%-20s %-24.*s %-26s", s[i].by ? s[i].by : "", s[i].by ? (int)s[i].group.n : 3, s[i].by ? s[i].group.p : "all", s[i].rate);
        put_number(out, s[i].before);
        put_number(out, s[i].after);
        put_number(out, s[i].difference);
        put_number(out, s[i].interval.low);
        put_number(out, s[i].interval.high);
        put_number(out, s[i].adjusted);
        mm_buf_byte(out, '\n');
    }
}

void shift_put_json(const shift *s, mm_buf *out)
{
    const struct { const char *name; double x; } member[] = {
        { "before", s->before }, { "after", s->after }, { "difference", s->difference }, { "low", s->interval.low }, { "high", s->interval.high },
        { "p", s->p }, { "p_adjusted", s->adjusted } };
    mm_buf_printf(out, "{\"rate\":\"%s\"", s->rate);
    if (s->by) {
        mm_buf_str(out, MM_STR(",\"by\":"));
        mm_json_put(out, mm_str_of(s->by));
        mm_buf_str(out, MM_STR(",\"group\":"));
        mm_json_put(out, s->group);
    }
    mm_buf_printf(out, ",\"records_before\":%llu,\"records_after\":%llu", (unsigned long long)s->n_before, (unsigned long long)s->n_after);
    for (size_t i = 0; i < sizeof member / sizeof *member; i++)
        if (!isnan(member[i].x)) {
            mm_buf_printf(out, ",\"%s\":", member[i].name);
            mm_json_put_double(out, member[i].x);
        }
    mm_buf_byte(out, '}');
}
