/* layer_train.c - the layer learned in the simulator: Thompson sampling over arms, in each situation by itself. */
#include "layer.h"

#include <math.h>
#include <stdlib.h>

#include "chance.h"

/* What came of an arm in a situation. */
typedef struct belief {
    double n, sum;
} belief;

enum { PAST = 1440, STEPS = 2160 };
#define SPREAD 0.05   /* of a gain: deviation that one run is taken to have */
#define DOUBT 2.0     /* runs' worth of belief that an arm gains nothing */

/* A policy with one setting all along, whose situation is kept as it is at the end. */
typedef struct fixed {
    controller *k;
} fixed;

static size_t step(void *ctx, const sim_view *v)
{
    return controller_step(((fixed *)ctx)->k, v);
}

static int run(const trace *t, const sim_conditions *c, const control *how, double *loss, size_t *situation, mm_err *e)
{
    fixed f = { controller_new(t->step_s, t->start, c) };
    if (!f.k)
        return mm_fail(e, MM_ESYS, "out of memory");
    controller_set(f.k, how);
    if (situation) {
        for (size_t i = 0; i < t->from; i++)
            controller_past(f.k, t->arrivals[i]);
        *situation = layer_situation(f.k, c);
    }
    sim_policy p = { .name = "fixed", .step = step, .ctx = &f };
    sim_result r;
    int rc = sim_run(t, c, &p, &r, NULL, e);
    *loss = rc < 0 ? 0 : layer_loss(r.cost, r.late, c);
    controller_free(f.k);
    return rc;
}

static double one_of(chance *luck, const double *from, size_t n)
{
    return from[(size_t)(chance_unit(luck) * (double)n)];
}

static int make_run(trace *t, sim_conditions *c, uint64_t seed, int64_t i, mm_err *e)
{
    static const char *const kinds[] = { "diurnal", "bursty", "trending", "steady" };
    static const double workers[] = { 2, 6, 12, 40 }, limits[] = { 60, 60, 120, 300 }, scaling[] = { 0, 0.005, 0.02 };
    chance luck = chance_of(seed, (uint64_t)i);
    const char *kind = kinds[(size_t)(chance_unit(&luck) * 4)];
    double mean = pow(10, 3 * chance_unit(&luck));
    if (trace_make(t, kind, PAST + STEPS, 60, mean, chance_bits(&luck), e) < 0)
        return -1;
    t->from = PAST;
    *c = (sim_conditions){ .rate = mean / one_of(&luck, workers, 4), .startup = 1 + (size_t)(3 * chance_unit(&luck)), .price = 1,
                           .scale_price = one_of(&luck, scaling, 3), .min = 1, .limit_s = one_of(&luck, limits, 4), .late_allowed = 0.01 };
    return 0;
}

/* The arm with the highest draw of its mean gain; that of the controller alone is known to be 0. */
static size_t draw(const belief *b, chance *luck)
{
    size_t best = 0;
    double highest = 0;
    for (size_t a = 1; a < ARMS; a++) {
        double n = DOUBT + b[a].n, x = b[a].sum / n + SPREAD / sqrt(n) * chance_normal(luck);
        if (x > highest) {
            highest = x;
            best = a;
        }
    }
    return best ? best : 1 + (size_t)(chance_unit(luck) * (ARMS - 1));   /* nothing is learnt of that one */
}

/* What is believed to gain, by more than chance. */
static void settle(layer *l, belief (*b)[ARMS])
{
    for (size_t s = 0; s < SITUATIONS; s++)
        for (size_t a = 1; a < ARMS; a++) {
            double n = DOUBT + b[s][a].n, gain = b[s][a].sum / n;
            l->tries[s] += (int64_t)b[s][a].n;
            if (b[s][a].n >= 3 && gain > fmax(l->gain[s], 0.002)) {
                l->gain[s] = gain;
                l->arm[s] = a;
            }
        }
}

int layer_train(layer *l, int64_t seed, int64_t runs, mm_err *e)
{
    belief b[SITUATIONS][ARMS] = { { { 0 } } };
    chance luck = chance_of((uint64_t)seed, UINT64_MAX);
    *l = (layer){ .seed = seed, .runs = runs };
    for (int64_t i = 0; i < runs; i++) {
        trace t;
        sim_conditions c;
        double alone, with;
        size_t situation;
        if (make_run(&t, &c, (uint64_t)seed, i, e) < 0)
            return -1;
        int rc = run(&t, &c, &arm_control[0], &alone, &situation, e);
        size_t arm = rc < 0 ? 0 : draw(b[situation], &luck);
        rc = rc < 0 ? rc : run(&t, &c, &arm_control[arm], &with, NULL, e);
        trace_free(&t);
        if (rc < 0)
            return -1;
        b[situation][arm].n++;
        b[situation][arm].sum += alone > 0 ? fmax((alone - with) / alone, -1) : 0;
    }
    settle(l, b);
    return 0;
}

int train_run(mm_app *a, int64_t seed, int64_t runs, size_t operands, mm_err *e)
{
    layer l;
    mm_buf out = { 0 };
    if (operands)
        return mm_fail(e, MM_EUSAGE, "train takes no files: it learns in the simulator");
    if (layer_train(&l, seed, runs, e) < 0)
        return -1;
    layer_put(&out, &l);
    int rc = mm_app_write(a, &out, e);
    mm_buf_free(&out);
    return rc;
}
