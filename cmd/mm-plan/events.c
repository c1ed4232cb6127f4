/* events.c - work as jobs: each comes at its own time, waits for a free worker, and takes its own time. */
#include "chance.h"
#include "work.h"

#include <stdlib.h>
#include <string.h>

typedef struct a_job {
    double came, takes;   /* seconds from the beginning of the run; seconds */
    bool begun;           /* it was, by a worker that was lost */
} a_job;

typedef struct server {
    double free;          /* when it will have done what it does */
    a_job does;
} server;

struct events {
    const trace *trace;
    const sim_conditions *c;
    chance arrivals, service;
    double in;            /* units that came in so far */
    a_job *queue;         /* a ring */
    size_t first, n, room;
    server *heap;         /* the one that is free first at 0 */
    size_t servers, server_room;
    double carried;       /* seconds of work that servers have begun and not done */
};

events *events_begin(const trace *t, const sim_conditions *c, mm_err *e)
{
    events *j = calloc(1, sizeof *j);
    if (!j) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    j->trace = t;
    j->c = c;
    j->arrivals = chance_of(c->seed, 1);
    j->service = chance_of(c->seed, 2);
    return j;
}

void events_end(events *j)
{
    if (!j)
        return;
    free(j->queue);
    free(j->heap);
    free(j);
}

/* ---- the queue ---- */

static bool make_room(events *j)
{
    if (j->n < j->room)
        return true;
    size_t room = j->room ? 2 * j->room : 1024;
    a_job *more = malloc(room * sizeof *more);
    if (!more)
        return false;
    for (size_t i = 0; i < j->n; i++)
        more[i] = j->queue[(j->first + i) & (j->room - 1)];
    free(j->queue);
    j->queue = more;
    j->room = room;
    j->first = 0;
    return true;
}

static bool put_last(events *j, a_job a)
{
    if (!make_room(j))
        return false;
    j->queue[(j->first + j->n++) & (j->room - 1)] = a;
    return true;
}

static bool put_first(events *j, a_job a)
{
    if (!make_room(j))
        return false;
    j->first = (j->first + j->room - 1) & (j->room - 1);
    j->queue[j->first] = a;
    j->n++;
    return true;
}

/* Those that come in step i, at even chances within it. */
static bool come(events *j, size_t i)
{
    const trace *t = j->trace;
    double before = floor(j->in + 1e-6), total = 0;
    j->in += t->from + i < t->n ? t->arrivals[t->from + i] : 0;
    size_t n = (size_t)(floor(j->in + 1e-6) - before), at = j->n;
    for (size_t k = 0; k < n; k++) {   /* spacings of n even numbers are those of n + 1 waits */
        total += chance_wait(&j->arrivals);
        double takes = (j->c->model == SIM_EXPONENTIAL ? chance_wait(&j->service) : 1) / j->c->rate;
        if (!put_last(j, (a_job){ total, takes, false }))
            return false;
    }
    total += n ? chance_wait(&j->arrivals) : 0;
    for (; at < j->n; at++) {
        a_job *a = &j->queue[(j->first + at) & (j->room - 1)];
        a->came = ((double)i + a->came / total) * t->step_s;
    }
    return true;
}

/* ---- the workers ---- */

static void sift_down(server *h, size_t n, size_t i)
{
    server s = h[i];
    for (size_t k; (k = 2 * i + 1) < n; i = k) {
        if (k + 1 < n && h[k + 1].free < h[k].free)
            k++;
        if (h[k].free >= s.free)
            break;
        h[i] = h[k];
    }
    h[i] = s;
}

static bool add_server(events *j, double now)
{
    if (j->servers == j->server_room) {
        size_t room = j->server_room ? 2 * j->server_room : 16;
        server *more = realloc(j->heap, room * sizeof *more);
        if (!more)
            return false;
        j->heap = more;
        j->server_room = room;
    }
    server *h = j->heap;
    size_t i = j->servers++;
    for (; i && h[(i - 1) / 2].free > now; i = (i - 1) / 2)
        h[i] = h[(i - 1) / 2];
    h[i] = (server){ .free = now };
    return true;
}

/* Lost ones are those at the end of the heap: which these are depends on the past alone. */
static bool lose(events *j, size_t lost, double now)
{
    for (; lost && j->servers; lost--) {
        server *s = &j->heap[--j->servers];
        if (s->free <= now)
            continue;
        j->carried -= s->free - now;
        s->does.begun = true;
        if (!put_first(j, s->does))
            return false;
    }
    return true;
}

/* One that is let go ends what it does. */
static bool set_servers(events *j, size_t workers, double now)
{
    while (j->servers > workers) {
        j->heap[0] = j->heap[--j->servers];
        sift_down(j->heap, j->servers, 0);
    }
    while (j->servers < workers)
        if (!add_server(j, now))
            return false;
    return true;
}

static void begin_job(events *j, double start, work_done *d)
{
    a_job a = j->queue[j->first];
    j->first = (j->first + 1) & (j->room - 1);
    j->n--;
    if (!a.begun) {
        double wait = start - a.came;
        d->waited += wait;
        d->longest_s = wait > d->longest_s ? wait : d->longest_s;
        d->late += wait > j->c->limit_s;
        d->served++;
    }
    j->heap[0].free = start + a.takes;
    d->until_s = j->heap[0].free > d->until_s ? j->heap[0].free : d->until_s;
    j->heap[0].does = a;
    sift_down(j->heap, j->servers, 0);
    d->busy_s += a.takes;
}

int events_step(events *j, size_t i, size_t workers, size_t lost, work_done *d)
{
    double begin = (double)i * j->trace->step_s, end = begin + j->trace->step_s, open = 0;
    *d = (work_done){ .busy_s = j->carried };
    if (!lose(j, lost, begin) || !come(j, i) || !set_servers(j, workers, begin))
        return -1;
    while (j->n && j->servers) {
        double came = j->queue[j->first].came, free = j->heap[0].free, start = came > free ? came : free;
        if (start >= end)
            break;
        begin_job(j, start, d);
    }
    for (size_t k = 0; k < j->servers; k++)
        open += j->heap[k].free > end ? j->heap[k].free - end : 0;
    d->busy_s -= open;
    j->carried = open;
    d->queue = (double)j->n;
    d->oldest_s = j->n ? end - j->queue[j->first].came : 0;
    return 0;
}
