/* heal_run.c - what went wrong, answered by a proposal. */
#include "folder.h"
#include "message.h"
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

static int propose(healing *h, mm_err *e)
{
    folder f;
    mm_buf message = { 0 };
    const plan *p = h->after;
    if (folder_make(&f, &h->g, &h->head, p, h->o, e) < 0)
        return -1;
    mm_buf_printf(&message, "Heal %.30s: %zu of %zu trouble%s answered\n\nWhat went wrong:\n", p->pipeline, h->healed, h->found.n,
                  mm_plural(h->found.n));
    mm_buf_str(&message, mm_buf_view(&h->told));
    mm_buf_str(&message, MM_STR("\nExpected:\n"));
    message_expected(&message, h->d.plan, p);
    mm_buf_str(&message, MM_STR("\nWhat changes:\n"));
    if (!message_changes(&message, h->d.plan, p))
        mm_buf_str(&message, MM_STR("  nothing of what is run; only what is expected of it\n"));
    mm_buf_str(&message, MM_STR("\nRisk:\n"));
    message_wrap(&message, "  ", MM_STR("Expectations of what was changed are scaled from the declared ones, not learnt: let mm-plan propose plan anew "
                                        "once ledgers of it are there."));
    int rc = folder_propose(&f, h->a, &h->g, &h->head, h->o, "heal", p->pipeline, &message, e);
    mm_buf_free(&message);
    folder_free(&f);
    return rc;
}

static int look(healing *h, const char *const *file, size_t n, mm_err *e)
{
    if (git_resolve(&h->g, "HEAD^{commit}", &h->head, e) < 0)
        return -1;
    int found = declared_open(&h->d, &h->g, &h->head, h->o->name, e);
    if (found <= 0)
        return found < 0 ? -1 : mm_fail(e, MM_EUSAGE, "%s: HEAD declares no such plan; propose one first, and merge it", h->g.dir);
    if (!(h->after = plan_parse(mm_buf_view(&h->d.text), h->d.folder, e)) || evidence_read(&h->v, file, n, e) < 0 ||
        trouble_find(&h->d, &h->v, run_clock(), &h->found, e) < 0)
        return -1;
    h->a->totals.in = h->a->totals.out = h->v.n_runs + h->v.n_samples;
    return 0;
}

int heal_run(mm_app *a, const loop_opts *o, const char *const *file, size_t n, mm_err *e)
{
    healing h = { .a = a, .o = o };
    if (!n)
        return mm_fail(e, MM_EUSAGE, "name what tells how it ran: ledgers, lineage, metrics");
    if (git_open(&h.g, o->repo, e) < 0)
        return -1;
    int rc = look(&h, file, n, e);
    if (rc == 0 && h.found.n == 0)
        mm_app_note(a, "nothing is wrong that ledgers, lineage or metrics would tell");
    if (rc == 0)
        answer(&h);
    if (rc == 0 && h.healed < h.found.n)
        a->gate_tripped = true;
    if (rc == 0 && h.healed)
        rc = propose(&h, e);
    mm_buf_free(&h.told);
    troubles_free(&h.found);
    evidence_free(&h.v);
    plan_free(h.after);
    declared_close(&h.d);
    git_close(&h.g);
    return rc;
}
