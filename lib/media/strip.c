/* strip.c - the same audio and video in the same kind of container, without anything said about
 * them: packets are copied, metadata, chapters, attachments, pictures, subtitles and data tracks
 * stay behind. */
#ifdef MM_HAVE_MEDIA
#include <libavcodec/avcodec.h>

#include "media/mux.h"

enum { MAX_STREAMS = 64 };

typedef struct remux {
    mm_av_source in;
    mm_mux mux;
    int map[MAX_STREAMS];  /* input stream to output stream, -1 for those left out */
    uint64_t packets;      /* written */
    bool damaged;          /* a packet is not what its checksum says */
    bool junk;             /* bytes between packets, or behind them, that belong to none */
} remux;

static int add_streams(remux *x, mm_err *e)
{
    unsigned n = x->in.format->nb_streams;
    if (n > MAX_STREAMS)
        return mm_fail(e, MM_EBAD, "the file holds %u streams, more than %d", n, MAX_STREAMS);
    for (unsigned i = 0; i < n; i++) {
        int r = 0;
        x->map[i] = -1;
        if (!mm_av_is_media(x->in.format->streams[i]))
            continue;
        AVStream *to = mm_mux_copied(&x->mux, x->in.format->streams[i], &r);
        if (!to)
            return mm_av_fail(e, "a stream can not be copied", r);
        x->map[i] = to->index;
    }
    if (!x->mux.format->nb_streams)
        return mm_fail(e, MM_EBAD, "the file holds neither audio nor video");
    return 0;
}

/* Copy packets to the end. Damage on the way is an error: what could not be read is not passed on
 * as if it were all. */
static int copy_packets(remux *x, mm_err *e)
{
    AVPacket *packet = av_packet_alloc();
    AVStream **from = x->in.format->streams, **into = x->mux.format->streams;
    int r = packet ? 0 : AVERROR(ENOMEM);
    while (r >= 0 && (r = av_read_frame(x->in.format, packet)) >= 0) {
        unsigned i = (unsigned)packet->stream_index;
        int to = i < MAX_STREAMS && i < x->in.format->nb_streams ? x->map[i] : -1;
        r = to < 0 ? 0 : mm_packet_check(from[i]->codecpar->codec_id, packet, &x->junk, &x->damaged);
        if (r <= 0) {
            av_packet_unref(packet);
            continue;
        }
        av_packet_rescale_ts(packet, from[i]->time_base, into[to]->time_base);
        packet->stream_index = to;
        packet->pos = -1;
        x->packets++;
        r = av_interleaved_write_frame(x->mux.format, packet);
    }
    av_packet_free(&packet);
    if (x->damaged)
        return mm_fail(e, MM_EBAD, "a FLAC frame is damaged, or something else is appended to it");
    if (r == AVERROR_EOF && !x->packets)
        return mm_fail(e, MM_EBAD, "the file holds no sound or picture that can be copied");
    return r == AVERROR_EOF ? 0 : mm_av_fail(e, "the streams can not be copied", r);
}

static int remux_to(remux *x, mm_buf *out, mm_err *e)
{
    int status = mm_mux_open(&x->mux, &x->in, out, e);
    if (status == 0)
        status = add_streams(x, e) < 0 || mm_mux_begin(&x->mux, e) < 0 || copy_packets(x, e) < 0 || mm_mux_end(&x->mux, e) < 0 ? -1 : 0;
    mm_mux_close(&x->mux);
    return status;
}

int mm_av_strip(mm_str bytes, mm_buf *out, mm_strip_report *r, mm_err *e)
{
    remux x = { .packets = 0 };
    *r = (mm_strip_report){ 0 };
    mm_str inner = mm_av_cut_tags(bytes);
    if (mm_av_open(&x.in, inner, e) < 0)
        return -1;
    int status = remux_to(&x, out, e);
    if (status == 0 && !mm_str_eq(mm_buf_view(out), bytes)) {
        r->changed = 1;
        r->removed = mm_av_said(x.in.format) | (inner.n < bytes.n ? MM_STRIP_TAGS : 0) | (x.junk ? MM_STRIP_UNUSED : 0);
    }
    mm_av_close(&x.in);
    return status;
}
#endif
