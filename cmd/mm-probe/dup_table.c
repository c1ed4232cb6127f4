/* dup_table.c - open addressing with linear probing. */
#include "dup_table.h"

enum { BITS_AT_START = 10, BITS_MAX = 32 };

static dup_slot *slots(const dup_table *t)
{
    return (dup_slot *)(void *)t->region.p;
}

static uint64_t home(const dup_table *t, uint32_t tag)
{
    return (uint64_t)tag >> (32 - t->bits);
}

static uint64_t after(const dup_table *t, uint64_t at)
{
    return (at + 1) & ((UINT64_C(1) << t->bits) - 1);
}

/* Put behind all of the same tag, unless these are too many. */
static void place(dup_table *t, dup_slot s)
{
    dup_slot *slot = slots(t);
    uint64_t at = home(t, s.tag);
    unsigned same = 0;
    for (; slot[at].value; at = after(t, at))
        same += slot[at].tag == s.tag;
    if (same >= DUP_TABLE_DEEP)
        return;
    slot[at] = s;
    t->n++;
}

static int make(dup_store *s, dup_table *t, unsigned bits, mm_err *e)
{
    *t = (dup_table){ .region.fd = -1, .bits = bits };
    if (bits > BITS_MAX)
        return mm_fail(e, MM_ESYS, "the index of duplicates is full");
    return dup_region_room(s, &t->region, sizeof(dup_slot) << bits, e);
}

/* From behind a free slot all the way round: so those that went over the end come last, as they did. */
static int grow(dup_store *s, dup_table *t, mm_err *e)
{
    dup_table next;
    if (make(s, &next, t->region.p ? t->bits + 1 : BITS_AT_START, e) < 0)
        return -1;
    if (t->region.p) {
        uint64_t start = 0, at;
        while (slots(t)[start].value)
            start++;
        for (at = after(t, start); at != start; at = after(t, at))
            if (slots(t)[at].value)
                place(&next, slots(t)[at]);
    }
    dup_table_free(s, t);
    *t = next;
    return 0;
}

int dup_table_add(dup_store *s, dup_table *t, uint32_t tag, uint32_t number, mm_err *e)
{
    if ((!t->region.p || t->n + 1 > (UINT64_C(3) << t->bits) / 4) && grow(s, t, e) < 0)
        return -1;
    place(t, (dup_slot){ tag, number + 1 });
    return 0;
}

void dup_table_fetch(const dup_table *t, uint32_t tag)
{
    if (t->region.p)
        __builtin_prefetch(slots(t) + home(t, tag));
}

dup_walk dup_table_find(const dup_table *t, uint32_t tag)
{
    return (dup_walk){ t, tag, t->region.p ? home(t, tag) : 0 };
}

bool dup_table_next(dup_walk *w, uint32_t *number)
{
    if (!w->t->region.p)
        return false;
    for (dup_slot s; (s = slots(w->t)[w->at]).value; ) {
        w->at = after(w->t, w->at);
        if (s.tag != w->tag)
            continue;
        *number = s.value - 1;
        return true;
    }
    return false;
}

void dup_table_free(dup_store *s, dup_table *t)
{
    dup_region_free(s, &t->region);
}
