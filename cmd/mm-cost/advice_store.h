/* advice_store.h - what is kept, by tier and the day it was last read; and measured compression. */
#ifndef MM_COST_ADVICE_STORE_H
#define MM_COST_ADVICE_STORE_H

#include "advice_parts.h"

enum { STORE_DAYS = 36524, STORE_TIERS = 32, STORE_COLUMNS = 3, LEVEL_COLUMNS = 4, LEVELS = 32 };

typedef struct store_tier {
    char name[48];
    uint64_t *bytes;    /* of what was last read on that day since 1970 */
    uint64_t objects;
} store_tier;

typedef struct store {
    store_tier tier[STORE_TIERS];
    size_t n;
    bool failed;
} store;

/** Are these the columns of an inventory: bytes, accessed, tier? */
bool store_columns(const mm_str *name, size_t n, size_t column[STORE_COLUMNS]);
/** Add an object: NULL, or why not. */
const char *store_row(store *s, mm_str bytes, mm_str accessed, mm_str tier);
void store_merge(store *into, const store *from);
void store_free(store *s);
int store_advise(advisor *x, const store *s, mm_err *e);

typedef struct level {
    int level;
    double in, out, cpu;   /* bytes, bytes, seconds */
} level;

typedef struct levels {
    level of[LEVELS];
    size_t n;
} levels;

/** Are these the columns of measured compression: level, bytes_in, bytes_out, cpu_s? */
bool level_columns(const mm_str *name, size_t n, size_t column[LEVEL_COLUMNS]);
const char *levels_row(levels *l, const mm_str value[LEVEL_COLUMNS]);
void levels_merge(levels *into, const levels *from);
int levels_advise(advisor *x, const levels *l, mm_err *e);

#endif
