/* film.c - the tracks of a film and what its packets tell, without decoding. */
#include "media/film.h"

#include <string.h>

#include "media/media.h"

#ifdef MM_HAVE_MEDIA
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <libavcodec/avcodec.h>

#include "media/av.h"

/* Names are for people and JSON: what is not plain ASCII is left out. */
static void put_plain(char *out, size_t room, const char *text)
{
    size_t n = 0;
    for (; *text && n + 1 < room; text++)
        if (*text > ' ' && *text < 127)
            out[n++] = *text;
    out[n] = 0;
}

static void put_disposition(mm_film_track *t, int bits)
{
    size_t n = 0, room = sizeof t->disposition;
    for (int bit = 0; bit < 31; bit++) {
        const char *name = bits >> bit & 1 ? av_disposition_to_string(1 << bit) : NULL;
        size_t need = name ? strlen(name) + (n > 0) : 0;
        if (name && n + need < room)
            n += (size_t)snprintf(t->disposition + n, room - n, "%s%s", n ? "," : "", name);
    }
}

static void read_tracks(const AVFormatContext *c, mm_film_facts *f)
{
    for (unsigned i = 0; i < c->nb_streams && i < MM_FILM_TRACKS_MAX; i++) {
        const AVStream *st = c->streams[i];
        const AVDictionaryEntry *language = av_dict_get(st->metadata, "language", NULL, 0);
        const char *kind = av_get_media_type_string(st->codecpar->codec_type);
        mm_film_track *t = &f->track[f->n_tracks++];
        put_plain(t->kind, sizeof t->kind, kind ? kind : "");
        put_plain(t->codec, sizeof t->codec, avcodec_get_name(st->codecpar->codec_id));
        put_plain(t->language, sizeof t->language, language ? language->value : "");
        put_disposition(t, st->disposition);
    }
}

/* ---- packets ---------------------------------------------------------------- */

typedef struct times {
    int64_t *p;
    size_t n, room;
} times;

enum { TIMES_MAX = 16 * 1024 * 1024 };

static bool add_time(times *t, int64_t v)
{
    if (t->n == t->room) {
        size_t room = t->room ? 2 * t->room : 4096;
        int64_t *p = room <= TIMES_MAX ? realloc(t->p, room * sizeof *p) : NULL;
        if (!p)
            return false;
        t->p = p;
        t->room = room;
    }
    t->p[t->n++] = v;
    return true;
}

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void sort(times *t)
{
    if (t->n)
        qsort(t->p, t->n, sizeof *t->p, by_time);
}

/* Containers that count in milliseconds round: steps may differ by two of their ticks. */
static void tell_steadiness(const times *t, double tick, mm_film_facts *f)
{
    if (t->n < 3)
        return;
    int64_t least = INT64_MAX, most = INT64_MIN;
    for (size_t i = 1; i < t->n; i++) {
        int64_t step = (int64_t)((uint64_t)t->p[i] - (uint64_t)t->p[i - 1]);
        least = step < least ? step : least;
        most = step > most ? step : most;
    }
    double slack = fmax(MM_FILM_STEADY_S, 2 * tick);
    f->variable = ((double)most - (double)least) * tick > slack + tick / 2;
}

static void tell_keys(const times *t, double tick, mm_film_facts *f)
{
    if (t->n < 2)
        return;
    for (size_t i = 1; i < t->n; i++)
        f->key_max_s = fmax(f->key_max_s, ((double)t->p[i] - (double)t->p[i - 1]) * tick);
    f->key_mean_s = ((double)t->p[t->n - 1] - (double)t->p[0]) * tick / (double)(t->n - 1);
}

static int gather(AVFormatContext *c, int stream, times *all, times *keys, mm_film_facts *f, mm_err *e)
{
    AVPacket *packet = av_packet_alloc();
    bool room = packet != NULL;
    f->frames = f->key_frames = 0;
    while (room && av_read_frame(c, packet) >= 0) {
        bool key = packet->flags & AV_PKT_FLAG_KEY;
        int64_t at = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
        if (packet->stream_index == stream) {
            f->frames++;
            f->key_frames += key;
            if (at != AV_NOPTS_VALUE)
                room = add_time(all, at) && (!key || add_time(keys, at));
        }
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    return room ? 0 : mm_fail(e, MM_EBAD, "more frames than there is memory for");
}

static int read_packets(AVFormatContext *c, mm_film_facts *f, mm_err *e)
{
    int stream = av_find_best_stream(c, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    if (stream < 0 || c->streams[stream]->disposition & AV_DISPOSITION_ATTACHED_PIC)
        return mm_fail(e, MM_EBAD, "there are no pictures in it");
    for (unsigned i = 0; i < c->nb_streams; i++)
        if ((int)i != stream)
            c->streams[i]->discard = AVDISCARD_ALL;
    times all = { 0 }, keys = { 0 };
    int r = gather(c, stream, &all, &keys, f, e);
    if (r == 0) {
        double tick = av_q2d(c->streams[stream]->time_base);
        sort(&all);
        sort(&keys);
        tell_steadiness(&all, tick, f);
        tell_keys(&keys, tick, f);
    }
    free(all.p);
    free(keys.p);
    return r;
}

int mm_film_facts_read(mm_str bytes, const mm_film_ask *ask, mm_film_facts *f, mm_err *e)
{
    memset(f, 0, sizeof *f);
    f->frames = f->key_frames = -1;
    f->key_mean_s = f->key_max_s = f->seen_s = -1;
    f->variable = MM_UNTOLD;
    if (ask->want & (MM_FILM_TRACKS | MM_FILM_PACKETS)) {
        mm_av_source s;
        if (mm_av_open(&s, bytes, e) < 0)
            return -1;
        if (ask->want & MM_FILM_TRACKS)
            read_tracks(s.format, f);
        int r = ask->want & MM_FILM_PACKETS ? read_packets(s.format, f, e) : 0;
        mm_av_close(&s);
        if (r < 0)
            return -1;
    }
    return ask->want & (MM_FILM_PICTURES | MM_FILM_SCENE_FRAMES) ? mm_film_view(bytes, ask, f, e) : 0;
}
#else
int mm_film_facts_read(mm_str bytes, const mm_film_ask *ask, mm_film_facts *f, mm_err *e)
{
    return mm_fail(e, MM_EBAD, "audio and video need FFmpeg, which this build leaves out");
}
#endif

int mm_film_facts_take(mm_str answer, mm_film_facts *f, mm_err *e)
{
    if (answer.n != sizeof *f)
        return mm_fail(e, MM_EBAD, "the decoder answered %zu bytes in place of %zu", answer.n, sizeof *f);
    memcpy(f, answer.p, sizeof *f);
    for (size_t i = 0; i < MM_FILM_TRACKS_MAX; i++) {
        mm_film_track *t = &f->track[i];
        t->kind[sizeof t->kind - 1] = t->codec[sizeof t->codec - 1] = 0;
        t->language[sizeof t->language - 1] = t->disposition[sizeof t->disposition - 1] = 0;
    }
    bool sound = f->n_tracks <= MM_FILM_TRACKS_MAX && f->n_scenes <= MM_FILM_SCENES_MAX && f->n_black <= MM_FILM_PARTS_MAX &&
                 f->n_frozen <= MM_FILM_PARTS_MAX && f->n_looks <= MM_FILM_LOOKS_MAX;
    return sound ? 0 : mm_fail(e, MM_EBAD, "the decoder answered with what does not add up");
}
