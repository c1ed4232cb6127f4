#include "tally.h"

#include <stdlib.h>

/* The finalizer of MurmurHash3 over both halves. */
static uint64_t mix(uint64_t a, uint64_t b)
{
    uint64_t h = a ^ (b * 0x9e3779b97f4a7c15u);
    h = (h ^ h >> 33) * 0xff51afd7ed558ccdu;
    h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53u;
    return h ^ h >> 33;
}

/* The slot of the pair, or the empty one where it belongs. */
static size_t slot_of(const tally *t, uint64_t a, uint64_t b)
{
    size_t i = mix(a, b) & (t->slots - 1);
    while (t->slot[i] && (t->v[t->slot[i] - 1].a != a || t->v[t->slot[i] - 1].b != b))
        i = (i + 1) & (t->slots - 1);
    return i;
}

static bool grow(tally *t)
{
    size_t room = t->room ? t->room * 2 : 1024;
    tallied *v = room < UINT32_MAX ? realloc(t->v, room * sizeof *v) : NULL;
    if (!v)
        return false;
    t->v = v;
    uint32_t *slot = calloc(room * 2, sizeof *slot);
    if (!slot)
        return false;
    free(t->slot);
    t->slot = slot;
    t->slots = room * 2;
    t->room = room;
    for (size_t i = 0; i < t->n; i++)
        slot[slot_of(t, v[i].a, v[i].b)] = (uint32_t)(i + 1);
    return true;
}

size_t tally_find(const tally *t, uint64_t a, uint64_t b)
{
    return t->slots ? (size_t)t->slot[slot_of(t, a, b)] - 1 : SIZE_MAX;
}

size_t tally_place(tally *t, uint64_t a, uint64_t b)
{
    if (t->n == t->room && !grow(t))
        return SIZE_MAX;
    size_t i = slot_of(t, a, b);
    if (!t->slot[i]) {
        t->v[t->n] = (tallied){ a, b, 0 };
        t->slot[i] = (uint32_t)++t->n;
    }
    return t->slot[i] - 1;
}

void tally_free(tally *t)
{
    free(t->v);
    free(t->slot);
    *t = (tally){ 0 };
}
