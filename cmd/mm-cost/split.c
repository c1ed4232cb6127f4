#include "split.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "match.h"

typedef enum manner { EVEN, USAGE, WEIGHTED } manner;
static const char *const manner_name[] = { "even", "usage", "weighted" };

typedef struct rule {
    const char *name;
    match *where;
    size_t n;
    manner manner;
    const mm_node *weights;   /* by the first label of --by */
} rule;

struct splits {
    labels labels;
    size_t n_shown;           /* of --by */
    rule *rule;
    size_t n;
};

/* ---- reading ---- */

static int check_weights(const mm_doc *d, const mm_node *n, mm_err *e)
{
    mm_money w;
    if (n->kind != MM_NODE_MAP || !n->n)
        return mm_node_fail(d, n, e, "weights: a map from labels of the first name of --by to numbers is expected");
    for (size_t i = 0; i < n->n; i++)
        if (n->item[i]->kind != MM_NODE_SCALAR || mm_money_read(n->item[i]->text, &w) || w < 0)
            return mm_node_fail(d, n->item[i], e, "a weight is a number not below 0");
    return 0;
}

static int read_rule(splits *x, const mm_doc *d, const mm_node *n, mm_err *e)
{
    static const char *const known[] = { "name", "where", "by", "weights", NULL };
    rule *r = &x->rule[x->n++];
    const char *how = NULL;
    r->weights = mm_node_get(n, "weights");
    if (mm_node_keys(d, n, known, e) < 0 || mm_node_string(d, mm_node_get(n, "name"), &r->name, e) < 0 ||
        matches_read(&x->labels, d, mm_node_get(n, "where"), true, &r->where, &r->n, e) < 0 ||
        mm_node_string(d, mm_node_get(n, "by"), &how, e) < 0)
        return -1;
    if (!r->name || !r->n || !how)
        return mm_node_fail(d, n, e, "%s is missing", !r->name ? "name" : !r->n ? "where" : "by");
    while (r->manner < WEIGHTED && strcmp(how, manner_name[r->manner]) != 0)
        r->manner++;
    if (strcmp(how, manner_name[r->manner]) != 0)
        return mm_node_fail(d, mm_node_get(n, "by"), e, "'%s' is none of even, usage, weighted", how);
    if ((r->manner == WEIGHTED) != (r->weights != NULL))
        return mm_node_fail(d, r->weights ? r->weights : n, e, r->weights ? "weights go with by: weighted" : "weights is missing");
    return r->weights ? check_weights(d, r->weights, e) : 0;
}

int splits_read(const mm_policy *p, const char *by, splits **out, mm_err *e)
{
    const mm_node *section = p ? mm_policy_section(p, "cost") : NULL, *list = section ? mm_node_get(section, "split") : NULL;
    *out = NULL;
    if (!list)
        return 0;
    if (list->kind != MM_NODE_LIST)
        return mm_node_fail(mm_policy_doc(p), list, e, "split must be a list");
    splits *x = *out = calloc(1, sizeof *x);
    if (!x || !(x->rule = calloc(list->n + 1, sizeof *x->rule)))
        return mm_fail(e, MM_ESYS, "out of memory");
    int rc = labels_begin(&x->labels, by, e);
    x->n_shown = x->labels.n;
    for (size_t i = 0; rc == 0 && i < list->n; i++)
        rc = read_rule(x, mm_policy_doc(p), list->item[i], e);
    return rc;
}

void splits_free(splits *x)
{
    if (!x)
        return;
    for (size_t i = 0; i < x->n; i++)
        free(x->rule[i].where);
    free(x->rule);
    mm_buf_free(&x->labels.by);
    free(x);
}

const char *splits_by(const splits *x)
{
    return labels_by(&x->labels);
}

/* ---- splitting ---- */

typedef struct splitting {
    const splits *x;
    spend *s;
    tally direct, shared;    /* by the labels of --by */
    tally pools;             /* by the number of the rule, and spans and currency, which costs are not moved over */
    const group **to;        /* who shares a pool, and by what weight */
    mm_money *weight, *part;
    size_t n;
} splitting;

static const rule *rule_of(const splits *x, mm_str key)
{
    for (size_t i = 0; i < x->n; i++) {
        size_t k = 0;
        while (k < x->rule[i].n && match_fits(x->rule[i].where[k].patterns, label_at(key, x->rule[i].where[k].label)))
            k++;
        if (k == x->rule[i].n)
            return &x->rule[i];
    }
    return NULL;
}

static bool stays(const splitting *sp, size_t label)
{
    return sp->s->by[label].span || mm_str_eq(sp->s->by[label].name, MM_STR("BillingCurrency"));
}

/* The labels of --by, all of them or those that costs are not moved over. */
static void put_shown(const splitting *sp, mm_str key, bool all, mm_buf *out)
{
    for (size_t i = 0; i < sp->x->n_shown; i++) {
        mm_str v = key_take(&key);
        key_put(out, all || stays(sp, i) ? v : (mm_str){ NULL, 0 });
    }
}

static bool add_to(tally *t, mm_buf *key, const sums *s)
{
    group *g = key->failed ? NULL : tally_find(t, mm_buf_view(key));
    if (g)
        tally_add(t, g, s);
    key->n = 0;
    return g != NULL;
}

static int sort_out(splitting *sp, mm_err *e)
{
    mm_buf key = { 0 };
    bool ok = true;
    for (size_t i = 0; i < sp->s->groups.room && ok; i++) {
        const group *g = &sp->s->groups.slot[i];
        const rule *r = g->key.p ? rule_of(sp->x, g->key) : NULL;
        if (!g->key.p)
            continue;
        if (r) {
            char number[16];
            key_put(&key, (mm_str){ number, (size_t)snprintf(number, sizeof number, "%06zu", (size_t)(r - sp->x->rule)) });
        }
        put_shown(sp, g->key, !r, &key);
        ok = add_to(r ? &sp->pools : &sp->direct, &key, &g->sum);
    }
    mm_buf_free(&key);
    return ok ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

/* Has it all labels, and those that stay are those of the pool? */
static bool shares(const splitting *sp, mm_str key, mm_str pool)
{
    for (size_t i = 0; i < sp->x->n_shown; i++) {
        mm_str v = key_take(&key), of = key_take(&pool);
        if (!v.p || (stays(sp, i) && !(of.p && mm_str_eq(v, of))))
            return false;
    }
    return true;
}

static int by_key(const void *a, const void *b)
{
    return mm_str_cmp((*(const group *const *)a)->key, (*(const group *const *)b)->key);
}

static void find_sharers(splitting *sp, mm_str pool)
{
    sp->n = 0;
    for (size_t i = 0; i < sp->direct.room; i++)
        if (sp->direct.slot[i].key.p && shares(sp, sp->direct.slot[i].key, pool))
            sp->to[sp->n++] = &sp->direct.slot[i];
    qsort(sp->to, sp->n, sizeof *sp->to, by_key);
}

/* Every group of a label has an equal part of its weight. */
static void weigh_labels(splitting *sp, const rule *r)
{
    for (size_t i = 0, end; i < sp->n; i = end) {
        mm_str label = sp->x->n_shown ? label_at(sp->to[i]->key, 0) : MM_STR("");
        mm_money w = !sp->x->n_shown;
        for (size_t k = 0; k < r->weights->n; k++)
            if (mm_str_eq(r->weights->key[k]->text, label))
                mm_money_read(r->weights->item[k]->text, &w);
        for (end = i + 1; end < sp->n && mm_str_eq(label_at(sp->to[end]->key, 0), label); end++)
            ;
        for (size_t k = i; k < end; k++)
            sp->weight[k] = w / (mm_money)(end - i);
    }
}

static void weigh(splitting *sp, const rule *r, int kind)
{
    bool any = false;
    if (r->manner == WEIGHTED)
        weigh_labels(sp, r);
    for (size_t i = 0; i < sp->n; i++) {
        mm_money direct = sp->to[i]->sum.cost[kind];
        if (r->manner != WEIGHTED)
            sp->weight[i] = r->manner == EVEN ? 1 : direct > 0 ? direct : 0;
        any |= sp->weight[i] > 0;
    }
    for (size_t i = 0; i < sp->n && !any && r->manner == USAGE; i++)
        sp->weight[i] = 1;
}

/* Has anybody a weight? Always, but by weights that name none of the groups. */
static bool weighs(const splitting *sp)
{
    for (size_t i = 0; i < sp->n; i++)
        if (sp->weight[i] > 0)
            return true;
    return false;
}

static int tell_pool(splitting *sp, const rule *r, const group *pool, bool split, mm_err *e)
{
    cost_kind k = COST_BILLED;
    while (k < COST_KINDS - 1 && !sp->s->wanted[k])
        k++;
    mm_buf *b = &sp->s->told;
    mm_str key = pool->key;
    bool span = false;
    key_take(&key);
    mm_buf_str(b, split ? MM_STR("Split: ") : MM_STR("Not split: "));
    mm_buf_str(b, mm_str_of(r->name));
    for (size_t i = 0; i < sp->x->n_shown; i++) {
        mm_str v = key_take(&key);
        if (stays(sp, i) && v.p) {
            mm_buf_str(b, span ? MM_STR(" ") : MM_STR(", "));
            mm_buf_str(b, v);
            span = true;
        }
    }
    mm_buf_str(b, MM_STR(": "));
    mm_money_put(b, pool->sum.cost[k], 2);
    mm_buf_printf(b, " of %llu row%s, ", (unsigned long long)pool->sum.rows, mm_plural(pool->sum.rows));
    if (split)
        mm_buf_printf(b, "%s%s among %zu group%s.\n", r->manner == USAGE ? "by " : "", manner_name[r->manner], sp->n, mm_plural(sp->n));
    else
        mm_buf_str(b, MM_STR("as no group has all labels and a weight; it stays without them.\n"));
    return b->failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

/* Nobody shares it: it stays in sight, without labels. */
static int leave(splitting *sp, const rule *r, const group *pool, mm_err *e)
{
    mm_buf key = { 0 };
    mm_str rest = pool->key;
    key_take(&rest);
    mm_buf_str(&key, rest);
    sums s = pool->sum;
    s.rows = 0;
    bool ok = add_to(&sp->shared, &key, &s);
    mm_buf_free(&key);
    return ok ? tell_pool(sp, r, pool, false, e) : mm_fail(e, MM_ESYS, "out of memory");
}

static int split_pool(splitting *sp, const group *pool, mm_err *e)
{
    mm_str key = pool->key, number = key_take(&key);
    const rule *r = &sp->x->rule[strtoul(number.p, NULL, 10)];
    sums *got = NULL;
    find_sharers(sp, key);
    if (sp->n)
        weigh(sp, r, 0);
    if (!sp->n || !weighs(sp))
        return leave(sp, r, pool, e);
    if (!(got = calloc(sp->n, sizeof *got)))
        return mm_fail(e, MM_ESYS, "out of memory");
    int rc = 0;
    for (int k = 0; k < COST_KINDS && rc == 0; k++) {
        weigh(sp, r, k);
        if (!mm_money_share(pool->sum.cost[k], sp->weight, sp->n, sp->part))
            rc = mm_fail(e, MM_EBAD, "split %s: the weights do not fit into 128 bits", r->name);
        for (size_t i = 0; i < sp->n; i++)
            got[i].cost[k] = sp->part[i];
    }
    mm_buf to = { 0 };
    for (size_t i = 0; i < sp->n && rc == 0; i++) {
        mm_buf_str(&to, sp->to[i]->key);
        if (!add_to(&sp->shared, &to, &got[i]))
            rc = mm_fail(e, MM_ESYS, "out of memory");
    }
    mm_buf_free(&to);
    free(got);
    return rc == 0 ? tell_pool(sp, r, pool, true, e) : -1;
}

static int split_all(splitting *sp, mm_err *e)
{
    size_t room = sp->direct.n + 1;
    const group **pool = malloc((sp->pools.n + 1) * sizeof *pool);
    size_t n = 0;
    int rc = 0;
    sp->to = malloc(room * sizeof *sp->to);
    sp->weight = malloc(room * sizeof *sp->weight);
    sp->part = malloc(room * sizeof *sp->part);
    if (!pool || !sp->to || !sp->weight || !sp->part)
        rc = mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; rc == 0 && i < sp->pools.room; i++)
        if (sp->pools.slot[i].key.p)
            pool[n++] = &sp->pools.slot[i];
    if (n)
        qsort(pool, n, sizeof *pool, by_key);
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = split_pool(sp, pool[i], e);
    free(sp->to);
    free(sp->weight);
    free(sp->part);
    free(pool);
    return rc;
}

/* What groups have and what they share, against the total. */
static int prove(const splitting *sp, mm_err *e)
{
    sums of = { 0 };
    for (size_t i = 0; i < sp->direct.room; i++)
        for (int k = 0; sp->direct.slot[i].key.p && k < COST_KINDS; k++)
            mm_money_add(&of.cost[k], sp->direct.slot[i].sum.cost[k]);
    return memcmp(of.cost, sp->s->total.cost, sizeof of.cost) == 0 ? 0
           : mm_fail(e, MM_ESYS, "internal error: split costs do not add up to the rows");
}

int splits_apply(const splits *x, spend *s, mm_err *e)
{
    splitting sp = { .x = x, .s = s };
    int rc = sort_out(&sp, e);
    if (rc == 0)
        rc = split_all(&sp, e);
    tally_merge(&sp.direct, &sp.shared);
    if (rc == 0 && (sp.direct.failed || sp.direct.overflow))
        rc = mm_fail(e, sp.direct.failed ? MM_ESYS : MM_EBAD, sp.direct.failed ? "out of memory" : "a sum does not fit into 128 bits");
    if (rc == 0)
        rc = prove(&sp, e);
    for (size_t i = x->n_shown; i < s->n_by; i++)
        mm_path_free(s->by[i].tag);
    s->n_by = x->n_shown;
    tally_free(&sp.pools);
    tally_free(&s->groups);
    s->groups = sp.direct;
    s->shared = sp.shared;
    return rc;
}
