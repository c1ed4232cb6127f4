/* reasons.c - decisions in plain words. */
#include "reasons.h"

#include <math.h>
#include <string.h>

#include "student.h"
#include "summary.h"

typedef struct teller {
    plan *p;
    const pipeline *desc;
    const models *m;
    const solution *v;
    size_t room;
    mm_buf about, text, next;
    bool failed;
} teller;

static const char *kept(teller *t, mm_buf *b)
{
    const char *s = b->failed ? NULL : mm_arena_copy(t->p->arena, mm_buf_view(b)).p;
    t->failed |= !s;
    b->n = 0;
    return s;
}

/* Take what was written as a reason. */
static void tell(teller *t)
{
    bool more = t->next.n > 0;
    reason r = { kept(t, &t->about), kept(t, &t->text), more ? kept(t, &t->next) : NULL };
    if (t->p->n_reasons < t->room)
        t->p->reasons[t->p->n_reasons++] = r;
}

static void put_count(mm_buf *b, size_t n, const char *what)
{
    mm_buf_printf(b, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

static void put_cost(mm_buf *b, const teller *t, double v)
{
    mm_buf_printf(b, "%.4g %s", v, t->p->currency);
}

/* "0.12 USD more and 3 min less" */
static void put_difference(mm_buf *b, const teller *t, double cost, double time)
{
    bool money = t->p->currency[0] && fabs(cost) >= 5e-5;
    if (money) {
        put_cost(b, t, fabs(cost));
        mm_buf_str(b, cost > 0 ? MM_STR(" more") : MM_STR(" less"));
    }
    if (fabs(time) >= 0.0005) {
        mm_buf_str(b, money ? MM_STR(" and ") : MM_STR(""));
        show_time(b, fabs(time));
        mm_buf_str(b, time > 0 ? MM_STR(" longer") : MM_STR(" sooner"));
    } else if (!money)
        mm_buf_str(b, MM_STR("the same"));
}

/* ---- order, pipes ---- */

static void tell_order(teller *t, const reordered *r)
{
    bool same = strcmp(r->given, r->best) == 0;
    mm_buf_str(&t->about, MM_STR("order"));
    mm_buf_printf(&t->text, "%s: what is cheap and takes much away goes first; ", r->best);
    show_time(&t->text, r->best_s);
    mm_buf_str(&t->text, MM_STR(" of processor time"));
    if (!same) {
        mm_buf_printf(&t->text, ", where the order described (%s) would take ", r->given);
        show_time(&t->text, r->given_s);
    }
    if (r->next) {
        mm_buf_printf(&t->next, "%s, with ", r->next);
        show_time(&t->next, r->next_s);
    }
    tell(t);
}

static void tell_pipes(teller *t, const solution *other, bool cut)
{
    mm_buf_str(&t->about, MM_STR("pipes"));
    mm_buf_str(&t->text, cut ? MM_STR("cut where stages that see all records meet others, so that these are split by shard")
                             : MM_STR("whole: what one stage writes the next reads at once, and nothing lies between"));
    if (other) {
        mm_buf_str(&t->next, cut ? MM_STR("whole, for ") : MM_STR("cut where stages that see all records meet others, for "));
        put_difference(&t->next, t, other->timing.cost - t->v->timing.cost, other->timing.time.mean - t->v->timing.time.mean);
    } else if (t->v->segments.may_cut)
        mm_buf_str(&t->next, cut ? MM_STR("whole, which the limits do not allow") : MM_STR("cut, which the limits do not allow"));
    tell(t);
}

/* ---- a job ---- */

static void put_place(mm_buf *b, const way *w)
{
    mm_buf_printf(b, "%s", w->on->machine);
    if (strcmp(w->on->machine, "local") != 0)
        mm_buf_printf(b, " in %s, %s", w->on->region, w->on->purchase);
}

/* The best on another offer: by what is wanted. */
static const way *elsewhere(const teller *t, const ways *w, const way *now)
{
    const way *best = NULL;
    for (size_t i = 0; i < w->n_offers; i++) {
        const way *v = &w->of_offer[i];
        if (isnan(v->cost) || v->on == now->on)
            continue;
        bool better = !best || (t->desc->goal == FASTEST ? v->time.mean < best->time.mean : v->cost < best->cost);
        best = better ? v : best;
    }
    return best;
}

static void tell_machine(teller *t, size_t i)
{
    const ways *w = &t->v->ways[i];
    const way *now = &w->v[t->v->pick[i]], *other = elsewhere(t, w, now);
    if (strcmp(now->on->machine, "local") == 0)
        return;
    mm_buf_printf(&t->about, "machine of %s", t->p->jobs[i].name);
    put_place(&t->text, now);
    mm_buf_str(&t->text, MM_STR(": "));
    put_count(&t->text, now->machines, "machine");
    mm_buf_str(&t->text, MM_STR(" for "));
    show_time(&t->text, now->time.mean);
    mm_buf_str(&t->text, MM_STR(", "));
    put_cost(&t->text, t, now->cost);
    mm_buf_str(&t->text, t->v->pick[i] == 0 ? MM_STR(", the least that this can cost")
                         : t->desc->goal == FASTEST ? MM_STR(", as fast as the budget allows") : MM_STR(", the least with which the whole is on time"));
    if (other) {
        put_place(&t->next, other);
        mm_buf_str(&t->next, MM_STR(", for "));
        put_difference(&t->next, t, other->cost - now->cost, other->time.mean - now->time.mean);
    }
    tell(t);
}

static void tell_shards(teller *t, size_t i)
{
    const segment *g = &t->v->segments.v[i];
    const way *now = &t->v->ways[i].v[t->v->pick[i]];
    way half;
    mm_buf_printf(&t->about, "shards of %s", t->p->jobs[i].name);
    put_count(&t->text, t->p->jobs[i].shards, "shard");
    mm_buf_printf(&t->text, ", %zu at once, on ", now->parallel);
    put_count(&t->text, now->cores, "processor");
    mm_buf_str(&t->text, MM_STR(" each: a task takes "));
    show_time(&t->text, now->task_s);
    if (g->stateful)
        mm_buf_str(&t->text, MM_STR("; it sees all records, so it is not split"));
    else if (now->parallel >= g->most_shards)
        mm_buf_printf(&t->text, "; there %s no more than %zu file%s to share out", g->most_shards == 1 ? "is" : "are", g->most_shards, g->most_shards == 1 ? "" : "s");
    bool local = strcmp(now->on->machine, "local") == 0;
    bool other = local ? way_make(&half, t->desc, t->m, g, now->on, now->cores > 1 ? 1 : (size_t)now->on->cores, 1, 1)
                       : now->machines > 1 && way_make(&half, t->desc, t->m, g, now->on, now->cores, now->machines / 2, 1);
    if (other && half.parallel != now->parallel) {
        mm_buf_printf(&t->next, "%zu at once on ", half.parallel);
        put_count(&t->next, half.cores, "processor");
        mm_buf_str(&t->next, MM_STR(" each, for "));
        put_difference(&t->next, t, half.cost - now->cost, half.time.mean - now->time.mean);
    }
    tell(t);
    if (!(now->checkpoint_s > 0))
        return;
    mm_buf_printf(&t->about, "checkpoints of %s", t->p->jobs[i].name);
    mm_buf_str(&t->text, MM_STR("a machine is taken back once in "));
    show_time(&t->text, 3600 / now->on->interruptions);
    mm_buf_str(&t->text, MM_STR(", so work is best kept every "));
    show_time(&t->text, now->checkpoint_s);
    mm_buf_str(&t->text, MM_STR(" (Young and Daly): each task is at most as long, as far as files allow, and is done again where it is lost"));
    tell(t);
}

/* ---- the whole ---- */

static void tell_limits(teller *t)
{
    const timing *v = &t->v->timing;
    if (!isnan(t->p->deadline_s)) {
        double late = v->time.mean + v->time.scale * student_quantile(t->p->confidence, v->time.df);
        mm_buf_str(&t->about, MM_STR("deadline"));
        mm_buf_printf(&t->text, "done in time with a chance of %.1f%%, and within ", 100 * t->p->p_on_time);
        show_time(&t->text, late);
        mm_buf_printf(&t->text, " in %g of 100 cases, where ", t->p->confidence * 100);
        show_time(&t->text, t->p->deadline_s);
        mm_buf_str(&t->text, MM_STR(" are allowed"));
        tell(t);
    }
}

static void tell_unknown(teller *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->desc->n_stages; i++)
        if (!models_lines(t->m, flow_model(&t->desc->stage[i], t->m)))
            mm_buf_printf(&t->text, "%s%s", n++ ? ", " : "nothing was learnt of ", t->desc->stage[i].name);
    if (!n)
        return;
    mm_buf_str(&t->about, MM_STR("knowledge"));
    mm_buf_str(&t->text, MM_STR(" yet: what they take is a wide guess; mm-plan calibrate measures it"));
    tell(t);
}

int reasons_make(plan *p, const pipeline *desc, const models *m, const solution *v, const solution *other, bool cut, mm_err *e)
{
    teller t = { .p = p, .desc = desc, .m = m, .v = v, .room = 3 * p->n_jobs + v->segments.n_orders + 4 };
    p->reasons = mm_arena_alloc(p->arena, t.room * sizeof *p->reasons);
    if (!p->reasons)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < v->segments.n_orders; i++)
        tell_order(&t, &v->segments.order[i]);
    if (p->n_jobs < desc->n_stages || other)
        tell_pipes(&t, other, cut);
    for (size_t i = 0; i < p->n_jobs; i++) {
        tell_machine(&t, i);
        tell_shards(&t, i);
    }
    tell_limits(&t);
    tell_unknown(&t);
    mm_buf_free(&t.about);
    mm_buf_free(&t.text);
    mm_buf_free(&t.next);
    return t.failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

int reasons_stream(plan *p, double rate, const offer *on, double worker_hours, const offer *next, double next_rate, mm_err *e)
{
    teller t = { .p = p, .room = 3 };
    size_t most = 0, least = SIZE_MAX;
    double peak = 0;
    p->n_reasons = 0;
    p->reasons = mm_arena_alloc(p->arena, t.room * sizeof *p->reasons);
    if (!p->reasons)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < p->n_steps; i++) {
        most = p->step[i].workers > most ? p->step[i].workers : most;
        least = p->step[i].workers < least ? p->step[i].workers : least;
        peak = fmax(peak, p->step[i].arrivals.high / p->step_s);
    }
    bool local = strcmp(on->machine, "local") == 0;
    mm_buf_str(&t.about, MM_STR("machine"));
    mm_buf_printf(&t.text, "%s%s%s%s%s: a worker does %.4g a second", on->machine, local ? "" : " in ", local ? "" : on->region, local ? "" : ", ", local ? "" : on->purchase, rate);
    if (!local)
        mm_buf_printf(&t.text, ", a million for %.4g %s, the least that this can cost", on->hour_near / rate / 3600 * 1e6, p->currency);
    if (next)
        mm_buf_printf(&t.next, "%s in %s, %s: a million for %.4g %s", next->machine, next->region, next->purchase, next->hour_near / next_rate / 3600 * 1e6, p->currency);
    tell(&t);
    mm_buf_str(&t.about, MM_STR("workers"));
    mm_buf_printf(&t.text, "%zu to %zu over the day, %.1f worker hours: enough for what comes in %g of 100 cases, up to %.4g a second", least, most, worker_hours,
                  p->confidence * 100, peak);
    double hours = (double)most * p->step_s * (double)p->n_steps / 3600;
    if (most > least)
        mm_buf_printf(&t.next, "%zu all day, %.1f worker hours", most, hours);
    if (most > least && !local)
        mm_buf_printf(&t.next, ", for %.4g %s more", (hours - worker_hours) * on->hour_near, p->currency);
    tell(&t);
    mm_buf_str(&t.about, MM_STR("partitions"));
    mm_buf_printf(&t.text, "%zu: as many as let the workers of each step have equal shares, near enough, with room for a fifth more than the most", p->partitions);
    tell(&t);
    mm_buf_free(&t.about);
    mm_buf_free(&t.text);
    mm_buf_free(&t.next);
    return t.failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}
