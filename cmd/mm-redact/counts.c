#include "counts.h"

#include <stdlib.h>
#include <xxhash.h>

size_t counts_place(counts *c, mm_str name)
{
    XXH128_hash_t h = XXH3_128bits(name.p, name.n);
    size_t at = tally_find(&c->by, h.high64, h.low64);
    if (at != SIZE_MAX || c->by.n >= c->most)
        return at;
    if (!c->texts)
        c->texts = mm_arena_new();
    if (c->by.n == c->room) {
        size_t room = c->room ? c->room * 2 : 64;
        mm_str *more = realloc(c->name, room * sizeof *more);
        c->failed |= !more;
        c->name = more ? more : c->name;
        c->room = more ? room : c->room;
    }
    mm_str copy = c->texts && !c->failed ? mm_arena_copy(c->texts, name) : (mm_str){ 0 };
    at = copy.p ? tally_place(&c->by, h.high64, h.low64) : SIZE_MAX;
    c->failed |= at == SIZE_MAX;
    if (at != SIZE_MAX)
        c->name[at] = copy;
    return at;
}

bool counts_add(counts *c, mm_str name, uint64_t n)
{
    size_t at = counts_place(c, name);
    if (at != SIZE_MAX)
        c->by.v[at].count += n;
    return at != SIZE_MAX;
}

static int by_name(const void *a, const void *b, void *ctx)
{
    const counts *c = ctx;
    return mm_str_cmp(c->name[*(const size_t *)a], c->name[*(const size_t *)b]);
}

static int by_count(const void *a, const void *b, void *ctx)
{
    const counts *c = ctx;
    uint64_t x = c->by.v[*(const size_t *)a].count, y = c->by.v[*(const size_t *)b].count;
    return x > y ? -1 : x < y ? 1 : by_name(a, b, ctx);
}

size_t *counts_sorted(const counts *c, bool ranked)
{
    size_t *order = c->by.n ? calloc(c->by.n, sizeof *order) : NULL;
    for (size_t i = 0; order && i < c->by.n; i++)
        order[i] = i;
    if (order)
        qsort_r(order, c->by.n, sizeof *order, ranked ? by_count : by_name, (void *)c);
    return order;
}

void counts_free(counts *c)
{
    tally_free(&c->by);
    free(c->name);
    mm_arena_free(c->texts);
    *c = (counts){ .most = c->most };
}
