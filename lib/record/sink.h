/* sink.h - bytes on their way to a descriptor: gathered, compressed where asked, written whole.
 *
 * Long pieces are sent from where they lie, short ones are copied together. A piece put with
 * `stays` must not change before mm_sink_settle; other pieces are the caller's again at once.
 */
#ifndef MM_RECORD_SINK_H
#define MM_RECORD_SINK_H

#include "mm.h"

#include <sys/uio.h>

#define MM_SINK_PIECES 512

typedef struct mm_zstd mm_zstd;

typedef struct mm_sink {
    int fd;              /* borrowed */
    const char *name;    /* for messages; borrowed */
    bool file;           /* a regular file: nobody waits for what is buffered */
    bool borrowing;      /* some pieces lie in the caller's memory */
    int broken;          /* errno of a write that failed: what follows it must not look whole */
    mm_zstd *zstd;       /* NULL: plain */
    struct iovec piece[MM_SINK_PIECES];
    int pieces;
    char *copied;        /* room for short pieces */
    size_t copied_n;
    uint64_t bytes;      /* given to the descriptor, or gathered for it */
} mm_sink;

int mm_sink_open(mm_sink *s, int fd, const char *name, const mm_write_opts *o, mm_err *e);
void mm_sink_close(mm_sink *s);
int mm_sink_put(mm_sink *s, mm_str bytes, bool stays, mm_err *e);
/** Let go of the caller's memory; send also what is buffered unless waiting does no harm. */
int mm_sink_settle(mm_sink *s, mm_err *e);
/** Send all that is buffered. */
int mm_sink_flush(mm_sink *s, mm_err *e);
/** Close compression and send everything. */
int mm_sink_end(mm_sink *s, mm_err *e);
/** Past compression. */
int mm_sink_put_plain(mm_sink *s, mm_str bytes, bool stays, mm_err *e);

/** Compression into a sink: one long frame, or frames of 1 MiB with a seek table at the end. */
mm_zstd *mm_zstd_new(int level, bool seekable, mm_err *e);
void mm_zstd_free(mm_zstd *z);
int mm_zstd_put(mm_zstd *z, mm_sink *s, mm_str bytes, mm_err *e);
/** Let everything out that was put; not between the frames of a seekable file, where nobody could use it
 *  before its end. */
int mm_zstd_flush(mm_zstd *z, mm_sink *s, mm_err *e);
int mm_zstd_end(mm_zstd *z, mm_sink *s, mm_err *e);

#endif
