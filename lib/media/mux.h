/* mux.h - a container written anew, with nothing said in it about what it holds; private to lib/media.
 *
 * What strip.c, which copies every packet, and recode.c, which makes some anew, share. The muxers' bitexact flag keeps
 * out encoder names, dates and random ids.
 *
 *     mm_mux m;
 *     if (mm_mux_open(&m, &in, &out, e) == 0) {
 *         ... mm_mux_copied(&m, stream) or an AVStream of one's own in m.format
 *         mm_mux_begin(&m, e); av_interleaved_write_frame(m.format, packet) ...; mm_mux_end(&m, e);
 *     }
 *     mm_mux_close(&m);
 */
#ifndef MM_MEDIA_MUX_H
#define MM_MEDIA_MUX_H

#include "media/av.h"

typedef struct mm_mux {
    AVFormatContext *format;
    const struct mm_mux_target *target;
    mm_buf *out;   /* borrowed */
    size_t at;     /* where the muxer writes */
} mm_mux;

/** Begin the same kind of container as `in`. -1 also when that kind can not be written; mm_mux_close in any case. */
int mm_mux_open(mm_mux *m, const mm_av_source *in, mm_buf *out, mm_err *e);
/** The kind, as mm_av_container names it. */
const char *mm_mux_container(const mm_mux *m);
/** A stream with the set-up data of `from`, without its metadata, or NULL with FFmpeg's error number. */
AVStream *mm_mux_copied(mm_mux *m, const AVStream *from, int *error);
/** Copy how to turn the picture: without it the video would be seen wrong. 0 or FFmpeg's error number. */
int mm_mux_turned(const AVStream *from, AVStream *to);
int mm_mux_begin(mm_mux *m, mm_err *e);
int mm_mux_end(mm_mux *m, mm_err *e);
void mm_mux_close(mm_mux *m);

/** Is it sound or moving pictures (and no cover)? */
bool mm_av_is_media(const AVStream *st);
/** The bytes without what is appended to sound files for players that know: ID3v1 (128 bytes) and APE tags. */
mm_str mm_av_cut_tags(mm_str s);
/** MM_STRIP_ bits of what the container says of one stream, and of itself. */
uint32_t mm_av_said_of_stream(const AVStream *st);
uint32_t mm_av_said(const AVFormatContext *c);

/** Looked at before a packet is passed on: 1, 0 when it is no sound and is to be left out, or FFmpeg's error number with
 *  *damaged set. *junk: something that belongs to no frame was cut off. */
int mm_packet_check(enum AVCodecID id, AVPacket *packet, bool *junk, bool *damaged);

#endif
