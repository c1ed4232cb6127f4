#include "tracks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST = 4096,   /* tracks */
    GAP = 5,       /* looks without it, behind which a thing is another */
};

void tracks_free(tracks *t)
{
    for (size_t i = 0; i < t->n; i++)
        free(t->v[i].point);
    free(t->v);
    *t = (tracks){ 0 };
}

void tracks_begin(tracks *t)
{
    t->looks[0] = t->looks[1] = 0;
    t->last[0] = t->last[1] = 0;
}

void tracks_end(tracks *t)
{
    for (size_t i = 0; i < t->n; i++)
        t->v[i].ended = true;
}

/* ---- taking up -------------------------------------------------------------- */

static int64_t common(const mm_paint *a, const mm_paint *b)
{
    int64_t left = a->x > b->x ? a->x : b->x, top = a->y > b->y ? a->y : b->y;
    int64_t right = a->x + a->width < b->x + b->width ? a->x + a->width : b->x + b->width;
    int64_t bottom = a->y + a->height < b->y + b->height ? a->y + a->height : b->y + b->height;
    return right > left && bottom > top ? (right - left) * (bottom - top) : 0;
}

static track_point *last_of(const track *t)
{
    return &t->point[t->n - 1];
}

/* The track that a mark goes on with: of those open the one it has most in common with. */
static track *find(tracks *t, bool read, const mark *m)
{
    track *best = NULL;
    int64_t most = 0;
    for (size_t i = 0; i < t->n; i++) {
        track *k = &t->v[i];
        if (k->ended || k->words != read || k->mark.by != m->by || last_of(k)->look == t->looks[read] ||
            last_of(k)->look + GAP < t->looks[read])
            continue;
        int64_t c = common(&last_of(k)->box, &m->paint);
        if (c > most) {
            most = c;
            best = k;
        }
    }
    return best;
}

static track *begin(tracks *t, bool read, const mark *m, double time_s)
{
    if (t->n == t->room) {
        size_t room = t->room ? 2 * t->room : 16;
        track *v = realloc(t->v, room * sizeof *v);
        if (!v)
            return NULL;
        t->v = v;
        t->room = room;
    }
    track *k = &t->v[t->n++];
    *k = (track){ .mark = *m, .words = read, .from_s = time_s };
    snprintf(k->rule, sizeof k->rule, "%s", m->rule);
    k->before = t->looks[read] ? t->last[read] + 1 : 0;
    return k;
}

static int add(track *k, track_point p, double time_s, int score)
{
    if (k->n == k->room) {
        size_t room = k->room ? 2 * k->room : 16;
        track_point *point = realloc(k->point, room * sizeof *point);
        if (!point)
            return -1;
        k->point = point;
        k->room = room;
    }
    k->point[k->n++] = p;
    k->to_s = time_s;
    k->behind = UINT64_MAX;
    k->mark.score = score > k->mark.score ? score : k->mark.score;
    return 0;
}

/* Those that were seen in the look before and are not in this one may still be in the pictures between. */
static void close_open(tracks *t, bool read, uint64_t number)
{
    for (size_t i = 0; i < t->n; i++)
        if (!t->v[i].ended && t->v[i].words == read && t->v[i].behind == UINT64_MAX && last_of(&t->v[i])->look < t->looks[read])
            t->v[i].behind = number;
}

int tracks_look(tracks *t, bool read, uint64_t number, double time_s, const mark *m, size_t n, mm_err *e)
{
    for (size_t i = 0; i < n; i++) {
        bool is_read = m[i].by != detector_named(MM_STR("face")) && m[i].by != detector_named(MM_STR("barcode"));
        if (is_read != read)
            continue;
        track *k = find(t, read, &m[i]);
        if (!k && t->n == MOST)
            return mm_fail(e, MM_EBAD, "more than %d things to paint over", MOST);
        if (!k)
            k = begin(t, read, &m[i], time_s);
        if (!k || add(k, (track_point){ number, t->looks[read], m[i].paint }, time_s, m[i].score) < 0)
            return mm_fail(e, MM_ESYS, "out of memory");
    }
    close_open(t, read, number);
    t->looks[read]++;
    t->last[read] = number;
    return 0;
}

/* ---- what to paint ---------------------------------------------------------- */

static bool meet(const track *a, const track *b)
{
    if (a->before > b->behind || b->before > a->behind)
        return false;
    for (size_t i = 0; i < a->n; i++)
        for (size_t k = 0; k < b->n; k++)
            if (common(&a->point[i].box, &b->point[k].box))
                return true;
    return false;
}

void tracks_box(tracks *t, size_t old)
{
    for (size_t i = old; i < t->n; i++) {
        t->v[i].solid = true;
        for (size_t k = 0; k < old; k++)
            t->v[k].solid |= meet(&t->v[i], &t->v[k]);
    }
    for (size_t i = 0; i < t->n; i++)
        if (t->v[i].solid)
            t->v[i].mark.paint.how = MM_PAINT_BOX;
}

/* Where a box is only guessed at it is larger by a quarter on each side. */
static mm_paint grown(mm_paint p)
{
    int shorter = p.width < p.height ? p.width : p.height, more = shorter / 4 + 1;
    return (mm_paint){ p.x - more, p.y - more, p.width + 2 * more, p.height + 2 * more, p.how, 0 };
}

/* Where p would be at `number` if it went on as from q to p. */
static mm_paint gone_on(const track_point *q, const track_point *p, uint64_t number)
{
    double step = ((double)number - (double)p->number) / ((double)p->number - (double)q->number);
    mm_paint b = p->box;
    b.x += (int)((p->box.x - q->box.x) * step);
    b.y += (int)((p->box.y - q->box.y) * step);
    return b;
}

static void put(mm_buf *out, const track *t, uint64_t from, uint64_t to, mm_paint a, mm_paint b)
{
    a.how = b.how = t->solid ? MM_PAINT_BOX : t->mark.paint.how;
    a.page = b.page = 0;
    if (t->solid) {
        a = grown(a);
        b = grown(b);
    }
    mm_film_box box = { from, to, a, b };
    if (from <= to)
        mm_buf_put(out, &box, sizeof box);
}

/* Between two looks a box moves evenly, and is larger when others saw nothing in between. */
static void put_between(mm_buf *out, const track *t, const track_point *a, const track_point *b)
{
    bool sure = a->look + 1 == b->look;
    put(out, t, a->number, b->number, sure ? a->box : grown(a->box), sure ? b->box : grown(b->box));
}

/* Before it was first seen and after it was last, up to the next look: where it was, and where it would have been. */
static void put_ends(mm_buf *out, const track *t)
{
    const track_point *first = &t->point[0], *last = last_of(t);
    if (t->before < first->number) {
        put(out, t, t->before, first->number, grown(first->box), grown(first->box));
        if (t->n > 1)
            put(out, t, t->before, first->number, grown(gone_on(&t->point[1], first, t->before)), grown(first->box));
    }
    if (t->behind > last->number) {
        put(out, t, last->number, t->behind, grown(last->box), grown(last->box));
        if (t->n > 1 && t->behind != UINT64_MAX)
            put(out, t, last->number, t->behind, grown(last->box), grown(gone_on(last - 1, last, t->behind)));
    }
}

void tracks_boxes(const tracks *t, mm_buf *out)
{
    for (size_t i = 0; i < t->n; i++) {
        const track *k = &t->v[i];
        for (size_t p = 0; p + 1 < k->n; p++)
            put_between(out, k, &k->point[p], &k->point[p + 1]);
        if (k->n == 1)
            put(out, k, k->point[0].number, k->point[0].number, k->point[0].box, k->point[0].box);
        put_ends(out, k);
    }
}
