/* heal.c - what to declare otherwise where something went wrong. */
#include "trouble.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "app/app.h"
#include "summary.h"

#define MORE_MEMORY 1.5     /* times what was asked for, and ... */
#define SPARE_MEMORY 1.25   /* ... times what was in use, the larger */
#define MORE_WORKERS 1.5

/* ---- expectations follow ---- */

static void times(guess *g, double by)
{
    *g = (guess){ g->mean * by, g->low * by, g->high * by };
}

/* When each job begins and all end, by the means. What was learnt of chances holds no more. */
static void lay_out(plan *p)
{
    double end = 0, was = p->time_s.mean;
    for (size_t j = 0; j < p->n_jobs; j++) {
        job *x = &p->jobs[j];
        x->start_s = 0;
        for (size_t k = 0; k < x->n_after; k++)
            x->start_s = fmax(x->start_s, p->jobs[x->after[k]].start_s + p->jobs[x->after[k]].time_s.mean);
        end = fmax(end, x->start_s + x->time_s.mean);
    }
    if (was > 0 && end != was) {
        times(&p->time_s, end / was);
        p->p_on_time = NAN;
    }
}

/* A job that takes `by` times what it took, in work and so in money. */
static void cost_more(plan *p, job *x, double by)
{
    mm_money more;
    if (!(by < 1e6) || !mm_money_times(x->cost, (mm_money)(by * 1e9) * (MM_MONEY_ONE / 1000000000), &more))
        return;
    p->cost += more - x->cost;
    p->cost_high += more - x->cost;
    x->cost = more;
}

static void run_on(plan *p, job *x, size_t workers)
{
    double before = ceil((double)x->shards / (double)x->parallel), after = ceil((double)x->shards / (double)workers);
    x->parallel = workers;
    times(&x->time_s, after / before);
    lay_out(p);
}

static const char *keep(plan *p, const mm_buf *b)
{
    return b->failed ? NULL : mm_arena_copy(p->arena, mm_buf_view(b)).p;
}

/* ---- remedies ---- */

/* A command without operators of the shell, which another program may start. */
static bool simple(const char *command)
{
    return !strpbrk(command, "|&;<>()`\n") && !isspace((unsigned char)*command) && !strchr(command, '=') && strncmp(command, "timeout ", 8) != 0;
}

static bool heal_stuck(plan *p, const trouble *t, mm_buf *done)
{
    job *x = &p->jobs[t->job];
    job_stage *s = &x->stage[t->stage];
    bool any = false;
    if (x->shards > 1) {
        x->shards *= 2;
        mm_buf_printf(done, "%zu smaller tasks in place of %zu", x->shards, x->shards / 2);
        any = true;
    }
    if (simple(s->command) && isfinite(t->limit)) {
        mm_buf b = { 0 };
        mm_buf_printf(&b, "timeout %.0f %s", ceil(t->limit), s->command);
        const char *command = keep(p, &b);
        mm_buf_free(&b);
        if (command) {
            s->command = command;
            mm_buf_str(done, any ? MM_STR("; ") : MM_STR(""));
            mm_buf_printf(done, "a task of %s is ended after ", s->name);
            show_time(done, ceil(t->limit));
            mm_buf_str(done, MM_STR(", so that it is run again"));
            any = true;
        }
    }
    return any;
}

static bool heal_memory(plan *p, const trouble *t, mm_buf *done)
{
    job *x = &p->jobs[t->job];
    double more = ceil(fmax(x->memory_bytes * MORE_MEMORY, t->ran * SPARE_MEMORY));
    mm_buf_str(done, MM_STR("memory of a task "));
    show_bytes(done, x->memory_bytes);
    mm_buf_str(done, MM_STR(" -> "));
    show_bytes(done, more);
    x->memory_bytes = more;
    guess *g = &x->stage[t->stage].peak_bytes;
    g->high = fmax(g->high, t->ran);
    return true;
}

/* Records that a tool is told to stop at go to the dead letters, where they wait for people. */
static bool heal_input(plan *p, const trouble *t, mm_buf *done)
{
    job_stage *s = &p->jobs[t->job].stage[t->stage];
    static const char *const stops[] = { "--on-error fail", "--on-error=fail" };
    for (size_t i = 0; i < 2; i++) {
        const char *at = strstr(s->command, stops[i]);
        if (!at)
            continue;
        mm_buf b = { 0 };
        mm_buf_put(&b, s->command, (size_t)(at - s->command));
        mm_buf_str(&b, MM_STR("--on-error skip"));
        mm_buf_str(&b, mm_str_of(at + strlen(stops[i])));
        const char *command = keep(p, &b);
        mm_buf_free(&b);
        if (!command)
            return false;
        s->command = command;
        mm_buf_printf(done, "%s goes on at bad records, which are kept as dead letters", s->name);
        return true;
    }
    return false;
}

static size_t more_of(size_t n)
{
    return (size_t)ceil((double)n * MORE_WORKERS);
}

static bool heal_backlog(plan *p, mm_buf *done)
{
    size_t most = 0, before = p->partitions;
    for (size_t i = 0; i < p->n_steps; i++) {
        p->step[i].workers = more_of(p->step[i].workers);
        most = p->step[i].workers > most ? p->step[i].workers : most;
    }
    if (p->n_steps) {
        mm_buf_printf(done, "half as many workers again in each step, at most %zu", most);
        if (before && most > before) {
            p->partitions = most;
            mm_buf_printf(done, "; partitions %zu -> %zu, as one works on each", before, most);
        }
        return true;
    }
    bool any = false;
    for (size_t j = 0; j < p->n_jobs; j++) {
        job *x = &p->jobs[j];
        size_t want = more_of(x->parallel) < x->shards ? more_of(x->parallel) : x->shards;
        if (want <= x->parallel)
            continue;
        mm_buf_printf(done, "%sworkers of %s %zu -> %zu", any ? "; " : "", x->name, x->parallel, want);
        run_on(p, x, want);
        any = true;
    }
    return any;
}

/* Half the workers spend half as much by the hour: time for people to look. */
static bool heal_runaway(plan *p, mm_buf *done)
{
    job *dear = NULL;
    for (size_t j = 0; j < p->n_jobs; j++)
        if (p->jobs[j].parallel > 1 && (!dear || p->jobs[j].cost > dear->cost))
            dear = &p->jobs[j];
    if (!dear)
        return false;
    mm_buf_printf(done, "workers of %s %zu -> %zu, which halves what an hour costs", dear->name, dear->parallel, dear->parallel / 2);
    run_on(p, dear, dear->parallel / 2);
    return true;
}

/* Declare what was measured. Its job takes as much longer as all of its stages together do. */
static bool heal_changed(plan *p, const trouble *t, mm_buf *done)
{
    job *x = &p->jobs[t->job];
    guess *g = &x->stage[t->stage].cpu_s;
    double before = 0, after = 0, by = t->ran / g->mean;
    for (size_t i = 0; i < x->n_stages; i++)
        before += x->stage[i].cpu_s.mean;
    mm_buf_str(done, MM_STR("processor time expected "));
    show_time(done, g->mean);
    mm_buf_str(done, MM_STR(" -> "));
    show_time(done, t->ran);
    after = before + t->ran - g->mean;
    times(g, by);
    if (before > 0) {
        times(&x->time_s, after / before);
        cost_more(p, x, after / before);
    }
    size_t want = more_of(x->parallel) < x->shards ? more_of(x->parallel) : x->shards;
    lay_out(p);
    if (isfinite(p->deadline_s) && p->time_s.high > p->deadline_s && want > x->parallel) {
        mm_buf_printf(done, "; workers of %s %zu -> %zu, for the deadline", x->name, x->parallel, want);
        run_on(p, x, want);
    }
    return true;
}

static void give_reason(plan *p, const trouble *t, mm_str done)
{
    reason *more = mm_arena_alloc(p->arena, (p->n_reasons + 1) * sizeof *more);
    mm_buf about = { 0 };
    mm_buf text = { 0 };
    mm_buf_printf(&about, "healing of %s", trouble_about(t, p));
    mm_buf_printf(&text, "%s: %s: ", trouble_name[t->kind], t->text);
    mm_buf_str(&text, done);
    reason r = { .about = keep(p, &about), .text = keep(p, &text) };
    mm_buf_free(&about);
    mm_buf_free(&text);
    if (!more || !r.about || !r.text)
        return;
    if (p->n_reasons)
        memcpy(more, p->reasons, p->n_reasons * sizeof *more);
    more[p->n_reasons++] = r;
    p->reasons = more;
}

bool heal(plan *p, const trouble *t, mm_buf *done)
{
    size_t from = done->n;
    bool healed = t->kind == STUCK     ? heal_stuck(p, t, done)
                : t->kind == NO_MEMORY ? heal_memory(p, t, done)
                : t->kind == BAD_INPUT ? heal_input(p, t, done)
                : t->kind == BACKLOG   ? heal_backlog(p, done)
                : t->kind == RUNAWAY   ? heal_runaway(p, done)
                : t->kind == CHANGED   ? heal_changed(p, t, done)
                                       : false;
    if (healed)
        give_reason(p, t, (mm_str){ done->p + from, done->n - from });
    return healed;
}
