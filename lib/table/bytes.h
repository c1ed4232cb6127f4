/* bytes.h - the bytes of one file: plain, gzip (RFC 1952) or zstd, told by its first bytes.
 *
 * What is packed is proven by its check sums; a file that was cut short fails with MM_EBAD. */
#ifndef MM_TABLE_BYTES_H
#define MM_TABLE_BYTES_H

#include "record/gunzip.h"
#include "record/source.h"

typedef struct mm_bytes {
    mm_source source;
    mm_gunzip *gzip;   /* NULL: not packed so */
    char *packed;      /* what gzip is fed with */
    char head[64];     /* bytes that were looked at, */
    size_t head_n, head_at;   /* and are given out from here on */
    bool ended;
} mm_bytes;

/** Open name ("-" is standard input). Bytes as read from the file are added to *taken, which may be NULL. */
int mm_bytes_open(mm_bytes *b, const char *name, _Atomic uint64_t *taken, mm_err *e);
/** Some bytes into p, at most n > 0: how many, 0 at the end, -1. */
ssize_t mm_bytes_read(mm_bytes *b, char *p, size_t n, mm_err *e);
/** The first bytes, up to 64, without taking them: before anything was read. -1 as above. */
int mm_bytes_head(mm_bytes *b, mm_str *head, mm_err *e);
/** The first byte, without taking it; -1 at the end or where it is packed by gzip. */
int mm_bytes_first(const mm_bytes *b);
/** Give bytes back, to be read first: all of text, which is taken over and left empty. Of a file that is not packed by gzip.
 *  0, or -1 when memory ran out. */
int mm_bytes_unread(mm_bytes *b, mm_buf *text, mm_err *e);
/** Close; a zeroed one is fine. */
void mm_bytes_close(mm_bytes *b);

#endif
