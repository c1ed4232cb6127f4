/* random.h - bytes at any offset of a plain file or of one in zstd's seekable format.
 *
 * Offsets are those of the uncompressed bytes. Nothing the file says of itself is believed
 * beyond what its size allows.
 */
#ifndef MM_RECORD_RANDOM_H
#define MM_RECORD_RANDOM_H

#include "mm.h"

typedef struct mm_random mm_random;
/** For a regular file; fd is borrowed, its position is not touched. NULL and MM_EBAD (without place) when
 *  it can not be read at random. */
mm_random *mm_random_open(int fd, bool zstd, mm_err *e);
void mm_random_free(mm_random *r);
uint64_t mm_random_size(const mm_random *r);
/** Read n bytes at offset: 0, or -1 with MM_EBAD when they are not there. */
int mm_random_read(mm_random *r, uint64_t offset, void *p, size_t n, mm_err *e);
/** Where reading must begin to get to offset: a place in the file, and the uncompressed bytes to
 *  skip from there. */
void mm_random_place(const mm_random *r, uint64_t offset, uint64_t *place, uint64_t *skip);

#endif
