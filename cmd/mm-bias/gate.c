/* gate.c - limits of the policy, read and held. */
#include "gate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "page/page.h"

/* ---- reading ---- */

/* The metric called "scope.name" or, where that is clear, "name". */
static const metric *find_metric(const mm_doc *d, const mm_node *n, const char *text, mm_err *e)
{
    const char *dot = strchr(text, '.');
    const metric *found = NULL;
    for (size_t i = 0; i < n_metrics; i++) {
        const metric *m = &metrics[i];
        const char *of = scope_names[m->scope];
        bool in = !dot || (strlen(of) == (size_t)(dot - text) && memcmp(of, text, (size_t)(dot - text)) == 0);
        if (!in || strcmp(m->name, dot ? dot + 1 : text) != 0)
            continue;
        if (found) {
            mm_node_fail(d, n, e, "%s may be %s.%s or %s.%s; write which", text, scope_names[found->scope], text, of, text);
            return NULL;
        }
        found = m;
    }
    if (!found)
        mm_node_fail(d, n, e, "there is no figure %s; mm-bias --list shows all", text);
    return found;
}

/* by: a field, or a list of the fields of an intersection. */
static int read_set(const mm_doc *d, const mm_node *n, const attributes *by, ptrdiff_t *set, mm_err *e)
{
    dimension_set want = { 0 };
    const mm_node *const one[] = { n };
    const mm_node *const *item = n->kind == MM_NODE_LIST ? (const mm_node *const *)n->item : one;
    size_t count = n->kind == MM_NODE_LIST ? n->n : 1;
    for (size_t i = 0; i < count; i++) {
        const char *name = NULL;
        size_t dim = 0;
        if (mm_node_string(d, item[i], &name, e) < 0)
            return -1;
        while (dim < by->n_dims && strcmp(by->dim[dim].name, name) != 0)
            dim++;
        if (dim == by->n_dims || want.n == MOST_DIMENSIONS)
            return mm_node_fail(d, item[i], e, "nothing is counted by %s", name);
        want.dim[want.n++] = (uint8_t)dim;
    }
    for (size_t s = 0; s < by->n_sets; s++) {
        size_t same = 0;
        for (size_t i = 0; i < want.n; i++)
            same += memchr(by->set[s].dim, want.dim[i], by->set[s].n) != NULL;
        if (same == want.n && by->set[s].n == want.n) {
            *set = (ptrdiff_t)s;
            return 0;
        }
    }
    return mm_node_fail(d, n, e, "this intersection is not counted; give it in by");
}

static int read_when(const mm_doc *d, const mm_node *n, gate_when *when, mm_err *e)
{
    static const char *const names[] = { "value", "sure", "possible" };
    const char *text = names[0];
    if (mm_node_string(d, n, &text, e) < 0)
        return -1;
    for (size_t i = 0; i < 3; i++)
        if (strcmp(text, names[i]) == 0) {
            *when = (gate_when)i;
            return 0;
        }
    return mm_node_fail(d, n, e, "when must be value, sure or possible, not %s", text);
}

static int read_gate(gate *g, const mm_doc *d, const mm_node *n, const attributes *by, mm_err *e)
{
    static const char *const known[] = { "metric", "by", "group", "min", "max", "when", NULL };
    const char *name = NULL;
    const mm_node *set = mm_node_get(n, "by");
    *g = (gate){ .set = -1, .min = -INFINITY, .max = INFINITY, .line = n->line };
    if (mm_node_keys(d, n, known, e) < 0 || mm_node_string(d, mm_node_get(n, "metric"), &name, e) < 0)
        return -1;
    if (!name)
        return mm_node_fail(d, n, e, "a gate needs a metric");
    if (!(g->m = find_metric(d, mm_node_get(n, "metric"), name, e)) || (set && read_set(d, set, by, &g->set, e) < 0)
        || mm_node_string(d, mm_node_get(n, "group"), &g->group, e) < 0 || mm_node_double(d, mm_node_get(n, "min"), &g->min, e) < 0
        || mm_node_double(d, mm_node_get(n, "max"), &g->max, e) < 0 || read_when(d, mm_node_get(n, "when"), &g->when, e) < 0)
        return -1;
    if (g->min == -INFINITY && g->max == INFINITY)
        return mm_node_fail(d, n, e, "a gate needs a max or a min");
    if (g->group && g->m->scope != SCOPE_GROUP && g->m->scope != SCOPE_VERSUS)
        return mm_node_fail(d, n, e, "%s.%s is not a figure of one group", scope_names[g->m->scope], g->m->name);
    return 0;
}

int gates_read(gates *g, const mm_policy *p, const mm_node *list, const attributes *by, mm_err *e)
{
    const mm_doc *d = mm_policy_doc(p);
    if (!list)
        return 0;
    if (list->kind != MM_NODE_LIST)
        return mm_node_fail(d, list, e, "gates must be a list");
    g->gate = calloc(list->n + 1, sizeof *g->gate);
    if (!g->gate)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (; g->n < list->n; g->n++)
        if (read_gate(&g->gate[g->n], d, list->item[g->n], by, e) < 0)
            return -1;
    return 0;
}

void gates_clear(gates *g)
{
    free(g->gate);
    *g = (gates){ 0 };
}

/* ---- holding ---- */

/* With regard to the interval: `sure` trips when all of it is beyond, `possible` when any part is. */
static bool is_beyond(const gate *g, const figure *f)
{
    double low = isnan(f->low) ? f->value : f->low, high = isnan(f->high) ? f->value : f->high;
    if (isnan(f->value))
        return true;
    if (g->when == WHEN_VALUE)
        low = high = f->value;
    bool all = g->when == WHEN_SURE;
    return (all ? low : high) > g->max || (all ? high : low) < g->min;
}

static bool concerns(const gate *g, const part *p, const figure *f)
{
    ptrdiff_t all = (ptrdiff_t)p->frame.n_groups;
    if (f->m != g->m)
        return false;
    if (g->group)
        return f->group >= 0 && f->group < all && mm_str_eq(p->frame.name[f->group], mm_str_of(g->group));
    return f->group < all;
}

int gates_hold(const gates *g, const findings *f, gate_result **out, size_t *n, mm_err *e)
{
    size_t room = 0;
    for (size_t i = 0; i < f->n_parts; i++)
        room += f->part[i].n;
    *n = 0;
    *out = calloc(g->n * room + 1, sizeof **out);
    if (!*out)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < g->n; i++) {
        size_t before = *n;
        for (size_t k = 0; k < f->n_parts; k++)
            for (size_t j = 0; j < f->part[k].n && (g->gate[i].set < 0 || g->gate[i].set == (ptrdiff_t)k); j++)
                if (concerns(&g->gate[i], &f->part[k], &f->part[k].figure[j]))
                    (*out)[(*n)++] = (gate_result){ &g->gate[i], &f->part[k], &f->part[k].figure[j],
                                                    is_beyond(&g->gate[i], &f->part[k].figure[j]) };
        if (*n == before)
            return mm_fail(e, MM_EUSAGE, "the gate in line %u of the policy asks for %s.%s%s%s, which this run does not have",
                           g->gate[i].line, scope_names[g->gate[i].m->scope], g->gate[i].m->name, g->gate[i].group ? " of " : "",
                           g->gate[i].group ? g->gate[i].group : "");
    }
    return 0;
}

void gate_say(const gate_result *r, mm_buf *out)
{
    const figure *f = r->figure;
    const gate *g = r->gate;
    part_name(r->part, ", ", out);
    if (f->group >= 0) {
        mm_buf_str(out, MM_STR(": "));
        mm_buf_str(out, r->part->frame.name[f->group]);
    }
    mm_buf_printf(out, ": %s.%s is ", scope_names[f->m->scope], f->m->name);
    figure_say(f, out);
    const struct { const char *word; double limit; } side[] = { { "at most ", g->max }, { "at least ", g->min } };
    mm_buf_str(out, r->tripped ? MM_STR("; it must be ") : MM_STR("; it is to be "));
    bool one = false;
    for (size_t i = 0; i < 2; i++)
        if (isfinite(side[i].limit)) {
            mm_buf_printf(out, "%s%s", one ? " and " : "", side[i].word);
            mm_page_number(out, side[i].limit);
            one = true;
        }
    if (r->tripped && !isnan(f->value) && g->when != WHEN_VALUE)
        mm_buf_printf(out, " (%s)", g->when == WHEN_SURE ? "its whole interval is beyond" : "part of its interval is beyond");
}
