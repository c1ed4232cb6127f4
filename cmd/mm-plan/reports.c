#include "reports.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "govern/policy.h"
#include "message.h"
#include "splice.h"

/* A report is read as a document, which YAML takes too: reports are small. */
typedef struct report {
    answers *x;
    const mm_node *root;
    mm_err *e;
} report;

static const char *text_of(const mm_node *n, const char *key)
{
    const mm_node *v = mm_node_get(n, key);
    return v && v->kind == MM_NODE_SCALAR ? v->text.p : "";
}

/* What was found, and what came of it: `done` empty where nothing did. */
static void tell(answers *x, const mm_buf *what, const mm_buf *done)
{
    mm_buf line = { 0 };
    mm_buf_str(&line, mm_buf_view(what));
    mm_buf_byte(&line, '.');
    x->found++;
    x->answered += done->n > 0;
    if (done->n) {
        mm_buf_str(&line, MM_STR(" Proposed: "));
        mm_buf_str(&line, mm_buf_view(done));
        mm_buf_byte(&line, '.');
    } else {
        mm_buf_str(&line, MM_STR(" No change is known to answer this."));
        mm_buf_str(&x->open, mm_buf_view(what));
        mm_buf_byte(&x->open, '\n');
    }
    message_wrap(&x->told, "  ", mm_buf_view(&line));
    mm_buf_free(&line);
}

/* Change the policy: 1; 0 where it says something there already; -1. */
static int set(answers *x, const char *const *path, mm_str value, bool append, mm_err *e)
{
    mm_doc *d = mm_doc_parse(mm_buf_view(&x->policy), x->name, e);
    const mm_node *n = d ? mm_doc_root(d) : NULL;
    for (size_t i = 0; path[i] && n; i++)
        n = mm_node_get(n, path[i]);
    bool there = n && !append;
    mm_doc_free(d);
    if (!d || there)
        return d ? 0 : -1;
    mm_buf out = { 0 };
    if (yaml_set(mm_buf_view(&x->policy), x->name, path, value, append, &out, e) < 0) {
        mm_buf_free(&out);
        return -1;
    }
    mm_buf_free(&x->policy);
    x->policy = out;
    x->edited = true;
    return 1;
}

/* ---- mm-bias ---- */

/* "race: between_groups..." is about the attribute whose names, joined, it begins with. */
static const mm_node *attribute_of(const mm_node *root, const char *what)
{
    const mm_node *list = mm_node_get(root, "attributes");
    for (size_t i = 0; list && list->kind == MM_NODE_LIST && i < list->n; i++) {
        const mm_node *by = mm_node_get(list->item[i], "by");
        if (by && by->kind == MM_NODE_LIST && by->n == 1 && strncmp(what, by->item[0]->text.p, by->item[0]->text.n) == 0 &&
            what[by->item[0]->text.n] == ':')
            return list->item[i];
    }
    return NULL;
}

static int gate(report *r, const mm_node *g)
{
    mm_buf what = { 0 }, done = { 0 }, value = { 0 };
    const char *said = text_of(g, "what");
    const mm_node *a = attribute_of(r->root, said), *groups = mm_node_get(a, "groups");
    const char *field = a ? mm_node_get(a, "by")->item[0]->text.p : NULL;
    int rc = 0;
    mm_buf_printf(&what, "mm-bias: %.300s", said);
    if (field && groups && groups->kind == MM_NODE_LIST && groups->n > 1) {
        mm_buf_byte(&value, '{');
        for (size_t i = 0; i < groups->n; i++) {
            mm_buf_str(&value, i ? MM_STR(", ") : MM_STR(""));
            yaml_text(&value, mm_str_of(text_of(mm_node_get(groups->item[i], "group"), field)));
            mm_buf_str(&value, MM_STR(": "));
            mm_json_put_double(&value, 1.0 / (double)groups->n);
        }
        mm_buf_byte(&value, '}');
        rc = set(r->x, (const char *const[]){ "bias", "targets", field, NULL }, mm_buf_view(&value), false, r->e);
        if (rc == 1)
            mm_buf_printf(&done, "bias.targets.%s: equal shares of its %zu values, which mm-bias --resample brings about", field, groups->n);
    }
    tell(r->x, &what, &done);
    mm_buf_free(&what);
    mm_buf_free(&done);
    mm_buf_free(&value);
    return rc < 0 ? -1 : 0;
}

static int gates(report *r, const mm_node *list)
{
    for (size_t i = 0; list->kind == MM_NODE_LIST && i < list->n; i++)
        if (strcmp(text_of(list->item[i], "tripped"), "true") == 0 && gate(r, list->item[i]) < 0)
            return -1;
    return 0;
}

/* ---- mm-redact --verify: SOURCE:POSITION, field, entity, score ---- */

static int left_over(answers *x, const finding *f, mm_err *e)
{
    char field[200], entity[64];
    size_t n = 0;
    const char *at = memchr(f->text.p, '\t', f->text.n), *end = strchr(at + 1, '\t'), *last = strchr(end + 1, '\t');
    mm_buf what = { 0 }, done = { 0 }, value = { 0 };
    /* Elements of arrays need no index. */
    bool plain = end - at - 1 < (ptrdiff_t)sizeof field && last - end - 1 < (ptrdiff_t)sizeof entity && end > at + 1;
    for (const char *s = at + 1; plain && s < end; s++) {
        if (*s == '[')
            while (s < end && *s != ']')
                s++;
        else
            field[n++] = *s;
        plain = *s != ' ';
    }
    field[plain ? n : 0] = '\0';
    snprintf(entity, sizeof entity, "%.*s", (int)(last - end - 1), end + 1);
    mm_buf_printf(&what, "mm-redact --verify: %s left in %.*s (%.*s)", entity, (int)(end - at - 1), at + 1, (int)(at - f->text.p), f->text.p);
    mm_buf_printf(&value, "{action: replace, entity: %s}", entity);
    int rc = 0;
    if (*field && strncmp(field, "mm.", 3) != 0 && strcmp(entity, "METADATA") != 0)
        rc = set(x, (const char *const[]){ "redact", "columns", field, NULL }, mm_buf_view(&value), false, e);
    if (rc == 1)
        mm_buf_printf(&done, "redact.columns.%s: the whole field is replaced, whatever it holds", field);
    if (rc == 0 && *field && x->edited)
        mm_buf_printf(&done, "covered by the rule for the whole field");
    tell(x, &what, &done);
    mm_buf_free(&what);
    mm_buf_free(&done);
    mm_buf_free(&value);
    return rc < 0 ? -1 : 0;
}

/* ---- mm-cost anomalies ---- */

static bool own_member(const char *key)
{
    static const char *const own[] = { "time", "value", "expected", "low", "high", "score", "alarm", "severity" };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(key, own[i]) == 0)
            return true;
    return false;
}

/* The most a span was to cost, over a month of days, with two digits that are not 0. */
static double month_of(double high)
{
    double month = 31 * high, unit = month > 0 ? pow(10, floor(log10(month)) - 1) : 1;
    return ceil(month / unit) * unit;
}

static bool budget_there(const answers *x, const char *name)
{
    mm_err why = { 0 };
    mm_doc *d = mm_doc_parse(mm_buf_view(&x->policy), x->name, &why);
    const mm_node *list = d ? mm_node_get(mm_node_get(mm_doc_root(d), "cost"), "budgets") : NULL;
    bool there = false;
    for (size_t i = 0; list && list->kind == MM_NODE_LIST && i < list->n && !there; i++)
        there = strcmp(text_of(list->item[i], "name"), name) == 0;
    mm_doc_free(d);
    return there;
}

static int alarm_of(report *r)
{
    mm_buf name = { 0 }, where = { 0 }, value = { 0 }, what = { 0 }, done = { 0 };
    double high = strtod(text_of(r->root, "high"), NULL);
    int rc = 0;
    mm_buf_str(&name, MM_STR("watch"));
    for (size_t i = 0; i < r->root->n; i++)
        if (!own_member(r->root->key[i]->text.p) && r->root->item[i]->kind == MM_NODE_SCALAR && r->root->item[i]->quoted) {
            mm_buf_byte(&name, ' ');
            mm_buf_str(&name, r->root->item[i]->text);
            mm_buf_str(&where, where.n ? MM_STR(", ") : MM_STR(""));
            yaml_text(&where, r->root->key[i]->text);
            mm_buf_str(&where, MM_STR(": "));
            yaml_text(&where, r->root->item[i]->text);
        }
    mm_buf_byte(&name, '\0');
    name.n -= !name.failed;
    mm_buf_printf(&what, "mm-cost anomalies: %.40s:%s cost %.40s, %.40s was expected", text_of(r->root, "time"),
                  where.n && !name.failed ? name.p + strlen("watch") : " all", text_of(r->root, "value"), text_of(r->root, "expected"));
    if (name.failed || where.failed)
        rc = mm_fail(r->e, MM_ESYS, "out of memory");
    else if (high > 0 && budget_there(r->x, name.p))
        mm_buf_str(&done, MM_STR("covered by the budget for the series"));
    else if (high > 0) {
        mm_buf_str(&value, MM_STR("{name: "));
        mm_json_put(&value, mm_buf_view(&name));
        if (where.n) {
            mm_buf_str(&value, MM_STR(", where: {"));
            mm_buf_str(&value, mm_buf_view(&where));
            mm_buf_byte(&value, '}');
        }
        mm_buf_str(&value, MM_STR(", spent: "));
        mm_json_put_double(&value, month_of(high));
        mm_buf_byte(&value, '}');
        rc = set(r->x, (const char *const[]){ "cost", "budgets", NULL }, mm_buf_view(&value), true, r->e);
        mm_buf_printf(&done, "a budget \"%s\" of 31 times the most that was to be expected", name.p);
    }
    if (rc >= 0)
        tell(r->x, &what, &done);
    mm_buf *all[] = { &name, &where, &value, &what, &done };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        mm_buf_free(all[i]);
    return rc < 0 ? -1 : 0;
}

/* ---- mm-cost advice ---- */

static bool has_stage(const job *j, const char *stage)
{
    for (size_t i = 0; i < j->n_stages; i++)
        if (strcmp(j->stage[i].name, stage) == 0)
            return true;
    return false;
}

/* Do as advised where it is about what a plan decides; jobs that are so already stay. */
static void follow(plan *p, const char *kind, const mm_node *set_to, mm_buf *done)
{
    const char *stage = text_of(set_to, "stage"), *machine = text_of(set_to, "machine");
    long workers = strtol(text_of(set_to, "workers"), NULL, 10);
    for (size_t i = 0; p && i < p->n_jobs; i++) {
        job *j = &p->jobs[i];
        if (*stage && !has_stage(j, stage))
            continue;
        const char *before = done->n ? "; " : "";
        if (strcmp(kind, "spot") == 0 && j->resumable && !(j->purchase && strcmp(j->purchase, "spot") == 0)) {
            j->purchase = "spot";
            mm_buf_printf(done, "%spurchase of %s: spot", before, j->name);
        } else if (strcmp(kind, "workers") == 0 && workers > 0 && (size_t)workers != j->cores) {
            mm_buf_printf(done, "%sprocessors of a task of %s: %zu -> %ld", before, j->name, j->cores, workers);
            j->cores = (size_t)workers;
        } else if (strcmp(kind, "machine") == 0 && *machine && strcmp(machine, j->machine) != 0) {
            const char *copy = mm_arena_copy(p->arena, mm_str_of(machine)).p;
            mm_buf_printf(done, "%smachine of %s: %s -> %s", before, j->name, j->machine, machine);
            j->machine = copy ? copy : j->machine;
        }
    }
}

static int advice(report *r, const mm_node *list)
{
    for (size_t i = 0; list->kind == MM_NODE_LIST && i < list->n; i++) {
        const mm_node *a = list->item[i];
        mm_buf what = { 0 }, done = { 0 };
        mm_buf_printf(&what, "mm-cost advice: %.200s", text_of(a, "about"));
        if (*text_of(a, "saving") && strcmp(text_of(a, "saving"), "null") != 0)
            mm_buf_printf(&what, ", saves %.40s a %.40s", text_of(a, "saving"), text_of(a, "per"));
        follow(r->x->plan, text_of(a, "kind"), mm_node_get(a, "set"), &done);
        if (done.n && *text_of(a, "risk"))
            mm_buf_printf(&done, " (risk: %.200s)", text_of(a, "risk"));
        tell(r->x, &what, &done);
        mm_buf_free(&what);
        mm_buf_free(&done);
    }
    return 0;
}

/* ---- all ---- */

static int answer(answers *x, const finding *f, mm_err *e)
{
    if (*f->text.p != '{')
        return left_over(x, f, e);
    mm_doc *d = mm_doc_parse(f->text, f->file, e);
    if (!d)
        return -1;
    report r = { .x = x, .root = mm_doc_root(d), .e = e };
    const mm_node *tripped = mm_node_get(r.root, "gates"), *list = mm_node_get(r.root, "advice");
    int rc = tripped ? gates(&r, tripped) : list ? advice(&r, list) : 0;
    if (!tripped && !list && mm_node_get(r.root, "alarm"))
        rc = strcmp(text_of(r.root, "alarm"), "true") == 0 ? alarm_of(&r) : 0;
    else if (!tripped && !list)
        rc = f->line ? mm_fail(e, MM_EBAD, "%s:%u: neither a line of a ledger nor a report that is known", f->file, f->line)
                     : mm_fail(e, MM_EBAD, "%s: no report that is known", f->file);
    mm_doc_free(d);
    return rc;
}

int reports_answer(answers *x, const evidence *v, mm_err *e)
{
    for (size_t i = 0; i < v->n_findings; i++)
        if (answer(x, &v->finding[i], e) < 0)
            return -1;
    return 0;
}

void answers_free(answers *x)
{
    mm_buf_free(&x->policy);
    mm_buf_free(&x->told);
    mm_buf_free(&x->open);
}
