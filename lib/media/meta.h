/* meta.h - all that EXIF, XMP and IPTC in an image say, as JSON; on demand, for it is personal data.
 *
 * Depends on run/jail.h; image.c finds where the blocks lie. Invariants: each member is told once (the first
 * counts), and what is told is bounded by the tables of tags and the limits in the code, whatever the bytes say.
 */
#ifndef MM_MEDIA_META_H
#define MM_MEDIA_META_H

#include "run/jail.h"

/** Image bytes in; out one JSON object a kind of metadata, in the order of the enum, a line each; the line is
 *  empty where there is none. */
#define MM_MEDIA_META "image-meta"
enum { MM_META_EXIF, MM_META_XMP, MM_META_IPTC, MM_META_KINDS };

/** Take the answer apart: json[i].n is 0 where the image has none of that kind. -1 and MM_EBAD when it is no answer. */
int mm_meta_take(mm_str answer, mm_str json[MM_META_KINDS], mm_err *e);

/** The work behind the operation. 0, or -1 and MM_EBAD when the bytes are no image. */
int mm_meta_read(mm_str image, mm_buf *out, mm_err *e);

#endif
