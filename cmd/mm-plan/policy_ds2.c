/* policy_ds2.c - DS2: Kalavri, Liagouris, Hoffmann, Dimitrova, Forshaw, Roscoe 2018, "Three steps is all you need: fast, accurate, automatic
 * scaling decisions for distributed streaming dataflows" (OSDI), for one operator.
 *
 * The true rate of a worker is what it served over the time that it worked, not over all time; the number wanted is the rate of
 * arrivals over that, in one step (equation 7). A decision is taken once an interval of a minute, from what was seen in it, and
 * none while the last one is still taking effect (the paper's warm-up). Where work waits, the rate to keep up with is that of arrivals
 * and of the backlog served within the next interval. */
#include "sim.h"

#include <math.h>
#include <stdlib.h>

#define INTERVAL_S 60.0

typedef struct ds2 {
    size_t interval, at, quiet;   /* steps; quiet until */
    double busy_s, served, came;  /* since the last decision */
    size_t steps;
    size_t startup;
} ds2;

static size_t step(void *ctx, const sim_view *v)
{
    ds2 *d = ctx;
    size_t now = v->ready + v->starting;
    if (d->at) {
        d->busy_s += v->busy_s;
        d->served += v->served;
        d->came += v->arrivals[v->t - 1];
        d->steps++;
    }
    if (d->at++ < d->quiet || d->steps < d->interval || d->busy_s <= 0 || d->served <= 0)
        return now;
    double true_rate = d->served / d->busy_s, seconds = (double)d->steps * v->step_s;
    double wanted = ceil((d->came + v->queue) / seconds / true_rate - 1e-9);
    d->busy_s = d->served = d->came = 0;
    d->steps = 0;
    if ((size_t)wanted > now)
        d->quiet = d->at + d->startup;
    return wanted > 1 ? (size_t)wanted : 1;
}

int policy_ds2(sim_policy *out, const trace *t, const sim_conditions *c, mm_err *e)
{
    ds2 *d = calloc(1, sizeof *d);
    if (!d)
        return mm_fail(e, MM_ESYS, "out of memory");
    d->interval = t->step_s < INTERVAL_S ? (size_t)ceil(INTERVAL_S / t->step_s) : 1;
    d->startup = c->startup;
    *out = (sim_policy){ .name = "ds2", .step = step, .free = free, .ctx = d };
    return 0;
}
