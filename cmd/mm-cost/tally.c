#include "tally.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

const char *const cost_names[COST_KINDS] = { "BilledCost", "EffectiveCost", "ListCost", "ContractedCost" };

void tally_free(tally *t)
{
    free(t->slot);
    mm_arena_free(t->keys);
    *t = (tally){ 0 };
}

static group *seek(const tally *t, mm_str key, uint64_t hash)
{
    size_t i = hash & (t->room - 1);
    while (t->slot[i].key.p && (t->slot[i].hash != hash || !mm_str_eq(t->slot[i].key, key)))
        i = (i + 1) & (t->room - 1);
    return &t->slot[i];
}

static bool grow(tally *t)
{
    tally more = { .room = t->room ? t->room * 2 : 256 };
    more.slot = calloc(more.room, sizeof *more.slot);
    if (!t->keys)
        t->keys = mm_arena_new();
    if (!more.slot || !t->keys) {
        free(more.slot);
        return false;
    }
    for (size_t i = 0; i < t->room; i++)
        if (t->slot[i].key.p)
            *seek(&more, t->slot[i].key, t->slot[i].hash) = t->slot[i];
    free(t->slot);
    t->slot = more.slot;
    t->room = more.room;
    return true;
}

group *tally_find(tally *t, mm_str key)
{
    if (t->n * 4 >= t->room * 3 && !grow(t)) {
        t->failed = true;
        return NULL;
    }
    uint64_t hash = XXH3_64bits(key.p, key.n);
    group *g = seek(t, key, hash);
    if (g->key.p)
        return g;
    mm_str kept = mm_arena_copy(t->keys, key);
    if (!kept.p) {
        t->failed = true;
        return NULL;
    }
    *g = (group){ .key = kept, .hash = hash };
    t->n++;
    return g;
}

const group *tally_get(const tally *t, mm_str key)
{
    const group *g = t->room ? seek(t, key, XXH3_64bits(key.p, key.n)) : NULL;
    return g && g->key.p ? g : NULL;
}

void tally_add(tally *t, group *g, const sums *s)
{
    for (int k = 0; k < COST_KINDS; k++)
        t->overflow |= !mm_money_add(&g->sum.cost[k], s->cost[k]);
    t->overflow |= !mm_money_add(&g->sum.quantity, s->quantity);
    g->sum.rows += s->rows;
}

void tally_merge(tally *t, const tally *from)
{
    t->failed |= from->failed;
    t->overflow |= from->overflow;
    for (size_t i = 0; i < from->room; i++) {
        group *g = from->slot[i].key.p ? tally_find(t, from->slot[i].key) : NULL;
        if (g)
            tally_add(t, g, &from->slot[i].sum);
    }
}

static int by_cost(const void *a, const void *b, void *kind)
{
    const group *x = *(const group *const *)a, *y = *(const group *const *)b;
    mm_money p = x->sum.cost[*(cost_kind *)kind], q = y->sum.cost[*(cost_kind *)kind];
    return p != q ? (p < q) - (p > q) : mm_str_cmp(x->key, y->key);
}

const group **tally_sorted(const tally *t, cost_kind by)
{
    const group **list = malloc((t->n + 1) * sizeof *list);
    size_t n = 0;
    if (!list)
        return NULL;
    for (size_t i = 0; i < t->room; i++)
        if (t->slot[i].key.p)
            list[n++] = &t->slot[i];
    qsort_r(list, n, sizeof *list, by_cost, &by);
    return list;
}

void key_put(mm_buf *key, mm_str label)
{
    uint32_t n = label.p ? (uint32_t)label.n : NO_LABEL;
    mm_buf_put(key, &n, sizeof n);
    mm_buf_str(key, label);
}

mm_str key_take(mm_str *key)
{
    uint32_t n;
    memcpy(&n, key->p, sizeof n);
    key->p += sizeof n;
    key->n -= sizeof n;
    if (n == NO_LABEL)
        return (mm_str){ NULL, 0 };
    mm_str label = { key->p, n };
    key->p += n;
    key->n -= n;
    return label;
}
