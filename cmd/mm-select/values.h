/* values.h - the values that records are split by: told apart, numbered in the order they came, counted. */
#ifndef MM_SELECT_VALUES_H
#define MM_SELECT_VALUES_H

#include "mm.h"

typedef struct values {
    size_t most;       /* more of them are an error */
    mm_arena *arena;
    mm_str *name;      /* NUL-terminated, in the arena */
    uint64_t *count;
    size_t n, room;
    uint32_t *slot;    /* hash table: index + 1, or 0 */
    size_t slots;      /* a power of two */
} values;

/** Zero-initialise; 0 or -1. */
int values_init(values *t, size_t most, mm_err *e);
void values_free(values *t);
/** The index of name, which is added when it is new; -1 when there are too many (MM_EUSAGE) or memory
 *  ran out. */
ptrdiff_t values_index(values *t, mm_str name, mm_err *e);
/** Append lines "COUNT<TAB>NAME": as they came, or the most frequent first, and those of the same count by name. */
void values_show(const values *t, bool ranked, mm_buf *out);

#endif
