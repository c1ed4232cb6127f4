/* sketch.c - fields of a sketch, and merging. */
#include "sketch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

void moments_add(moments *m, const double *x, size_t n)
{
    moments s = { .n = n };
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    s.mean = sum / (double)n;
    for (size_t i = 0; i < n; i++) {
        double d = x[i] - s.mean, d2 = d * d;
        s.m2 += d2;
        s.m3 += d2 * d;
        s.m4 += d2 * d2;
    }
    if (n && m->n)
        moments_merge(m, &s);
    else if (n)
        *m = s;
}

void moments_merge(moments *m, const moments *other)
{
    /* The same whichever comes first: sums of the two, and even powers of the distance. */
    const moments *a = m, *b = other;
    if (b->n == 0)
        return;
    if (a->n == 0) {
        *m = *b;
        return;
    }
    double na = (double)a->n, nb = (double)b->n, n = na + nb, d = b->mean - a->mean, d2 = d * d;
    moments s = { .n = a->n + b->n };
    s.mean = (na * a->mean + nb * b->mean) / n;
    s.m2 = (a->m2 + b->m2) + d2 * (na * nb / n);
    s.m3 = (a->m3 + b->m3) + d * d2 * (na * nb * (na - nb) / (n * n)) + 3 * d * ((na * b->m2 - nb * a->m2) / n);
    s.m4 = (a->m4 + b->m4) + d2 * d2 * (na * nb * ((na * na + nb * nb) - na * nb) / (n * n * n))
         + 6 * d2 * ((na * na * b->m2 + nb * nb * a->m2) / (n * n)) + 4 * d * ((na * b->m3 - nb * a->m3) / n);
    *m = s;
}

static void field_clear(field_sketch *f)
{
    free(f->name);
    kll_clear(&f->number);
    kll_clear(&f->length);
    free(f->distinct);
    free(f->top);
    free(f->count);
    free(f->waiting);
}

void sketch_clear(sketch *s)
{
    for (size_t i = 0; i < s->n_fields; i++)
        field_clear(&s->field[i]);
    free(s->field);
    for (size_t d = 0; d < s->kinds.n_dims; d++)
        free(s->kinds.dim[d]);
    free(s->kinds.label);
    free(s->kinds.prediction);
    counts_free(s->kinds.counts);
    *s = (sketch){ 0 };
}

const field_sketch *sketch_find(const sketch *s, mm_str name)
{
    for (size_t i = 0; i < s->n_fields; i++)
        if (mm_str_eq(mm_str_of(s->field[i].name), name))
            return &s->field[i];
    return NULL;
}

field_sketch *sketch_field(sketch *s, mm_str name)
{
    field_sketch *f = (field_sketch *)sketch_find(s, name);
    if (f)
        return f;
    if (s->n_fields == SKETCH_MOST_FIELDS)
        return NULL;
    if (s->n_fields == s->room) {
        size_t room = s->room ? 2 * s->room : 32;
        field_sketch *all = reallocarray(s->field, room, sizeof *all);
        if (!all)
            return NULL;
        s->field = all;
        s->room = room;
    }
    f = &s->field[s->n_fields];
    *f = (field_sketch){ .name = strndup(name.p, name.n) };
    if (!f->name)
        return NULL;
    uint64_t seed = XXH3_64bits(name.p, name.n);
    kll_init(&f->number, seed);
    kll_init(&f->length, seed ^ 1);
    s->n_fields++;
    return f;
}

uint64_t field_seen(const field_sketch *f)
{
    uint64_t n = 0;
    for (size_t t = 0; t < SKETCH_TYPES; t++)
        n += f->seen[t];
    return n;
}

uint64_t text_hash(mm_str text)
{
    return XXH3_64bits(text.p, text.n);
}

uint64_t number_hash(double x)
{
    uint64_t z;
    x += 0.0;  /* -0 is 0 */
    memcpy(&z, &x, sizeof z);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static bool need(void **p, size_t size)
{
    return *p || (*p = calloc(1, size)) != NULL;
}

/* Numbers are looked at together: their sketches come into the cache once. */
static bool look(field_sketch *f)
{
    size_t n = 0;
    if (!need((void **)&f->distinct, sizeof *f->distinct))
        return false;
    for (uint32_t i = 0; i < f->n_waiting; i++)
        if (isfinite(f->waiting[i]))
            f->waiting[n++] = f->waiting[i];
    f->not_finite += f->n_waiting - n;
    f->n_waiting = 0;
    moments_add(&f->moments, f->waiting, n);
    for (size_t i = 0; i < n; i++)
        hll_add(f->distinct, number_hash(f->waiting[i]));
    for (size_t i = 0; i < n; i++)
        if (!kll_add(&f->number, f->waiting[i]))
            return false;
    return true;
}

bool field_wait(field_sketch *f, double x)
{
    if (!f->waiting && !(f->waiting = malloc(FIELD_WAITING * sizeof *f->waiting)))
        return false;
    if (f->n_waiting == FIELD_WAITING && !look(f))
        return false;
    f->waiting[f->n_waiting++] = x;
    return true;
}

bool sketch_settle(sketch *s)
{
    for (size_t i = 0; i < s->n_fields; i++) {
        field_sketch *f = &s->field[i];
        if ((f->n_waiting && !look(f)) || !kll_settle(&f->number) || !kll_settle(&f->length))
            return false;
    }
    return true;
}

bool field_text(field_sketch *f, mm_str text)
{
    uint64_t hash = text_hash(text);
    f->seen[MM_JSON_STRING]++;
    if (!need((void **)&f->distinct, sizeof *f->distinct) || !need((void **)&f->top, sizeof *f->top)
        || !need((void **)&f->count, sizeof *f->count))
        return false;
    hll_add(f->distinct, hash);
    cms_add(f->count, hash);
    if (text.n <= TOP_BYTES)
        top_add(f->top, text, hash, 1);
    else
        f->long_texts++;
    return kll_add(&f->length, (double)text.n);
}

/* ---- merging ---- */

static bool merge_field(field_sketch *f, const field_sketch *o)
{
    for (size_t t = 0; t < SKETCH_TYPES; t++)
        f->seen[t] += o->seen[t];
    f->not_finite += o->not_finite;
    f->long_texts += o->long_texts;
    moments_merge(&f->moments, &o->moments);
    if (o->distinct) {
        if (!need((void **)&f->distinct, sizeof *f->distinct))
            return false;
        hll_merge(f->distinct, o->distinct);
    }
    if (o->top) {
        if (!need((void **)&f->top, sizeof *f->top))
            return false;
        top_merge(f->top, o->top);
    }
    if (o->count) {
        if (!need((void **)&f->count, sizeof *f->count))
            return false;
        cms_merge(f->count, o->count);
    }
    return kll_merge(&f->number, &o->number) && kll_merge(&f->length, &o->length);
}

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Counts of different groups can not be put together. */
static int merge_kinds(sketch_kinds *k, const sketch_kinds *o, mm_err *e)
{
    bool fits = k->n_dims == o->n_dims && k->has_score == o->has_score && k->has_stratum == o->has_stratum && same(k->label, o->label) && same(k->prediction, o->prediction)
             && !k->counts == !o->counts;
    for (size_t d = 0; fits && d < k->n_dims; d++)
        fits = same(k->dim[d], o->dim[d]);
    if (!fits)
        return mm_fail(e, MM_EUSAGE, "it counts other groups, or another label or prediction; mm-bias show tells which");
    if (k->counts && counts_merge(k->counts, o->counts) < 0)
        return mm_fail(e, MM_ESYS, "out of memory");
    return k->counts && k->counts->over ? mm_fail(e, MM_EUSAGE, "together there are too many groups") : 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const field_sketch *)a)->name, ((const field_sketch *)b)->name);
}

int sketch_merge(sketch *s, const sketch *other, mm_err *e)
{
    if (merge_kinds(&s->kinds, &other->kinds, e) < 0)
        return -1;
    s->records += other->records;
    s->left_out += other->left_out;
    s->epsilon = fmax(s->epsilon, other->epsilon);
    s->delta = fmax(s->delta, other->delta);
    for (size_t i = 0; i < other->n_fields; i++) {
        const field_sketch *o = &other->field[i];
        field_sketch *f = sketch_field(s, mm_str_of(o->name));
        if (!f && s->n_fields == SKETCH_MOST_FIELDS)
            return mm_fail(e, MM_EUSAGE, "together there are more than %d fields", SKETCH_MOST_FIELDS);
        if (!f || !merge_field(f, o))
            return mm_fail(e, MM_ESYS, "out of memory");
    }
    if (s->n_fields)
        qsort(s->field, s->n_fields, sizeof *s->field, by_name);
    return 0;
}
