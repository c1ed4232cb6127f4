/* agreement.c - coincidences of labels. */
#include "agreement.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "special.h"

/* Of one group: pairs[m][c][k], ordered pairs of different annotators of records with m labels; m from 2. */
typedef struct pairs {
    uint64_t *n;             /* NULL: none */
    uint64_t records;
    double (*squares)[MOST_LABELS + 1];  /* sums of products of what a record adds: its labels, last its disagreement */
} pairs;

struct agreement {
    question q;              /* of its own: groups alone */
    void *observer;
    mm_path *path[MOST_ANNOTATORS];
    size_t n_paths;
    counts *labels;          /* only for numbering them: one dimension */
    pairs all, *group[MOST_DIMENSIONS];
    size_t n_groups[MOST_DIMENSIONS];
    mm_buf text;
    bool failed;
};

agreement *agreement_new(const question *q, const char *fields, mm_err *e)
{
    agreement *a = calloc(1, sizeof *a);
    bool ok = a != NULL;
    if (ok) {
        a->q = (question){ .by = q->by, .most_groups = q->most_groups };
        pthread_mutex_init(&a->q.lock, NULL);
        ok = (a->q.total = counts_new(q->by.n_dims, q->most_groups, COUNTS_MOST_CELLS)) && (a->labels = counts_new(1, MOST_LABELS, 1))
          && (a->observer = observe_open(&a->q, e));
    }
    if (!ok)
        mm_fail(e, MM_ESYS, "out of memory");
    for (const char *p = fields; ok && *p; p += *p == ',') {
        size_t n = strcspn(p, ",");
        ok = a->n_paths < MOST_ANNOTATORS && (a->path[a->n_paths] = mm_path_new((mm_str){ p, n }, e));
        a->n_paths += ok;
        p += n;
        if (!ok && !e->code)
            mm_fail(e, MM_EUSAGE, "--annotators: more than %d fields", MOST_ANNOTATORS);
    }
    if (ok && a->n_paths < 2)
        ok = mm_fail(e, MM_EUSAGE, "--annotators takes the fields of two annotators at least, as in label_a,label_b") == 0;
    if (ok)
        return a;
    agreement_free(a);
    return NULL;
}

static void clear_pairs(pairs *p)
{
    free(p->n);
    free(p->squares);
}

void agreement_free(agreement *a)
{
    if (!a)
        return;
    if (a->observer)
        observe_close(a->observer);
    counts_free(a->q.total);
    counts_free(a->labels);
    for (size_t i = 0; i < a->n_paths; i++)
        mm_path_free(a->path[i]);
    for (size_t d = 0; d < a->q.by.n_dims; d++) {
        for (size_t g = 0; g < a->n_groups[d]; g++)
            clear_pairs(&a->group[d][g]);
        free(a->group[d]);
    }
    clear_pairs(&a->all);
    mm_buf_free(&a->text);
    free(a);
}

static uint64_t *cell_of(const pairs *p, size_t m, size_t c, size_t k)
{
    return &p->n[(m * MOST_LABELS + c) * MOST_LABELS + k];
}

/* The labels of a record: how many there are. */
static size_t read_labels(agreement *a, const mm_rec *r, size_t label[MOST_ANNOTATORS])
{
    mm_value v[MOST_ANNOTATORS];
    size_t m = 0;
    if (mm_json_find_many(r->head, (const mm_path *const *)a->path, a->n_paths, v) < 0)
        return 0;
    for (size_t i = 0; i < a->n_paths; i++) {
        if (!v[i].raw.p || v[i].type == MM_JSON_NULL || v[i].type == MM_JSON_ARRAY || v[i].type == MM_JSON_OBJECT)
            continue;
        mm_str text = v[i].type == MM_JSON_STRING ? mm_json_text(v[i].raw, &a->text) : v[i].raw;
        ptrdiff_t value = text.n ? counts_value(a->labels, 0, text) : -2;
        if (value >= VALUE_FIRST)
            label[m++] = (size_t)value - VALUE_FIRST;
        else if (text.n && !a->labels->over)
            a->failed = true;
    }
    return m;
}

static void add_squares(pairs *p, const size_t *label, size_t m)
{
    double n[MOST_LABELS] = { 0 }, same = 0;
    for (size_t i = 0; i < m; i++)
        n[label[i]]++;
    for (size_t c = 0; c < MOST_LABELS; c++)
        same += n[c] * n[c];
    double differ = ((double)(m * m) - same) / (double)(m - 1);
    for (size_t i = 0; i < m; i++) {
        for (size_t k = 0; k < m; k++)
            p->squares[label[i]][label[k]]++;
        p->squares[label[i]][MOST_LABELS] += differ;
    }
    p->squares[MOST_LABELS][MOST_LABELS] += differ * differ;
}

static void add_pairs(agreement *a, pairs *p, const size_t *label, size_t m)
{
    if (!p->n)
        p->n = calloc((a->n_paths + 1) * MOST_LABELS * MOST_LABELS, sizeof *p->n);
    if (!p->squares)
        p->squares = calloc(MOST_LABELS + 1, sizeof *p->squares);
    if (!p->n || !p->squares) {
        a->failed = true;
        return;
    }
    p->records++;
    add_squares(p, label, m);
    for (size_t i = 0; i < m; i++)
        for (size_t k = 0; k < m; k++)
            if (i != k)
                ++*cell_of(p, m, label[i], label[k]);
}

static pairs *pairs_of(agreement *a, size_t dim, size_t g)
{
    if (g >= a->n_groups[dim]) {
        size_t n = g + 8;
        pairs *all = reallocarray(a->group[dim], n, sizeof *all);
        if (!all)
            return NULL;
        memset(all + a->n_groups[dim], 0, (n - a->n_groups[dim]) * sizeof *all);
        a->group[dim] = all;
        a->n_groups[dim] = n;
    }
    return &a->group[dim][g];
}

void agreement_take(agreement *a, mm_rec *r, mm_arena *arena)
{
    size_t label[MOST_ANNOTATORS], m;
    ptrdiff_t group[COUNTS_MOST_DIMS];
    if (observe(&a->q, a->observer, r, arena) != MM_KEEP || (m = read_labels(a, r, label)) < 2)
        return;
    add_pairs(a, &a->all, label, m);
    observed_values(a->observer, observed_counts(a->observer), group);
    for (size_t d = 0; d < a->q.by.n_dims; d++) {
        pairs *p = group[d] < 0 ? NULL : pairs_of(a, d, (size_t)group[d]);
        if (p)
            add_pairs(a, p, label, m);
        else
            a->failed = true;
    }
}

/* The interval out of the derivatives of alpha by the sums of labels and of disagreement, and the sums of products of what
 * records add to these. */
static interval interval_of(const pairs *p, size_t labels, const double *sum, double n, double differ, double expected, double value, double z)
{
    double slope[MOST_LABELS + 1] = { 0 }, squares = 0, mean = 0, records = (double)p->records;
    if (!(differ > 0) || p->records < 2)
        return (interval){ NAN, NAN };
    for (size_t c = 0; c < labels; c++) {
        slope[c] = -differ / expected + (n - 1) * differ * 2 * (n - sum[c]) / (expected * expected);
        mean += slope[c] * sum[c];
    }
    slope[MOST_LABELS] = -(n - 1) / expected;
    mean = (mean + slope[MOST_LABELS] * differ) / records;
    for (size_t c = 0; c < labels; c++) {
        for (size_t k = 0; k < labels; k++)
            squares += slope[c] * slope[k] * p->squares[c][k];
        squares += 2 * slope[c] * slope[MOST_LABELS] * p->squares[c][MOST_LABELS];
    }
    squares += slope[MOST_LABELS] * slope[MOST_LABELS] * p->squares[MOST_LABELS][MOST_LABELS];
    double half = z * sqrt(fmax(0, squares - records * mean * mean) * records / (records - 1));
    return (interval){ value - half, fmin(1, value + half) };
}

/* alpha = 1 - observed / expected disagreement, over the coincidences o(c, k) = sum over m of pairs / (m - 1). */
static void alpha_of(const agreement *a, const pairs *p, double z, alpha *out)
{
    size_t labels = a->labels->n_values[0];
    double sum[MOST_LABELS] = { 0 }, n = 0, differ = 0, expected = 0;
    for (size_t c = 0; p->n && c < labels; c++)
        for (size_t k = 0; k < labels; k++) {
            double o = 0;
            for (size_t m = 2; m <= a->n_paths; m++)
                o += (double)*cell_of(p, m, c, k) / (double)(m - 1);
            sum[c] += o;
            n += o;
            differ += c != k ? o : 0;
        }
    for (size_t c = 0; c < labels; c++)
        expected += sum[c] * (n - sum[c]);
    out->records = p->records;
    out->alpha = expected > 0 ? 1 - (n - 1) * differ / expected : NAN;
    out->interval = expected > 0 ? interval_of(p, labels, sum, n, differ, expected, out->alpha, z) : (interval){ NAN, NAN };
}

int agreement_list(const agreement *a, double confidence, alpha **out, size_t *n, mm_err *e)
{
    double z = normal_quantile((1 + confidence) / 2);
    const counts *c = observed_counts(a->observer);
    size_t room = 1;
    for (size_t d = 0; d < a->q.by.n_dims; d++)
        room += a->n_groups[d];
    *n = 0;
    *out = calloc(room, sizeof **out);
    if (a->labels->over)
        return mm_fail(e, MM_EUSAGE, "--annotators: more than %d different labels", MOST_LABELS);
    if (!*out || a->failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    alpha_of(a, &a->all, z, &(*out)[(*n)++]);
    for (size_t d = 0; d < a->q.by.n_dims; d++)
        for (size_t g = 0; g < a->n_groups[d]; g++) {
            const pairs *p = &a->group[d][g];
            mm_str name = g == VALUE_MISSING ? MM_STR("(missing)") : g == VALUE_UNKNOWN ? MM_STR("(unknown)") : (mm_str){ 0 };
            if (!p->records)
                continue;
            alpha *x = &(*out)[(*n)++];
            *x = (alpha){ .by = a->q.by.dim[d].name, .group = name.p ? name : c->value[d][g - VALUE_FIRST] };
            alpha_of(a, p, z, x);
        }
    return 0;
}
