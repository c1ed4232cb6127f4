/* unpack.h - archives and compressed files, opened by libarchive in a confined worker.
 *
 * The worker reads the archive from a descriptor and sends its members one after the other, those of archives
 * inside it too. Names come as the archive has them and are never opened. Limits stop what unpacks to
 * much more than it is. Depends on run/jail.h, lib/media/type.h and libarchive.
 */
#ifndef MM_INGEST_UNPACK_H
#define MM_INGEST_UNPACK_H

#include "run/jail.h"

/** The operation, for a tool's table of them; ends with NULL. */
extern const mm_jail_op unpack_ops[];

/** Is content of this type opened? */
bool unpack_opens(const char *mime);

typedef struct unpack_limits {
    uint64_t depth;    /* archives in archives: 1 opens only the outermost */
    uint64_t members;
    uint64_t bytes;    /* unpacked, of all members together */
    uint64_t ratio;    /* unpacked bytes to packed ones */
} unpack_limits;

/** In which archives do members that share a stem belong together; auto: in tars that are WebDataset shards
 *  (shard_tell.h). */
typedef enum grouping { GROUP_AUTO, GROUP_ALWAYS, GROUP_NEVER } grouping;

typedef struct unpack unpack;
/** Unpack what fd gives: `ahead`, which was read from it already, and then up to `length` bytes in all (UINT64_MAX:
 *  to its end). `part`: these are members cut out of a tar, without its end. Of a regular file all is read at `offset` on, and ahead is empty. fd must be open for reading only and
 *  stay so. One at a time on a cell. */
unpack *unpack_open(mm_cell *cell, const unpack_limits *limits, grouping group, int fd, uint64_t offset, uint64_t length, bool part,
                    mm_str ahead, mm_err *e);
void unpack_close(unpack *u);

typedef struct unpack_member {
    mm_str name;      /* "inner.zip!a/b"; empty for the content of a file that was only compressed */
    uint64_t size;    /* as the archive says; UINT64_MAX: it does not */
    const char *bad;  /* why there is no content, or NULL */
    bool shard;       /* it belongs together with others that share its stem; an archive is not opened there */
} unpack_member;
/** The next member, valid until the next call: 1, 0 at the end, -1: MM_EBAD when the rest can not be had. */
int unpack_next(unpack *u, unpack_member *m, mm_err *e);
/** Content of the member, a piece: 1, 0 at its end, -1: MM_EBAD when this member is damaged (unpack_lost: and all
 *  behind it). */
int unpack_read(unpack *u, mm_str *piece, mm_err *e);
/** Did the last failure end it all? */
bool unpack_lost(const unpack *u);
/** Links and special files, which have no content, passed over so far. */
uint64_t unpack_left_out(const unpack *u);

#endif
