/* pcm.h - sound as float PCM: bytes -> blocks -> close, as frames.h does for pixels; private to jail workers.
 *
 * Runs in a jail worker, over libavcodec and libswresample. The best sound track of what av.h opens comes out
 * block by block, interleaved, at its own rate and with its own channels, or resampled and mixed where asked.
 *
 *     mm_pcm_opts o = { .max_seconds = 600 };
 *     mm_pcm *p = mm_pcm_open(bytes, &o, e);
 *     while (p && (r = mm_pcm_next(p, &block, e)) == 1) ...
 *     mm_pcm_close(p);
 */
#ifndef MM_MEDIA_PCM_H
#define MM_MEDIA_PCM_H

#include "mm.h"

enum { MM_PCM_MAX_CHANNELS = 64 };

/** Zero is a default everywhere. */
typedef struct mm_pcm_opts {
    int rate_hz;         /* resample to; 0: as stored */
    bool mono;           /* mix to one channel */
    double max_seconds;  /* stop there; no limit */
} mm_pcm_opts;

typedef struct mm_pcm_form {
    int rate_hz, channels;
    uint64_t layout;     /* FFmpeg's channel mask; 0 when that is not known */
} mm_pcm_form;

typedef struct mm_pcm_block {
    const float *samples;  /* frames * channels, full scale is 1; borrowed until the next call */
    size_t frames;
    bool damaged;          /* the decoder had to guess, or dropped what came before */
    mm_pcm_level level;    /* of what was decoded, before resampling and mixing */
} mm_pcm_block;

typedef struct mm_pcm mm_pcm;

/** NULL and MM_EBAD with the reason: no sound in it, or of a kind that can not be decoded. `bytes` must outlive it. */
mm_pcm *mm_pcm_open(mm_str bytes, const mm_pcm_opts *o, mm_err *e);
/** 1 with *out set; 0 at the end or the limit; -1 and MM_EBAD when nothing could be decoded. */
int mm_pcm_next(mm_pcm *p, mm_pcm_block *out, mm_err *e);
/** The form of the blocks; known once the first was given. */
mm_pcm_form mm_pcm_form_of(const mm_pcm *p);
/** Did max_seconds end it? */
bool mm_pcm_limited(const mm_pcm *p);
void mm_pcm_close(mm_pcm *p);

/** One stream of float PCM resampled and mixed to one channel, for those who need sound as it is stored too. */
typedef struct mm_mixer mm_mixer;
mm_mixer *mm_mixer_new(mm_pcm_form from, int rate_hz, mm_err *e);
/** *out borrows until the next call; frames 0: what the filter still holds, at the end. Returns how many frames, or -1. */
int mm_mixer_put(mm_mixer *m, const float *samples, size_t frames, const float **out, mm_err *e);
void mm_mixer_free(mm_mixer *m);
/** 16-bit PCM mixed to one channel and resampled as fpcalc has FFmpeg do it, so that fingerprints are the same. */
typedef struct mm_narrower mm_narrower;
mm_narrower *mm_narrower_new(mm_pcm_form from, int rate_hz, mm_err *e);
/** As mm_mixer_put. */
int mm_narrower_put(mm_narrower *m, const int16_t *samples, size_t frames, const int16_t **out, mm_err *e);
void mm_narrower_free(mm_narrower *m);

#endif
