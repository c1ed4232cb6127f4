/* tally.h - counts by a pair of numbers, in the order in which the pairs first came. */
#ifndef MM_REDACT_TALLY_H
#define MM_REDACT_TALLY_H

#include "mm.h"

typedef struct tallied {
    uint64_t a, b, count;
} tallied;

/** Zero-initialise. */
typedef struct tally {
    tallied *v;        /* owned */
    size_t n, room;
    uint32_t *slot;    /* owned: 1 + place in v, by hash; a power of two of them */
    size_t slots;
} tally;

/** The place in v of the pair, which is added with count 0 when it is new; SIZE_MAX when memory ran out. */
size_t tally_place(tally *t, uint64_t a, uint64_t b);
/** SIZE_MAX when it is not there. */
size_t tally_find(const tally *t, uint64_t a, uint64_t b);
void tally_free(tally *t);

#endif
