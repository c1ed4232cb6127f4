/* simulate_show.c - a comparison of policies, in the forms it is told in. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page/chart.h"
#include "page/page.h"
#include "simulate.h"
#include "summary.h"
#include "table/put.h"

/* ---- for people ---- */

enum { COLUMNS = 9 };
static const char *const heading[COLUMNS] = { "policy", "cost", "of optimum", "of static", "late", "mean wait", "longest", "worker-hours", "scalings" };

static void put_share(mm_buf *b, double share)
{
    if (isnan(share))
        mm_buf_byte(b, '-');
    else
        mm_buf_printf(b, share > 0 && share < 0.00095 ? "%.3f%%" : "%.1f%%", 100 * share);
}

static void cells(const comparison *c, size_t i, mm_buf *cell)
{
    const sim_result *r = &c->of[i].result;
    for (int k = 0; k < COLUMNS; k++)
        cell[k].n = 0;
    mm_buf_str(&cell[0], mm_str_of(c->of[i].name));
    mm_buf_printf(&cell[1], "%.2f", r->cost);
    put_share(&cell[2], comparison_to(c, i, "clairvoyant"));
    put_share(&cell[3], comparison_to(c, i, "static"));
    put_share(&cell[4], r->late_share);
    show_time(&cell[5], r->mean_wait_s);
    show_time(&cell[6], r->max_wait_s);
    mm_buf_printf(&cell[7], "%.1f", r->worker_hours);
    mm_buf_printf(&cell[8], "%zu", r->scalings);
}

static void put_conditions(mm_buf *b, const comparison *c)
{
    const sim_conditions *k = &c->c;
    mm_buf_str(b, mm_str_of(c->what));
    mm_buf_printf(b, ": %zu steps of ", c->trace.n - c->trace.from);
    show_time(b, c->trace.step_s);
    mm_buf_printf(b, ", %.4g units a second in the mean and %.4g at most; a worker does %.4g, starts in ", trace_mean_rate(&c->trace),
                  trace_peak(&c->trace) / c->trace.step_s, k->rate);
    show_time(b, (double)k->startup * c->trace.step_s);
    mm_buf_printf(b, " and costs %.6g an hour; work is late after ", k->price);
    show_time(b, k->limit_s);
    mm_buf_str(b, MM_STR(", of which "));
    put_share(b, k->late_allowed);
    mm_buf_str(b, MM_STR(" may be"));
    if (k->interruptions + k->failures > 0)
        mm_buf_printf(b, "; %.4g workers an hour and worker are lost", k->interruptions + k->failures);
}

void comparison_table(mm_buf *b, const comparison *c)
{
    mm_buf cell[COLUMNS] = { 0 };
    int width[COLUMNS];
    for (int k = 0; k < COLUMNS; k++)
        width[k] = (int)strlen(heading[k]);
    for (size_t i = 0; i < c->n; i++) {
        cells(c, i, cell);
        for (int k = 0; k < COLUMNS; k++)
            width[k] = (int)cell[k].n > width[k] ? (int)cell[k].n : width[k];
    }
    put_conditions(b, c);
    mm_buf_str(b, MM_STR("\n\n"));
    for (int k = 0; k < COLUMNS; k++)
        mm_buf_printf(b, k ? "  %*s" : "%-*s", width[k], heading[k]);
    mm_buf_byte(b, '\n');
    for (size_t i = 0; i < c->n; i++) {
        cells(c, i, cell);
        for (int k = 0; k < COLUMNS; k++)
            mm_buf_printf(b, k ? "  %*.*s" : "%-*.*s", width[k], (int)cell[k].n, cell[k].p);
        mm_buf_byte(b, '\n');
    }
    for (int k = 0; k < COLUMNS; k++)
        mm_buf_free(&cell[k]);
}

/* ---- for programs ---- */

typedef struct member {
    const char *name;
    double value;
} member;

enum { MEMBERS = 16 };

static void members(const comparison *c, size_t i, member *m)
{
    const sim_result *r = &c->of[i].result;
    const member all[MEMBERS] = {
        { "cost", r->cost }, { "of_clairvoyant", comparison_to(c, i, "clairvoyant") }, { "of_static", comparison_to(c, i, "static") },
        { "of_hpa", comparison_to(c, i, "hpa") }, { "late", r->late }, { "late_share", r->late_share }, { "mean_wait_s", r->mean_wait_s },
        { "max_wait_s", r->max_wait_s }, { "makespan_s", r->makespan_s }, { "arrived", r->arrived }, { "worker_hours", r->worker_hours }, { "scalings", (double)r->scalings },
        { "started", (double)r->started }, { "lost", (double)r->lost }, { "peak_workers", (double)r->peak }, { "utilisation", r->utilisation } };
    memcpy(m, all, sizeof all);
}

/* Twelve digits: what summing rounds is left out. */
static void put_number(mm_buf *b, double v)
{
    char text[32];
    snprintf(text, sizeof text, "%.12g", v);
    mm_json_put_double(b, isfinite(v) ? strtod(text, NULL) : v);
}

static void put_members(mm_buf *b, const member *m, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        mm_buf_printf(b, ",\"%s\":", m[k].name);
        put_number(b, m[k].value);
    }
}

void comparison_json(mm_buf *b, const comparison *c)
{
    static const char *const works[] = { [SIM_FLUID] = "flow", [SIM_EXPONENTIAL] = "exponential", [SIM_FIXED] = "fixed" };
    const sim_conditions *k = &c->c;
    const member of_trace[] = { { "steps", (double)(c->trace.n - c->trace.from) }, { "past_steps", (double)c->trace.from }, { "step_s", c->trace.step_s },
                                { "mean_rate", trace_mean_rate(&c->trace) }, { "peak_rate", trace_peak(&c->trace) / c->trace.step_s } };
    const member of_conditions[] = {
        { "rate", k->rate }, { "startup_s", (double)k->startup * c->trace.step_s }, { "price", k->price }, { "scale_price", k->scale_price },
        { "min_workers", (double)k->min }, { "max_workers", k->max ? (double)k->max : NAN }, { "first_workers", (double)sim_first(&c->trace, k) },
        { "limit_s", k->limit_s }, { "late_allowed", k->late_allowed }, { "interruptions", k->interruptions }, { "failures", k->failures },
        { "seed", (double)k->seed } };
    mm_buf_str(b, MM_STR("{\"trace\":{\"name\":"));
    mm_json_put(b, mm_str_of(c->what));
    put_members(b, of_trace, sizeof of_trace / sizeof *of_trace);
    mm_buf_printf(b, "},\"conditions\":{\"work\":\"%s\"", works[k->model]);
    put_members(b, of_conditions, sizeof of_conditions / sizeof *of_conditions);
    mm_buf_str(b, MM_STR("},\"policies\":["));
    for (size_t i = 0; i < c->n; i++) {
        member m[MEMBERS];
        members(c, i, m);
        mm_buf_printf(b, "%s{\"policy\":\"%s\"", i ? "," : "", c->of[i].name);
        put_members(b, m, MEMBERS);
        mm_buf_byte(b, '}');
    }
    mm_buf_str(b, MM_STR("]}\n"));
}

void comparison_csv(mm_buf *b, const comparison *c)
{
    member m[MEMBERS];
    members(c, 0, m);
    mm_buf_str(b, MM_STR("trace,policy"));
    for (size_t k = 0; k < MEMBERS; k++)
        mm_buf_printf(b, ",%s", m[k].name);
    mm_buf_byte(b, '\n');
    for (size_t i = 0; i < c->n; i++) {
        members(c, i, m);
        mm_csv_put(b, mm_str_of(c->what));
        mm_buf_printf(b, ",%s", c->of[i].name);
        for (size_t k = 0; k < MEMBERS; k++) {
            mm_buf_byte(b, ',');
            if (!isnan(m[k].value))
                put_number(b, m[k].value);
        }
        mm_buf_byte(b, '\n');
    }
}

/* ---- a page ---- */

enum { POINTS = 480, MOST_LINES = 6 };

/* Means of as many steps as give at most POINTS points. */
static size_t thin(const double *y, size_t n, double step_s, double *x_out, double *y_out)
{
    size_t every = (n + POINTS - 1) / POINTS, points = 0;
    for (size_t i = 0; i < n; i += every, points++) {
        size_t some = n - i < every ? n - i : every;
        double sum = 0;
        for (size_t k = 0; k < some; k++)
            sum += y[i + k];
        x_out[points] = (double)i * step_s / 3600;
        y_out[points] = sum / (double)some;
    }
    return points;
}

static void put_lines(mm_buf *b, const comparison *c)
{
    size_t n = c->trace.n - c->trace.from, lines = c->n < MOST_LINES - 1 ? c->n : MOST_LINES - 1;
    double *room = malloc((n + (lines + 1) * 2 * POINTS) * sizeof *room), *need = room, *at = room + n;
    mm_line line[MOST_LINES];
    if (!room) {
        b->failed = true;
        return;
    }
    for (size_t i = 0; i < n; i++)
        need[i] = c->trace.arrivals[c->trace.from + i] / (c->c.rate * c->trace.step_s);
    for (size_t i = 0; i <= lines; i++, at += 2 * POINTS) {
        size_t points = thin(i ? c->of[i - 1].wanted : need, n, c->trace.step_s, at, at + POINTS);
        line[i] = (mm_line){ .name = i ? c->of[i - 1].name : "needed", .n = points, .x = at, .y = at + POINTS };
    }
    mm_chart_lines(b, &(mm_axes){ .title = "Workers over time", .x = "hours", .y = "workers", .from_zero = true }, line, lines + 1);
    free(room);
}

static void put_bars(mm_buf *b, const comparison *c, const char *title, bool late)
{
    mm_bar *bar = calloc(c->n, sizeof *bar);
    if (!bar) {
        b->failed = true;
        return;
    }
    for (size_t i = 0; i < c->n; i++) {
        const sim_result *r = &c->of[i].result;
        bar[i] = (mm_bar){ .label = mm_str_of(c->of[i].name), .value = late ? r->late_share : r->cost };
    }
    mm_chart_bars(b, title, 0, bar, c->n);
    free(bar);
}

void comparison_html(mm_buf *b, const comparison *c)
{
    mm_column column[COLUMNS];
    mm_buf cell[COLUMNS] = { 0 };
    mm_str shown[COLUMNS];
    mm_buf_byte(&cell[0], '\0');
    for (int k = 0; k < COLUMNS; k++)
        column[k] = (mm_column){ heading[k], k > 0 };
    put_conditions(&cell[1], c);
    mm_buf_byte(&cell[1], '\0');
    mm_page_begin(b, "Policies of scaling, simulated", cell[1].failed ? NULL : cell[1].p);
    mm_table_begin(b, "What each came to", column, COLUMNS);
    for (size_t i = 0; i < c->n; i++) {
        cells(c, i, cell);
        for (int k = 0; k < COLUMNS; k++)
            shown[k] = mm_buf_view(&cell[k]);
        mm_table_row(b, column, shown, COLUMNS);
    }
    mm_table_end(b);
    put_bars(b, c, "Cost", false);
    put_bars(b, c, "Share of the work that was late", true);
    mm_page_section(b, "Workers");
    put_lines(b, c);
    mm_page_end(b, "Workers are paid from being asked for; work is done first come, first served.");
    for (int k = 0; k < COLUMNS; k++) {
        b->failed |= cell[k].failed;
        mm_buf_free(&cell[k]);
    }
}
