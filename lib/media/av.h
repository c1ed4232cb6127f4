/* av.h - opening audio and video bytes with libavformat; private to lib/media.
 *
 * Runs in a jail worker. Nothing is opened but the bytes in memory: protocols are off, demuxers
 * that follow names to other files are not on the list, one thread, no log.
 */
#ifndef MM_MEDIA_AV_H
#define MM_MEDIA_AV_H

#include <libavformat/avformat.h>

#include "media/media.h"

/** Bytes as FFmpeg reads them. Stays where it is while `io` lives. */
typedef struct mm_av_source {
    mm_str bytes;
    int64_t at;
    int64_t room;  /* bytes that may be read yet: opening is bounded */
    AVIOContext *io;
    AVFormatContext *format;
} mm_av_source;

/** Find the container and its streams, reading no more than 64 MiB (mostly under 5, of which an index may be most); on -1 nothing needs closing. */
int mm_av_open(mm_av_source *s, mm_str bytes, mm_err *e);
/** The same for animated pictures: gif, png, avif. */
int mm_av_open_picture(mm_av_source *s, mm_str bytes, mm_err *e);
void mm_av_close(mm_av_source *s);
/** The container by its plain name: "mp4", "m4a", "mov", "webm" told apart where one demuxer
 *  reads several. */
void mm_av_container(const mm_av_source *s, char *out, size_t room);
/** mm_fail with FFmpeg's text for its error number. */
int mm_av_fail(mm_err *e, const char *what, int error);

/** Empty the comment header within the set-up data of Vorbis and Theora; other codecs are left
 *  as they are. 0 or FFmpeg's error number. */
int mm_xiph_drop_comments(AVCodecParameters *p);

#endif
