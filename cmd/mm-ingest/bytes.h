/* bytes.h - where the bytes of one input come from: a file, a pipe, a member of an archive.
 *
 * Borrowed by whoever reads from it; what stands behind ctx is the owner's business.
 */
#ifndef MM_INGEST_BYTES_H
#define MM_INGEST_BYTES_H

#include "mm.h"

#include <sys/types.h>

typedef struct in_bytes {
    const char *name;  /* as it stands in mm.src and in messages; lives as long as what reads from it */
    /** Some bytes into p, at most n (n > 0): how many, 0 at the end, -1 with MM_EBAD when this input can
     *  not be read further and MM_ESYS when the run must end. After 0 or -1 it is not called again. */
    ssize_t (*read)(void *ctx, void *p, size_t n, mm_err *e);
    void *ctx;
} in_bytes;

#endif
