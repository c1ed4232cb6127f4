/* pixels.h - pictures put together from several decoded ones, where FFmpeg's demuxers give none; private to lib/media.
 *
 * Over libavcodec and libswscale, in a jail worker. A composer holds one decoder and at most a few pictures.
 */
#ifndef MM_MEDIA_PIXELS_H
#define MM_MEDIA_PIXELS_H

#include <libavcodec/avcodec.h>

#include "mm.h"

typedef struct mm_composer {
    /** The next picture into out, and when it is shown (-1: not known). 1, 0 at the end, -1. What out then holds is
     *  valid until the next call. */
    int (*next)(void *state, AVFrame *out, double *time_s, mm_err *e);
    void (*close)(void *state);
    void *state;   /* NULL: no composer */
} mm_composer;

/** The primary item of HEIC and AVIF, a grid of tiles or one coded picture. bytes must outlive it. */
int mm_compose_heif(mm_str bytes, int64_t max_pixels, mm_composer *c, mm_err *e);
/** The frames of an animated WebP, each drawn over what was there before. Likewise. */
int mm_compose_webp(mm_str bytes, int64_t max_pixels, mm_composer *c, mm_err *e);

/** A decoder for one picture at a time, within the limit. NULL with e. Owned: avcodec_free_context. */
AVCodecContext *mm_still_decoder(enum AVCodecID id, mm_str config, int64_t max_pixels, mm_err *e);
/** Decode the one picture in these bytes. 0 or -1. */
int mm_still_decode(AVCodecContext *c, mm_str bytes, AVFrame *out, mm_err *e);

#endif
