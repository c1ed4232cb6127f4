/* keys.h - the keys of one shard: equal ones are told apart, so that no sample hides another. */
#ifndef MM_STORE_KEYS_H
#define MM_STORE_KEYS_H

#include "mm.h"

#define ST_KEY_ROOM 96

/** Hashes of the keys so far. Zero-initialise. */
typedef struct st_keys {
    uint64_t *slot;
    size_t n, room;
} st_keys;

void st_keys_free(st_keys *k);
void st_keys_clear(st_keys *k);
/** The key of the record with this id (empty: none) and this number among those stored, NUL-terminated in
 *  out: the id; or the number, with nine digits or more; or both, when the id was there before. */
int st_keys_make(st_keys *k, mm_str id, uint64_t number, char out[ST_KEY_ROOM], mm_err *e);

#endif
