/* values.c - values told apart, numbered and counted. */
#include "values.h"

#include <stdlib.h>
#include <xxhash.h>

int values_init(values *t, size_t most, mm_err *e)
{
    *t = (values){ .most = most, .arena = mm_arena_new(), .slots = 64 };
    t->slot = calloc(t->slots, sizeof *t->slot);
    return t->arena && t->slot ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

void values_free(values *t)
{
    mm_arena_free(t->arena);
    free(t->name);
    free(t->count);
    free(t->slot);
    *t = (values){ 0 };
}

/* The slot that holds name, or the empty one where it belongs. */
static uint32_t *slot_of(const values *t, mm_str name)
{
    size_t i = XXH3_64bits(name.p, name.n) & (t->slots - 1);
    while (t->slot[i] && !mm_str_eq(t->name[t->slot[i] - 1], name))
        i = (i + 1) & (t->slots - 1);
    return &t->slot[i];
}

/* Keep the table at most half full. */
static int grow(values *t, mm_err *e)
{
    if (t->n == t->room) {
        size_t room = t->room ? 2 * t->room : 32;
        mm_str *name = reallocarray(t->name, room, sizeof *name);
        t->name = name ? name : t->name;
        uint64_t *count = name ? reallocarray(t->count, room, sizeof *count) : NULL;
        if (!count)
            return mm_fail(e, MM_ESYS, "out of memory");
        t->count = count;
        t->room = room;
    }
    if (2 * (t->n + 1) <= t->slots)
        return 0;
    uint32_t *slot = calloc(2 * t->slots, sizeof *slot);
    if (!slot)
        return mm_fail(e, MM_ESYS, "out of memory");
    free(t->slot);
    t->slot = slot;
    t->slots *= 2;
    for (size_t i = 0; i < t->n; i++)
        *slot_of(t, t->name[i]) = (uint32_t)i + 1;
    return 0;
}

ptrdiff_t values_index(values *t, mm_str name, mm_err *e)
{
    uint32_t *at = slot_of(t, name);
    if (*at)
        return *at - 1;
    if (t->n == t->most)
        return mm_fail(e, MM_EUSAGE, "--split meets more than %zu values; split by another field, or raise --max-values",
                       t->most);
    if (grow(t, e) < 0)
        return -1;
    mm_str own = mm_arena_copy(t->arena, name);
    if (!own.p)
        return mm_fail(e, MM_ESYS, "out of memory");
    t->name[t->n] = own;
    t->count[t->n] = 0;
    *slot_of(t, own) = (uint32_t)t->n + 1;
    return (ptrdiff_t)t->n++;
}

static int by_count(const void *a, const void *b, void *table)
{
    const values *t = table;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    if (t->count[x] != t->count[y])
        return t->count[x] < t->count[y] ? 1 : -1;
    return mm_str_cmp(t->name[x], t->name[y]);
}

void values_show(const values *t, bool ranked, mm_buf *out)
{
    uint32_t *order = calloc(t->n + 1, sizeof *order);
    if (!order) {
        out->failed = true;
        return;
    }
    for (size_t i = 0; i < t->n; i++)
        order[i] = (uint32_t)i;
    if (ranked)
        qsort_r(order, t->n, sizeof *order, by_count, (void *)t);
    for (size_t i = 0; i < t->n; i++) {
        mm_buf_u64(out, t->count[order[i]]);
        mm_buf_byte(out, '\t');
        mm_buf_str(out, t->name[order[i]]);
        mm_buf_byte(out, '\n');
    }
    free(order);
}
