/* recode.c - from the packets of a file to the packets of another. */
#include "media/recode.h"

#include "media/media.h"

int mm_recode_keep_text(void *ctx, mm_str text, mm_buf *out, mm_err *e)
{
    mm_buf_str(out, text);
    return 0;
}

#ifdef MM_HAVE_MEDIA
#include <stdlib.h>

#include "media/recode_track.h"

enum { MAX_TRACKS = 64 };

typedef struct recode {
    const mm_recode_jobs *jobs;
    mm_av_source in;
    mm_mux mux;
    track track[MAX_TRACKS];
    unsigned n;
    AVPacket *packet;
    AVFrame *frame;
    bool damaged, junk;
    uint64_t packets;
    mm_err *e;
} recode;

/* ---- opening ---------------------------------------------------------------- */

static track_way way_of(const recode *x, const AVStream *st)
{
    if (st->codecpar->codec_type == AVMEDIA_TYPE_SUBTITLE)
        return x->jobs->text && track_is_text(st) ? TRACK_TEXT : TRACK_LEFT_OUT;
    if (!mm_av_is_media(st))
        return TRACK_LEFT_OUT;
    bool sound = st->codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
    if (sound ? x->jobs->sound != NULL : x->jobs->picture != NULL)
        return sound ? TRACK_SOUND : TRACK_PICTURE;
    return TRACK_COPIED;
}

static int open_decoder(track *t)
{
    const AVCodecParameters *p = t->in->codecpar;
    const AVCodec *codec = avcodec_find_decoder(p->codec_id);
    if (!codec)
        return mm_fail(t->e, MM_EBAD, "this FFmpeg has no decoder for %s", avcodec_get_name(p->codec_id));
    t->dec = avcodec_alloc_context3(codec);
    if (!t->dec || avcodec_parameters_to_context(t->dec, p) < 0)
        return mm_fail(t->e, MM_ESYS, "out of memory");
    t->dec->thread_count = 1;
    t->dec->flags |= AV_CODEC_FLAG_BITEXACT;
    t->dec->pkt_timebase = t->in->time_base;
    int r = avcodec_open2(t->dec, codec, NULL);
    return r < 0 ? mm_av_fail(t->e, "a track can not be decoded", r) : 0;
}

static int open_track(recode *x, unsigned i)
{
    track *t = &x->track[i];
    AVFormatContext *c = x->in.format;
    int r = 0;
    *t = (track){ .number = (int)i, .jobs = x->jobs, .mux = &x->mux, .in = c->streams[i], .e = x->e };
    t->way = way_of(x, t->in);
    t->start_s = c->start_time == AV_NOPTS_VALUE ? 0 : (double)c->start_time / AV_TIME_BASE;
    switch (t->way) {
    case TRACK_LEFT_OUT:
        t->in->discard = AVDISCARD_ALL;
        return 0;
    case TRACK_COPIED:
        t->out = mm_mux_copied(&x->mux, t->in, &r);
        return t->out ? 0 : mm_av_fail(x->e, "a stream can not be copied", r);
    case TRACK_TEXT:
        return track_text_open(t);
    case TRACK_SOUND:
        return open_decoder(t) < 0 ? -1 : track_sound_open(t);
    case TRACK_PICTURE:
        return open_decoder(t) < 0 ? -1 : track_picture_open(t);
    }
    return 0;
}

static int open_tracks(recode *x)
{
    unsigned n = x->in.format->nb_streams;
    if (n > MAX_TRACKS)
        return mm_fail(x->e, MM_EBAD, "the file holds %u streams, more than %d", n, MAX_TRACKS);
    for (x->n = 0; x->n < n; x->n++)
        if (open_track(x, x->n) < 0) {
            x->n++;
            return -1;
        }
    if (!x->mux.format->nb_streams)
        return mm_fail(x->e, MM_EBAD, "the file holds neither audio nor video");
    return 0;
}

static void close_track(track *t)
{
    track_sound_free(t);
    track_picture_free(t);
    avcodec_free_context(&t->dec);
    avcodec_free_context(&t->enc);
    mm_buf_free(&t->text);
    mm_buf_free(&t->given);
}

/* ---- packets ---------------------------------------------------------------- */

/* packet NULL: the track is at its end. */
static int decode(recode *x, track *t, const AVPacket *packet)
{
    int r = avcodec_send_packet(t->dec, packet), done = 0;
    while (r >= 0 && done == 0 && (r = avcodec_receive_frame(t->dec, x->frame)) >= 0)
        done = t->way == TRACK_SOUND ? track_sound_frame(t, x->frame) : track_picture_frame(t, x->frame);
    if (done < 0)
        return -1;
    return r == AVERROR(EAGAIN) || r == AVERROR_EOF ? 0 : mm_av_fail(x->e, "a packet can not be decoded", r);
}

static int copy(recode *x, track *t)
{
    av_packet_rescale_ts(x->packet, t->in->time_base, t->out->time_base);
    x->packet->stream_index = t->out->index;
    x->packet->pos = -1;
    int r = av_interleaved_write_frame(x->mux.format, x->packet);
    return r < 0 ? mm_av_fail(x->e, "a packet can not be written", r) : 0;
}

static int take_packet(recode *x, track *t)
{
    if (t->way == TRACK_LEFT_OUT)
        return 0;
    int r = mm_packet_check(t->in->codecpar->codec_id, x->packet, &x->junk, &x->damaged);
    if (r < 0)
        return mm_fail(x->e, MM_EBAD, "a FLAC frame is damaged, or something else is appended to it");
    if (r == 0)
        return 0;
    x->packets++;
    if (t->way == TRACK_SOUND || t->way == TRACK_PICTURE) {
        if (x->packet->flags & AV_PKT_FLAG_CORRUPT)
            return mm_fail(x->e, MM_EBAD, "a packet is damaged");
        return decode(x, t, x->packet);
    }
    if (t->way == TRACK_TEXT && track_text_packet(t, x->packet) < 0)
        return -1;
    return copy(x, t);
}

static int take_packets(recode *x)
{
    int r, status = 0;
    while (status == 0 && (r = av_read_frame(x->in.format, x->packet)) >= 0) {
        unsigned i = (unsigned)x->packet->stream_index;
        status = i < x->n ? take_packet(x, &x->track[i]) : 0;
        av_packet_unref(x->packet);
    }
    if (status < 0)
        return -1;
    if (r != AVERROR_EOF)
        return mm_av_fail(x->e, "the file can not be read to its end", r);
    return x->packets ? 0 : mm_fail(x->e, MM_EBAD, "the file holds no sound or picture that can be copied");
}

static int drain(recode *x)
{
    for (unsigned i = 0; i < x->n; i++) {
        track *t = &x->track[i];
        if (t->way != TRACK_SOUND && t->way != TRACK_PICTURE)
            continue;
        if (decode(x, t, NULL) < 0 || (t->way == TRACK_SOUND && track_sound_frame(t, NULL) < 0) || track_encode(t, NULL) < 0)
            return -1;
    }
    return 0;
}

/* ---- the whole -------------------------------------------------------------- */

static void tell(const recode *x, mm_recode_report *r)
{
    bool left = false;
    r->removed = mm_av_said(x->in.format) | (x->junk ? MM_STRIP_UNUSED : 0);
    for (unsigned i = 0; i < x->n; i++) {
        const track *t = &x->track[i];
        r->sounds += t->way == TRACK_SOUND;
        r->pictures += t->way == TRACK_PICTURE;
        r->texts += t->way == TRACK_TEXT;
        r->other_codecs += t->other_codec;
        left |= t->way == TRACK_LEFT_OUT && t->in->codecpar->codec_type == AVMEDIA_TYPE_SUBTITLE;
    }
    if (!left)
        r->removed &= ~(uint32_t)MM_STRIP_SUBTITLES;
}

static int rewrite(recode *x, mm_buf *out)
{
    x->packet = av_packet_alloc();
    x->frame = av_frame_alloc();
    int status = mm_mux_open(&x->mux, &x->in, out, x->e);
    if (status == 0 && (!x->packet || !x->frame))
        status = mm_fail(x->e, MM_ESYS, "out of memory");
    if (status == 0)
        status = open_tracks(x) < 0 || mm_mux_begin(&x->mux, x->e) < 0 || take_packets(x) < 0 || drain(x) < 0 ||
                 mm_mux_end(&x->mux, x->e) < 0 ? -1 : 0;
    for (unsigned i = 0; i < x->n; i++)
        close_track(&x->track[i]);
    mm_mux_close(&x->mux);
    av_packet_free(&x->packet);
    av_frame_free(&x->frame);
    return status;
}

int mm_recode_has_texts(mm_str bytes, mm_err *e)
{
    mm_av_source in;
    bool any = false;
    if (mm_av_open(&in, mm_av_cut_tags(bytes), e) < 0)
        return -1;
    for (unsigned i = 0; i < in.format->nb_streams; i++)
        any |= track_is_text(in.format->streams[i]);
    mm_av_close(&in);
    return any;
}

int mm_recode(mm_str bytes, const mm_recode_jobs *jobs, mm_buf *out, mm_recode_report *r, mm_err *e)
{
    *r = (mm_recode_report){ 0 };
    out->n = 0;
    recode *x = calloc(1, sizeof *x);
    if (!x)
        return mm_fail(e, MM_ESYS, "out of memory");
    *x = (recode){ .jobs = jobs, .e = e };
    mm_str inner = mm_av_cut_tags(bytes);
    int status = mm_av_open(&x->in, inner, e);
    if (status == 0) {
        status = rewrite(x, out);
        if (status == 0)
            tell(x, r);
        if (status == 0 && inner.n < bytes.n)
            r->removed |= MM_STRIP_TAGS;
        mm_av_close(&x->in);
    }
    free(x);
    return status;
}
#else
int mm_recode_has_texts(mm_str bytes, mm_err *e)
{
    return mm_fail(e, MM_EBAD, "audio and video need FFmpeg, which this build leaves out");
}

int mm_recode(mm_str bytes, const mm_recode_jobs *jobs, mm_buf *out, mm_recode_report *r, mm_err *e)
{
    return mm_fail(e, MM_EBAD, "audio and video need FFmpeg, which this build leaves out");
}
#endif
