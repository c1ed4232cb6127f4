/* fluid.c - work as a flow: even within a step, exact for what that means. */
#include "work.h"

#include <math.h>
#include <stdlib.h>

int fluid_begin(fluid *f, const trace *t, const sim_conditions *c, mm_err *e)
{
    size_t steps = sim_steps(t, c);
    double limit = c->limit_s / t->step_s;
    *f = (fluid){ .trace = t, .c = c, .whole = (size_t)limit, .part = limit - floor(limit) };
    f->before = malloc((steps + 1) * sizeof *f->before);
    if (!f->before)
        return mm_fail(e, MM_ESYS, "out of memory");
    f->before[0] = 0;
    for (size_t i = 0; i < steps; i++)
        f->before[i + 1] = f->before[i] + (t->from + i < t->n ? t->arrivals[t->from + i] : 0);
    return 0;
}

void fluid_end(fluid *f)
{
    free(f->before);
    *f = (fluid){ 0 };
}

/* Units that came in the step `back` before step i of the run. */
static double earlier(const fluid *f, size_t i, size_t back)
{
    return i >= back ? fluid_in(f, i - back) : 0;
}

/* Of `slope` units that pass their limit evenly over a time of `length`, those that do while `gap`, what was served less
 * what had to be, is below 0; it goes evenly from one number to the other. */
static double below(double gap, double gap_after, double units)
{
    if (gap >= 0 && gap_after >= 0)
        return 0;
    if (gap < 0 && gap_after < 0)
        return units;
    return units * (gap < 0 ? gap : gap_after) / -fabs(gap_after - gap);
}

fluid_limit fluid_limits(const fluid *f, size_t i)
{
    fluid_limit l = { .in = fluid_in(f, i), .first = earlier(f, i, f->whole + 1), .second = earlier(f, i, f->whole), .part = f->part };
    l.window = f->before[i] - f->before[i > f->whole ? i - f->whole : 0] + f->part * l.first;
    return l;
}

double fluid_late(const fluid_limit *l, double queue, double capacity)
{
    double gap = l->window - queue, middle = gap + (capacity - l->first) * l->part, last = middle + (capacity - l->second) * (1 - l->part);
    if (gap >= 0 && middle >= 0 && last >= 0)
        return 0;
    double empty = capacity > l->in ? queue / (capacity - l->in) : 2;   /* when in the step the queue is served */
    double late = 0, at = 0;
    const double end[] = { l->part, 1 }, slope[] = { l->first, l->second };
    for (int k = 0; k < 2 && at < empty; k++) {
        double until = end[k] < empty ? end[k] : empty;
        if (until <= at)
            continue;
        double after = gap + (capacity - slope[k]) * (until - at);
        late += below(gap, after, slope[k] * (until - at));
        gap = after;
        at = until;
    }
    return late;
}

/* Go on to what is served at the end of the step, and tell the longest wait on the way. */
static void age(fluid *f, size_t i, double served, double capacity, work_done *d)
{
    double was = f->before[i] - f->queue, now = was + served, step_s = f->trace->step_s;
    while (f->at <= i && f->before[f->at + 1] <= now) {
        f->at++;
        double last = (double)i + (f->before[f->at] - was) / capacity - (double)f->at;
        if (capacity > 0 && f->before[f->at] > was && last * step_s > d->longest_s)
            d->longest_s = last * step_s;
    }
    if (f->at > i)
        return;
    double in = fluid_in(f, f->at), came = (double)f->at + (in > 0 ? (now - f->before[f->at]) / in : 0);
    d->oldest_s = d->queue > 0 ? ((double)(i + 1) - came) * step_s : 0;
    if (d->oldest_s > d->longest_s)
        d->longest_s = d->oldest_s;
}

work_done fluid_step(fluid *f, size_t i, size_t workers)
{
    double step_s = f->trace->step_s, capacity = (double)workers * f->c->rate * step_s, in = fluid_in(f, i);
    double left = f->queue + in - capacity;
    fluid_limit l = fluid_limits(f, i);
    work_done d = { .late = fluid_late(&l, f->queue, capacity), .queue = left > 1e-9 * (f->queue + in) ? left : 0 };
    d.served = f->queue + in - d.queue;
    d.busy_s = d.served / f->c->rate;
    if (d.served > 0)
        d.until_s = step_s * ((double)i + (in > 0 || d.queue > 0 ? 1 : f->queue / capacity));
    if (f->queue > 0 || d.queue > 0) {
        double busy = capacity - in > f->queue ? f->queue / (capacity - in) : 1;   /* share of the step with a queue */
        d.waited = (f->queue + d.queue) / 2 * busy * step_s;
        age(f, i, d.served, capacity, &d);
    } else {
        f->at = i + 1;
    }
    f->queue = d.queue;
    return d;
}
