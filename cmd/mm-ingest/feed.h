/* feed.h - the bytes of one input as UTF-8 text without a byte order mark.
 *
 * The encoding is told from the first 64 KiB, which are read before anything is given out, so that what comes
 * out does not depend on how bytes arrive. UTF-8 is passed on as it is: who splits it checks it.
 */
#ifndef MM_INGEST_FEED_H
#define MM_INGEST_FEED_H

#include "bytes.h"
#include "charset/charset.h"

typedef struct feed {
    in_bytes in;
    const mm_charset *from;
    mm_charset_decoder decoder;
    mm_buf raw;       /* read, not yet decoded; for UTF-8 not yet given out */
    mm_buf text;      /* decoded, not yet given out; unused for UTF-8 */
    size_t raw_at, text_at;
    bool ended;       /* in has nothing more */
    bool cr_ends;     /* lines end in CR alone: given out as LF */
    mm_err damage;    /* why it ended, when not by its end */
} feed;

/** Read the head and tell the encoding: `forced` by name, or what bytes say; `unicode`: nothing is guessed.
 *  -1: MM_EBAD when the encoding is not known, MM_ESYS. */
int feed_open(feed *f, in_bytes in, mm_jail *jail, const char *forced, bool unicode, mm_err *e);
void feed_close(feed *f);
/** The first text, up to 64 KiB; valid until the first feed_read. */
mm_str feed_head(const feed *f);
/** Text into p, at most n bytes: how many, 0 at the end (f->damage tells whether it is the true one). -1:
 *  memory ran out or the run must end. */
ssize_t feed_read(feed *f, char *p, size_t n, mm_err *e);
/** What the text was encoded in; NULL: UTF-8. */
const char *feed_charset(const feed *f);

#endif
