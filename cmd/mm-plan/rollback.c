/* rollback.c - the last good plan as a proposal: history goes on, nothing of it is rewritten. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drift.h"
#include "folder.h"
#include "message.h"
#include "price/when.h"

/* A commit that changed the plan, the newest first. */
typedef struct version {
    git_id commit;
    double at;       /* seconds since 1970 */
} version;

typedef struct history {
    version *v;
    size_t n;
} history;

static int read_history(history *h, const git_repo *g, const char *where, mm_err *e)
{
    char path[300];
    mm_buf out = { 0 };
    snprintf(path, sizeof path, ":(top,literal)%.200s/plan.json", where);
    int rc = git_run(g, (const char *[]){ "log", "--first-parent", "--format=%H %ct", "HEAD", "--", path, NULL }, MM_STR(""), &out, e) == 0 ? 0 : -1;
    size_t lines = 0;
    for (size_t i = 0; i < out.n; i++)
        lines += out.p[i] == '\n';
    mm_buf_byte(&out, '\0');
    if (rc == 0 && (out.failed || !(h->v = calloc(lines + 1, sizeof *h->v))))
        rc = mm_fail(e, MM_ESYS, "out of memory");
    for (char *line = out.p; rc == 0 && h->n < lines; line = strchr(line, '\n') + 1) {
        version *v = &h->v[h->n++];
        sscanf(line, "%64s %lf", v->commit.hex, &v->at);
    }
    mm_buf_free(&out);
    return rc;
}

typedef struct rolling {
    mm_app *a;
    const loop_opts *o;
    git_repo g;
    git_id head;
    declared now;
    history past;
    const evidence *v;     /* NULL: none was given */
    run *room;
    mm_buf told;           /* what was found of each version */
} rolling;

static const char *plan_name(const rolling *r)
{
    return r->now.folder + sizeof PLANS;
}

/* "1a2b3c4 of 2026-11-20" */
static void put_version(mm_buf *b, const version *v)
{
    mm_buf_printf(b, "%.7s of ", v->commit.hex);
    size_t from = b->n;
    mm_when_put(b, (int64_t)v->at, false);
    if (b->n >= from + 10)
        b->n = from + 10;
}

/* Did version i run as it was declared: 1; 0: no, or nothing is known of it; -1. */
static int ran_well(rolling *r, size_t i, const declared *d, mm_err *e)
{
    evidence some = evidence_between(r->v, r->past.v[i].at, i ? r->past.v[i - 1].at : INFINITY, r->room);
    drifts found;
    mm_buf line = { 0 };
    if (drift_find(d, &some, &found, e) < 0)
        return -1;
    put_version(&line, &r->past.v[i]);
    if (!some.n_runs)
        mm_buf_str(&line, MM_STR(": no ledger lines"));
    else if (!found.n)
        mm_buf_printf(&line, ": ran as declared in %zu ledger line%s", found.lines, mm_plural(found.lines));
    else
        mm_buf_printf(&line, ": %s: %s: %s", found.v[0].stage, found.v[0].kind, found.v[0].text);
    if (some.n_runs && found.n > 1)
        mm_buf_printf(&line, "; and %zu more", found.n - 1);
    message_wrap(&r->told, "  ", mm_buf_view(&line));
    int good = some.n_runs && !found.n;
    mm_buf_free(&line);
    drifts_free(&found);
    return good;
}

static int propose_version(rolling *r, size_t i, const declared *d, mm_err *e)
{
    mm_buf message = { 0 };
    char tree[400];
    folder f = { .n = 1, .change = { { .path = r->now.folder, .kind = GIT_TREE } } };
    snprintf(tree, sizeof tree, "%s:%.200s", d->commit.hex, r->now.folder);
    if (git_resolve(&r->g, tree, &f.change[0].tree, e) != 1)
        return mm_fail_at(e, "%s", tree);
    mm_buf_printf(&message, "Roll %.30s back to the plan of ", plan_name(r));
    put_version(&message, &r->past.v[i]);
    mm_buf_str(&message, MM_STR("\n\nExpected:\n"));
    message_expected(&message, r->now.plan, d->plan);
    mm_buf_str(&message, MM_STR("\nWhat changes:\n"));
    if (!r->now.plan)
        mm_buf_str(&message, MM_STR("  what is declared now can not be read\n"));
    else if (!message_changes(&message, r->now.plan, d->plan))
        mm_buf_str(&message, MM_STR("  nothing of what is run; only what is expected of it\n"));
    mm_buf_str(&message, MM_STR("\nEvidence:\n"));
    if (r->v)
        mm_buf_str(&message, mm_buf_view(&r->told));
    else
        mm_buf_str(&message, MM_STR("  no ledgers were given; this is the plan before\n"));
    int rc = folder_propose(&f, r->a, &r->g, &r->head, r->o, "rollback", plan_name(r), &message, e);
    mm_buf_free(&message);
    return rc;
}

/* Version i where it will do: 1 when that ends the search. */
static int try_version(rolling *r, size_t i, mm_err *e)
{
    declared d = { 0 };
    mm_err why = { 0 };
    int rc = declared_open(&d, &r->g, &r->past.v[i].commit, plan_name(r), &why);
    bool same = rc == 1 && mm_str_eq(mm_buf_view(&d.text), mm_buf_view(&r->now.text));
    if (rc < 0 && why.code == MM_ESYS)
        *e = why;
    else if (rc < 0)
        rc = 0;  /* a plan that can not be read is no good one */
    if (rc == 1 && !r->v)
        rc = i > 0 && !same ? (propose_version(r, i, &d, e) < 0 ? -1 : 1) : 0;
    else if (rc == 1 && (rc = ran_well(r, i, &d, e)) == 1) {
        if (same)
            mm_app_note(r->a, "%s/plan.json at HEAD ran as it is declared; there is nothing to roll back", r->now.folder);
        else if (propose_version(r, i, &d, e) < 0)
            rc = -1;
    }
    declared_close(&d);
    return rc;
}

static int roll(rolling *r, mm_err *e)
{
    mm_err why = { 0 };
    int found = git_resolve(&r->g, "HEAD^{commit}", &r->head, e);
    if (found < 0)
        return -1;
    if (declared_open(&r->now, &r->g, &r->head, r->o->name, &why) < 0 && (why.code == MM_ESYS || !r->now.folder)) {
        *e = why;
        return -1;
    }
    if (!found || !r->now.folder)
        return mm_fail(e, MM_EUSAGE, "%s: HEAD declares no plan; name one that it has declared by --plan", r->g.dir);
    if (read_history(&r->past, &r->g, r->now.folder, e) < 0)
        return -1;
    for (size_t i = 0; i < r->past.n; i++) {
        int rc = try_version(r, i, e);
        if (rc != 0)
            return rc < 0 ? -1 : 0;
    }
    return mm_fail(e, MM_EUSAGE, r->v ? "%s: none of the %zu version%s of %s/plan.json is known to have run as declared; without ledgers the one before is proposed"
                                      : "%s: of the %zu version%s of %s/plan.json none is an earlier one",
                   r->g.dir, r->past.n, mm_plural(r->past.n), r->now.folder);
}

int rollback_run(mm_app *a, const loop_opts *o, const char *const *file, size_t n, mm_err *e)
{
    evidence v = { 0 };
    rolling r = { .a = a, .o = o, .v = n ? &v : NULL };
    int rc = n ? evidence_read(&v, file, n, e) : 0;
    if (rc == 0 && n && !(r.room = malloc((v.n_runs + 1) * sizeof *r.room)))
        rc = mm_fail(e, MM_ESYS, "out of memory");
    if (rc == 0)
        rc = git_open(&r.g, o->repo, e);
    if (rc == 0) {
        rc = roll(&r, e);
        git_close(&r.g);
    }
    declared_close(&r.now);
    free(r.past.v);
    free(r.room);
    mm_buf_free(&r.told);
    evidence_free(&v);
    return rc;
}
