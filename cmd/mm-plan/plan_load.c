/* plan_load.c - a plan, read back from its JSON form. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

typedef struct loader {
    plan *p;
    mm_doc *doc;
    mm_err *e;
    bool failed;
} loader;

static void fail(loader *l, const mm_node *n, const char *what)
{
    if (!l->failed)
        mm_node_fail(l->doc, n, l->e, "%s", what);
    l->failed = true;
}

static void *room(loader *l, size_t n, size_t size)
{
    void *v = mm_arena_alloc(l->p->arena, (n ? n : 1) * size);
    if (v)
        memset(v, 0, (n ? n : 1) * size);
    else if (!l->failed) {
        mm_fail(l->e, MM_ESYS, "out of memory");
        l->failed = true;
    }
    return v;
}

/* Each of these reads a member that has to be there; after a failure nothing more is read. */
static const mm_node *member(loader *l, const mm_node *n, const char *key)
{
    const mm_node *v = mm_node_get(n, key);
    if (!v && !l->failed) {
        mm_node_fail(l->doc, n, l->e, "no \"%s\": this is no plan", key);
        l->failed = true;
    }
    return l->failed ? NULL : v;
}

static bool is_null(const mm_node *n)
{
    return n && n->kind == MM_NODE_SCALAR && !n->quoted && strcmp(n->text.p, "null") == 0;
}

static const char *text(loader *l, const mm_node *n, const char *key)
{
    const mm_node *v = member(l, n, key);
    if (!v || is_null(v))
        return NULL;
    if (v->kind != MM_NODE_SCALAR || !v->quoted) {
        fail(l, v, "a text is expected");
        return NULL;
    }
    const char *s = mm_arena_copy(l->p->arena, v->text).p;
    l->failed |= !s;
    return s;
}

static double number(loader *l, const mm_node *n, const char *key)
{
    const mm_node *v = member(l, n, key);
    double out = NAN;
    if (v && !is_null(v) && mm_node_double(l->doc, v, &out, l->e) < 0)
        l->failed = true;
    return out;
}

static size_t count(loader *l, const mm_node *n, const char *key)
{
    const mm_node *v = member(l, n, key);
    int64_t out = 0;
    if (v && mm_node_int(l->doc, v, &out, l->e) < 0)
        l->failed = true;
    else if (out < 0)
        fail(l, v, "a count below 0");
    return (size_t)out;
}

static mm_money amount(loader *l, const mm_node *n, const char *key)
{
    const mm_node *v = member(l, n, key);
    mm_money out = 0;
    if (v && (v->kind != MM_NODE_SCALAR || mm_money_read(v->text, &out)))
        fail(l, v, "an amount is expected");
    return out;
}

static bool flag(loader *l, const mm_node *n, const char *key)
{
    const mm_node *v = member(l, n, key);
    bool out = false;
    if (v && mm_node_bool(l->doc, v, &out, l->e) < 0)
        l->failed = true;
    return out;
}

static guess interval(loader *l, const mm_node *n, const char *key)
{
    const mm_node *v = member(l, n, key);
    return v ? (guess){ number(l, v, "mean"), number(l, v, "low"), number(l, v, "high") } : (guess){ NAN, NAN, NAN };
}

static const mm_node *list(loader *l, const mm_node *n, const char *key, size_t *count_out)
{
    const mm_node *v = member(l, n, key);
    *count_out = 0;
    if (v && v->kind != MM_NODE_LIST)
        fail(l, v, "a list is expected");
    if (l->failed)
        return NULL;
    *count_out = v->n;
    return v;
}

static void load_stage(loader *l, const mm_node *n, job_stage *s)
{
    s->name = text(l, n, "name");
    s->command = text(l, n, "command");
    s->records = number(l, n, "records");
    s->bytes = number(l, n, "bytes");
    s->cpu_s = interval(l, n, "cpu_s");
    s->peak_bytes = interval(l, n, "peak_bytes");
    if (!l->failed && (!s->name || !s->command))
        fail(l, n, "a stage needs name and command");
}

static void load_job(loader *l, const mm_node *n, size_t index, job *j)
{
    j->name = text(l, n, "name");
    const mm_node *stages = list(l, n, "stages", &j->n_stages);
    j->stage = room(l, j->n_stages, sizeof *j->stage);
    for (size_t i = 0; !l->failed && i < j->n_stages; i++)
        load_stage(l, stages->item[i], &j->stage[i]);
    const mm_node *after = list(l, n, "after", &j->n_after);
    j->after = room(l, j->n_after, sizeof *j->after);
    for (size_t i = 0; !l->failed && i < j->n_after; i++) {
        int64_t v = 0;
        if (mm_node_int(l->doc, after->item[i], &v, l->e) < 0)
            l->failed = true;
        else if (v < 0 || (size_t)v >= index)
            fail(l, after->item[i], "a job comes after jobs before it in the list, by their number from 0");
        j->after[i] = (size_t)v;
    }
    j->reads = text(l, n, "reads");
    j->writes = text(l, n, "writes");
    j->shards = count(l, n, "shards");
    j->parallel = count(l, n, "parallel");
    j->cores = count(l, n, "cores");
    j->memory_bytes = number(l, n, "memory_bytes");
    j->machine = text(l, n, "machine");
    j->region = text(l, n, "region");
    j->purchase = text(l, n, "purchase");
    j->hour_price = number(l, n, "hour_price");
    j->interruptions = number(l, n, "interruptions");
    j->checkpoint_s = number(l, n, "checkpoint_s");
    j->resumable = flag(l, n, "resumable");
    j->start_s = number(l, n, "start_s");
    j->time_s = interval(l, n, "time_s");
    j->cost = amount(l, n, "cost");
    if (!l->failed && (!j->name || !j->machine || !j->n_stages || !j->shards || !j->parallel || !j->cores))
        fail(l, n, "a job needs a name, a machine, stages, and at least one shard, task and processor");
}

static void load_steps(loader *l, const mm_node *root)
{
    plan *p = l->p;
    const mm_node *steps = list(l, root, "steps", &p->n_steps);
    p->step = room(l, p->n_steps, sizeof *p->step);
    for (size_t i = 0; !l->failed && i < p->n_steps; i++) {
        const mm_node *n = steps->item[i];
        p->step[i] = (plan_step){ number(l, n, "at_s"), interval(l, n, "arrivals"), count(l, n, "workers") };
    }
}

static void load_reasons(loader *l, const mm_node *root)
{
    plan *p = l->p;
    const mm_node *reasons = list(l, root, "reasons", &p->n_reasons);
    p->reasons = room(l, p->n_reasons, sizeof *p->reasons);
    for (size_t i = 0; !l->failed && i < p->n_reasons; i++) {
        const mm_node *n = reasons->item[i];
        p->reasons[i] = (reason){ text(l, n, "about"), text(l, n, "text"), text(l, n, "next") };
    }
}

static void load_goal(loader *l, const mm_node *root)
{
    static const char *const goals[] = { [CHEAPEST] = "cheapest", [FASTEST] = "fastest", [LATENCY] = "latency" };
    const char *goal = text(l, root, "goal");
    for (int i = 0; goal && i <= LATENCY; i++)
        if (strcmp(goal, goals[i]) == 0) {
            l->p->goal = (plan_goal)i;
            return;
        }
    fail(l, root, "goal: none of cheapest, fastest, latency");
}

static void load(loader *l)
{
    plan *p = l->p;
    const mm_node *root = mm_doc_root(l->doc);
    if (count(l, root, "version") != 1)
        fail(l, root, "version 1 of a plan is expected");
    p->pipeline = text(l, root, "pipeline");
    p->digest = text(l, root, "digest");
    load_goal(l, root);
    p->confidence = number(l, root, "confidence");
    p->deadline_s = number(l, root, "deadline_s");
    p->time_s = interval(l, root, "time_s");
    p->p_on_time = number(l, root, "p_on_time");
    p->currency = text(l, root, "currency");
    p->cost = amount(l, root, "cost");
    p->cost_high = amount(l, root, "cost_high");
    const mm_node *jobs = list(l, root, "jobs", &p->n_jobs);
    p->jobs = room(l, p->n_jobs, sizeof *p->jobs);
    for (size_t i = 0; !l->failed && i < p->n_jobs; i++)
        load_job(l, jobs->item[i], i, &p->jobs[i]);
    p->partitions = count(l, root, "partitions");
    p->step_s = number(l, root, "step_s");
    load_steps(l, root);
    load_reasons(l, root);
    if (!l->failed && (!p->pipeline || !p->digest || !p->currency))
        fail(l, root, "a plan needs pipeline, digest and currency");
}

/* From a document, which is freed; without one *e says why. */
static plan *from_doc(mm_doc *doc, mm_err *e)
{
    plan *p = doc ? calloc(1, sizeof *p) : NULL;
    loader l = { .p = p, .doc = doc, .e = e };
    if (p && (p->arena = mm_arena_new()))
        load(&l);
    else if (doc)
        l.failed = mm_fail(e, MM_ESYS, "out of memory");
    mm_doc_free(doc);
    if (p && !l.failed)
        return p;
    plan_free(p);
    return NULL;
}

plan *plan_load(const char *file, mm_err *e)
{
    return from_doc(mm_doc_load(file, e), e);
}

plan *plan_parse(mm_str text, const char *name, mm_err *e)
{
    return from_doc(mm_doc_parse(text, name, e), e);
}

void plan_free(plan *p)
{
    if (!p)
        return;
    mm_arena_free(p->arena);
    free(p);
}
