/* pcm.c - sound as float PCM, through libavcodec and libswresample. */
#include "media/pcm.h"

#ifdef MM_HAVE_MEDIA
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>

#include "media/av.h"

struct mm_pcm {
    mm_pcm_opts o;
    mm_av_source source;
    bool has_source;
    int stream;
    AVCodecContext *codec;
    AVPacket *packet;
    AVFrame *frame;
    const mm_kernels *k;
    float *native, *planes;     /* a frame, interleaved; one plane after the other */
    size_t room;                /* floats in each */
    SwrContext *unusual;        /* from sample formats no kernel reads */
    enum AVSampleFormat unusual_from;
    mm_mixer *mixer;            /* to the rate and the mix that were asked */
    mm_pcm_form stored, form;
    int64_t frames;             /* decoded */
    bool drained, damaged, limited, ended;
};

/* ---- opening ---------------------------------------------------------------- */

static int open_codec(mm_pcm *p, mm_err *e)
{
    AVFormatContext *c = p->source.format;
    p->stream = av_find_best_stream(c, AVMEDIA_TYPE_AUDIO, -1, -1, NULL, 0);
    if (p->stream < 0)
        return mm_fail(e, MM_EBAD, "not decoded: there is no sound in it");
    for (unsigned i = 0; i < c->nb_streams; i++)
        if ((int)i != p->stream)
            c->streams[i]->discard = AVDISCARD_ALL;
    const AVCodecParameters *a = c->streams[p->stream]->codecpar;
    const AVCodec *codec = avcodec_find_decoder(a->codec_id);
    if (!codec)
        return mm_fail(e, MM_EBAD, "not decoded: this FFmpeg has no decoder for %s", avcodec_get_name(a->codec_id));
    p->codec = avcodec_alloc_context3(codec);
    if (!p->codec || avcodec_parameters_to_context(p->codec, a) < 0)
        return mm_fail(e, MM_ESYS, "out of memory");
    p->codec->thread_count = 1;
    p->codec->pkt_timebase = c->streams[p->stream]->time_base;
    int r = avcodec_open2(p->codec, codec, NULL);
    return r < 0 ? mm_av_fail(e, "not decoded", r) : 0;
}

mm_pcm *mm_pcm_open(mm_str bytes, const mm_pcm_opts *o, mm_err *e)
{
    mm_pcm *p = calloc(1, sizeof *p);
    if (!p) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    p->o = *o;
    p->k = mm_simd();
    p->unusual_from = AV_SAMPLE_FMT_NONE;
    p->packet = av_packet_alloc();
    p->frame = av_frame_alloc();
    int r = -1;
    if (!p->packet || !p->frame)
        mm_fail(e, MM_ESYS, "out of memory");
    else if ((r = mm_av_open(&p->source, bytes, e)) == 0) {
        p->has_source = true;
        r = open_codec(p, e);
    }
    if (r == 0)
        return p;
    mm_pcm_close(p);
    return NULL;
}

void mm_pcm_close(mm_pcm *p)
{
    if (!p)
        return;
    avcodec_free_context(&p->codec);
    av_frame_free(&p->frame);
    av_packet_free(&p->packet);
    swr_free(&p->unusual);
    mm_mixer_free(p->mixer);
    if (p->has_source)
        mm_av_close(&p->source);
    free(p->native);
    free(p->planes);
    free(p);
}

mm_pcm_form mm_pcm_form_of(const mm_pcm *p)
{
    return p->form;
}

bool mm_pcm_limited(const mm_pcm *p)
{
    return p->limited;
}

/* ---- decoding --------------------------------------------------------------- */

/* Damaged packets are passed over as long as others follow. */
static void feed(mm_pcm *p)
{
    int r;
    while ((r = av_read_frame(p->source.format, p->packet)) >= 0 && p->packet->stream_index != p->stream)
        av_packet_unref(p->packet);
    p->drained = r < 0;
    r = avcodec_send_packet(p->codec, p->drained ? NULL : p->packet);
    p->damaged |= r < 0;
    av_packet_unref(p->packet);
}

/* A frame with samples into p->frame: 1, 0 at the end. */
static int decode(mm_pcm *p)
{
    for (;;) {
        int r = avcodec_receive_frame(p->codec, p->frame);
        if (r == 0 && p->frame->nb_samples > 0 && p->frame->sample_rate > 0)
            return 1;
        if (r == AVERROR_EOF || (r < 0 && p->drained))
            return 0;
        if (r == AVERROR(EAGAIN))
            feed(p);
        else if (r < 0)
            p->damaged = true;
    }
}

static mm_pcm_form form_of(const AVFrame *f)
{
    const AVChannelLayout *l = &f->ch_layout;
    return (mm_pcm_form){ f->sample_rate, l->nb_channels, l->order == AV_CHANNEL_ORDER_NATIVE ? l->u.mask : 0 };
}

/* The first frame says what form the sound has; a stream that changes it ends there. */
static int settle_form(mm_pcm *p, mm_err *e)
{
    mm_pcm_form f = form_of(p->frame);
    if (p->frames)
        return f.rate_hz == p->stored.rate_hz && f.channels == p->stored.channels;
    if (f.channels < 1 || f.channels > MM_PCM_MAX_CHANNELS)
        return mm_fail(e, MM_EBAD, "not decoded: sound of %d channels", f.channels);
    p->stored = p->form = f;
    if (p->o.rate_hz == 0 && !p->o.mono)
        return 1;
    p->form.rate_hz = p->o.rate_hz ? p->o.rate_hz : f.rate_hz;
    p->form.channels = 1;
    p->form.layout = AV_CH_LAYOUT_MONO;
    p->mixer = mm_mixer_new(f, p->form.rate_hz, e);
    return p->mixer ? 1 : -1;
}

static int grow(mm_pcm *p, size_t n, mm_err *e)
{
    if (n <= p->room)
        return 0;
    free(p->native);
    free(p->planes);
    p->native = malloc(n * sizeof *p->native);
    p->planes = malloc(n * sizeof *p->planes);
    p->room = p->native && p->planes ? n : 0;
    return p->room ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

typedef void (*kernel)(const void *in, size_t n, float *out, mm_pcm_level *l);

static kernel kernel_for(const mm_kernels *k, enum AVSampleFormat packed)
{
    switch (packed) {
    case AV_SAMPLE_FMT_S16: return k->pcm_s16;
    case AV_SAMPLE_FMT_S32: return k->pcm_s32;
    case AV_SAMPLE_FMT_FLT: return k->pcm_f32;
    default: return NULL;
    }
}

static void interleave(const float *planes, int channels, size_t n, float *out)
{
    for (int c = 0; c < channels; c++)
        for (size_t i = 0; i < n; i++)
            out[i * (size_t)channels + (size_t)c] = planes[(size_t)c * n + i];
}

static int read_unusual(mm_pcm *p, size_t n, mm_pcm_level *l, mm_err *e)
{
    AVFrame *f = p->frame;
    if (f->format != p->unusual_from) {
        swr_free(&p->unusual);
        int r = swr_alloc_set_opts2(&p->unusual, &f->ch_layout, AV_SAMPLE_FMT_FLT, f->sample_rate, &f->ch_layout, f->format,
                                    f->sample_rate, 0, NULL);
        if (r < 0 || (r = swr_init(p->unusual)) < 0)
            return mm_av_fail(e, "not decoded", r);
        p->unusual_from = f->format;
    }
    uint8_t *out[1] = { (uint8_t *)p->native };
    int got = swr_convert(p->unusual, out, (int)n, (const uint8_t **)f->extended_data, f->nb_samples);
    if (got < 0)
        return mm_av_fail(e, "not decoded", got);
    p->k->pcm_f32(p->native, (size_t)got * (size_t)p->stored.channels, p->native, l);
    return 0;
}

/* The frame as interleaved floats in p->native. */
static int to_floats(mm_pcm *p, mm_pcm_level *l, mm_err *e)
{
    AVFrame *f = p->frame;
    size_t n = (size_t)f->nb_samples, channels = (size_t)p->stored.channels;
    bool planar = av_sample_fmt_is_planar(f->format) && channels > 1;
    kernel convert = kernel_for(p->k, av_get_packed_sample_fmt(f->format));
    if (grow(p, n * channels, e) < 0)
        return -1;
    if (!convert)
        return read_unusual(p, n, l, e);
    if (!planar) {
        convert(f->extended_data[0], n * channels, p->native, l);
        return 0;
    }
    for (size_t c = 0; c < channels; c++)
        convert(f->extended_data[c], n, p->planes + c * n, l);
    interleave(p->planes, (int)channels, n, p->native);
    return 0;
}

/* Frames of this block that are within max_seconds. */
static size_t within_limit(mm_pcm *p, size_t n)
{
    if (p->o.max_seconds <= 0)
        return n;
    double left = p->o.max_seconds * p->stored.rate_hz - (double)p->frames;
    if ((double)n <= left)
        return n;
    p->limited = true;
    return left > 0 ? (size_t)left : 0;
}

static int give(mm_pcm *p, const float *samples, size_t frames, mm_pcm_block *out)
{
    out->samples = samples;
    out->frames = frames;
    out->damaged = p->damaged;
    p->damaged = false;
    return 1;
}

/* What the filter of the mixer still holds, once. */
static int give_rest(mm_pcm *p, mm_pcm_block *out, mm_err *e)
{
    const float *samples;
    bool first = !p->ended;
    p->ended = true;
    if (!first || !p->mixer)
        return 0;
    int n = mm_mixer_put(p->mixer, NULL, 0, &samples, e);
    return n <= 0 ? n : give(p, samples, (size_t)n, out);
}

int mm_pcm_next(mm_pcm *p, mm_pcm_block *out, mm_err *e)
{
    *out = (mm_pcm_block){ .samples = NULL };
    for (;;) {
        if (p->limited || p->ended || !decode(p))
            break;
        int r = settle_form(p, e);
        if (r < 0 || (r > 0 && to_floats(p, &out->level, e) < 0))
            return -1;
        p->damaged |= r == 0 || p->frame->decode_error_flags != 0;
        if (r == 0)
            break;
        size_t n = within_limit(p, (size_t)p->frame->nb_samples);
        p->frames += (int64_t)n;
        if (n == 0)
            break;
        if (!p->mixer)
            return give(p, p->native, n, out);
        const float *mixed;
        int got = mm_mixer_put(p->mixer, p->native, n, &mixed, e);
        if (got < 0)
            return -1;
        if (got > 0)
            return give(p, mixed, (size_t)got, out);
    }
    if (p->frames == 0 && !p->limited)
        return mm_fail(e, MM_EBAD, "not decoded: no sound could be had from it");
    return give_rest(p, out, e);
}

/* ---- resampling ------------------------------------------------------------- */

struct mm_mixer {
    SwrContext *swr;
    float *out;
    int room;
};

static AVChannelLayout layout_of(mm_pcm_form from)
{
    AVChannelLayout l = { 0 };
    if (from.layout)
        av_channel_layout_from_mask(&l, from.layout);
    else
        av_channel_layout_default(&l, from.channels);
    return l;
}

mm_mixer *mm_mixer_new(mm_pcm_form from, int rate_hz, mm_err *e)
{
    mm_mixer *m = calloc(1, sizeof *m);
    AVChannelLayout in = layout_of(from), mono = AV_CHANNEL_LAYOUT_MONO;
    if (!m) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    int r = swr_alloc_set_opts2(&m->swr, &mono, AV_SAMPLE_FMT_FLT, rate_hz, &in, AV_SAMPLE_FMT_FLT, from.rate_hz, 0, NULL);
    if (r >= 0)
        r = swr_init(m->swr);
    if (r >= 0)
        return m;
    mm_av_fail(e, "sound can not be mixed to one channel", r);
    mm_mixer_free(m);
    return NULL;
}

/* Resample frames (samples NULL: what is left) into *out, of room for *room samples of `size` bytes, which grows. How many
 * there are. */
static int resample(SwrContext *swr, const void *samples, size_t frames, void **out, int *room, size_t size, mm_err *e)
{
    if (frames > (1 << 24))
        return mm_fail(e, MM_EBAD, "not decoded: a block of %zu samples", frames);
    int want = swr_get_out_samples(swr, (int)frames);
    if (want > *room) {
        free(*out);
        *out = malloc((size_t)want * size);
        *room = *out ? want : 0;
        if (!*out)
            return mm_fail(e, MM_ESYS, "out of memory");
    }
    uint8_t *to[1] = { *out };
    const uint8_t *from[1] = { samples };
    int got = swr_convert(swr, to, *room, samples ? from : NULL, (int)frames);
    return got < 0 ? mm_av_fail(e, "sound can not be resampled", got) : got;
}

int mm_mixer_put(mm_mixer *m, const float *samples, size_t frames, const float **out, mm_err *e)
{
    void *to = m->out;
    int got = resample(m->swr, samples, frames, &to, &m->room, sizeof *m->out, e);
    *out = m->out = to;
    return got;
}

void mm_mixer_free(mm_mixer *m)
{
    if (!m)
        return;
    swr_free(&m->swr);
    free(m->out);
    free(m);
}

struct mm_narrower {
    SwrContext *swr;
    int16_t *out;
    int room;
};

mm_narrower *mm_narrower_new(mm_pcm_form from, int rate_hz, mm_err *e)
{
    mm_narrower *m = calloc(1, sizeof *m);
    AVChannelLayout in = layout_of(from), mono = AV_CHANNEL_LAYOUT_MONO;
    if (!m) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    int r = swr_alloc_set_opts2(&m->swr, &mono, AV_SAMPLE_FMT_S16, rate_hz, &in, AV_SAMPLE_FMT_S16, from.rate_hz, 0, NULL);
    if (r >= 0) {
        av_opt_set_int(m->swr, "filter_size", 16, 0);
        av_opt_set_int(m->swr, "phase_shift", 8, 0);
        av_opt_set_int(m->swr, "linear_interp", 1, 0);
        av_opt_set_double(m->swr, "cutoff", 0.8, 0);
        r = swr_init(m->swr);
    }
    if (r >= 0)
        return m;
    mm_av_fail(e, "sound can not be mixed to one channel", r);
    mm_narrower_free(m);
    return NULL;
}

int mm_narrower_put(mm_narrower *m, const int16_t *samples, size_t frames, const int16_t **out, mm_err *e)
{
    void *to = m->out;
    int got = resample(m->swr, samples, frames, &to, &m->room, sizeof *m->out, e);
    *out = m->out = to;
    return got;
}

void mm_narrower_free(mm_narrower *m)
{
    if (!m)
        return;
    swr_free(&m->swr);
    free(m->out);
    free(m);
}
#endif
