#include "tiers.h"

#include <stdlib.h>
#include <string.h>

/* ---- the policy ---- */

/* What a tier or use says of payloads; a worker's limits are one for all. */
static int check_over(const mm_doc *d, const mm_node *n, bool of_tier, mm_err *e)
{
    const mm_node *payloads = mm_node_get(n, "media"), *limit = mm_node_get(payloads, "time_limit");
    if (!limit)
        limit = mm_node_get(payloads, "memory_limit");
    if (limit)
        return mm_node_fail(d, limit, e, "limits are the same for all tiers and uses; put them into redact.media");
    return n->kind == MM_NODE_MAP || !n->text.n ? plan_check_over(d, n, of_tier, e)
                                                : mm_node_fail(d, n, e, "must be a map of rules, as redact is");
}

static void put_names(mm_buf *b, const mm_node *map)
{
    for (size_t i = 0; map && i < map->n; i++)
        mm_buf_printf(b, "%s%s", i == 0 ? "" : i + 1 < map->n ? ", " : " and ", map->key[i]->text.p);
    mm_buf_byte(b, 0);
}

/* All uses are checked, whichever is asked for. Those of a tier are of those the section names. */
static int check_uses(const mm_doc *d, const mm_node *uses, const mm_node *known, mm_err *e)
{
    if (uses && uses->kind != MM_NODE_MAP)
        return mm_node_fail(d, uses, e, "uses must be a map from use to rules");
    for (size_t i = 0; uses && i < uses->n; i++) {
        if (known != uses && !mm_node_get(known, uses->key[i]->text.p))
            return mm_node_fail(d, uses->key[i], e, "the use '%s' is not one of redact.uses", uses->key[i]->text.p);
        if (check_over(d, uses->item[i], false, e) < 0)
            return -1;
    }
    return 0;
}

/* --use against the policy: what it tells apart must be told, and it must know what it is told. */
static int choose_use(const mm_doc *d, const mm_node *uses, const char *use, const mm_node **out, mm_err *e)
{
    mm_buf names = { 0 };
    if (uses) {
        for (size_t i = 0; use && i < uses->n && !*out; i++)
            *out = mm_str_eq(uses->key[i]->text, mm_str_of(use)) ? uses->item[i] : NULL;
        put_names(&names, uses);
    }
    if (use && !uses)
        mm_fail(e, MM_EUSAGE, "--use %s: the policy tells no uses apart; leave it out, or give a policy with redact.uses", use);
    else if (use && !*out)
        mm_fail(e, MM_EUSAGE, "--use: the policy knows no use '%s'; there are %s", use, names.p);
    else if (!use && uses)
        mm_node_fail(d, uses, e, "rules differ by use; say for which with --use: %s", names.p);
    mm_buf_free(&names);
    return (uses != NULL) == (*out != NULL) && (use != NULL) == (uses != NULL) ? 0 : -1;
}

static int read_when(const mm_doc *d, const mm_node *n, bool last, tier *t, mm_err *e)
{
    const char *text = NULL;
    size_t at = 0;
    mm_err why = { 0 };
    if (mm_node_string(d, n, &text, e) < 0)
        return -1;
    if (!text)
        return last ? 0 : mm_node_fail(d, n, e, "only the last tier may go without `when`; the ones behind it would never be met");
    t->when = mm_expr_new(mm_str_of(text), &at, &why);
    return t->when ? 0 : mm_node_fail(d, n, e, "%s: %s", text, why.text);
}

static int read_tier(tiers *t, const mm_policy *p, const mm_node *all, size_t i, plan_options o, const mm_node *uses, mm_err *e)
{
    const mm_doc *d = mm_policy_doc(p);
    const mm_node *n = all->item[i], *own = mm_node_get(n, "uses");
    tier *to = &t->v[t->n++];
    to->name = all->key[i]->text.p;
    if (check_over(d, n, true, e) < 0 || check_uses(d, own, uses, e) < 0)
        return -1;
    if (!mm_node_get(n, "when") && i + 1 < all->n)
        return mm_node_fail(d, n, e, "tier %s needs `when`: only the last one may take all that is left", to->name);
    o.over[1] = n;
    o.over[2] = t->use ? mm_node_get(own, t->use) : NULL;
    o.keys = i ? t->v[0].plan.keys : NULL;
    o.custom = i ? t->v[0].plan.custom : NULL;
    return read_when(d, mm_node_get(n, "when"), i + 1 == all->n, to, e) < 0 ? -1 : plan_new(&to->plan, p, &o, e);
}

static int read_all(tiers *t, const mm_policy *p, plan_options o, const mm_node *uses, mm_err *e)
{
    const mm_doc *d = mm_policy_doc(p);
    const mm_node *section = mm_policy_section(p, "redact"), *all = mm_node_get(section, "tiers"),
                  *field = mm_node_get(section, "tier");
    const char *text = NULL;
    if (all && (all->kind != MM_NODE_MAP || !all->n))
        return mm_node_fail(d, all, e, "tiers must be a map from name to rules");
    if (field && !all)
        return mm_node_fail(d, field, e, "`tier` says where records name their tier; give `tiers` too");
    if (mm_node_string(d, field, &text, e) < 0)
        return -1;
    if (text && !(t->field = mm_path_new(mm_str_of(text), e)))
        return mm_node_fail(d, field, e, "%s is no path", text);
    t->v = calloc(all ? all->n : 1, sizeof *t->v);
    if (!t->v)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (!all)
        return plan_new(&t->v[t->n++].plan, p, &o, e);
    for (size_t i = 0; i < all->n; i++)
        if (read_tier(t, p, all, i, o, uses, e) < 0)
            return -1;
    return 0;
}

int tiers_new(tiers *t, const mm_policy *p, const plan_options *o, const char *use, mm_err *e)
{
    const mm_doc *d = mm_policy_doc(p);
    const mm_node *uses = mm_node_get(mm_policy_section(p, "redact"), "uses"), *chosen = NULL;
    *t = (tiers){ .use = use };
    if (check_uses(d, uses, uses, e) < 0 || choose_use(d, uses, use, &chosen, e) < 0)
        return -1;
    plan_options with = *o;
    with.over[0] = chosen;
    t->told = mm_path_new(MM_STR("mm.redact.tier"), e);
    return t->told ? read_all(t, p, with, uses, e) : -1;
}

void tiers_free(tiers *t)
{
    for (size_t i = t->n; i > 0; i--) {   /* the first one's keys are everyone's */
        mm_expr_free(t->v[i - 1].when);
        plan_free(&t->v[i - 1].plan);
    }
    free(t->v);
    mm_path_free(t->field);
    mm_path_free(t->told);
}

/* ---- records ---- */

struct chooser {
    const tiers *tiers;
    mm_expr_state **state;   /* of each tier; NULL where it takes all */
    mm_buf text;
};

chooser *chooser_new(const tiers *t)
{
    chooser *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->tiers = t;
    c->state = calloc(t->n, sizeof *c->state);
    for (size_t i = 0; c->state && i < t->n; i++)
        if (t->v[i].when && !(c->state[i] = mm_expr_state_new(t->v[i].when))) {
            chooser_free(c);
            return NULL;
        }
    if (c->state)
        return c;
    free(c);
    return NULL;
}

void chooser_free(chooser *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->tiers->n; i++)
        mm_expr_state_free(c->state[i]);
    free(c->state);
    mm_buf_free(&c->text);
    free(c);
}

/* The tier that stands at a path: its index, -2 when nothing stands there, or -1. */
static int named(chooser *c, mm_str head, const mm_path *path, mm_err *e)
{
    mm_value v;
    if (mm_json_find(head, path, &v) != 1 || v.type == MM_JSON_NULL)
        return -2;
    mm_str text = v.type == MM_JSON_STRING ? mm_json_text(v.raw, &c->text) : MM_STR("");
    for (size_t i = 0; i < c->tiers->n; i++)
        if (mm_str_eq(text, mm_str_of(c->tiers->v[i].name)))
            return (int)i;
    return mm_fail(e, MM_EBAD, "it names a tier that the policy does not know");
}

int chooser_tier(chooser *c, mm_str head, bool told, mm_err *e)
{
    const tiers *t = c->tiers;
    if (!t->v[0].name)
        return 0;
    int got = told ? named(c, head, t->told, e) : -2;
    if (got == -2 && t->field)
        got = named(c, head, t->field, e);
    if (got != -2)
        return got;
    for (size_t i = 0; i < t->n; i++) {
        mm_truth truth = c->state[i] ? mm_expr_test(c->state[i], head) : MM_TRUE;
        if (truth == MM_TRUE)
            return (int)i;
        if (truth == MM_EXHAUSTED || truth == MM_MALFORMED)
            return mm_fail(e, MM_EBAD, "`when` of tier %s can not be told: %s", t->v[i].name,
                           truth == MM_MALFORMED ? "the header is no JSON" : "a pattern took too many steps");
    }
    return mm_fail(e, MM_EBAD, "no tier of the policy takes it; a last tier without `when` takes what is left");
}
