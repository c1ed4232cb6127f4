#include "sim.h"
#include "chance.h"
#include "work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct run {
    const trace *t;
    const sim_conditions *c;
    size_t *due;           /* workers that will be ready, by step modulo `ring` */
    size_t ring;
    size_t wanted, ready;
    double *seen;          /* arrivals, with nothing behind the trace */
    fluid fluid;
    events *jobs;            /* NULL: the work is a flow */
} run;

size_t sim_steps(const trace *t, const sim_conditions *c)
{
    return t->n - t->from + (size_t)ceil(c->limit_s / t->step_s);
}

size_t sim_allowed(const sim_conditions *c, double wanted)
{
    double most = c->max ? (double)c->max : 1e9;
    double held = wanted > (double)c->min ? wanted : (double)c->min;
    return (size_t)(held < most ? held : most);
}

size_t sim_first(const trace *t, const sim_conditions *c)
{
    return sim_allowed(c, c->first ? (double)c->first : ceil(t->arrivals[t->from] / (c->rate * t->step_s) - 1e-9));
}

void sim_policy_free(sim_policy *p)
{
    if (p->free)
        p->free(p->ctx);
    *p = (sim_policy){ 0 };
}

static int check(const trace *t, const sim_conditions *c, mm_err *e)
{
    if (t->from >= t->n)
        return mm_fail(e, MM_EUSAGE, "no step of the trace is left behind the %zu that are past", t->from);
    if (!(c->rate > 0) || !isfinite(c->rate))
        return mm_fail(e, MM_EUSAGE, "a worker has to do more than nothing a second");
    if (!(c->limit_s >= 0) || !(c->limit_s / t->step_s < 1e6))
        return mm_fail(e, MM_EUSAGE, "the limit of a wait lies between 0 and a million steps");
    if (c->max && c->min > c->max)
        return mm_fail(e, MM_EUSAGE, "at least %zu workers and at most %zu can not be", c->min, c->max);
    return 0;
}

static int begin(run *u, const trace *t, const sim_conditions *c, mm_err *e)
{
    *u = (run){ .t = t, .c = c, .ring = c->startup + 2 };
    u->wanted = u->ready = sim_first(t, c);
    u->due = calloc(u->ring, sizeof *u->due);
    u->seen = calloc(t->from + sim_steps(t, c), sizeof *u->seen);
    if (!u->due || !u->seen)
        return mm_fail(e, MM_ESYS, "out of memory");
    memcpy(u->seen, t->arrivals, t->n * sizeof *u->seen);
    if (c->model == SIM_FLUID)
        return fluid_begin(&u->fluid, t, c, e);
    u->jobs = events_begin(t, c, e);
    return u->jobs ? 0 : -1;
}

static void end(run *u)
{
    free(u->due);
    free(u->seen);
    fluid_end(&u->fluid);
    events_end(u->jobs);
}

/* The newest go first. */
static void let_go(run *u, size_t i, size_t n)
{
    for (size_t ahead = u->c->startup + 1; n && ahead; ahead--) {
        size_t *due = &u->due[(i + ahead) % u->ring], some = *due < n ? *due : n;
        *due -= some;
        n -= some;
    }
    u->ready -= n;
}

static void decide(run *u, size_t i, size_t wanted, sim_result *r)
{
    if (wanted < u->wanted)
        let_go(u, i, u->wanted - wanted);
    else if (u->c->startup)
        u->due[(i + u->c->startup) % u->ring] += wanted - u->wanted;
    else
        u->ready += wanted - u->wanted;
    r->scalings += wanted != u->wanted;
    r->started += wanted > u->wanted ? wanted - u->wanted : 0;
    r->peak = wanted > r->peak ? wanted : r->peak;
    u->wanted = wanted;
}

/* How many of the ready workers are lost in step i: each by the same chance, told by the gaps between them, so that all policies lose
 * the same ones. */
static size_t lose(const run *u, size_t i)
{
    double hours = u->t->step_s / 3600, rate = (u->c->interruptions + u->c->failures) * hours;
    if (!(rate > 0))
        return 0;
    chance luck = chance_of(u->c->seed, 1000 + i);
    size_t lost = 0;
    for (double at = chance_wait(&luck) / rate; at < (double)u->ready; at = floor(at) + 1 + chance_wait(&luck) / rate)
        lost++;
    return lost;
}

static int work(run *u, size_t i, size_t lost, work_done *d, mm_err *e)
{
    if (!u->jobs)
        *d = fluid_step(&u->fluid, i, u->ready);
    else if (events_step(u->jobs, i, u->ready, lost, d) < 0)
        return mm_fail(e, MM_ESYS, "out of memory");
    return 0;
}

static void note(const sim_record *rec, size_t i, const run *u, const work_done *d, double late)
{
    if (!rec)
        return;
    if (rec->wanted)
        rec->wanted[i] = (double)u->wanted;
    if (rec->ready)
        rec->ready[i] = (double)u->ready;
    if (rec->queue)
        rec->queue[i] = d->queue;
    if (rec->late)
        rec->late[i] = late;
}

static void sum_up(const run *u, const work_done *last, double waited, double busy_s, sim_result *r)
{
    const sim_conditions *c = u->c;
    if (u->jobs)
        r->late += last->queue;
    for (size_t i = u->t->from; i < u->t->n; i++)
        r->arrived += u->t->arrivals[i];
    r->late_share = r->arrived > 0 ? r->late / r->arrived : 0;
    r->mean_wait_s = r->arrived > 0 ? waited / r->arrived : 0;
    if (last->oldest_s > r->max_wait_s)
        r->max_wait_s = last->oldest_s;
    r->cost = r->worker_hours * c->price + (double)r->started * c->scale_price;
    r->utilisation = r->worker_hours > 0 ? busy_s / 3600 / r->worker_hours : 0;
}

int sim_run(const trace *t, const sim_conditions *c, const sim_policy *p, sim_result *r, const sim_record *rec, mm_err *e)
{
    run u;
    if (check(t, c, e) < 0)
        return -1;
    if (begin(&u, t, c, e) < 0) {
        end(&u);
        return -1;
    }
    sim_view v = { .arrivals = u.seen, .step_s = t->step_s, .start = t->start };
    work_done d = { 0 };
    double waited = 0, busy_s = 0;
    size_t steps = sim_steps(t, c);
    *r = (sim_result){ 0 };
    for (size_t i = 0; i < steps; i++) {
        size_t *due = &u.due[i % u.ring];
        u.ready += *due;
        *due = 0;
        v.t = t->from + i;
        v.queue = d.queue;
        v.oldest_s = d.oldest_s;
        v.ready = u.ready;
        v.starting = u.wanted - u.ready;
        decide(&u, i, sim_allowed(c, (double)p->step(p->ctx, &v)), r);
        v.lost = lose(&u, i);
        u.ready -= v.lost;
        u.due[(i + 1 + c->startup) % u.ring] += v.lost;
        if (work(&u, i, v.lost, &d, e) < 0) {
            end(&u);
            return -1;
        }
        v.was_ready = u.ready;
        v.busy_s = d.busy_s;
        v.served = d.served;
        r->lost += v.lost;
        r->late += d.late;
        r->worker_hours += (double)u.wanted * t->step_s / 3600;
        if (d.longest_s > r->max_wait_s)
            r->max_wait_s = d.longest_s;
        if (d.until_s > r->makespan_s)
            r->makespan_s = d.until_s;
        waited += d.waited;
        busy_s += d.busy_s;
        note(rec, i, &u, &d, d.late + (u.jobs && i + 1 == steps ? d.queue : 0));
    }
    sum_up(&u, &d, waited, busy_s, r);
    end(&u);
    return 0;
}
