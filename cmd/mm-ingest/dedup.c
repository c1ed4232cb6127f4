/* dedup.c - a set of 128-bit hashes, open addressing with linear probing. */
#include "dedup.h"

#include <stdlib.h>

#define ROOM_AT_START 4096

void dedup_free(dedup *d)
{
    free(d->table);
    *d = (dedup){ 0 };
}

static bool is_zero(XXH128_hash_t h)
{
    return h.low64 == 0 && h.high64 == 0;
}

/* The slot that holds hash, or the free one where it belongs. */
static XXH128_hash_t *slot(const dedup *d, XXH128_hash_t hash)
{
    uint64_t mixed = (hash.low64 ^ hash.high64) * 0x9e3779b97f4a7c15;  /* so that one half alone makes no run of slots */
    size_t at = (size_t)(mixed >> 20) & (d->room - 1);
    while (!is_zero(d->table[at]) && !XXH128_isEqual(d->table[at], hash))
        at = (at + 1) & (d->room - 1);
    return &d->table[at];
}

static int grow(dedup *d)
{
    dedup next = { .room = d->room ? 2 * d->room : ROOM_AT_START, .n = d->n, .zero = d->zero };
    next.table = calloc(next.room, sizeof *next.table);
    if (!next.table)
        return -1;
    for (size_t i = 0; i < d->room; i++)
        if (!is_zero(d->table[i]))
            *slot(&next, d->table[i]) = d->table[i];
    free(d->table);
    *d = next;
    return 0;
}

int dedup_add(dedup *d, XXH128_hash_t hash)
{
    if (is_zero(hash)) {
        int new = !d->zero;
        d->zero = true;
        return new;
    }
    if (d->n * 3 >= d->room * 2 && grow(d) < 0)
        return -1;
    XXH128_hash_t *s = slot(d, hash);
    if (!is_zero(*s))
        return 0;
    *s = hash;
    d->n++;
    return 1;
}
