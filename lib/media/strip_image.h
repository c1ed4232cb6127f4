/* strip_image.h - what the image strippers share; private to lib/media.
 *
 * Each stripper walks the structure of its format once, copies what is needed to show the picture into
 * out, and names what it left behind. It fails (MM_EBAD) where the structure does not add up: what could
 * not be followed could hide anything. Whether the result differs from the input is seen by
 * strip_image.c, so a stripper need not tell.
 */
#ifndef MM_MEDIA_STRIP_IMAGE_H
#define MM_MEDIA_STRIP_IMAGE_H

#include "media/bytes.h"
#include "media/media.h"

typedef struct mm_strip {
    mm_str in;
    unsigned keep;      /* MM_KEEP_ bits */
    unsigned orientation;  /* 2..8 as EXIF numbers them, by EXIF or else XMP; 0: none to be kept */
    bool xmp_turns;     /* it is XMP that says so, and there is no EXIF */
    uint32_t removed;   /* MM_STRIP_ bits, so far */
    mm_buf *out;
    bool as_it_was;     /* nothing had to go, though out differs in layout: the input stays */
    mm_err *e;
} mm_strip;

int mm_strip_jpeg(mm_strip *x);
int mm_strip_png(mm_strip *x);
int mm_strip_gif(mm_strip *x);
int mm_strip_webp(mm_strip *x);
int mm_strip_bmp(mm_strip *x);
int mm_strip_tiff(mm_strip *x);
int mm_strip_heif(mm_strip *x);

/** A JPEG stream within another file (TIFF strips and tables), which may be without its own frame or scan.
 *  Appends to x->out; `in` must be the stream and nothing else. */
int mm_strip_jpeg_part(mm_strip *x, mm_str in);

/** What EXIF says of showing the picture, to be written again. */
typedef struct mm_exif_kept {
    unsigned orientation;             /* 2..8; 0: none needed */
    uint32_t density[2][2];           /* horizontal and vertical as fractions; {0} where not said */
    unsigned unit;                    /* 2 inch, 3 centimetre */
} mm_exif_kept;

/** Take what may be kept out of an EXIF block (a TIFF structure), and note in x->removed what is not. A
 *  block that holds no TIFF structure is only noted. */
void mm_exif_take(mm_strip *x, mm_str tiff, mm_exif_kept *kept);
/** Append an EXIF block that holds this and nothing else; nothing when there is nothing to say. */
void mm_exif_put(const mm_exif_kept *kept, mm_buf *out);

/** Note what a Photoshop resource block (JPEG APP13, TIFF tag 34377) holds. */
void mm_photoshop_removed(mm_strip *x, mm_str resources);

/** mm_fail with MM_EBAD. */
#define STRIP_BAD(x, ...) mm_fail((x)->e, MM_EBAD, __VA_ARGS__)

static inline void mm_put_be(mm_buf *b, uint64_t v, unsigned n)
{
    while (n--)
        mm_buf_byte(b, (char)(v >> 8 * n));
}

static inline void mm_put_le(mm_buf *b, uint64_t v, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        mm_buf_byte(b, (char)(v >> 8 * i));
}

#endif
