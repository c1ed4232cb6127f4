#include "drift.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "summary.h"

/* A stage that was given more than this times what was planned, or less than a share of it, ran on other data. */
#define VOLUME 1.25

typedef void say_fn(mm_buf *b, double v);

typedef struct finding_out {
    drifts *out;
    mm_err *e;
    bool failed;
} finding_out;

static void show_number(mm_buf *b, double n)
{
    mm_buf_printf(b, fabs(n) >= 1000 ? "%.0f" : "%.3g", n);
}

static void add(finding_out *f, const char *kind, const char *stage, double ran, double low, double high, mm_buf *text)
{
    drifts *d = f->out;
    drift *list = d->n && (d->n & (d->n - 1)) ? d->v : realloc(d->v, (d->n ? 2 * d->n : 1) * sizeof *list);
    if (list)
        d->v = list;
    mm_str t = mm_arena_copy(d->arena, mm_buf_view(text)), s = mm_arena_copy(d->arena, mm_str_of(stage));
    if (!list || !t.p || !s.p || text->failed)
        f->failed = true;
    else
        list[d->n++] = (drift){ kind, s.p, ran, low, high, t.p };
    mm_buf_free(text);
}

/* "12 s; 3 s to 8 s are planned", when it is not within. */
static void within(finding_out *f, const char *kind, const char *stage, const char *what, double ran, double low, double high, say_fn *say)
{
    mm_buf b = { 0 };
    if (!isfinite(ran) || ((isnan(low) || ran >= low) && (isnan(high) || ran <= high)) || (isnan(low) && isnan(high)))
        return;
    mm_buf_str(&b, mm_str_of(what));
    say(&b, ran);
    mm_buf_str(&b, MM_STR("; "));
    if (isnan(low) || isnan(high) || low == high) {
        mm_buf_str(&b, low == high ? MM_STR("") : isnan(low) ? MM_STR("at most ") : MM_STR("at least "));
        say(&b, isnan(low) ? high : low);
        mm_buf_str(&b, MM_STR(" planned"));
    } else {
        say(&b, low);
        mm_buf_str(&b, MM_STR(" to "));
        say(&b, high);
        mm_buf_str(&b, MM_STR(" planned"));
    }
    add(f, kind, stage, ran, low, high, &b);
}

/* ---- which runs ---- */

static mm_str program(const char *command)
{
    mm_str word = { command, strcspn(command, " \t\n") };
    for (size_t i = word.n; i > 0; i--)
        if (word.p[i - 1] == '/')
            return (mm_str){ word.p + i, word.n - i };
    return word;
}

bool run_is(const job_stage *s, const run *r)
{
    return strcmp(s->name, r->stage) == 0 ||
           (strcmp(r->stage, r->tool) == 0 && mm_str_eq(program(s->command), mm_str_of(r->tool)));
}

size_t runs_of(const job *j, const job_stage *s, const evidence *v, const run **of)
{
    size_t n = 0;
    for (size_t i = v->n_runs; i-- > 0 && n < j->shards;)
        if (isfinite(v->run[i].end) && isfinite(v->run[i].wall_s) && run_is(s, &v->run[i]))
            of[n++] = &v->run[i];
    return n;
}

/* ---- a stage ---- */

static void told_policy(finding_out *f, const job_stage *s, const run *r, const char *policy)
{
    mm_buf b = { 0 };
    if (!policy || (r->policy && strcmp(policy, r->policy) == 0))
        return;
    if (r->policy)
        mm_buf_printf(&b, "ran under policy %.8s; %.8s is declared", r->policy, policy);
    else
        mm_buf_printf(&b, "ran without a policy; %.8s is declared", policy);
    add(f, "policy", s->name, NAN, NAN, NAN, &b);
}

static void told_failures(finding_out *f, const job *j, const job_stage *s, const run *const *of, size_t n)
{
    size_t failed = 0;
    int64_t status = 0;
    mm_buf b = { 0 };
    for (size_t i = n; i-- > 0;)
        if (run_failed(of[i])) {
            failed++;
            status = of[i]->status;
        }
    if (failed) {
        mm_buf_printf(&b, "%zu of %zu task%s failed, the last with status %lld", failed, n, mm_plural(n), (long long)status);
        add(f, "failed", s->name, (double)failed, 0, 0, &b);
    } else if (n < j->shards) {
        mm_buf_printf(&b, "%zu of %zu tasks ran", n, j->shards);
        add(f, "missing", s->name, (double)n, (double)j->shards, (double)j->shards, &b);
    }
}

static void told_stage(finding_out *f, const job *j, const job_stage *s, const run *const *of, size_t n, const char *policy)
{
    double cpu = 0, peak = 0, bytes = 0, in = 0;
    int64_t workers = (int64_t)j->cores;
    const run *strange = NULL;
    for (size_t i = 0; i < n; i++) {
        cpu += of[i]->cpu_s;
        peak = fmax(peak, of[i]->peak_bytes);
        bytes += of[i]->bytes;
        in += of[i]->in;
        if (of[i]->workers != (int64_t)j->cores && of[i]->workers > 0)
            workers = of[i]->workers;
        if (!strange && (!of[i]->policy || !policy || strcmp(of[i]->policy, policy) != 0))
            strange = of[i];
    }
    if (workers != (int64_t)j->cores)
        within(f, "workers", s->name, "processors of a task: ", (double)workers, (double)j->cores, (double)j->cores, show_number);
    if (strange)
        told_policy(f, s, strange, policy);
    told_failures(f, j, s, of, n);
    if (n < j->shards)
        return;
    if (s->bytes > 0)
        within(f, "volume", s->name, "read ", bytes, s->bytes / VOLUME, s->bytes * VOLUME, show_bytes);
    if (!(in > 0) && !(bytes > 0))
        return;  /* no work says nothing of what work takes */
    within(f, "processor", s->name, "used ", cpu, s->cpu_s.low, s->cpu_s.high, show_time);
    within(f, "memory", s->name, "a task used ", peak, s->peak_bytes.low, s->peak_bytes.high, show_bytes);
}

/* ---- a job, and the plan ---- */

typedef struct span {
    double start, end, longest;
    bool work;
} span;

static void widen(span *s, const run *const *of, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        s->start = fmin(s->start, of[i]->start);
        s->end = fmax(s->end, of[i]->end);
        s->longest = fmax(s->longest, of[i]->wall_s);
        s->work |= of[i]->in > 0 || of[i]->bytes > 0;
    }
}

/* Where the clock was set while tasks ran, only what each of them took by the monotonic clock is known. */
static double length(const span *s, const evidence *v, size_t tasks)
{
    return !isfinite(s->start) ? NAN : tasks == 1 || v->clock ? s->longest : fmax(s->end - s->start, s->longest);
}

static void told_unknown(finding_out *f, const plan *p, const evidence *v)
{
    for (size_t i = 0; i < v->n_runs; i++) {
        bool known = false;
        for (size_t j = 0; j < p->n_jobs && !known; j++)
            for (size_t s = 0; s < p->jobs[j].n_stages && !known; s++)
                known = run_is(&p->jobs[j].stage[s], &v->run[i]);
        for (size_t k = 0; k < i && !known; k++)
            known = strcmp(v->run[k].stage, v->run[i].stage) == 0;
        mm_buf b = { 0 };
        if (!known) {
            mm_buf_str(&b, MM_STR("ran, and is not in the plan"));
            add(f, "unknown", v->run[i].stage, NAN, NAN, NAN, &b);
        }
    }
}

static int tell(finding_out *f, const declared *d, const evidence *v)
{
    const plan *p = d->plan;
    span all = { INFINITY, -INFINITY, 0, false };
    double cost = 0;
    bool whole = true;
    for (size_t j = 0, k = 0; j < p->n_jobs; j++) {
        const job *x = &p->jobs[j];
        const run **of = malloc(x->shards * sizeof *of);
        span here = { INFINITY, -INFINITY, 0, false };
        if (!of)
            return mm_fail(f->e, MM_ESYS, "out of memory");
        for (size_t i = 0; i < x->n_stages; i++, k++) {
            size_t n = runs_of(x, &x->stage[i], v, of);
            mm_buf b = { 0 };
            f->out->lines += n;
            whole = whole && n == x->shards;
            if (n)
                told_stage(f, x, &x->stage[i], of, n, d->policy[k]);
            else {
                mm_buf_str(&b, MM_STR("did not run"));
                add(f, "missing", x->stage[i].name, 0, (double)x->shards, (double)x->shards, &b);
            }
            widen(&here, of, n);
            widen(&all, of, n);
        }
        free(of);
        double took = length(&here, v, x->shards);
        if (here.work)
            within(f, "time", x->name, "took ", took, x->time_s.low, x->time_s.high, show_time);
        cost += x->time_s.mean > 0 && isfinite(took) ? mm_money_near(x->cost) * took / x->time_s.mean : 0;
    }
    if (whole && all.work && !v->clock && p->n_jobs > 1)
        within(f, "time", "plan", "took ", all.end - all.start, p->time_s.low, p->time_s.high, show_time);
    if (whole && all.work && *p->currency && p->cost_high > 0)
        within(f, "cost", "plan", "cost about ", cost, NAN, mm_money_near(p->cost_high), show_number);
    told_unknown(f, p, v);
    return f->failed ? mm_fail(f->e, MM_ESYS, "out of memory") : 0;
}

int drift_find(const declared *d, const evidence *v, drifts *out, mm_err *e)
{
    *out = (drifts){ .arena = mm_arena_new() };
    if (!out->arena)
        return mm_fail(e, MM_ESYS, "out of memory");
    finding_out f = { .out = out, .e = e };
    int rc = tell(&f, d, v);
    if (rc < 0)
        drifts_free(out);
    return rc;
}

void drifts_free(drifts *d)
{
    free(d->v);
    mm_arena_free(d->arena);
    *d = (drifts){ 0 };
}

static void put_json(const drift *x, mm_buf *b)
{
    mm_buf_printf(b, "{\"kind\":\"%s\",\"stage\":", x->kind);
    mm_json_put(b, mm_str_of(x->stage));
    mm_buf_str(b, MM_STR(",\"ran\":"));
    mm_json_put_double(b, x->ran);
    mm_buf_str(b, MM_STR(",\"low\":"));
    mm_json_put_double(b, x->low);
    mm_buf_str(b, MM_STR(",\"high\":"));
    mm_json_put_double(b, x->high);
    mm_buf_str(b, MM_STR(",\"text\":"));
    mm_json_put(b, mm_str_of(x->text));
    mm_buf_str(b, MM_STR("}\n"));
}

void drifts_put(const drifts *d, bool json, mm_buf *b)
{
    for (size_t i = 0; i < d->n; i++)
        if (json)
            put_json(&d->v[i], b);
        else
            mm_buf_printf(b, "%s: %s: %s\n", d->v[i].stage, d->v[i].kind, d->v[i].text);
}
