/* recode.h - a sound or film written anew, with what is heard, shown and read changed on the way; private to jail workers.
 *
 * Runs in a jail worker, over libavformat, libavcodec and libswscale. The same kind of container comes out. Tracks for which
 * there is no job are copied packet by packet and not decoded; the others are decoded, shown to the job in pieces, which it
 * changes in place, and encoded again. What the container says about itself goes as mm_av_strip does it: tags, chapters,
 * attachments, covers, data tracks; subtitles too, but for text tracks where there is a job for texts.
 *
 *     mm_recode_jobs jobs = { .sound = mute, .ctx = &spans };
 *     mm_recode_report report;
 *     if (mm_recode(bytes, &jobs, &out, &report, e) == 0) ... out holds the new file
 *
 * Codecs. The same codec where FFmpeg has an encoder for it (recode_codec.c has the settings):
 *   - lossless (PCM, FLAC, ALAC, TTA, WavPack, A-law and mu-law): the same sample format, and every sample that the job left as
 *     it was is the same, bit for bit;
 *   - other sound: at the bit rate it had, or better;
 *   - pictures: at a quality above the one it had as a rule (x264 and x265 by a constant rate factor, others by a quantiser).
 * Without one: in wav and avi PCM of 16 bits, in flac FLAC, in mp4, mov and m4a AAC, in matroska FLAC, in ogg and webm Vorbis;
 * for pictures H.264, in webm VP9.
 *
 * Fails closed (MM_EBAD): what can not be decoded, a damaged packet in a track that is changed, a track that changes its form
 * on the way, a limit. Equal input gives equal output on one machine: no dates, random ids or names of encoders are written;
 * lossy encoders may round differently on another processor.
 */
#ifndef MM_MEDIA_RECODE_H
#define MM_MEDIA_RECODE_H

#include "mm.h"

enum { MM_RECODE_CHANNELS = 64 };

/** A piece of one sound track. Pieces of a track follow one another without gaps in `at`. */
typedef struct mm_recode_sound {
    float *plane[MM_RECODE_CHANNELS];  /* a channel each, full scale is 1. [0, frames) may be changed; the `ahead` samples
                                          behind them stand as they were decoded: what is done to them is forgotten */
    size_t frames, ahead;     /* ahead: what was asked for, less at the end of the track */
    int channels, rate_hz;
    int track;                /* number of the stream in the file, from 0 */
    uint64_t at;              /* samples of the track before this piece */
    double time_s;            /* of its first sample as the container has it, from the start of the file. at / rate_hz differs
                                 from it where the track begins later or has gaps */
} mm_recode_sound;

/** One picture of a film track, planar, 8 bits a sample; pixels lie as stored (not turned for display). */
typedef struct mm_recode_picture {
    uint8_t *plane[3];        /* Y, U, V; or G, B, R; or Y alone */
    int stride[3];            /* bytes from row to row */
    int planes;               /* 1 or 3 */
    int shift_x, shift_y;     /* planes 1 and 2 are smaller by 1 << shift */
    int width, height;
    bool rgb;                 /* G, B, R */
    uint8_t black[3];         /* what is black in each plane */
    int track;
    uint64_t number;          /* pictures of the track before it */
    double time_s;            /* when it is shown, from the start of the file; -1 when that is not known */
} mm_recode_picture;

/** What is done; NULL: nothing of this kind. A job returns 0, or -1 with the reason in e: then all fails. */
typedef struct mm_recode_jobs {
    int (*sound)(void *ctx, mm_recode_sound *s, mm_err *e);
    size_t ahead;             /* samples to show behind each piece */
    int (*picture)(void *ctx, mm_recode_picture *p, mm_err *e);
    /** The text of one cue, of the codecs SubRip, WebVTT, mov_text and ASS (there without its fields but the name and the text,
     *  each by itself); append what stands in its place to out. Cues come in the order of the file. */
    int (*text)(void *ctx, mm_str text, mm_buf *out, mm_err *e);
    void *ctx;
    int64_t max_pixels;       /* of a picture; 0: MM_MAX_PIXELS (frames.h) */
} mm_recode_jobs;

typedef struct mm_recode_report {
    uint32_t removed;         /* MM_STRIP_ bits (media.h) */
    uint32_t sounds, pictures, texts;  /* tracks written anew */
    uint32_t other_codecs;    /* of these, tracks whose codec is another now */
} mm_recode_report;

/** A job for texts that stay as they are. */
int mm_recode_keep_text(void *ctx, mm_str text, mm_buf *out, mm_err *e);
/** Has the file tracks of text, by its header? -1: it can not be opened. */
int mm_recode_has_texts(mm_str bytes, mm_err *e);
/** out is emptied first. */
int mm_recode(mm_str bytes, const mm_recode_jobs *jobs, mm_buf *out, mm_recode_report *r, mm_err *e);

#endif
