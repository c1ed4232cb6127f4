/* film_paint.c - boxes on the pictures of a film, and the operations of watch.h. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "media/paint_plane.h"
#include "media/watch.h"

enum { BEAT = 8 };  /* pictures between signs of life */

typedef struct painter {
    uint64_t pictures;          /* how many were watched */
    const mm_film_box *box;
    size_t n;
    int (*send)(mm_str chunk);
    int track;                  /* whose pictures these are; -1 before the first */
    uint64_t seen;
    mm_paint *now;              /* boxes of the picture at hand */
} painter;

static int32_t between(int32_t a, int32_t b, uint64_t at, uint64_t of)
{
    return of ? (int32_t)(a + ((int64_t)b - a) * (int64_t)at / (int64_t)of) : a;
}

static mm_paint place(const mm_film_box *b, uint64_t number)
{
    uint64_t at = number - b->from, of = b->to - b->from;
    const mm_paint *p = &b->first, *q = &b->last;
    if (of > INT32_MAX)  /* it stays to the end */
        at = of = 0;
    return (mm_paint){ between(p->x, q->x, at, of), between(p->y, q->y, at, of), between(p->width, q->width, at, of),
                       between(p->height, q->height, at, of), p->how, 0 };
}

static void paint_planes(const mm_recode_picture *p, const mm_paint *boxes, size_t n)
{
    for (int i = 0; i < p->planes; i++) {
        bool small = i > 0 && !p->rgb;
        int down_x = small ? p->shift_x : 0, down_y = small ? p->shift_y : 0;
        mm_plane plane = { .p = p->plane[i], .row = p->stride[i], .step = 1, .bits = 8, .down_x = down_x, .down_y = down_y,
                           .width = (p->width + (1 << down_x) - 1) >> down_x, .height = (p->height + (1 << down_y) - 1) >> down_y,
                           .dark = p->black[i] };
        mm_plane_paint(&plane, p->width, p->height, boxes, n);
    }
}

static int paint(void *ctx, mm_recode_picture *p, mm_err *e)
{
    painter *x = ctx;
    if (x->track < 0)
        x->track = p->track;
    if (p->track != x->track || p->number >= x->pictures)
        return mm_fail(e, MM_EBAD, "there are more pictures than were watched");
    x->seen++;
    size_t n = 0;
    for (size_t i = 0; i < x->n; i++)
        if (p->number >= x->box[i].from && p->number <= x->box[i].to)
            x->now[n++] = place(&x->box[i], p->number);
    paint_planes(p, x->now, n);
    return x->seen % BEAT ? 0 : x->send(MM_STR("."));
}

static bool is_sound(const mm_film_box *b)
{
    return b->from <= b->to && b->first.how <= MM_PAINT_BLUR && b->first.width >= 0 && b->first.height >= 0 &&
           b->last.width >= 0 && b->last.height >= 0;
}

static int read_args(mm_str args, painter *x, mm_film_box **owned, mm_err *e)
{
    size_t left = args.n - sizeof x->pictures;
    if (args.n < sizeof x->pictures || left % sizeof **owned || left / sizeof **owned > MM_FILM_BOXES)
        return mm_fail(e, MM_EBAD, "%zu bytes do not say what to paint", args.n);
    memcpy(&x->pictures, args.p, sizeof x->pictures);
    x->n = left / sizeof **owned;
    *owned = malloc(left + 1);
    x->now = malloc(x->n * sizeof *x->now + 1);
    if (!*owned || !x->now)
        return mm_fail(e, MM_ESYS, "out of memory");
    memcpy(*owned, args.p + sizeof x->pictures, left);
    x->box = *owned;
    for (size_t i = 0; i < x->n; i++)
        if (!is_sound(&x->box[i]))
            return mm_fail(e, MM_EBAD, "a box to paint does not add up");
    return 0;
}

/* Texts are somebody else's, who was here before. Written twice, the second time without a change, so that who takes metadata out of the result finds nothing to do. */
static int rewrite(painter *x, mm_str bytes, mm_buf *out, mm_err *e)
{
    mm_recode_report r, unused;
    mm_buf made = { 0 }, again = { 0 };
    const mm_recode_jobs jobs = { .picture = paint, .text = mm_recode_keep_text, .ctx = x }, none = { .text = mm_recode_keep_text };
    int status = mm_recode(bytes, &jobs, &made, &r, e);
    if (status == 0 && x->seen != x->pictures)
        status = mm_fail(e, MM_EBAD, "%llu of %llu pictures could be written anew", (unsigned long long)x->seen,
                         (unsigned long long)x->pictures);
    if (status == 0)
        status = mm_recode(mm_buf_view(&made), &none, &again, &unused, e);
    if (status == 0) {
        mm_buf_put(out, &r, sizeof r);
        mm_buf_str(out, mm_buf_view(&again));
    }
    mm_buf_free(&made);
    mm_buf_free(&again);
    return status;
}

int mm_film_paint(mm_str bytes, mm_str args, int (*send)(mm_str chunk), mm_buf *out, mm_err *e)
{
    painter x = { .send = send, .track = -1 };
    mm_film_box *owned = NULL;
    int r = read_args(args, &x, &owned, e);
    if (r == 0)
        r = rewrite(&x, bytes, out, e);
    free(owned);
    free(x.now);
    return r;
}

/* ---- operations ------------------------------------------------------------- */

/* The film behind the descriptor that came with the call. */
static int map_film(mm_str *bytes, mm_err *e)
{
    struct stat st;
    int fd = mm_jail_fd();
    if (fd < 0 || fstat(fd, &st) != 0 || st.st_size <= 0)
        return mm_fail(e, MM_EBAD, "there is no film to look at");
    void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED)
        return mm_fail_errno(e, "map film");
    *bytes = (mm_str){ p, (size_t)st.st_size };
    return 0;
}

int mm_watch_run(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    mm_watch_args a;
    mm_str bytes;
    if (args.n != sizeof a)
        return mm_fail(e, MM_EBAD, "not asked to look for anything");
    memcpy(&a, args.p, sizeof a);
    if (map_film(&bytes, e) < 0)
        return -1;
    int r = mm_watch(bytes, &a, mm_jail_send, e);
    munmap((void *)(uintptr_t)bytes.p, bytes.n);
    return r;
}

int mm_film_paint_run(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    mm_str bytes;
    if (map_film(&bytes, e) < 0)
        return -1;
    int r = mm_film_paint(bytes, args, mm_jail_send, out, e);
    munmap((void *)(uintptr_t)bytes.p, bytes.n);
    return r;
}
