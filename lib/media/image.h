/* image.h - what the header readers share; private to lib/media.
 *
 * Each reader fills what it can, warns of what it can not, and never fails: image.c decides
 * whether anything came of it. Readers look at headers only and are linear in the number of
 * segments, chunks or directory entries.
 */
#ifndef MM_MEDIA_IMAGE_H
#define MM_MEDIA_IMAGE_H

#include "media/bytes.h"
#include "media/media.h"

void mm_image_jpeg(mm_str s, mm_image_facts *f);
void mm_image_png(mm_str s, mm_image_facts *f);
void mm_image_webp(mm_str s, mm_image_facts *f);
void mm_image_gif(mm_str s, mm_image_facts *f);
void mm_image_bmp(mm_str s, mm_image_facts *f);
void mm_image_tiff(mm_str s, mm_image_facts *f);
void mm_image_heif(mm_str s, mm_image_facts *f);

/** Note where metadata of a kind (meta.h) lies; the first place counts. `at` is an address until image.c has seen it. */
void mm_place_note(mm_image_facts *f, int kind, mm_str block);
/** What an EXIF block (a TIFF structure without pixels) says about camera, place, time, turning. */
void mm_exif_read(mm_str tiff, mm_image_facts *f);
/** Note an XMP packet, and whether it tells a position. */
void mm_xmp_note(mm_str packet, mm_image_facts *f);
/** Photoshop image resources (the body of JPEG APP13, TIFF tag 34377): do they hold IPTC? */
void mm_photoshop_note(mm_str resources, mm_image_facts *f);
/** A colour profile, or its beginning: what it is called and for. */
void mm_icc_note(mm_str profile, mm_image_facts *f);
/** Warn when the picture, sound or film is a zip archive, a PDF or HTML as well. */
void mm_polyglot_note(mm_str s, mm_media_warnings *w);
/** Which of heic, heif and avif the file type box announces, or NULL. */
const char *mm_heif_format(mm_str s);

#endif
