/* policy_hpa.c - the rule of the Kubernetes horizontal pod autoscaler, as its documentation gives it ("Horizontal Pod Autoscaling",
 * algorithm details and default behavior; kubernetes.io).
 *
 * desired = ceil(ready * metric / target), left alone where the ratio is within 10% of 1; pods that are not ready yet count as idle
 * when it grows; it shrinks to the most that was desired in the last 300 s; it grows by the greater of 100% and 4 pods every
 * 15 s. The metric is the utilisation of the last step. Steps longer than the 15 s between looks are one look with the growth of
 * all of them; in shorter steps it looks every 15 s. */
#include "sim.h"

#include <math.h>
#include <stdlib.h>

#define TARGET 0.7
#define TOLERANCE 0.1
#define SYNC_S 15.0
#define STABLE_S 300.0

typedef struct hpa {
    size_t *desired;    /* of the looks in the window, a ring */
    size_t window, at;
    size_t every;       /* steps between looks */
    int periods;        /* of 15 s, in a look */
    size_t last;
} hpa;

/* How many there should be by the metric alone. */
static double by_metric(const sim_view *v, size_t now)
{
    if (!v->was_ready)
        return (double)now;
    double ratio = v->busy_s / ((double)v->was_ready * v->step_s) / TARGET;
    if (fabs(ratio - 1) <= TOLERANCE)
        return (double)now;
    if (ratio < 1 || !v->starting)
        return ceil(ratio * (double)v->ready - 1e-9);
    double with_idle = ratio * (double)v->ready / (double)now;
    return with_idle <= 1 + TOLERANCE ? (double)now : ceil(with_idle * (double)now - 1e-9);
}

static size_t step(void *ctx, const sim_view *v)
{
    hpa *h = ctx;
    size_t now = v->ready + v->starting;
    if (h->at++ % h->every)
        return now;
    double most = (double)now;
    for (int i = 0; i < h->periods; i++)
        most = fmax(2 * most, most + 4);
    size_t desired = (size_t)fmax(by_metric(v, now), 1), highest = desired;
    h->desired[h->last++ % h->window] = desired;
    for (size_t i = 0; i < h->window && i < h->last; i++)
        highest = h->desired[i] > highest ? h->desired[i] : highest;
    if (desired >= now)
        return (size_t)fmin((double)desired, most);
    return highest < now ? highest : now;
}

static void drop(void *ctx)
{
    hpa *h = ctx;
    free(h->desired);
    free(h);
}

int policy_hpa(sim_policy *out, const trace *t, const sim_conditions *c, mm_err *e)
{
    (void)c;
    hpa *h = calloc(1, sizeof *h);
    if (h) {
        h->every = t->step_s < SYNC_S ? (size_t)ceil(SYNC_S / t->step_s) : 1;
        double look_s = (double)h->every * t->step_s;
        h->periods = (int)fmin(fmax(1, floor(look_s / SYNC_S)), 20);
        h->window = (size_t)ceil(STABLE_S / look_s) + 1;
        h->desired = calloc(h->window, sizeof *h->desired);
    }
    if (!h || !h->desired) {
        free(h);
        return mm_fail(e, MM_ESYS, "out of memory");
    }
    *out = (sim_policy){ .name = "hpa", .step = step, .free = drop, .ctx = h };
    return 0;
}
