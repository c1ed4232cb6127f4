#include "trouble.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "drift.h"
#include "summary.h"

#define STUCK_TIMES 3.0
#define NEARLY_ALL 0.9      /* of the memory that was asked for */
#define BAD_SHARE 0.01
#define RUNAWAY_TIMES 1.5

const char *const trouble_name[] = {
    [STUCK] = "stuck", [NO_MEMORY] = "memory", [FAILED] = "failed", [BAD_INPUT] = "input",
    [BACKLOG] = "backlog", [RUNAWAY] = "runaway", [CHANGED] = "changed",
};

typedef struct looking {
    const declared *d;
    const plan *p;
    const evidence *v;
    double now;
    troubles *out;
    mm_buf b;        /* the text of the next one */
    bool failed;
} looking;

/* Of tasks of a stage with the same trouble the worst is told. */
static void add(looking *l, trouble_kind kind, size_t j, size_t s, double ran, double limit)
{
    troubles *t = l->out;
    size_t i = 0;
    while (i < t->n && (t->v[i].kind != kind || t->v[i].job != j || t->v[i].stage != s))
        i++;
    trouble *list = i < t->n || (t->n & (t->n - 1)) ? t->v : realloc(t->v, (t->n ? 2 * t->n : 1) * sizeof *list);
    mm_str text = mm_arena_copy(t->arena, mm_buf_view(&l->b));
    if (list)
        t->v = list;
    if (!list || !text.p || l->b.failed)
        l->failed = true;
    else if (i == t->n || ran > list[i].ran) {
        list[i] = (trouble){ kind, j, s, ran, limit, text.p };
        t->n += i == t->n;
    }
    l->b.n = 0;
}

/* ---- tasks ---- */

static void open_tasks(looking *l, size_t j, size_t s, const run *r)
{
    double limit = STUCK_TIMES * l->p->jobs[j].time_s.high, took = l->now - r->start;
    if (isfinite(r->end) || !(took > limit))
        return;
    mm_buf_str(&l->b, MM_STR("began "));
    show_time(&l->b, took);
    mm_buf_str(&l->b, MM_STR(" ago and has not ended; at most "));
    show_time(&l->b, l->p->jobs[j].time_s.high);
    mm_buf_printf(&l->b, " was expected (%s:%u)", r->file, r->line);
    add(l, STUCK, j, s, took, limit);
}

static void slow_task(looking *l, size_t j, size_t s, const run *r)
{
    double limit = STUCK_TIMES * l->p->jobs[j].time_s.high;
    if (!(r->wall_s > limit))
        return;
    mm_buf_str(&l->b, MM_STR("a task took "));
    show_time(&l->b, r->wall_s);
    mm_buf_str(&l->b, MM_STR("; at most "));
    show_time(&l->b, l->p->jobs[j].time_s.high);
    mm_buf_printf(&l->b, " was expected (%s:%u)", r->file, r->line);
    add(l, STUCK, j, s, r->wall_s, limit);
}

/* 137: killed outright, which is what happens where a machine has no more memory. */
static void failed_task(looking *l, size_t j, size_t s, const run *r)
{
    double asked = l->p->jobs[j].memory_bytes;
    if (!run_failed(r))
        return;
    bool memory = r->status == 137 || r->peak_bytes > NEARLY_ALL * asked;
    mm_buf_printf(&l->b, "a task ended with status %lld", (long long)r->status);
    if (memory) {
        mm_buf_str(&l->b, MM_STR(" and "));
        show_bytes(&l->b, r->peak_bytes);
        mm_buf_str(&l->b, MM_STR(" in use; "));
        show_bytes(&l->b, asked);
        mm_buf_str(&l->b, MM_STR(" were asked for"));
    }
    mm_buf_printf(&l->b, " (%s:%u)", r->file, r->line);
    add(l, memory ? NO_MEMORY : FAILED, j, s, memory ? r->peak_bytes : (double)r->status, memory ? asked : 0);
}

/* ---- stages ---- */

static void bad_input(looking *l, size_t j, size_t s, double in, double bad)
{
    if (!(bad > BAD_SHARE * in))
        return;
    mm_buf_printf(&l->b, "%.0f of %.0f records were refused", bad, in);
    add(l, BAD_INPUT, j, s, bad, BAD_SHARE * in);
}

/* Processor time for a byte, against the limits for as many bytes as came. */
static void changed(looking *l, size_t j, size_t s, double cpu, double bytes)
{
    const job_stage *x = &l->p->jobs[j].stage[s];
    double scale = bytes / x->bytes;
    if (!(bytes > 0) || !(x->bytes > 0) || !(x->cpu_s.mean > 0) || !(cpu > 0))
        return;
    if (cpu <= x->cpu_s.high * scale && cpu >= x->cpu_s.low * scale)
        return;
    mm_buf_str(&l->b, MM_STR("takes "));
    show_time(&l->b, cpu / bytes * 1e9);
    mm_buf_str(&l->b, MM_STR(" of processor time for a GB; "));
    show_time(&l->b, x->cpu_s.mean / x->bytes * 1e9);
    mm_buf_str(&l->b, MM_STR(" was expected"));
    add(l, CHANGED, j, s, cpu / scale, x->cpu_s.mean);
}

static int look_at_stage(looking *l, size_t j, size_t s, double *longest, mm_err *e)
{
    const job *x = &l->p->jobs[j];
    const run **of = malloc(x->shards * sizeof *of);
    if (!of)
        return mm_fail(e, MM_ESYS, "out of memory");
    size_t n = runs_of(x, &x->stage[s], l->v, of);
    double in = 0, bad = 0, cpu = 0, bytes = 0;
    for (size_t i = 0; i < n; i++) {
        slow_task(l, j, s, of[i]);
        failed_task(l, j, s, of[i]);
        in += of[i]->in;
        bad += of[i]->bad;
        cpu += of[i]->cpu_s;
        bytes += of[i]->bytes;
        *longest = fmax(*longest, of[i]->wall_s);
    }
    for (size_t i = 0; i < l->v->n_runs; i++)
        if (!isfinite(l->v->run[i].end) && run_is(&x->stage[s], &l->v->run[i]))
            open_tasks(l, j, s, &l->v->run[i]);
    bad_input(l, j, s, in, bad);
    if (n == x->shards)
        changed(l, j, s, cpu, bytes);
    free(of);
    return 0;
}

/* ---- the plan ---- */

/* What waits: the lag of consumer groups, as exporters for Kafka tell it, or mm_backlog_records. */
static void backlog(looking *l)
{
    static const char *const names[] = { "kafka_consumergroup_lag", "kafka_consumergroup_group_lag", "mm_backlog_records" };
    double waits = 0, most = 0;
    for (size_t i = 0; i < l->v->n_samples; i++)
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            if (strcmp(l->v->sample[i].name, names[k]) == 0)
                waits += l->v->sample[i].value;
    for (size_t i = 0; i < l->p->n_steps; i++)
        most = fmax(most, l->p->step[i].arrivals.high);
    for (size_t j = 0; j < l->p->n_jobs && !l->p->n_steps; j++)
        if (l->p->jobs[j].n_stages)
            most = fmax(most, l->p->jobs[j].stage[0].records);
    if (!(waits > most))
        return;
    mm_buf_printf(&l->b, l->p->n_steps ? "%.0f records wait; at most %.0f were expected to come in a step"
                                       : "%.0f records wait; %.0f were to be read", waits, most);
    add(l, BACKLOG, NONE, NONE, waits, most);
}

static void runaway(looking *l, double cost)
{
    double most = mm_money_near(l->p->cost_high);
    if (!*l->p->currency || !(most > 0) || !(cost > RUNAWAY_TIMES * most))
        return;
    mm_buf_printf(&l->b, "the last run cost about %.2f %s; at most %.2f was expected", cost, l->p->currency, most);
    add(l, RUNAWAY, NONE, NONE, cost, RUNAWAY_TIMES * most);
}

int trouble_find(const declared *d, const evidence *v, double now, troubles *out, mm_err *e)
{
    looking l = { .d = d, .p = d->plan, .v = v, .now = now, .out = out };
    *out = (troubles){ .arena = mm_arena_new() };
    int rc = out->arena ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    double cost = 0;
    for (size_t j = 0; rc == 0 && j < l.p->n_jobs; j++) {
        const job *x = &l.p->jobs[j];
        double longest = 0;
        for (size_t s = 0; rc == 0 && s < x->n_stages; s++)
            rc = look_at_stage(&l, j, s, &longest, e);
        double rounds = ceil((double)x->shards / (double)x->parallel);
        if (x->time_s.mean > 0)
            cost += mm_money_near(x->cost) * longest * rounds / x->time_s.mean;
    }
    if (rc == 0) {
        backlog(&l);
        runaway(&l, cost);
    }
    if (rc == 0 && l.failed)
        rc = mm_fail(e, MM_ESYS, "out of memory");
    mm_buf_free(&l.b);
    if (rc < 0)
        troubles_free(out);
    return rc;
}

void troubles_free(troubles *t)
{
    free(t->v);
    mm_arena_free(t->arena);
    *t = (troubles){ 0 };
}

const char *trouble_about(const trouble *t, const plan *p)
{
    return t->job == NONE ? "plan" : t->stage == NONE ? p->jobs[t->job].name : p->jobs[t->job].stage[t->stage].name;
}

void troubles_put(const troubles *t, const plan *p, bool json, mm_buf *b)
{
    for (size_t i = 0; i < t->n; i++) {
        const trouble *x = &t->v[i];
        if (!json) {
            mm_buf_printf(b, "%s: %s: %s\n", trouble_about(x, p), trouble_name[x->kind], x->text);
            continue;
        }
        mm_buf_printf(b, "{\"kind\":\"%s\",\"stage\":", trouble_name[x->kind]);
        mm_json_put(b, mm_str_of(trouble_about(x, p)));
        mm_buf_str(b, MM_STR(",\"ran\":"));
        mm_json_put_double(b, x->ran);
        mm_buf_str(b, MM_STR(",\"low\":null,\"high\":"));
        mm_json_put_double(b, x->limit);
        mm_buf_str(b, MM_STR(",\"text\":"));
        mm_json_put(b, mm_str_of(x->text));
        mm_buf_str(b, MM_STR("}\n"));
    }
}
