/* watch.c - looking at the pictures of a film, one every so often. */
#include "media/watch.h"

#include <string.h>

#include "media/frames.h"

#ifdef MM_HAVE_MEDIA
#include "media/av.h"

enum { CHUNK = 1 << 20 };  /* the longest mm_jail_send takes */

typedef struct watcher {
    const mm_watch_args *a;
    int (*send)(mm_str chunk);
    mm_sight_seen *seen;
    mm_buf out;
    int orientation;
    double looked_s, read_s;   /* when the last was looked at, and read */
    uint64_t number;
} watcher;

/* How many tracks of pictures there are, covers aside. */
static int count_tracks(mm_str bytes, mm_err *e)
{
    mm_av_source in;
    int n = 0;
    if (mm_av_open(&in, bytes, e) < 0)
        return -1;
    for (unsigned i = 0; i < in.format->nb_streams; i++) {
        const AVStream *s = in.format->streams[i];
        n += s->codecpar->codec_type == AVMEDIA_TYPE_VIDEO && !(s->disposition & AV_DISPOSITION_ATTACHED_PIC);
    }
    mm_av_close(&in);
    return n;
}

/* As EXIF would say it. */
static int orientation_of(mm_str bytes)
{
    mm_av_facts f;
    mm_err unused;
    if (mm_av_facts_read(bytes, &f, &unused) < 0)
        return 1;
    return f.rotation == 90 ? 6 : f.rotation == 180 ? 3 : f.rotation == 270 ? 8 : 1;
}

static int send(watcher *w, mm_watch_chunk head, mm_err *e)
{
    mm_buf b = { 0 };
    mm_buf_put(&b, &head, sizeof head);
    if (head.kind == MM_WATCH_LOOK)
        mm_buf_str(&b, mm_buf_view(&w->out));
    int r = b.failed ? mm_fail(e, MM_ESYS, "out of memory")
            : b.n > CHUNK ? mm_fail(e, MM_EBAD, "too much to be seen in one picture")
                          : w->send(mm_buf_view(&b));
    mm_buf_free(&b);
    return r;
}

static int look(watcher *w, const mm_frame *f, mm_err *e)
{
    /* Where no time is known, every picture is looked at. */
    bool due = f->time_s < 0 || f->key || w->number == 0 || f->time_s >= w->looked_s + w->a->every_s;
    bool words = f->time_s < 0 || w->number == 0 || f->time_s >= w->read_s + w->a->words_every_s;
    uint32_t what = (due ? w->a->what & ~(uint32_t)MM_SIGHT_WORDS : 0) | (words ? w->a->what & MM_SIGHT_WORDS : 0);
    if (!what)
        return 0;
    if (due)
        w->looked_s = f->time_s;
    if (words)
        w->read_s = f->time_s;
    w->out.n = 0;
    mm_sight_want(w->seen, what);
    if (mm_sight_look(w->seen, f->pixels, f->width, f->height, w->orientation, 0, e) < 0 ||
        mm_sight_end(w->seen, false, &w->out, e) < 0)
        return -1;
    return send(w, (mm_watch_chunk){ w->number, f->time_s, MM_WATCH_LOOK, what }, e);
}

static int watch_all(watcher *w, mm_str bytes, mm_err *e)
{
    const mm_frame_opts o = { .form = MM_PIXELS_RGB, .max_pixels = w->a->max_pixels };
    mm_frame f;
    int r = 0;
    mm_frames *frames = mm_frames_open(bytes, &o, e);
    if (!frames)
        return -1;
    while ((r = mm_frames_next(frames, &f, e)) == 1) {
        if ((r = look(w, &f, e)) < 0)
            break;
        w->number++;
    }
    mm_frames_close(frames);
    return r;
}

int mm_watch(mm_str bytes, const mm_watch_args *a, int (*to)(mm_str chunk), mm_err *e)
{
    watcher w = { .a = a, .send = to };
    int tracks = count_tracks(bytes, e), r = 0;
    if (tracks < 0)
        return -1;
    if (tracks > 1)
        return mm_fail(e, MM_EBAD, "%d tracks of pictures, of which only one could be watched", tracks);
    if (tracks == 1) {
        w.orientation = orientation_of(bytes);
        w.seen = mm_sight_begin(a->what, e);
        r = w.seen ? watch_all(&w, bytes, e) : -1;
    }
    if (r == 0)
        r = send(&w, (mm_watch_chunk){ w.number, 0, MM_WATCH_END, 0 }, e);
    mm_sight_free(w.seen);
    mm_buf_free(&w.out);
    return r;
}
#else
int mm_watch(mm_str bytes, const mm_watch_args *a, int (*to)(mm_str chunk), mm_err *e)
{
    return mm_fail(e, MM_EBAD, "films need FFmpeg, which this build leaves out");
}
#endif

int mm_watch_take(mm_str chunk, mm_watch_chunk *c, mm_str *sight, mm_err *e)
{
    if (chunk.n < sizeof *c)
        return mm_fail(e, MM_EBAD, "the decoder answered %zu bytes, which is no look at a film", chunk.n);
    memcpy(c, chunk.p, sizeof *c);
    *sight = (mm_str){ chunk.p + sizeof *c, chunk.n - sizeof *c };
    return c->kind <= MM_WATCH_END ? 0 : mm_fail(e, MM_EBAD, "the decoder answered with what does not add up");
}
