/* recode_picture.c - pictures out of a decoder, past the job, into an encoder. */
#ifdef MM_HAVE_MEDIA
#include "media/recode_track.h"

#include <stdlib.h>

#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

#include "media/frames.h"

struct track_picture {
    enum AVPixelFormat from, form;   /* as decoded, as the job sees it */
    struct SwsContext *in, *out;     /* NULL where forms are the same */
    AVFrame *seen, *made;            /* what they give */
    uint64_t number;
    int64_t last;                    /* pts, in the encoder's time base */
};

/* Planes of 8 bits a sample and nothing else. */
static bool is_plain(const AVPixFmtDescriptor *d)
{
    if (d->flags & (AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL))
        return false;
    if (d->nb_components != 1 && d->nb_components != 3)
        return false;
    for (int i = 0; i < d->nb_components; i++)
        if (d->comp[i].depth != 8 || d->comp[i].step != 1 || (d->nb_components == 3 && !(d->flags & AV_PIX_FMT_FLAG_PLANAR)))
            return false;
    return true;
}

static enum AVPixelFormat plain_form(enum AVPixelFormat from)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(from);
    if (!d || is_plain(d))
        return d ? from : AV_PIX_FMT_NONE;
    if (d->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL))
        return AV_PIX_FMT_GBRP;
    if (d->nb_components < 3)
        return AV_PIX_FMT_GRAY8;
    if (d->log2_chroma_h)
        return AV_PIX_FMT_YUV420P;
    return d->log2_chroma_w ? AV_PIX_FMT_YUV422P : AV_PIX_FMT_YUV444P;
}

static bool is_full(const AVCodecContext *c)
{
    return c->color_range == AVCOL_RANGE_JPEG || c->pix_fmt == AV_PIX_FMT_YUVJ420P || c->pix_fmt == AV_PIX_FMT_YUVJ422P ||
           c->pix_fmt == AV_PIX_FMT_YUVJ444P || c->pix_fmt == AV_PIX_FMT_YUVJ440P;
}

/* Sets *out only where the forms differ. */
static int converter(track *t, enum AVPixelFormat from, enum AVPixelFormat to, struct SwsContext **out, AVFrame **frame)
{
    int w = t->dec->width, h = t->dec->height, full = is_full(t->dec);
    if (from == to)
        return 0;
    *out = sws_getContext(w, h, from, w, h, to, SWS_POINT | SWS_ACCURATE_RND | SWS_BITEXACT | SWS_FULL_CHR_H_INT, NULL, NULL, NULL);
    *frame = av_frame_alloc();
    if (!*out || !*frame)
        return mm_fail(t->e, MM_EBAD, "pictures of this form can not be rewritten");
    const int *c = sws_getCoefficients(t->dec->colorspace == AVCOL_SPC_BT709 ? SWS_CS_ITU709 : SWS_CS_DEFAULT);
    sws_setColorspaceDetails(*out, c, full, c, full, 0, 1 << 16, 1 << 16);
    (*frame)->format = to;
    (*frame)->width = w;
    (*frame)->height = h;
    return av_frame_get_buffer(*frame, 0) < 0 ? mm_fail(t->e, MM_ESYS, "out of memory") : 0;
}

int track_picture_open(track *t)
{
    struct track_picture *p = t->picture = calloc(1, sizeof *p);
    if (!p)
        return mm_fail(t->e, MM_ESYS, "out of memory");
    int64_t most = t->jobs->max_pixels ? t->jobs->max_pixels : MM_MAX_PIXELS;
    p->from = t->dec->pix_fmt;
    p->form = plain_form(p->from);
    p->last = INT64_MIN;
    if (p->form == AV_PIX_FMT_NONE || t->dec->width <= 0 || t->dec->height <= 0)
        return mm_fail(t->e, MM_EBAD, "the form of the pictures is not known");
    if ((int64_t)t->dec->width * t->dec->height > most)
        return mm_fail(t->e, MM_EBAD, "pictures of %d x %d pixels are over the limit", t->dec->width, t->dec->height);
    if (track_picture_encoder(t, p->form) < 0 || converter(t, p->from, p->form, &p->in, &p->seen) < 0)
        return -1;
    return converter(t, p->form, t->enc->pix_fmt, &p->out, &p->made);
}

void track_picture_free(track *t)
{
    struct track_picture *p = t->picture;
    if (!p)
        return;
    sws_freeContext(p->in);
    sws_freeContext(p->out);
    av_frame_free(&p->seen);
    av_frame_free(&p->made);
    free(p);
}

/* f through a converter, or f itself, free to be changed; NULL on failure. */
static AVFrame *through(track *t, struct SwsContext *sws, AVFrame *into, AVFrame *f)
{
    int r = 0;
    AVFrame *to = sws ? into : f;
    if ((r = av_frame_make_writable(to)) < 0 ||
        (sws && (r = sws_scale(sws, (const uint8_t *const *)f->data, f->linesize, 0, f->height, to->data, to->linesize)) < 0)) {
        mm_av_fail(t->e, "a picture can not be rewritten", r);
        return NULL;
    }
    return to;
}

static int show(track *t, AVFrame *f, int64_t pts)
{
    struct track_picture *p = t->picture;
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(p->form);
    mm_recode_picture m = { .planes = d->nb_components, .shift_x = d->log2_chroma_w, .shift_y = d->log2_chroma_h, .width = f->width,
                            .height = f->height, .rgb = (d->flags & AV_PIX_FMT_FLAG_RGB) != 0, .track = t->number,
                            .number = p->number++, .time_s = -1 };
    if (pts != AV_NOPTS_VALUE)
        m.time_s = (double)pts * av_q2d(t->in->time_base) - t->start_s;
    for (int i = 0; i < m.planes; i++) {
        m.plane[i] = f->data[i];
        m.stride[i] = f->linesize[i];
        m.black[i] = m.rgb ? 0 : i ? 128 : is_full(t->dec) ? 0 : 16;
    }
    return t->jobs->picture(t->jobs->ctx, &m, t->e);
}

int track_picture_frame(track *t, AVFrame *f)
{
    struct track_picture *p = t->picture;
    if (!f)
        return 0;
    if (f->width != t->dec->width || f->height != t->dec->height || f->width != t->enc->width || f->height != t->enc->height ||
        f->format != p->from)
        return mm_fail(t->e, MM_EBAD, "the pictures change their form on the way");
    if (f->decode_error_flags || (f->flags & AV_FRAME_FLAG_CORRUPT))
        return mm_fail(t->e, MM_EBAD, "a picture is damaged");
    int64_t pts = f->best_effort_timestamp;
    AVFrame *seen = through(t, p->in, p->seen, f);
    if (!seen || show(t, seen, pts) < 0)
        return -1;
    AVFrame *made = through(t, p->out, p->made, seen);
    if (!made)
        return -1;
    int64_t when = pts == AV_NOPTS_VALUE ? p->last + 1 : av_rescale_q(pts, t->in->time_base, t->enc->time_base);
    made->pts = p->last = when <= p->last ? p->last + 1 : when;
    made->pict_type = AV_PICTURE_TYPE_NONE;
    made->quality = t->enc->global_quality;
    made->color_range = t->enc->color_range;
    return track_encode(t, made);
}
#endif
