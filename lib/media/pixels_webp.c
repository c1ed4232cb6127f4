/* pixels_webp.c - the frames of an animated WebP (RFC 9649 section 2.7.1): each is a WebP of its own, decoded and drawn
 * on the canvas. */
#ifdef MM_HAVE_MEDIA
#include <stdlib.h>

#include <libswscale/swscale.h>

#include "media/bytes.h"
#include "media/pixels.h"

enum { DISPOSE = 1, NO_BLEND = 2 };

typedef struct webp {
    mm_str s;
    uint64_t at;             /* of the next chunk */
    AVCodecContext *codec;
    AVFrame *canvas, *frame, *rgba;
    struct SwsContext *scaler;
    mm_buf file;             /* one frame as a file */
    double time_s;           /* when the next frame is shown */
    struct { int x, y, width, height; bool clear; } last;
} webp;

static void put_chunk(mm_buf *b, const char *type, mm_str body)
{
    char size[4] = { (char)body.n, (char)(body.n >> 8), (char)(body.n >> 16), (char)(body.n >> 24) };
    mm_buf_put(b, type, 4);
    mm_buf_put(b, size, 4);
    mm_buf_str(b, body);
    if (body.n & 1)
        mm_buf_byte(b, 0);
}

/* The picture of an ANMF chunk as a file; false when it holds none. */
static bool make_file(webp *w, mm_str anmf)
{
    mm_str alpha = { 0 }, picture = { 0 };
    const char *type = NULL;
    for (uint64_t at = 16; mm_in(anmf, at, 8);) {
        uint64_t n = mm_le(anmf, at + 4, 4);
        mm_str body = mm_sub(anmf, at + 8, n);
        if (mm_at(anmf, at, "ALPH", 4))
            alpha = body;
        else if (mm_at(anmf, at, "VP8 ", 4) || mm_at(anmf, at, "VP8L", 4)) {
            type = mm_at(anmf, at, "VP8 ", 4) ? "VP8 " : "VP8L";
            picture = body;
        }
        at += 8 + n + (n & 1);
    }
    w->file.n = 0;
    mm_buf_put(&w->file, "RIFF\0\0\0\0WEBP", 12);
    if (alpha.n) {
        char head[10] = { 0x10 };
        memcpy(head + 4, anmf.p + 6, 6);
        put_chunk(&w->file, "VP8X", (mm_str){ head, sizeof head });
        put_chunk(&w->file, "ALPH", alpha);
    }
    if (!picture.n || w->file.failed)
        return false;
    put_chunk(&w->file, type, picture);
    for (unsigned i = 0; i < 4 && !w->file.failed; i++)
        w->file.p[4 + i] = (char)((w->file.n - 8) >> 8 * i);
    return !w->file.failed;
}

static int to_rgba(webp *w, mm_err *e)
{
    AVFrame *in = w->frame, *out = w->rgba;
    av_frame_unref(out);
    out->format = AV_PIX_FMT_RGBA;
    out->width = in->width;
    out->height = in->height;
    if (av_frame_get_buffer(out, 0) < 0)
        return mm_fail(e, MM_EBAD, "not decoded: %dx%d pixels need more memory than there is", in->width, in->height);
    w->scaler = sws_getCachedContext(w->scaler, in->width, in->height, in->format, out->width, out->height, out->format,
                                     SWS_BILINEAR | SWS_ACCURATE_RND | SWS_BITEXACT | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP,
                                     NULL, NULL, NULL);
    if (!w->scaler || sws_scale(w->scaler, (const uint8_t *const *)in->data, in->linesize, 0, in->height, out->data,
                                out->linesize) != in->height)
        return mm_fail(e, MM_EBAD, "not decoded: pixels of a kind that can not be shown");
    return 0;
}

static void blend(uint8_t *to, const uint8_t *from)
{
    unsigned sa = from[3], da = to[3] * (255 - sa) / 255, a = sa + da;
    for (int i = 0; i < 3 && a; i++)
        to[i] = (uint8_t)((from[i] * sa + to[i] * da) / a);
    to[3] = (uint8_t)a;
}

static void draw(webp *w, int x, int y, bool over)
{
    for (int row = 0; row < w->rgba->height; row++) {
        uint8_t *to = w->canvas->data[0] + (ptrdiff_t)(y + row) * w->canvas->linesize[0] + (ptrdiff_t)x * 4;
        const uint8_t *from = w->rgba->data[0] + (ptrdiff_t)row * w->rgba->linesize[0];
        if (!over)
            memcpy(to, from, (size_t)w->rgba->width * 4);
        for (int i = 0; over && i < w->rgba->width; i++)
            blend(to + i * 4, from + i * 4);
    }
}

static void clear_last(webp *w)
{
    for (int row = 0; w->last.clear && row < w->last.height; row++)
        memset(w->canvas->data[0] + (ptrdiff_t)(w->last.y + row) * w->canvas->linesize[0] + (ptrdiff_t)w->last.x * 4, 0,
               (size_t)w->last.width * 4);
}

static int draw_frame(webp *w, mm_str anmf, mm_err *e)
{
    int x = (int)mm_le(anmf, 0, 3) * 2, y = (int)mm_le(anmf, 3, 3) * 2;
    int width = (int)mm_le(anmf, 6, 3) + 1, height = (int)mm_le(anmf, 9, 3) + 1;
    unsigned flags = mm_u8(anmf, 15);
    bool inside = x + width <= w->canvas->width && y + height <= w->canvas->height;
    av_frame_unref(w->frame);
    if (anmf.n < 16 || !inside || !make_file(w, anmf))
        return mm_fail(e, MM_EBAD, "not decoded: a frame lies outside the picture, or is empty");
    if (mm_still_decode(w->codec, mm_buf_view(&w->file), w->frame, e) < 0)
        return -1;
    if (w->frame->width != width || w->frame->height != height)
        return mm_fail(e, MM_EBAD, "not decoded: a frame is not of the size it states");
    if (to_rgba(w, e) < 0)
        return -1;
    clear_last(w);
    draw(w, x, y, !(flags & NO_BLEND));
    w->last.x = x;
    w->last.y = y;
    w->last.width = width;
    w->last.height = height;
    w->last.clear = flags & DISPOSE;
    return 0;
}

static int next(void *state, AVFrame *out, double *time_s, mm_err *e)
{
    webp *w = state;
    while (mm_in(w->s, w->at, 8)) {
        uint64_t n = mm_le(w->s, w->at + 4, 4);
        mm_str type = mm_sub(w->s, w->at, 4), body = mm_sub(w->s, w->at + 8, n);
        w->at += 8 + n + (n & 1);
        if (!mm_str_eq(type, MM_STR("ANMF")))
            continue;
        if (draw_frame(w, body, e) < 0)
            return -1;
        *time_s = w->time_s;
        w->time_s += (double)mm_le(body, 12, 3) / 1000;
        return av_frame_ref(out, w->canvas) < 0 ? mm_fail(e, MM_ESYS, "out of memory") : 1;
    }
    return 0;
}

static void close_webp(void *state)
{
    webp *w = state;
    avcodec_free_context(&w->codec);
    av_frame_free(&w->canvas);
    av_frame_free(&w->frame);
    av_frame_free(&w->rgba);
    sws_freeContext(w->scaler);
    mm_buf_free(&w->file);
    free(w);
}

int mm_compose_webp(mm_str bytes, int64_t max_pixels, mm_composer *c, mm_err *e)
{
    webp *w = calloc(1, sizeof *w);
    if (!w)
        return mm_fail(e, MM_ESYS, "out of memory");
    *c = (mm_composer){ next, close_webp, w };
    w->s = bytes;
    w->at = 12;
    w->frame = av_frame_alloc();
    w->rgba = av_frame_alloc();
    w->canvas = av_frame_alloc();
    if (!w->frame || !w->rgba || !w->canvas)
        return mm_fail(e, MM_ESYS, "out of memory");
    mm_str head = mm_at(bytes, 12, "VP8X", 4) ? mm_sub(bytes, 20, 10) : (mm_str){ 0 };
    w->canvas->format = AV_PIX_FMT_RGBA;
    w->canvas->width = (int)mm_le(head, 4, 3) + 1;
    w->canvas->height = (int)mm_le(head, 7, 3) + 1;
    if (!head.n || w->canvas->width > max_pixels / w->canvas->height || av_frame_get_buffer(w->canvas, 0) < 0)
        return mm_fail(e, MM_EBAD, "not decoded: an animation of unknown size, or too large");
    memset(w->canvas->data[0], 0, (size_t)w->canvas->linesize[0] * (size_t)w->canvas->height);
    w->codec = mm_still_decoder(AV_CODEC_ID_WEBP, (mm_str){ 0 }, max_pixels, e);
    return w->codec ? 0 : -1;
}
#endif
