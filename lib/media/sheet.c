/* sheet.c - small pictures and waveforms. */
#include "media/sheet.h"

#include <math.h>
#include <string.h>

#include "media/media.h"

int mm_sheet_take(mm_str answer, mm_sheet *s, mm_str jpeg[MM_SHEET_PICTURES], mm_err *e)
{
    if (answer.n < sizeof *s)
        return mm_fail(e, MM_EBAD, "the decoder answered %zu bytes, which is no sheet", answer.n);
    memcpy(s, answer.p, sizeof *s);
    mm_str rest = { answer.p + sizeof *s, answer.n - sizeof *s };
    bool sound = s->n <= MM_SHEET_PICTURES && s->n_wave <= MM_SHEET_WAVE;
    for (uint32_t i = 0; sound && i < s->n; i++) {
        sound = s->picture[i].bytes <= rest.n && s->picture[i].width <= 65535 && s->picture[i].height <= 65535;
        if (!sound)
            break;
        jpeg[i] = (mm_str){ rest.p, (size_t)s->picture[i].bytes };
        rest = (mm_str){ rest.p + jpeg[i].n, rest.n - jpeg[i].n };
    }
    return sound && !rest.n ? 0 : mm_fail(e, MM_EBAD, "the decoder answered a sheet that does not add up");
}

#ifdef MM_HAVE_MEDIA
#include <libavcodec/avcodec.h>
#include <libswscale/swscale.h>

#include "media/frames.h"
#include "media/pcm.h"

enum { MOST_SIDE = 1024, QUALITY = 4 };  /* of mjpeg, 2 the best and 31 the worst */

/* ---- JPEG ------------------------------------------------------------------- */

/* Pixel x, y of a picture turned as an EXIF orientation says, in one of width w and height h. */
static const uint8_t *turned(const uint8_t *rgb, int w, int h, int orientation, int x, int y)
{
    int sx = orientation >= 5 ? y : x, sy = orientation >= 5 ? x : y;
    if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8)
        sx = w - 1 - sx;
    if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7)
        sy = h - 1 - sy;
    return rgb + ((size_t)sy * (size_t)w + (size_t)sx) * 3;
}

static AVFrame *new_frame(enum AVPixelFormat format, int width, int height)
{
    AVFrame *f = av_frame_alloc();
    if (f) {
        f->format = format;
        f->width = width;
        f->height = height;
        if (av_frame_get_buffer(f, 0) < 0)
            av_frame_free(&f);
    }
    return f;
}

static int encode(const AVFrame *yuv, mm_buf *out)
{
    const AVCodec *codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
    AVCodecContext *c = codec ? avcodec_alloc_context3(codec) : NULL;
    AVPacket *p = av_packet_alloc();
    int r = -1;
    if (c && p) {
        c->width = yuv->width;
        c->height = yuv->height;
        c->pix_fmt = yuv->format;
        c->color_range = AVCOL_RANGE_JPEG;
        c->time_base = (AVRational){ 1, 1 };
        c->thread_count = 1;
        c->flags |= AV_CODEC_FLAG_BITEXACT | AV_CODEC_FLAG_QSCALE;
        c->global_quality = QUALITY * FF_QP2LAMBDA;
        if (avcodec_open2(c, codec, NULL) >= 0 && avcodec_send_frame(c, yuv) >= 0 && avcodec_receive_packet(c, p) >= 0) {
            mm_buf_put(out, p->data, (size_t)p->size);
            r = 0;
        }
    }
    av_packet_free(&p);
    avcodec_free_context(&c);
    return r;
}

static int put_jpeg(const mm_frame *f, int orientation, mm_sheet *s, mm_buf *out, mm_err *e)
{
    int width = orientation >= 5 ? f->height : f->width, height = orientation >= 5 ? f->width : f->height;
    AVFrame *rgb = new_frame(AV_PIX_FMT_RGB24, width, height), *yuv = new_frame(AV_PIX_FMT_YUVJ420P, width, height);
    size_t before = out->n;
    int r = -1;
    for (int y = 0; rgb && y < height; y++)
        for (int x = 0; x < width; x++)
            memcpy(rgb->data[0] + (ptrdiff_t)y * rgb->linesize[0] + x * 3, turned(f->pixels, f->width, f->height, orientation, x, y), 3);
    struct SwsContext *scaler = rgb && yuv ? sws_getContext(width, height, AV_PIX_FMT_RGB24, width, height, AV_PIX_FMT_YUVJ420P,
        SWS_BILINEAR | SWS_ACCURATE_RND | SWS_BITEXACT, NULL, NULL, NULL) : NULL;
    if (scaler && sws_scale(scaler, (const uint8_t *const *)rgb->data, rgb->linesize, 0, height, yuv->data, yuv->linesize) == height) {
        yuv->pts = 0;
        yuv->quality = QUALITY * FF_QP2LAMBDA;
        r = encode(yuv, out);
    }
    sws_freeContext(scaler);
    av_frame_free(&rgb);
    av_frame_free(&yuv);
    if (r < 0)
        return mm_fail(e, MM_EBAD, "a small picture can not be made");
    s->picture[s->n].width = (uint32_t)width;
    s->picture[s->n].height = (uint32_t)height;
    s->picture[s->n].bytes = out->n - before;
    s->picture[s->n++].time_s = f->time_s;
    return 0;
}

/* ---- pictures --------------------------------------------------------------- */

static int show_image(mm_str bytes, const mm_frame_opts *o, mm_sheet *s, mm_buf *out, mm_err *e)
{
    mm_image_facts facts;
    mm_frame frame;
    if (mm_image_facts_read(bytes, &facts, e) < 0)
        return -1;
    mm_frames *f = mm_frames_open(bytes, o, e);
    int r = f ? mm_frames_next(f, &frame, e) : -1;
    if (r == 1) {
        frame.time_s = -1;
        r = put_jpeg(&frame, facts.orientation > 0 ? (int)facts.orientation : 1, s, out, e);
    }
    mm_frames_close(f);
    return r;
}

/* Key frames at odd eighths of the playing time. */
static int show_film(mm_str bytes, const mm_av_facts *facts, const mm_frame_opts *o, mm_sheet *s, mm_buf *out, mm_err *e)
{
    static const int turns[] = { 1, 6, 3, 8 };
    int orientation = turns[facts->rotation > 0 ? facts->rotation / 90 % 4 : 0], r = 0;
    mm_frames *f = mm_frames_open(bytes, o, e);
    double last = -2;
    mm_frame frame;
    for (int i = 0; f && r >= 0 && i < MM_SHEET_PICTURES; i++) {
        if (facts->duration_s > 0)
            mm_frames_seek(f, facts->duration_s * (2 * i + 1) / (2 * MM_SHEET_PICTURES), NULL);
        if (mm_frames_next(f, &frame, e) != 1)
            break;
        if (frame.time_s != last)
            r = put_jpeg(&frame, orientation, s, out, e);
        last = frame.time_s;
    }
    mm_frames_close(f);
    return s->n ? r : -1;
}

/* ---- sound ------------------------------------------------------------------ */

/* Columns of as many samples as it takes: when they run out, two become one. */
typedef struct wave {
    float low[MM_SHEET_WAVE], high[MM_SHEET_WAVE];
    size_t n, filled, samples;  /* columns begun, samples in the last, samples a column */
} wave;

static void halve(wave *w)
{
    for (size_t i = 0; i < MM_SHEET_WAVE / 2; i++) {
        w->low[i] = fminf(w->low[2 * i], w->low[2 * i + 1]);
        w->high[i] = fmaxf(w->high[2 * i], w->high[2 * i + 1]);
    }
    w->n = MM_SHEET_WAVE / 2;
    w->samples *= 2;
}

static void add_sample(wave *w, float v)
{
    if (w->filled == w->samples || !w->n) {
        if (w->n == MM_SHEET_WAVE)
            halve(w);
        w->low[w->n] = w->high[w->n] = v;
        w->n++;
        w->filled = 0;
    }
    w->low[w->n - 1] = fminf(w->low[w->n - 1], v);
    w->high[w->n - 1] = fmaxf(w->high[w->n - 1], v);
    w->filled++;
}

static int8_t in_127(float v)
{
    return (int8_t)lrintf(fmaxf(-1, fminf(1, v)) * 127);
}

static int show_sound(mm_str bytes, double max_seconds, mm_sheet *s, mm_err *e)
{
    mm_pcm *p = mm_pcm_open(bytes, &(mm_pcm_opts){ .mono = true, .max_seconds = max_seconds }, e);
    wave w = { .samples = 64 };
    mm_pcm_block b;
    int r = -1;
    while (p && (r = mm_pcm_next(p, &b, e)) == 1)
        for (size_t i = 0; i < b.frames; i++)
            add_sample(&w, b.samples[i]);
    mm_pcm_close(p);
    s->n_wave = (uint32_t)w.n;
    for (size_t i = 0; i < w.n; i++) {
        s->low[i] = in_127(w.low[i]);
        s->high[i] = in_127(w.high[i]);
    }
    return w.n ? 0 : r < 0 ? -1 : mm_fail(e, MM_EBAD, "there is no sound in it");
}

int mm_sheet_make(mm_str bytes, const mm_sheet_args *a, mm_buf *out, mm_err *e)
{
    mm_sheet s = { 0 };
    mm_buf jpeg = { 0 };
    mm_av_facts facts;
    int side = a->side > 0 && a->side < MOST_SIDE ? a->side : MOST_SIDE, r;
    mm_frame_opts o = { .form = MM_PIXELS_RGB, .max_side = side, .max_pixels = a->max_pixels };
    if (mm_image_format(bytes)) {
        r = show_image(bytes, &o, &s, &jpeg, e);
    } else if ((r = mm_av_facts_read(bytes, &facts, e)) == 0) {
        int film = facts.video_codec[0] ? show_film(bytes, &facts, &o, &s, &jpeg, e) : -1;
        int sound = facts.audio_codec[0] ? show_sound(bytes, a->max_seconds, &s, e) : -1;
        r = film == 0 || sound == 0 ? 0 : -1;
        if (r < 0 && !facts.video_codec[0] && !facts.audio_codec[0])
            mm_fail(e, MM_EBAD, "there are neither pictures nor sound in it");
    }
    mm_buf_put(out, &s, sizeof s);
    mm_buf_str(out, mm_buf_view(&jpeg));
    out->failed |= jpeg.failed;
    mm_buf_free(&jpeg);
    return r < 0 ? -1 : 0;
}

#else

int mm_sheet_make(mm_str bytes, const mm_sheet_args *a, mm_buf *out, mm_err *e)
{
    return mm_fail(e, MM_EBAD, "pictures and sound need FFmpeg, which this build leaves out");
}
#endif
