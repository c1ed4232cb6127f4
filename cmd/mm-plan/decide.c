/* decide.c - a plan, put together. */
#include "decide.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "choose.h"
#include "reasons.h"
#include "stream.h"
#include "student.h"

typedef struct decider {
    const pipeline *p;
    const models *m;
    const mm_book *book;
    plan *plan;
    mm_arena *scratch;
    mm_err *e;
    offers offers;
} decider;

static void *room(mm_arena *a, size_t n, size_t size, mm_err *e)
{
    void *v = mm_arena_alloc(a, (n ? n : 1) * size);
    if (v)
        memset(v, 0, (n ? n : 1) * size);
    else
        mm_fail(e, MM_ESYS, "out of memory");
    return v;
}

static const char *copy(decider *d, const char *s)
{
    return s ? mm_arena_copy(d->plan->arena, mm_str_of(s)).p : NULL;
}

/* ---- with pipes whole, or cut ---- */

static int solve(decider *d, bool cut, solution *v, mm_err *e)
{
    if (segments_make(&v->segments, d->p, d->m, cut, d->scratch, e) < 0)
        return -1;
    size_t n = v->segments.n;
    v->ways = room(d->scratch, n, sizeof *v->ways, e);
    v->pick = room(d->scratch, n, sizeof *v->pick, e);
    if (!v->ways || !v->pick)
        return -1;
    for (size_t i = 0; i < n; i++)
        if (ways_make(&v->ways[i], d->p, d->m, &v->segments.v[i], &d->offers, d->scratch, e) < 0)
            return -1;
    return choose(d->p, &v->segments, v->ways, v->pick, &v->timing, d->scratch, e);
}

static bool is_better(const pipeline *p, const solution *a, const solution *b)
{
    const timing *s = &a->timing, *t = &b->timing;
    if (p->goal == FASTEST || (s->cost == 0 && t->cost == 0))
        return s->time.mean < t->time.mean;
    return s->cost < t->cost;
}

/* ---- jobs ---- */

/* What a stage takes in the way that was picked, and whether anything is known of it. */
static int fill_stage(decider *d, job_stage *out, const segment *g, size_t i, const way *w)
{
    const plan_stage *s = &d->p->stage[g->stage[i]];
    const char *name = flow_model(s, d->m);
    load task = g->in[i];
    task.records /= (double)w->shards;
    task.bytes /= (double)w->shards;
    task.cores = (double)w->cores;
    task.machine = w->on->machine;
    estimate cpu = models_predict(d->m, name, CPU, &task), memory = models_predict(d->m, name, MEMORY, &task);
    cpu.mean *= (double)w->shards;
    cpu.scale *= (double)w->shards;
    *out = (job_stage){ copy(d, s->name), copy(d, s->command), estimate_guess(&cpu, d->p->confidence), estimate_guess(&memory, d->p->confidence),
                        g->in[i].records, g->in[i].bytes };
    return out->name && out->command ? 0 : mm_fail(d->e, MM_ESYS, "out of memory");
}

/* An amount that was reckoned in binary, as money: to the millionth. */
static mm_money as_money(double v)
{
    return (mm_money)llround(fmin(v, 1e12) * 1e6) * (MM_MONEY_ONE / 1000000);
}

static mm_money cost_of(const way *w)
{
    mm_money machine_seconds = (mm_money)llround(fmin((double)w->machines * w->time.mean, 1e12) * 1e3) * (MM_MONEY_ONE / 1000), cost;
    return mm_money_times(w->on->hour, machine_seconds, &cost) && mm_money_over(cost, 3600 * MM_MONEY_ONE, &cost) ? cost : as_money(w->cost);
}

static int fill_job(decider *d, const solution *v, size_t i)
{
    const segment *g = &v->segments.v[i];
    const way *w = &v->ways[i].v[v->pick[i]];
    job *j = &d->plan->jobs[i];
    *j = (job){ .name = copy(d, g->name), .n_stages = g->n, .n_after = g->n_after, .reads = copy(d, g->reads), .writes = copy(d, g->writes),
                .shards = w->shards, .parallel = w->parallel, .cores = w->cores, .memory_bytes = ceil(w->memory), .machine = copy(d, w->on->machine),
                .region = copy(d, w->on->region), .purchase = w->on->purchase, .hour_price = w->on->hour_near, .interruptions = w->on->interruptions,
                .checkpoint_s = w->checkpoint_s, .time_s = estimate_guess(&w->time, d->p->confidence), .start_s = v->timing.start[i],
                .cost = cost_of(w), .resumable = g->resumable };
    j->stage = room(d->plan->arena, g->n, sizeof *j->stage, d->e);
    j->after = room(d->plan->arena, g->n_after + 1, sizeof *j->after, d->e);
    if (!j->stage || !j->after || !j->name || !j->machine || !j->region)
        return mm_fail(d->e, MM_ESYS, "out of memory");
    size_t waits = v->timing.waits[i];
    bool counted = waits == NONE;
    for (size_t k = 0; k < g->n_after; k++) {
        j->after[k] = g->after[k];
        counted |= g->after[k] == waits;
    }
    if (!counted)
        j->after[j->n_after++] = waits;
    for (size_t k = 0; k < g->n; k++)
        if (fill_stage(d, &j->stage[k], g, k, w) < 0)
            return -1;
    return 0;
}

/* A job that reads what another made has no more to share out than the files that this wrote: it writes as many. */
static void match_shards(plan *p, const segments *s)
{
    for (size_t i = p->n_jobs; i-- > 0;) {
        const segment *g = &s->v[i];
        job *before = g->n_after && g->reads ? &p->jobs[g->after[g->n_after - 1]] : NULL;
        if (before && before->writes && strcmp(before->writes, g->reads) == 0 && before->shards < p->jobs[i].shards)
            before->shards = p->jobs[i].shards;
    }
}

/* XXH3-128 of what it was made from. */
static const char *digest_of(decider *d)
{
    char hex[33];
    mm_buf b = { 0 };
    mm_buf_str(&b, mm_str_of(mm_doc_digest(d->p->doc)));
    models_digest(d->m, hex);
    mm_buf_str(&b, mm_str_of(hex));
    mm_buf_str(&b, mm_str_of(d->book ? mm_book_digest(d->book) : ""));
    mm_hash_hex(b.p ? b.p : "", b.n, hex);
    mm_buf_free(&b);
    return copy(d, hex);
}

static int fill(decider *d, const solution *v, const solution *other, bool cut)
{
    plan *p = d->plan;
    const timing *t = &v->timing;
    p->pipeline = copy(d, d->p->name);
    p->digest = digest_of(d);
    p->currency = d->book ? copy(d, mm_book_currency(d->book)) : "";
    p->goal = d->p->goal;
    p->confidence = d->p->confidence;
    p->deadline_s = d->p->deadline_s;
    p->time_s = estimate_guess(&t->time, d->p->confidence);
    p->p_on_time = t->p_on_time;
    p->step_s = 0;
    p->jobs = room(p->arena, v->segments.n, sizeof *p->jobs, d->e);
    if (!p->jobs || !p->pipeline || !p->digest || !p->currency)
        return mm_fail(d->e, MM_ESYS, "out of memory");
    p->n_jobs = v->segments.n;
    for (size_t i = 0; i < p->n_jobs; i++) {
        if (fill_job(d, v, i) < 0)
            return -1;
        mm_money_add(&p->cost, p->jobs[i].cost);
    }
    match_shards(p, &v->segments);
    p->cost_high = p->cost + as_money(fmax(0, t->cost_scale * student_quantile(d->p->confidence, t->time.df)));
    return reasons_make(p, d->p, d->m, v, other, cut, d->e);
}

/* ---- a stream ---- */

/* What a worker of the stream does a second on one machine, all segments taken together; 0: they do not fit on it. */
static double rate_on(decider *d, const segments *s, const offer *on)
{
    double time = 0;
    for (size_t i = 0; i < s->n; i++) {
        segment g = s->v[i];
        way w;
        g.most_shards = 1;
        if (!offer_resides(d->p, on, g.tier, 2) || !way_make(&w, d->p, d->m, &g, on, (size_t)on->cores, 1, 1))
            return 0;
        time += w.task_s;
    }
    return time > 0 && s->n ? s->v[0].in[0].records / time : 0;
}

/* The machine that does a unit at the least cost; without prices this one. */
static const offer *cheapest_rate(decider *d, const segments *s, double *rate, const offer **next, double *next_rate)
{
    const offer *best = NULL;
    *next = NULL;
    for (size_t i = 0; i < d->offers.n; i++) {
        const offer *on = &d->offers.v[i];
        double r = rate_on(d, s, on);
        if (!(r > 0))
            continue;
        if (!best || on->hour_near / r < best->hour_near / *rate) {
            *next = best;
            *next_rate = *rate;
            best = on;
            *rate = r;
        } else if (!*next || on->hour_near / r < (*next)->hour_near / *next_rate) {
            *next = on;
            *next_rate = r;
        }
    }
    return best;
}

/* Workers over the day behind the history of arrivals, each of which runs all stages on one machine. */
static int decide_stream(decider *d)
{
    solution v = { 0 };
    double rate = 0, next_rate = 0, hours = 0;
    const offer *next;
    if (segments_make(&v.segments, d->p, d->m, false, d->scratch, d->e) < 0)
        return -1;
    size_t n = v.segments.n, most = 0;
    const offer *on = cheapest_rate(d, &v.segments, &rate, &next, &next_rate);
    v.ways = room(d->scratch, n, sizeof *v.ways, d->e);
    v.pick = room(d->scratch, n, sizeof *v.pick, d->e);
    way *way_of = room(d->scratch, n, sizeof *way_of, d->e);
    if (!v.ways || !v.pick || !way_of)
        return -1;
    if (!on)
        return mm_fail(d->e, MM_EUSAGE, "no machine that may be had can run the stages of the stream: too little memory, a tier that may not be handled there, or only spot machines for a stage that is not resumable");
    for (size_t i = 0; i < n; i++) {
        v.segments.v[i].most_shards = 1;
        way_make(&way_of[i], d->p, d->m, &v.segments.v[i], on, (size_t)on->cores, 1, 1);
        v.ways[i] = (ways){ .v = &way_of[i], .n = 1 };
    }
    if (timing_make(&v.timing, d->p, &v.segments, v.ways, v.pick, d->scratch, d->e) < 0 || fill(d, &v, NULL, false) < 0)
        return -1;
    plan *p = d->plan;
    stream_worker worker = { rate, on->start_s };
    if (stream_fill(p, d->p, &worker, &hours, d->e) < 0)
        return -1;
    for (size_t i = 0; i < p->n_steps; i++)
        most = p->step[i].workers > most ? p->step[i].workers : most;
    double day = p->step_s * (double)p->n_steps;
    p->time_s = (guess){ day, day, day };
    p->p_on_time = 1;
    p->cost = 0;
    for (size_t i = 0; i < n; i++) {
        job *j = &p->jobs[i];
        j->shards = j->parallel = most;
        j->start_s = 0;
        j->time_s = p->time_s;
        j->cost = i ? 0 : as_money(hours * on->hour_near);
        p->cost += j->cost;
    }
    p->cost_high = p->cost;
    return reasons_stream(p, rate, on, hours, next, next_rate, d->e);
}

static int decide(decider *d)
{
    if (d->p->arrivals.file)
        return decide_stream(d);
    if (d->p->goal == LATENCY)
        return mm_node_fail(d->p->doc, mm_node_get(mm_doc_root(d->p->doc), "objective"), d->e, "goal latency is one of streams: arrivals, the history of what came in, is missing");
    solution whole = { 0 }, cut = { 0 };
    mm_err first = { 0 }, second = { 0 };
    bool good = solve(d, false, &whole, &first) == 0, may_cut = whole.segments.may_cut;
    bool cut_good = may_cut && solve(d, true, &cut, &second) == 0;
    if (!good && !cut_good) {
        *d->e = may_cut ? second : first;
        return -1;
    }
    bool take_cut = cut_good && (!good || is_better(d->p, &cut, &whole));
    return take_cut ? fill(d, &cut, good ? &whole : NULL, true) : fill(d, &whole, cut_good ? &cut : NULL, false);
}

plan *plan_make(const pipeline *p, const models *m, const mm_book *book, const decide_opts *o, mm_err *e)
{
    plan *made = calloc(1, sizeof *made);
    mm_arena *scratch = mm_arena_new();
    bool good = made && scratch && (made->arena = mm_arena_new());
    if (!good)
        mm_fail(e, MM_ESYS, "out of memory");
    decider d = { .p = p, .m = m, .book = book, .plan = made, .scratch = scratch, .e = e };
    good = good && offers_make(&d.offers, p, book, o->cores, o->now, scratch, e) == 0 && decide(&d) == 0;
    mm_arena_free(scratch);
    if (good)
        return made;
    plan_free(made);
    return NULL;
}
