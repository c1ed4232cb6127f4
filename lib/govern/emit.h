/* emit.h - pieces the usage writers share: times as text, lines appended whole.
 *
 * Private to lib/govern.
 */
#ifndef MM_GOVERN_EMIT_H
#define MM_GOVERN_EMIT_H

#include "mm.h"

/** Append a time as a JSON string: RFC 3339, UTC, nanoseconds. */
void mm_emit_time(mm_buf *b, int64_t unix_ns);
/** Append a duration as seconds, exact to the nanosecond: 1.250000000. */
void mm_emit_seconds(mm_buf *b, int64_t ns);
/** Append ,"key":"text" or nothing when text is NULL. */
void mm_emit_member(mm_buf *b, const char *key, const char *text);
/** Append b to file, made if missing, in one write. When the disk is full the file is as before. */
int mm_emit_append(const char *file, const mm_buf *b, mm_err *e);
/** Replace file by b, so that a reader sees the old or the new content. */
int mm_emit_replace(const char *file, const mm_buf *b, mm_err *e);

#endif
