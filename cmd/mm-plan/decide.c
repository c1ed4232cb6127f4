/* decide.c - a plan, put together. */
#include "decide.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow.h"
#include "student.h"

typedef struct decider {
    const pipeline *p;
    const models *m;
    const mm_book *book;
    const decide_opts *o;
    plan *plan;
    load *into;       /* of each stage */
    size_t *job_of;   /* of each stage */
    mm_err *e;
} decider;

static void *room(decider *d, size_t n, size_t size)
{
    void *v = mm_arena_alloc(d->plan->arena, (n ? n : 1) * size);
    if (v)
        memset(v, 0, (n ? n : 1) * size);
    else
        mm_fail(d->e, MM_ESYS, "out of memory");
    return v;
}

static const char *copy(decider *d, const char *s)
{
    return s ? mm_arena_copy(d->plan->arena, mm_str_of(s)).p : NULL;
}

/* What is made between stages has a place too. */
static const char *path_of(decider *d, const dataset *s)
{
    if (s->path)
        return copy(d, s->path);
    mm_buf b = { 0 };
    mm_buf_printf(&b, WORK_FOLDER "/data/%s", s->name);
    const char *path = b.failed ? NULL : mm_arena_copy(d->plan->arena, mm_buf_view(&b)).p;
    mm_buf_free(&b);
    return path;
}

/* ---- jobs ---- */

static int fill_stages(decider *d, job *j, size_t first)
{
    mm_buf name = { 0 };
    for (size_t i = first; i != NONE; i = d->p->stage[i].to)
        j->n_stages++;
    j->stage = room(d, j->n_stages, sizeof *j->stage);
    size_t k = 0;
    j->resumable = true;
    j->memory_bytes = 0;
    for (size_t i = first; j->stage && i != NONE; i = d->p->stage[i].to, k++) {
        const plan_stage *s = &d->p->stage[i];
        load l = d->into[i];
        l.cores = (double)j->cores;
        estimate cpu = models_predict(d->m, flow_model(s, d->m), CPU, &l), memory = models_predict(d->m, flow_model(s, d->m), MEMORY, &l);
        j->stage[k] = (job_stage){ copy(d, s->name), copy(d, s->command), estimate_guess(&cpu, d->plan->confidence),
                                   estimate_guess(&memory, d->plan->confidence), l.records, l.bytes };
        j->memory_bytes += isnan(s->max_memory) ? j->stage[k].peak_bytes.high : s->max_memory;
        j->resumable &= s->resumable;
        mm_buf_printf(&name, "%s%s", k ? "+" : "", s->name);
        if (s->reads != NONE)
            j->reads = path_of(d, &d->p->data[s->reads]);
        if (s->writes != NONE)
            j->writes = path_of(d, &d->p->data[s->writes]);
    }
    j->name = mm_arena_copy(d->plan->arena, mm_buf_view(&name)).p;
    mm_buf_free(&name);
    return j->stage && j->name ? 0 : mm_fail(d->e, MM_ESYS, "out of memory");
}

static void time_job(decider *d, job *j, size_t first)
{
    double mean = 0, squares = 0, df = INFINITY;
    size_t k = 0;
    for (size_t i = first; i != NONE; i = d->p->stage[i].to, k++) {
        load l = d->into[i];
        l.cores = (double)j->cores;
        estimate cpu = models_predict(d->m, flow_model(&d->p->stage[i], d->m), CPU, &l);
        mean += cpu.mean / l.cores;
        squares += cpu.scale * cpu.scale / l.cores / l.cores;
        df = fmin(df, cpu.df);
    }
    estimate t = { mean, sqrt(squares), df };
    j->time_s = estimate_guess(&t, d->plan->confidence);
}

static int make_job(decider *d, size_t first)
{
    size_t index = d->plan->n_jobs++;
    job *j = &d->plan->jobs[index];
    *j = (job){ .shards = 1, .parallel = 1, .cores = d->o->cores, .machine = "local", .region = "any", .purchase = "on-demand" };
    for (size_t i = first; i != NONE; i = d->p->stage[i].to)
        d->job_of[i] = index;
    j->after = room(d, index, sizeof *j->after);
    if (!j->after || fill_stages(d, j, first) < 0)
        return -1;
    time_job(d, j, first);
    const plan_stage *s = &d->p->stage[first];
    for (size_t k = 0; k < s->n_after; k++) {
        size_t before = d->job_of[s->after[k]];
        j->after[j->n_after++] = before;
        j->start_s = fmax(j->start_s, d->plan->jobs[before].start_s + d->plan->jobs[before].time_s.mean);
    }
    return 0;
}

static int make_jobs(decider *d)
{
    plan *p = d->plan;
    p->jobs = room(d, d->p->n_stages, sizeof *p->jobs);
    if (!p->jobs)
        return -1;
    for (size_t i = 0; i < d->p->n_stages; i++)
        if (d->p->stage[i].from == NONE && make_job(d, i) < 0)
            return -1;
    return 0;
}

static int decide(decider *d)
{
    plan *p = d->plan;
    d->into = room(d, d->p->n_stages, sizeof *d->into);
    d->job_of = room(d, d->p->n_stages, sizeof *d->job_of);
    p->pipeline = copy(d, d->p->name);
    p->digest = copy(d, mm_doc_digest(d->p->doc));
    p->currency = d->book ? copy(d, mm_book_currency(d->book)) : "";
    p->goal = d->p->goal;
    p->confidence = d->p->confidence;
    p->deadline_s = d->p->deadline_s;
    if (!d->into || !d->job_of || !p->pipeline || !p->digest || !p->currency)
        return mm_fail(d->e, MM_ESYS, "out of memory");
    if (flow_make(d->p, d->m, d->into, d->e) < 0 || make_jobs(d) < 0)
        return -1;
    p->time_s = (guess){ 0, 0, 0 };
    for (size_t i = 0; i < p->n_jobs; i++)
        if (p->jobs[i].start_s + p->jobs[i].time_s.mean >= p->time_s.mean) {
            double start = p->jobs[i].start_s;
            p->time_s = (guess){ start + p->jobs[i].time_s.mean, start + p->jobs[i].time_s.low, start + p->jobs[i].time_s.high };
        }
    p->p_on_time = isnan(p->deadline_s) || p->time_s.high <= p->deadline_s ? 1 : 0.5;
    return 0;
}

plan *plan_make(const pipeline *p, const models *m, const mm_book *book, const decide_opts *o, mm_err *e)
{
    plan *made = calloc(1, sizeof *made);
    if (!made || !(made->arena = mm_arena_new())) {
        free(made);
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    decider d = { .p = p, .m = m, .book = book, .o = o, .plan = made, .e = e };
    if (decide(&d) == 0)
        return made;
    plan_free(made);
    return NULL;
}
