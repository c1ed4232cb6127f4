/* mm-plan - order, workers and machines for a pipeline, learned from its ledgers. */
#include "app/app.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "calibrate.h"
#include "decide.h"
#include "flow.h"
#include "layer.h"
#include "learn.h"
#include "routes.h"
#include "loop.h"
#include "price/when.h"
#include "simulate.h"
#include "summary.h"
#include "target.h"
#include "view.h"

#define SYNOPSIS "mm-plan [options] PIPELINE\n" \
                 "mm-plan explain [options] PIPELINE\n" \
                 "mm-plan calibrate --state FILE [options] PIPELINE\n" \
                 "mm-plan learn --state FILE LEDGER...\n" \
                 "mm-plan propose [options] --repo DIR PIPELINE\n" \
                 "mm-plan drift [options] --repo DIR LEDGER...\n" \
                 "mm-plan rollback [options] --repo DIR [LEDGER...]\n" \
                 "mm-plan heal [options] --repo DIR FILE...\n" \
                 "mm-plan simulate [options] [FILE]\n" \
                 "mm-plan train [--seed N] [--runs N]\n" \
                 "mm-plan routes --by FIELD [options] [OUTCOMES...]"

static const char examples[] =
    "  mm-plan pipeline.yaml\n"
    "      what would run where, how long it would take and what it would cost\n"
    "  mm-plan --format json pipeline.yaml >plan.json\n"
    "      the same for programs, as it is kept in a repository\n"
    "  mm-plan calibrate --state models.json --limit 60s pipeline.yaml\n"
    "      measure stages of which nothing is known yet, on samples\n"
    "  mm-plan learn --state models.json ledger.ndjson\n"
    "      learn from what runs used, and tell how well each stage is known\n"
    "  mm-plan explain --state models.json pipeline.yaml\n"
    "      why each decision was taken, and what the next best was\n"
    "  mm-plan -t make pipeline.yaml >Makefile.plan && make -f Makefile.plan\n"
    "      run it here as planned; after an interruption make goes on where it was\n"
    "  mm-plan propose --repo . -t make pipeline.yaml\n"
    "      the plan and a Makefile on a branch, with a commit that says why\n"
    "  mm-plan drift --repo . ledger.ndjson || echo 'not as declared'\n"
    "      what ran against what is declared\n"
    "  mm-plan simulate --column requests --rate 3 load.csv\n"
    "      what ways to scale workers would have cost under that load, and how late work would have been\n"
    "  mm-plan train >layer.yaml && mm-plan simulate --layer layer.yaml --generate diurnal\n"
    "      learn in the simulator how to set the stream controller where, and see what that gains\n"
    "  mm-plan routes --by mm.tier --by urgency outcomes.ndjson >routes.yaml\n"
    "      which route serves which records best, as a table for mm-select --routes\n";

typedef struct tool {
    mm_app app;
    const char *form, *book_file, *state;
    int64_t cores;
    const char *at;
    mm_list targets;
    target_opts target;
    loop_opts loop;
    simulate_opts simulate;
    routes_opts routes;
} tool;

/* Does the file hold a plan, and no pipeline? 1, 0, or -1. */
static int is_plan(const char *file, mm_err *e)
{
    mm_doc *d = mm_doc_load(file, e);
    int is = !d ? -1 : mm_node_get(mm_doc_root(d), "jobs") ? 1 : 0;
    mm_doc_free(d);
    return is;
}

/* The plan for the pipeline that is the one operand, or that plan. *learnt, unless NULL, receives what it was made by. */
static plan *make_plan(tool *t, const char *const *operand, size_t n, models **learnt, mm_err *e)
{
    if (n != 1) {
        mm_fail(e, MM_EUSAGE, n ? "one pipeline at a time: %s is the second" : "name a pipeline; see mm-plan --help", n ? operand[1] : "");
        return NULL;
    }
    plan *made = NULL;
    int64_t at = time(NULL);
    if (t->at && !mm_when_read(mm_str_of(t->at), &at)) {
        mm_fail(e, MM_EUSAGE, "--at %s: a day such as 2026-01-31 is expected", t->at);
        return NULL;
    }
    int old = is_plan(operand[0], e);
    if (old)
        return old > 0 ? plan_load(operand[0], e) : NULL;
    models *m = t->state ? models_load(t->state, e) : NULL;
    if (t->state && !m)
        return NULL;
    pipeline *p = pipeline_load(operand[0], e);
    const char *prices = t->book_file ? t->book_file : p ? p->prices : NULL;
    mm_book *book = p && prices ? mm_book_load(prices, e) : NULL;
    if (p && (book || !prices) && flow_measure(p, e) == 0)
        made = plan_make(p, m, book, &(decide_opts){ (size_t)t->cores, at }, e);
    mm_book_free(book);
    if (learnt)
        *learnt = m;
    else
        models_free(m);
    pipeline_free(p);
    return made;
}

static int plan_it(tool *t, const char *const *operand, size_t n, bool explain, mm_err *e)
{
    plan *p = make_plan(t, operand, n, NULL, e);
    mm_buf out = { 0 };
    int rc = 0;
    if (!p)
        return -1;
    if (t->targets.n > 1)
        rc = mm_fail(e, MM_EUSAGE, "-t %s: one definition at a time goes to standard output; propose writes several", t->targets.v[1]);
    else if (t->targets.n)
        rc = target_put(&out, t->targets.v[0], p, &t->target, e);
    else if (strcmp(t->form, "json") == 0)
        plan_put(&out, p);
    else if (strcmp(t->form, "html") == 0)
        view_put(&out, p);
    else if (explain)
        explain_put(&out, p);
    else
        summary_put(&out, p);
    if (rc == 0)
        rc = mm_app_write(&t->app, &out, e);
    mm_buf_free(&out);
    plan_free(p);
    return rc;
}

static int propose_it(tool *t, const char *const *operand, size_t n, mm_err *e)
{
    models *m = NULL;
    plan *p = make_plan(t, operand, n, &m, e);
    int rc = p ? propose_run(&t->app, &t->loop, p, m, e) : -1;
    models_free(m);
    plan_free(p);
    return rc;
}

static int calibrate_it(tool *t, const char *const *operand, size_t n, mm_err *e)
{
    int64_t limit;
    double seconds;
    if (n != 1)
        return mm_fail(e, MM_EUSAGE, "calibrate takes one pipeline");
    mm_str text = mm_str_of(t->simulate.limit);
    if (mm_parse_duration(text, &limit) == 0)
        seconds = (double)limit * 1e-9;
    else if (mm_json_double(text, &seconds) < 0)
        return mm_fail(e, MM_EUSAGE, "--limit takes seconds or a duration such as 90s or 5m, not '%s'", t->simulate.limit);
    pipeline *p = pipeline_load(operand[0], e);
    int rc = p ? flow_measure(p, e) : -1;
    if (rc == 0)
        rc = calibrate_run(&t->app, p, &(calibrate_opts){ seconds, (size_t)t->cores, t->state, t->form }, e);
    pipeline_free(p);
    return rc;
}

enum {
    PLAN,
    EXPLAIN,
    LEARN,
    CALIBRATE,
    PROPOSE,
    DRIFT,
    ROLLBACK,
    HEAL,
    SIMULATE,
    ROUTES,
    TRAIN,
};

/* What the first operand names, which is then taken away; a pipeline of that name is written ./explain. */
static int command(const char *const **operand, size_t *n)
{
    static const char *const names[] = {
        [EXPLAIN] = "explain",
        [LEARN] = "learn",
        [CALIBRATE] = "calibrate",
        [PROPOSE] = "propose",
        [DRIFT] = "drift",
        [ROLLBACK] = "rollback",
        [HEAL] = "heal",
        [SIMULATE] = "simulate",
        [ROUTES] = "routes",
        [TRAIN] = "train",
    };
    for (int i = PLAN + 1; *n && i < (int)(sizeof names / sizeof *names); i++)
        if (strcmp((*operand)[0], names[i]) == 0) {
            ++*operand;
            --*n;
            return i;
        }
    return PLAN;
}

static int job_of(mm_app *a, void *ctx, mm_err *e)
{
    tool *t = ctx;
    const char *const *operand = a->operands.v;
    size_t n = a->operands.n;
    int what = command(&operand, &n);
    t->loop.targets = &t->targets;
    t->loop.target = &t->target;
    t->loop.json = strcmp(t->form, "json") == 0;
    switch (what) {
    case LEARN:
        return learn_run(a, operand, n, t->state, t->form, e);
    case CALIBRATE:
        return calibrate_it(t, operand, n, e);
    case PROPOSE:
        return propose_it(t, operand, n, e);
    case DRIFT:
        return drift_run(a, &t->loop, operand, n, e);
    case SIMULATE:
        t->simulate.form = t->form;
        return simulate_run(a, &t->simulate, operand, n, e);
    case ROUTES:
        t->routes.seed = t->simulate.seed;
        return routes_run(a, &t->routes, operand, n, e);
    case TRAIN:
        return train_run(a, t->simulate.seed, t->simulate.runs, n, e);
    case ROLLBACK:
        return rollback_run(a, &t->loop, operand, n, e);
    case HEAL:
        return heal_run(a, &t->loop, operand, n, e);
    default:
        return plan_it(t, operand, n, what == EXPLAIN, e);
    }
}

int main(int argc, char **argv)
{
    tool t = { .form = "table",
               .target = TARGET_DEFAULTS,
               .loop = { .repo = ".", .policy = "policy.yaml" },
               .simulate = SIMULATE_DEFAULTS,
               .routes = ROUTES_DEFAULTS };
    const mm_option options[] = {
        { "What is planned with", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "state", 0, MM_OPT_STRING, &t.state, "FILE", "What was learnt of the stages; learn writes it." },
        { "prices", 0, MM_OPT_STRING, &t.book_file, "FILE", "The price book, in place of the one that the pipeline names." },
        { "cores", 0, MM_OPT_INT, &t.cores, "N", "Processors of this machine, where there is no price book; all of them when not given.", 1, 65536 },
        { "at", 0, MM_OPT_STRING, &t.at, "DAY", "The day whose prices are planned with; today when not given." },
        TARGET_OPTIONS(t.targets, t.target),
        { "The loop through Git", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "repo", 0, MM_OPT_STRING, &t.loop.repo, "DIR", "The repository that declares plans, in plans/NAME; the one around the working folder when not given." },
        { "branch", 0, MM_OPT_STRING, &t.loop.branch, "NAME", "Branch of a proposal; mm-plan/NAME when not given." },
        { "plan", 0, MM_OPT_STRING, &t.loop.name, "NAME", "Which of the declared plans; the only one when not given." },
        { "edit", 0, MM_OPT_STRING, &t.loop.policy, "PATH", "With heal: the policy to change for what reports tell, from the top of the repository; policy.yaml when not given." },
        SIMULATE_OPTIONS(t.simulate),
        ROUTES_OPTIONS(t.routes),
        { "How it is told", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "format", 0, MM_OPT_CHOICE, &t.form, "table|json|csv|html", "Form of the plan; table when not given. html is one page with charts, csv for simulate alone." },
        MM_OPTION_END };
    const mm_tool about = {
        .name = "mm-plan", .summary = "order, workers and machines for a pipeline, learned from its ledgers",
        .synopsis = SYNOPSIS, .examples = examples, .options = options,
        .flags = MM_TOOL_NO_OUTPUT | MM_TOOL_NO_INPUT | MM_TOOL_NO_RECORDS };
    int status = mm_app_start(&t.app, &about, argc, argv);
    if (status != MM_GO_ON)
        return status;
    if (!t.cores)
        t.cores = sysconf(_SC_NPROCESSORS_ONLN) > 0 ? sysconf(_SC_NPROCESSORS_ONLN) : 1;
    status = mm_app_do(&t.app, job_of, &t);
    free(t.targets.v);
    free(t.routes.by.v);
    mm_app_end(&t.app);
    return status;
}
