/* stream.c - what is declared of a stream. */
#include "stream.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "series/forecast.h"
#include "trace.h"

enum { DAY_S = 86400, STEP_S = 900, GAP = 20 };

/* The history in steps of the plan, and how much more comes in its busiest stretch of the time that work may wait than in the mean of a step. */
typedef struct history {
    double *units;
    size_t n;
    double step_s, burst;
} history;

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Of the n numbers from x on: the most in a row of `stretch` of them over the mean of as many. */
static double busiest(const double *x, size_t n, size_t stretch)
{
    double sum = 0, most = 0, row = 0;
    for (size_t i = 0; i < n; i++) {
        sum += x[i];
        row += x[i] - (i >= stretch ? x[i - stretch] : 0);
        most = i + 1 >= stretch && row > most ? row : most;
    }
    return sum > 0 ? most * (double)n / (sum * (double)stretch) : 1;
}

static int gather(history *h, const trace *t, double may_wait_s, mm_err *e)
{
    size_t many = t->step_s < STEP_S ? (size_t)round(STEP_S / t->step_s) : 1;
    size_t stretch = (size_t)fmin(fmax(may_wait_s / t->step_s, 1), (double)many);
    h->n = t->n / many;
    h->step_s = t->step_s * (double)many;
    h->units = calloc(2 * (h->n + 1), sizeof *h->units);
    if (!h->units)
        return mm_fail(e, MM_ESYS, "out of memory");
    double *bursts = h->units + h->n + 1;
    const double *x = t->arrivals + t->n - h->n * many;   /* an odd rest is at the beginning */
    for (size_t i = 0; i < h->n; i++) {
        for (size_t k = 0; k < many; k++)
            h->units[i] += x[i * many + k];
        bursts[i] = busiest(x + i * many, many, stretch);
    }
    qsort(bursts, h->n, sizeof *bursts, by_size);
    h->burst = h->n ? bursts[h->n / 2] : 1;
    return h->n ? 0 : mm_fail(e, MM_EBAD, "the history of arrivals is shorter than a step of %g s", h->step_s);
}

/* ---- partitions ---- */

size_t stream_group(double need, size_t partitions)
{
    double each = floor((double)partitions / fmax(need, 1e-9) + 1e-9);   /* partitions that the busiest may have */
    size_t most = each < 1 ? 1 : each > (double)partitions ? partitions : (size_t)each;
    return (partitions + most - 1) / most;
}

size_t stream_partitions(const double *need, size_t n)
{
    double most = 1, best_waste = INFINITY;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, need[i]);
    size_t low = (size_t)ceil(1.2 * most), best = low;
    for (size_t p = low; p <= 4 * low; p++) {
        double group = 0, least = 0;
        for (size_t i = 0; i < n; i++) {
            group += (double)stream_group(need[i], p);
            least += fmax(ceil(need[i] - 1e-9), 1);
        }
        /* A partition is not free either: twice as many have to save a twentieth. */
        double waste = (least > 0 ? group / least : 1) + 0.05 * log2((double)p / (double)low);
        if (waste < best_waste - 1e-9) {
            best_waste = waste;
            best = p;
        }
    }
    return best;
}

/* ---- workers ---- */

/* Workers are not sent away for shorter than it takes to start them. */
static void bridge(plan *p, double startup_s)
{
    size_t gap = (size_t)ceil(startup_s / p->step_s);
    for (size_t i = 0; i + 1 < p->n_steps; i++)
        for (size_t j = i + 2; j < p->n_steps && j <= i + 1 + gap; j++) {
            size_t over = p->step[i].workers < p->step[j].workers ? p->step[i].workers : p->step[j].workers;
            for (size_t k = i + 1; k < j; k++)
                p->step[k].workers = p->step[k].workers > over ? p->step[k].workers : over;
        }
}

static int size_steps(plan *out, const pipeline *p, const stream_worker *w, double burst, mm_err *e)
{
    double *need = calloc(out->n_steps, sizeof *need), one = w->rate * out->step_s;
    if (!need)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < out->n_steps; i++)
        need[i] = out->step[i].arrivals.high * burst / one;
    out->partitions = stream_partitions(need, out->n_steps);
    int rc = 0;
    for (size_t i = 0; i < out->n_steps && rc == 0; i++) {
        plan_step *s = &out->step[i];
        double least = s->arrivals.mean / one;
        s->workers = stream_group(need[i], out->partitions);
        if (p->max_workers && s->workers > p->max_workers)
            s->workers = p->max_workers;
        if (p->max_workers && least > (double)p->max_workers)
            rc = mm_fail(e, MM_EUSAGE, "at most %zu workers are allowed, and %.0f are needed for what is expected %.0f hours from now: allow %.0f more, or make the stages faster",
                         p->max_workers, ceil(least), s->at_s / 3600, ceil(least) - (double)p->max_workers);
    }
    free(need);
    return rc;
}

static int foresee(plan *out, const history *h, mm_err *e)
{
    size_t day = (size_t)fmax(round(DAY_S / h->step_s), 1), season[] = { day, 7 * day };
    mm_forecast *f = mm_forecast_new(h->units, h->n, season, day > 1 ? 2 : 0, day);
    out->step = mm_arena_alloc(out->arena, day * sizeof *out->step);
    if (!f || !out->step) {
        mm_forecast_free(f);
        return mm_fail(e, MM_ESYS, "out of memory");
    }
    out->n_steps = day;
    out->step_s = h->step_s;
    for (size_t i = 0; i < day; i++) {
        mm_forecast_value v = mm_forecast_at(f, i + 1, fmax(2 * out->confidence - 1, 0.5));
        double mean = fmax(v.expected, 0);
        out->step[i] = (plan_step){ .at_s = (double)i * h->step_s, .arrivals = { mean, fmax(v.low, 0), fmax(v.high, mean) } };
    }
    mm_forecast_free(f);
    return 0;
}

int stream_fill(plan *out, const pipeline *p, const stream_worker *w, double *worker_hours, mm_err *e)
{
    trace t;
    history h = { 0 };
    if (trace_read(&t, p->arrivals.file, p->arrivals.column, p->arrivals.time, p->arrivals.step_s > 0 ? p->arrivals.step_s : 0, GAP, e) < 0)
        return -1;
    int rc = gather(&h, &t, p->latency_s, e);
    if (rc == 0)
        rc = foresee(out, &h, e);
    if (rc == 0)
        rc = size_steps(out, p, w, h.burst, e);
    trace_free(&t);
    free(h.units);
    if (rc < 0)
        return -1;
    bridge(out, w->startup_s);
    *worker_hours = 0;
    for (size_t i = 0; i < out->n_steps; i++)
        *worker_hours += (double)out->step[i].workers * out->step_s / 3600;
    return 0;
}
