/* dead.h - dead letters: bad records kept whole, each with its reason, and taken out again. */
#ifndef MM_RECORD_DEAD_H
#define MM_RECORD_DEAD_H

#include "mm.h"

#include <string.h>

/** Append the header of r's dead letter to out, and say which payload rides along (.p NULL: none).
 *  What is kept is the record as it came in, whatever a tool changed since. */
void mm_dead_wrap(const mm_rec *r, const char *tool, mm_buf *out, mm_str *payload);

/** Could this header be of a dead letter? Cheap enough to ask for every record. */
static inline bool mm_dead_likely(mm_str head)
{
    return head.n > 5 && memcmp(head.p, "{\"mm\"", 5) == 0;
}

/** If r is a dead letter, make it the record it holds; new bytes are in the arena. That record may
 *  be bad in turn. -1 when memory ran out. */
int mm_dead_unwrap(mm_rec *r, bool checked, mm_arena *a);

#endif
