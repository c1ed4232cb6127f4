/* near.h - how far one name is from another, for "did you mean". Depends on nothing. */
#ifndef MM_BASE_NEAR_H
#define MM_BASE_NEAR_H

#include "mm.h"

/** Single-byte insertions, removals and changes that turn a into b (Levenshtein); SIZE_MAX when b
 *  has 64 bytes or more. */
size_t mm_distance(mm_str a, mm_str b);
/** A name is near when it is less than this many edits away from one of n bytes. */
static inline size_t mm_near_limit(size_t n)
{
    return n / 3 + 2;
}

#endif
