/* dup_store.h - where the index of duplicates lies: in memory up to a limit, past it in files without a name.
 *
 * A region is a run of bytes that grows. What would not fit the limit any more is moved to a file in the given folder and
 * mapped from there, so that the same code walks it in both places. Such a file has no name from the start
 * (or loses it at once, where the file system knows no files without): it is gone with the process, however that
 * ends. Its room is allocated before it is used: a full disk is an error here, and no signal later.
 */
#ifndef MM_PROBE_DUP_STORE_H
#define MM_PROBE_DUP_STORE_H

#include "mm.h"

typedef struct dup_store {
    const char *dir;     /* for the files */
    uint64_t limit;      /* bytes that may be in memory */
    uint64_t held;       /* that are */
    uint64_t spilled;    /* bytes in files */
} dup_store;

/** Zero-initialise with fd -1. */
typedef struct dup_region {
    char *p;
    uint64_t n;          /* bytes in use */
    uint64_t cap;
    int fd;              /* -1: in memory */
} dup_region;

/** Make room for `more` bytes behind n. Pointers into the region are invalid after. What is new is zero. */
int dup_region_room(dup_store *s, dup_region *r, uint64_t more, mm_err *e);
/** Append n bytes. */
int dup_region_put(dup_store *s, dup_region *r, const void *bytes, uint64_t n, mm_err *e);
void dup_region_free(dup_store *s, dup_region *r);

#endif
