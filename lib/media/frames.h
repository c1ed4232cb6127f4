/* frames.h - pictures and films as pixels: bytes -> frames -> close; private to jail workers.
 *
 * Runs in a jail worker, over libavcodec and libswscale. Stills and animations (jpeg, png, gif, webp, bmp, tiff, heic, avif)
 * and the video of any container av.h opens come out alike: frame by frame, as packed 8-bit RGB or gray,
 * scaled down where asked. Pixels lie as stored: nothing is turned by an orientation. Transparency is
 * ignored. What a frame is made of is the same on every machine (bit-exact decoding and scaling).
 *
 *     mm_frame_opts o = { .form = MM_PIXELS_RGB, .max_frames = 1 };
 *     mm_frames *f = mm_frames_open(bytes, &o, e);
 *     while (f && (r = mm_frames_next(f, &frame, e)) == 1) ...
 *     mm_frames_close(f);
 *
 * Limits are looked at before memory is taken.
 */
#ifndef MM_MEDIA_FRAMES_H
#define MM_MEDIA_FRAMES_H

#include "mm.h"

typedef enum mm_pixels { MM_PIXELS_RGB, MM_PIXELS_GRAY } mm_pixels;

enum { MM_MAX_PIXELS = 100 * 1000 * 1000 };

/** Zero is a default everywhere. */
typedef struct mm_frame_opts {
    mm_pixels form;
    int max_side;        /* scale down (by area) until neither side is longer; 0: as stored */
    bool keys_only;      /* of a film, only the frames that stand by themselves */
    /* limits */
    int64_t max_pixels;  /* of a frame as stored; MM_MAX_PIXELS */
    int64_t max_frames;  /* no limit */
    double max_seconds;  /* of playing time; no limit */
} mm_frame_opts;

typedef struct mm_frame {
    const uint8_t *pixels;  /* rows from the top without gaps, 3 bytes a pixel (red, green, blue) or 1; borrowed
                               until the next call */
    int width, height;      /* of these pixels */
    int stored_width, stored_height;
    double time_s;          /* when it is shown; -1 when that is not known */
    bool key;
    bool damaged;           /* the decoder had to guess at some of it */
} mm_frame;

typedef struct mm_frames mm_frames;

/** NULL and MM_EBAD with the reason: no picture, over a limit, of a kind that can not be decoded. `bytes` must
 *  outlive it. */
mm_frames *mm_frames_open(mm_str bytes, const mm_frame_opts *o, mm_err *e);
/** 1 with *out set; 0 at the end or at a limit; -1 when no more can be decoded. */
int mm_frames_next(mm_frames *f, mm_frame *out, mm_err *e);
/** Go on with the last key frame at or before that time. Stills have none: -1. */
int mm_frames_seek(mm_frames *f, double seconds, mm_err *e);
/** The limit that ended it ("frames", "seconds"), or NULL. */
const char *mm_frames_limit(const mm_frames *f);
void mm_frames_close(mm_frames *f);

#endif
