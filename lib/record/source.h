/* source.h - the bytes of one input: opened, told by their first bytes, decompressed.
 *
 * Depends on lib/base. A source gives bytes in whatever pieces arrive; it knows nothing of
 * records. Errors name the input; MM_EBAD means this input can not be read further.
 */
#ifndef MM_RECORD_SOURCE_H
#define MM_RECORD_SOURCE_H

#include "mm.h"

#include <sys/types.h>

#define MM_MMR_MAGIC "\x8eMMR\r\n\x1a\n"
#define MM_MMR_MAGIC_LEN 8

typedef struct mm_unzstd mm_unzstd;

typedef struct mm_source {
    const char *name;        /* for messages; borrowed */
    int fd;
    bool owned;              /* close fd at the end */
    mm_unzstd *zstd;         /* NULL: plain */
    char *ahead;             /* bytes looked at and not yet given out; NULL when there are none */
    size_t ahead_n, ahead_at;
    _Atomic uint64_t *taken; /* bytes read from descriptors are added here; may be NULL */
    int stop;                /* reading ends when this descriptor becomes readable; -1: never */
    bool waits;              /* fd is no plain file: reading it may wait */
} mm_source;

/** Open name ("-" is descriptor 0), wait for its first bytes and tell its form. */
int mm_source_open(mm_source *s, const char *name, int stop, _Atomic uint64_t *taken, mm_form *form,
                   mm_err *e);
/** Some bytes into p, at most n (n > 0): how many, 0 at the end, -1 on failure. */
ssize_t mm_source_read(mm_source *s, void *p, size_t n, mm_err *e);
/** Go on from `place` in the file, after `skip` bytes of what it gives from there. */
int mm_source_seek(mm_source *s, uint64_t place, uint64_t skip, mm_err *e);
void mm_source_close(mm_source *s);

/** Bytes as they lie in the file; what mm_unzstd reads from. */
ssize_t mm_source_read_raw(mm_source *s, void *p, size_t n, mm_err *e);

/** Decompression, fed from a source's raw bytes, of which `first` were read already. */
mm_unzstd *mm_unzstd_new(mm_str first, mm_err *e);
void mm_unzstd_free(mm_unzstd *z);
/** Begin anew, at a frame. */
void mm_unzstd_restart(mm_unzstd *z, uint64_t place);
ssize_t mm_unzstd_read(mm_unzstd *z, mm_source *s, void *p, size_t n, mm_err *e);

#endif
