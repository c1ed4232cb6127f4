/* shots.h - every picture of an image file as packed RGB: pages of a TIFF, frames of an animation, all else one.
 *
 * Runs in a jail worker. Unlike frames.h it gives all of what a viewer may show, for those who must miss nothing: where a
 * picture is transparent in part, its colours without regard to that, and behind it the opacity as gray, since either
 * may draw the letters. Pixels lie as stored. frames.h decodes what has no library of its own here.
 */
#ifndef MM_MEDIA_SHOTS_H
#define MM_MEDIA_SHOTS_H

#include "mm.h"

enum { MM_SHOTS_MAX = 2000 };

typedef struct mm_shots mm_shots;
/** NULL and MM_EBAD: can not be decoded, or over max_pixels. `bytes` must outlive it. */
mm_shots *mm_shots_open(mm_str bytes, int64_t max_pixels, mm_err *e);
typedef struct mm_shot {
    const uint8_t *rgb;   /* good until the next call */
    int width, height;
    int page;             /* of a TIFF, from 0; 0 elsewhere */
} mm_shot;
/** 1 with *out; 0 at the end; -1 when something of it can not be decoded, is damaged, or there are more than
 *  MM_SHOTS_MAX. */
int mm_shots_next(mm_shots *s, mm_shot *out, mm_err *e);
void mm_shots_close(mm_shots *s);

#endif
