/* gunzip.h - gzip data (RFC 1952), with the check sums that libarchive's reader leaves unread.
 *
 * Depends on zlib. Members may follow each other; what follows the last and is none is passed over, as
 * gzip does.
 */
#ifndef MM_INGEST_GUNZIP_H
#define MM_INGEST_GUNZIP_H

#include "mm.h"

typedef struct gunzip gunzip;
/** NULL when memory ran out. */
gunzip *gunzip_new(void);
void gunzip_free(gunzip *g);
/** Give it the next packed bytes, once it wants them; they must stay until it wants more. n 0: there are none. */
void gunzip_feed(gunzip *g, const char *p, size_t n);
/** Up to `room` unpacked bytes into out: how many; 0 when it wants to be fed or is at the end (*end tells); -1 with
 *  *why set. */
ptrdiff_t gunzip_read(gunzip *g, char *out, size_t room, bool *end, const char **why);

#endif
