/* payload.h - payloads that lie in files, for tools that stream them instead of holding them. */
#ifndef MM_RECORD_PAYLOAD_H
#define MM_RECORD_PAYLOAD_H

#include "mm.h"

/* A payload longer than this is not held in memory. */
#define MM_PAYLOAD_MAX ((uint64_t)64 << 20)

/** Where a payload's bytes lie. */
typedef struct mm_extent {
    int fd;               /* a regular file, open for reading; the caller closes it */
    uint64_t offset, length;
    char xxh3[33];        /* what the header says their hash is; empty when it does not */
} mm_extent;

/** Open the file behind mm.ref, beneath the roots: 1 with out set, 0 when the record has no
 *  ref, -1 (MM_EBAD, reason without place). The range is inside the file and mm.size agrees with
 *  it; the bytes' hash is for the caller to check. Thread-safe on the same roots. */
int mm_ref_open(const mm_rec *r, const mm_roots *roots, mm_extent *out, mm_err *e);

#endif
