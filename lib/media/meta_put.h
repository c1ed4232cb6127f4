/* meta_put.h - how metadata is written as JSON; private to lib/media.
 *
 * Each of mm_meta_exif, _xmp and _iptc appends one object to out, or nothing when the block says nothing.
 */
#ifndef MM_MEDIA_META_PUT_H
#define MM_MEDIA_META_PUT_H

#include "media/bytes.h"

/** Text limits: what is longer is cut. */
enum { MM_META_TEXT = 32768 };

/** Append text as a JSON string, up to its first NUL, without blanks at the end. Bytes that are no UTF-8 are
 *  taken as Latin-1. */
void mm_meta_put_text(mm_buf *out, mm_str text);
/** The same of text that is known to be Latin-1, and of UTF-16. */
void mm_meta_put_latin1(mm_buf *out, mm_str text);
void mm_meta_put_utf16(mm_buf *out, mm_str text, bool big_endian);
/** Append a character as UTF-8. */
void mm_meta_put_utf8(mm_buf *out, unsigned code_point);
/** Up to 64 bytes as base64 text, more as {"bytes":N}. */
void mm_meta_put_bytes(mm_buf *out, mm_str bytes);
/** Text up to its first NUL, without blanks at the end. */
mm_str mm_meta_trim(mm_str text);

void mm_meta_exif(mm_str tiff, mm_buf *out);
/** An XMP packet, and what extends it (JPEG), or nothing. */
void mm_meta_xmp(mm_str packet, mm_str extension, mm_buf *out);
void mm_meta_iptc(mm_str datasets, mm_buf *out);

#endif
