/* index.h - from a record's number to its place in a file of mmr streams, by their end and index
 * frames. */
#ifndef MM_RECORD_INDEX_H
#define MM_RECORD_INDEX_H

#include "record/random.h"

/** Where a record's frame begins. */
typedef struct mm_record_place {
    uint64_t offset;     /* in the uncompressed file */
    uint64_t in_stream;  /* its number in its own stream, from 0 */
} mm_record_place;

/** Find record `number`, from 0 over all streams of the file; it may be one behind the last of them,
 *  and then the last end frame is found. -1 (MM_EBAD, without place) when there is none. */
int mm_index_find(mm_random *file, uint64_t number, mm_record_place *out, mm_err *e);

#endif
