/* video_film.c - the tracks of a film, its key frames, scenes, black and frozen parts; on demand. */
#include <math.h>
#include <string.h>

#include "ask.h"
#include "media/film.h"

enum {
    TRACKS, FRAMES, KEY_FRAMES, KEY_MEAN, KEY_MAX, VARIABLE, SCENES, BLACK, BLACK_SHARE, FROZEN, FROZEN_SHARE, SEEN, SCENE_FRAMES
};

static const fact facts[] = {
    [TRACKS] = { "video.tracks", "array", "", NEED_HEAD, true, "{index, kind, codec, language, disposition} of each stream; FFmpeg's names" },
    [FRAMES] = { "video.frames", "integer", "", NEED_WHOLE, true, "packets of the picture track, which are its frames" },
    [KEY_FRAMES] = { "video.key_frames", "integer", "", NEED_WHOLE, true, "those that stand by themselves" },
    [KEY_MEAN] = { "video.key_frame_interval_s", "number", "s", NEED_WHOLE, true, "from a key frame to the next, mean" },
    [KEY_MAX] = { "video.key_frame_interval_max_s", "number", "s", NEED_WHOLE, true, "the longest of these" },
    [VARIABLE] = { "video.variable_frame_rate", "boolean", "", NEED_WHOLE, true, "the time from frame to frame differs by more than 2 ms, or two ticks of the container" },
    [SCENES] = { "video.scenes", "array", "s", NEED_PIXELS, true, "when each scene begins, up to 1024; a cut is where the mean absolute difference of luma to the frame before, and its change, reach 0.1 of full scale (FFmpeg's scdet)" },
    [BLACK] = { "video.black", "array", "s", NEED_PIXELS, true, "[from, to] of parts of 2 s or more in which 98 % of the pixels have luma of at most 0.1 of full scale, up to 256 (FFmpeg's blackdetect)" },
    [BLACK_SHARE] = { "video.black_share", "number", "", NEED_PIXELS, true, "their share of video.seen_s" },
    [FROZEN] = { "video.frozen", "array", "s", NEED_PIXELS, true, "[from, to] of parts of 2 s or more in which luma stays as it was, within 0.001 of full scale in the mean, up to 256 (FFmpeg's freezedetect)" },
    [FROZEN_SHARE] = { "video.frozen_share", "number", "", NEED_PIXELS, true, "their share of video.seen_s" },
    [SEEN] = { "video.seen_s", "number", "s", NEED_PIXELS, true, "time of the last frame looked at for these, made at most 160 px wide and high; at most --max-video" },
    [SCENE_FRAMES] = { "video.scene_frames", "array", "", NEED_PIXELS, true, "{t, pdq, pdq_quality, luma_mean, sharpness} of the first frame of each scene, up to 32, made at most 512 px wide and high; as under image" },
};

static uint32_t wanted(const answer *a)
{
    uint32_t want = asked(a, TRACKS) ? MM_FILM_TRACKS : 0;
    for (size_t i = FRAMES; i <= VARIABLE; i++)
        want |= asked(a, i) ? MM_FILM_PACKETS : 0;
    for (size_t i = SCENES; i <= SEEN; i++)
        want |= asked(a, i) ? MM_FILM_PICTURES : 0;
    return want | (asked(a, SCENE_FRAMES) ? MM_FILM_SCENE_FRAMES : 0);
}

static void put_rounded(mm_buf *b, double v, double steps)
{
    mm_json_put_double(b, isfinite(v) ? round(v * steps) / steps : 0);
}

static double micros(double v)
{
    return round(v * 1e6) / 1e6;
}

static void put_track(mm_buf *b, uint32_t i, const mm_film_track *t)
{
    mm_buf_printf(b, "%s{\"index\":%u,\"kind\":", i ? "," : "", i);
    mm_json_put(b, mm_str_of(t->kind));
    mm_buf_printf(b, ",\"codec\":");
    mm_json_put(b, mm_str_of(t->codec));
    if (t->language[0]) {
        mm_buf_printf(b, ",\"language\":");
        mm_json_put(b, mm_str_of(t->language));
    }
    mm_buf_printf(b, ",\"disposition\":[");
    for (const char *p = t->disposition; *p;) {
        size_t n = strcspn(p, ",");
        mm_json_put(b, (mm_str){ p, n });
        p += n;
        if (*p++ == 0)
            break;
        mm_buf_byte(b, ',');
    }
    mm_buf_printf(b, "]}");
}

static void put_look(mm_buf *b, uint32_t i, const mm_film_look *l)
{
    mm_buf_printf(b, "%s{\"t\":", i ? "," : "");
    put_rounded(b, l->time_s, 1e6);
    mm_buf_printf(b, ",\"pdq\":\"");
    for (size_t k = 0; k < sizeof l->pdq; k++)
        mm_buf_printf(b, "%02x", l->pdq[k]);
    mm_buf_printf(b, "\",\"pdq_quality\":%u,\"luma_mean\":", l->pdq_quality);
    put_rounded(b, l->luma_mean, 100);
    mm_buf_printf(b, ",\"sharpness\":");
    put_rounded(b, l->sharpness, 100);
    mm_buf_byte(b, '}');
}

static void put_part(mm_buf *b, uint32_t i, const mm_film_part *p)
{
    mm_buf_printf(b, "%s[", i ? "," : "");
    put_rounded(b, p->from_s, 1e6);
    mm_buf_byte(b, ',');
    put_rounded(b, p->to_s, 1e6);
    mm_buf_byte(b, ']');
}

static void tell_array(answer *a, size_t number, mm_buf *b)
{
    mm_buf_byte(b, ']');
    if (!b->failed)
        tell_raw(a, number, mm_buf_view(b));
    b->n = 0;
    mm_buf_byte(b, '[');
}

static void tell_parts(answer *a, size_t number, const mm_film_part *p, uint32_t n, mm_buf *b)
{
    for (uint32_t i = 0; i < n; i++)
        put_part(b, i, &p[i]);
    tell_array(a, number, b);
}

static void tell_pictures(const mm_film_facts *f, answer *a, mm_buf *b)
{
    for (uint32_t i = 0; i < f->n_scenes; i++) {
        if (i)
            mm_buf_byte(b, ',');
        put_rounded(b, f->scene[i], 1e6);
    }
    tell_array(a, SCENES, b);
    tell_parts(a, BLACK, f->black, f->n_black, b);
    tell_parts(a, FROZEN, f->frozen, f->n_frozen, b);
    tell_double(a, SEEN, micros(f->seen_s));
    if (f->seen_s > 0) {
        tell_double(a, BLACK_SHARE, round(f->black_s / f->seen_s * 1e4) / 1e4);
        tell_double(a, FROZEN_SHARE, round(f->frozen_s / f->seen_s * 1e4) / 1e4);
    }
    for (uint32_t i = 0; i < f->n_looks; i++)
        put_look(b, i, &f->look[i]);
    tell_array(a, SCENE_FRAMES, b);
}

static void tell(const mm_film_facts *f, uint32_t want, answer *a)
{
    mm_buf b = { 0 };
    mm_buf_byte(&b, '[');
    for (uint32_t i = 0; i < f->n_tracks; i++)
        put_track(&b, i, &f->track[i]);
    tell_array(a, TRACKS, &b);
    tell_int(a, FRAMES, f->frames);
    tell_int(a, KEY_FRAMES, f->key_frames);
    tell_double(a, KEY_MEAN, micros(f->key_mean_s));
    tell_double(a, KEY_MAX, micros(f->key_max_s));
    tell_bool(a, VARIABLE, f->variable);
    if (want & (MM_FILM_PICTURES | MM_FILM_SCENE_FRAMES))
        tell_pictures(f, a, &b);
    mm_buf_free(&b);
}

static int probe(subject *s, answer *a, mm_err *e)
{
    mm_film_ask ask = { .want = wanted(a), .max_seconds = s->bench->max_video_s, .max_pixels = s->bench->max_pixels };
    mm_film_facts f;
    mm_str bytes;
    int r = ask_worker(s, a, MM_MEDIA_FILM_FACTS, (mm_str){ (const char *)&ask, sizeof ask }, &bytes, e);
    if (r <= 0)
        return r;
    if (mm_film_facts_take(bytes, &f, e) < 0)
        return -1;
    if (f.damaged)
        warn(a, "some of the pictures could not be decoded");
    if (f.limited)
        warn(a, "only the first %g s of the pictures were looked at", micros(f.seen_s));
    if (f.full)
        warn(a, "there are more scenes, black or frozen parts than are told");
    tell(&f, ask.want, a);
    return 0;
}

const prober film_prober = { "film", ON_VIDEO, facts, sizeof facts / sizeof *facts, probe };
