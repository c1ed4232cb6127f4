/* frame.c - groups, in order, and sums over them. */
#include "frame.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the order of values ---- */

typedef struct ranked {
    mm_str text;
    double number;
    uint32_t value;
    bool numeric;
} ranked;

/* Numbers by size, then texts by bytes. */
static int by_value(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    if (x->numeric != y->numeric)
        return x->numeric ? -1 : 1;
    if (x->numeric && x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return mm_str_cmp(x->text, y->text);
}

/* The number by which a value is ordered: its own, or the lower end of its bin. */
static bool number_of(const dimension *d, mm_str text, double *x)
{
    if (!d->n_cuts)
        return mm_json_double(text, x) == 0;
    mm_buf name = { 0 };
    for (size_t i = 0; i <= d->n_cuts; i++) {
        name.n = 0;
        dimension_bin_name(d, i, &name);
        if (mm_str_eq(mm_buf_view(&name), text))
            *x = (double)i;
    }
    mm_buf_free(&name);
    return true;
}

/* rank[value]: its place among the values of the dimension; unknown and missing come last. */
static uint32_t *rank_values(const counts *c, size_t dim, const dimension *d, mm_arena *a)
{
    size_t n = c->n_values[dim];
    uint32_t *rank = mm_arena_alloc(a, (n + VALUE_FIRST) * sizeof *rank);
    ranked *r = calloc(n + 1, sizeof *r);
    for (size_t i = 0; rank && r && i < n; i++) {
        r[i] = (ranked){ .text = c->value[dim][i], .value = (uint32_t)i };
        r[i].numeric = number_of(d, r[i].text, &r[i].number);
    }
    if (rank && r) {
        qsort(r, n, sizeof *r, by_value);
        for (size_t i = 0; i < n; i++)
            rank[VALUE_FIRST + r[i].value] = (uint32_t)i;
        rank[VALUE_UNKNOWN] = (uint32_t)n;
        rank[VALUE_MISSING] = (uint32_t)n + 1;
    }
    free(r);
    return r ? rank : NULL;
}

/* ---- layers ---- */

/* Number the cells by one dimension, in the order of its values. */
static uint32_t *number_cells(const counts *c, size_t dim, const dimension *d, size_t *n, mm_str **name, mm_arena *a)
{
    uint32_t *rank = rank_values(c, dim, d, a), *of = mm_arena_alloc(a, (c->n_cells + 1) * sizeof *of);
    *n = c->n_values[dim] + VALUE_FIRST;
    mm_str *names = mm_arena_alloc(a, *n * sizeof *names);
    if (!rank || !of || !names)
        return NULL;
    for (uint32_t v = 0; v < *n; v++)
        names[rank[v]] = counts_value_name(c, dim, v);
    for (size_t i = 0; i < c->n_cells; i++)
        of[i] = rank[c->key[i * c->n_dims + dim]];
    *name = names;
    return of;
}

int layers_init(layers *l, const question *q, mm_err *e)
{
    mm_str *ignored;
    *l = (layers){ .arena = mm_arena_new() };
    bool ok = l->arena != NULL;
    if (ok && q->score.path)
        ok = (l->bin = number_cells(q->total, score_dim(q), &q->score, &l->n_bins, &l->bin_name, l->arena)) != NULL;
    if (ok && q->stratum.path)
        ok = (l->stratum = number_cells(q->total, stratum_dim(q), &q->stratum, &l->n_strata, &ignored, l->arena)) != NULL;
    return ok ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

void layers_clear(layers *l)
{
    mm_arena_free(l->arena);
    *l = (layers){ 0 };
}

/* ---- groups ---- */

typedef struct member {
    uint64_t rank[MOST_DIMENSIONS];
    size_t cell;
} member;

static int by_rank(const void *a, const void *b)
{
    return memcmp(((const member *)a)->rank, ((const member *)b)->rank, sizeof ((const member *)a)->rank);
}

/* Ranks as bytes that compare as they do. */
static uint64_t comparable(uint32_t rank) { return __builtin_bswap64(rank); }

static member *rank_cells(const frame *f, mm_arena *a)
{
    const counts *c = f->q->total;
    member *m = calloc(c->n_cells + 1, sizeof *m);
    for (size_t d = 0; m && d < f->set->n; d++) {
        size_t dim = f->set->dim[d];
        uint32_t *rank = rank_values(c, dim, &f->q->by.dim[dim], a);
        if (!rank) {
            free(m);
            return NULL;
        }
        for (size_t i = 0; i < c->n_cells; i++)
            m[i].rank[d] = comparable(rank[c->key[i * c->n_dims + dim]]);
    }
    for (size_t i = 0; m && i < c->n_cells; i++)
        m[i].cell = i;
    if (m)
        qsort(m, c->n_cells, sizeof *m, by_rank);
    return m;
}

static mm_str join(const mm_str *v, size_t n, mm_arena *a)
{
    mm_buf b = { 0 };
    for (size_t i = 0; i < n; i++) {
        if (i)
            mm_buf_str(&b, MM_STR(", "));
        mm_buf_str(&b, v[i]);
    }
    mm_str s = b.failed ? (mm_str){ 0 } : mm_arena_copy(a, mm_buf_view(&b));
    mm_buf_free(&b);
    return s;
}

static int name_group(frame *f, size_t g, size_t cell_index, mm_arena *a)
{
    const counts *c = f->q->total;
    size_t n = f->set->n;
    for (size_t d = 0; d < n; d++)
        f->values[g * n + d] = counts_value_name(c, f->set->dim[d], c->key[cell_index * c->n_dims + f->set->dim[d]]);
    f->name[g] = join(f->values + g * n, n, a);
    return f->name[g].p ? 0 : -1;
}

int frame_init(frame *f, const question *q, const layers *l, const dimension_set *set, mm_err *e)
{
    const counts *c = q->total;
    *f = (frame){ .q = q, .set = set, .bin = l->bin, .stratum = l->stratum, .n_bins = l->n_bins, .n_strata = l->n_strata,
                  .bin_name = l->bin_name, .reference = -1 };
    member *m = rank_cells(f, l->arena);
    if (!m)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < c->n_cells; i++)
        f->n_groups += i == 0 || by_rank(&m[i - 1], &m[i]) != 0;
    f->name = mm_arena_alloc(l->arena, (f->n_groups + 1) * sizeof *f->name);
    f->values = mm_arena_alloc(l->arena, (f->n_groups * set->n + 1) * sizeof *f->values);
    f->group = mm_arena_alloc(l->arena, (c->n_cells + 1) * sizeof *f->group);
    bool ok = f->name && f->values && f->group;
    size_t g = 0;
    for (size_t i = 0; ok && i < c->n_cells; i++) {
        bool first = i == 0 || by_rank(&m[i - 1], &m[i]) != 0;
        g += first && i > 0;
        f->group[m[i].cell] = (uint32_t)g;
        ok = !first || name_group(f, g, m[i].cell, l->arena) == 0;
    }
    free(m);
    return ok ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

ptrdiff_t frame_find(const frame *f, const mm_str *values)
{
    for (size_t g = 0; g < f->n_groups; g++) {
        size_t same = 0;
        while (same < f->set->n && mm_str_eq(f->values[g * f->set->n + same], values[same]))
            same++;
        if (same == f->set->n)
            return (ptrdiff_t)g;
    }
    return -1;
}

ptrdiff_t frame_largest(const frame *f)
{
    const counts *c = f->q->total;
    uint64_t *n = calloc(f->n_groups + 1, sizeof *n), most = 0;
    ptrdiff_t largest = -1;
    for (size_t i = 0; n && i < c->n_cells; i++) {
        bool named = true;
        for (size_t d = 0; d < f->set->n; d++)
            named &= c->key[i * c->n_dims + f->set->dim[d]] >= VALUE_FIRST;
        for (size_t k = 0; named && k < OUTCOMES * OUTCOMES; k++)
            n[f->group[i]] += c->cell[i].n[k];
    }
    for (size_t g = 0; n && f->n_groups > 1 && g < f->n_groups; g++)
        if (n[g] > most) {
            most = n[g];
            largest = (ptrdiff_t)g;
        }
    free(n);
    return largest;
}

int frame_add_empty(frame *f, mm_str value, mm_arena *a, mm_err *e)
{
    size_t n = f->n_groups;
    mm_str *name = mm_arena_alloc(a, (n + 1) * sizeof *name), *values = mm_arena_alloc(a, (n + 1) * sizeof *values);
    if (!name || !values)
        return mm_fail(e, MM_ESYS, "out of memory");
    memcpy(name, f->name, n * sizeof *name);
    memcpy(values, f->values, n * sizeof *values);
    name[n] = values[n] = value;
    f->name = name;
    f->values = values;
    f->n_groups++;
    return 0;
}

/* ---- sums ---- */

sums sums_of(const cell *c)
{
    sums s;
    for (int i = 0; i < OUTCOMES * OUTCOMES; i++)
        s.n[i] = (double)c->n[i];
    for (int i = 0; i < OUTCOMES; i++) {
        s.scored[i] = (double)c->scored[i];
        s.score[i] = (double)c->sum[i] * 0x1p-64;
        s.squares[i] = (double)c->squares[i] * 0x1p-30;
    }
    return s;
}

void sums_add(sums *to, const sums *s)
{
    for (int i = 0; i < OUTCOMES * OUTCOMES; i++)
        to->n[i] += s->n[i];
    for (int i = 0; i < OUTCOMES; i++) {
        to->scored[i] += s->scored[i];
        to->score[i] += s->score[i];
        to->squares[i] += s->squares[i];
    }
}

int sample_init(sample *s, const frame *f, mm_err *e)
{
    *s = (sample){ .f = f };
    s->group = calloc(f->n_groups + 2, sizeof *s->group);
    s->rate = calloc((f->n_groups + 2) * RATES, sizeof *s->rate);
    s->bin = f->bin ? calloc(f->n_groups * f->n_bins + 1, sizeof *s->bin) : NULL;
    s->stratum = f->stratum ? calloc(f->n_groups * f->n_strata + 1, sizeof *s->stratum) : NULL;
    if (s->group && s->rate && (s->bin || !f->bin) && (s->stratum || !f->stratum))
        return 0;
    sample_clear(s);
    return mm_fail(e, MM_ESYS, "out of memory");
}

void sample_clear(sample *s)
{
    free(s->group);
    free(s->rate);
    free(s->bin);
    free(s->stratum);
    *s = (sample){ 0 };
}

static void fill_layers(sample *s, const sums *cells)
{
    const frame *f = s->f;
    if (f->bin)
        memset(s->bin, 0, f->n_groups * f->n_bins * sizeof *s->bin);
    if (f->stratum)
        memset(s->stratum, 0, f->n_groups * f->n_strata * sizeof *s->stratum);
    for (size_t i = 0; i < f->q->total->n_cells; i++) {
        size_t g = f->group[i];
        if (f->bin) {
            double *bin = s->bin[g * f->n_bins + f->bin[i]];
            bin[0] += cells[i].scored[OUTCOME_0];
            bin[1] += cells[i].scored[OUTCOME_1];
            bin[2] += cells[i].score[OUTCOME_0] + cells[i].score[OUTCOME_1];
        }
        for (int p = 0; f->stratum && p < 2; p++)
            for (int label = 0; label < OUTCOMES; label++)
                s->stratum[f->stratum[i] * f->n_groups + g][p] += cells[i].n[OUTCOMES * label + p];
    }
}

void sample_fill(sample *s, const sums *cells)
{
    const frame *f = s->f;
    size_t n = f->n_groups;
    memset(s->group, 0, (n + 2) * sizeof *s->group);
    for (size_t i = 0; i < f->q->total->n_cells; i++)
        sums_add(&s->group[f->group[i]], &cells[i]);
    for (size_t g = 0; g < n; g++) {
        sums_add(&s->group[n], &s->group[g]);
        if ((ptrdiff_t)g != f->reference)
            sums_add(&s->group[n + 1], &s->group[g]);
    }
    for (size_t g = 0; g < n + 2; g++)
        for (rate_id r = 0; r < RATES; r++)
            s->rate[g * RATES + r] = rate_of(&s->group[g], r, NULL, NULL);
    if (f->bin || f->stratum)
        fill_layers(s, cells);
}

/* ---- rates ---- */

enum {
    TN = 1 << 0, FP = 1 << 1, L0 = 1 << 2,      /* label 0: prediction 0, 1, none */
    FN = 1 << 3, TP = 1 << 4, L1 = 1 << 5,
    P0 = 1 << 6, P1 = 1 << 7,                   /* without a label */
};

static const struct { uint16_t in, of; } rates[RATES] = {
    [SELECTION_RATE] = { TP | FP | P1, TP | FP | P1 | TN | FN | P0 },
    [BASE_RATE] = { TP | FN | L1, TP | FN | L1 | TN | FP | L0 },
    [TRUE_POSITIVE_RATE] = { TP, TP | FN },
    [FALSE_POSITIVE_RATE] = { FP, FP | TN },
    [TRUE_NEGATIVE_RATE] = { TN, FP | TN },
    [FALSE_NEGATIVE_RATE] = { FN, TP | FN },
    [PRECISION] = { TP, TP | FP },
    [FALSE_DISCOVERY_RATE] = { FP, TP | FP },
    [NEGATIVE_PREDICTIVE_VALUE] = { TN, TN | FN },
    [FALSE_OMISSION_RATE] = { FN, TN | FN },
    [ACCURACY] = { TP | TN, TP | TN | FP | FN },
    [ERROR_RATE] = { FP | FN, TP | TN | FP | FN },
};

static double sum_over(const sums *s, unsigned mask)
{
    double n = 0;
    for (; mask; mask &= mask - 1)
        n += s->n[__builtin_ctz(mask)];
    return n;
}

double rate_of(const sums *s, rate_id r, double *k, double *n)
{
    double in = sum_over(s, rates[r].in), of = sum_over(s, rates[r].of);
    if (k) {
        *k = in;
        *n = of;
    }
    return of > 0 ? in / of : NAN;
}

bool rate_takes_part(const sums *s, rate_id r)
{
    return sum_over(s, r == SELECTION_RATE || r == BASE_RATE ? rates[r].of : TP | TN | FP | FN) > 0;
}
