#include "message.h"

#include <math.h>
#include <string.h>

#include "app/app.h"
#include "summary.h"

enum { COLUMNS = 72 };

void message_wrap(mm_buf *b, const char *first, mm_str text)
{
    size_t indent = strlen(first), column = indent;
    mm_buf_str(b, mm_str_of(first));
    for (size_t i = 0; i < text.n;) {
        size_t end = i, wide = 0;
        for (; end < text.n && text.p[end] != ' ' && text.p[end] != '\n'; end++)
            wide += ((unsigned char)text.p[end] & 0xc0) != 0x80;
        if (wide && column > indent && column + 1 + wide > COLUMNS) {
            mm_buf_printf(b, "\n%*s", (int)indent, "");
            column = indent;
        } else if (wide && column > indent) {
            mm_buf_byte(b, ' ');
            column++;
        }
        mm_buf_str(b, (mm_str){ text.p + i, end - i });
        column += wide;
        i = end + 1;
    }
    mm_buf_byte(b, '\n');
}

static void wrap(mm_buf *b, const char *first, mm_buf *text)
{
    message_wrap(b, first, mm_buf_view(text));
    text->n = 0;
}

/* ---- what changes ---- */

static void count_changed(mm_buf *b, const char *what, size_t before, size_t after)
{
    if (before != after)
        mm_buf_printf(b, "%s%s %zu -> %zu", b->n ? ", " : "", what, before, after);
}

static void text_changed(mm_buf *b, const char *what, const char *before, const char *after)
{
    before = before ? before : "none";
    after = after ? after : "none";
    if (strcmp(before, after) != 0)
        mm_buf_printf(b, "%s%s %.60s -> %.60s", b->n ? ", " : "", what, before, after);
}

static void amount_changed(mm_buf *b, const char *what, double before, double after, void show(mm_buf *, double))
{
    if (before == after || (isnan(before) && isnan(after)))
        return;
    mm_buf_printf(b, "%s%s ", b->n ? ", " : "", what);
    show(b, before);
    mm_buf_str(b, MM_STR(" -> "));
    show(b, after);
}

static void job_changed(mm_buf *b, const job *x, const job *y)
{
    count_changed(b, "shards", x->shards, y->shards);
    count_changed(b, "workers", x->parallel, y->parallel);
    count_changed(b, "processors of a task", x->cores, y->cores);
    amount_changed(b, "memory of a task", x->memory_bytes, y->memory_bytes, show_bytes);
    text_changed(b, "machine", x->machine, y->machine);
    text_changed(b, "region", x->region, y->region);
    text_changed(b, "purchase", x->purchase, y->purchase);
    amount_changed(b, "time between checkpoints", x->checkpoint_s, y->checkpoint_s, show_time);
    text_changed(b, "reads", x->reads, y->reads);
    text_changed(b, "writes", x->writes, y->writes);
    for (size_t i = 0; i < y->n_stages && x->n_stages == y->n_stages; i++)
        if (strcmp(x->stage[i].command, y->stage[i].command) != 0)
            mm_buf_printf(b, "%scommand of %s", b->n ? ", " : "", y->stage[i].name);
}

static const job *job_named(const plan *p, const char *name)
{
    for (size_t i = 0; i < p->n_jobs; i++)
        if (strcmp(p->jobs[i].name, name) == 0)
            return &p->jobs[i];
    return NULL;
}

static size_t most_workers(const plan *p)
{
    size_t most = 0;
    for (size_t i = 0; i < p->n_steps; i++)
        most = p->step[i].workers > most ? p->step[i].workers : most;
    return most;
}

static size_t line(mm_buf *b, const char *about, mm_buf *text)
{
    mm_buf whole = { 0 };
    size_t n = text->n > 0;
    if (n) {
        mm_buf_printf(&whole, "%s: ", about);
        mm_buf_str(&whole, mm_buf_view(text));
        wrap(b, "  ", &whole);
    }
    mm_buf_free(&whole);
    mm_buf_free(text);
    return n;
}

size_t message_changes(mm_buf *b, const plan *before, const plan *after)
{
    mm_buf t = { 0 };
    size_t n = 0;
    for (size_t i = 0; i < after->n_jobs; i++) {
        const job *y = &after->jobs[i], *x = job_named(before, y->name);
        if (x)
            job_changed(&t, x, y);
        else
            mm_buf_printf(&t, "new, %zu shard%s, %zu worker%s, %s", y->shards, mm_plural(y->shards), y->parallel, mm_plural(y->parallel), y->machine);
        n += line(b, y->name, &t);
    }
    for (size_t i = 0; i < before->n_jobs; i++)
        if (!job_named(after, before->jobs[i].name)) {
            mm_buf_str(&t, MM_STR("gone"));
            n += line(b, before->jobs[i].name, &t);
        }
    count_changed(&t, "partitions", before->partitions, after->partitions);
    count_changed(&t, "steps", before->n_steps, after->n_steps);
    count_changed(&t, "most workers", most_workers(before), most_workers(after));
    n += line(b, "stream", &t);
    return n;
}

/* ---- what is expected ---- */

static void amount(mm_buf *b, mm_money v, const char *currency)
{
    mm_money_show(b, v, 2);
    mm_buf_printf(b, " %s", currency);
}

static void expected_time(mm_buf *b, const guess *g)
{
    show_time(b, g->mean);
    if (isfinite(g->low) && isfinite(g->high)) {
        mm_buf_str(b, MM_STR(" ("));
        show_time(b, g->low);
        mm_buf_str(b, MM_STR(" to "));
        show_time(b, g->high);
        mm_buf_byte(b, ')');
    }
}

static void expected_cost(mm_buf *b, const plan *p)
{
    if (!*p->currency) {
        mm_buf_str(b, MM_STR("not known, as no price book was given"));
        return;
    }
    amount(b, p->cost, p->currency);
    mm_buf_str(b, MM_STR(", at most "));
    mm_money_show(b, p->cost_high, 2);
}

void message_expected(mm_buf *b, const plan *before, const plan *after)
{
    mm_buf t = { 0 };
    expected_cost(&t, after);
    if (before && *before->currency) {
        mm_buf_str(&t, MM_STR("; declared: "));
        expected_cost(&t, before);
        double was = mm_money_near(before->cost), is = mm_money_near(after->cost);
        if (was > 0 && strcmp(before->currency, after->currency) == 0)
            mm_buf_printf(&t, " (%+.0f%%)", 100 * (is - was) / was);
    }
    wrap(b, "  cost  ", &t);
    expected_time(&t, &after->time_s);
    if (before) {
        mm_buf_str(&t, MM_STR("; declared: "));
        expected_time(&t, &before->time_s);
    }
    wrap(b, "  time  ", &t);
    mm_buf_free(&t);
}

static void risk(mm_buf *b, const plan *p)
{
    mm_buf t = { 0 };
    mm_buf_printf(&t, "Limits hold in %.4g of 100 cases.", 100 * p->confidence);
    wrap(b, "  ", &t);
    if (isfinite(p->deadline_s)) {
        mm_buf_str(&t, MM_STR("The deadline of "));
        show_time(&t, p->deadline_s);
        double late = 100 * (1 - p->p_on_time);
        if (isfinite(late))
            mm_buf_printf(&t, " is missed in %s%.2g of 100 cases.", late < 0.1 ? "fewer than " : "", late < 0.1 ? 0.1 : late);
        else
            mm_buf_str(&t, MM_STR(" is missed with a chance that is not known until it is planned anew."));
        wrap(b, "  ", &t);
    }
    for (size_t i = 0; i < p->n_jobs; i++) {
        const job *j = &p->jobs[i];
        if (!(j->interruptions > 0))
            continue;
        mm_buf_printf(&t, "%s: a machine is taken back %.2g times an hour%s", j->name, j->interruptions,
                      j->checkpoint_s > 0 ? "; checkpoints every " : j->resumable ? "; tasks are run again" : "");
        if (j->checkpoint_s > 0)
            show_time(&t, j->checkpoint_s);
        mm_buf_byte(&t, '.');
        wrap(b, "  ", &t);
    }
    mm_buf_free(&t);
}

static void reasons(mm_buf *b, const plan *p)
{
    mm_buf t = { 0 };
    for (size_t i = 0; i < p->n_reasons; i++) {
        const reason *r = &p->reasons[i];
        mm_buf_printf(&t, "%s: ", r->about ? r->about : "plan");
        mm_buf_str(&t, mm_str_of(r->text));
        if (r->next) {
            mm_buf_str(&t, MM_STR(" Next best: "));
            mm_buf_str(&t, mm_str_of(r->next));
        }
        wrap(b, "  ", &t);
    }
    mm_buf_free(&t);
}

/* How well the model has told what came: each line before it was learnt from. */
static void told_before(mm_buf *t, const models *m, const char *stage)
{
    for (size_t i = 0; m && i < models_count(m); i++) {
        model_report r = models_report(m, i, CPU);
        if (strcmp(r.stage, stage) != 0)
            continue;
        if (isfinite(r.median_error))
            mm_buf_printf(t, ", told with a median error of %.2g%%", 100 * r.median_error);
        if (r.widened > 1)
            mm_buf_printf(t, "; limits are %.2g times as wide as by its lines alone", r.widened);
        if (r.drifts)
            mm_buf_printf(t, "; what it takes has changed %zu time%s", r.drifts, mm_plural(r.drifts));
        return;
    }
}

static void learnt_from(mm_buf *b, const plan *p, const models *m)
{
    mm_buf t = { 0 };
    for (size_t j = 0; j < p->n_jobs; j++)
        for (size_t i = 0; i < p->jobs[j].n_stages; i++) {
            const char *name = p->jobs[j].stage[i].name;
            size_t n = m ? models_lines(m, name) : 0;
            if (n)
                mm_buf_printf(&t, "%s: %zu ledger line%s", name, n, mm_plural(n));
            else
                mm_buf_printf(&t, "%s: no ledger lines; a wide guess", name);
            if (n)
                told_before(&t, m, name);
            wrap(b, "  ", &t);
        }
    mm_buf_printf(&t, "plan %s", p->digest);
    wrap(b, "  ", &t);
    mm_buf_free(&t);
}

static void subject(mm_buf *b, const plan *before, const plan *after)
{
    mm_buf_printf(b, "Plan %.30s: ", after->pipeline);
    show_time(b, after->time_s.mean);
    if (*after->currency) {
        mm_buf_str(b, MM_STR(", "));
        amount(b, after->cost, after->currency);
    }
    if (before && *before->currency && before->cost != after->cost) {
        mm_buf_str(b, MM_STR(" instead of "));
        mm_money_show(b, before->cost, 2);
    }
    mm_buf_byte(b, '\n');
}

void message_plan(mm_buf *b, const plan *before, const plan *after, const models *m)
{
    subject(b, before, after);
    mm_buf_str(b, MM_STR("\nExpected:\n"));
    message_expected(b, before, after);
    mm_buf_str(b, MM_STR("\nRisk:\n"));
    risk(b, after);
    if (before) {
        mm_buf_str(b, MM_STR("\nWhat changes:\n"));
        if (!message_changes(b, before, after))
            mm_buf_str(b, MM_STR("  nothing of what is run; only what is expected of it\n"));
    }
    if (after->n_reasons) {
        mm_buf_str(b, MM_STR("\nWhy:\n"));
        reasons(b, after);
    }
    mm_buf_str(b, MM_STR("\nEvidence:\n"));
    learnt_from(b, after, m);
}
