#include "simulate.h"
#include "layer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Policies by the names that --policies takes. */
static const struct {
    const char *name;
    sim_make *make;
} known[] = {
    { "static", policy_static },
    { "hpa", policy_hpa },
    { "ds2", policy_ds2 },
    { "mpc", policy_mpc },
    { "learned", policy_learned },
    { "clairvoyant", policy_clairvoyant },
};
enum { KNOWN = sizeof known / sizeof *known };

double comparison_to(const comparison *c, size_t i, const char *name)
{
    for (size_t k = 0; k < c->n; k++)
        if (strcmp(c->of[k].name, name) == 0 && c->of[k].result.cost > 0)
            return c->of[i].result.cost / c->of[k].result.cost;
    return NAN;
}

/* ---- what is to be run ---- */

static int seconds(const char *option, const char *text, double *out, mm_err *e)
{
    int64_t ns;
    char *end;
    double s = strtod(text, &end);
    if (end == text || *end)
        s = mm_parse_duration(mm_str_of(text), &ns) == 0 ? (double)ns / 1e9 : -1;
    if (!(s >= 0 && s < 1e12))
        return mm_fail(e, MM_EUSAGE, "--%s takes seconds or a duration such as 90s, 5m or 7d, not '%s'", option, text);
    *out = s;
    return 0;
}

static int positive(const char *option, double v, bool nothing_too, mm_err *e)
{
    if (isfinite(v) && (v > 0 || (nothing_too && v == 0)))
        return 0;
    return mm_fail(e, MM_EUSAGE, "--%s takes a number %s 0", option, nothing_too ? "of at least" : "above");
}

static int check(const simulate_opts *o, mm_err *e)
{
    if (positive("mean", o->mean, false, e) < 0 || positive("rate", o->rate, true, e) < 0 || positive("price", o->price, true, e) < 0 ||
        positive("scale-price", o->scale_price, true, e) < 0 || positive("interruptions", o->interruptions, true, e) < 0 ||
        positive("failures", o->failures, true, e) < 0)
        return -1;
    if (!(o->late >= 0 && o->late < 1))
        return mm_fail(e, MM_EUSAGE, "--late takes a share from 0 to below 1");
    return 0;
}

/* A step of a minute, unless that makes very many of the trace. */
static int get_trace(comparison *c, mm_app *a, const simulate_opts *o, const char *file, mm_err *e)
{
    double step_s = 60, length_s, past_s;
    if ((o->step && seconds("step", o->step, &step_s, e) < 0) || seconds("length", o->length, &length_s, e) < 0 ||
        seconds("past", o->past, &past_s, e) < 0)
        return -1;
    if (o->step && !(step_s > 0))
        return mm_fail(e, MM_EUSAGE, "--step takes a duration above 0");
    c->what = file ? file : o->generate;
    if (o->generate) {
        if (!(length_s / step_s >= 1 && length_s / step_s < 1e8))
            return mm_fail(e, MM_EUSAGE, "--length %s is not between one and 100 million steps", o->length);
        if (trace_make(&c->trace, o->generate, (size_t)(length_s / step_s), step_s, o->mean, (uint64_t)o->seed, e) < 0)
            return -1;
    } else if ((c->ledger = trace_is_ledger(file))) {
        if (trace_ledger(&c->trace, a, file, step_s, e) < 0)
            return -1;
    } else if (trace_read(&c->trace, file, o->column, o->time, step_s, (size_t)o->gap, e) < 0) {
        return -1;
    }
    if (past_s / c->trace.step_s >= (double)c->trace.n)
        return mm_fail(e, MM_EUSAGE, "--past %s is as long as the trace", o->past);
    c->trace.from = (size_t)(past_s / c->trace.step_s);
    return 0;
}

static int set_conditions(comparison *c, const simulate_opts *o, mm_err *e)
{
    double startup_s, limit_s, mean = trace_mean_rate(&c->trace);
    if (seconds("startup", o->startup, &startup_s, e) < 0 || seconds("limit", o->limit, &limit_s, e) < 0)
        return -1;
    if (!(mean > 0))
        return mm_fail(e, MM_EBAD, "%s: nothing comes in, so there is nothing to plan", c->what);
    if (startup_s / c->trace.step_s > 1e6)
        return mm_fail(e, MM_EUSAGE, "--startup %s is more than a million steps", o->startup);
    if (limit_s / c->trace.step_s > 1e6)
        return mm_fail(e, MM_EUSAGE, "--limit %s is more than a million steps", o->limit);
    c->c = (sim_conditions){
        .rate = o->rate > 0 ? o->rate : c->ledger ? 1 : mean / 10, .startup = (size_t)ceil(startup_s / c->trace.step_s - 1e-9), .price = o->price,
        .scale_price = o->scale_price, .min = (size_t)o->min, .max = (size_t)o->max, .first = (size_t)o->first, .limit_s = limit_s,
        .late_allowed = o->late, .interruptions = o->interruptions, .failures = o->failures, .seed = (uint64_t)o->seed, .layer = o->layer,
        .model = strcmp(o->service, "flow") == 0 ? SIM_FLUID : strcmp(o->service, "fixed") == 0 ? SIM_FIXED : SIM_EXPONENTIAL };
    if (c->c.max && c->c.min > c->c.max)
        return mm_fail(e, MM_EUSAGE, "--min-workers %zu is more than --max-workers %zu", c->c.min, c->c.max);
    double most = trace_peak(&c->trace) / (c->c.rate * c->trace.step_s);
    if (most > 1e6)
        return mm_fail(e, MM_EUSAGE, "%.3g workers would be busy at the peak, with --rate %g; at most a million can be simulated", most, c->c.rate);
    return 0;
}

static int add(comparison *c, const char *name, size_t n, mm_err *e)
{
    size_t i = 0;
    while (i < KNOWN && !(strlen(known[i].name) == n && memcmp(known[i].name, name, n) == 0))
        i++;
    if (i == KNOWN) {
        mm_buf all = { 0 };
        for (i = 0; i < KNOWN; i++)
            mm_buf_printf(&all, "%s%s", i ? ", " : "", known[i].name);
        mm_fail(e, MM_EUSAGE, "no policy '%.*s'; there are %.*s", (int)n, name, (int)all.n, all.p);
        mm_buf_free(&all);
        return -1;
    }
    for (size_t k = 0; k < c->n; k++)
        if (strcmp(c->of[k].name, known[i].name) == 0)
            return 0;
    c->of[c->n++].name = known[i].name;
    return 0;
}

/* Those named, each once, in that order; all without names. */
static int set_policies(comparison *c, const char *names, mm_err *e)
{
    c->of = calloc(KNOWN, sizeof *c->of);
    if (!c->of)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; !names && i < KNOWN; i++)
        c->of[c->n++].name = known[i].name;
    while (names && *names) {
        size_t n = strcspn(names, ",");
        if (n && add(c, names, n, e) < 0)
            return -1;
        names += n + (names[n] == ',');
    }
    return c->n ? 0 : mm_fail(e, MM_EUSAGE, "--policies names none");
}

/* ---- the runs ---- */

static int run_one(comparison *c, outcome *o, mm_err *e)
{
    sim_policy p;
    size_t i = 0;
    while (strcmp(known[i].name, o->name) != 0)
        i++;
    o->wanted = malloc(sim_steps(&c->trace, &c->c) * sizeof *o->wanted);
    if (!o->wanted)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (known[i].make(&p, &c->trace, &c->c, e) < 0)
        return -1;
    int rc = sim_run(&c->trace, &c->c, &p, &o->result, &(sim_record){ .wanted = o->wanted }, e);
    sim_policy_free(&p);
    return rc;
}

static int run_all(comparison *c, mm_app *a, const simulate_opts *o, const char *file, mm_err *e)
{
    if (check(o, e) < 0 || set_policies(c, o->policies, e) < 0 || get_trace(c, a, o, file, e) < 0 || set_conditions(c, o, e) < 0)
        return -1;
    for (size_t i = 0; i < c->n && !mm_app_stopped(); i++)
        if (run_one(c, &c->of[i], e) < 0)
            return -1;
    return 0;
}

static void end(comparison *c)
{
    for (size_t i = 0; c->of && i < c->n; i++)
        free(c->of[i].wanted);
    free(c->of);
    trace_free(&c->trace);
}

int simulate_run(mm_app *a, const simulate_opts *o, const char *const *file, size_t n, mm_err *e)
{
    static const struct {
        const char *name;
        void (*put)(mm_buf *b, const comparison *c);
    } forms[] = { { "table", comparison_table }, { "json", comparison_json }, { "csv", comparison_csv }, { "html", comparison_html } };
    comparison c = { 0 };
    mm_buf out = { 0 };
    if (n + (o->generate != NULL) != 1)
        return mm_fail(e, MM_EUSAGE, "simulate takes one FILE with what came in over time, or --generate KIND");
    int rc = run_all(&c, a, o, n ? file[0] : NULL, e);
    for (size_t i = 0; rc == 0 && !mm_app_stopped() && i < sizeof forms / sizeof *forms; i++)
        if (strcmp(forms[i].name, o->form) == 0) {
            forms[i].put(&out, &c);
            rc = mm_app_write(a, &out, e);
        }
    if (!c.ledger)
        a->totals.in = c.trace.n;
    mm_buf_free(&out);
    end(&c);
    return rc;
}
