/* segment.c - pipes: found, put in order, cut. */
#include "segment.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "order.h"

typedef struct maker {
    const pipeline *p;
    const models *m;
    bool cut;
    mm_arena *a;
    mm_err *e;
    segments *out;
    load *into;          /* of each stage, in the order that was described */
    size_t *segment_of;  /* of each stage */
} maker;

static void *room(maker *k, size_t n, size_t size)
{
    void *v = mm_arena_alloc(k->a, (n ? n : 1) * size);
    if (v)
        memset(v, 0, (n ? n : 1) * size);
    else
        mm_fail(k->e, MM_ESYS, "out of memory");
    return v;
}

static const char *joined(maker *k, const size_t *stage, size_t n, const char *by)
{
    mm_buf b = { 0 };
    for (size_t i = 0; i < n; i++)
        mm_buf_printf(&b, "%s%s", i ? by : "", k->p->stage[stage[i]].name);
    const char *s = b.failed ? NULL : mm_arena_copy(k->a, mm_buf_view(&b)).p;
    mm_buf_free(&b);
    if (!s)
        mm_fail(k->e, MM_ESYS, "out of memory");
    return s;
}

/* ---- order ---- */

static bool commute(const pipeline *p, size_t a, size_t b)
{
    const plan_stage *s = &p->stage[a], *t = &p->stage[b];
    for (size_t i = 0; i < s->n_commutes; i++)
        if (s->commutes[i] == b)
            /* What reads or writes files by itself stands at its end of the pipe. */
            return !strstr(s->command, "{in}") && !strstr(t->command, "{in}") && !strstr(s->command, "{out}") && !strstr(t->command, "{out}");
    return false;
}

static double cpu_of(maker *k, size_t stage, double bytes, double records, const load *whole)
{
    load l = *whole;
    l.bytes = bytes;
    l.records = records;
    l.cores = 1;
    return models_predict(k->m, flow_model(&k->p->stage[stage], k->m), CPU, &l).mean;
}

static order_stage as_filter(maker *k, size_t stage, const load *whole)
{
    load out = flow_through(&k->p->stage[stage], k->m, whole);
    double start = cpu_of(k, stage, 0, 0, whole);
    return (order_stage){ cpu_of(k, stage, whole->bytes, 0, whole) - start, cpu_of(k, stage, 0, whole->records, whole) - start,
                          whole->bytes > 0 ? out.bytes / whole->bytes : 1, whole->records > 0 ? out.records / whole->records : 1 };
}

/* The least that an exchange of neighbours would cost: the next best order, or at least one near it. */
static double next_best(const order_stage *s, const bool *before, size_t n, const size_t *order, size_t *next)
{
    double least = INFINITY;
    size_t at = n;
    memcpy(next, order, n * sizeof *order);
    for (size_t i = 0; i <= n && n > 1; i++) {
        size_t where = i < n ? i : at;
        if (where + 1 >= n || before[order[where + 1] * n + order[where]])
            continue;
        size_t v = next[where];
        next[where] = next[where + 1];
        next[where + 1] = v;
        double cost = order_cost(s, next, n);
        if (i == n)
            return cost;
        if (cost < least) {
            least = cost;
            at = where;
        }
        next[where + 1] = next[where];
        next[where] = v;
    }
    return INFINITY;
}

/* Put the stages of a pipe in the order that costs least. */
static int put_in_order(maker *k, size_t *stage, size_t n)
{
    bool any = false, *before = room(k, n * n, sizeof *before);
    order_stage *s = room(k, n, sizeof *s);
    size_t *order = room(k, n, sizeof *order), *next = room(k, n, sizeof *next), *given = room(k, n, sizeof *given);
    if (!before || !s || !order || !next || !given)
        return -1;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) {
            before[i * n + j] = !commute(k->p, stage[i], stage[j]);
            any |= !before[i * n + j];
        }
    if (!any)
        return 0;
    for (size_t i = 0; i < n; i++) {
        s[i] = as_filter(k, stage[i], &k->into[stage[0]]);
        given[i] = order[i] = i;
    }
    double was = order_cost(s, order, n), best = order_best(s, before, n, order), second = next_best(s, before, n, order, next);
    if (isnan(best))
        return mm_fail(k->e, MM_ESYS, "out of memory");
    if (!(best < was * (1 - 1e-9)))
        memcpy(order, given, n * sizeof *order);
    memcpy(given, stage, n * sizeof *given);
    reordered *r = &k->out->order[k->out->n_orders++];
    r->given = joined(k, given, n, ", ");
    for (size_t i = 0; i < n; i++) {
        next[i] = given[next[i]];
        stage[i] = given[order[i]];
    }
    r->best = joined(k, stage, n, ", ");
    r->next = isinf(second) ? NULL : joined(k, next, n, ", ");
    r->given_s = was;
    r->best_s = best;
    r->next_s = second;
    return r->given && r->best ? 0 : -1;
}

/* ---- segments ---- */

/* Where what is made between stages lies. */
static const char *made_at(maker *k, const char *prefix, const char *name)
{
    mm_buf b = { 0 };
    mm_buf_printf(&b, WORK_FOLDER "/data/%s%s", prefix, name);
    const char *s = b.failed ? NULL : mm_arena_copy(k->a, mm_buf_view(&b)).p;
    mm_buf_free(&b);
    return s;
}

static const char *path_of(maker *k, size_t data)
{
    const dataset *d = data == NONE ? NULL : &k->p->data[data];
    return !d ? NULL : d->path ? d->path : made_at(k, "", d->name);
}

/* Files that a task of its own each could read; where they are made by a job, as many as that makes. */
static size_t shards_of(maker *k, const segment *g, size_t reads)
{
    enum { LEAST_SHARD = 1 << 24 };
    if (g->stateful)
        return 1;
    if (g->n_after && g->reads)
        return k->out->v[g->after[g->n_after - 1]].most_shards;
    if (reads == NONE)
        return 1;
    const dataset *d = &k->p->data[reads];
    return d->files ? d->files : (size_t)fmax(1, fmin(1e6, floor(d->bytes / LEAST_SHARD)));
}

static int make_segment(maker *k, const size_t *stage, size_t n, size_t reads, size_t writes, const char *in_path, const char *out_path, load *flow)
{
    size_t index = k->out->n++;
    segment *g = &k->out->v[index];
    *g = (segment){ .n = n, .resumable = true, .reads = in_path, .writes = out_path };
    g->stage = room(k, n, sizeof *g->stage);
    g->in = room(k, n, sizeof *g->in);
    g->after = room(k, index, sizeof *g->after);
    g->name = joined(k, stage, n, "+");
    if (!g->stage || !g->in || !g->after || !g->name)
        return -1;
    for (size_t i = 0; i < n; i++) {
        const plan_stage *s = &k->p->stage[stage[i]];
        g->stage[i] = stage[i];
        g->in[i] = *flow;
        *flow = flow_through(s, k->m, flow);
        g->stateful |= s->stateful;
        g->resumable &= s->resumable;
        k->segment_of[stage[i]] = index;
    }
    g->tier[0] = reads == NONE ? NULL : k->p->data[reads].tier;
    g->tier[1] = writes == NONE ? NULL : k->p->data[writes].tier;
    return 0;
}

static void add_after(segment *g, size_t before)
{
    for (size_t i = 0; i < g->n_after; i++)
        if (g->after[i] == before)
            return;
    g->after[g->n_after++] = before;
}

/* What the stages of a pipe come after, but for each other. The segment that made what is read stands last. */
static void come_after(maker *k, size_t index, const size_t *stage, size_t n, size_t reads)
{
    segment *g = &k->out->v[index];
    size_t writer = reads == NONE ? NONE : k->p->data[reads].writer;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < k->p->stage[stage[i]].n_after; j++) {
            size_t before = k->p->stage[stage[i]].after[j];
            if (before != writer && k->segment_of[before] != NONE && k->segment_of[before] < index)
                add_after(g, k->segment_of[before]);
        }
    if (writer != NONE)
        add_after(g, k->segment_of[writer]);
}

/* The pipe that begins at a stage: in one, or cut where stages that see all records meet others. */
static int make_pipe(maker *k, size_t first)
{
    const pipeline *p = k->p;
    size_t n = 0, *stage;
    for (size_t i = first; i != NONE; i = p->stage[i].to)
        n++;
    if (!(stage = room(k, n, sizeof *stage)))
        return -1;
    n = 0;
    for (size_t i = first; i != NONE; i = p->stage[i].to)
        stage[n++] = i;
    size_t reads = p->stage[first].reads, writes = p->stage[stage[n - 1]].writes, begin = k->out->n;
    load flow = k->into[first];
    if (put_in_order(k, stage, n) < 0)
        return -1;
    const char *in_path = path_of(k, reads);
    for (size_t from = 0, to; from < n; from = to) {
        bool stateful = p->stage[stage[from]].stateful;
        for (to = from + 1; to < n && (!k->cut || p->stage[stage[to]].stateful == stateful); to++)
            k->out->may_cut |= p->stage[stage[to]].stateful != stateful;
        const char *out_path = to < n ? made_at(k, "after-", p->stage[stage[to - 1]].name) : path_of(k, writes);
        size_t index = k->out->n;
        if (make_segment(k, stage + from, to - from, from ? NONE : reads, to < n ? NONE : writes, in_path, out_path, &flow) < 0)
            return -1;
        segment *g = &k->out->v[index];
        if (index == begin)
            come_after(k, index, stage, n, reads);
        else {
            add_after(g, index - 1);
            k->out->may_cut = true;
        }
        g->most_shards = shards_of(k, g, from ? NONE : reads);
        in_path = out_path;
    }
    return 0;
}

int segments_make(segments *out, const pipeline *p, const models *m, bool cut, mm_arena *a, mm_err *e)
{
    maker k = { p, m, cut, a, e, out, NULL, NULL };
    *out = (segments){ 0 };
    out->v = room(&k, p->n_stages, sizeof *out->v);
    out->order = room(&k, p->n_stages, sizeof *out->order);
    k.into = room(&k, p->n_stages, sizeof *k.into);
    k.segment_of = room(&k, p->n_stages, sizeof *k.segment_of);
    if (!out->v || !out->order || !k.into || !k.segment_of || flow_make(p, m, k.into, e) < 0)
        return -1;
    for (size_t i = 0; i < p->n_stages; i++)
        k.segment_of[i] = NONE;
    for (size_t i = 0; i < p->n_stages; i++)
        if (p->stage[i].from == NONE && make_pipe(&k, i) < 0)
            return -1;
    return 0;
}
