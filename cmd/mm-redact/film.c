#include "film.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "media/watch.h"
#include "tracks.h"

enum { ROUNDS = 4, WORDS_EVERY_S = 1 };

typedef struct film {
    pixels *pixels;
    const pixels_policy *how;
    mm_cell *cell;
    const char *where;
    mm_arena *look;       /* what was seen in one picture */
    tracks tracks;
    uint64_t pictures;
} film;

bool film_wanted(const plan *p)
{
    const pixels_policy *f = &p->film;
    return f->faces != PIXELS_KEEP || f->text != PIXELS_KEEP || f->codes != PIXELS_KEEP;
}

/* A descriptor to read the bytes from, for a call that streams. */
static int as_file(mm_str bytes, mm_err *e)
{
    char path[40];
    int fd = memfd_create("film", MFD_CLOEXEC);
    if (fd < 0)
        return mm_fail_errno(e, "room for a film");
    if (mm_write_all(fd, bytes) < 0) {
        mm_fail_errno(e, "room for a film");
        close(fd);
        return -1;
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int readable = open(path, O_RDONLY | O_CLOEXEC);
    close(fd);
    return readable < 0 ? mm_fail_errno(e, "room for a film") : readable;
}

/* ---- watching --------------------------------------------------------------- */

static uint32_t what_of(const film *f)
{
    return (f->how->faces != PIXELS_KEEP ? MM_SIGHT_FACES : 0) | (f->how->codes != PIXELS_KEEP ? MM_SIGHT_CODES : 0) |
           (f->how->text != PIXELS_KEEP ? MM_SIGHT_WORDS : 0);
}

static int take_look(film *f, const mm_watch_chunk *c, mm_str answer, mm_err *e)
{
    mm_sight s;
    size_t n;
    mm_arena_reset(f->look);
    if (mm_sight_take(answer, f->look, &s, e) < 0)
        return -1;
    const mark *m = pixels_judge(f->pixels, f->how, &s, f->where, &n, e);
    if (!m)
        return -1;
    if ((c->what & ~(uint32_t)MM_SIGHT_WORDS) && tracks_look(&f->tracks, false, c->number, c->time_s, m, n, e) < 0)
        return -1;
    return (c->what & MM_SIGHT_WORDS) ? tracks_look(&f->tracks, true, c->number, c->time_s, m, n, e) : 0;
}

static int watch_fd(film *f, int fd, mm_err *e)
{
    const double every = (double)f->how->every_ns / 1e9;
    const mm_watch_args args = { .what = what_of(f), .every_s = every, .words_every_s = every > WORDS_EVERY_S ? every : WORDS_EVERY_S };
    mm_str chunk, answer;
    mm_watch_chunk c;
    int r;
    bool ended = false;
    if (mm_cell_open(f->cell, MM_MEDIA_WATCH, (mm_str){ (const char *)&args, sizeof args }, fd, e) < 0)
        return -1;
    while ((r = mm_cell_read(f->cell, &chunk, e)) == 1) {
        if (mm_watch_take(chunk, &c, &answer, e) < 0)
            return -1;
        if (c.kind == MM_WATCH_END) {
            f->pictures = c.number;
            ended = true;
        } else if (take_look(f, &c, answer, e) < 0) {
            return -1;
        }
    }
    return r == 0 && !ended ? mm_fail(e, MM_EBAD, "the decoder stopped before the end of the film") : r;
}

/* Watch, and note where something is: how many tracks more there are, or -1. */
static int watch(film *f, mm_str bytes, mm_err *e)
{
    size_t before = f->tracks.n;
    int fd = as_file(bytes, e);
    if (fd < 0)
        return -1;
    tracks_begin(&f->tracks);
    int r = watch_fd(f, fd, e);
    close(fd);
    if (r < 0)
        return -1;
    tracks_end(&f->tracks);
    return (int)(f->tracks.n - before);
}

/* ---- painting --------------------------------------------------------------- */

static int paint_fd(film *f, int fd, mm_str args, mm_buf *made, mm_err *e)
{
    mm_str chunk;
    int r;
    if (mm_cell_open(f->cell, MM_MEDIA_FILM_PAINT, args, fd, e) < 0)
        return -1;
    while ((r = mm_cell_read(f->cell, &chunk, e)) == 1)
        if (made->n || chunk.n > 1)   /* not one of the signs of life that come before */
            mm_buf_str(made, chunk);
    return r;
}

static int paint(film *f, mm_str bytes, mm_arena *a, mm_str *out, uint32_t *removed, mm_err *e)
{
    mm_recode_report report;
    mm_buf args = { 0 }, made = { 0 };
    mm_buf_put(&args, &f->pictures, sizeof f->pictures);
    tracks_boxes(&f->tracks, &args);
    int fd = as_file(bytes, e), r = fd < 0 ? -1 : 0;
    if (r == 0 && args.failed)
        r = mm_fail(e, MM_ESYS, "out of memory");
    if (r == 0)
        r = paint_fd(f, fd, mm_buf_view(&args), &made, e);
    if (r == 0 && made.n <= sizeof report)
        r = mm_fail(e, MM_EBAD, made.failed ? "out of memory" : "the decoder answered no film");
    if (r == 0) {
        memcpy(&report, made.p, sizeof report);
        *removed = report.removed;
        *out = mm_arena_copy(a, (mm_str){ made.p + sizeof report, made.n - sizeof report });
        r = out->p && !made.failed ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    }
    if (fd >= 0)
        close(fd);
    mm_buf_free(&args);
    mm_buf_free(&made);
    return r < 0 ? mm_fail_at(e, "%zu place%s to paint", f->tracks.n, f->tracks.n == 1 ? "" : "s") : 0;
}

/* ---- the whole -------------------------------------------------------------- */

static int tell(film *f, bool acted, mm_err *e)
{
    mm_buf b = { 0 };
    int r = 0;
    for (size_t i = 0; i < f->tracks.n && r == 0; i++) {
        const track *t = &f->tracks.v[i];
        const mm_paint *p = &t->mark.paint;
        b.n = 0;
        mm_buf_printf(&b, "\"box\":[%d,%d,%d,%d],\"from_s\":", p->x, p->y, p->width, p->height);
        mm_json_put_double(&b, t->from_s);
        mm_buf_printf(&b, ",\"to_s\":");
        mm_json_put_double(&b, t->to_s);
        mm_buf_printf(&b, ",\"score\":%d.%02d,\"rule\":\"%s\",\"action\":\"%s\"", t->mark.score / 100, t->mark.score % 100, t->rule,
                      pixels_action((int)p->how));
        if (b.failed || pixels_tell(f->pixels, &t->mark, f->where, mm_buf_view(&b), acted) < 0)
            r = mm_fail(e, MM_ESYS, "out of memory");
    }
    mm_buf_free(&b);
    return r;
}

static int redact(film *f, mm_str bytes, mm_arena *a, mm_str *out, uint32_t *removed, mm_err *e)
{
    int more = watch(f, bytes, e);
    if (more <= 0 || tell(f, false, e) < 0)
        return more < 0 ? -1 : more == 0 ? 0 : -1;
    for (int round = 0; round < ROUNDS; round++) {
        if (paint(f, bytes, a, out, removed, e) < 0 || (more = watch(f, *out, e)) < 0)
            return -1;
        if (more == 0)
            return tell(f, true, e);
        tracks_box(&f->tracks, f->tracks.n - (size_t)more);
    }
    return mm_fail(e, MM_EBAD, "something is still seen in it when it was painted over %d times", ROUNDS);
}

int film_redact(pixels *p, const pixels_policy *how, mm_cell *cell, mm_str bytes, const char *where, mm_arena *a, mm_str *out,
                uint32_t *removed, mm_err *e)
{
    film f = { .pixels = p, .how = how, .cell = cell, .where = where, .look = mm_arena_new() };
    *out = bytes;
    int r = f.look ? redact(&f, bytes, a, out, removed, e) : mm_fail(e, MM_ESYS, "out of memory");
    tracks_free(&f.tracks);
    mm_arena_free(f.look);
    return r;
}
