/* tally.h - sums of money by group: exact, so that tallies may be taken apart by thread and added up in any order. */
#ifndef MM_COST_TALLY_H
#define MM_COST_TALLY_H

#include "price/money.h"

/** The costs FOCUS knows; what each is, is said in mm-cost(1). */
typedef enum cost_kind { COST_BILLED, COST_EFFECTIVE, COST_LIST, COST_CONTRACTED, COST_KINDS } cost_kind;
extern const char *const cost_names[COST_KINDS];

typedef struct sums {
    mm_money cost[COST_KINDS];
    mm_money quantity;   /* that a unit's cost is told of (unit.h) */
    uint64_t rows;
} sums;

/** A group: its key is the labels one after the other, each a length of 4 bytes (all ones: there is none) and its text. */
typedef struct group {
    mm_str key;
    uint64_t hash;
    sums sum;
} group;

typedef struct tally {
    group *slot;      /* open addressing; key.p NULL: empty */
    size_t n, room;
    mm_arena *keys;
    bool failed;      /* memory ran out */
    bool overflow;    /* a sum did not fit */
} tally;

/** Zeroed it is empty. */
void tally_free(tally *t);
/** The group of this key, made when there is none; NULL when memory ran out. Valid until the next call. */
group *tally_find(tally *t, mm_str key);
/** The group of this key; NULL where there is none. */
const group *tally_get(const tally *t, mm_str key);
/** Add, and say in t whether a sum overflowed. */
void tally_add(tally *t, group *g, const sums *s);
/** Add all groups of `from` to t. */
void tally_merge(tally *t, const tally *from);
/** The groups, greatest cost of that kind first, equal ones by key: t->n of them, in a list that the caller
 *  frees and that borrows from t. NULL when memory ran out. */
const group **tally_sorted(const tally *t, cost_kind by);

#define NO_LABEL UINT32_MAX
/** Append a label to a key; p NULL: there is none. */
void key_put(mm_buf *key, mm_str label);
/** Take the next label off a key; p NULL as above. */
mm_str key_take(mm_str *key);

#endif
