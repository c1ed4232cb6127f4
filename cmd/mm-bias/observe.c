/* observe.c - from the bytes of a header to a cell. Fields are found together in one pass over the header, and
 * values that were seen before are known by their bytes. */
#include "observe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum {
    KNOWN = 256,        /* values known by their bytes, a dimension */
    KNOWN_BYTES = 48,
    MOST_FIELDS = COUNTS_MOST_DIMS + 2,
};

typedef struct known {
    uint32_t value;     /* 0: none here, as VALUE_MISSING has no bytes */
    uint8_t n;
    char raw[KNOWN_BYTES];
    double number;      /* of a score */
} known;

typedef struct observer {
    question *q;
    counts *counts;
    const mm_path *path[MOST_FIELDS];   /* dimensions, then label and prediction where they are fields */
    size_t n_paths;
    mm_expr_state *label, *prediction;
    known *known;                       /* KNOWN for each dimension */
    size_t last;                        /* cell of the last record */
    outcome label_of_last;
    mm_buf text, name;
} observer;

void *observe_open(question *q, mm_err *e)
{
    observer *o = calloc(1, sizeof *o);
    size_t n = count_dims(q);
    bool ok = o && (o->counts = counts_new(n, q->most_groups, COUNTS_MOST_CELLS)) && (o->known = calloc((n + 1) * KNOWN, sizeof *o->known));
    if (ok && q->label.expr)
        ok = (o->label = mm_expr_state_new(q->label.expr)) != NULL;
    if (ok && q->prediction.expr)
        ok = (o->prediction = mm_expr_state_new(q->prediction.expr)) != NULL;
    if (!ok) {
        mm_fail(e, MM_ESYS, "out of memory");
        if (o)
            observe_close(o);
        return NULL;
    }
    o->q = q;
    for (size_t i = 0; i < q->by.n_dims; i++)
        o->path[o->n_paths++] = q->by.dim[i].path;
    const mm_path *more[] = { q->score.path, q->stratum.path, q->label.path, q->prediction.path };
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        if (more[i])
            o->path[o->n_paths++] = more[i];
    return o;
}

void observe_close(void *state)
{
    observer *o = state;
    if (o->q) {
        pthread_mutex_lock(&o->q->lock);
        o->q->failed |= counts_merge(o->q->total, o->counts) < 0;
        pthread_mutex_unlock(&o->q->lock);
    }
    counts_free(o->counts);
    mm_expr_state_free(o->label);
    mm_expr_state_free(o->prediction);
    free(o->known);
    mm_buf_free(&o->text);
    mm_buf_free(&o->name);
    free(o);
}

/* ---- what can be wrong ---- */

static mm_verdict wrong(mm_rec *r, mm_arena *a, const char *field, mm_str raw, const char *want)
{
    return mm_rec_bad(r, a, "%s is %.*s%s, %s", field, (int)(raw.n < 40 ? raw.n : 40), raw.p, raw.n < 40 ? "" : "...", want);
}

/* ---- label and prediction ---- */

/* 1, 0, true, false, also in quotes; null and the empty text are none. -1: anything else. */
static int read_binary(const mm_value *v, mm_buf *scratch)
{
    if (!v->raw.p || v->type == MM_JSON_NULL)
        return OUTCOME_NONE;
    if (v->raw.n == 1 && (*v->raw.p == '0' || *v->raw.p == '1'))
        return *v->raw.p - '0';
    if (v->type == MM_JSON_TRUE || v->type == MM_JSON_FALSE)
        return v->type == MM_JSON_TRUE;
    if (v->type == MM_JSON_ARRAY || v->type == MM_JSON_OBJECT)
        return -1;
    mm_str text = v->type == MM_JSON_STRING ? mm_json_text(v->raw, scratch) : v->raw;
    double x;
    if (!text.n)
        return OUTCOME_NONE;
    if (mm_str_eq(text, MM_STR("true")) || mm_str_eq(text, MM_STR("false")))
        return *text.p == 't';
    return mm_json_double(text, &x) == 0 && (x == 0 || x == 1) ? (int)x : -1;
}

/* The outcome; or -1, and the record is bad. `found` goes on behind the field, where it is one. */
static int binary_of(observer *o, const binary *b, mm_expr_state *st, const mm_value **found, mm_rec *r, mm_arena *a)
{
    if (!b->text)
        return OUTCOME_NONE;
    if (b->path) {
        const mm_value *v = (*found)++;
        int x = read_binary(v, &o->text);
        if (x < 0)
            wrong(r, a, b->text, v->raw, "neither 0 nor 1; say what counts as 1 by an expression");
        return x;
    }
    mm_truth t = mm_expr_test(st, r->head);
    if (t == MM_MALFORMED)
        mm_rec_malformed(r, a);
    else if (t == MM_EXHAUSTED)
        mm_rec_bad(r, a, "a regular expression takes too many steps on this record; write it more narrowly");
    return t < 0 ? -1 : t == MM_TRUE ? OUTCOME_1 : t == MM_FALSE ? OUTCOME_0 : OUTCOME_NONE;
}

/* ---- values ---- */

/* A finite number, also in quotes. */
static bool read_number(mm_str text, double *x)
{
    return mm_json_double(text, x) == 0 && isfinite(*x);
}

/* The bin of a score that has no cuts: the tenth it is in. */
static void name_tenth(double x, mm_buf *out)
{
    mm_json_put_double(out, floor(x * 10) / 10);
}

/* The text a value is told apart by, or .p NULL and the record is bad. *number: of the dimensions that are numbers. */
static mm_str text_of(observer *o, size_t dim, const mm_value *v, double *number, mm_rec *r, mm_arena *a)
{
    const question *q = o->q;
    bool score = q->score.path && dim == score_dim(q);
    const dimension *d = dim < q->by.n_dims ? &q->by.dim[dim] : score ? &q->score : &q->stratum;
    mm_str text = v->type == MM_JSON_STRING ? mm_json_text(v->raw, &o->text) : v->raw;
    if (v->type == MM_JSON_ARRAY || v->type == MM_JSON_OBJECT) {
        wrong(r, a, d->name, v->raw, "no value to group by");
        return (mm_str){ 0 };
    }
    if (!text.n || (!d->n_cuts && !score))
        return text.n ? text : MM_STR("");
    if (!read_number(text, number) || (score && fabs(*number) >= SCORE_LIMIT)) {
        wrong(r, a, d->name, v->raw, score ? "no finite number of sensible size" : "no finite number");
        return (mm_str){ 0 };
    }
    o->name.n = 0;
    if (d->n_cuts)
        dimension_bin_name(d, dimension_bin(d, *number), &o->name);
    else
        name_tenth(*number, &o->name);
    return mm_buf_view(&o->name);
}

/* The value's number in the counts; -1: the record is bad; -2: it can not be counted. */
static ptrdiff_t value_of(observer *o, size_t dim, const mm_value *v, double *number, mm_rec *r, mm_arena *a)
{
    if (!v->raw.p)
        return VALUE_MISSING;
    if (v->type == MM_JSON_NULL)
        return VALUE_UNKNOWN;
    bool small = v->raw.n <= KNOWN_BYTES;
    known *k = &o->known[dim * KNOWN + (small ? XXH3_64bits(v->raw.p, v->raw.n) % KNOWN : 0)];
    if (small && k->n == v->raw.n && memcmp(k->raw, v->raw.p, k->n) == 0) {
        *number = k->number;
        return k->value;
    }
    mm_str text = text_of(o, dim, v, number, r, a);
    if (!text.p)
        return -1;
    ptrdiff_t value = text.n ? counts_value(o->counts, dim, text) : VALUE_UNKNOWN;
    if (value < 0)
        return -2;
    if (small) {
        *k = (known){ .value = (uint32_t)value, .n = (uint8_t)v->raw.n, .number = *number };
        memcpy(k->raw, v->raw.p, v->raw.n);
    }
    return value;
}

mm_verdict observe(const question *q, void *state, mm_rec *r, mm_arena *a)
{
    observer *o = state;
    mm_value found[MOST_FIELDS];
    uint32_t values[COUNTS_MOST_DIMS] = { 0 };
    size_t n = count_dims(q);
    double number = 0, score = 0;
    bool counted = true;
    if (mm_json_find_many(r->head, o->path, o->n_paths, found) < 0)
        return mm_rec_malformed(r, a);
    for (size_t d = 0; d < n; d++) {
        ptrdiff_t v = value_of(o, d, &found[d], &number, r, a);
        if (v == -1)
            return MM_BAD;
        counted &= v >= 0;
        values[d] = v >= 0 ? (uint32_t)v : 0;
        if (q->score.path && d == score_dim(q))
            score = number;
    }
    const mm_value *next = found + n;
    int label = binary_of(o, &q->label, o->label, &next, r, a);
    int prediction = label < 0 ? -1 : binary_of(o, &q->prediction, o->prediction, &next, r, a);
    if (prediction < 0)
        return MM_BAD;
    cell *c = counted ? counts_cell(o->counts, values) : NULL;
    if (!c)
        return o->counts->over ? MM_KEEP : mm_rec_bad(r, a, "out of memory");
    c->n[OUTCOMES * label + prediction]++;
    o->last = (size_t)(c - o->counts->cell);
    o->label_of_last = (outcome)label;
    if (q->score.path && values[score_dim(q)] >= VALUE_FIRST)
        cell_score(c, (outcome)label, score);
    return MM_KEEP;
}

/* ---- what the last record was ---- */

size_t observed_kind(const void *state) { return ((const observer *)state)->last; }
outcome observed_label(const void *state) { return ((const observer *)state)->label_of_last; }

const counts *observed_counts(const void *state) { return ((const observer *)state)->counts; }

void observed_values(const void *state, const counts *c, ptrdiff_t values[COUNTS_MOST_DIMS])
{
    const counts *own = ((const observer *)state)->counts;
    for (size_t d = 0; d < own->n_dims; d++) {
        uint32_t v = own->key[((const observer *)state)->last * own->n_dims + d];
        values[d] = v < VALUE_FIRST ? (ptrdiff_t)v : counts_find(c, d, own->value[d][v - VALUE_FIRST]);
    }
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

int question_check(const question *q, mm_err *e)
{
    return check_room(q, e) < 0 ? -1 : check_fields(q, e);
}
