/* trace.c - traces read from tables. */
#include "trace.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "price/when.h"
#include "table/scan.h"

enum { MOST_STEPS = 100 * 1000 * 1000 };

/* Rows as they were read. */
typedef struct rows {
    const char *file, *column, *time;
    size_t at_time, at_value;
    int64_t *when;
    double *value;
    size_t n, room;
    size_t wrong;          /* number of the first wrong row of the block, from 1; 0: none */
    char why[160];
} rows;

void trace_free(trace *t)
{
    free(t->arrivals);
    *t = (trace){ 0 };
}

static size_t named(const mm_str *name, size_t n, const char *const *words)
{
    for (; *words; words++)
        for (size_t i = 0; i < n; i++)
            if (mm_str_eq(name[i], mm_str_of(*words)))
                return i;
    return SIZE_MAX;
}

static int begin(void *ctx, const mm_str *name, size_t n, mm_err *e)
{
    rows *r = ctx;
    const char *const times[] = { "timestamp", "time", "date", "datetime", "ds", NULL };
    r->at_time = named(name, n, r->time ? (const char *const[]){ r->time, NULL } : times);
    if (r->at_time == SIZE_MAX)
        return mm_fail(e, MM_EBAD, "%s: no column '%s'; --time names the column with the times", r->file, r->time ? r->time : "timestamp");
    r->at_value = r->column ? named(name, n, (const char *const[]){ r->column, NULL }) : r->at_time == 0;
    if (r->at_value >= n)
        return mm_fail(e, MM_EBAD, "%s: no column '%s'; --column names the one with what came in", r->file, r->column ? r->column : "value");
    return 0;
}

/* What a block has. */
typedef struct found {
    int64_t *when;
    double *value;
    size_t n, wrong;
    char why[160];
} found;

static bool take(const rows *r, mm_row *row, found *f, mm_buf *scratch)
{
    if (row->fields != row->in->columns) {
        snprintf(f->why, sizeof f->why, "%zu fields instead of %zu", row->fields, row->in->columns);
        return false;
    }
    mm_str when = mm_row_text(row, r->at_time, scratch);
    if (!mm_when_read(when, &f->when[f->n])) {
        snprintf(f->why, sizeof f->why, "'%.*s' is no time", (int)(when.n < 60 ? when.n : 60), when.p);
        return false;
    }
    char text[64], *end;
    mm_str v = mm_row_text(row, r->at_value, scratch);
    size_t n = v.n < sizeof text ? v.n : sizeof text - 1;
    if (n)
        memcpy(text, v.p, n);
    text[n] = '\0';
    double x = strtod(text, &end);
    if (!n || *end || !isfinite(x) || x < 0) {
        snprintf(f->why, sizeof f->why, !n || *end || !isfinite(x) ? "'%.60s' is no number" : "%.60s is below 0; what comes in can not be", text);
        return false;
    }
    f->value[f->n++] = x;
    return true;
}

static size_t work(void *ctx, int worker, const mm_rows *in, void *result)
{
    const rows *r = ctx;
    found *f = result;
    mm_buf scratch = { 0 };
    mm_row row = { in };
    size_t most = in->n_end / (in->columns ? in->columns : 1) + in->n_end + 1;
    f->when = malloc(most * sizeof *f->when);
    f->value = malloc(most * sizeof *f->value);
    while (mm_row_next(&row))
        if (f->when && f->value && !f->wrong && !take(r, &row, f, &scratch))
            f->wrong = row.number;
    mm_buf_free(&scratch);
    return row.number;
}

static int append(rows *r, const found *f)
{
    if (r->n + f->n > r->room) {
        size_t room = 2 * r->room + f->n;
        int64_t *when = realloc(r->when, room * sizeof *when);
        r->when = when ? when : r->when;
        double *value = when ? realloc(r->value, room * sizeof *value) : NULL;
        r->value = value ? value : r->value;
        if (!value)
            return -1;
        r->room = room;
    }
    if (f->n) {
        memcpy(r->when + r->n, f->when, f->n * sizeof *f->when);
        memcpy(r->value + r->n, f->value, f->n * sizeof *f->value);
    }
    r->n += f->n;
    return 0;
}

static int told(void *ctx, uint64_t before, void *result, mm_err *e)
{
    rows *r = ctx;
    found *f = result;
    int rc = 0;
    if (!f->when || !f->value || append(r, f) < 0)
        rc = mm_fail(e, MM_ESYS, "out of memory");
    else if (f->wrong)
        rc = mm_fail(e, MM_EBAD, "%s: row %llu: %s", r->file, (unsigned long long)(before + f->wrong), f->why);
    free(f->when);
    free(f->value);
    return rc;
}

/* ---- from rows to steps ---- */

static int by_length(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The distance that half of the rows have at most; 0 when memory ran out. */
static int64_t distance(const rows *r, mm_err *e)
{
    int64_t *gap = malloc(r->n * sizeof *gap);
    if (!gap) {
        mm_fail(e, MM_ESYS, "out of memory");
        return 0;
    }
    for (size_t i = 1; i < r->n; i++)
        gap[i - 1] = r->when[i] - r->when[i - 1];
    qsort(gap, r->n - 1, sizeof *gap, by_length);
    int64_t d = gap[(r->n - 1) / 2];
    free(gap);
    return d;
}

static int check_times(const rows *r, mm_err *e)
{
    if (r->n < 2)
        return mm_fail(e, MM_EBAD, "%s: %s; a trace has two or more", r->file, r->n ? "only one row" : "no rows");
    for (size_t i = 1; i < r->n; i++)
        if (r->when[i] <= r->when[i - 1])
            return mm_fail(e, MM_EBAD, "%s: row %zu: the clock %s; sort the rows by time, or give each time once", r->file, i + 1,
                           r->when[i] < r->when[i - 1] ? "goes back" : "stands still");
    return 0;
}

/* Add `amount`, which came evenly from step position `from` on for `length` steps. */
static void spread(trace *t, double from, double length, double amount)
{
    double to = from + length;
    size_t first = (size_t)(from + 1e-9);
    if (first < t->n && to <= (double)(first + 1) + 1e-9) {
        t->arrivals[first] += amount;
        return;
    }
    for (size_t i = (size_t)from; i < t->n && (double)i < to; i++) {
        double a = from > (double)i ? from : (double)i, b = to < (double)(i + 1) ? to : (double)(i + 1);
        if (b > a)
            t->arrivals[i] += amount * (b - a) / length;
    }
}

static int fill(trace *t, const rows *r, double step_s, size_t gap, mm_err *e)
{
    double d = (double)distance(r, e), slot = 0, ratio;
    if (!(d > 0))
        return -1;
    t->step_s = step_s > 0 ? step_s : d;
    t->start = r->when[0];
    ratio = d / t->step_s;
    double slots = 1;
    for (size_t i = 1; i < r->n; i++) {
        double far = fmax(1, round((double)(r->when[i] - r->when[i - 1]) / d));
        if (far > (double)gap + 1)
            return mm_fail(e, MM_EBAD, "%s: row %zu: %.0f rows are missing before it, by the clock; --gap says how many may be", r->file, i + 1,
                           far - 1);
        slots += far;
    }
    if (slots * ratio > MOST_STEPS)
        return mm_fail(e, MM_EBAD, "%s: more than %d steps; take longer ones", r->file, MOST_STEPS);
    t->n = (size_t)(slots * ratio + 1e-6);
    if (!t->n)
        return mm_fail(e, MM_EBAD, "%s: shorter than one step of %g s", r->file, t->step_s);
    t->arrivals = calloc(t->n, sizeof *t->arrivals);
    if (!t->arrivals)
        return mm_fail(e, MM_ESYS, "out of memory");
    spread(t, 0, ratio, r->value[0]);
    for (size_t i = 1; i < r->n; i++) {
        size_t far = (size_t)fmax(1, round((double)(r->when[i] - r->when[i - 1]) / d));
        for (size_t k = 1; k <= far; k++)   /* what is missing goes evenly from one row to the other */
            spread(t, ++slot * ratio, ratio, r->value[i - 1] + (r->value[i] - r->value[i - 1]) * (double)k / (double)far);
    }
    return 0;
}

int trace_read(trace *t, const char *file, const char *column, const char *time, double step_s, size_t gap, mm_err *e)
{
    rows r = { .file = file, .column = column, .time = time };
    const mm_scan scan = { .workers = 1, .result = sizeof(found), .ctx = &r, .begin = begin, .work = work, .told = told };
    uint64_t n;
    _Atomic uint64_t taken = 0;
    *t = (trace){ 0 };
    int rc = mm_scan_file(&scan, file, &taken, &n, e);
    if (rc == 0)
        rc = check_times(&r, e);
    if (rc == 0)
        rc = fill(t, &r, step_s, gap, e);
    free(r.when);
    free(r.value);
    if (rc < 0)
        trace_free(t);
    return rc;
}

double trace_mean_rate(const trace *t)
{
    double sum = 0;
    for (size_t i = t->from; i < t->n; i++)
        sum += t->arrivals[i];
    return sum / ((double)(t->n - t->from) * t->step_s);
}

double trace_peak(const trace *t)
{
    double most = 0;
    for (size_t i = t->from; i < t->n; i++)
        most = t->arrivals[i] > most ? t->arrivals[i] : most;
    return most;
}
