/* sheet.h - what a contact sheet shows of media: small pictures as JPEG, and the shape of sound.
 *
 * Depends on run/jail.h; the work runs in a worker, over frames.h, pcm.h and FFmpeg's JPEG encoder. The same bytes on
 * every machine.
 */
#ifndef MM_MEDIA_SHEET_H
#define MM_MEDIA_SHEET_H

#include "run/jail.h"

/** Media bytes in, mm_sheet_args as `args`; out an mm_sheet and the pictures behind it. */
#define MM_MEDIA_SHEET "media-sheet"

typedef struct mm_sheet_args {
    int32_t side;          /* longest side of a picture, pixels */
    int32_t reserved;
    int64_t max_pixels;    /* of a picture as stored; 0: the default */
    double max_seconds;    /* of sound; 0: no limit */
} mm_sheet_args;

enum { MM_SHEET_PICTURES = 4, MM_SHEET_WAVE = 256 };

typedef struct mm_sheet {
    uint32_t n;            /* pictures: one of an image, turned as it is shown; up to four key frames of a film */
    struct {
        uint32_t width, height;
        uint64_t bytes;    /* of its JPEG; those of all follow one another */
        double time_s;     /* in a film; -1 of an image */
    } picture[MM_SHEET_PICTURES];
    uint32_t n_wave;       /* columns of the waveform; 0 without sound */
    int8_t low[MM_SHEET_WAVE], high[MM_SHEET_WAVE];  /* least and largest sample of each, full scale is 127 */
} mm_sheet;

/** Take the answer apart; jpeg[i] borrows from it. -1 and MM_EBAD when it is none. */
int mm_sheet_take(mm_str answer, mm_sheet *s, mm_str jpeg[MM_SHEET_PICTURES], mm_err *e);

/** The work behind the operation. -1 and MM_EBAD when there is nothing to show. */
int mm_sheet_make(mm_str bytes, const mm_sheet_args *a, mm_buf *out, mm_err *e);

#endif
