/* meta_blocks.h - metadata out of the wrappings of its format; private to lib/media.
 *
 * Depends on zlib, for PNG's compressed text; runs in a worker. What is unwrapped is at most 16 MiB.
 */
#ifndef MM_MEDIA_META_BLOCKS_H
#define MM_MEDIA_META_BLOCKS_H

#include "media/media.h"

/** The block of a kind (meta.h) as EXIF, XMP and IPTC have it, borrowed from the image or from room; empty where there
 *  is none or where it can not be unwrapped. */
mm_str mm_meta_block(mm_str image, const mm_image_facts *f, int kind, mm_buf *room);
/** The extended packet that a JPEG's XMP packet names (XMP part 3, section 1.1.3.1), in room; else empty. */
mm_str mm_meta_xmp_extension(mm_str image, const mm_image_facts *f, mm_str packet, mm_buf *room);

#endif
