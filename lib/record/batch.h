/* batch.h - what readers need of a batch beyond mm.h. */
#ifndef MM_RECORD_BATCH_H
#define MM_RECORD_BATCH_H

#include "mm.h"

/* A reader begins no further tile or frame in a batch of so many records: what bounds the memory of a batch
 * of very short records. */
#define MM_BATCH_RECORDS 16384

/** Make room for `more` records: 0, or -1 when memory ran out. */
int mm_batch_reserve(mm_batch *b, size_t more);

#endif
