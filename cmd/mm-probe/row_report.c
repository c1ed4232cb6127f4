/* row_report.c - the report on columns, as JSON and as tables. */
#include "row_report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "row_time.h"

static const double shares[] = { 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99 };
enum { SHARES = sizeof shares / sizeof *shares, MIDDLE = 3 };

static double deviation(const row_column *c)
{
    return c->numbers > 1 ? sqrt(c->spread / (double)(c->numbers - 1)) : 0;
}

static const char *order_of(const row_series *g)
{
    return g->back ? "mixed" : g->same ? "rising with repeats" : "rising";
}

/* Those that are remembered, as they appeared. */
static int by_number(const void *a, const void *b)
{
    const row_series *x = *(const row_series *const *)a, *y = *(const row_series *const *)b;
    return (x->number > y->number) - (x->number < y->number);
}

static const row_series **list_series(const row_stream *s, size_t *n)
{
    *n = 0;
    for (const row_series *g = s->oldest; g; g = g->newer)
        ++*n;
    const row_series **all = malloc((*n + 1) * sizeof *all);
    *n = 0;
    for (const row_series *g = s->oldest; all && g; g = g->newer)
        all[(*n)++] = g;
    if (all)
        qsort(all, *n, sizeof *all, by_number);
    return all;
}

/* ---- JSON ------------------------------------------------------------------- */

static void put_u64(mm_buf *out, const char *key, uint64_t v)
{
    mm_buf_printf(out, ",\"%s\":%llu", key, (unsigned long long)v);
}

static void put_double(mm_buf *out, const char *key, double v)
{
    mm_buf_printf(out, ",\"%s\":", key);
    row_number_put(out, v);
}

static void put_time(mm_buf *out, const char *key, int64_t ns)
{
    mm_buf_printf(out, ",\"%s\":\"", key);
    row_time_put(out, ns);
    mm_buf_byte(out, '"');
}

static bool put_quantiles(const row_column *c, mm_buf *out)
{
    double q[SHARES];
    if (!row_quantiles_get(&c->quantiles, shares, SHARES, q))
        return false;
    for (size_t i = 0; i < SHARES; i++) {
        mm_buf_printf(out, i ? ",\"%g\":" : ",\"quantiles\":{\"%g\":", shares[i]);
        row_number_put(out, q[i]);
    }
    mm_buf_byte(out, '}');
    return true;
}

static bool put_column(const row_stream *s, const row_column *c, mm_buf *out)
{
    mm_buf_str(out, MM_STR("{\"column\":"));
    mm_json_put(out, c->name);
    mm_buf_printf(out, ",\"type\":\"%s\"", row_column_type(c));
    put_u64(out, "values", row_column_values(c));
    put_u64(out, "missing", c->missing);
    put_u64(out, "absent", s->rows - c->rows);
    mm_buf_str(out, MM_STR(",\"types\":{"));
    for (int t = 0, n = 0; t < ROW_TYPES; t++)
        if (c->of[t])
            mm_buf_printf(out, "%s\"%s\":%llu", n++ ? "," : "", row_type_name((row_type)t), (unsigned long long)c->of[t]);
    mm_buf_byte(out, '}');
    put_u64(out, "distinct", row_column_distinct(c));
    put_u64(out, "longest_run", c->longest_run);
    put_u64(out, "drifts", c->drifts);
    if (c->times) {
        put_time(out, "earliest", c->earliest);
        put_time(out, "latest", c->latest);
    }
    if (c->strings) {
        put_u64(out, "min_length", c->shortest);
        put_u64(out, "max_length", c->longest);
    }
    if (c->numbers) {
        put_double(out, "min", c->min);
        put_double(out, "max", c->max);
        put_double(out, "mean", c->mean);
        put_double(out, "sd", deviation(c));
        if (!put_quantiles(c, out))
            return false;
        put_u64(out, "outliers", c->outliers);
        put_u64(out, "outside_range", c->outside);
    }
    mm_buf_byte(out, '}');
    return true;
}

static void put_series(const row_stream *s, const row_series *g, mm_buf *out)
{
    mm_str name = { g->name, g->name_n };
    mm_buf_str(out, MM_STR("{\"series\":"));
    if (s->plan->by && g->name_n < ROW_SERIES_NAME)
        mm_buf_str(out, name);
    else
        mm_json_put(out, name);
    put_u64(out, "rows", g->rows);
    if (g->stamps) {
        mm_buf_str(out, MM_STR(",\"time\":"));
        mm_json_put(out, s->column[g->time_column]->name);
        put_time(out, "first", g->first);
        put_time(out, "last", g->last);
        mm_buf_printf(out, ",\"order\":\"%s\"", order_of(g));
        put_double(out, "interval_s", row_series_interval(g) / 1e9);
        put_u64(out, "back", g->back);
        put_u64(out, "repeated", g->same);
        put_u64(out, "gaps", g->gaps);
        put_double(out, "longest_gap_s", (double)g->longest_gap / 1e9);
    }
    mm_buf_byte(out, '}');
}

static void put_schema(const row_stream *s, mm_buf *out)
{
    if (!s->plan->schema)
        return;
    mm_buf_printf(out, ",\n\"schema\":{\"failed\":%llu,\"at\":{", (unsigned long long)s->failed);
    for (size_t i = 0; i < s->n_pointers; i++) {
        mm_buf_str(out, i ? MM_STR(",") : MM_STR(""));
        mm_json_put(out, s->pointer[i].at);
        mm_buf_printf(out, ":%llu", (unsigned long long)s->pointer[i].rows);
    }
    mm_buf_str(out, MM_STR("}}"));
}

static bool put_json(const row_stream *s, const row_series **series, size_t n, mm_buf *out)
{
    mm_buf_printf(out, "{\"rows\":%llu,\"cells_left_out\":%llu", (unsigned long long)s->rows, (unsigned long long)s->left_out);
    put_schema(s, out);
    mm_buf_str(out, MM_STR(",\n\"columns\":["));
    for (size_t i = 0; i < s->n_columns; i++) {
        mm_buf_str(out, i ? MM_STR(",\n") : MM_STR("\n"));
        if (!put_column(s, s->column[i], out))
            return false;
    }
    mm_buf_printf(out, "\n],\n\"series_forgotten\":%llu,\n\"series\":[", (unsigned long long)s->forgotten);
    for (size_t i = 0; i < n; i++) {
        mm_buf_str(out, i ? MM_STR(",\n") : MM_STR("\n"));
        put_series(s, series[i], out);
    }
    mm_buf_str(out, MM_STR("\n]}\n"));
    return true;
}

/* ---- tables ----------------------------------------------------------------- */

enum { CELLS = 12, CELL = 41 };

/* Rows of texts; *width grows with them. */
typedef struct grid {
    char (*cell)[CELLS][CELL];
    size_t rows, room;
    size_t width[CELLS];
    bool failed;
} grid;

static void add_row(grid *g)
{
    if (g->rows == g->room) {
        size_t room = g->room ? 2 * g->room : 64;
        void *more = realloc(g->cell, room * sizeof *g->cell);
        if (!more) {
            g->failed = true;
            return;
        }
        g->cell = more;
        g->room = room;
    }
    memset(g->cell[g->rows++], 0, sizeof *g->cell);
}

static size_t columns_of(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

/* Of C0, or a part of one of C1. */
static bool control(mm_str t, size_t i)
{
    unsigned char c = (unsigned char)t.p[i], next = i + 1 < t.n ? (unsigned char)t.p[i + 1] : 0;
    unsigned char before = i ? (unsigned char)t.p[i - 1] : 0;
    return c < 0x20 || c == 0x7f || (c == 0xc2 && next < 0xa0) || (before == 0xc2 && c < 0xa0);
}

/* A cell of the last row; control characters would break the table and could steer a terminal. */
static void set(grid *g, size_t c, mm_str text)
{
    if (g->failed)
        return;
    char *to = g->cell[g->rows - 1][c];
    size_t n = 0;
    for (; n < text.n && n < CELL - 1; n++)
        to[n] = control(text, n) ? '?' : text.p[n];
    while (n < text.n && n && ((unsigned char)text.p[n] & 0xc0) == 0x80)
        n--;
    to[n] = 0;
    size_t w = columns_of(to);
    g->width[c] = w > g->width[c] ? w : g->width[c];
}

static void set_number(grid *g, size_t c, double v)
{
    char text[40];
    int n = snprintf(text, sizeof text, "%.6g", v);
    set(g, c, (mm_str){ text, (size_t)n });
}

static void set_count(grid *g, size_t c, uint64_t v)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%llu", (unsigned long long)v);
    set(g, c, (mm_str){ text, (size_t)n });
}

static void set_time(grid *g, size_t c, int64_t ns)
{
    mm_buf text = { 0 };
    row_time_put(&text, ns);
    set(g, c, mm_buf_view(&text));
    mm_buf_free(&text);
}

static void heading(grid *g, const char *const *names)
{
    add_row(g);
    for (size_t c = 0; names[c]; c++)
        set(g, c, mm_str_of(names[c]));
}

/* The first `left` columns stand left, the others right. */
static void put_grid(const grid *g, size_t left, mm_buf *out)
{
    for (size_t r = 0; r < g->rows; r++) {
        size_t owed = 0;
        for (size_t c = 0; c < CELLS; c++) {
            const char *text = g->cell[r][c];
            size_t pad = g->width[c] - columns_of(text);
            if (*text)
                mm_buf_printf(out, "%*s%s", (int)(owed + (c >= left ? pad : 0)), "", text);
            owed = (*text ? c < left ? pad : 0 : owed + g->width[c]) + 2;
        }
        mm_buf_byte(out, '\n');
    }
    free(g->cell);
}

static bool set_column(grid *g, const row_stream *s, const row_column *c)
{
    double middle;
    add_row(g);
    set(g, 0, c->name);
    set(g, 1, mm_str_of(row_column_type(c)));
    set_count(g, 2, row_column_values(c));
    set_count(g, 3, c->missing + s->rows - c->rows);
    set_count(g, 4, row_column_distinct(c));
    if (c->times) {
        set_time(g, 5, c->earliest);
        set_time(g, 6, c->latest);
        return true;
    }
    if (!c->numbers)
        return true;
    if (!row_quantiles_get(&c->quantiles, shares + MIDDLE, 1, &middle))
        return false;
    set_number(g, 5, c->min);
    set_number(g, 6, c->max);
    set_number(g, 7, c->mean);
    set_number(g, 8, deviation(c));
    set_number(g, 9, middle);
    set_count(g, 10, c->outliers);
    return true;
}

static void set_series(grid *g, const row_stream *s, const row_series *r)
{
    add_row(g);
    bool quoted = r->name_n > 1 && r->name[0] == '"';
    set(g, 0, quoted ? (mm_str){ r->name + 1, r->name_n - 2u } : (mm_str){ r->name, r->name_n });
    if (r->stamps)
        set(g, 1, s->column[r->time_column]->name);
    set(g, 2, mm_str_of(r->stamps ? order_of(r) : ""));
    set_count(g, 3, r->rows);
    if (!r->stamps)
        return;
    set_time(g, 4, r->first);
    set_time(g, 5, r->last);
    set_number(g, 6, row_series_interval(r) / 1e9);
    set_count(g, 7, r->back);
    set_count(g, 8, r->same);
    set_count(g, 9, r->gaps);
}

static bool put_tables(const row_stream *s, const row_series **series, size_t n, mm_buf *out)
{
    static const char *const columns[] = { "column", "type", "values", "missing", "distinct", "min", "max", "mean", "sd", "median",
                                           "outliers", NULL };
    static const char *const lines[] = { "series", "time", "order", "rows", "first", "last", "interval_s", "back", "repeated", "gaps",
                                         NULL };
    grid g = { .cell = NULL }, h = { .cell = NULL }, f = { .cell = NULL };
    bool good = true;
    heading(&g, columns);
    for (size_t i = 0; i < s->n_columns; i++)
        good = set_column(&g, s, s->column[i]) && good;
    put_grid(&g, 2, out);
    mm_buf_byte(out, '\n');
    heading(&h, lines);
    for (size_t i = 0; i < n; i++)
        set_series(&h, s, series[i]);
    put_grid(&h, 3, out);
    if (s->plan->schema)
        mm_buf_printf(out, "\n%llu of %llu rows do not hold to the schema\n", (unsigned long long)s->failed, (unsigned long long)s->rows);
    for (size_t i = 0; i < s->n_pointers; i++) {
        add_row(&f);
        set(&f, 0, s->pointer[i].at);
        set_count(&f, 1, s->pointer[i].rows);
    }
    put_grid(&f, 1, out);
    return good && !g.failed && !h.failed && !f.failed;
}

/* ---- the file --------------------------------------------------------------- */

static int send(const mm_buf *text, const char *name, mm_err *e)
{
    mm_outfile f = { .fd = -1 };
    if (mm_outfile_open(&f, name, e) < 0)
        return -1;
    for (size_t at = 0; at < text->n;) {
        ssize_t n = write(f.fd, text->p + at, text->n - at);
        if (n < 0) {
            mm_fail_errno(e, "%s: cannot write", name);
            mm_outfile_discard(&f);
            return -1;
        }
        at += (size_t)n;
    }
    return mm_outfile_commit(&f, e);
}

int row_report_write(const row_stream *s, mm_err *e)
{
    size_t n;
    const row_series **series = list_series(s, &n);
    mm_buf out = { 0 };
    bool json = mm_str_ends(mm_str_of(s->plan->columns), MM_STR(".json"));
    bool good = series && (json ? put_json(s, series, n, &out) : put_tables(s, series, n, &out)) && !out.failed;
    int r = good ? send(&out, s->plan->columns, e) : mm_fail(e, MM_ESYS, "%s: out of memory", s->plan->columns);
    mm_buf_free(&out);
    free(series);
    return r;
}
