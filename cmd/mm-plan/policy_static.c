/* policy_static.c - one number of workers all the time. */
#include "sim.h"

#include <math.h>
#include <stdlib.h>

static size_t step(void *ctx, const sim_view *v)
{
    (void)v;
    return *(size_t *)ctx;
}

int policy_constant(sim_policy *out, size_t workers, mm_err *e)
{
    size_t *n = malloc(sizeof *n);
    if (!n)
        return mm_fail(e, MM_ESYS, "out of memory");
    *n = workers;
    *out = (sim_policy){ .name = "static", .step = step, .free = free, .ctx = n };
    return 0;
}

/* 1: a run with so many is late no more than allowed. */
static int enough(const trace *t, const sim_conditions *c, size_t workers, mm_err *e)
{
    sim_policy p;
    sim_result r;
    sim_conditions steady = *c;
    steady.first = workers;
    if (policy_constant(&p, workers, e) < 0)
        return -1;
    int rc = sim_run(t, &steady, &p, &r, NULL, e);
    sim_policy_free(&p);
    return rc < 0 ? -1 : r.late_share <= c->late_allowed;
}

int policy_static(sim_policy *out, const trace *t, const sim_conditions *c, mm_err *e)
{
    double peak = ceil(trace_peak(t) / (c->rate * t->step_s)) + 1;
    size_t low = sim_allowed(c, 0), high = sim_allowed(c, c->model == SIM_FLUID && !(c->interruptions + c->failures > 0) ? peak : 4 * peak + 8);
    low = low ? low : 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int rc = enough(t, c, middle, e);
        if (rc < 0)
            return -1;
        if (rc)
            high = middle;
        else
            low = middle + 1;
    }
    return policy_constant(out, high, e);
}
