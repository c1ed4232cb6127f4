/* counts.h - how many records there are of each kind.
 *
 * A kind is a value for each dimension; a cell counts its records by label and prediction, and sums
 * their scores by label. Every worker counts by itself; sums are whole numbers, so merging in any order
 * gives the same. Memory is bounded: what would go beyond is not counted, and `over` says so.
 */
#ifndef MM_BIAS_COUNTS_H
#define MM_BIAS_COUNTS_H

#include "mm.h"

enum {
    VALUE_MISSING,   /* the record has no such field */
    VALUE_UNKNOWN,   /* it is null or an empty text */
    VALUE_FIRST,     /* from here on: values */
};

/** A label or a prediction. */
typedef enum outcome { OUTCOME_0, OUTCOME_1, OUTCOME_NONE, OUTCOMES } outcome;

enum {
    COUNTS_MOST_DIMS = 18,         /* those of --by, the score's bin, the stratum */
    COUNTS_MOST_CELLS = 1 << 16,
};

typedef struct cell {
    uint64_t n[OUTCOMES * OUTCOMES];   /* by 3 * label + prediction */
    uint64_t scored[OUTCOMES];         /* records with a score, by label */
    __int128 sum[OUTCOMES];            /* of their scores, in units of 2^-64 */
    unsigned __int128 squares[OUTCOMES];  /* of these in units of 2^-30 */
} cell;

/** Scores are below this. */
#define SCORE_LIMIT 0x1p31

typedef struct counts {
    size_t n_dims, most_values, most_cells;
    mm_str *value[COUNTS_MOST_DIMS];   /* by value - VALUE_FIRST */
    size_t n_values[COUNTS_MOST_DIMS], values_room[COUNTS_MOST_DIMS];
    uint32_t *key;                     /* n_dims a cell */
    cell *cell;
    size_t n_cells, cells_room;
    uint32_t over;                     /* bit d: dimension d has too many values; bit n_dims: too many cells */
    /* private */
    mm_arena *arena;
    uint32_t *value_slot[COUNTS_MOST_DIMS], *cell_slot;   /* index + 1, or 0 */
    size_t value_slots[COUNTS_MOST_DIMS], cell_slots;
} counts;

counts *counts_new(size_t n_dims, size_t most_values, size_t most_cells);
void counts_free(counts *c);
/** The number of a value, which is added unless it is there; -1: c->over says what has no room, else memory ran out. */
ptrdiff_t counts_value(counts *c, size_t dim, mm_str text);
/** The number of a value, or -1 when it is not there. May be asked by many threads while none adds. */
ptrdiff_t counts_find(const counts *c, size_t dim, mm_str text);
/** What a value is called, and how many records have it. */
mm_str counts_value_name(const counts *c, size_t dim, uint32_t value);
uint64_t counts_of_value(const counts *c, size_t dim, uint32_t value);
/** The cell of these values, likewise; NULL. */
cell *counts_cell(counts *c, const uint32_t *values);
/** Add what another one has. -1: memory ran out. */
int counts_merge(counts *into, const counts *from);
/** Add one cell to another. */
void cell_add(cell *to, const cell *c);
/** A score as it is summed. */
static inline void cell_score(cell *c, outcome label, double score)
{
    c->scored[label]++;
    c->sum[label] += (__int128)(score * 0x1p64);
    c->squares[label] += (unsigned __int128)(score * score * 0x1p30);
}

#endif
