/* drift_run.c - what ran against what a repository declares, as a command. */
#include "drift.h"
#include "loop.h"
#include "trouble.h"

static int need_plan(int found, const git_repo *g, const declared *d, mm_err *e)
{
    if (found != 0)
        return found;
    return d->folder ? mm_fail(e, MM_EUSAGE, "%s: HEAD has no %s/plan.json; propose a plan first, and merge it", g->dir, d->folder)
                     : mm_fail(e, MM_EUSAGE, "%s: HEAD declares no plan (" PLANS "/NAME/plan.json); propose one first, and merge it", g->dir);
}

/* Those that drift does not tell in its own words. */
static void leave_own(troubles *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++)
        if (t->v[i].kind == STUCK || t->v[i].kind == BAD_INPUT || t->v[i].kind == BACKLOG || t->v[i].kind == RUNAWAY)
            t->v[n++] = t->v[i];
    t->n = n;
}

static int compare(mm_app *a, const declared *d, const evidence *v, bool json, mm_err *e)
{
    drifts found;
    troubles wrong;
    mm_buf out = { 0 };
    if (drift_find(d, v, &found, e) < 0)
        return -1;
    if (trouble_find(d, v, run_clock(), &wrong, e) < 0) {
        drifts_free(&found);
        return -1;
    }
    leave_own(&wrong);
    drifts_put(&found, json, &out);
    troubles_put(&wrong, d->plan, json, &out);
    int rc = mm_app_write(a, &out, e);
    if (v->clock)
        mm_app_warn(a, "%s ends before the line above it: the clock was set, or ledgers were joined; times of several tasks are not compared",
                    v->clock_at);
    if (found.n || wrong.n)
        a->gate_tripped = true;
    else
        mm_app_note(a, "no drift in %zu ledger line%s from %s/plan.json at %.7s", found.lines, mm_plural(found.lines), d->folder, d->commit.hex);
    mm_buf_free(&out);
    drifts_free(&found);
    troubles_free(&wrong);
    return rc;
}

int drift_run(mm_app *a, const loop_opts *o, const char *const *file, size_t n, mm_err *e)
{
    git_repo g;
    git_id head;
    declared d = { 0 };
    evidence v = { 0 };
    if (!n)
        return mm_fail(e, MM_EUSAGE, "name the ledgers of what ran");
    if (git_open(&g, o->repo, e) < 0)
        return -1;
    int rc = git_resolve(&g, "HEAD^{commit}", &head, e);
    if (rc >= 0)
        rc = need_plan(declared_open(&d, &g, &head, o->name, e), &g, &d, e);
    if (rc >= 0)
        rc = evidence_read(&v, file, n, e);
    if (rc >= 0) {
        a->totals.in = a->totals.out = v.n_runs;
        rc = compare(a, &d, &v, o->json, e);
    }
    evidence_free(&v);
    declared_close(&d);
    git_close(&g);
    return rc;
}
