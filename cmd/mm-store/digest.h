/* digest.h - the checksums of a whole file. */
#ifndef MM_STORE_DIGEST_H
#define MM_STORE_DIGEST_H

#include "mm.h"

typedef struct st_digest {
    uint64_t bytes;
    char xxh3[33];     /* XXH3-128 */
    char sha256[65];   /* empty when it was not asked for */
} st_digest;

/** Read fd from its start to its end. -1 (MM_ESYS) names `shown`. */
int st_digest_file(int fd, const char *shown, bool sha256, st_digest *out, mm_err *e);
/** Can this build take SHA-256? */
bool st_digest_has_sha256(void);

#endif
