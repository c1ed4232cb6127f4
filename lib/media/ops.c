/* ops.c - the media functions as operations of a confined worker, and taking their answers. */
#include <string.h>

#include "media/media.h"

#ifndef MM_HAVE_MEDIA
static int left_out(mm_err *e)
{
    return mm_fail(e, MM_EBAD, "audio and video need FFmpeg, which this build leaves out");
}

int mm_av_facts_read(mm_str bytes, mm_av_facts *f, mm_err *e)
{
    return left_out(e);
}

int mm_media_strip(mm_str bytes, mm_buf *out, mm_err *e)
{
    return left_out(e);
}

void mm_av_warm(void)
{
}
#endif

static int run_image_facts(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    mm_image_facts f;
    if (mm_image_facts_read(in, &f, e) < 0)
        return -1;
    mm_buf_put(out, &f, sizeof f);
    return 0;
}

static int run_av_facts(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    mm_av_facts f;
    if (mm_av_facts_read(in, &f, e) < 0)
        return -1;
    mm_buf_put(out, &f, sizeof f);
    return 0;
}

static int run_strip(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    return mm_media_strip(in, out, e);
}

const mm_jail_op mm_media_ops[] = {
    { MM_MEDIA_IMAGE_FACTS, run_image_facts, NULL, .sparse = true },
    { MM_MEDIA_AV_FACTS, run_av_facts, mm_av_warm },
    { MM_MEDIA_STRIP, run_strip, NULL },
    { NULL, NULL, NULL },
};

/* ---- answers ---------------------------------------------------------------- */

#define END(text) ((text)[sizeof(text) - 1] = 0)

static void end_warnings(mm_media_warnings *w)
{
    size_t room = sizeof w->text / sizeof *w->text;
    w->n = w->n < room ? w->n : room;
    for (size_t i = 0; i < room; i++)
        END(w->text[i]);
}

static int take(mm_str answer, void *f, size_t n, mm_err *e)
{
    if (answer.n != n)
        return mm_fail(e, MM_EBAD, "the decoder answered %zu bytes in place of %zu", answer.n, n);
    memcpy(f, answer.p, n);
    return 0;
}

int mm_image_facts_take(mm_str answer, mm_image_facts *f, mm_err *e)
{
    if (take(answer, f, sizeof *f, e) < 0)
        return -1;
    END(f->format);
    END(f->color_space);
    END(f->camera_make);
    END(f->camera_model);
    END(f->lens);
    end_warnings(&f->warnings);
    return 0;
}

int mm_av_facts_take(mm_str answer, mm_av_facts *f, mm_err *e)
{
    if (take(answer, f, sizeof *f, e) < 0)
        return -1;
    END(f->container);
    END(f->audio_codec);
    END(f->video_codec);
    END(f->pixel_format);
    end_warnings(&f->warnings);
    return 0;
}
