/* recode_sound.c - samples out of a decoder, past the job, into an encoder.
 *
 * They are held as the decoder gave them, a channel each, in a window that slides: [0, done) were shown to the job and wait for
 * the encoder, the others wait for the job. The job sees floats; only samples it changed are turned back, so that all others stay
 * what they were in any form. */
#ifdef MM_HAVE_MEDIA
#include "media/recode_track.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <libavutil/samplefmt.h>

enum { BLOCK = 8192 };
#define GAP_S 0.02

/* From this sample on the track is timed anew. */
typedef struct anchor {
    uint64_t at;
    int64_t pts;    /* in time_base of the stream */
} anchor;

struct track_sound {
    uint8_t *raw[MM_RECODE_CHANNELS];
    float *plane[MM_RECODE_CHANNELS];
    enum AVSampleFormat form;    /* packed, of raw */
    size_t width;                /* bytes a sample */
    int channels, rate_hz;
    size_t room, n, done;        /* samples of each channel */
    uint64_t at;                 /* samples of the track before raw[.][0] */
    anchor *anchors;
    size_t n_anchors, anchors_room;
    AVFrame *frame;
    bool ended;
};

/* ---- samples ---------------------------------------------------------------- */

static double sample_at(enum AVSampleFormat form, const uint8_t *p, size_t i)
{
    switch (form) {
    case AV_SAMPLE_FMT_U8: return (p[i] - 128) / 128.0;
    case AV_SAMPLE_FMT_S16: return ((const int16_t *)(const void *)p)[i] / 32768.0;
    case AV_SAMPLE_FMT_S32: return ((const int32_t *)(const void *)p)[i] / 2147483648.0;
    case AV_SAMPLE_FMT_S64: return (double)((const int64_t *)(const void *)p)[i] / 9223372036854775808.0;
    case AV_SAMPLE_FMT_FLT: return ((const float *)(const void *)p)[i];
    default: return ((const double *)(const void *)p)[i];
    }
}

static int64_t whole(double v, double full)
{
    v = nearbyint(v * full);
    if (v >= full)
        return full >= 9223372036854775808.0 ? INT64_MAX : (int64_t)full - 1;
    return v < -full ? (int64_t)-full : (int64_t)v;
}

static void put_sample(enum AVSampleFormat form, uint8_t *p, size_t i, double v)
{
    if (!isfinite(v))
        v = 0;
    switch (form) {
    case AV_SAMPLE_FMT_U8: p[i] = (uint8_t)(whole(v, 128) + 128); break;
    case AV_SAMPLE_FMT_S16: ((int16_t *)(void *)p)[i] = (int16_t)whole(v, 32768); break;
    case AV_SAMPLE_FMT_S32: ((int32_t *)(void *)p)[i] = (int32_t)whole(v, 2147483648.0); break;
    case AV_SAMPLE_FMT_S64: ((int64_t *)(void *)p)[i] = whole(v, 9223372036854775808.0); break;
    case AV_SAMPLE_FMT_FLT: ((float *)(void *)p)[i] = (float)v; break;
    default: ((double *)(void *)p)[i] = v; break;
    }
}

static float shown(const struct track_sound *s, int c, size_t i)
{
    float v = (float)sample_at(s->form, s->raw[c], i);
    return isfinite(v) ? v : 0;
}

/* ---- opening ---------------------------------------------------------------- */

int track_sound_open(track *t)
{
    struct track_sound *s = t->sound = calloc(1, sizeof *s);
    if (!s || !(s->frame = av_frame_alloc()))
        return mm_fail(t->e, MM_ESYS, "out of memory");
    s->channels = t->dec->ch_layout.nb_channels;
    s->rate_hz = t->dec->sample_rate;
    s->form = av_get_packed_sample_fmt(t->dec->sample_fmt);
    if (s->form == AV_SAMPLE_FMT_NONE || s->rate_hz <= 0 || s->channels < 1)
        return mm_fail(t->e, MM_EBAD, "the form of the sound is not known");
    if (s->channels > MM_RECODE_CHANNELS)
        return mm_fail(t->e, MM_EBAD, "sound of %d channels", s->channels);
    s->width = (size_t)av_get_bytes_per_sample(s->form);
    for (int c = 0; c < s->channels; c++)
        if (!(s->plane[c] = malloc((BLOCK + t->jobs->ahead) * sizeof(float))))
            return mm_fail(t->e, MM_ESYS, "out of memory");
    return track_sound_encoder(t);
}

void track_sound_free(track *t)
{
    struct track_sound *s = t->sound;
    if (!s)
        return;
    for (int c = 0; c < s->channels && c < MM_RECODE_CHANNELS; c++) {
        free(s->raw[c]);
        free(s->plane[c]);
    }
    free(s->anchors);
    av_frame_free(&s->frame);
    free(s);
}

/* ---- time ------------------------------------------------------------------- */

/* The time of a sample in time_base, by the last anchor at or before it. */
static int64_t pts_of(const track *t, uint64_t at)
{
    const struct track_sound *s = t->sound;
    size_t i = s->n_anchors;
    while (i > 1 && s->anchors[i - 1].at > at)
        i--;
    anchor a = i ? s->anchors[i - 1] : (anchor){ 0, 0 };
    return a.pts + av_rescale_q((int64_t)(at - a.at), (AVRational){ 1, s->rate_hz }, t->in->time_base);
}

/* Where the container says that a frame begins later than the samples before it end, time goes on from there. */
static int note_time(track *t, int64_t pts)
{
    struct track_sound *s = t->sound;
    uint64_t at = s->at + s->n;
    double tick = av_q2d(t->in->time_base);
    if (pts == AV_NOPTS_VALUE)
        pts = s->n_anchors ? pts_of(t, at) : 0;
    if (s->n_anchors && (double)(pts - pts_of(t, at)) * tick <= GAP_S + 2 * tick)
        return 0;
    if (s->n_anchors == s->anchors_room) {
        size_t room = s->anchors_room ? 2 * s->anchors_room : 8;
        anchor *more = realloc(s->anchors, room * sizeof *more);
        if (!more)
            return mm_fail(t->e, MM_ESYS, "out of memory");
        s->anchors = more;
        s->anchors_room = room;
    }
    s->anchors[s->n_anchors++] = (anchor){ at, pts };
    return 0;
}

/* ---- the window ------------------------------------------------------------- */

static int grow(track *t, size_t n)
{
    struct track_sound *s = t->sound;
    if (s->n + n <= s->room)
        return 0;
    size_t room = 2 * (s->n + n);
    for (int c = 0; c < s->channels; c++) {
        uint8_t *more = realloc(s->raw[c], room * s->width);
        if (!more)
            return mm_fail(t->e, MM_ESYS, "out of memory");
        s->raw[c] = more;
    }
    s->room = room;
    return 0;
}

static void take_in(struct track_sound *s, const AVFrame *f)
{
    size_t n = (size_t)f->nb_samples, w = s->width, channels = (size_t)s->channels;
    for (size_t c = 0; c < channels; c++) {
        uint8_t *to = s->raw[c] + s->n * w;
        if (av_sample_fmt_is_planar(f->format)) {
            memcpy(to, f->extended_data[c], n * w);
            continue;
        }
        const uint8_t *from = f->extended_data[0] + c * w;
        for (size_t i = 0; i < n; i++)
            memcpy(to + i * w, from + i * channels * w, w);
    }
    s->n += n;
}

static int show(track *t, size_t frames, size_t ahead)
{
    struct track_sound *s = t->sound;
    mm_recode_sound piece = { .frames = frames, .ahead = ahead, .channels = s->channels, .rate_hz = s->rate_hz, .track = t->number,
                              .at = s->at + s->done };
    piece.time_s = (double)pts_of(t, piece.at) * av_q2d(t->in->time_base) - t->start_s;
    for (int c = 0; c < s->channels; c++) {
        piece.plane[c] = s->plane[c];
        for (size_t i = 0; i < frames + ahead; i++)
            s->plane[c][i] = shown(s, c, s->done + i);
    }
    if (t->jobs->sound(t->jobs->ctx, &piece, t->e) < 0)
        return -1;
    for (int c = 0; c < s->channels; c++)
        for (size_t i = 0; i < frames; i++)
            if (s->plane[c][i] != shown(s, c, s->done + i))
                put_sample(s->form, s->raw[c], s->done + i, s->plane[c][i]);
    s->done += frames;
    return 0;
}

static int show_ready(track *t)
{
    struct track_sound *s = t->sound;
    size_t ahead = t->jobs->ahead;
    while (s->ended ? s->n > s->done : s->n - s->done >= BLOCK + ahead) {
        size_t left = s->n - s->done, frames = left < BLOCK ? left : BLOCK;
        if (show(t, frames, left - frames < ahead ? left - frames : ahead) < 0)
            return -1;
    }
    return 0;
}

/* ---- out -------------------------------------------------------------------- */

static int fill_frame(track *t, size_t n)
{
    struct track_sound *s = t->sound;
    AVFrame *f = s->frame;
    av_frame_unref(f);
    f->nb_samples = (int)n;
    f->format = t->enc->sample_fmt;
    f->sample_rate = t->enc->sample_rate;
    f->pts = av_rescale_q(pts_of(t, s->at), t->in->time_base, t->enc->time_base);
    if (av_channel_layout_copy(&f->ch_layout, &t->enc->ch_layout) < 0 || av_frame_get_buffer(f, 0) < 0)
        return mm_fail(t->e, MM_ESYS, "out of memory");
    enum AVSampleFormat form = av_get_packed_sample_fmt(f->format);
    bool planar = av_sample_fmt_is_planar(f->format) != 0;
    size_t step = planar ? 1 : (size_t)s->channels, w = (size_t)av_get_bytes_per_sample(form);
    for (int c = 0; c < s->channels; c++) {
        uint8_t *to = planar ? f->extended_data[c] : f->extended_data[0] + (size_t)c * w;
        for (size_t i = 0; i < n; i++)
            if (form == s->form)
                memcpy(to + i * step * w, s->raw[c] + i * w, w);
            else
                put_sample(form, to, i * step, sample_at(s->form, s->raw[c], i));
    }
    return 0;
}

static int encode_ready(track *t)
{
    struct track_sound *s = t->sound;
    size_t size = t->enc->frame_size > 0 ? (size_t)t->enc->frame_size : BLOCK;
    while (s->done >= size || (s->ended && s->done > 0)) {
        size_t n = s->done < size ? s->done : size;
        if (fill_frame(t, n) < 0 || track_encode(t, s->frame) < 0)
            return -1;
        for (int c = 0; c < s->channels; c++)
            memmove(s->raw[c], s->raw[c] + n * s->width, (s->n - n) * s->width);
        s->at += n;
        s->n -= n;
        s->done -= n;
    }
    return 0;
}

int track_sound_frame(track *t, const AVFrame *f)
{
    struct track_sound *s = t->sound;
    s->ended = !f;
    if (f && (f->sample_rate != s->rate_hz || f->ch_layout.nb_channels != s->channels ||
              av_get_packed_sample_fmt(f->format) != s->form))
        return mm_fail(t->e, MM_EBAD, "the sound changes its form on the way");
    if (f && f->decode_error_flags)
        return mm_fail(t->e, MM_EBAD, "the sound is damaged");
    if (f && (note_time(t, f->best_effort_timestamp) < 0 || grow(t, (size_t)f->nb_samples) < 0))
        return -1;
    if (f)
        take_in(s, f);
    return show_ready(t) < 0 || encode_ready(t) < 0 ? -1 : 0;
}
#endif
