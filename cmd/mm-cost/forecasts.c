#include "forecasts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "table/put.h"
#include "series/forecast.h"
#include "price/when.h"

/* Of a series only so many of the latest numbers are kept, and only so many missing ones are filled in. */
enum { KEPT = 4096, MOST_MISSING = 1024, MOST_AHEAD = 4096, ORIGINS = 8 };

typedef struct line {
    point *p;
    size_t n, room;
} line;

typedef struct run {
    mm_app *app;
    const forecasts_opts *o;
    timeline t;
    line *line;      /* of each series */
    size_t lines;
    uint64_t numbers, late;
    mm_buf out;
} run;

/* A series as equally spaced numbers. */
typedef struct grid {
    double *y;
    size_t n;
    int64_t last, apart;   /* seconds; a month counts as 30 days */
    bool months;
    size_t season[2], n_seasons;
} grid;

/* ---- gathering ---- */

static int points(void *ctx, const point *p, size_t n, mm_err *e)
{
    run *r = ctx;
    r->numbers += n;
    if (r->t.n > r->lines) {
        size_t more = r->t.n + r->t.n / 4;
        line *grown = realloc(r->line, more * sizeof *grown);
        if (!grown)
            return mm_fail(e, MM_ESYS, "out of memory");
        memset(grown + r->lines, 0, (more - r->lines) * sizeof *grown);
        r->line = grown;
        r->lines = more;
    }
    for (size_t i = 0; i < n; i++) {
        line *l = &r->line[p[i].series];
        if (l->n && p[i].time <= l->p[l->n - 1].time) {
            r->late++;
            continue;
        }
        if (l->n == 2 * KEPT) {
            memmove(l->p, l->p + KEPT, KEPT * sizeof *l->p);
            l->n = KEPT;
        }
        if (l->n == l->room) {
            size_t room = l->room ? l->room * 2 : 64;
            point *more = realloc(l->p, room * sizeof *more);
            if (!more)
                return mm_fail(e, MM_ESYS, "out of memory");
            l->p = more;
            l->room = room;
        }
        l->p[l->n++] = p[i];
    }
    return 0;
}

static int rising(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* How far apart the numbers usually are. */
static int64_t usual_gap(const line *l)
{
    int64_t *gap = malloc(l->n * sizeof *gap), usual = 0;
    if (!gap)
        return 0;
    for (size_t i = 1; i < l->n; i++)
        gap[i - 1] = l->p[i].time - l->p[i - 1].time;
    qsort(gap, l->n - 1, sizeof *gap, rising);
    usual = gap[(l->n - 1) / 2];
    free(gap);
    return usual;
}

static void set_seasons(grid *g)
{
    const int64_t day = 86400;
    if (g->months)
        g->season[g->n_seasons++] = 12;
    else if (g->apart > day / 2)
        g->season[g->n_seasons++] = g->apart <= day * 3 / 2 ? 7 : 52;
    else {
        g->season[g->n_seasons++] = (size_t)((day + g->apart / 2) / g->apart);
        if (g->apart >= 3600)
            g->season[g->n_seasons++] = (size_t)((7 * day + g->apart / 2) / g->apart);
    }
}

/* The line as numbers equally far apart, missing ones as NaN; false when memory ran out. */
static bool lay_out(const line *l, grid *g)
{
    *g = (grid){ .last = l->p[l->n - 1].time, .apart = l->n > 1 ? usual_gap(l) : 86400 };
    if (g->apart <= 0)
        g->apart = 1;
    g->months = g->apart >= 28 * 86400 && g->apart <= 31 * 86400;
    size_t room = l->n + MOST_MISSING;
    g->y = malloc(room * sizeof *g->y);
    if (!g->y)
        return false;
    g->y[g->n++] = l->p[0].value;
    for (size_t i = 1; i < l->n; i++) {
        int64_t missing = (l->p[i].time - l->p[i - 1].time + g->apart / 2) / g->apart - 1;
        for (; missing > 0 && !g->months && room - g->n > l->n - i; missing--)
            g->y[g->n++] = NAN;
        g->y[g->n++] = l->p[i].value;
    }
    set_seasons(g);
    return true;
}

/* ---- how well it would have gone ---- */

typedef struct backtest {
    double mase;       /* mean absolute error over that of the seasonal naive method in the past (Hyndman and Koehler 2006) */
    double naive;      /* the same of the seasonal naive method */
    double coverage;   /* share of the numbers that lay in their interval */
    size_t n;
} backtest;

static void add_origin(const grid *g, size_t at, size_t ahead, double share, backtest *b)
{
    size_t lag = g->season[0] < at ? g->season[0] : 1, k = 0;
    double scale = 0;
    for (size_t i = lag; i < at; i++)
        if (!isnan(g->y[i]) && !isnan(g->y[i - lag])) {
            scale += fabs(g->y[i] - g->y[i - lag]);
            k++;
        }
    mm_forecast *f = scale > 0 ? mm_forecast_new(g->y, at, g->season, g->n_seasons, ahead) : NULL;
    for (size_t h = 1; f && h <= ahead && at + h - 1 < g->n; h++) {
        double y = g->y[at + h - 1], before = g->y[at - lag + (h - 1) % lag];
        if (isnan(y) || isnan(before))
            continue;
        mm_forecast_value v = mm_forecast_at(f, h, share);
        b->mase += fabs(y - v.expected) / (scale / (double)k);
        b->naive += fabs(y - before) / (scale / (double)k);
        b->coverage += y >= v.low && y <= v.high;
        b->n++;
    }
    mm_forecast_free(f);
}

/* Forecasts from origins in the second half of the series, each from what was known then. */
static backtest look_back(const grid *g, size_t ahead, double share)
{
    backtest b = { 0 };
    size_t first = g->n / 2, last = g->n > ahead ? g->n - ahead : 0;
    if (last <= first || first < 8)
        return b;
    for (size_t o = 0; o < ORIGINS; o++)
        add_origin(g, first + (last - first) * o / (ORIGINS - 1), ahead, share, &b);
    if (b.n) {
        b.mase /= (double)b.n;
        b.naive /= (double)b.n;
        b.coverage /= (double)b.n;
    }
    return b;
}

/* ---- telling ---- */

typedef struct outlook {
    const line *l;
    grid g;
    mm_forecast *f;
    size_t ahead;
    int64_t month_end;
    double spent;          /* this month so far */
    size_t to_month_end;   /* spans */
    mm_forecast_value month;   /* all of the month */
    backtest back;
} outlook;

static bool look_ahead(const run *r, const line *l, outlook *k)
{
    *k = (outlook){ .l = l };
    if (!lay_out(l, &k->g))
        return false;
    k->month_end = mm_month_after(k->g.last);
    for (size_t i = l->n; i > 0 && l->p[i - 1].time >= mm_month_of(k->g.last); i--)
        k->spent += l->p[i - 1].value;
    int64_t left = k->month_end - k->g.last - 1;
    k->to_month_end = k->g.months ? 0 : (size_t)(left / k->g.apart);
    k->ahead = r->o->ahead ? r->o->ahead : k->to_month_end > k->g.season[0] ? k->to_month_end : k->g.season[0];
    if (k->to_month_end > MOST_AHEAD)
        k->to_month_end = MOST_AHEAD;
    size_t horizon = k->ahead > k->to_month_end ? k->ahead : k->to_month_end;
    k->f = mm_forecast_new(k->g.y, k->g.n, k->g.season, k->g.n_seasons, horizon);
    if (!k->f)
        return false;
    mm_forecast_value rest = mm_forecast_sum(k->f, k->to_month_end, r->o->share);
    k->month = (mm_forecast_value){ k->spent + rest.expected, k->spent + rest.low, k->spent + rest.high };
    if (r->o->backtest)
        k->back = look_back(&k->g, k->ahead, r->o->share);
    return true;
}

static void put_value(mm_buf *b, mm_forecast_value v)
{
    mm_buf_printf(b, "\"expected\":%.6g,\"low\":%.6g,\"high\":%.6g", v.expected, v.low, v.high);
}

static int64_t step_time(const outlook *k, size_t h)
{
    int64_t t = k->g.last;
    if (!k->g.months)
        return t + (int64_t)h * k->g.apart;
    for (; h; h--)
        t = mm_month_after(t);
    return t;
}

static void put_json(run *r, const outlook *k)
{
    mm_buf *b = &r->out;
    mm_forecast_model m = mm_forecast_chosen(k->f);
    mm_buf_byte(b, '{');
    timeline_members(&r->t, k->l->p[0].series, b);
    mm_buf_printf(b, "\"model\":\"%s\",\"season\":%zu,\"last\":\"", m.name, m.season);
    mm_when_put(b, k->g.last, false);
    mm_buf_str(b, MM_STR("\",\"month_end\":\""));
    mm_when_put(b, k->month_end, true);
    mm_buf_printf(b, "\",\"month\":{\"spent\":%.6g,", k->spent);
    put_value(b, k->month);
    mm_buf_str(b, MM_STR("},\"next\":["));
    for (size_t h = 1; h <= k->ahead; h++) {
        mm_buf_str(b, h > 1 ? MM_STR(",{\"time\":\"") : MM_STR("{\"time\":\""));
        mm_when_put(b, step_time(k, h), false);
        mm_buf_str(b, MM_STR("\","));
        put_value(b, mm_forecast_at(k->f, h, r->o->share));
        mm_buf_byte(b, '}');
    }
    mm_buf_byte(b, ']');
    if (k->back.n)
        mm_buf_printf(b, ",\"backtest\":{\"mase\":%.4f,\"seasonal_naive_mase\":%.4f,\"coverage\":%.4f,\"forecasts\":%zu}", k->back.mase,
                      k->back.naive, k->back.coverage, k->back.n);
    mm_buf_str(b, MM_STR("}\n"));
}

static void put_csv(run *r, const outlook *k)
{
    mm_buf *b = &r->out, name = { 0 };
    timeline_name(&r->t, k->l->p[0].series, &name);
    for (size_t h = 1; h <= k->ahead; h++) {
        mm_forecast_value v = mm_forecast_at(k->f, h, r->o->share);
        mm_csv_put(b, mm_buf_view(&name));
        mm_buf_byte(b, ',');
        mm_when_put(b, step_time(k, h), false);
        mm_buf_printf(b, ",%.6g,%.6g,%.6g\n", v.expected, v.low, v.high);
    }
    mm_buf_free(&name);
}

static void put_row(run *r, const outlook *k)
{
    mm_buf *b = &r->out;
    mm_forecast_value next = mm_forecast_sum(k->f, k->ahead, r->o->share);
    mm_forecast_model m = mm_forecast_chosen(k->f);
    mm_buf_printf(b, "%12.2f %12.2f %12.2f to %-12.2f %6zu %12.2f %12.2f to %-12.2f  %s", k->spent, k->month.expected, k->month.low,
                  k->month.high, k->ahead, next.expected, next.low, next.high, m.name);
    if (k->back.n)
        mm_buf_printf(b, "  (MASE %.2f, seasonal naive %.2f; %.0f%% lay within)", k->back.mase, k->back.naive, 100 * k->back.coverage);
    if (r->t.n_labels) {
        mm_buf_str(b, MM_STR("  "));
        timeline_name(&r->t, k->l->p[0].series, b);
    }
    mm_buf_byte(b, '\n');
}

static void put_head(run *r)
{
    if (strcmp(r->o->form, "csv") == 0)
        mm_buf_str(&r->out, MM_STR("series,time,expected,low,high\n"));
    if (strcmp(r->o->form, "table") == 0)
        mm_buf_printf(&r->out, "%12s %12s %12s %.0f%% %-9s %6s %12s %12s %.0f%% %-9s  %s\n", "month so far", "at its end", "", 100 * r->o->share,
                      "between", "spans", "come to", "", 100 * r->o->share, "between", "model");
}

/* Series in the order of their keys, whatever order they were met in. */
static int by_key(const void *a, const void *b, void *keys)
{
    const mm_str *key = keys;
    return mm_str_cmp(key[*(const uint32_t *)a], key[*(const uint32_t *)b]);
}

static int tell_all(run *r, mm_err *e)
{
    uint32_t *order = malloc((r->t.n + 1) * sizeof *order);
    int rc = order ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; rc == 0 && i < r->t.n; i++)
        order[i] = (uint32_t)i;
    if (rc == 0)
        qsort_r(order, r->t.n, sizeof *order, by_key, r->t.key);
    if (rc == 0 && r->t.n)
        put_head(r);
    for (size_t i = 0; rc == 0 && i < r->t.n && !mm_app_stopped() && !r->app->totals.closed; i++) {
        const line *l = &r->line[order[i]];
        outlook k;
        if (!l->n)
            continue;
        if (look_ahead(r, l, &k)) {
            if (strcmp(r->o->form, "json") == 0)
                put_json(r, &k);
            else if (strcmp(r->o->form, "csv") == 0)
                put_csv(r, &k);
            else
                put_row(r, &k);
            rc = mm_app_write(r->app, &r->out, e);
        } else {
            rc = mm_fail(e, MM_ESYS, "out of memory");
        }
        mm_forecast_free(k.f);
        free(k.g.y);
    }
    free(order);
    return rc;
}

int forecasts_run(mm_app *a, const forecasts_opts *o, const char *const *file, size_t n, mm_err *e)
{
    run r = { .app = a, .o = o };
    if (o->ahead > MOST_AHEAD)
        return mm_fail(e, MM_EUSAGE, "--ahead: at most %d spans", MOST_AHEAD);
    if (!(o->share > 0 && o->share < 1))
        return mm_fail(e, MM_EUSAGE, "--share takes a number between 0 and 1, such as 0.8");
    r.t = (timeline){ .app = a, .workers = (int)a->workers, .by = o->by, .every = o->every, .cost = o->cost, .points = points, .ctx = &r };
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < n && !mm_app_stopped(); i++)
        rc = timeline_read(&r.t, file[i], e);
    if (rc == 0 && r.late)
        mm_app_warn(a, "%llu number%s left out: no later than the one before in the series", (unsigned long long)r.late,
                    mm_plural(r.late));
    if (rc == 0)
        rc = tell_all(&r, e);
    a->totals.in = r.numbers + r.t.refused;
    a->totals.out = r.numbers - r.late;
    a->totals.bad = r.t.refused + r.late;
    for (size_t i = 0; i < r.lines; i++)
        free(r.line[i].p);
    free(r.line);
    mm_buf_free(&r.out);
    timeline_free(&r.t);
    return rc;
}
