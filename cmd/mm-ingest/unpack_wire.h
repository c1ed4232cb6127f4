/* unpack_wire.h - what the unpacking worker is told and what it sends.
 *
 * Private to unpack*.c. A chunk is a byte of kind and a body; the caller checks every length.
 */
#ifndef MM_INGEST_UNPACK_WIRE_H
#define MM_INGEST_UNPACK_WIRE_H

#include "unpack.h"

/** In front of the bytes that were read ahead. */
typedef struct unpack_args {
    unpack_limits limits;
    uint64_t offset, length;
    grouping group;
    bool part;    /* these are some members of a tar, without its end */
} unpack_args;

enum {
    UNPACK_MEMBER = 'M',   /* size (8 bytes), name */
    UNPACK_REFUSED = 'R',  /* size, reason, NUL, name: a member without content */
    UNPACK_DATA = 'D',     /* content */
    UNPACK_END = 'E',      /* of the content */
    UNPACK_DAMAGED = 'X',  /* instead of END: a reason */
    UNPACK_SHARD = 'W', UNPACK_NO_SHARD = 'N',  /* members from here on are those of one, or not (so it begins) */
    UNPACK_SKIPPED = 'S',  /* a link or special file */
};

#endif
