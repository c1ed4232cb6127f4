/* choose.c - ways picked under a chance constraint. */
#include "choose.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "student.h"
#include "summary.h"

/* ---- the whole ---- */

/* Where machines at once are limited, a segment waits for those that have them, in the order in which these end. */
static double wait_for_machines(const pipeline *p, const segments *s, const ways *w, const size_t *pick, const timing *t, size_t i, double start, size_t *waits)
{
    for (;;) {
        size_t used = w[i].v[pick[i]].machines, first = NONE;
        double least = INFINITY;
        for (size_t k = 0; k < i; k++) {
            double end = t->start[k] + w[k].v[pick[k]].time.mean;
            if (end <= start)
                continue;
            used += w[k].v[pick[k]].machines;
            if (end < least) {
                least = end;
                first = k;
            }
        }
        if (used <= p->max_workers || first == NONE)
            return start;
        start = least;
        *waits = first;
    }
}

typedef struct spread {
    double variance, fourth;   /* sums of squares of scales; of their squares over degrees of freedom */
} spread;

static void work_out(timing *t, const pipeline *p, const segments *s, const ways *w, const size_t *pick, spread *of)
{
    bool local = s->n && strcmp(w[0].v[0].on->machine, "local") == 0;
    double end_last = -1, variance = 0, fourth = 0;
    t->cost = t->cost_scale = 0;
    for (size_t i = 0; i < s->n; i++) {
        const way *v = &w[i].v[pick[i]];
        double start = 0;
        t->waits[i] = NONE;
        for (size_t k = 0; k < s->v[i].n_after; k++) {
            size_t before = s->v[i].after[k];
            double end = t->start[before] + w[before].v[pick[before]].time.mean;
            if (end >= start) {
                start = end;
                t->waits[i] = before;
            }
        }
        /* One machine does one thing after the other. */
        if (local && i > 0) {
            start = t->start[i - 1] + w[i - 1].v[pick[i - 1]].time.mean;
            t->waits[i] = i - 1;
        } else if (p->max_workers)
            start = wait_for_machines(p, s, w, pick, t, i, start, &t->waits[i]);
        t->start[i] = start;
        double square = v->time.scale * v->time.scale;
        of[i] = t->waits[i] == NONE ? (spread){ 0, 0 } : of[t->waits[i]];
        of[i].variance += square;
        of[i].fourth += square * square / v->time.df;
        if (start + v->time.mean > end_last) {
            end_last = start + v->time.mean;
            t->last = i;
        }
        double cost_scale = v->time.mean > 0 ? v->cost * v->time.scale / v->time.mean : 0;
        t->cost += v->cost;
        t->cost_scale += cost_scale * cost_scale;
    }
    if (s->n) {
        variance = of[t->last].variance;
        fourth = of[t->last].fourth;
    }
    /* Degrees of freedom of the sum by Welch and Satterthwaite. */
    t->time = (estimate){ fmax(0, end_last), sqrt(variance), fourth > 0 ? fmax(1, variance * variance / fourth) : 1e6 };
    t->cost_scale = sqrt(t->cost_scale);
    t->p_on_time = isnan(p->deadline_s) ? 1 : t->time.scale > 0 ? student_below((p->deadline_s - t->time.mean) / t->time.scale, t->time.df)
                                                               : t->time.mean <= p->deadline_s;
}

static void *room(mm_arena *a, size_t n, size_t size, mm_err *e)
{
    void *v = mm_arena_alloc(a, (n ? n : 1) * size);
    if (v)
        memset(v, 0, (n ? n : 1) * size);
    else
        mm_fail(e, MM_ESYS, "out of memory");
    return v;
}

int timing_make(timing *t, const pipeline *p, const segments *s, const ways *w, const size_t *pick, mm_arena *a, mm_err *e)
{
    *t = (timing){ .start = room(a, s->n, sizeof *t->start, e), .waits = room(a, s->n, sizeof *t->waits, e) };
    spread *of = room(a, s->n, sizeof *of, e);
    if (!t->start || !t->waits || !of)
        return -1;
    work_out(t, p, s, w, pick, of);
    return 0;
}

/* ---- picking ---- */

typedef struct chooser {
    const pipeline *p;
    const segments *s;
    const ways *w;
    size_t *pick;
    timing t;
    spread *of;
} chooser;

static double within(const chooser *c)
{
    return c->t.time.mean + c->t.time.scale * student_quantile(c->p->confidence, c->t.time.df);
}

static double cost_within(const chooser *c)
{
    return c->t.cost + c->t.cost_scale * student_quantile(c->p->confidence, c->t.time.df);
}

static void look(chooser *c)
{
    work_out(&c->t, c->p, c->s, c->w, c->pick, c->of);
}

static bool holds(const chooser *c)
{
    bool on_time = isnan(c->p->deadline_s) || c->t.p_on_time >= c->p->confidence;
    return on_time && (!c->p->budget || cost_within(c) <= mm_money_near(c->p->budget));
}

/* What is to be least: the cost, and of equal costs the time; or the other way round. */
static bool better(const chooser *c, double cost, double time, double than_cost, double than_time)
{
    if (c->p->goal == FASTEST)
        return time < than_time || (time == than_time && cost < than_cost);
    return cost < than_cost || (cost == than_cost && time < than_time);
}

enum { MOST_SEARCHED = 4000 };

/* Every combination, where these are few. False: they are not. */
static bool search_all(chooser *c)
{
    double all = 1;
    size_t n = c->s->n, best[32] = { 0 };
    for (size_t i = 0; i < n; i++)
        all *= (double)c->w[i].n;
    if (all > MOST_SEARCHED || n > sizeof best / sizeof *best)
        return false;
    double cost = INFINITY, time = INFINITY;
    bool found = false;
    memset(c->pick, 0, n * sizeof *c->pick);
    for (size_t turn = 0; turn < (size_t)all; turn++) {
        size_t rest = turn;
        for (size_t i = 0; i < n; i++) {
            c->pick[i] = rest % c->w[i].n;
            rest /= c->w[i].n;
        }
        look(c);
        if (holds(c) && (!found || better(c, c->t.cost, c->t.time.mean, cost, time))) {
            found = true;
            cost = c->t.cost;
            time = c->t.time.mean;
            memcpy(best, c->pick, n * sizeof *best);
        }
    }
    /* Where nothing holds, the fastest is left, for the message. */
    for (size_t i = 0; i < n; i++)
        c->pick[i] = found ? best[i] : c->w[i].n - 1;
    look(c);
    return true;
}

/* Of the segments that the end waits for, the change that saves most time for what it costs; false: none saves any, or none that the budget allows. */
static bool speed_up(chooser *c)
{
    double most = 0;
    size_t at = NONE, to = 0;
    for (size_t i = c->t.last; i != NONE; i = c->t.waits[i]) {
        const ways *w = &c->w[i];
        const way *now = &w->v[c->pick[i]];
        for (size_t k = c->pick[i] + 1; k < w->n; k++) {
            double saved = now->time.mean + 2 * now->time.scale - w->v[k].time.mean - 2 * w->v[k].time.scale, costs = fmax(w->v[k].cost - now->cost, 1e-12);
            if (saved <= 0 || saved / costs <= most)
                continue;
            size_t was = c->pick[i];
            bool may = true;
            if (c->p->goal == FASTEST && c->p->budget) {
                c->pick[i] = k;
                double cost = c->t.cost + w->v[k].cost - now->cost;
                may = cost <= mm_money_near(c->p->budget);
                c->pick[i] = was;
            }
            if (may) {
                most = saved / costs;
                at = i;
                to = k;
            }
        }
    }
    if (at == NONE)
        return false;
    size_t was = c->pick[at];
    c->pick[at] = to;
    look(c);
    if (c->p->goal == FASTEST && c->p->budget && cost_within(c) > mm_money_near(c->p->budget)) {
        c->pick[at] = was;
        look(c);
        return false;
    }
    return true;
}

/* Take cheaper ways (or faster ones) for one segment after the other while the limits hold. */
static void improve(chooser *c)
{
    bool changed = true;
    for (int round = 0; changed && round < 8; round++) {
        changed = false;
        for (size_t i = 0; i < c->s->n; i++) {
            size_t best = c->pick[i];
            look(c);
            double cost = c->t.cost, time = c->t.time.mean;
            for (size_t k = 0; k < c->w[i].n; k++) {
                double would = c->t.cost;
                c->pick[i] = k;
                if (c->p->goal != FASTEST && c->w[i].v[k].cost > c->w[i].v[best].cost)
                    break;
                look(c);
                would = c->t.cost;
                if (k != best && holds(c) && better(c, would, c->t.time.mean, cost, time)) {
                    cost = would;
                    time = c->t.time.mean;
                    best = k;
                    changed = true;
                }
            }
            c->pick[i] = best;
        }
    }
    look(c);
}

static void pick_many(chooser *c)
{
    memset(c->pick, 0, c->s->n * sizeof *c->pick);
    look(c);
    if (c->p->goal == FASTEST)
        while (speed_up(c))
            ;
    else
        while (!holds(c) && speed_up(c))
            ;
    if (holds(c))
        improve(c);
}

/* ---- what can not be ---- */

static void put_longest(mm_buf *b, const chooser *c)
{
    size_t longest = 0;
    for (size_t i = 1; i < c->s->n; i++)
        if (c->w[i].v[c->pick[i]].time.mean > c->w[longest].v[c->pick[longest]].time.mean)
            longest = i;
    mm_buf_printf(b, "; most of it is %.60s", c->s->v[longest].name);
    for (size_t i = 0; i < c->s->v[longest].n; i++)
        if (c->s->v[longest].stateful) {
            mm_buf_str(b, MM_STR(", which is not split"));
            break;
        }
    if (c->p->max_workers)
        mm_buf_printf(b, ", on at most %zu machine%s", c->p->max_workers, c->p->max_workers == 1 ? "" : "s");
}

static int can_not(chooser *c, mm_err *e)
{
    const mm_node *objective = mm_node_get(mm_doc_root(c->p->doc), "objective");
    mm_buf b = { 0 };
    int percent = (int)lround(c->p->confidence * 100);
    for (size_t i = 0; i < c->s->n; i++)
        c->pick[i] = c->w[i].n - 1;
    look(c);
    double least = within(c);
    if (!isnan(c->p->deadline_s) && c->t.p_on_time < c->p->confidence) {
        mm_buf_str(&b, MM_STR("the deadline of "));
        show_time(&b, c->p->deadline_s);
        mm_buf_printf(&b, " can not be held in %d of 100 cases: the fastest plan takes ", percent);
        show_time(&b, c->t.time.mean);
        mm_buf_str(&b, MM_STR(", and up to "));
        show_time(&b, least);
        mm_buf_printf(&b, " in %d of 100, ", percent);
        show_time(&b, least - c->p->deadline_s);
        mm_buf_str(&b, MM_STR(" too long"));
        put_longest(&b, c);
    } else {
        for (size_t i = 0; i < c->s->n; i++)
            c->pick[i] = 0;
        look(c);
        double budget = mm_money_near(c->p->budget), cost = cost_within(c);
        bool affordable = cost <= budget;
        mm_buf_printf(&b, "the budget of %.4g can not be held in %d of 100 cases", budget, percent);
        if (affordable)
            mm_buf_str(&b, MM_STR(" within the deadline"));
        else
            mm_buf_printf(&b, ": the cheapest plan costs %.4g, and up to %.4g in %d of 100, %.4g too much", c->t.cost, cost, percent, cost - budget);
    }
    mm_buf_byte(&b, 0);
    mm_node_fail(c->p->doc, objective ? objective : mm_doc_root(c->p->doc), e, "%s", b.p ? b.p : "out of memory");
    mm_buf_free(&b);
    return -1;
}

int choose(const pipeline *p, const segments *s, const ways *w, size_t *pick, timing *t, mm_arena *a, mm_err *e)
{
    chooser c = { .p = p, .s = s, .w = w, .pick = pick, .of = room(a, s->n, sizeof *c.of, e) };
    if (!c.of || timing_make(&c.t, p, s, w, pick, a, e) < 0)
        return -1;
    if (!search_all(&c))
        pick_many(&c);
    if (!holds(&c))
        return can_not(&c, e);
    *t = c.t;
    return 0;
}
