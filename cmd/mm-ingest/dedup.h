/* dedup.h - which contents were seen: a set of 128-bit hashes.
 *
 * 16 bytes a content, in a table that is at most two thirds full and doubles; that is 24 to 48 bytes a different
 * record. Depends on mm.h.
 */
#ifndef MM_INGEST_DEDUP_H
#define MM_INGEST_DEDUP_H

#include <xxhash.h>

#include "mm.h"

typedef struct dedup {
    XXH128_hash_t *table;  /* a slot of zeroes is free */
    size_t room, n;        /* room is a power of two */
    bool zero;             /* the hash of zeroes was seen */
} dedup;

/** Zero-initialise; free with dedup_free. */
void dedup_free(dedup *d);
/** 1: this hash is new, and now known; 0: it was known; -1: memory ran out. */
int dedup_add(dedup *d, XXH128_hash_t hash);

#endif
