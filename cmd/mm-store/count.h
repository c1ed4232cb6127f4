/* count.h - how many records a shard holds, counted in the shard itself. */
#ifndef MM_STORE_COUNT_H
#define MM_STORE_COUNT_H

#include "mm.h"

/** The form is told by the name's ending (.tar, else as records are read; .zst is seen by its bytes). A tar
 *  has one record a KEY.json. -1 with MM_EBAD when it can not be read to its end. */
int st_count_records(const char *path, uint64_t *records, mm_err *e);

#endif
