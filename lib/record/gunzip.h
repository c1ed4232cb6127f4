/* gunzip.h - gzip data (RFC 1952), with the check sums that libarchive's reader leaves unread.
 *
 * Depends on zlib. Members may follow each other; what follows the last and is none is passed over, as
 * gzip does.
 */
#ifndef MM_RECORD_GUNZIP_H
#define MM_RECORD_GUNZIP_H

#include "mm.h"

typedef struct mm_gunzip mm_gunzip;
/** NULL when memory ran out. */
mm_gunzip *mm_gunzip_new(void);
void mm_gunzip_free(mm_gunzip *g);
/** Give it the next packed bytes, once it wants them; they must stay until it wants more. n 0: there are none. */
void mm_gunzip_feed(mm_gunzip *g, const char *p, size_t n);
/** Up to `room` unpacked bytes into out: how many; 0 when it wants to be fed or is at the end (*end tells); -1 with
 *  *why set. */
ptrdiff_t mm_gunzip_read(mm_gunzip *g, char *out, size_t room, bool *end, const char **why);

#endif
