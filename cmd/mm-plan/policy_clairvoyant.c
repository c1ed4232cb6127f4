/* policy_clairvoyant.c - the cheapest run that is late no more than allowed, by the dynamic program with a price for late work.
 *
 * Of all prices the least is sought with which the run, simulated, is late no more than allowed; then, as late work goes by leaps,
 * the longest beginning of the run with the next lower price is taken whose end, with the higher one, still does. Where there is chance
 * (losses, jobs) the program plans for workers that do less, as little less as will do. */
#include "clairvoyant.h"
#include "sim.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct told {
    size_t *wanted;
    size_t n, at;
} told;

static size_t step(void *ctx, const sim_view *v)
{
    told *s = ctx;
    (void)v;
    return s->at < s->n ? s->wanted[s->at++] : 0;
}

static void drop(void *ctx)
{
    told *s = ctx;
    free(s->wanted);
    free(s);
}

typedef struct search {
    const trace *t;
    const sim_conditions *c;
    size_t n;
    size_t *low, *high, *tried;   /* too late; not too late */
    sim_result result;            /* of what was tried */
    double cost;                  /* of high */
    bool has_low, has_high;
} search;

static int try_run(search *s, const size_t *wanted, mm_err *e)
{
    told run = { (size_t *)wanted, s->n, 0 };
    sim_policy p = { .step = step, .ctx = &run };
    return sim_run(s->t, s->c, &p, &s->result, NULL, e);
}

static void keep(size_t **a, size_t **b)
{
    size_t *was = *a;
    *a = *b;
    *b = was;
}

/* With a price for late work: 1 where it is late no more than allowed. */
static int priced(search *s, double rate, double price, mm_err *e)
{
    if (clairvoyant_priced(s->tried, s->t, s->c, rate, price, e) < 0 || try_run(s, s->tried, e) < 0)
        return -1;
    if (s->result.late_share > s->c->late_allowed) {
        keep(&s->low, &s->tried);
        s->has_low = true;
        return 0;
    }
    if (!s->has_high || s->result.cost < s->cost) {
        keep(&s->high, &s->tried);
        s->cost = s->result.cost;
    }
    s->has_high = true;
    return 1;
}

/* The price lies between 1/64 and 2^20 of what it costs to do a unit. */
static int by_price(search *s, double rate, mm_err *e)
{
    double unit = s->c->price / 3600 / rate, low = unit / 64, high = unit * 1024 * 1024;
    int rc = priced(s, rate, high, e);
    if (rc <= 0)
        return rc;
    rc = priced(s, rate, low, e);
    if (rc != 0)
        return rc;
    while (high / low > 1.2) {
        double middle = sqrt(low * high);
        rc = priced(s, rate, middle, e);
        if (rc < 0)
            return -1;
        if (rc && s->result.late_share > 0.98 * s->c->late_allowed)
            return 1;
        *(rc ? &high : &low) = middle;
    }
    return 1;
}

/* The longest beginning of `low` that `high` may follow. */
static int splice(search *s, mm_err *e)
{
    size_t from = 0, to = s->n;
    while (to - from > 1) {
        size_t middle = from + (to - from) / 2;
        memcpy(s->tried, s->low, middle * sizeof *s->tried);
        memcpy(s->tried + middle, s->high + middle, (s->n - middle) * sizeof *s->tried);
        if (try_run(s, s->tried, e) < 0)
            return -1;
        bool on_time = s->result.late_share <= s->c->late_allowed;
        *(on_time ? &from : &to) = middle;
        if (on_time && s->result.cost < s->cost) {
            s->cost = s->result.cost;
            memcpy(s->high, s->tried, s->n * sizeof *s->high);
        }
    }
    return 0;
}

static int find(search *s, mm_err *e)
{
    bool chance = s->c->model != SIM_FLUID || s->c->interruptions + s->c->failures > 0;
    for (double less = 1; ; less *= 0.93) {
        int rc = by_price(s, s->c->rate * less, e);
        if (rc < 0)
            return -1;
        if (!rc && (!chance || less < 0.3)) {   /* as little as can be */
            keep(&s->high, &s->low);
            return 0;
        }
        if (rc)
            return s->has_low ? splice(s, e) : 0;
    }
}

int policy_clairvoyant(sim_policy *out, const trace *t, const sim_conditions *c, mm_err *e)
{
    search s = { .t = t, .c = c, .n = sim_steps(t, c) };
    told *run = calloc(1, sizeof *run);
    s.low = malloc(s.n * sizeof *s.low);
    s.high = malloc(s.n * sizeof *s.high);
    s.tried = malloc(s.n * sizeof *s.tried);
    int rc = run && s.low && s.high && s.tried ? find(&s, e) : mm_fail(e, MM_ESYS, "out of memory");
    free(s.low);
    free(s.tried);
    if (rc < 0) {
        free(s.high);
        free(run);
        return -1;
    }
    *run = (told){ s.high, s.n, 0 };
    *out = (sim_policy){ .name = "clairvoyant", .step = step, .free = drop, .ctx = run };
    return 0;
}
