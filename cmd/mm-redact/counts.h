/* counts.h - counts by name, of which there are at most so many: what comes later is counted together. */
#ifndef MM_REDACT_COUNTS_H
#define MM_REDACT_COUNTS_H

#include "tally.h"

/** Zero-initialise but for `most`. Names are told apart by hash (XXH3-128). */
typedef struct counts {
    size_t most;
    tally by;          /* v[i].count is that of name[i] */
    mm_str *name;      /* owned; in the order in which they came */
    size_t room;
    mm_arena *texts;   /* what they lie in */
    bool failed;       /* memory ran out */
} counts;

/** The place of a name, which is added with count 0 when it is new; SIZE_MAX when there are too many. */
size_t counts_place(counts *c, mm_str name);
/** Add n to the count of a name; false when there are too many. */
bool counts_add(counts *c, mm_str name, uint64_t n);
/** Places in the order of names; `ranked`: the highest count first, then by name. Owned by the caller; NULL when memory ran
 *  out or there are none. */
size_t *counts_sorted(const counts *c, bool ranked);
void counts_free(counts *c);

#endif
