/* measure.c - moments and quantiles of fields by group. */
#include "measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sketch.h"
#include "special.h"

/* The numbers of one field in the records of one kind. */
typedef struct numbers {
    moments moments;
    kll kll;
    uint64_t missing;
} numbers;

struct measures {
    question q;              /* of its own: groups alone */
    void *observer;
    char *name[MOST_MEASURES];
    const mm_path *path[MOST_MEASURES];
    size_t n_fields;
    numbers *kind;           /* n_fields a kind of record */
    size_t n_kinds;
    bool failed, over;
};

static int add_field(measures *m, mm_str name, mm_err *e)
{
    if (m->n_fields == MOST_MEASURES)
        return mm_fail(e, MM_EUSAGE, "--measure: more than %d fields", MOST_MEASURES);
    if (!(m->path[m->n_fields] = mm_path_new(name, e)))
        return mm_fail_at(e, "--measure");
    m->name[m->n_fields] = strndup(name.p, name.n);
    return m->name[m->n_fields++] ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

measures *measures_new(const question *q, const char *fields, mm_err *e)
{
    measures *m = calloc(1, sizeof *m);
    bool ok = m != NULL;
    if (ok) {
        m->q = (question){ .by = q->by, .most_groups = q->most_groups };
        pthread_mutex_init(&m->q.lock, NULL);
        ok = (m->q.total = counts_new(q->by.n_dims, q->most_groups, COUNTS_MOST_CELLS)) && (m->observer = observe_open(&m->q, e));
    }
    if (!ok)
        mm_fail(e, MM_ESYS, "out of memory");
    for (const char *p = fields; ok; p++) {
        size_t n = strcspn(p, ",");
        ok = add_field(m, (mm_str){ p, n }, e) == 0;
        p += n;
        if (!*p)
            break;
    }
    if (ok)
        return m;
    measures_free(m);
    return NULL;
}

void measures_free(measures *m)
{
    if (!m)
        return;
    if (m->observer)
        observe_close(m->observer);
    counts_free(m->q.total);
    for (size_t i = 0; i < m->n_fields; i++) {
        free(m->name[i]);
        mm_path_free((mm_path *)m->path[i]);
    }
    for (size_t i = 0; i < m->n_kinds * m->n_fields; i++)
        kll_clear(&m->kind[i].kll);
    free(m->kind);
    free(m);
}

/* ---- taking ---- */

/* The number of a value, NAN where there is none; false: it is something else. */
static bool number_of(const mm_value *v, double *x, mm_buf *scratch)
{
    *x = NAN;
    if (!v->raw.p || v->type == MM_JSON_NULL)
        return true;
    if (v->type != MM_JSON_NUMBER && v->type != MM_JSON_STRING)
        return false;
    mm_str text = v->type == MM_JSON_STRING ? mm_json_text(v->raw, scratch) : v->raw;
    return !text.n || (mm_json_double(text, x) == 0 && isfinite(*x));
}

/* All fields of a record. The index of the first that is no number, n_fields when all are well; -1: no JSON. */
static ptrdiff_t read_fields(const measures *m, mm_str head, mm_value *found, double *x)
{
    mm_buf scratch = { 0 };
    ptrdiff_t i = 0;
    if (mm_json_find_many(head, m->path, m->n_fields, found) < 0)
        return -1;
    while ((size_t)i < m->n_fields && number_of(&found[i], &x[i], &scratch))
        i++;
    mm_buf_free(&scratch);
    return i;
}

mm_verdict measures_check(const measures *m, mm_rec *r, mm_arena *a)
{
    mm_value found[MOST_MEASURES];
    double x[MOST_MEASURES];
    ptrdiff_t i = read_fields(m, r->head, found, x);
    if (i < 0)
        return mm_rec_malformed(r, a);
    if ((size_t)i == m->n_fields)
        return MM_KEEP;
    mm_str raw = found[i].raw;
    return mm_rec_bad(r, a, "%s is %.*s%s, no finite number", m->name[i], (int)(raw.n < 40 ? raw.n : 40), raw.p, raw.n < 40 ? "" : "...");
}

static numbers *numbers_of(measures *m, size_t kind)
{
    if (kind >= m->n_kinds) {
        size_t n = kind + kind / 2 + 4;
        n = n * m->n_fields > MEASURE_MOST ? MEASURE_MOST / m->n_fields : n;
        m->over |= kind >= n;
        numbers *all = m->over ? NULL : reallocarray(m->kind, n * m->n_fields, sizeof *all);
        if (!all)
            return NULL;
        m->kind = all;
        for (size_t i = m->n_kinds * m->n_fields; i < n * m->n_fields; i++) {
            all[i] = (numbers){ .missing = 0 };
            kll_init(&all[i].kll, 1);
        }
        m->n_kinds = n;
    }
    return &m->kind[kind * m->n_fields];
}

void measures_take(measures *m, mm_rec *r, mm_arena *a)
{
    mm_value found[MOST_MEASURES];
    double x[MOST_MEASURES];
    if (observe(&m->q, m->observer, r, a) != MM_KEEP || read_fields(m, r->head, found, x) != (ptrdiff_t)m->n_fields || m->over)
        return;
    numbers *k = numbers_of(m, observed_kind(m->observer));
    m->failed |= !k && !m->over;
    for (size_t i = 0; k && i < m->n_fields; i++) {
        k[i].missing += isnan(x[i]);
        if (isnan(x[i]))
            continue;
        moments_add(&k[i].moments, &x[i], 1);
        m->failed |= !kll_add(&k[i].kll, x[i]);
    }
}

/* ---- estimates ---- */

static double sum_of(const moments *m) { return (double)m->n * m->mean; }
static double squares_of(const moments *m) { return m->m2 + (double)m->n * m->mean * m->mean; }

static bool holds_all(const kll *s)
{
    uint64_t n = 0;
    for (uint32_t h = 0; h < s->levels; h++)
        n += s->level[h].n;
    return n == s->n;
}

/* The median, and the order statistics around it that a binomial distribution says. */
static bool median_of(const kll *s, double z, estimate *out)
{
    kll_cdf c = { 0 };
    *out = (estimate){ NAN, { NAN, NAN } };
    if (!s->n)
        return true;
    if (!kll_cdf_init(&c, s))
        return false;
    double n = (double)s->n, half = z / (2 * sqrt(n)) + (holds_all(s) ? 0 : KLL_RANK_ERROR);
    out->value = kll_cdf_quantile(&c, 0.5);
    if (s->n > 1) {
        out->interval.low = half < 0.5 ? kll_cdf_quantile(&c, 0.5 - half) : s->min;
        out->interval.high = half + 1 / n < 0.5 ? kll_cdf_quantile(&c, 0.5 + half + 1 / n) : s->max;
    }
    kll_cdf_clear(&c);
    return true;
}

/* S / T, whose variance is the sum over records of (their part in S - S / T * their part in T)^2 by T^2; the interval is one
 * of the logarithm of its odds, which lies within 0 and 1. */
static estimate share_of(const moments *own, const moments *all, double least, double z)
{
    double sum = sum_of(all), share = sum_of(own) / sum;
    if (!(sum > 0) || least < 0)
        return (estimate){ NAN, { NAN, NAN } };
    double squares = squares_of(own), rest = fmax(0, squares_of(all) - squares);
    if (!(share > 0 && share < 1))
        return (estimate){ share, { NAN, NAN } };
    double error = sqrt((1 - share) * (1 - share) * squares + share * share * rest) / sum, odds = z * error / (share * (1 - share));
    return (estimate){ share, { share / (share + (1 - share) * exp(odds)), share / (share + (1 - share) * exp(-odds)) } };
}

static bool estimate_all(const numbers *own, const numbers *all, double confidence, measure *out)
{
    double z = normal_quantile((1 + confidence) / 2), n = (double)own->moments.n;
    double deviation = n > 1 ? sqrt(own->moments.m2 / (n - 1)) : NAN;
    double half = n > 1 ? student_quantile((1 + confidence) / 2, n - 1) * deviation / sqrt(n) : NAN, mean = n > 0 ? own->moments.mean : NAN;
    out->records = own->moments.n;
    out->missing = own->missing;
    out->deviation = deviation;
    out->least = n > 0 ? own->kll.min : NAN;
    out->most = n > 0 ? own->kll.max : NAN;
    out->sum = sum_of(&own->moments);
    out->mean = (estimate){ mean, { mean - half, mean + half } };
    out->share = share_of(&own->moments, &all->moments, all->kll.min, z);
    out->p = out->adjusted = NAN;
    return median_of(&own->kll, z, &out->median);
}

/* Difference and interval of two values out of their own. */
static estimate difference(const estimate *a, const estimate *b)
{
    double d = a->value - b->value;
    return (estimate){ d, { d - hypot(a->value - a->interval.low, b->interval.high - b->value),
                            d + hypot(a->interval.high - a->value, b->value - b->interval.low) } };
}

static void hold_against(measure *m, const numbers *own, const numbers *reference, const measure *r, double confidence)
{
    const moments *a = &own->moments, *b = &reference->moments;
    m->versus = true;
    m->median_difference = difference(&m->median, &r->median);
    m->mean_difference = (estimate){ m->mean.value - r->mean.value, { NAN, NAN } };
    if (a->n < 2 || b->n < 2)
        return;
    double na = (double)a->n, nb = (double)b->n, va = a->m2 / (na - 1) / na, vb = b->m2 / (nb - 1) / nb, error = sqrt(va + vb);
    double df = (va + vb) * (va + vb) / (va * va / (na - 1) + vb * vb / (nb - 1)), d = m->mean_difference.value;
    if (!(error > 0))
        return;
    double half = student_quantile((1 + confidence) / 2, df) * error;
    m->mean_difference.interval = (interval){ d - half, d + half };
    m->p = student_two_sided(d / error, df);
}

/* ---- all of it ---- */

/* The group of each own kind in a frame. */
static ptrdiff_t *groups_of(const measures *m, const frame *f)
{
    const counts *c = observed_counts(m->observer);
    ptrdiff_t *group = calloc(c->n_cells + 1, sizeof *group);
    mm_str value[MOST_DIMENSIONS];
    for (size_t k = 0; group && k < c->n_cells; k++) {
        for (size_t d = 0; d < f->set->n; d++)
            value[d] = counts_value_name(c, f->set->dim[d], c->key[k * c->n_dims + f->set->dim[d]]);
        group[k] = frame_find(f, value);
    }
    return group;
}

static bool numbers_merge(numbers *to, const numbers *from)
{
    moments_merge(&to->moments, &from->moments);
    to->missing += from->missing;
    return !from->kll.n || kll_merge(&to->kll, &from->kll);
}

/* Of one field: the numbers of each group of a frame, and behind them those of all. */
static numbers *sum_groups(const measures *m, size_t field, const ptrdiff_t *group, size_t n_groups)
{
    size_t kinds = observed_counts(m->observer)->n_cells;
    numbers *g = calloc(n_groups + 1, sizeof *g);
    bool ok = g != NULL;
    for (size_t i = 0; ok && i <= n_groups; i++)
        kll_init(&g[i].kll, 1);
    for (size_t k = 0; ok && k < kinds && k < m->n_kinds; k++) {
        numbers *own = &m->kind[k * m->n_fields + field];
        ok = kll_settle(&own->kll) && numbers_merge(&g[n_groups], own) && (!group || group[k] < 0 || numbers_merge(&g[group[k]], own));
    }
    for (size_t i = 0; ok && i <= n_groups; i++)
        ok = kll_settle(&g[i].kll);
    for (size_t i = 0; g && !ok && i <= n_groups; i++)
        kll_clear(&g[i].kll);
    if (!ok)
        free(g);
    return ok ? g : NULL;
}

static bool list_part(const measures *m, const findings *f, const part *p, size_t field, measure *out)
{
    size_t n = p ? p->frame.n_groups : 0;
    ptrdiff_t *group = p ? groups_of(m, &p->frame) : NULL, reference = p ? p->frame.reference : -1;
    numbers *g = !p || group ? sum_groups(m, field, group, n) : NULL;
    bool ok = g != NULL;
    for (size_t i = 0; ok && i < (p ? n : 1); i++) {
        out[i] = (measure){ .field = m->name[field], .part = p, .group = i };
        ok = estimate_all(&g[i], &g[n], f->opts.confidence, &out[i]);
    }
    for (size_t i = 0; ok && reference >= 0 && i < n; i++)
        if ((ptrdiff_t)i != reference)
            hold_against(&out[i], &g[i], &g[reference], &out[reference], f->opts.confidence);
    for (size_t i = 0; g && i <= n; i++)
        kll_clear(&g[i].kll);
    free(g);
    free(group);
    return ok;
}

int measures_list(const measures *m, const findings *f, measure **out, size_t *n, mm_err *e)
{
    size_t room = 1;
    for (size_t i = 0; i < f->n_parts; i++)
        room += f->part[i].frame.n_groups;
    *n = 0;
    *out = calloc(room * m->n_fields, sizeof **out);
    if (m->over)
        return mm_fail(e, MM_EUSAGE, "--measure: more than %d kinds of records by fields; group by fewer fields or wider cuts", MEASURE_MOST);
    bool ok = *out && !m->failed;
    for (size_t i = 0; ok && i < m->n_fields; i++) {
        measure *all = &(*out)[*n];
        ok = list_part(m, f, NULL, i, all);
        ++*n;
        if (ok && !all->records && all->missing)
            return mm_fail(e, MM_EUSAGE, "--measure %s: no record has it; is it spelled so?", m->name[i]);
        for (size_t k = 0; ok && k < f->n_parts; k++) {
            ok = list_part(m, f, &f->part[k], i, *out + *n);
            *n += f->part[k].frame.n_groups;
        }
    }
    ok = ok && (*n == 0 || benjamini_hochberg_in(&(*out)->p, &(*out)->adjusted, *n, sizeof **out) == 0);
    return ok ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}
