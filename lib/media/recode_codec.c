/* recode_codec.c - which encoder writes a track, and how well. */
#ifdef MM_HAVE_MEDIA
#include "media/recode_track.h"

#include <string.h>

#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>

/* What is written where there is no encoder for the codec a track has. */
static const struct {
    const char *container;
    enum AVCodecID sound, picture;
} otherwise[] = {
    { "wav", AV_CODEC_ID_PCM_S16LE, AV_CODEC_ID_NONE },  { "flac", AV_CODEC_ID_FLAC, AV_CODEC_ID_NONE },
    { "mp3", AV_CODEC_ID_MP3, AV_CODEC_ID_NONE },        { "ogg", AV_CODEC_ID_VORBIS, AV_CODEC_ID_THEORA },
    { "m4a", AV_CODEC_ID_AAC, AV_CODEC_ID_NONE },        { "mp4", AV_CODEC_ID_AAC, AV_CODEC_ID_H264 },
    { "mov", AV_CODEC_ID_AAC, AV_CODEC_ID_H264 },        { "matroska", AV_CODEC_ID_FLAC, AV_CODEC_ID_H264 },
    { "webm", AV_CODEC_ID_VORBIS, AV_CODEC_ID_VP9 },     { "avi", AV_CODEC_ID_PCM_S16LE, AV_CODEC_ID_MPEG4 },
};

/* Encoders that start threads whatever they are told, which a worker may not. */
static bool is_barred(const AVCodec *c)
{
    return !strcmp(c->name, "libx265") || !strcmp(c->name, "libsvtav1") || !strcmp(c->name, "librav1e");
}

static const AVCodec *encoder_of(enum AVCodecID id)
{
    void *at = NULL;
    const AVCodec *c;
    while ((c = av_codec_iterate(&at)) != NULL)
        if (c->id == id && av_codec_is_encoder(c) && !is_barred(c) &&
            !(c->capabilities & (AV_CODEC_CAP_EXPERIMENTAL | AV_CODEC_CAP_HARDWARE | AV_CODEC_CAP_HYBRID)))
            return c;
    return NULL;
}

static const AVCodec *choose(track *t, bool sound)
{
    enum AVCodecID id = t->in->codecpar->codec_id;
    const AVCodec *c = encoder_of(id);
    for (size_t i = 0; !c && i < sizeof otherwise / sizeof *otherwise; i++)
        if (!strcmp(otherwise[i].container, mm_mux_container(t->mux)))
            c = encoder_of(sound ? otherwise[i].sound : otherwise[i].picture);
    if (!c)
        mm_fail(t->e, MM_EBAD, "this FFmpeg has no encoder for %s, nor for what could stand in for it", avcodec_get_name(id));
    t->other_codec = c && c->id != id;
    return c;
}

static AVCodecContext *begin(track *t, const AVCodec *c)
{
    AVCodecContext *x = avcodec_alloc_context3(c);
    if (!x) {
        mm_fail(t->e, MM_ESYS, "out of memory");
        return NULL;
    }
    x->thread_count = 1;
    x->flags |= AV_CODEC_FLAG_BITEXACT;
    if (t->mux->format->oformat->flags & AVFMT_GLOBALHEADER)
        x->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    return t->enc = x;
}

static int finish(track *t, const AVCodec *c)
{
    AVCodecContext *x = t->enc;
    int r = avcodec_open2(x, c, NULL);
    if (r < 0)
        return mm_av_fail(t->e, "the track can not be encoded", r);
    t->out = avformat_new_stream(t->mux->format, NULL);
    if (!t->out || (r = avcodec_parameters_from_context(t->out->codecpar, x)) < 0)
        return mm_fail(t->e, MM_ESYS, "out of memory");
    if ((r = mm_xiph_drop_comments(t->out->codecpar)) < 0)
        return mm_av_fail(t->e, "the track can not be encoded", r);
    t->out->time_base = x->time_base;
    t->out->sample_aspect_ratio = x->sample_aspect_ratio;
    if (c->type == AVMEDIA_TYPE_VIDEO)
        t->out->avg_frame_rate = t->in->avg_frame_rate;
    return (r = mm_mux_turned(t->in, t->out)) < 0 ? mm_av_fail(t->e, "the track can not be encoded", r) : 0;
}

/* ---- sound ------------------------------------------------------------------ */

/* The encoder's form of samples that loses least of what the decoder gives. */
static enum AVSampleFormat sample_form(const AVCodec *c, enum AVSampleFormat given)
{
    enum AVSampleFormat best = AV_SAMPLE_FMT_NONE, base = av_get_packed_sample_fmt(given);
    for (const enum AVSampleFormat *f = c->sample_fmts; f && *f != AV_SAMPLE_FMT_NONE; f++) {
        if (*f == given)
            return given;
        enum AVSampleFormat now = av_get_packed_sample_fmt(*f);
        if (best == AV_SAMPLE_FMT_NONE || now == base ||
            (av_get_packed_sample_fmt(best) != base && av_get_bytes_per_sample(now) > av_get_bytes_per_sample(best)))
            best = *f;
    }
    return best == AV_SAMPLE_FMT_NONE ? given : best;
}

/* Vorbis is asked for a quality, -1 to 10: the first at which a stereo track of 44.1 kHz has this rate or more
 * (nominal rates of the Vorbis set-up of Xiph.Org). */
static int vorbis_quality(int64_t rate_bps, int channels, int rate_hz)
{
    static const int nominal[] = { 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 500 };
    double wanted = (double)rate_bps / 1000 * 2 / channels * 44100 / rate_hz;
    int q = 4;
    while (q < 10 && nominal[q] < wanted)
        q++;
    return q;
}

/* MPEG layer III knows these rates; the next that is no less. */
static int64_t mp3_rate(int64_t rate_bps)
{
    static const int rates[] = { 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320 };
    size_t n = sizeof rates / sizeof *rates, i = 0;
    while (i + 1 < n && (int64_t)rates[i] * 1000 < rate_bps)
        i++;
    return (int64_t)rates[i] * 1000;
}

static void set_rate(track *t, AVCodecContext *x)
{
    const int64_t had = t->in->codecpar->bit_rate, channel = (int64_t)x->ch_layout.nb_channels;
    int64_t least = 64000 * channel;  /* a codec's second generation sounds worse than its first */
    switch (x->codec_id) {
    case AV_CODEC_ID_VORBIS:
        x->flags |= AV_CODEC_FLAG_QSCALE;
        x->global_quality = vorbis_quality(had > least ? had : least, (int)channel, x->sample_rate) * FF_QP2LAMBDA;
        return;
    case AV_CODEC_ID_MP3:
        x->bit_rate = mp3_rate(had > 0 ? had : 2 * least);
        return;
    case AV_CODEC_ID_OPUS:
        least = 32000 * channel;
        break;
    case AV_CODEC_ID_ADPCM_IMA_WAV: case AV_CODEC_ID_ADPCM_MS: case AV_CODEC_ID_AMR_NB:
        return;
    default:
        break;
    }
    x->bit_rate = had > least ? had : least;
}

static bool is_lossless(const AVCodec *c)
{
    const AVCodecDescriptor *d = avcodec_descriptor_get(c->id);
    return av_get_bits_per_sample(c->id) > 0 || (d && (d->props & AV_CODEC_PROP_LOSSLESS) && !(d->props & AV_CODEC_PROP_LOSSY));
}

int track_sound_encoder(track *t)
{
    const AVCodec *c = choose(t, true);
    AVCodecContext *x = c ? begin(t, c) : NULL;
    if (!x)
        return -1;
    x->sample_rate = t->dec->sample_rate;
    x->sample_fmt = sample_form(c, t->dec->sample_fmt);
    x->time_base = (AVRational){ 1, x->sample_rate };
    x->bits_per_raw_sample = t->dec->bits_per_raw_sample;
    int r = 0;
    if (t->dec->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC && c->ch_layouts)
        av_channel_layout_default(&x->ch_layout, t->dec->ch_layout.nb_channels);
    else
        r = av_channel_layout_copy(&x->ch_layout, &t->dec->ch_layout);
    if (r < 0)
        return mm_fail(t->e, MM_ESYS, "out of memory");
    if (!is_lossless(c))
        set_rate(t, x);
    return finish(t, c);
}

/* ---- pictures --------------------------------------------------------------- */

/* Settings by the encoder's name; the others get the finest quantiser but one. */
static const struct {
    const char *encoder, *name, *value;
} settings[] = {
    { "libx264", "preset", "veryfast" }, { "libx264", "crf", "17" },
    { "libx264rgb", "preset", "veryfast" }, { "libx264rgb", "crf", "17" },
    { "libvpx", "deadline", "good" }, { "libvpx", "cpu-used", "4" }, { "libvpx", "crf", "6" },
    { "libvpx-vp9", "deadline", "good" }, { "libvpx-vp9", "cpu-used", "5" }, { "libvpx-vp9", "crf", "18" },
    { "libaom-av1", "cpu-used", "8" }, { "libaom-av1", "crf", "18" },
};

static bool set_quality(track *t, AVCodecContext *x)
{
    enum { FLOOR_BPS = 2000000 };
    bool named = false, fine = true;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (!strcmp(settings[i].encoder, x->codec->name)) {
            named = true;
            fine &= av_opt_set(x->priv_data, settings[i].name, settings[i].value, 0) >= 0;
        }
    if (!strcmp(x->codec->name, "libvpx"))  /* its crf is a floor beneath a rate */
        x->bit_rate = t->in->codecpar->bit_rate * 2 > FLOOR_BPS ? t->in->codecpar->bit_rate * 2 : FLOOR_BPS;
    if (named)
        return fine;
    x->flags |= AV_CODEC_FLAG_QSCALE;
    x->global_quality = (x->codec_id == AV_CODEC_ID_THEORA ? 10 : 2) * FF_QP2LAMBDA;
    return true;
}

static bool takes_form(const AVCodec *c, enum AVPixelFormat form)
{
    for (const enum AVPixelFormat *f = c->pix_fmts; f && *f != AV_PIX_FMT_NONE; f++)
        if (*f == form)
            return true;
    return !c->pix_fmts;
}

/* MPEG-4 counts in at most 65535ths of a second, MPEG-1 and 2 in pictures. */
static AVRational clock_of(const track *t, const AVCodec *c)
{
    AVRational tb = t->in->time_base, rate = av_guess_frame_rate(NULL, t->in, NULL);
    bool counts = c->id == AV_CODEC_ID_MPEG1VIDEO || c->id == AV_CODEC_ID_MPEG2VIDEO;
    if (rate.num > 0 && rate.den > 0 && counts)
        return av_inv_q(rate);
    if (c->id == AV_CODEC_ID_MPEG4 && tb.den > 65535)
        return (AVRational){ 1, 60000 };
    return tb;
}

int track_picture_encoder(track *t, enum AVPixelFormat form)
{
    const AVCodec *c = choose(t, false);
    AVCodecContext *x = c ? begin(t, c) : NULL;
    if (!x)
        return -1;
    const AVCodecContext *from = t->dec;
    x->width = from->width;
    x->height = from->height;
    x->sample_aspect_ratio = t->in->sample_aspect_ratio.num ? t->in->sample_aspect_ratio : from->sample_aspect_ratio;
    x->pix_fmt = takes_form(c, form) ? form : avcodec_find_best_pix_fmt_of_list(c->pix_fmts, form, 0, NULL);
    x->color_range = from->color_range;
    bool rgb = (av_pix_fmt_desc_get(x->pix_fmt)->flags & AV_PIX_FMT_FLAG_RGB) != 0;
    x->colorspace = rgb ? AVCOL_SPC_RGB : from->colorspace == AVCOL_SPC_RGB ? AVCOL_SPC_UNSPECIFIED : from->colorspace;
    x->color_primaries = from->color_primaries;
    x->color_trc = from->color_trc;
    x->chroma_sample_location = from->chroma_sample_location;
    x->framerate = av_guess_frame_rate(t->mux->format, t->in, NULL);
    x->time_base = clock_of(t, c);
    x->max_b_frames = 0;
    if (!set_quality(t, x))
        return mm_fail(t->e, MM_EBAD, "this FFmpeg does not know the settings of %s", c->name);
    return finish(t, c);
}

/* ---- both ------------------------------------------------------------------- */

static int write_packet(track *t, AVPacket *packet)
{
    AVRational rate = t->enc->framerate;
    if (!packet->duration && t->enc->codec_type == AVMEDIA_TYPE_VIDEO && rate.num > 0 && rate.den > 0)
        packet->duration = av_rescale_q(1, av_inv_q(rate), t->enc->time_base);
    av_packet_rescale_ts(packet, t->enc->time_base, t->out->time_base);
    packet->stream_index = t->out->index;
    int r = av_interleaved_write_frame(t->mux->format, packet);
    return r < 0 ? mm_av_fail(t->e, "a packet can not be written", r) : 0;
}

int track_encode(track *t, AVFrame *frame)
{
    AVPacket *packet = av_packet_alloc();
    int r = packet ? avcodec_send_frame(t->enc, frame) : AVERROR(ENOMEM), wrote = 0;
    while (r >= 0 && wrote == 0 && (r = avcodec_receive_packet(t->enc, packet)) >= 0)
        wrote = write_packet(t, packet);
    av_packet_free(&packet);
    if (wrote < 0)
        return -1;
    return r == AVERROR(EAGAIN) || r == AVERROR_EOF ? 0 : mm_av_fail(t->e, "the track can not be encoded", r);
}
#endif
