/* keys.c - the keys of one shard. Two ids with equal 64-bit hashes would be told apart without need, and
 * that does no harm. */
#include "keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

void st_keys_free(st_keys *k)
{
    free(k->slot);
    *k = (st_keys){ 0 };
}

void st_keys_clear(st_keys *k)
{
    if (k->slot)
        memset(k->slot, 0, k->room * sizeof *k->slot);
    k->n = 0;
}

/* Put a hash other than 0 in; false when it is there. */
static bool put(st_keys *k, uint64_t hash)
{
    size_t i = hash & (k->room - 1);
    for (; k->slot[i]; i = (i + 1) & (k->room - 1))
        if (k->slot[i] == hash)
            return false;
    k->slot[i] = hash;
    k->n++;
    return true;
}

static int grow(st_keys *k, mm_err *e)
{
    st_keys more = { .room = k->room ? 2 * k->room : 1024 };
    more.slot = calloc(more.room, sizeof *more.slot);
    if (!more.slot)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < k->room; i++)
        if (k->slot[i])
            put(&more, k->slot[i]);
    free(k->slot);
    *k = more;
    return 0;
}

int st_keys_make(st_keys *k, mm_str id, uint64_t number, char out[ST_KEY_ROOM], mm_err *e)
{
    if (2 * k->n >= k->room && grow(k, e) < 0)
        return -1;
    uint64_t hash = XXH3_64bits(id.p, id.n);
    if (!id.n)
        snprintf(out, ST_KEY_ROOM, "%09llu", (unsigned long long)number);
    else if (put(k, hash ? hash : 1))
        snprintf(out, ST_KEY_ROOM, "%.*s", (int)id.n, id.p);
    else
        snprintf(out, ST_KEY_ROOM, "%.*s-%llu", (int)id.n, id.p, (unsigned long long)number);
    return 0;
}
