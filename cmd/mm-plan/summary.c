/* summary.c - a plan for people. */
#include "summary.h"

#include <math.h>

void show_time(mm_buf *b, double s)
{
    if (isnan(s))
        mm_buf_str(b, MM_STR("-"));
    else if (s < 0.9995)
        mm_buf_printf(b, "%.0f ms", s * 1000);
    else if (s < 99.95)
        mm_buf_printf(b, "%.1f s", s);
    else if (s < 2 * 3600)
        mm_buf_printf(b, "%.0f min %02.0f s", floor(round(s) / 60), fmod(round(s), 60));
    else
        mm_buf_printf(b, "%.0f h %02.0f min", floor(round(s / 60) / 60), fmod(round(s / 60), 60));
}

void show_bytes(mm_buf *b, double n)
{
    static const char *const unit[] = { "B", "kB", "MB", "GB", "TB", "PB" };
    int k = 0;
    if (isnan(n)) {
        mm_buf_str(b, MM_STR("-"));
        return;
    }
    for (; n >= 999.5 && k < 5; k++)
        n /= 1000;
    mm_buf_printf(b, k && n < 99.95 ? "%.1f %s" : "%.0f %s", n, unit[k]);
}

/* ---- a table ---- */

enum { COLUMNS = 6 };

/* Put the cells of a row into columns: the first and the machine to the left, figures to the right. */
static void put_row(mm_buf *b, const mm_buf *cell, const int *width)
{
    static const bool left[COLUMNS] = { true, false, true, false, false, false };
    for (int c = 0; c < COLUMNS; c++) {
        int pad = width[c] - (int)cell[c].n;
        if (!width[c])
            continue;
        mm_buf_printf(b, "%s%*s", c ? "  " : "", left[c] ? 0 : pad, "");
        mm_buf_str(b, mm_buf_view(&cell[c]));
        if (left[c])
            mm_buf_printf(b, "%*s", pad, "");
    }
    while (b->n && b->p[b->n - 1] == ' ')
        b->n--;
    mm_buf_byte(b, '\n');
}

static void cells(const plan *p, const job *j, mm_buf *cell)
{
    for (int c = 0; c < COLUMNS; c++)
        cell[c].n = 0;
    mm_buf_str(&cell[0], mm_str_of(j->name));
    mm_buf_printf(&cell[1], "%zu / %zu x %zu", j->shards, j->parallel, j->cores);
    mm_buf_printf(&cell[2], "%s", j->machine);
    if (p->currency[0])
        mm_buf_printf(&cell[2], " %s %s", j->region, j->purchase);
    show_time(&cell[3], j->start_s);
    show_time(&cell[4], j->time_s.mean);
    if (p->currency[0])
        mm_money_show(&cell[5], j->cost, 4);
}

static void put_table(mm_buf *b, const plan *p)
{
    static const char *const heading[COLUMNS] = { "job", "shards / tasks x cores", "machine", "starts", "takes", "costs" };
    mm_buf cell[COLUMNS] = { 0 };
    int width[COLUMNS] = { 0 };
    for (size_t i = 0; i <= p->n_jobs; i++) {
        if (i < p->n_jobs)
            cells(p, &p->jobs[i], cell);
        for (int c = 0; c < COLUMNS; c++) {
            int n = i < p->n_jobs ? (int)cell[c].n : (int)mm_str_of(heading[c]).n;
            width[c] = n > width[c] ? n : width[c];
        }
    }
    width[5] = p->currency[0] ? width[5] : 0;
    for (int c = 0; c < COLUMNS; c++) {
        cell[c].n = 0;
        mm_buf_str(&cell[c], mm_str_of(heading[c]));
    }
    put_row(b, cell, width);
    for (size_t i = 0; i < p->n_jobs; i++) {
        cells(p, &p->jobs[i], cell);
        put_row(b, cell, width);
    }
    for (int c = 0; c < COLUMNS; c++)
        mm_buf_free(&cell[c]);
}

/* Workers of a stream, where their number changes. */
static void put_steps(mm_buf *b, const plan *p)
{
    mm_buf_printf(b, "\n%8s  %7s  %16s\n", "from", "workers", "expected a second");
    for (size_t i = 0; i < p->n_steps; i++) {
        const plan_step *s = &p->step[i];
        if (i && s->workers == p->step[i - 1].workers)
            continue;
        mm_buf_printf(b, "%5.0f:%02.0f  %7zu  %.4g (%.4g to %.4g)\n", floor(s->at_s / 3600), fmod(s->at_s / 60, 60), s->workers,
                      s->arrivals.mean / p->step_s, s->arrivals.low / p->step_s, s->arrivals.high / p->step_s);
    }
    mm_buf_printf(b, "\npartitions: %zu\n", p->partitions);
}

void summary_put(mm_buf *b, const plan *p)
{
    put_table(b, p);
    if (p->n_steps)
        put_steps(b, p);
    mm_buf_str(b, MM_STR("\nall: "));
    show_time(b, p->time_s.mean);
    mm_buf_str(b, MM_STR(" ("));
    show_time(b, p->time_s.low);
    mm_buf_str(b, MM_STR(" to "));
    show_time(b, p->time_s.high);
    mm_buf_printf(b, " in %g of 100 cases)", p->confidence * 100);
    if (!isnan(p->deadline_s)) {
        mm_buf_str(b, MM_STR(", done within "));
        show_time(b, p->deadline_s);
        mm_buf_printf(b, " with a chance of %.1f%%", p->p_on_time * 100);
    }
    mm_buf_byte(b, '\n');
    if (p->currency[0]) {
        mm_buf_str(b, MM_STR("cost: "));
        mm_money_show(b, p->cost, 4);
        mm_buf_printf(b, " %s, and no more than ", p->currency);
        mm_money_show(b, p->cost_high, 4);
        mm_buf_printf(b, " in %g of 100 cases\n", p->confidence * 100);
    }
}

void explain_put(mm_buf *b, const plan *p)
{
    for (size_t i = 0; i < p->n_reasons; i++) {
        const reason *r = &p->reasons[i];
        mm_buf_printf(b, "%s: %s\n", r->about, r->text);
        if (r->next)
            mm_buf_printf(b, "  next best: %s\n", r->next);
    }
}
