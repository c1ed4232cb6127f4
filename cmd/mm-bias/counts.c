/* counts.c - two kinds of hash tables with open addressing: values of a dimension, and cells. */
#include "counts.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

counts *counts_new(size_t n_dims, size_t most_values, size_t most_cells)
{
    counts *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    *c = (counts){ .n_dims = n_dims, .most_values = most_values, .most_cells = most_cells, .cell_slots = 64 };
    c->arena = mm_arena_new();
    c->cell_slot = calloc(c->cell_slots, sizeof *c->cell_slot);
    bool ok = c->arena && c->cell_slot;
    for (size_t d = 0; ok && d < n_dims; d++) {
        c->value_slots[d] = 32;
        ok = (c->value_slot[d] = calloc(c->value_slots[d], sizeof **c->value_slot)) != NULL;
    }
    if (!ok) {
        counts_free(c);
        return NULL;
    }
    return c;
}

void counts_free(counts *c)
{
    if (!c)
        return;
    for (size_t d = 0; d < c->n_dims; d++) {
        free(c->value[d]);
        free(c->value_slot[d]);
    }
    free(c->key);
    free(c->cell);
    free(c->cell_slot);
    mm_arena_free(c->arena);
    free(c);
}

/* ---- values ---- */

static uint32_t *slot_of_value(const counts *c, size_t d, mm_str text)
{
    size_t mask = c->value_slots[d] - 1, i = XXH3_64bits(text.p, text.n) & mask;
    const uint32_t *slot = c->value_slot[d];
    while (slot[i] && !mm_str_eq(c->value[d][slot[i] - 1], text))
        i = (i + 1) & mask;
    return &c->value_slot[d][i];
}

/* Room for one more, the table at most half full. */
static bool grow_values(counts *c, size_t d)
{
    size_t n = c->n_values[d];
    if (n == c->values_room[d]) {
        size_t room = n ? 2 * n : 16;
        mm_str *v = reallocarray(c->value[d], room, sizeof *v);
        if (!v)
            return false;
        c->value[d] = v;
        c->values_room[d] = room;
    }
    if (2 * (n + 1) <= c->value_slots[d])
        return true;
    uint32_t *slot = calloc(2 * c->value_slots[d], sizeof *slot);
    if (!slot)
        return false;
    free(c->value_slot[d]);
    c->value_slot[d] = slot;
    c->value_slots[d] *= 2;
    for (size_t i = 0; i < n; i++)
        *slot_of_value(c, d, c->value[d][i]) = (uint32_t)i + 1;
    return true;
}

ptrdiff_t counts_value(counts *c, size_t dim, mm_str text)
{
    uint32_t *slot = slot_of_value(c, dim, text);
    if (*slot)
        return *slot - 1 + VALUE_FIRST;
    if (c->n_values[dim] == c->most_values) {
        c->over |= UINT32_C(1) << dim;
        return -1;
    }
    mm_str own;
    if (!grow_values(c, dim) || !(own = mm_arena_copy(c->arena, text)).p)
        return -1;
    size_t i = c->n_values[dim]++;
    c->value[dim][i] = own;
    *slot_of_value(c, dim, own) = (uint32_t)i + 1;
    return (ptrdiff_t)i + VALUE_FIRST;
}

ptrdiff_t counts_find(const counts *c, size_t dim, mm_str text)
{
    uint32_t slot = *slot_of_value(c, dim, text);
    return slot ? (ptrdiff_t)slot - 1 + VALUE_FIRST : -1;
}

mm_str counts_value_name(const counts *c, size_t dim, uint32_t value)
{
    return value == VALUE_MISSING ? MM_STR("(missing)") : value == VALUE_UNKNOWN ? MM_STR("(unknown)")
                                                                                : c->value[dim][value - VALUE_FIRST];
}

uint64_t counts_of_value(const counts *c, size_t dim, uint32_t value)
{
    uint64_t n = 0;
    for (size_t i = 0; i < c->n_cells; i++)
        for (int k = 0; c->key[i * c->n_dims + dim] == value && k < OUTCOMES * OUTCOMES; k++)
            n += c->cell[i].n[k];
    return n;
}

/* ---- cells ---- */

static uint32_t *slot_of_cell(const counts *c, const uint32_t *key)
{
    size_t bytes = c->n_dims * sizeof *key, mask = c->cell_slots - 1;
    uint64_t h = 0;
    for (size_t d = 0; d < c->n_dims; d++)
        h = (h ^ key[d]) * UINT64_C(0x9e3779b97f4a7c15);
    size_t i = (h ^ h >> 32) & mask;
    while (c->cell_slot[i] && memcmp(c->key + (c->cell_slot[i] - 1) * c->n_dims, key, bytes) != 0)
        i = (i + 1) & mask;
    return &c->cell_slot[i];
}

static bool grow_cells(counts *c)
{
    size_t n = c->n_cells;
    if (n == c->cells_room) {
        size_t room = n ? 2 * n : 32;
        uint32_t *key = reallocarray(c->key, room, (c->n_dims + !c->n_dims) * sizeof *key);
        c->key = key ? key : c->key;
        cell *all = key ? reallocarray(c->cell, room, sizeof *all) : NULL;
        if (!all)
            return false;
        c->cell = all;
        c->cells_room = room;
    }
    if (2 * (n + 1) <= c->cell_slots)
        return true;
    uint32_t *slot = calloc(2 * c->cell_slots, sizeof *slot);
    if (!slot)
        return false;
    free(c->cell_slot);
    c->cell_slot = slot;
    c->cell_slots *= 2;
    for (size_t i = 0; i < n; i++)
        *slot_of_cell(c, c->key + i * c->n_dims) = (uint32_t)i + 1;
    return true;
}

cell *counts_cell(counts *c, const uint32_t *values)
{
    uint32_t *slot = slot_of_cell(c, values);
    if (*slot)
        return &c->cell[*slot - 1];
    if (c->n_cells == c->most_cells) {
        c->over |= UINT32_C(1) << c->n_dims;
        return NULL;
    }
    if (!grow_cells(c))
        return NULL;
    size_t i = c->n_cells++;
    if (c->n_dims)
        memcpy(c->key + i * c->n_dims, values, c->n_dims * sizeof *values);
    c->cell[i] = (cell){ 0 };
    *slot_of_cell(c, c->key + i * c->n_dims) = (uint32_t)i + 1;
    return &c->cell[i];
}

void cell_add(cell *to, const cell *c)
{
    for (size_t i = 0; i < OUTCOMES * OUTCOMES; i++)
        to->n[i] += c->n[i];
    for (size_t i = 0; i < OUTCOMES; i++) {
        to->scored[i] += c->scored[i];
        to->sum[i] += c->sum[i];
        to->squares[i] += c->squares[i];
    }
}

/* All values first, so that what has no room does not depend on who merges when. */
static int merge_values(counts *into, const counts *from)
{
    for (size_t d = 0; d < from->n_dims; d++)
        for (size_t i = 0; i < from->n_values[d]; i++)
            if (counts_value(into, d, from->value[d][i]) < 0 && !(into->over >> d & 1))
                return -1;
    return 0;
}

int counts_merge(counts *into, const counts *from)
{
    into->over |= from->over;
    if (merge_values(into, from) < 0)
        return -1;
    for (size_t i = 0; i < from->n_cells && !into->over; i++) {
        uint32_t values[COUNTS_MOST_DIMS] = { 0 };
        for (size_t d = 0; d < from->n_dims; d++) {
            uint32_t v = from->key[i * from->n_dims + d];
            values[d] = v < VALUE_FIRST ? v : (uint32_t)counts_value(into, d, from->value[d][v - VALUE_FIRST]);
        }
        cell *c = counts_cell(into, values);
        if (c)
            cell_add(c, &from->cell[i]);
        else if (!into->over)
            return -1;
    }
    return 0;
}
