/* proxies.c - joint counts of fields and groups. */
#include "proxies.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "special.h"

/* Numbers by key, in open addressing. A key is never 0. */
typedef struct tally {
    uint64_t *key, *n;
    size_t used, slots;
} tally;

static bool tally_add(tally *t, uint64_t key, uint64_t by)
{
    if (2 * (t->used + 1) > t->slots) {
        tally more = { .slots = t->slots ? 2 * t->slots : 64 };
        more.key = calloc(more.slots, sizeof *more.key);
        more.n = calloc(more.slots, sizeof *more.n);
        bool ok = more.key && more.n;
        for (size_t i = 0; ok && i < t->slots; i++)
            ok = !t->key[i] || tally_add(&more, t->key[i], t->n[i]);
        if (!ok) {
            free(more.key);
            free(more.n);
            return false;
        }
        free(t->key);
        free(t->n);
        *t = more;
    }
    size_t i = key * UINT64_C(0x9e3779b97f4a7c15) >> 20 & (t->slots - 1);
    while (t->key[i] && t->key[i] != key)
        i = (i + 1) & (t->slots - 1);
    t->used += !t->key[i];
    t->key[i] = key;
    t->n[i] += by;
    return true;
}

static uint64_t tally_get(const tally *t, uint64_t key)
{
    size_t i = key * UINT64_C(0x9e3779b97f4a7c15) >> 20 & (t->slots - 1);
    while (t->slots && t->key[i] && t->key[i] != key)
        i = (i + 1) & (t->slots - 1);
    return t->slots ? t->n[i] : 0;
}

static void tally_clear(tally *t)
{
    free(t->key);
    free(t->n);
}

/* ---- taking ---- */

/* The values of a field, numbered by hash as they come, and their counts with groups. */
typedef struct column {
    uint64_t hash[PROXY_MOST];
    size_t n_values;
    bool many;               /* more than PROXY_MOST: `joint` does not hold all */
    bool texts;              /* not numbers alone: ranges do not hold all */
    tally joint, ranged;     /* keys: joint_key() */
} column;

struct proxies {
    question q;              /* of its own: groups alone */
    void *observer;
    sketch fields;           /* only for their names */
    gather *gather;
    column **column;         /* of each field */
    size_t n_columns;
    mm_buf text;
    tally groups;            /* keys with value 0 */
    uint64_t records;
    bool failed;
};

/* dim and group in the lower half, the value and 1 in the upper. */
static uint64_t joint_key(uint32_t value, size_t dim, uint32_t group)
{
    return ((uint64_t)value + 1) << 32 | (uint64_t)dim << 24 | group;
}

proxies *proxies_new(const question *q, mm_err *e)
{
    proxies *p = calloc(1, sizeof *p);
    bool ok = p != NULL;
    if (ok) {
        p->q = (question){ .by = q->by, .most_groups = q->most_groups };
        pthread_mutex_init(&p->q.lock, NULL);
        ok = (p->q.total = counts_new(q->by.n_dims, q->most_groups, COUNTS_MOST_CELLS)) && (p->gather = gather_new(&p->fields))
          && (p->observer = observe_open(&p->q, e));
    }
    if (ok)
        return p;
    proxies_free(p);
    mm_fail(e, MM_ESYS, "out of memory");
    return NULL;
}

void proxies_free(proxies *p)
{
    if (!p)
        return;
    if (p->observer)
        observe_close(p->observer);
    counts_free(p->q.total);
    gather_free(p->gather);
    sketch_clear(&p->fields);
    for (size_t i = 0; i < p->n_columns; i++)
        if (p->column[i]) {
            tally_clear(&p->column[i]->joint);
            tally_clear(&p->column[i]->ranged);
            free(p->column[i]);
        }
    free(p->column);
    tally_clear(&p->groups);
    mm_buf_free(&p->text);
    free(p);
}

static column *column_of(proxies *p, size_t field)
{
    if (field >= p->n_columns) {
        size_t n = field + 16;
        column **c = reallocarray(p->column, n, sizeof *c);
        if (!c)
            return NULL;
        memset(c + p->n_columns, 0, (n - p->n_columns) * sizeof *c);
        p->column = c;
        p->n_columns = n;
    }
    if (!p->column[field])
        p->column[field] = calloc(1, sizeof *p->column[field]);
    return p->column[field];
}

/* The number of a value; PROXY_MOST when there is no room. */
static uint32_t value_of(column *c, uint64_t hash)
{
    for (size_t i = 0; i < c->n_values; i++)
        if (c->hash[i] == hash)
            return (uint32_t)i;
    if (c->n_values == PROXY_MOST) {
        c->many = true;
        return PROXY_MOST;
    }
    c->hash[c->n_values] = hash;
    return (uint32_t)c->n_values++;
}

/* Sign, exponent, and three bits of the mantissa. */
static uint32_t range_of(double x)
{
    uint64_t bits;
    x += 0.0;
    memcpy(&bits, &x, sizeof bits);
    return (uint32_t)(bits >> 49);
}

static uint64_t hash_of(proxies *p, const gathered *v)
{
    return v->type == MM_JSON_STRING ? text_hash(mm_json_text(v->raw, &p->text)) : v->type == MM_JSON_NUMBER ? number_hash(v->number)
                                                                                                       : (uint64_t)v->type;
}

static bool take(proxies *p, const gathered *v, const uint32_t *group)
{
    column *c = column_of(p, v->field);
    if (!c)
        return false;
    bool number = v->type == MM_JSON_NUMBER, ok = true;
    c->texts |= !number && v->type != MM_JSON_NULL;
    uint32_t value = c->many ? PROXY_MOST : value_of(c, hash_of(p, v));
    for (size_t d = 0; ok && d < p->q.by.n_dims; d++) {
        if (value < PROXY_MOST)
            ok = tally_add(&c->joint, joint_key(value, d, group[d]), 1);
        if (ok && !c->texts)
            ok = tally_add(&c->ranged, joint_key(number ? range_of(v->number) : 1u << 20, d, group[d]), 1);
    }
    return ok;
}

void proxies_take(proxies *p, mm_rec *r, mm_arena *a)
{
    mm_err e = { 0 };
    ptrdiff_t own[COUNTS_MOST_DIMS];
    uint32_t group[COUNTS_MOST_DIMS];
    size_t n;
    if (observe(&p->q, p->observer, r, a) != MM_KEEP || gather_read(p->gather, r->head, &e) < 0)
        return;
    observed_values(p->observer, observed_counts(p->observer), own);
    const gathered *v = gather_values(p->gather, &n);
    p->records++;
    for (size_t d = 0; d < p->q.by.n_dims; d++) {
        group[d] = own[d] < 0 ? VALUE_UNKNOWN : (uint32_t)own[d];
        p->failed |= !tally_add(&p->groups, joint_key(0, d, group[d]), 1);
    }
    for (size_t i = 0; i < n; i++)
        p->failed |= !take(p, &v[i], group);
}

/* ---- what they say ---- */

static double square(double x) { return x * x; }

/* Of a field with one of --by: rows of values, of which the last is missing, and columns of groups. */
static int measure(const proxies *p, const tally *t, size_t dim, double z, proxy *out)
{
    tally row = { 0 }, column_sum = { 0 }, seen = { 0 };
    double n = (double)p->records, chi = 0, mi = 0, squares = 0, missing = n;
    bool ok = true;
    for (size_t i = 0; ok && i < t->slots; i++)
        if (t->key[i] && (t->key[i] >> 24 & 0xff) == dim) {
            ok = tally_add(&row, t->key[i] >> 32, t->n[i]) && tally_add(&seen, (t->key[i] & 0xffffff) | 1u << 24, t->n[i]);
            missing -= (double)t->n[i];
        }
    for (size_t i = 0; ok && i < p->groups.slots; i++)
        if (p->groups.key[i] && (p->groups.key[i] >> 24 & 0xff) == dim)
            ok = tally_add(&column_sum, (p->groups.key[i] & 0xffffff) | 1u << 24, p->groups.n[i]);
    out->values = row.used + (missing > 0);
    out->groups = column_sum.used;
    /* chi-square as n (sum of o^2 / (r c) - 1), which needs only cells that have records. */
    for (size_t i = 0; ok && i < t->slots; i++) {
        if (!t->key[i] || (t->key[i] >> 24 & 0xff) != dim)
            continue;
        double r = (double)tally_get(&row, t->key[i] >> 32), c = (double)tally_get(&column_sum, (t->key[i] & 0xffffff) | 1u << 24), o = (double)t->n[i];
        chi += o * o / (r * c);
        mi += o / n * log(o * n / (r * c));
        squares += o / n * square(log(o * n / (r * c)));
    }
    for (size_t i = 0; ok && missing > 0 && i < column_sum.slots; i++) {
        double c = (double)column_sum.n[i], o = column_sum.key[i] ? c - (double)tally_get(&seen, column_sum.key[i]) : 0;
        chi += o > 0 ? o * o / (missing * c) : 0;
        mi += o > 0 ? o / n * log(o * n / (missing * c)) : 0;
        squares += o > 0 ? o / n * square(log(o * n / (missing * c))) : 0;
    }
    chi = fmax(0, n * (chi - 1));
    double rows = (double)out->values - 1, columns = (double)out->groups - 1, least = fmin(rows, columns);
    double half = z * sqrt(fmax(0, squares - mi * mi) / n);
    out->mutual_information = fmax(0, mi);
    out->interval = (interval){ fmax(0, mi - half), fmax(0, mi + half) };
    out->cramers_v = least > 0 ? sqrt(chi / (n * least)) : 0;
    out->p = least > 0 ? chi_square_above(chi, rows * columns) : 1;
    tally_clear(&row);
    tally_clear(&column_sum);
    tally_clear(&seen);
    return ok ? 0 : -1;
}

static int by_strength(const void *a, const void *b)
{
    const proxy *x = a, *y = b;
    if (x->cramers_v != y->cramers_v)
        return x->cramers_v < y->cramers_v ? 1 : -1;
    int c = strcmp(x->field, y->field);
    return c ? c : strcmp(x->by, y->by);
}

int proxies_list(const proxies *p, double confidence, proxy **out, size_t *n, mm_err *e)
{
    double z = normal_quantile((1 + confidence) / 2);
    *n = 0;
    *out = calloc(p->fields.n_fields * p->q.by.n_dims + 1, sizeof **out);
    if (!*out || p->failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < p->fields.n_fields && i < p->n_columns; i++) {
        const column *c = p->column[i];
        if (!c || (c->many && c->texts))
            continue;
        for (size_t d = 0; d < p->q.by.n_dims; d++) {
            proxy *x = &(*out)[*n];
            *x = (proxy){ .field = p->fields.field[i].name, .by = p->q.by.dim[d].name, .ranged = c->many };
            if (strcmp(x->field, x->by) == 0)
                continue;
            if (measure(p, c->many ? &c->ranged : &c->joint, d, z, x) < 0)
                return mm_fail(e, MM_ESYS, "out of memory");
            ++*n;
        }
    }
    qsort(*out, *n, sizeof **out, by_strength);
    return 0;
}
