/* ops.c - the media functions as operations of a confined worker, and taking their answers. */
#include <string.h>

#include "media/film.h"
#include "media/lazy.h"
#include "media/look.h"
#include "media/media.h"
#include "media/meta.h"
#include "media/paint.h"
#include "media/retouch.h"
#include "media/sight.h"
#include "media/sheet.h"
#include "media/sound.h"
#include "media/watch.h"

#ifndef MM_HAVE_MEDIA
static int left_out(mm_err *e)
{
    return mm_fail(e, MM_EBAD, "audio and video need FFmpeg, which this build leaves out");
}

int mm_av_facts_read(mm_str bytes, mm_av_facts *f, mm_err *e)
{
    return left_out(e);
}

int mm_av_strip(mm_str bytes, mm_buf *out, mm_strip_report *r, mm_err *e)
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

int mm_media_strip(mm_str bytes, unsigned keep, mm_buf *out, mm_strip_report *r, mm_err *e)
{
    if (mm_image_format(bytes))
        return mm_image_strip(bytes, keep, out, r, e);
    return mm_av_strip(bytes, out, r, e);
}

/* The report, and the bytes behind it when they are new. */
static int run_strip(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    mm_strip_report r;
    mm_buf bytes = { 0 };
    uint32_t keep = MM_KEEP_DEFAULT;
    if (args.n == sizeof keep)
        memcpy(&keep, args.p, sizeof keep);
    int status = mm_media_strip(in, keep, &bytes, &r, e);
    if (status == 0) {
        mm_buf_put(out, &r, sizeof r);
        if (r.changed)
            mm_buf_str(out, mm_buf_view(&bytes));
    }
    mm_buf_free(&bytes);
    return status;
}

static int run_sound_facts(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    mm_sound_ask ask;
    mm_sound_facts f;
    if (args.n != sizeof ask)
        return mm_fail(e, MM_EBAD, "sound-facts takes %zu bytes of arguments", sizeof ask);
    memcpy(&ask, args.p, sizeof ask);
    if (mm_sound_facts_read(in, &ask, &f, e) < 0)
        return -1;
    mm_buf_put(out, &f, sizeof f);
    return 0;
}

static int run_look(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    mm_look_args a = { 0 };
    mm_look l;
    if (args.n == sizeof a)
        memcpy(&a, args.p, sizeof a);
    if (mm_look_read(in, &a, &l, e) < 0)
        return -1;
    mm_buf_put(out, &l, sizeof l);
    return 0;
}

static int run_film_facts(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    mm_film_ask ask;
    mm_film_facts f;
    if (args.n != sizeof ask)
        return mm_fail(e, MM_EBAD, "not asked for any fact of a film");
    memcpy(&ask, args.p, sizeof ask);
    if (mm_film_facts_read(in, &ask, &f, e) < 0)
        return -1;
    mm_buf_put(out, &f, sizeof f);
    return 0;
}

static int run_meta(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    return mm_meta_read(in, out, e);
}

static int run_cues(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    return mm_cues_read(in, out, e);
}

static int run_retouch(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    return mm_retouch_write(in, args, out, e);
}

static int run_sight(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    mm_sight_args a;
    if (args.n != sizeof a)
        return mm_fail(e, MM_EBAD, "not asked to look for anything");
    memcpy(&a, args.p, sizeof a);
    return mm_sight_read(in, &a, out, e);
}

static int run_paint(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    static mm_paint boxes[MM_PAINT_MAX];
    if (args.n % sizeof *boxes || args.n > sizeof boxes)
        return mm_fail(e, MM_EBAD, "%zu bytes are no list of boxes", args.n);
    if (args.n)
        memcpy(boxes, args.p, args.n);
    return mm_image_paint(in, boxes, args.n / sizeof *boxes, out, e);
}

static int run_sheet(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    mm_sheet_args a;
    if (args.n != sizeof a)
        return mm_fail(e, MM_EBAD, "not told how large a sheet is to be");
    memcpy(&a, args.p, sizeof a);
    return mm_sheet_make(in, &a, out, e);
}

static void warm_look(void)
{
    mm_simd();
    mm_av_warm();
    mm_faces_warm();
}

__attribute__((weak)) void mm_lazy_load(void)
{
}

const mm_jail_op mm_media_ops[] = {
    { MM_MEDIA_IMAGE_FACTS, run_image_facts, NULL, .sparse = true },
    { MM_MEDIA_META, run_meta, NULL, .sparse = true },
    { MM_MEDIA_AV_FACTS, run_av_facts, mm_av_warm },
    { MM_MEDIA_STRIP, run_strip, mm_av_warm },
    { MM_MEDIA_SOUND_FACTS, run_sound_facts, mm_av_warm },
    { MM_MEDIA_FILM_FACTS, run_film_facts, mm_av_warm },
    { MM_MEDIA_LOOK, run_look, warm_look },
    { MM_MEDIA_CUES, run_cues, mm_av_warm },
    { MM_MEDIA_RETOUCH, run_retouch, mm_av_warm },
    { MM_MEDIA_WATCH, mm_watch_run, mm_sight_warm },
    { MM_MEDIA_FILM_PAINT, mm_film_paint_run, mm_av_warm },
    { MM_MEDIA_SIGHT, run_sight, mm_sight_warm },
    { MM_MEDIA_PAINT, run_paint, mm_av_warm },
    { MM_MEDIA_SHEET, run_sheet, mm_av_warm },
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
    END(f->icc_description);
    END(f->icc_space);
    END(f->icc_class);
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

int mm_strip_take(mm_str answer, mm_strip_report *r, mm_str *bytes, mm_err *e)
{
    if (answer.n < sizeof *r)
        return mm_fail(e, MM_EBAD, "the decoder answered %zu bytes, which is no report", answer.n);
    memcpy(r, answer.p, sizeof *r);
    *bytes = (mm_str){ answer.p + sizeof *r, answer.n - sizeof *r };
    bool sound = r->changed <= 1 && r->removed < 1u << MM_STRIP_CLASSES && (r->changed ? bytes->n > 0 : bytes->n == 0);
    return sound ? 0 : mm_fail(e, MM_EBAD, "the decoder answered with a report that does not add up");
}

int mm_media_take_json(mm_str answer, mm_err *e)
{
    size_t at;
    mm_err reason = { 0 };
    if (answer.n && answer.p[0] == '{' && mm_json_check(answer, 8, &at, &reason) == 0)
        return 0;
    return mm_fail(e, MM_EBAD, "the decoder answered no JSON");
}
