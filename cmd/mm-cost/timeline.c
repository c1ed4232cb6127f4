#include "timeline.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "answer.h"
#include "price/when.h"

enum { MOST_TOLD = 8 };

/* ---- the names of series ---- */

/* Open addressing: hash and series + 1, so that 0 is empty. */
typedef struct entry {
    uint64_t hash;
    uint32_t series1;
} entry;

typedef struct table {
    entry *slot;
    size_t n, room;
} table;

struct timeline_index {
    table of;
    pthread_mutex_t lock;  /* over it and the names */
};

static entry *seek(const timeline *t, const table *x, mm_str key, uint64_t hash)
{
    size_t i = hash & (x->room - 1);
    while (x->slot[i].series1 && (x->slot[i].hash != hash || !mm_str_eq(t->key[x->slot[i].series1 - 1], key)))
        i = (i + 1) & (x->room - 1);
    return &x->slot[i];
}

static bool table_put(table *x, uint64_t hash, uint32_t series)
{
    if (x->n * 4 >= x->room * 3) {
        table more = { .n = x->n, .room = x->room ? x->room * 2 : 64 };
        more.slot = calloc(more.room, sizeof *more.slot);
        if (!more.slot)
            return false;
        for (size_t i = 0; i < x->room; i++)
            if (x->slot[i].series1) {
                size_t k = x->slot[i].hash & (more.room - 1);
                while (more.slot[k].series1)
                    k = (k + 1) & (more.room - 1);
                more.slot[k] = x->slot[i];
            }
        free(x->slot);
        *x = more;
    }
    size_t i = hash & (x->room - 1);
    while (x->slot[i].series1)
        i = (i + 1) & (x->room - 1);
    x->slot[i] = (entry){ hash, series + 1 };
    x->n++;
    return true;
}

/* The series of this key, among all: UINT32_MAX when memory ran out. Its number depends on who came first. */
static uint32_t series_of(timeline *t, mm_str key, uint64_t hash)
{
    struct timeline_index *x = t->index;
    entry *had = x->of.room ? seek(t, &x->of, key, hash) : NULL;
    if (had && had->series1)
        return had->series1 - 1;
    mm_str kept = mm_arena_copy(t->keys, key);
    if (t->n == t->room || !kept.p)
        return UINT32_MAX;
    t->key[t->n] = kept;
    if (!table_put(&x->of, hash, (uint32_t)t->n))
        return UINT32_MAX;
    return (uint32_t)t->n++;
}

/* Room for all series there may be: the names are read without the lock, so they never move. */
static int make_index(timeline *t, mm_err *e)
{
    t->room = 1 << 22;
    t->key = malloc(t->room * sizeof *t->key);  /* touched only as far as it is filled */
    t->keys = mm_arena_new();
    t->index = calloc(1, sizeof *t->index);
    if (!t->key || !t->keys || !t->index)
        return mm_fail(e, MM_ESYS, "out of memory");
    pthread_mutex_init(&t->index->lock, NULL);
    return 0;
}

void timeline_free(timeline *t)
{
    if (t->index)
        free(t->index->of.slot);
    free(t->index);
    free(t->key);
    free(t->label);
    mm_arena_free(t->keys);
    free(t->cause);
    explain_free(t->parts);
}

void timeline_name(const timeline *t, uint32_t series, mm_buf *out)
{
    mm_str key = t->key[series];
    for (size_t i = 0; i < t->n_labels; i++) {
        mm_str v = key_take(&key);
        if (i)
            mm_buf_byte(out, ' ');
        mm_buf_str(out, t->label[i]);
        mm_buf_byte(out, '=');
        mm_buf_str(out, v.p ? v : MM_STR("(none)"));
    }
}

void timeline_members(const timeline *t, uint32_t series, mm_buf *out)
{
    mm_str key = t->key[series];
    for (size_t i = 0; i < t->n_labels; i++) {
        mm_str v = key_take(&key);
        mm_json_put(out, t->label[i]);
        mm_buf_byte(out, ':');
        if (v.p)
            mm_json_put(out, v);
        else
            mm_buf_str(out, MM_STR("null"));
        mm_buf_byte(out, ',');
    }
}

/* ---- plain tables ---- */

typedef struct hand {
    table seen;       /* series this worker met */
    uint32_t *after;  /* of each of them, 1 + the series that followed it last */
    size_t n_after;
    uint32_t last1;   /* 1 + the series before; 0: none */
    mm_buf key, scratch;
    char hour[16];    /* the time read last, up to its hour, and when that began */
    size_t hour_n;
    int64_t hour_began;
    bool failed;
} hand;

typedef struct reader {
    timeline *t;
    const char *name;
    spend spend;
    spend_reader *bill;    /* the file is a bill */
    size_t time, value, by[MOST_LABELS];
    hand *hand;
} reader;

typedef struct found {
    point *point;
    size_t n, room;
    size_t wrong[MOST_TOLD], n_wrong;
} found;

static size_t named(const mm_str *name, size_t n, const char *const *words)
{
    for (; *words; words++)
        for (size_t i = 0; i < n; i++)
            if (mm_str_eq(name[i], mm_str_of(*words)))
                return i;
    return SIZE_MAX;
}

static int set_labels(timeline *t, const mm_str *name, size_t n, mm_err *e)
{
    mm_str *label = malloc((n + 1) * sizeof *label);
    if (!label)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < n; i++)
        label[i] = mm_arena_copy(t->keys, name[i]);
    t->label = label;
    t->n_labels = n;
    return 0;
}

/* The labels of a plain table: those of --by, or all of its columns that are neither time nor value. */
static int find_labels(reader *r, const mm_str *name, size_t n, mm_err *e)
{
    timeline *t = r->t;
    mm_str wanted[MOST_LABELS];
    if (t->explain)
        return mm_fail(e, MM_EUSAGE, "%s: --explain looks at rows of bills, and this is a table of numbers", r->name);
    size_t k = 0;
    for (; k + 1 < r->spend.n_by; k++)  /* the last is the span */
        wanted[k] = r->spend.by[k].name;
    for (size_t i = 0; !t->by && i < n && k < MOST_LABELS; i++)
        if (i != r->time && i != r->value)
            wanted[k++] = name[i];
    if (t->label && t->n_labels != k)
        return mm_fail(e, MM_EBAD, "%s: other columns than the file before", r->name);
    if (!t->label && set_labels(t, wanted, k, e) < 0)
        return -1;
    for (size_t i = 0; i < k; i++) {
        r->by[i] = export_column(EXPORT_KINDS, name, n, t->label[i]);
        if (r->by[i] == SIZE_MAX)
            return mm_fail(e, MM_EBAD, "%s: no column '%.*s'", r->name, (int)t->label[i].n, t->label[i].p);
    }
    return 0;
}

static int begin(void *ctx, const mm_str *name, size_t n, mm_err *e)
{
    static const char *const times[] = { "timestamp", "time", "date", "datetime", "ds", NULL }, *const values[] = { "value", "y", NULL };
    reader *r = ctx;
    r->time = named(name, n, times);
    r->value = named(name, n, values);
    if (r->time != SIZE_MAX && r->value != SIZE_MAX)
        return find_labels(r, name, n, e);
    if (export_told_by(name, n) == EXPORT_KINDS)
        return mm_fail(e, MM_EBAD, "%s: neither a bill nor a table with a time (timestamp, time, date, ds) and a value (value, y)",
                       r->name);
    r->bill = spend_reader_new(&r->spend, r->name);
    return r->bill ? spend_begin(r->bill, name, n, e) : mm_fail(e, MM_ESYS, "out of memory");
}

/* Most rows are of the hour of the row before. */
static bool read_time(hand *h, mm_str text, int64_t *out)
{
    enum { HOUR = 14 };
    if (text.n == 19 && h->hour_n && memcmp(text.p, h->hour, HOUR) == 0) {
        const char *p = text.p + HOUR;
        int m = (p[0] - '0') * 10 + p[1] - '0', s = (p[3] - '0') * 10 + p[4] - '0';
        if (p[0] >= '0' && p[0] <= '5' && p[1] >= '0' && p[1] <= '9' && p[2] == ':' && p[3] >= '0' && p[3] <= '5' && p[4] >= '0' &&
            p[4] <= '9') {
            *out = h->hour_began + m * 60 + s;
            return true;
        }
    }
    if (!mm_when_read(text, out))
        return false;
    if (text.n == 19 && text.p[HOUR - 1] == ':') {
        memcpy(h->hour, text.p, HOUR);
        h->hour_n = HOUR;
        h->hour_began = *out - ((*out % 3600) + 3600) % 3600;
    }
    return true;
}

/* Is the row of this series? Told without a hash, since tables repeat their series in one order. */
static bool is_series(const reader *r, const mm_row *row, uint32_t series)
{
    const timeline *t = r->t;
    mm_str key = t->key[series];
    for (size_t i = 0; i < t->n_labels; i++) {
        mm_str v = key_take(&key), raw = mm_row_raw(row, r->by[i]);
        if (!v.p || (raw.n && raw.p[0] == '"') || !mm_str_eq(v, raw))
            return false;
    }
    return true;
}

/* Remember what came after the series before. */
static void note_after(hand *h, uint32_t series)
{
    if (series >= h->n_after) {
        size_t n = series + series / 2 + 64;
        uint32_t *more = realloc(h->after, n * sizeof *more);
        if (!more) {
            h->failed = true;
            return;
        }
        memset(more + h->n_after, 0, (n - h->n_after) * sizeof *more);
        h->after = more;
        h->n_after = n;
    }
    if (h->last1)
        h->after[h->last1 - 1] = series + 1;
    h->last1 = series + 1;
}

static uint32_t look_up_series(reader *r, hand *h, const mm_row *row)
{
    timeline *t = r->t;
    h->key.n = 0;
    for (size_t i = 0; i < t->n_labels; i++)
        key_put(&h->key, mm_row_text(row, r->by[i], &h->scratch));
    mm_str key = mm_buf_view(&h->key);
    uint64_t hash = XXH3_64bits(key.p, key.n);
    entry *had = h->seen.room ? seek(t, &h->seen, key, hash) : NULL;
    if (had && had->series1)
        return had->series1 - 1;
    pthread_mutex_lock(&t->index->lock);
    uint32_t s = series_of(t, key, hash);
    pthread_mutex_unlock(&t->index->lock);
    if (s == UINT32_MAX || !table_put(&h->seen, hash, s))
        h->failed = true;
    return s;
}

static uint32_t find_series(reader *r, hand *h, const mm_row *row)
{
    uint32_t likely1 = h->last1 ? h->after[h->last1 - 1] : 0;
    if (likely1 && is_series(r, row, likely1 - 1)) {
        h->last1 = likely1;
        return likely1 - 1;
    }
    uint32_t s = look_up_series(r, h, row);
    if (s != UINT32_MAX)
        note_after(h, s);
    return s;
}

static bool keep(found *out, point p)
{
    if (out->n == out->room) {
        size_t room = out->room ? out->room * 2 : 4096;
        point *more = realloc(out->point, room * sizeof *more);
        if (!more)
            return false;
        out->point = more;
        out->room = room;
    }
    out->point[out->n++] = p;
    return true;
}

static size_t work(void *ctx, int worker, const mm_rows *rows, void *result)
{
    reader *r = ctx;
    if (r->bill)
        return spend_work(r->bill, worker, rows, result);
    hand *h = &r->hand[worker];
    found *out = result;
    mm_row row = { rows };
    while (mm_row_next(&row)) {
        point p = { .number = row.number };
        bool good = row.fields == rows->columns && read_time(h, mm_row_text(&row, r->time, &h->scratch), &p.time) &&
                    mm_json_double(mm_row_text(&row, r->value, &h->scratch), &p.value) == 0;
        if (!good) {
            if (out->n_wrong++ < MOST_TOLD)
                out->wrong[out->n_wrong - 1] = row.number;
            continue;
        }
        p.series = find_series(r, h, &row);
        h->failed |= p.series == UINT32_MAX || !keep(out, p);
    }
    return row.number;
}

static int told(void *ctx, uint64_t before, void *result, mm_err *e)
{
    reader *r = ctx;
    if (r->bill)
        return spend_told(r->bill, before, result, e);
    found *x = result;
    for (size_t i = 0; i < x->n_wrong && r->t->refused + i < MOST_TOLD; i++)
        mm_app_warn(r->t->app, "%s: row %llu: no time and number; the row is left out", r->name,
                    (unsigned long long)(before + x->wrong[i]));
    r->t->refused += x->n_wrong;
    for (size_t i = 0; i < x->n; i++)
        x->point[i].number += before;
    int rc = r->t->points(r->t->ctx, x->point, x->n, e);
    free(x->point);
    return rc;
}

/* ---- bills ---- */

static int by_series_and_time(const void *a, const void *b)
{
    const point *x = a, *y = b;
    return x->series != y->series ? (x->series > y->series) - (x->series < y->series) : (x->time > y->time) - (x->time < y->time);
}

/* The start of the span after the one that begins at `time`. */
static int64_t next_span(const char *every, int64_t time)
{
    if (strcmp(every, "hour") == 0)
        return time + 3600;
    if (strcmp(every, "day") == 0)
        return time + 86400;
    return mm_month_after(time);
}

/* Tell the points in order of time, with 0 for the spans between them that have none. */
static int tell_filled(timeline *t, const point *p, size_t n, mm_err *e)
{
    for (size_t i = 0; i < n; i++) {
        if (t->points(t->ctx, &p[i], 1, e) < 0)
            return -1;
        if (i + 1 == n || p[i + 1].series != p[i].series)
            continue;
        for (int64_t at = next_span(t->every, p[i].time); at < p[i + 1].time; at = next_span(t->every, at))
            if (t->points(t->ctx, &(point){ .time = at, .series = p[i].series }, 1, e) < 0)
                return -1;
    }
    return 0;
}

static int64_t span_began(mm_str label)
{
    char text[24];
    int64_t began = 0;
    int n = snprintf(text, sizeof text, "%.*s%s", (int)(label.n < 14 ? label.n : 14), label.p,
                     label.n == 7 ? "-01" : label.n == 13 ? ":00" : "");
    mm_when_read((mm_str){ text, (size_t)n }, &began);
    return began;
}

/* The first n labels of a key. */
static mm_str first_labels(mm_str key, size_t n, mm_str *rest)
{
    *rest = key;
    while (n--)
        key_take(rest);
    return (mm_str){ key.p, (size_t)(rest->p - key.p) };
}

/* Labels of the series of a bill, and behind them those that explain, and the span. */
static size_t series_labels(const reader *r)
{
    return r->spend.n_by - 1 - r->t->n_causes;
}

/* The groups of a bill without the labels that explain; what these say is kept apart. */
static int fold_causes(reader *r, tally *out, mm_err *e)
{
    timeline *t = r->t;
    const tally *in = &r->spend.groups;
    mm_buf key = { 0 };
    bool ok = true;
    for (size_t i = 0; i < in->room && ok; i++) {
        mm_str rest, span;
        if (!in->slot[i].key.p)
            continue;
        mm_str series = first_labels(in->slot[i].key, series_labels(r), &rest);
        first_labels(rest, t->n_causes, &span);
        key.n = 0;
        mm_buf_str(&key, series);
        mm_buf_str(&key, span);
        group *g = key.failed ? NULL : tally_find(out, mm_buf_view(&key));
        ok = g != NULL;
        if (ok)
            tally_add(out, g, &in->slot[i].sum);
    }
    mm_buf_free(&key);
    return !ok ? mm_fail(e, MM_ESYS, "out of memory") : out->overflow ? mm_fail(e, MM_EBAD, "%s: a sum does not fit into 128 bits", r->name) : 0;
}

static cost_kind kind_of(const spend *s)
{
    cost_kind k = 0;
    while (k < COST_KINDS - 1 && !s->wanted[k])
        k++;
    return k;
}

/* Keep what the values of labels say of the numbers of the bill. */
static int keep_causes(reader *r, mm_err *e)
{
    timeline *t = r->t;
    const tally *in = &r->spend.groups;
    if (!t->n_causes)
        return 0;
    if (!t->parts && !(t->parts = explain_new()))
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < in->room; i++) {
        mm_str rest, label[MOST_LABELS];
        if (!in->slot[i].key.p)
            continue;
        mm_str key = first_labels(in->slot[i].key, series_labels(r), &rest);
        uint32_t series = series_of(t, key, XXH3_64bits(key.p, key.n));
        for (size_t k = 0; k < t->n_causes; k++)
            label[k] = key_take(&rest);
        int64_t time = span_began(key_take(&rest));
        double amount = mm_money_near(in->slot[i].sum.cost[kind_of(&r->spend)]);
        for (size_t k = 0; k < t->n_causes; k++)
            if (series == UINT32_MAX || !explain_add(t->parts, series, k, label[k], time, amount))
                return mm_fail(e, MM_ESYS, "out of memory");
    }
    explain_sort(t->parts);
    return 0;
}

size_t timeline_explain(const timeline *t, const point *p, cause out[MOST_CAUSES])
{
    if (!t->parts)
        return 0;
    const int spans = strcmp(t->every, "hour") == 0 ? 24 : strcmp(t->every, "day") == 0 ? 7 : 3;
    int64_t since = p->time;
    for (int i = 0; i < spans; i++)
        since = strcmp(t->every, "hour") == 0 ? since - 3600 : strcmp(t->every, "day") == 0 ? since - 86400 : mm_month_of(since - 1);
    return explain_find(t->parts, p->series, p->time, p->time - since, spans, out);
}

/* What the bill's groups, of which the span is the last label, say over time. */
static int tell_bill(reader *r, const tally *groups, mm_err *e)
{
    timeline *t = r->t;
    const group **g = tally_sorted(groups, COST_BILLED);
    point *p = malloc((groups->n + 1) * sizeof *p);
    const cost_kind k = kind_of(&r->spend);
    int rc = g && p ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; rc == 0 && i < groups->n; i++) {
        mm_str rest, key = first_labels(g[i]->key, series_labels(r), &rest);
        p[i] = (point){ .time = span_began(key_take(&rest)), .value = mm_money_near(g[i]->sum.cost[k]),
                        .series = series_of(t, key, XXH3_64bits(key.p, key.n)) };
        if (p[i].series == UINT32_MAX)
            rc = mm_fail(e, MM_ESYS, "out of memory");
    }
    if (rc == 0) {
        qsort(p, groups->n, sizeof *p, by_series_and_time);
        rc = tell_filled(t, p, groups->n, e);
    }
    free(g);
    free(p);
    return rc;
}

/* All rows were read: their series and numbers. */
static int tell_groups(reader *r, mm_err *e)
{
    timeline *t = r->t;
    mm_str label[MOST_LABELS];
    tally folded = { 0 };
    const size_t n = series_labels(r);
    t->refused += r->spend.refused;
    for (size_t i = 0; i < n; i++)
        label[i] = r->spend.by[i].name;
    int rc = !t->label && set_labels(t, label, n, e) < 0 ? -1 : keep_causes(r, e);
    if (rc == 0 && t->n_causes)
        rc = fold_causes(r, &folded, e);
    if (rc == 0)
        rc = tell_bill(r, t->n_causes ? &folded : &r->spend.groups, e);
    tally_free(&folded);
    return rc;
}

static int finish_bill(reader *r, uint64_t rows, mm_err *e)
{
    return spend_reader_end(r->bill, rows, e) < 0 ? -1 : tell_groups(r, e);
}
/* ---- answers of Prometheus and OpenCost ---- */

/* cost{team="a"}: what tells a series where --by does not. */
static void put_metric(mm_str element, mm_buf *out)
{
    mm_json_iter in = mm_json_each((mm_value){ element, MM_JSON_OBJECT }), it = { 0 };
    mm_buf labels = { 0 };
    while (mm_json_next(&in) == 1)
        if (mm_str_eq(in.key, MM_STR("metric")))
            it = mm_json_each(in.value);
    while (it.pos && mm_json_next(&it) == 1) {
        if (mm_str_eq(it.key, MM_STR("__name__"))) {
            mm_buf_put(out, it.value.raw.p + 1, it.value.raw.n - 2);
            continue;
        }
        mm_buf_byte(&labels, labels.n ? ',' : '{');
        mm_buf_str(&labels, it.key);
        mm_buf_byte(&labels, '=');
        mm_buf_str(&labels, it.value.raw);
    }
    if (labels.n)
        mm_buf_byte(&labels, '}');
    mm_buf_str(out, mm_buf_view(&labels));
    out->failed |= labels.failed;
    mm_buf_free(&labels);
}

static int answer_labels(reader *r, mm_err *e)
{
    timeline *t = r->t;
    mm_str label[MOST_LABELS] = { MM_STR("metric") };
    size_t n = t->by ? r->spend.n_by - 1 : 1;
    for (size_t i = 0; t->by && i < n; i++)
        label[i] = r->spend.by[i].name;
    if (t->label && t->n_labels != n)
        return mm_fail(e, MM_EBAD, "%s: other labels than the file before", r->name);
    return t->label ? 0 : set_labels(t, label, n, e);
}

static int series_points(reader *r, mm_str element, uint32_t series, uint64_t number, mm_err *e)
{
    timeline *t = r->t;
    answer_numbers each = answer_numbers_of(element);
    found got = { 0 };
    mm_str seconds, text;
    int rc = 0;
    for (int more; rc == 0 && (more = answer_number(&each, &seconds, &text)) != 0;) {
        point p = { .series = series };
        double at;
        if (more < 0 || mm_json_double(seconds, &at) < 0 || mm_json_double(text, &p.value) < 0) {
            if (t->refused++ < MOST_TOLD)
                mm_app_warn(t->app, "%s: element %llu: no time and number; it is left out", r->name, (unsigned long long)number);
            continue;
        }
        p.time = (int64_t)floor(at);
        rc = keep(&got, p) ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    }
    if (rc == 0)
        rc = t->points(t->ctx, got.point, got.n, e);
    free(got.point);
    return rc;
}

static int take_series(void *ctx, answer_kind kind, mm_str element, uint64_t number, mm_err *e)
{
    reader *r = ctx;
    timeline *t = r->t;
    hand *h = &r->hand[0];
    if (kind != ANSWER_PROMETHEUS)
        return mm_fail(e, MM_EBAD, "%s: an answer of Prometheus and one of OpenCost in one", r->name);
    h->key.n = h->scratch.n = 0;
    for (size_t i = 0; t->by && i < t->n_labels; i++) {
        mm_str v;
        answer_label(kind, element, r->spend.by[i].tag, &h->scratch, &v);
        key_put(&h->key, v);
    }
    if (!t->by) {
        put_metric(element, &h->scratch);
        key_put(&h->key, mm_buf_view(&h->scratch));
    }
    mm_str key = mm_buf_view(&h->key);
    uint32_t series = h->key.failed || h->scratch.failed ? UINT32_MAX : series_of(t, key, XXH3_64bits(key.p, key.n));
    return series == UINT32_MAX ? mm_fail(e, MM_ESYS, "out of memory, or more than 4 million series")
                                : series_points(r, element, series, number, e);
}

/* Is it an answer whose elements are allocations? Told by how its data begins. */
static bool of_opencost(mm_str head)
{
    const char *data = memmem(head.p, head.n, "\"data\"", 6);
    if (!data)
        return false;
    for (data += 6; data < head.p + head.n && strchr(" \t\r\n:", *data); data++)
        ;
    return data < head.p + head.n && *data == '[';
}

static int read_answer(reader *r, mm_bytes *in, mm_str head, mm_err *e)
{
    if (r->t->explain && !of_opencost(head))
        return mm_fail(e, MM_EUSAGE, "%s: --explain looks at rows of bills, and these are series", r->name);
    if (!of_opencost(head))
        return answer_labels(r, e) < 0 ? -1 : answer_read(in, take_series, r, e);
    r->spend.assumed = "XXX";
    if (answer_spend(&r->spend, in, e) < 0)
        return -1;
    return tell_groups(r, e);
}

/* ---- a file ---- */

/* The names of --explain, which stand behind those of --by and before the span. */
static int name_causes(reader *r, mm_err *e)
{
    timeline *t = r->t;
    size_t n = 1;
    for (const char *p = t->explain; (p = strchr(p, ',')); p++)
        n++;
    if (!(t->cause = malloc(n * sizeof *t->cause)))
        return mm_fail(e, MM_ESYS, "out of memory");
    t->n_causes = n;
    for (size_t i = 0; i < n; i++)
        t->cause[i] = mm_arena_copy(t->keys, r->spend.by[series_labels(r) + i].name);
    return 0;
}

int timeline_read(timeline *t, const char *name, mm_err *e)
{
    reader r = { .t = t, .name = strcmp(name, "-") == 0 ? "standard input" : name };
    char by[256];
    if (!t->index && make_index(t, e) < 0)
        return -1;
    r.spend.app = t->app;
    r.spend.workers = t->workers;
    if (snprintf(by, sizeof by, "%s%s%s%s%s", t->by ? t->by : "", t->by ? "," : "", t->explain ? t->explain : "", t->explain ? "," : "",
                 t->every) >= (int)sizeof by)
        return mm_fail(e, MM_EUSAGE, "--by: too long");
    if (spend_plan(&r.spend, by, t->cost, e) < 0)
        return -1;
    if (t->explain && !t->cause && name_causes(&r, e) < 0)
        return -1;
    r.hand = calloc((size_t)t->workers, sizeof *r.hand);
    if (!r.hand)
        return mm_fail(e, MM_ESYS, "out of memory");
    const mm_scan how = { .workers = t->workers, .result = sizeof(found) > spend_result ? sizeof(found) : spend_result, .ctx = &r,
                          .begin = begin, .work = work, .told = told, .stop = mm_app_stopped };
    uint64_t rows = 0;
    mm_bytes in = { 0 };
    mm_str head = { NULL, 0 };
    int rc = mm_bytes_open(&in, name, &t->app->bytes_read, e);
    if (rc == 0 && (rc = mm_bytes_head(&in, &head, e)) == 0)
        rc = answer_told_by(head) ? read_answer(&r, &in, head, e) : mm_scan_bytes(&how, &in, &rows, e);
    if (r.bill)
        rc = finish_bill(&r, rows, e);
    mm_bytes_close(&in);
    for (int i = 0; i < t->workers; i++) {
        if (rc == 0 && r.hand[i].failed)
            rc = mm_fail(e, MM_ESYS, "out of memory, or more than 4 million series");
        free(r.hand[i].seen.slot);
        free(r.hand[i].after);
        mm_buf_free(&r.hand[i].key);
        mm_buf_free(&r.hand[i].scratch);
    }
    free(r.hand);
    spend_free(&r.spend);
    return rc;
}
