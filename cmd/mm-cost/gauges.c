#include "gauges.h"

#include <stdlib.h>
#include <string.h>

static const char *keep(gauges *g, mm_str text)
{
    return mm_arena_copy(g->texts, text).p;
}

/* A name that Prometheus takes, and that is none of the labels that every metric has: by_team. */
static const char *label_name(gauges *g, mm_str name)
{
    mm_buf b = { 0 };
    mm_buf_str(&b, MM_STR("by_"));
    mm_buf_str(&b, name);
    for (size_t i = 3; i < b.n; i++) {
        char c = b.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
            b.p[i] = '_';
    }
    const char *kept = b.failed ? NULL : keep(g, mm_buf_view(&b));
    mm_buf_free(&b);
    return kept;
}

static void put(gauges *g, const spend *s, const char *const *name, const group *of, cost_kind kind)
{
    mm_metric *m = &g->of[g->n++];
    mm_buf text = { 0 };
    mm_str key = of->key;
    size_t n = 0;
    *m = (mm_metric){ .name = kind < COST_KINDS ? "mm_cost_amount" : "mm_cost_rows",
                      .help = kind < COST_KINDS ? "What a group cost." : "Rows of a group." };
    for (size_t i = 0; i < s->n_by; i++, n++) {
        mm_str v = key_take(&key);
        m->label[n] = name[i];
        m->text[n] = v.n ? keep(g, v) : "";
    }
    if (kind == COST_KINDS) {
        mm_buf_u64(&text, of->sum.rows);
    } else {
        mm_money_put(&text, of->sum.cost[kind], 2);
        m->label[n] = "cost";
        m->text[n++] = cost_names[kind];
        m->label[n] = s->currency[0] ? "currency" : NULL;
        m->text[n] = s->currency[0] ? keep(g, mm_str_of(s->currency)) : NULL;
    }
    m->gauge = keep(g, mm_buf_view(&text));
    mm_buf_free(&text);
}

int gauges_make(gauges *g, const spend *s, size_t top, mm_err *e)
{
    const char *name[MOST_LABELS];
    const group **list = tally_sorted(&s->groups, COST_BILLED);
    size_t shown = top && top < s->groups.n ? top : s->groups.n;
    g->texts = mm_arena_new();
    g->of = calloc(shown * (COST_KINDS + 1) + 1, sizeof *g->of);
    if (!list || !g->texts || !g->of) {
        free(list);
        return mm_fail(e, MM_ESYS, "out of memory");
    }
    for (size_t i = 0; i < s->n_by; i++)
        name[i] = label_name(g, s->by[i].name);
    for (int k = 0; k <= COST_KINDS; k++)
        for (size_t i = 0; i < shown && (k == COST_KINDS || s->wanted[k]); i++)
            put(g, s, name, list[i], (cost_kind)k);
    free(list);
    for (size_t i = 0; i < g->n; i++)
        for (size_t k = 0; k < MM_METRIC_LABELS; k++)
            if (!g->of[i].gauge || (g->of[i].label[k] && !g->of[i].text[k]))
                return mm_fail(e, MM_ESYS, "out of memory");
    return 0;
}

void gauges_free(gauges *g)
{
    free(g->of);
    mm_arena_free(g->texts);
}
