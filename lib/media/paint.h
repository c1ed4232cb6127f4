/* paint.h - boxes of a picture made unreadable, and the picture written again in its own format.
 *
 * Runs in a jail worker. What stands in a box afterwards comes from nothing but the means of at most
 * MM_PAINT_CELLS by MM_PAINT_CELLS cells, each rounded to one of MM_PAINT_LEVELS levels a channel: text and faces
 * behind small cells can be found again by trying candidates (Hill et al., "On the (In)effectiveness of Mosaicing and
 * Blurring as Tools for Document Redaction", PoPETs 2016), so cells grow with the box. A blur is drawn from the
 * same means, so that it holds no more than they do. A box holds nothing. What is painted on is opaque.
 *
 *   jpeg   only blocks a box touches get new coefficients, under the same tables; all others stay bit for bit
 *   png    pixels elsewhere, form and every chunk but IDAT stay; of palettes only boxes
 *   webp   becomes lossless, so that pixels elsewhere stay as they were decoded
 *   tiff   pages are packed anew without loss; bmp: in place
 *   gif    stills
 *
 * Boxes are in pixels as stored. Animations, and forms in which one can not be sure where a pixel is, are refused.
 */
#ifndef MM_MEDIA_PAINT_H
#define MM_MEDIA_PAINT_H

#include "mm.h"

typedef enum mm_paint_how { MM_PAINT_BOX, MM_PAINT_PIXELATE, MM_PAINT_BLUR } mm_paint_how;
enum { MM_PAINT_CELLS = 4, MM_PAINT_LEVELS = 16, MM_PAINT_MAX = 4096 };

typedef struct mm_paint {
    int32_t x, y, width, height;  /* parts outside the picture count for nothing */
    uint32_t how;                 /* mm_paint_how */
    uint32_t page;                /* of a TIFF, from 0; 0 elsewhere */
} mm_paint;

/** MM_MEDIA_PAINT: image bytes in, args is an array of mm_paint; the new image out. Metadata should be gone before:
 *  what is left of it stays. */
#define MM_MEDIA_PAINT "image-paint"

/** The work behind it. -1 and MM_EBAD when the picture can not be written again. */
int mm_image_paint(mm_str bytes, const mm_paint *boxes, size_t n, mm_buf *out, mm_err *e);

#endif
