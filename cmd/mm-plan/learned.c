/* learned.c - the controller with a learned layer, and the guard over it. */
#include "layer.h"

#include <stdlib.h>

/* A run of a controller in shadow: a flow of work, without losses. */
typedef struct shadow {
    controller *k;
    double queue, cost;
    double served, busy_s;
    size_t ready, starting, was_ready;
    size_t *due;             /* workers, by step modulo startup + 2 */
} shadow;

enum { LOOK = 60 };          /* steps between choices of an arm */
#define TRUST 720            /* steps between looks at whether to follow the layer, at first */
#define CLEARLY 0.015        /* share of the loss that the layer has to save in shadow */
#define MAY_LOSE 0.001       /* of what the controller alone has lost */

typedef struct learned {
    const sim_conditions *c;
    layer layer;
    double step_s;
    shadow alone, layered;
    controller *k;           /* of the run itself */
    double cost;
    size_t wanted, steps, due_back;   /* steps so far; the layer is not followed before */
    size_t pause, streak;    /* streak: looks in a row at which the layer was better */
    bool follows, begun;
    double mark_run, mark_alone, mark_layered, mark_late_alone, mark_late_layered;
} learned;

static void shadow_begin(shadow *s, const sim_view *v)
{
    s->ready = v->ready;
    s->starting = v->starting;
    s->queue = v->queue;
}

/* The step before v->t, once it is known what came in. */
static void shadow_work(shadow *s, const learned *l, const sim_view *v)
{
    double unit = l->c->rate * l->step_s, all = s->queue + v->arrivals[v->t - 1], most = (double)s->ready * unit;
    s->served = all < most ? all : most;
    s->queue = all - s->served;
    s->busy_s = s->served / l->c->rate;
    s->was_ready = s->ready;
}

static void shadow_decide(shadow *s, const learned *l, const sim_view *v)
{
    size_t ring = l->c->startup + 2, *due = &s->due[v->t % ring];
    s->ready += *due;
    s->starting -= *due;
    *due = 0;
    sim_view mine = *v;
    mine.queue = s->queue;
    mine.ready = s->ready;
    mine.starting = s->starting;
    mine.served = s->served;
    mine.busy_s = s->busy_s;
    mine.was_ready = s->was_ready;
    mine.lost = 0;
    size_t was = s->ready + s->starting, n = sim_allowed(l->c, (double)controller_step(s->k, &mine));
    s->cost += (double)n * l->c->price * l->step_s / 3600 + (n > was ? (double)(n - was) * l->c->scale_price : 0);
    if (n > was && l->c->startup) {
        s->due[(v->t + l->c->startup) % ring] += n - was;
        s->starting += n - was;
    } else if (n > was) {
        s->ready += n - was;
    }
    size_t gone = was > n ? was - n : 0;
    for (size_t i = l->c->startup + 1; gone && i; i--) {
        due = &s->due[(v->t + i) % ring];
        size_t some = *due < gone ? *due : gone;
        *due -= some;
        s->starting -= some;
        gone -= some;
    }
    s->ready -= gone;
}

static double lost(const learned *l, double cost, const controller *k)
{
    return layer_loss(cost, controller_late(k), l->c);
}

static void mark(learned *l)
{
    l->mark_run = lost(l, l->cost, l->k);
    l->mark_alone = lost(l, l->alone.cost, l->alone.k);
    l->mark_layered = lost(l, l->layered.cost, l->layered.k);
    l->mark_late_alone = controller_late(l->alone.k);
    l->mark_late_layered = controller_late(l->layered.k);
}

static void follow(learned *l, bool yes)
{
    l->follows = yes;
    controller_set(l->k, yes ? &arm_control[l->layer.arm[layer_situation(l->k, l->c)]] : &arm_control[0]);
    mark(l);
}

/* To follow the layer, or to leave it. */
static void guard(learned *l)
{
    double alone = lost(l, l->alone.cost, l->alone.k), run = lost(l, l->cost, l->k), layered = lost(l, l->layered.cost, l->layered.k);
    if (l->follows) {
        double more = (run - l->mark_run) - (alone - l->mark_alone);
        double later = (controller_late(l->k) - controller_late(l->alone.k)) - (l->mark_late_layered - l->mark_late_alone);
        if (more > MAY_LOSE * alone || later > MAY_LOSE * controller_arrived(l->k)) {
            l->pause *= 2;
            l->streak = 0;
            l->due_back = l->steps + l->pause;
            follow(l, false);
        }
    } else if (l->steps >= l->due_back) {
        bool better = layered - l->mark_layered < (1 - CLEARLY) * (alone - l->mark_alone) &&
                      controller_late(l->layered.k) - l->mark_late_layered <= controller_late(l->alone.k) - l->mark_late_alone;
        l->due_back = l->steps + l->pause;
        l->streak = better ? l->streak + 1 : 0;
        follow(l, l->streak >= 2);
        if (l->follows)
            l->mark_late_layered = controller_late(l->k), l->mark_late_alone = controller_late(l->alone.k);
    }
}

static size_t step(void *ctx, const sim_view *v)
{
    learned *l = ctx;
    if (!l->begun) {
        l->begun = true;
        l->wanted = v->ready + v->starting;
        shadow_begin(&l->alone, v);
        shadow_begin(&l->layered, v);
    } else {
        shadow_work(&l->alone, l, v);
        shadow_work(&l->layered, l, v);
    }
    shadow_decide(&l->alone, l, v);
    shadow_decide(&l->layered, l, v);
    if (l->steps % LOOK == 0)
        controller_set(l->layered.k, &arm_control[l->layer.arm[layer_situation(l->layered.k, l->c)]]);
    if (l->steps % LOOK == 0 && l->follows)
        controller_set(l->k, &arm_control[l->layer.arm[layer_situation(l->k, l->c)]]);
    size_t n = sim_allowed(l->c, (double)controller_step(l->k, v));
    l->cost += (double)n * l->c->price * l->step_s / 3600 + (n > l->wanted ? (double)(n - l->wanted) * l->c->scale_price : 0);
    l->wanted = n;
    l->steps++;
    guard(l);
    return n;
}

static void drop(void *ctx)
{
    learned *l = ctx;
    controller_free(l->k);
    controller_free(l->alone.k);
    controller_free(l->layered.k);
    free(l->alone.due);
    free(l->layered.due);
    free(l);
}

int policy_layered(sim_policy *out, const trace *t, const sim_conditions *c, const layer *what, mm_err *e)
{
    learned *l = calloc(1, sizeof *l);
    if (!l)
        return mm_fail(e, MM_ESYS, "out of memory");
    *l = (learned){ .c = c, .layer = *what, .step_s = t->step_s, .pause = TRUST, .due_back = TRUST };
    l->k = controller_new(t->step_s, t->start, c);
    l->alone.k = controller_new(t->step_s, t->start, c);
    l->layered.k = controller_new(t->step_s, t->start, c);
    l->alone.due = calloc(c->startup + 2, sizeof *l->alone.due);
    l->layered.due = calloc(c->startup + 2, sizeof *l->layered.due);
    if (!l->k || !l->alone.k || !l->layered.k || !l->alone.due || !l->layered.due) {
        drop(l);
        return mm_fail(e, MM_ESYS, "out of memory");
    }
    *out = (sim_policy){ .name = "learned", .step = step, .free = drop, .ctx = l };
    return 0;
}

int policy_learned(sim_policy *out, const trace *t, const sim_conditions *c, mm_err *e)
{
    layer l = { 0 };
    if (c->layer && layer_load(&l, c->layer, e) < 0)
        return -1;
    return policy_layered(out, t, c, &l, e);
}
