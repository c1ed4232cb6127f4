#include "assess.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "tally.h"

/* A sensitive field: its values, and how often each stands in which class. */
typedef struct sensitive {
    mm_str name;
    mm_path *path;
    tally values;      /* by hash */
    double *number;    /* of each value; room for as many as values */
    size_t room;
    bool words;        /* some value is no number */
    tally pairs;       /* class, value */
} sensitive;

struct assess {
    mm_str name[ASSESS_FIELDS];
    mm_path *quasi[ASSESS_FIELDS];
    sensitive field[ASSESS_FIELDS];
    size_t n_quasi, n_fields;
    tally classes;     /* by hash */
    uint64_t records, suppressed;
    int64_t k;
    bool failed;
};

/* What work() sees of a record. */
typedef struct seen {
    XXH128_hash_t class;
    struct { XXH128_hash_t hash; double number; bool is_number; } value[];
} seen;

/* ---- fields ---- */

/* Behind the next path of a list: its comma, but for commas in quotes. */
static mm_str next_path(mm_str *rest)
{
    size_t i = 0;
    bool quoted = false;
    for (; i < rest->n && (quoted || rest->p[i] != ','); i++) {
        if (quoted && rest->p[i] == '\\' && i + 1 < rest->n)
            i++;
        else if (rest->p[i] == '"')
            quoted = !quoted;
    }
    mm_str path = { rest->p, i };
    size_t used = i + (i < rest->n);
    *rest = (mm_str){ rest->p + used, rest->n - used };
    return path;
}

static int read_paths(const char *option, const char *list, mm_str *names, mm_path **paths, size_t *n, mm_err *e)
{
    for (mm_str rest = mm_str_of(list); rest.n || *n == 0;) {
        mm_str path = next_path(&rest);
        if (*n == ASSESS_FIELDS)
            return mm_fail(e, MM_EUSAGE, "%s: at most %d fields", option, ASSESS_FIELDS);
        names[*n] = path;
        paths[*n] = mm_path_new(path, e);
        if (!paths[*n])
            return mm_fail_at(e, "%s", option);
        (*n)++;
    }
    return 0;
}

assess *assess_new(const char *quasi, const char *sens, int64_t k, mm_err *e)
{
    mm_str names[ASSESS_FIELDS];
    mm_path *paths[ASSESS_FIELDS] = { 0 };
    assess *a = calloc(1, sizeof *a);
    if (!a) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    a->k = k;
    int got = read_paths("--quasi", quasi, a->name, a->quasi, &a->n_quasi, e);
    if (got == 0 && sens)
        got = read_paths("--sensitive", sens, names, paths, &a->n_fields, e);
    for (size_t i = 0; i < a->n_fields; i++) {
        a->field[i].name = names[i];
        a->field[i].path = paths[i];
    }
    if (got == 0)
        return a;
    assess_free(a);
    return NULL;
}

void assess_free(assess *a)
{
    if (!a)
        return;
    for (size_t i = 0; i < a->n_quasi; i++)
        mm_path_free(a->quasi[i]);
    for (size_t i = 0; i < a->n_fields; i++) {
        mm_path_free(a->field[i].path);
        tally_free(&a->field[i].values);
        tally_free(&a->field[i].pairs);
        free(a->field[i].number);
    }
    tally_free(&a->classes);
    free(a);
}

/* ---- counting ---- */

/* A value with its kind and length in front, so that no two rows of values are alike; one that is missing is null. */
static void add_value(XXH3_state_t *h, const mm_value *v, mm_buf *scratch)
{
    bool string = v->raw.p && v->type == MM_JSON_STRING;
    mm_str text = !v->raw.p ? MM_STR("null") : string ? mm_json_text(v->raw, scratch) : v->raw;
    uint64_t head[2] = { string, text.n };
    XXH3_128bits_update(h, head, sizeof head);
    XXH3_128bits_update(h, text.p, text.n);
}

mm_verdict assess_work(void *tool, void *state, mm_rec *r, mm_arena *arena)
{
    const assess *a = tool;
    mm_err e = { 0 };
    mm_value v[ASSESS_FIELDS];
    const mm_path *paths[ASSESS_FIELDS];
    size_t at = 0;
    (void)state;
    if (mm_json_check_head(r->head, &at, &e) < 0) {
        r->bad_byte = (int64_t)at;
        return mm_rec_bad(r, arena, "%s", e.text);
    }
    seen *s = mm_arena_alloc(arena, sizeof *s + a->n_fields * sizeof s->value[0]);
    XXH3_state_t *h = XXH3_createState();
    mm_buf scratch = { 0 };
    if (!s || !h) {
        XXH3_freeState(h);
        return mm_rec_bad(r, arena, "out of memory");
    }
    XXH3_128bits_reset(h);
    int got = mm_json_find_many(r->head, (const mm_path *const *)a->quasi, a->n_quasi, v);
    for (size_t i = 0; i < a->n_quasi && got == 0; i++)
        add_value(h, &v[i], &scratch);
    s->class = XXH3_128bits_digest(h);
    for (size_t i = 0; i < a->n_fields; i++)
        paths[i] = a->field[i].path;
    if (got == 0 && a->n_fields)
        got = mm_json_find_many(r->head, paths, a->n_fields, v);
    for (size_t i = 0; i < a->n_fields && got == 0; i++) {
        s->value[i].is_number = v[i].raw.p && v[i].type == MM_JSON_NUMBER && mm_json_double(v[i].raw, &s->value[i].number) == 0;
        XXH3_128bits_reset(h);
        if (s->value[i].is_number) {   /* 1 and 1.0 are one */
            s->value[i].number += 0.0;
            XXH3_128bits_update(h, &s->value[i].number, sizeof s->value[i].number);
        } else {
            add_value(h, &v[i], &scratch);
        }
        s->value[i].hash = XXH3_128bits_digest(h);
    }
    XXH3_freeState(h);
    bool failed = scratch.failed;
    mm_buf_free(&scratch);
    r->extra = s;
    return got < 0 || failed ? mm_rec_bad(r, arena, failed ? "out of memory" : "no valid JSON") : MM_KEEP;
}

static bool count_sensitive(sensitive *f, size_t class, const seen *s, size_t i)
{
    size_t value = tally_place(&f->values, s->value[i].hash.low64, s->value[i].hash.high64);
    if (value == SIZE_MAX)
        return false;
    if (value >= f->room) {
        size_t room = f->values.room;
        double *number = realloc(f->number, room * sizeof *number);
        if (!number)
            return false;
        f->number = number;
        f->room = room;
    }
    f->number[value] = s->value[i].is_number ? s->value[i].number : 0;
    f->words |= !s->value[i].is_number;
    f->values.v[value].count++;
    size_t pair = tally_place(&f->pairs, class, value);
    if (pair != SIZE_MAX)
        f->pairs.v[pair].count++;
    return pair != SIZE_MAX;
}

mm_verdict assess_order(void *tool, mm_rec *r, mm_arena *arena, bool *stop)
{
    assess *a = tool;
    const seen *s = r->extra;
    (void)arena;
    size_t class = tally_place(&a->classes, s->class.low64, s->class.high64);
    a->failed |= class == SIZE_MAX;
    for (size_t i = 0; i < a->n_fields && !a->failed; i++)
        a->failed |= !count_sensitive(&a->field[i], class, s, i);
    if (a->failed) {
        *stop = true;
        return MM_KEEP;
    }
    a->classes.v[class].count++;
    a->records++;
    return MM_KEEP;
}

mm_verdict assess_suppress(void *tool, mm_rec *r, mm_arena *arena, bool *stop)
{
    assess *a = tool;
    const seen *s = r->extra;
    (void)stop;
    size_t class = tally_find(&a->classes, s->class.low64, s->class.high64);
    if (class == SIZE_MAX)
        return mm_rec_bad(r, arena, "was not there when the records were counted; the input changed");
    if (a->classes.v[class].count >= (uint64_t)a->k)
        return MM_KEEP;
    a->suppressed++;
    return MM_DROP;
}

/* ---- measures ---- */

typedef struct measures {
    uint64_t least;     /* distinct values in the poorest class */
    double entropy;     /* least entropy of a class, nats */
    double t;           /* greatest distance of a class from all */
} measures;

/* What ordered distances need: values by rank, and the distribution of all records summed up. */
typedef struct ranks {
    size_t *rank, m;    /* of each value; owned */
    double *q, *sum;    /* cumulated shares at each rank, and their sums before it; owned */
} ranks;

typedef struct share {
    size_t rank;
    double p, q;        /* in the class, in all */
} share;

static int by_rank(const void *x, const void *y)
{
    const share *a = x, *b = y;
    return (a->rank > b->rank) - (a->rank < b->rank);
}

typedef struct numbered {
    double v;
    size_t i;
} numbered;

static int by_number(const void *x, const void *y)
{
    const numbered *a = x, *b = y;
    return (a->v > b->v) - (a->v < b->v);
}

static bool rank_values(const sensitive *f, uint64_t records, ranks *out)
{
    size_t m = f->values.n;
    numbered *order = calloc(m + 1, sizeof *order);
    *out = (ranks){ calloc(m + 1, sizeof *out->rank), m, calloc(m + 1, sizeof(double)), calloc(m + 1, sizeof(double)) };
    bool ok = order && out->rank && out->q && out->sum;
    for (size_t i = 0; ok && i < m; i++)
        order[i] = (numbered){ f->number[i], i };
    if (ok)
        qsort(order, m, sizeof *order, by_number);
    uint64_t so_far = 0;
    for (size_t i = 0; ok && i < m; i++) {
        so_far += f->values.v[order[i].i].count;
        out->rank[order[i].i] = i;
        out->q[i] = (double)so_far / (double)records;
        out->sum[i + 1] = out->sum[i] + out->q[i];
    }
    free(order);
    return ok;
}

/* Sum of |c - q| over the ranks [from, to): q rises, so it crosses c once. */
static double apart(const ranks *r, double c, size_t from, size_t to)
{
    size_t lo = from, hi = to;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (r->q[mid] > c)
            hi = mid;
        else
            lo = mid + 1;
    }
    return c * (double)(lo - from) - (r->sum[lo] - r->sum[from]) + (r->sum[to] - r->sum[lo]) - c * (double)(to - lo);
}

/* Earth mover's distance of a class from all: values in order are one step apart, of m - 1 (Li et al., 4.1); others all
 * equally far. */
static double distance(share *s, size_t n, const ranks *r)
{
    double d = 0, c = 0;
    if (!r) {
        for (size_t i = 0; i < n; i++)
            d += s[i].p > s[i].q ? s[i].p - s[i].q : 0;
        return d;
    }
    if (r->m < 2)
        return 0;
    qsort(s, n, sizeof *s, by_rank);
    size_t from = 0;
    for (size_t i = 0; i < n; i++) {
        d += apart(r, c, from, s[i].rank);
        c += s[i].p;
        from = s[i].rank;
    }
    return (d + apart(r, c, from, r->m)) / (double)(r->m - 1);
}

/* Pairs by class: where each class begins in the list `order` of places in pairs. */
static bool group_pairs(const assess *a, const sensitive *f, size_t **start, size_t **order)
{
    *start = calloc(a->classes.n + 2, sizeof **start);
    *order = calloc(f->pairs.n + 1, sizeof **order);
    if (!*start || !*order)
        return false;
    for (size_t i = 0; i < f->pairs.n; i++)
        (*start)[f->pairs.v[i].a + 2]++;
    for (size_t c = 2; c < a->classes.n + 2; c++)
        (*start)[c] += (*start)[c - 1];
    for (size_t i = 0; i < f->pairs.n; i++)
        (*order)[(*start)[f->pairs.v[i].a + 1]++] = i;
    return true;
}

static bool measure(const assess *a, const sensitive *f, measures *out)
{
    size_t *start = NULL, *order = NULL;
    ranks r = { 0 };
    share *s = calloc(f->values.n + 1, sizeof *s);
    bool ordered = !f->words, ok = s && group_pairs(a, f, &start, &order) && (!ordered || rank_values(f, a->records, &r));
    *out = (measures){ .least = UINT64_MAX, .entropy = INFINITY };
    for (size_t c = 0; ok && c < a->classes.n; c++) {
        double size = (double)a->classes.v[c].count, entropy = 0;
        size_t n = start[c + 1] - start[c];
        for (size_t i = 0; i < n; i++) {
            const tallied *pair = &f->pairs.v[order[start[c] + i]];
            double p = (double)pair->count / size;
            s[i] = (share){ ordered ? r.rank[pair->b] : 0, p, (double)f->values.v[pair->b].count / (double)a->records };
            entropy -= p * log(p);
        }
        double t = distance(s, n, ordered ? &r : NULL);
        out->least = n < out->least ? n : out->least;
        out->entropy = entropy < out->entropy ? entropy : out->entropy;
        out->t = t > out->t ? t : out->t;
    }
    free(start);
    free(order);
    free(s);
    free(r.rank);
    free(r.q);
    free(r.sum);
    return ok;
}

/* ---- the report ---- */

static int by_count(const void *x, const void *y)
{
    const uint64_t *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

static uint64_t least_class(const assess *a)
{
    uint64_t k = a->classes.n ? UINT64_MAX : 0;
    for (size_t i = 0; i < a->classes.n; i++)
        k = a->classes.v[i].count < k ? a->classes.v[i].count : k;
    return k;
}

static uint64_t records_below(const assess *a, uint64_t k)
{
    uint64_t n = 0;
    for (size_t i = 0; i < a->classes.n; i++)
        n += a->classes.v[i].count < k ? a->classes.v[i].count : 0;
    return n;
}

/* [size, classes of that size], rising. */
static bool put_sizes(const assess *a, mm_buf *out)
{
    uint64_t *size = calloc(a->classes.n + 1, sizeof *size);
    for (size_t i = 0; size && i < a->classes.n; i++)
        size[i] = a->classes.v[i].count;
    if (size)
        qsort(size, a->classes.n, sizeof *size, by_count);
    for (size_t i = 0, same; size && i < a->classes.n; i += same) {
        for (same = 1; i + same < a->classes.n && size[i + same] == size[i]; same++)
            ;
        mm_buf_printf(out, "%s[%llu,%zu]", i ? "," : "", (unsigned long long)size[i], same);
    }
    free(size);
    return size != NULL;
}

/* Six decimals: what a machine's logarithm gives beyond may differ. */
static void put_rounded(mm_buf *out, double v)
{
    mm_json_put_double(out, round(v * 1e6) / 1e6);
}

static bool put_field(const assess *a, const sensitive *f, mm_buf *out)
{
    measures m;
    if (!measure(a, f, &m))
        return false;
    mm_buf_str(out, MM_STR("{\"field\":"));
    mm_json_put(out, f->name);
    mm_buf_printf(out, ",\"values\":%zu,\"l\":%llu,\"entropy_l\":", f->values.n, a->classes.n ? (unsigned long long)m.least : 0);
    put_rounded(out, a->classes.n ? exp(m.entropy) : 0);
    mm_buf_printf(out, ",\"distance\":\"%s\",\"t\":", f->words ? "equal" : "ordered");
    put_rounded(out, m.t);
    mm_buf_byte(out, '}');
    return true;
}

int assess_report(assess *a, mm_buf *out)
{
    static const unsigned steps[] = { 2, 3, 5, 10, 20, 100 };
    bool ok = !a->failed;
    mm_buf_printf(out, "{\"records\":%llu,\n \"quasi\":[", (unsigned long long)a->records);
    for (size_t i = 0; i < a->n_quasi; i++) {
        mm_buf_str(out, i ? MM_STR(",") : MM_STR(""));
        mm_json_put(out, a->name[i]);
    }
    mm_buf_printf(out, "],\n \"classes\":%zu,\n \"k\":%llu,\n \"below\":{", a->classes.n, (unsigned long long)least_class(a));
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        mm_buf_printf(out, "%s\"%u\":%llu", i ? "," : "", steps[i], (unsigned long long)records_below(a, steps[i]));
    mm_buf_str(out, MM_STR("},\n \"sizes\":["));
    ok = ok && put_sizes(a, out);
    mm_buf_str(out, MM_STR("],\n \"sensitive\":["));
    for (size_t i = 0; i < a->n_fields && ok; i++) {
        mm_buf_str(out, i ? MM_STR(",\n  ") : MM_STR("\n  "));
        ok = put_field(a, &a->field[i], out);
    }
    mm_buf_byte(out, ']');
    if (a->k)
        mm_buf_printf(out, ",\n \"suppressed\":{\"k\":%lld,\"records\":%llu}", (long long)a->k, (unsigned long long)a->suppressed);
    mm_buf_str(out, MM_STR("}\n"));
    return ok && !out->failed ? 0 : -1;
}

void assess_line(const assess *a, mm_buf *out)
{
    mm_buf_printf(out, "%llu records in %zu classes, the smallest of %llu", (unsigned long long)a->records, a->classes.n,
                  (unsigned long long)least_class(a));
    if (a->k)
        mm_buf_printf(out, "; %llu suppressed in classes below %lld", (unsigned long long)a->suppressed, (long long)a->k);
}
