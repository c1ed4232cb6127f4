/* pixels_still.c - one picture at a time through libavcodec. */
#ifdef MM_HAVE_MEDIA
#include <limits.h>
#include <string.h>

#include "media/av.h"
#include "media/pixels.h"

enum { PADDING = 64 * 2 * 65536 };  /* pixels: FFmpeg counts rows and columns it adds for alignment */

AVCodecContext *mm_still_decoder(enum AVCodecID id, mm_str config, int64_t max_pixels, mm_err *e)
{
    const AVCodec *codec = avcodec_find_decoder(id);
    AVCodecContext *c = codec ? avcodec_alloc_context3(codec) : NULL;
    if (!c) {
        mm_fail(e, MM_EBAD, "not decoded: this FFmpeg has no decoder for %s", avcodec_get_name(id));
        return NULL;
    }
    c->thread_count = 1;
    c->max_pixels = max_pixels < INT64_MAX - PADDING ? max_pixels + PADDING : INT64_MAX;
    c->flags |= AV_CODEC_FLAG_BITEXACT;
    if (config.n && config.n < INT_MAX / 2 && (c->extradata = av_mallocz(config.n + AV_INPUT_BUFFER_PADDING_SIZE))) {
        memcpy(c->extradata, config.p, config.n);
        c->extradata_size = (int)config.n;
    }
    int r = avcodec_open2(c, codec, NULL);
    if (r >= 0)
        return c;
    avcodec_free_context(&c);
    mm_av_fail(e, "not decoded", r);
    return NULL;
}

int mm_still_decode(AVCodecContext *c, mm_str bytes, AVFrame *out, mm_err *e)
{
    AVPacket *p = av_packet_alloc();
    if (!p || !bytes.n || bytes.n > INT_MAX - AV_INPUT_BUFFER_PADDING_SIZE || av_new_packet(p, (int)bytes.n) < 0) {
        av_packet_free(&p);
        return mm_fail(e, MM_EBAD, "not decoded: a picture of %zu bytes", bytes.n);
    }
    memcpy(p->data, bytes.p, bytes.n);
    p->flags |= AV_PKT_FLAG_KEY;
    int r = avcodec_send_packet(c, p);
    if (r >= 0)
        avcodec_send_packet(c, NULL);
    if (r >= 0)
        r = avcodec_receive_frame(c, out);
    avcodec_flush_buffers(c);
    av_packet_free(&p);
    if (r == AVERROR_EOF)
        return mm_fail(e, MM_EBAD, "not decoded: there is no picture in it");
    return r < 0 ? mm_av_fail(e, "not decoded", r) : 0;
}
#endif
