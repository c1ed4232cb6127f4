/* dup_table.h - which numbers were filed under a tag of 32 bits.
 *
 * Slots of 8 bytes, at most three quarters full, in a dup_region: memory or a mapped file. A tag's place is its upper bits, so
 * that doubling the table walks old and new from front to back. Numbers under one tag are found in the order they were
 * filed.
 */
#ifndef MM_PROBE_DUP_TABLE_H
#define MM_PROBE_DUP_TABLE_H

#include "dup_store.h"

/** No more than this many numbers are filed under one tag: what is so common tells little, and must not cost more. */
enum { DUP_TABLE_DEEP = 256 };

typedef struct dup_slot {
    uint32_t tag;
    uint32_t value;      /* the number + 1; 0: free */
} dup_slot;

/** Zero-initialise with region.fd -1. */
typedef struct dup_table {
    dup_region region;
    unsigned bits;       /* 2^bits slots */
    uint64_t n;
} dup_table;

typedef struct dup_walk {
    const dup_table *t;
    uint32_t tag;
    uint64_t at;
} dup_walk;

/** File number (below 2^32 - 1) under tag; tags must be hashes. */
int dup_table_add(dup_store *s, dup_table *t, uint32_t tag, uint32_t number, mm_err *e);
/** Have the memory under a tag fetched that is to be walked soon. */
void dup_table_fetch(const dup_table *t, uint32_t tag);
/** Walk the numbers under tag: 1 with *number, or 0 at the end. The table may not change meanwhile. */
dup_walk dup_table_find(const dup_table *t, uint32_t tag);
bool dup_table_next(dup_walk *w, uint32_t *number);
void dup_table_free(dup_store *s, dup_table *t);

#endif
