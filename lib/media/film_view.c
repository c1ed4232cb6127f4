/* film_view.c - scenes, black parts and frozen parts of a film, in one decode at small size. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "media/film.h"
#include "media/frames.h"
#include "media/look.h"

/* Of FFmpeg's filters scdet, blackdetect and freezedetect, at their defaults. Luma here has full range. */
static const double CUT = 0.10;           /* of full scale */
static const double FROZEN = 0.001;       /* likewise: -60 dB */
static const double BLACK_LUMA = 0.10, BLACK_SHARE = 0.98;
static const double LEAST_S = 2;          /* of black and frozen parts */

enum {
    SIDE = 160,         /* of the pictures that are compared */
    LOOK_SIDE = 512,    /* of those that are looked at */
};
static const int64_t DECODE_PIXELS = 6000 * 1000 * 1000LL;  /* as stored, of all pictures: some 15 s of work */

typedef struct view {
    mm_film_facts *f;
    uint8_t *last, *still;   /* the picture before, and that since which nothing moved */
    size_t n;                /* bytes of each */
    double difference;       /* between the two pictures before */
    double still_since, black_since;  /* black_since: -1 when it is not black */
    bool started;
} view;

static double difference(const uint8_t *a, const uint8_t *b, size_t n)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (uint64_t)abs(a[i] - b[i]);
    return (double)sum / (double)n / 255;
}

static bool is_black(const uint8_t *p, size_t n)
{
    size_t dark = 0;
    for (size_t i = 0; i < n; i++)
        dark += p[i] <= BLACK_LUMA * 255;
    return (double)dark >= BLACK_SHARE * (double)n;
}

static void add_part(mm_film_facts *f, mm_film_part *parts, uint32_t *n, double *sum, double from, double to)
{
    if (to - from < LEAST_S)
        return;
    *sum += to - from;
    if (*n < MM_FILM_PARTS_MAX)
        parts[(*n)++] = (mm_film_part){ from, to };
    else
        f->full = 1;
}

static void end_black(view *v, double at)
{
    if (v->black_since >= 0)
        add_part(v->f, v->f->black, &v->f->n_black, &v->f->black_s, v->black_since, at);
    v->black_since = -1;
}

static void end_still(view *v, double at)
{
    add_part(v->f, v->f->frozen, &v->f->n_frozen, &v->f->frozen_s, v->still_since, at);
    v->still_since = at;
}

static void begin_scene(view *v, double at)
{
    if (v->f->n_scenes < MM_FILM_SCENES_MAX)
        v->f->scene[v->f->n_scenes++] = at;
    else
        v->f->full = 1;
}

/* Begin anew where there is nothing to compare with: at the start, or when the size changed. */
static int restart(view *v, const mm_frame *frame, mm_err *e)
{
    size_t n = (size_t)frame->width * (size_t)frame->height;
    uint8_t *last = realloc(v->last, n), *still = last ? realloc(v->still, n) : NULL;
    v->last = last ? last : v->last;
    v->still = still ? still : v->still;
    if (!last || !still)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (v->started)
        end_still(v, frame->time_s);
    v->n = n;
    v->difference = 0;
    v->still_since = frame->time_s;
    v->started = true;
    memcpy(v->still, frame->pixels, n);
    memcpy(v->last, frame->pixels, n);
    begin_scene(v, frame->time_s);
    return 0;
}

/* A cut differs much from the picture before, and more than that did from its own: motion is no cut. */
static void compare(view *v, const mm_frame *frame)
{
    double d = difference(frame->pixels, v->last, v->n);
    if (fmin(d, fabs(d - v->difference)) >= CUT)
        begin_scene(v, frame->time_s);
    v->difference = d;
    memcpy(v->last, frame->pixels, v->n);
    if (difference(frame->pixels, v->still, v->n) > FROZEN) {
        end_still(v, frame->time_s);
        memcpy(v->still, frame->pixels, v->n);
    }
}

static int see(view *v, const mm_frame *frame, mm_err *e)
{
    size_t n = (size_t)frame->width * (size_t)frame->height;
    if (n != v->n && restart(v, frame, e) < 0)
        return -1;
    compare(v, frame);
    if (!is_black(frame->pixels, n))
        end_black(v, frame->time_s);
    else if (v->black_since < 0)
        v->black_since = frame->time_s;
    v->f->damaged |= frame->damaged;
    v->f->seen_s = frame->time_s;
    return 0;
}

/* Pictures without a time, or with one that goes back, are passed over. A film cut short is seen as far as it goes. */
static int see_all(view *v, mm_frames *frames, mm_err *e)
{
    mm_frame frame;
    int64_t left = DECODE_PIXELS;
    int r = 0;
    while (left > 0 && (r = mm_frames_next(frames, &frame, e)) == 1) {
        left -= (int64_t)frame.stored_width * frame.stored_height;
        if (frame.time_s >= 0 && frame.time_s >= v->f->seen_s && see(v, &frame, e) < 0)
            return -1;
    }
    if (!v->started)
        return r < 0 ? -1 : mm_fail(e, MM_EBAD, "not decoded: its pictures have no times");
    v->f->damaged |= r < 0;
    v->f->limited = left <= 0 || mm_frames_limit(frames) != NULL;
    end_black(v, v->f->seen_s);
    end_still(v, v->f->seen_s);
    return 0;
}

/* ---- a picture of each scene ------------------------------------------------- */

static int look_at(mm_frames *frames, double at, int64_t *left, mm_film_facts *f, mm_err *e)
{
    mm_frame frame;
    mm_look look;
    int r = mm_frames_seek(frames, at, e);
    while (r >= 0 && *left > 0 && (r = mm_frames_next(frames, &frame, e)) == 1) {
        *left -= (int64_t)frame.stored_width * frame.stored_height;
        if (frame.time_s < at - 1e-6)
            continue;
        if (mm_look_at(frame.pixels, frame.width, frame.height, MM_LOOK_PDQ | MM_LOOK_STATS, &look, e) < 0)
            return -1;
        mm_film_look *l = &f->look[f->n_looks++];
        *l = (mm_film_look){ .time_s = frame.time_s, .luma_mean = look.luma_mean, .sharpness = look.sharpness,
                             .pdq_quality = look.pdq_quality };
        memcpy(l->pdq, look.pdq, sizeof l->pdq);
        return 1;
    }
    return 0;
}

/* The first picture of each scene; containers that can not be searched give fewer. */
static int look_at_scenes(mm_str bytes, const mm_film_ask *ask, mm_film_facts *f, mm_err *e)
{
    mm_frame_opts o = { .form = MM_PIXELS_RGB, .max_side = LOOK_SIDE, .max_pixels = ask->max_pixels };
    mm_frames *frames = mm_frames_open(bytes, &o, e);
    if (!frames)
        return -1;
    int r = 1;
    int64_t left = DECODE_PIXELS;
    for (uint32_t i = 0; i < f->n_scenes && i < MM_FILM_LOOKS_MAX && r > 0; i++)
        r = look_at(frames, f->scene[i], &left, f, e);
    mm_frames_close(frames);
    return r < 0 ? -1 : 0;
}

int mm_film_view(mm_str bytes, const mm_film_ask *ask, mm_film_facts *f, mm_err *e)
{
    mm_frame_opts o = { .form = MM_PIXELS_GRAY, .max_side = SIDE, .max_seconds = ask->max_seconds, .max_pixels = ask->max_pixels };
    view v = { .f = f, .black_since = -1 };
    mm_frames *frames = mm_frames_open(bytes, &o, e);
    if (!frames)
        return -1;
    int r = see_all(&v, frames, e);
    mm_frames_close(frames);
    free(v.last);
    free(v.still);
    if (r == 0 && ask->want & MM_FILM_SCENE_FRAMES)
        r = look_at_scenes(bytes, ask, f, e);
    return r;
}
