/* heal_run.c - what went wrong, answered by a proposal. */
#include <string.h>

#include "folder.h"
#include "message.h"
#include "reports.h"
#include "trouble.h"

typedef struct healing {
    mm_app *a;
    const loop_opts *o;
    git_repo g;
    git_id head;
    declared d;
    plan *after;
    evidence v;
    troubles found;
    mm_buf told;      /* what was found and what is done about it, for the message */
    size_t healed;
    answers reports;
} healing;

static void answer(healing *h)
{
    for (size_t i = 0; i < h->found.n; i++) {
        const trouble *t = &h->found.v[i];
        mm_buf line = { 0 }, done = { 0 };
        mm_buf_printf(&line, "%s: %s: %s.", trouble_about(t, h->d.plan), trouble_name[t->kind], t->text);
        if (heal(h->after, t, &done)) {
            h->healed++;
            mm_buf_str(&line, MM_STR(" Proposed: "));
            mm_buf_str(&line, mm_buf_view(&done));
            mm_buf_byte(&line, '.');
        } else {
            mm_buf_str(&line, MM_STR(" No change of the plan is known to help."));
            mm_app_warn(h->a, "%s: %s: %s; no change of the plan is known to help: look at it, or see mm-plan rollback", trouble_about(t, h->d.plan),
                        trouble_name[t->kind], t->text);
        }
        message_wrap(&h->told, "  ", mm_buf_view(&line));
        mm_buf_free(&line);
        mm_buf_free(&done);
    }
}

/* What reports ask for; a policy is needed only where there are some. */
static int answer_reports(healing *h, mm_err *e)
{
    answers *x = &h->reports;
    x->name = h->o->policy;
    x->plan = h->after;
    if (!h->v.n_findings)
        return 0;
    int rc = git_read(&h->g, &h->head, h->o->policy, &x->policy, e);
    if (rc == 0 && h->after == NULL)
        return mm_fail(e, MM_EUSAGE, "%s: HEAD has no %s, which reports could change; name the policy by --edit", h->g.dir, h->o->policy);
    if (rc == 0)
        mm_buf_str(&x->policy, MM_STR("version: 1\n"));
    if (rc < 0 || reports_answer(x, &h->v, e) < 0)
        return -1;
    for (size_t from = 0; from < x->open.n;) {
        size_t n = strcspn(x->open.p + from, "\n");
        mm_app_warn(h->a, "%.*s; no change is known to answer this", (int)n, x->open.p + from);
        from += n + 1;
    }
    return 0;
}

static void put_message(mm_buf *b, const healing *h, const char *name)
{
    const plan *p = h->after;
    size_t found = h->found.n + h->reports.found;
    mm_buf_printf(b, "Heal %.30s: %zu of %zu trouble%s answered\n\nWhat went wrong:\n", name, h->healed + h->reports.answered, found, mm_plural(found));
    mm_buf_str(b, mm_buf_view(&h->told));
    mm_buf_str(b, mm_buf_view(&h->reports.told));
    if (!p)
        return;
    mm_buf_str(b, MM_STR("\nExpected:\n"));
    message_expected(b, h->d.plan, p);
    mm_buf_str(b, MM_STR("\nWhat changes:\n"));
    size_t n = message_changes(b, h->d.plan, p);
    if (h->reports.edited)
        mm_buf_printf(b, "  %s\n", h->o->policy);
    else if (!n)
        mm_buf_str(b, MM_STR("  nothing of what is run; only what is expected of it\n"));
    mm_buf_str(b, MM_STR("\nRisk:\n"));
    message_wrap(b, "  ", MM_STR("Expectations of what was changed are scaled from the declared ones, not learnt: let mm-plan propose plan anew "
                                 "once ledgers of it are there."));
}

static int propose(healing *h, mm_err *e)
{
    folder f = { 0 };
    mm_buf message = { 0 };
    const char *name = h->after ? h->after->pipeline : "policy";
    int rc = h->after ? folder_make(&f, &h->g, &h->head, h->after, h->o, e) : 0;
    if (rc == 0 && h->reports.edited)
        rc = folder_add(&f, h->o->policy, mm_buf_view(&h->reports.policy), e);
    if (rc == 0) {
        put_message(&message, h, name);
        rc = folder_propose(&f, h->a, &h->g, &h->head, h->o, "heal", name, &message, e);
    }
    mm_buf_free(&message);
    folder_free(&f);
    return rc;
}

static int look(healing *h, const char *const *file, size_t n, mm_err *e)
{
    if (evidence_read(&h->v, file, n, e) < 0 || git_resolve(&h->g, "HEAD^{commit}", &h->head, e) < 0)
        return -1;
    h->a->totals.in = h->a->totals.out = h->v.n_runs + h->v.n_samples + h->v.n_findings;
    int found = declared_open(&h->d, &h->g, &h->head, h->o->name, e);
    bool only_reports = h->v.n_findings && !h->v.n_runs && !h->v.n_samples;
    if (found == 0 && only_reports && !h->o->name)
        return 0;
    if (found <= 0)
        return found < 0 ? -1 : mm_fail(e, MM_EUSAGE, "%s: HEAD declares no such plan; propose one first, and merge it", h->g.dir);
    if (!(h->after = plan_parse(mm_buf_view(&h->d.text), h->d.folder, e)))
        return -1;
    return only_reports ? 0 : trouble_find(&h->d, &h->v, run_clock(), &h->found, e);
}

static int go(healing *h, const char *const *file, size_t n, mm_err *e)
{
    if (look(h, file, n, e) < 0)
        return -1;
    answer(h);
    if (answer_reports(h, e) < 0)
        return -1;
    size_t found = h->found.n + h->reports.found, answered = h->healed + h->reports.answered;
    if (!found)
        mm_app_note(h->a, "nothing is wrong that ledgers, lineage, metrics or reports would tell");
    if (answered < found)
        h->a->gate_tripped = true;
    return answered ? propose(h, e) : 0;
}

int heal_run(mm_app *a, const loop_opts *o, const char *const *file, size_t n, mm_err *e)
{
    healing h = { .a = a, .o = o };
    if (!n)
        return mm_fail(e, MM_EUSAGE, "name what tells how it ran: ledgers, lineage, metrics, reports");
    if (git_open(&h.g, o->repo, e) < 0)
        return -1;
    int rc = go(&h, file, n, e);
    mm_buf_free(&h.told);
    answers_free(&h.reports);
    troubles_free(&h.found);
    evidence_free(&h.v);
    plan_free(h.after);
    declared_close(&h.d);
    git_close(&h.g);
    return rc;
}
