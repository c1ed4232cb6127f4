/* way.c - time and cost of a segment on a machine. */
#include "way.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "student.h"

/* ---- one task ---- */

static load share_of(const load *whole, size_t shards, size_t cores, const char *machine)
{
    load l = *whole;
    l.records /= (double)shards;
    l.bytes /= (double)shards;
    l.cores = (double)cores;
    l.machine = machine;
    return l;
}

/* A task is a pipe on some processors: as long as all its processor time spread over these, or as the slowest stage by itself;
 * stages wait for each other beyond that as pipes have been seen to. */
static estimate task_time(const pipeline *p, const models *m, const segment *g, const offer *on, size_t cores, size_t shards)
{
    double busy = 0, squares = 0, df = 1e6, slowest = 0;
    for (size_t i = 0; i < g->n; i++) {
        const char *name = flow_model(&p->stage[g->stage[i]], m);
        load l = share_of(&g->in[i], shards, cores, on->machine);
        estimate wall = models_predict(m, name, WALL, &l);
        if (g->n == 1)
            return wall;
        estimate cpu = models_predict(m, name, CPU, &l);
        busy += cpu.mean / (double)cores;
        squares += cpu.scale * cpu.scale / (double)cores / (double)cores;
        df = fmin(df, cpu.df);
        slowest = fmax(slowest, wall.mean);
    }
    estimate pipe = models_pipe(m);
    double mean = fmax(busy, slowest) * pipe.mean, of_pipe = pipe.scale / pipe.mean * mean;
    return (estimate){ mean, sqrt(squares * pipe.mean * pipe.mean + of_pipe * of_pipe), fmin(df, pipe.df) };
}

static double task_memory(const pipeline *p, const models *m, const segment *g, size_t cores, size_t shards)
{
    double sum = 0;
    for (size_t i = 0; i < g->n; i++) {
        const plan_stage *s = &p->stage[g->stage[i]];
        load l = share_of(&g->in[i], shards, cores, NULL);
        estimate y = models_predict(m, flow_model(s, m), MEMORY, &l);
        sum += !isnan(s->max_memory) ? s->max_memory : y.mean + 2 * y.scale;
    }
    return sum;
}

/* What a task takes before it has done anything: what is lost with each cut. */
static double start_of(const pipeline *p, const models *m, const segment *g, size_t cores)
{
    double sum = 0.05;
    for (size_t i = 0; i < g->n; i++) {
        load l = { .cores = (double)cores };
        sum += models_predict(m, flow_model(&p->stage[g->stage[i]], m), CPU, &l).mean;
    }
    return sum;
}

/* ---- a way ---- */

static size_t rounds_of(const way *w)
{
    return (w->shards + w->parallel - 1) / w->parallel;
}

/* Machines that are taken back: a task that is lost is done again on another machine. The expected time of work of length t
 * under failures that come once in M is M (exp(t / M) - 1), and a restart costs R on top (Daly 2006, equation 13). */
static double with_interruptions(const way *w, double task, double *variance)
{
    double m = 3600 / w->on->interruptions, r = w->on->start_s, rounds = (double)rounds_of(w);
    double expected = rounds * m * exp(r / m) * expm1(fmin(task / m, 500)), lost = rounds * task / m;
    *variance = lost * (task / 2 + r) * (task / 2 + r);
    return expected;
}

/* Cut the work so that a task is as long as a checkpoint interval should be: sqrt(2 C M), C what a cut costs (Young 1974). */
static void cut_by_interval(way *w, const pipeline *p, const models *m, const segment *g, double work)
{
    w->checkpoint_s = sqrt(2 * start_of(p, m, g, w->cores) * 3600 / w->on->interruptions);
    double rounds = fmax(1, ceil(work / w->checkpoint_s)), most = (double)(g->most_shards / w->parallel);
    rounds = fmin(rounds, fmax(1, most));
    w->shards = (size_t)rounds * w->parallel;
}

bool way_make(way *w, const pipeline *p, const models *m, const segment *g, const offer *on, size_t cores, size_t machines, size_t shards)
{
    size_t at_once = (size_t)on->cores / cores;
    *w = (way){ .on = on, .shards = shards, .cores = cores, .machines = machines, .parallel = machines * at_once };
    if (w->parallel > g->most_shards && (machines > 1 || cores < (size_t)on->cores))
        return false;
    if (w->shards < w->parallel)
        w->shards = w->parallel;
    if (w->shards > g->most_shards)
        w->shards = g->most_shards > w->parallel ? g->most_shards : w->parallel;
    bool taken_back = on->interruptions > 0;
    if (strcmp(on->purchase, "spot") == 0 && !g->resumable)
        return false;
    estimate task = task_time(p, m, g, on, cores, w->shards);
    if (taken_back && !g->stateful) {
        cut_by_interval(w, p, m, g, task.mean * (double)rounds_of(w));
        if (w->shards < shards)
            w->shards = shards;
        task = task_time(p, m, g, on, cores, w->shards);
    }
    w->memory = task_memory(p, m, g, cores, w->shards);
    if (on->memory > 0 && w->memory * (double)at_once > on->memory)
        return false;
    double rounds = (double)rounds_of(w), variance = 0, mean = rounds * task.mean;
    if (taken_back)
        mean = with_interruptions(w, task.mean, &variance);
    double scale = mean * (task.mean > 0 ? task.scale / task.mean : 1);
    w->task_s = task.mean;
    w->time = (estimate){ mean + on->start_s, sqrt(scale * scale + variance), task.df };
    w->cost = on->hour_near * (double)machines * w->time.mean / 3600;
    return true;
}

double way_within(const way *w, double confidence)
{
    return w->time.mean + w->time.scale * student_quantile(confidence, w->time.df);
}

/* ---- all that are worth something ---- */

typedef struct gather {
    const pipeline *p;
    const models *m;
    const segment *g;
    way *v;
    size_t n, room;
    double df, quantile;   /* of the last df that was asked for */
    bool failed;
} gather;

/* How long to count on, for comparing ways: the mean and the spread at the confidence wanted. */
static double counted(gather *k, const way *w)
{
    if (w->time.df != k->df) {
        k->df = w->time.df;
        k->quantile = student_quantile(k->p->confidence, k->df);
    }
    return w->time.mean + k->quantile * w->time.scale;
}

static void keep(gather *k, const way *w)
{
    if (k->n == k->room) {
        size_t more = k->room ? 2 * k->room : 512;
        way *grown = realloc(k->v, more * sizeof *grown);
        if (!grown) {
            k->failed = true;
            return;
        }
        k->v = grown;
        k->room = more;
    }
    k->v[k->n++] = *w;
}

static void on_offer(gather *k, const offer *on, way *cheapest)
{
    size_t most = k->p->max_workers ? k->p->max_workers : LIKELY_MACHINES, all = (size_t)on->cores;
    const size_t cores[] = { all, all >= 8 ? 4 : 0, all > 1 ? 1 : 0 };
    if (strcmp(on->machine, "local") == 0)
        most = 1;
    cheapest->cost = NAN;
    for (size_t c = 0; c < sizeof cores / sizeof *cores; c++)
        for (size_t machines = 1; cores[c] && machines <= most; machines = machines < most && 2 * machines > most ? most : 2 * machines) {
            way w;
            if (!way_make(&w, k->p, k->m, k->g, on, cores[c], machines, 1))
                continue;
            keep(k, &w);
            if (isnan(cheapest->cost) || w.cost < cheapest->cost || (w.cost == cheapest->cost && w.time.mean < cheapest->time.mean))
                *cheapest = w;
            if (w.parallel >= k->g->most_shards)
                break;
        }
}

static int by_cost(const void *a, const void *b)
{
    const way *x = a, *y = b;
    if (x->cost != y->cost)
        return x->cost < y->cost ? -1 : 1;
    double s = x->time.mean + x->time.scale, t = y->time.mean + y->time.scale;
    return s != t ? (s < t ? -1 : 1) : x->machines != y->machines ? (x->machines < y->machines ? -1 : 1) : (x->parallel > y->parallel) - (x->parallel < y->parallel);
}

static int no_way(const pipeline *p, const segment *g, const offers *o, mm_err *e)
{
    double most = 0, least = INFINITY;
    size_t placed = 0;
    for (size_t i = 0; i < o->n; i++)
        if (offer_resides(p, &o->v[i], g->tier, 2)) {
            placed++;
            most = fmax(most, o->v[i].memory);
        }
    const mm_node *n = p->stage[g->stage[0]].node;
    if (!placed) {
        const char *tier = g->tier[0] ? g->tier[0] : g->tier[1];
        return mm_node_fail(p->doc, n, e, "residency: data of tier %s may not be handled in any region where a machine may be had", tier ? tier : "");
    }
    for (size_t i = 0; i < g->n; i++)
        if (!p->stage[g->stage[i]].resumable)
            least = 0;
    bool all_spot = true;
    for (size_t i = 0; i < o->n; i++)
        all_spot &= strcmp(o->v[i].purchase, "spot") == 0;
    if (all_spot && least == 0)
        return mm_node_fail(p->doc, n, e, "limits: only spot machines may be had, which may be taken back, but %s is not resumable", g->name);
    return mm_node_fail(p->doc, n, e, "%s needs more memory than the %.1f GiB of the largest machine that may be had", g->name, most / 1073741824.0);
}

enum { MOST_KEPT = 48 };

int ways_make(ways *w, const pipeline *p, const models *m, const segment *g, const offers *o, mm_arena *a, mm_err *e)
{
    gather k = { p, m, g, NULL, 0, 0, NAN, 0, false };
    *w = (ways){ .n_offers = o->n };
    w->of_offer = mm_arena_alloc(a, o->n * sizeof *w->of_offer);
    for (size_t i = 0; w->of_offer && i < o->n; i++)
        if (offer_resides(p, &o->v[i], g->tier, 2))
            on_offer(&k, &o->v[i], &w->of_offer[i]);
        else
            w->of_offer[i].cost = NAN;
    if (k.failed || !w->of_offer || (k.n && !(w->v = mm_arena_alloc(a, k.n * sizeof *w->v)))) {
        free(k.v);
        return mm_fail(e, MM_ESYS, "out of memory");
    }
    if (k.n)
        qsort(k.v, k.n, sizeof *k.v, by_cost);
    double fastest = INFINITY;
    for (size_t i = 0; i < k.n; i++) {
        double t = counted(&k, &k.v[i]);
        /* What saves less than a part in a hundred is not worth more money. */
        if (t < fastest * (w->n ? 0.99 : 1)) {
            w->v[w->n++] = k.v[i];
            fastest = t;
        }
    }
    free(k.v);
    while (w->n > MOST_KEPT) {
        size_t n = 0;
        for (size_t i = 0; i < w->n; i++)
            if (i % 2 == 0 || i + 1 == w->n)
                w->v[n++] = w->v[i];
        w->n = n;
    }
    return w->n ? 0 : no_way(p, g, o, e);
}
