/* top.h - the most frequent texts of a stream, in bounded memory (Space-Saving: Metwally, Agrawal, El Abbadi 2005).
 *
 * TOP_M texts are counted; one that has no place takes that of the rarest and its count, which is then its error. A
 * count is never too low, and too high by no more than its error, itself at most n / TOP_M; a text more frequent than
 * that is among them. With fewer different texts all counts are exact. Merging adds counts and errors, where one side
 * does not know a text its least count when full (Agarwal and others 2013), and keeps the largest: the same bounds hold
 * for the sum, in any order.
 */
#ifndef MM_BIAS_TOP_H
#define MM_BIAS_TOP_H

#include "mm.h"

enum { TOP_M = 256, TOP_BYTES = 64, TOP_SLOTS = 1024 };

typedef struct top_entry {
    uint64_t count, error, hash;
    uint32_t slot;          /* private: where the index points here */
    uint8_t n;
    char text[TOP_BYTES];
} top_entry;

typedef struct top {
    uint64_t n;             /* texts seen */
    uint32_t size;
    top_entry entry[TOP_M]; /* a heap, the least count first */
    uint16_t index[TOP_SLOTS];  /* private: entry + 1 by hash, or 0 */
} top;

/** Take a text of at most TOP_BYTES, with its 64-bit hash, `by` times. */
void top_add(top *s, mm_str text, uint64_t hash, uint64_t by);
void top_merge(top *s, const top *other);
/** The entry of a text, or NULL. */
const top_entry *top_find(const top *s, mm_str text, uint64_t hash);
/** Set entries as they were (in any order), as a file holds them: false when there are too many or one twice. */
bool top_put(top *s, mm_str text, uint64_t hash, uint64_t count, uint64_t error);
/** Indices of the entries, the most frequent first, equal ones by text. */
void top_order(const top *s, uint16_t order[TOP_M]);

#endif
