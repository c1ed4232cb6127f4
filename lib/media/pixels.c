/* pixels.c - frames of pictures and films, through libavcodec and libswscale. */
#include "media/frames.h"

#ifdef MM_HAVE_MEDIA
#include <limits.h>
#include <stdlib.h>
#include <math.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

#include "media/av.h"
#include "media/pixels.h"

struct mm_frames {
    mm_frame_opts o;
    mm_av_source source;      /* for what lies in a container */
    bool has_source;
    int stream;
    mm_composer own;          /* for what is put together here */
    double own_time_s;
    mm_str still;             /* for what a decoder takes whole; .p NULL once it was fed */
    AVCodecContext *codec;
    AVPacket *packet;
    AVFrame *frame;
    struct SwsContext *scaler;
    uint8_t *pixels;
    size_t room;
    int64_t given;
    bool drained, failed;
    const char *limit;
};

enum {
    SLACK = 64,             /* swscale may write past the end of a row, by less than a vector */
    PADDING = 64 * 2 * 65536, /* pixels: FFmpeg counts rows and columns it adds for alignment */
};

/* Formats whose decoder takes a file as one packet. */
static enum AVCodecID still_codec(const char *format)
{
    static const struct {
        const char *format;
        enum AVCodecID codec;
    } known[] = { { "jpeg", AV_CODEC_ID_MJPEG }, { "png", AV_CODEC_ID_PNG }, { "webp", AV_CODEC_ID_WEBP },
                  { "bmp", AV_CODEC_ID_BMP }, { "tiff", AV_CODEC_ID_TIFF } };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strcmp(format, known[i].format))
            return known[i].codec;
    return AV_CODEC_ID_NONE;
}

static int check_size(const mm_frames *f, int64_t width, int64_t height, mm_err *e)
{
    int64_t limit = f->o.max_pixels;
    if (width <= 0 || height <= 0)
        return 0;
    if (width <= limit / height) {
        bool taken = width <= INT_MAX && height <= INT_MAX && av_image_check_size((unsigned)width, (unsigned)height, 0, NULL) >= 0;
        return taken ? 0 : mm_fail(e, MM_EBAD, "not decoded: %lldx%lld pixels are more than FFmpeg takes", (long long)width,
                                   (long long)height);
    }
    return mm_fail(e, MM_EBAD, "not decoded: %lldx%lld pixels are over the limit of %lld", (long long)width, (long long)height,
                   (long long)limit);
}

static int open_codec(mm_frames *f, enum AVCodecID id, const AVCodecParameters *p, mm_err *e)
{
    const AVCodec *codec = avcodec_find_decoder(id);
    if (!codec)
        return mm_fail(e, MM_EBAD, "not decoded: this FFmpeg has no decoder for %s", avcodec_get_name(id));
    f->codec = avcodec_alloc_context3(codec);
    if (!f->codec || (p && avcodec_parameters_to_context(f->codec, p) < 0))
        return mm_fail(e, MM_ESYS, "out of memory");
    f->codec->thread_count = 1;
    f->codec->max_pixels = f->o.max_pixels < INT64_MAX - PADDING ? f->o.max_pixels + PADDING : INT64_MAX;
    f->codec->flags |= AV_CODEC_FLAG_BITEXACT;
    if (f->o.keys_only)
        f->codec->skip_frame = AVDISCARD_NONKEY;
    int r = avcodec_open2(f->codec, codec, NULL);
    return r < 0 ? mm_av_fail(e, "not decoded", r) : 0;
}

static int open_still(mm_frames *f, mm_str bytes, enum AVCodecID id, mm_err *e)
{
    if (bytes.n > INT_MAX - AV_INPUT_BUFFER_PADDING_SIZE)
        return mm_fail(e, MM_EBAD, "not decoded: a picture of %zu bytes", bytes.n);
    f->still = bytes;
    return open_codec(f, id, NULL, e);
}

static int open_stream(mm_frames *f, mm_str bytes, bool picture, mm_err *e)
{
    if (picture && mm_av_open_picture(&f->source, bytes, e) < 0)
        return mm_fail(e, MM_EBAD, "not decoded: FFmpeg can not read this %s", mm_image_format(bytes));
    if (!picture && mm_av_open(&f->source, bytes, e) < 0)
        return -1;
    f->has_source = true;
    f->stream = av_find_best_stream(f->source.format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    if (f->stream < 0)
        return mm_fail(e, MM_EBAD, "not decoded: there are no pictures in it");
    AVFormatContext *c = f->source.format;
    for (unsigned i = 0; i < c->nb_streams; i++)
        if ((int)i != f->stream)
            c->streams[i]->discard = AVDISCARD_ALL;
    const AVCodecParameters *p = c->streams[f->stream]->codecpar;
    if (check_size(f, p->width, p->height, e) < 0)
        return -1;
    return open_codec(f, p->codec_id, p, e);
}

static bool is_composed(const mm_image_facts *facts)
{
    bool heif = !strcmp(facts->format, "heic") || !strcmp(facts->format, "heif");
    return heif || (!strcmp(facts->format, "avif") && facts->tile_columns > 0);
}

/* APNG has its own demuxer; the PNG decoder would show the first frame only. */
static int open_picture(mm_frames *f, mm_str bytes, mm_err *e)
{
    mm_image_facts facts;
    if (mm_image_facts_read(bytes, &facts, e) < 0 || check_size(f, facts.width, facts.height, e) < 0)
        return -1;
    if (is_composed(&facts))
        return mm_compose_heif(bytes, f->o.max_pixels, &f->own, e);
    if (!strcmp(facts.format, "webp") && facts.frames > 1)
        return mm_compose_webp(bytes, f->o.max_pixels, &f->own, e);
    enum AVCodecID id = still_codec(facts.format);
    if (id == AV_CODEC_ID_NONE || (id == AV_CODEC_ID_PNG && facts.frames > 1))
        return open_stream(f, bytes, true, e);
    return open_still(f, bytes, id, e);
}

mm_frames *mm_frames_open(mm_str bytes, const mm_frame_opts *o, mm_err *e)
{
    mm_frames *f = calloc(1, sizeof *f);
    av_log_set_level(AV_LOG_QUIET);
    if (f) {
        f->o = *o;
        if (f->o.max_pixels <= 0)
            f->o.max_pixels = MM_MAX_PIXELS;
        f->packet = av_packet_alloc();
        f->frame = av_frame_alloc();
    }
    int r = -1;
    if (!f || !f->packet || !f->frame)
        mm_fail(e, MM_ESYS, "out of memory");
    else
        r = mm_image_format(bytes) ? open_picture(f, bytes, e) : open_stream(f, bytes, false, e);
    if (r == 0)
        return f;
    mm_frames_close(f);
    return NULL;
}

void mm_frames_close(mm_frames *f)
{
    if (!f)
        return;
    if (f->own.state)
        f->own.close(f->own.state);
    sws_freeContext(f->scaler);
    avcodec_free_context(&f->codec);
    av_frame_free(&f->frame);
    av_packet_free(&f->packet);
    if (f->has_source)
        mm_av_close(&f->source);
    av_free(f->pixels);
    free(f);
}

/* ---- decoding --------------------------------------------------------------- */

/* The next packet into f->packet: 1, or 0 when there is none. */
static int next_packet(mm_frames *f)
{
    if (!f->has_source) {
        mm_str s = f->still;
        f->still = (mm_str){ 0 };
        if (!s.p || av_new_packet(f->packet, (int)s.n) < 0)
            return 0;
        memcpy(f->packet->data, s.p, s.n);
        return 1;
    }
    while (av_read_frame(f->source.format, f->packet) >= 0) {
        bool key = f->packet->flags & AV_PKT_FLAG_KEY;
        if (f->packet->stream_index == f->stream && (key || !f->o.keys_only))
            return 1;
        av_packet_unref(f->packet);
    }
    return 0;
}

/* Damaged packets are passed over as long as others follow. FFmpeg's error number, 0 when fed. */
static int feed(mm_frames *f)
{
    if (f->drained)
        return AVERROR_EOF;
    int r = next_packet(f);
    f->drained = r == 0;
    r = avcodec_send_packet(f->codec, r ? f->packet : NULL);
    av_packet_unref(f->packet);
    return r == AVERROR(ENOMEM) || !f->has_source ? r : 0;
}

static int decode(mm_frames *f, mm_err *e)
{
    int r;
    if (f->own.state) {
        r = f->own.next(f->own.state, f->frame, &f->own_time_s, e);
        f->failed = r < 0;
        return r;
    }
    while ((r = avcodec_receive_frame(f->codec, f->frame)) != 0) {
        if (r == AVERROR_EOF)
            break;
        if ((r != AVERROR(EAGAIN) && !f->has_source) || (r = feed(f)) < 0)
            break;
    }
    if (r == 0)
        return 1;
    if (r == AVERROR_EOF && f->given)
        return 0;
    f->failed = true;
    return r == AVERROR_EOF ? mm_fail(e, MM_EBAD, "not decoded: there are no pictures in it") : mm_av_fail(e, "not decoded", r);
}

/* ---- pixels ----------------------------------------------------------------- */

static void fit(const mm_frames *f, int *width, int *height)
{
    int side = f->o.max_side, longer = *width > *height ? *width : *height;
    if (side <= 0 || longer <= side)
        return;
    *width = (int)(((int64_t)*width * side + longer / 2) / longer);
    *height = (int)(((int64_t)*height * side + longer / 2) / longer);
    *width += *width == 0;
    *height += *height == 0;
}

/* The "J" formats say full range by their name. */
static enum AVPixelFormat plain_format(enum AVPixelFormat format, bool *full)
{
    static const enum AVPixelFormat pairs[][2] = {
        { AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV420P }, { AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUV422P },
        { AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUV444P }, { AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUV440P },
        { AV_PIX_FMT_YUVJ411P, AV_PIX_FMT_YUV411P } };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (format == pairs[i][0]) {
            *full = true;
            return pairs[i][1];
        }
    return format;
}

static int make_scaler(mm_frames *f, int width, int height, mm_err *e)
{
    const AVFrame *in = f->frame;
    bool full = in->color_range == AVCOL_RANGE_JPEG;
    enum AVPixelFormat from = plain_format(in->format, &full);
    enum AVPixelFormat to = f->o.form == MM_PIXELS_GRAY ? AV_PIX_FMT_GRAY8 : AV_PIX_FMT_RGB24;
    int flags = (width < in->width || height < in->height ? SWS_AREA : SWS_BILINEAR) | SWS_ACCURATE_RND | SWS_BITEXACT |
                SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP;
    f->scaler = sws_getCachedContext(f->scaler, in->width, in->height, from, width, height, to, flags, NULL, NULL, NULL);
    if (!f->scaler)
        return mm_fail(e, MM_EBAD, "not decoded: pixels of the kind %s", av_get_pix_fmt_name(in->format));
    int space = in->colorspace == AVCOL_SPC_UNSPECIFIED ? SWS_CS_DEFAULT : in->colorspace;
    sws_setColorspaceDetails(f->scaler, sws_getCoefficients(space), full, sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16,
                             1 << 16);
    return 0;
}

static int convert(mm_frames *f, mm_frame *out, mm_err *e)
{
    AVFrame *in = f->frame;
    int width = in->width, height = in->height, bytes = f->o.form == MM_PIXELS_GRAY ? 1 : 3;
    if (check_size(f, width, height, e) < 0)
        return -1;
    fit(f, &width, &height);
    size_t need = (size_t)width * (size_t)height * (size_t)bytes + SLACK;
    if (need > f->room) {
        av_free(f->pixels);
        f->pixels = av_malloc(need);
        f->room = f->pixels ? need : 0;
    }
    if (!f->pixels)
        return mm_fail(e, MM_EBAD, "not decoded: %dx%d pixels need more memory than there is", in->width, in->height);
    if (make_scaler(f, width, height, e) < 0)
        return -1;
    uint8_t *rows[4] = { f->pixels };
    int strides[4] = { width * bytes };
    if (sws_scale(f->scaler, (const uint8_t *const *)in->data, in->linesize, 0, in->height, rows, strides) != height)
        return mm_fail(e, MM_EBAD, "not decoded: pixels of the kind %s", av_get_pix_fmt_name(in->format));
    out->pixels = f->pixels;
    out->width = width;
    out->height = height;
    return 0;
}

static double shown_at(const mm_frames *f)
{
    int64_t ticks = f->frame->best_effort_timestamp;
    if (f->own.state)
        return f->own_time_s;
    if (!f->has_source || ticks == AV_NOPTS_VALUE)
        return -1;
    const AVStream *st = f->source.format->streams[f->stream];
    int64_t start = st->start_time == AV_NOPTS_VALUE ? 0 : st->start_time;
    return (double)(ticks - start) * av_q2d(st->time_base);
}

int mm_frames_next(mm_frames *f, mm_frame *out, mm_err *e)
{
    memset(out, 0, sizeof *out);
    if (f->failed || f->limit)
        return f->failed ? mm_fail(e, MM_EBAD, "not decoded further") : 0;
    if (f->o.max_frames > 0 && f->given >= f->o.max_frames) {
        f->limit = "frames";
        return 0;
    }
    int r = decode(f, e);
    if (r <= 0)
        return r;
    out->time_s = shown_at(f);
    if (f->o.max_seconds > 0 && out->time_s > f->o.max_seconds) {
        f->limit = "seconds";
        return 0;
    }
    out->stored_width = f->frame->width;
    out->stored_height = f->frame->height;
    out->key = f->frame->key_frame;
    out->damaged = f->frame->decode_error_flags || f->frame->flags & AV_FRAME_FLAG_CORRUPT;
    f->given++;
    f->failed = convert(f, out, e) < 0;
    av_frame_unref(f->frame);
    return f->failed ? -1 : 1;
}

int mm_frames_seek(mm_frames *f, double seconds, mm_err *e)
{
    if (!f->has_source || f->failed)
        return mm_fail(e, MM_EBAD, "a still has no times to go to");
    AVStream *st = f->source.format->streams[f->stream];
    int64_t start = st->start_time == AV_NOPTS_VALUE ? 0 : st->start_time;
    int64_t ticks = start + (int64_t)floor(seconds / av_q2d(st->time_base) + 1e-6);  /* 0.3 s are three ticks of 0.1 s */
    int r = av_seek_frame(f->source.format, f->stream, ticks, AVSEEK_FLAG_BACKWARD);
    if (r < 0)
        return mm_av_fail(e, "cannot go to a time in it", r);
    avcodec_flush_buffers(f->codec);
    f->drained = false;
    return 0;
}

const char *mm_frames_limit(const mm_frames *f)
{
    return f->limit;
}

#else

mm_frames *mm_frames_open(mm_str bytes, const mm_frame_opts *o, mm_err *e)
{
    mm_fail(e, MM_EBAD, "not decoded: this build leaves FFmpeg out");
    return NULL;
}

int mm_frames_next(mm_frames *f, mm_frame *out, mm_err *e)
{
    return 0;
}

int mm_frames_seek(mm_frames *f, double seconds, mm_err *e)
{
    return -1;
}

const char *mm_frames_limit(const mm_frames *f)
{
    return NULL;
}

void mm_frames_close(mm_frames *f)
{
}
#endif
