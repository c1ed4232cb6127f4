/* recode_track.h - one track of what is written anew: what recode.c and the recode_*.c that know a kind of track share. */
#ifndef MM_MEDIA_RECODE_TRACK_H
#define MM_MEDIA_RECODE_TRACK_H

#include <libavcodec/avcodec.h>

#include "media/mux.h"
#include "media/recode.h"

typedef enum track_way { TRACK_LEFT_OUT, TRACK_COPIED, TRACK_SOUND, TRACK_PICTURE, TRACK_TEXT } track_way;

typedef struct track {
    track_way way;
    int number;
    const mm_recode_jobs *jobs;
    mm_mux *mux;
    AVStream *in, *out;
    AVCodecContext *dec, *enc;
    double start_s;              /* of the file */
    bool other_codec;
    struct track_sound *sound;
    struct track_picture *picture;
    mm_buf text, given;          /* a cue as it becomes, the answer of the job */
    mm_err *e;                   /* of the call under way */
} track;

/* recode_codec.c: the encoder for a track that is decoded by t->dec, opened, into t->enc, and its stream into t->out. */
int track_sound_encoder(track *t);
/** form: of the pictures the job sees; the encoder may want another (t->enc->pix_fmt). */
int track_picture_encoder(track *t, enum AVPixelFormat form);
/** Encode a frame, or with NULL what is left, and write its packets. */
int track_encode(track *t, AVFrame *frame);

/* recode_sound.c, recode_picture.c: frames that t->dec gave; NULL: there are no more. */
int track_sound_open(track *t);
int track_sound_frame(track *t, const AVFrame *frame);
void track_sound_free(track *t);
int track_picture_open(track *t);
int track_picture_frame(track *t, AVFrame *frame);
void track_picture_free(track *t);

/* recode_text.c */
bool track_is_text(const AVStream *st);
int track_text_open(track *t);
/** Change the packet in place, for its writer. */
int track_text_packet(track *t, AVPacket *packet);

#endif
