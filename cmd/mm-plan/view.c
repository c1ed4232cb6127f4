/* view.c - a plan as a page: a Gantt chart of its jobs, tasks at once and cost over time, a stream's workers, tables. */
#include "view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "page/chart.h"
#include "page/page.h"
#include "summary.h"

/* Times are told in one unit on an axis. */
typedef struct unit {
    const char *name;
    double seconds;
} unit;

static unit unit_for(double seconds)
{
    return seconds < 300 ? (unit){ "s", 1 } : seconds < 4 * 3600 ? (unit){ "min", 60 } : (unit){ "h", 3600 };
}

static double end_of(const job *it)
{
    return it->start_s + it->time_s.mean;
}

static mm_str time_text(mm_arena *a, double s)
{
    mm_buf b = { 0 };
    show_time(&b, s);
    mm_str text = mm_arena_copy(a, mm_buf_view(&b));
    mm_buf_free(&b);
    return text;
}

static mm_str money_text(mm_arena *a, mm_money v, const char *currency)
{
    mm_buf b = { 0 };
    mm_money_show(&b, v, 4);
    mm_buf_printf(&b, " %s", currency);
    mm_str text = mm_arena_copy(a, mm_buf_view(&b));
    mm_buf_free(&b);
    return text;
}

static mm_str count_text(mm_arena *a, size_t n)
{
    mm_buf b = { 0 };
    mm_page_count(&b, n);
    mm_str text = mm_arena_copy(a, mm_buf_view(&b));
    mm_buf_free(&b);
    return text;
}

/* ---- the whole ---- */

static void put_figures(mm_buf *b, const plan *p, mm_arena *a)
{
    mm_figure f[4];
    size_t n = 0, tasks = 0;
    for (size_t j = 0; j < p->n_jobs; j++)
        tasks += p->jobs[j].shards;
    f[n++] = (mm_figure){ "expected to take", time_text(a, p->time_s.mean) };
    f[n++] = (mm_figure){ "tasks", count_text(a, tasks) };
    if (p->currency[0])
        f[n++] = (mm_figure){ "expected to cost", money_text(a, p->cost, p->currency) };
    if (!isnan(p->deadline_s)) {
        mm_buf text = { 0 };
        mm_buf_printf(&text, "%.1f%%", p->p_on_time * 100);
        f[n++] = (mm_figure){ "chance of being done in time", mm_arena_copy(a, mm_buf_view(&text)) };
        mm_buf_free(&text);
    }
    mm_page_figures(b, f, n);
    mm_str low = time_text(a, p->time_s.low), high = time_text(a, p->time_s.high);
    mm_page_note(b, "In %g of 100 cases it takes from %s to %s.", p->confidence * 100, low.p ? low.p : "", high.p ? high.p : "");
    if (p->currency[0]) {
        mm_str cost = money_text(a, p->cost_high, p->currency);
        mm_page_note(b, "In as many it costs no more than %s.", cost.p ? cost.p : "");
    }
}

/* ---- when what runs ---- */

static void put_gantt(mm_buf *b, const plan *p, mm_arena *a)
{
    mm_bar *bar = mm_arena_alloc(a, p->n_jobs * sizeof *bar);
    mm_buf title = { 0 };
    double most = 0;
    if (!bar) {
        b->failed = true;
        return;
    }
    for (size_t j = 0; j < p->n_jobs; j++)
        most = fmax(most, p->jobs[j].start_s + p->jobs[j].time_s.high);
    unit u = unit_for(most);
    for (size_t j = 0; j < p->n_jobs; j++) {
        const job *it = &p->jobs[j];
        bar[j] = (mm_bar){ mm_str_of(it->name), end_of(it) / u.seconds, (it->start_s + it->time_s.low) / u.seconds,
                           (it->start_s + it->time_s.high) / u.seconds, time_text(a, it->time_s.mean), it->start_s / u.seconds };
    }
    mm_buf_printf(&title, "Jobs from their start to their end, %s, with the range of the end", u.name);
    mm_buf_byte(&title, 0);
    if (!title.failed)
        mm_chart_bars(b, title.p, most / u.seconds, bar, p->n_jobs);
    mm_buf_free(&title);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The times at which something begins or ends, each once, in order. */
static size_t changes(const plan *p, double *at)
{
    size_t n = 0, kept = 0;
    for (size_t j = 0; j < p->n_jobs; j++) {
        at[n++] = p->jobs[j].start_s;
        at[n++] = end_of(&p->jobs[j]);
    }
    qsort(at, n, sizeof *at, by_value);
    for (size_t i = 0; i < n; i++)
        if (!kept || at[i] > at[kept - 1])
            at[kept++] = at[i];
    return kept;
}

static double tasks_at(const plan *p, double s)
{
    double n = 0;
    for (size_t j = 0; j < p->n_jobs; j++)
        if (p->jobs[j].start_s <= s && s < end_of(&p->jobs[j]))
            n += (double)p->jobs[j].parallel;
    return n;
}

static double spent_at(const plan *p, double s)
{
    double sum = 0;
    for (size_t j = 0; j < p->n_jobs; j++) {
        const job *it = &p->jobs[j];
        double share = it->time_s.mean > 0 ? (s - it->start_s) / it->time_s.mean : s >= it->start_s;
        sum += mm_money_near(it->cost) * fmin(1, fmax(0, share));
    }
    return sum;
}

static void put_curves(mm_buf *b, const plan *p, mm_arena *a)
{
    double *at = mm_arena_alloc(a, (2 * p->n_jobs + 1) * sizeof *at), *x = mm_arena_alloc(a, 4 * (p->n_jobs + 1) * sizeof *x),
           *y = mm_arena_alloc(a, 4 * (p->n_jobs + 1) * sizeof *y);
    if (!at || !x || !y) {
        b->failed = true;
        return;
    }
    size_t n = changes(p, at), points = 0;
    unit u = unit_for(n ? at[n - 1] : 0);
    for (size_t i = 0; i < n; i++) {   /* steps: the value before and behind */
        if (i) {
            x[points] = at[i] / u.seconds;
            y[points++] = tasks_at(p, at[i - 1]);
        }
        x[points] = at[i] / u.seconds;
        y[points++] = tasks_at(p, at[i]);
    }
    char axis[32] = "time, ";
    strcat(axis, u.name);
    mm_chart_lines(b, &(mm_axes){ "Tasks at once", axis, "tasks", true }, &(mm_line){ "tasks", points, x, y, NULL, NULL }, 1);
    if (!p->currency[0])
        return;
    for (size_t i = 0; i < n; i++) {
        x[i] = at[i] / u.seconds;
        y[i] = spent_at(p, at[i]);
    }
    mm_chart_lines(b, &(mm_axes){ "Cost so far, as expected", axis, p->currency, true }, &(mm_line){ "cost", n, x, y, NULL, NULL }, 1);
}

/* ---- a stream ---- */

static void put_stream(mm_buf *b, const plan *p, mm_arena *a)
{
    double *v = mm_arena_alloc(a, 5 * p->n_steps * sizeof *v);
    if (!v) {
        b->failed = true;
        return;
    }
    size_t n = p->n_steps;
    unit u = unit_for(p->step[n - 1].at_s + p->step_s);
    for (size_t i = 0; i < n; i++) {
        const plan_step *s = &p->step[i];
        v[i] = s->at_s / u.seconds;
        v[n + i] = s->arrivals.mean;
        v[2 * n + i] = s->arrivals.low;
        v[3 * n + i] = s->arrivals.high;
        v[4 * n + i] = (double)s->workers;
    }
    char axis[32] = "time, ";
    strcat(axis, u.name);
    mm_page_section(b, "The stream");
    mm_chart_lines(b, &(mm_axes){ "What is expected to come in, a step", axis, "records", true },
                   &(mm_line){ "arrivals", n, v, v + n, v + 2 * n, v + 3 * n }, 1);
    mm_chart_lines(b, &(mm_axes){ "Workers", axis, "workers", true }, &(mm_line){ "workers", n, v, v + 4 * n, NULL, NULL }, 1);
}

/* ---- tables ---- */

static void put_jobs(mm_buf *b, const plan *p, mm_arena *a)
{
    static const mm_column columns[] = { { "job", false }, { "shards", true }, { "at once", true }, { "cores", true }, { "machine", false },
                                         { "begins", true }, { "takes", true }, { "costs", true } };
    size_t n = p->currency[0] ? 8 : 7;
    mm_table_begin(b, "Jobs", columns, n);
    for (size_t j = 0; j < p->n_jobs; j++) {
        const job *it = &p->jobs[j];
        mm_buf machine = { 0 };
        mm_buf_printf(&machine, "%s", it->machine ? it->machine : "");
        if (p->currency[0])
            mm_buf_printf(&machine, " %s %s", it->region ? it->region : "", it->purchase ? it->purchase : "");
        mm_table_row(b, columns, (mm_str[]){ mm_str_of(it->name), count_text(a, it->shards), count_text(a, it->parallel), count_text(a, it->cores),
                                             mm_buf_view(&machine), time_text(a, it->start_s), time_text(a, it->time_s.mean),
                                             money_text(a, it->cost, p->currency) }, n);
        mm_buf_free(&machine);
    }
    mm_table_end(b);
}

static void put_reasons(mm_buf *b, const plan *p)
{
    static const mm_column columns[] = { { "decision", false }, { "why", false }, { "next best", false } };
    if (!p->n_reasons)
        return;
    mm_page_section(b, "Why");
    mm_table_begin(b, "Decisions", columns, 3);
    for (size_t i = 0; i < p->n_reasons; i++)
        mm_table_row(b, columns, (mm_str[]){ mm_str_of(p->reasons[i].about), mm_str_of(p->reasons[i].text), mm_str_of(p->reasons[i].next) }, 3);
    mm_table_end(b);
}

void view_put(mm_buf *b, const plan *p)
{
    mm_arena *a = mm_arena_new();
    mm_buf text = { 0 };
    if (!a) {
        b->failed = true;
        return;
    }
    mm_buf_printf(&text, "Plan of %s", p->pipeline);
    mm_buf_byte(&text, 0);
    mm_page_begin(b, text.failed ? "" : text.p, "What runs where and when, what it is expected to take, and why it was decided so.");
    put_figures(b, p, a);
    mm_page_section(b, "When what runs");
    if (p->n_jobs) {
        put_gantt(b, p, a);
        put_curves(b, p, a);
        put_jobs(b, p, a);
    }
    if (p->n_steps)
        put_stream(b, p, a);
    put_reasons(b, p);
    text.n = 0;
    mm_buf_printf(&text, "mm-plan %s, plan %s", MM_VERSION, p->digest);
    mm_buf_byte(&text, 0);
    mm_page_end(b, text.failed ? "" : text.p);
    b->failed |= text.failed;
    mm_buf_free(&text);
    mm_arena_free(a);
}
