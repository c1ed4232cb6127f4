/* top.c - a heap by count, and an index into it by hash. */
#include "top.h"

#include <stdlib.h>
#include <string.h>

static uint32_t slot_of(const top *s, mm_str text, uint64_t hash)
{
    uint32_t i = (uint32_t)hash % TOP_SLOTS;
    for (; s->index[i]; i = (i + 1) % TOP_SLOTS) {
        const top_entry *e = &s->entry[s->index[i] - 1];
        if (e->hash == hash && e->n == text.n && memcmp(e->text, text.p, text.n) == 0)
            break;
    }
    return i;
}

/* Take slot i out: those behind it that would no longer be found move up. */
static void vacate(top *s, uint32_t i)
{
    s->index[i] = 0;
    for (uint32_t k = (i + 1) % TOP_SLOTS; s->index[k]; k = (k + 1) % TOP_SLOTS) {
        top_entry *e = &s->entry[s->index[k] - 1];
        uint32_t home = (uint32_t)e->hash % TOP_SLOTS;
        if ((k - home) % TOP_SLOTS >= (k - i) % TOP_SLOTS) {
            s->index[i] = s->index[k];
            e->slot = i;
            s->index[k] = 0;
            i = k;
        }
    }
}

static void place(top *s, uint32_t at, const top_entry *e)
{
    s->entry[at] = *e;
    s->index[e->slot] = (uint16_t)(at + 1);
}

static void sink(top *s, uint32_t at)
{
    const top_entry e = s->entry[at];
    for (uint32_t child; (child = 2 * at + 1) < s->size; at = child) {
        child += child + 1 < s->size && s->entry[child + 1].count < s->entry[child].count;
        if (s->entry[child].count >= e.count)
            break;
        place(s, at, &s->entry[child]);
    }
    place(s, at, &e);
}

static void rise(top *s, uint32_t at)
{
    const top_entry e = s->entry[at];
    for (; at > 0 && s->entry[(at - 1) / 2].count > e.count; at = (at - 1) / 2)
        place(s, at, &s->entry[(at - 1) / 2]);
    place(s, at, &e);
}

static void set_text(top_entry *e, mm_str text, uint64_t hash)
{
    e->hash = hash;
    e->n = (uint8_t)text.n;
    memset(e->text, 0, sizeof e->text);
    memcpy(e->text, text.p, text.n);
}

void top_add(top *s, mm_str text, uint64_t hash, uint64_t by)
{
    uint32_t slot = slot_of(s, text, hash);
    s->n += by;
    if (s->index[slot]) {
        uint32_t at = s->index[slot] - 1u;
        s->entry[at].count += by;
        sink(s, at);
    } else if (s->size < TOP_M) {
        top_entry e = { .count = by, .slot = slot };
        set_text(&e, text, hash);
        place(s, s->size++, &e);
        rise(s, s->size - 1);
    } else {
        top_entry *least = &s->entry[0];
        vacate(s, least->slot);
        least->error = least->count;
        least->count += by;
        set_text(least, text, hash);
        least->slot = slot_of(s, text, hash);
        s->index[least->slot] = 1;
        sink(s, 0);
    }
}

const top_entry *top_find(const top *s, mm_str text, uint64_t hash)
{
    uint32_t slot = slot_of(s, text, hash);
    return s->index[slot] ? &s->entry[s->index[slot] - 1] : NULL;
}

bool top_put(top *s, mm_str text, uint64_t hash, uint64_t count, uint64_t error)
{
    uint32_t slot = slot_of(s, text, hash);
    if (s->size == TOP_M || s->index[slot] || text.n > TOP_BYTES)
        return false;
    top_entry e = { .count = count, .error = error, .slot = slot };
    set_text(&e, text, hash);
    place(s, s->size++, &e);
    rise(s, s->size - 1);
    return true;
}

/* ---- order and merging ---- */

static int by_count(const void *a, const void *b)
{
    const top_entry *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return mm_str_cmp((mm_str){ x->text, x->n }, (mm_str){ y->text, y->n });
}

static int by_entry(const void *a, const void *b, void *s)
{
    const top *t = s;
    return by_count(&t->entry[*(const uint16_t *)a], &t->entry[*(const uint16_t *)b]);
}

void top_order(const top *s, uint16_t order[TOP_M])
{
    for (uint16_t i = 0; i < s->size; i++)
        order[i] = i;
    qsort_r(order, s->size, sizeof *order, by_entry, (void *)s);
}

/* What a text that is not among those of s may have been counted. */
static uint64_t unseen(const top *s)
{
    return s->size == TOP_M ? s->entry[0].count : 0;
}

void top_merge(top *s, const top *other)
{
    top_entry all[2 * TOP_M];
    size_t n = 0;
    for (uint32_t i = 0; i < s->size; i++) {
        top_entry e = s->entry[i];
        const top_entry *o = top_find(other, (mm_str){ e.text, e.n }, e.hash);
        e.count += o ? o->count : unseen(other);
        e.error += o ? o->error : unseen(other);
        all[n++] = e;
    }
    for (uint32_t i = 0; i < other->size; i++) {
        top_entry e = other->entry[i];
        if (top_find(s, (mm_str){ e.text, e.n }, e.hash))
            continue;
        e.count += unseen(s);
        e.error += unseen(s);
        all[n++] = e;
    }
    qsort(all, n, sizeof *all, by_count);
    uint64_t seen = s->n + other->n;
    memset(s, 0, sizeof *s);
    s->n = seen;
    for (size_t i = 0; i < n && i < TOP_M; i++)
        top_put(s, (mm_str){ all[i].text, all[i].n }, all[i].hash, all[i].count, all[i].error);
}
