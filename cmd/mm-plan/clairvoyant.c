/* clairvoyant.c - the dynamic program.
 *
 * What matters are the workers ready in each step, r. The cheapest way to have them is to ask for the most of r[t .. t + startup] at t;
 * then each worker that becomes ready costs `startup` steps of its price and the price of scaling more than the steps in which it is
 * ready, and gaps that it would be cheaper to bridge are never chosen. So the least cost from step t on is a function of r[t - 1] and
 * the queue alone:
 *     F(t, r, q) = min over r' of  price r' + (startup price + scale_price) max(0, r' - r) + late_price late(t, q, r') + F(t + 1, r', q')
 * Backwards in time F is kept at the borders of about sqrt(n) spans, and found again within each on the way forwards. */
#include "clairvoyant.h"
#include "work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = 65 };

typedef struct program {
    fluid fluid;
    const sim_conditions *c;
    size_t steps, first;
    double capacity;      /* of a worker in a step */
    double paid, asked, late_price;   /* for a worker and step, for each more, for a unit */
    size_t *workers;      /* that there may be, rising */
    size_t n;
    double queue[LEVELS]; /* rising from 0 */
    size_t *useful;       /* how many of the numbers of workers are worth thinking of in each step */
} program;

/* ---- grids ---- */

static int grid_workers(program *p, const trace *t, mm_err *e)
{
    double peak = ceil(trace_peak(t) / p->capacity) + 1;
    size_t low = sim_allowed(p->c, 0), high = sim_allowed(p->c, peak > (double)p->first ? peak : (double)p->first);
    p->workers = malloc((high - low < 64 ? high - low + 1 : 1200) * sizeof *p->workers);
    if (!p->workers)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t w = low; p->n < 1200; w += w < low + 64 ? 1 : w / 50 + 1) {
        p->workers[p->n++] = w < high ? w : high;
        if (w >= high)
            break;
    }
    return 0;
}

static void grid_queue(program *p)
{
    double most = 0;
    for (size_t i = 0; i < p->steps; i++) {
        fluid_limit l = fluid_limits(&p->fluid, i);
        most = fmax(most, l.window + 2 * l.in);
    }
    double step = p->capacity / 4;
    bool even = most <= step * (LEVELS - 1);
    for (int k = 0; k < LEVELS; k++) {
        double part = (double)k / (LEVELS - 1);
        p->queue[k] = even ? step * k : most * part * part;
    }
}

/* F between the levels from k on, which is not beyond q; f is that of one number of workers. */
static inline double between(const program *p, const float *f, double q, int *k)
{
    while (*k < LEVELS - 2 && p->queue[*k + 1] <= q)
        ++*k;
    return (double)f[*k] + (double)(f[*k + 1] - f[*k]) * ((q - p->queue[*k]) / (p->queue[*k + 1] - p->queue[*k]));
}

/* More workers than would serve at once all that may wait are kept only over gaps that are cheaper to bridge. And until the first that
 * are asked for are ready, there can be no more than at the beginning. */
static int set_useful(program *p, mm_err *e)
{
    size_t bridge = p->c->startup + (size_t)fmin(1e6, p->paid > 0 ? p->c->scale_price / p->paid : 1e6) + p->fluid.whole + 1;
    double *need = malloc(p->steps * sizeof *need);
    size_t *top = malloc(p->steps * sizeof *top), first = 0, last = 0;   /* falling, of the steps that may be the most of a span */
    p->useful = malloc(p->steps * sizeof *p->useful);
    if (!need || !top || !p->useful) {
        free(need);
        free(top);
        return mm_fail(e, MM_ESYS, "out of memory");
    }
    for (size_t i = 0; i < p->steps; i++) {
        fluid_limit l = fluid_limits(&p->fluid, i);
        need[i] = (l.window + 2 * l.in) / p->capacity + 2;
    }
    for (size_t i = 0, seen = 0; i < p->steps; i++) {
        for (; seen < p->steps && seen <= i + bridge; seen++) {
            while (last > first && need[top[last - 1]] <= need[seen])
                last--;
            top[last++] = seen;
        }
        while (top[first] + bridge < i)
            first++;
        double most = i < p->c->startup && (double)p->first < need[top[first]] ? (double)p->first : need[top[first]];
        size_t n = p->n;
        while (n > 1 && (double)p->workers[n - 1] > most)
            n--;
        p->useful[i] = n;
    }
    free(need);
    free(top);
    return 0;
}

/* ---- backwards ---- */

/* From F(i + 1) to F(i), in place; F is [workers][LEVELS]. */
static void back(const program *p, size_t i, float *f)
{
    fluid_limit l = fluid_limits(&p->fluid, i);
    size_t n = p->useful[i];
    for (size_t w = 0; w < n; w++) {
        double served = (double)p->workers[w] * p->capacity, pay = (double)p->workers[w] * p->paid;
        float *at = f + w * LEVELS, old[LEVELS];
        int low = 0;
        memcpy(old, at, sizeof old);
        for (int k = 0; k < LEVELS; k++) {
            double left = p->queue[k] + l.in - served;
            at[k] = (float)(pay + p->late_price * fluid_late(&l, p->queue[k], served) + (left > 0 ? between(p, old, left, &low) : (double)old[0]));
        }
    }
    for (size_t w = n; w < p->n; w++)   /* one can not have that many, nor have had them */
        memcpy(f + w * LEVELS, f + (n - 1) * LEVELS, LEVELS * sizeof *f);
    for (size_t w = n - 1; w-- > 0;)    /* to have more than before */
        for (int k = 0; k < LEVELS; k++) {
            float more = f[(w + 1) * LEVELS + (size_t)k] + (float)((double)(p->workers[w + 1] - p->workers[w]) * p->asked);
            if (more < f[w * LEVELS + (size_t)k])
                f[w * LEVELS + (size_t)k] = more;
        }
    for (size_t w = 1; w < p->n; w++)   /* to have fewer */
        for (int k = 0; k < LEVELS; k++)
            if (f[(w - 1) * LEVELS + (size_t)k] < f[w * LEVELS + (size_t)k])
                f[w * LEVELS + (size_t)k] = f[(w - 1) * LEVELS + (size_t)k];
}

/* ---- forwards ---- */

/* The best number for step i, where `before` were ready and `queue` waits; f is F(i + 1). Moves the queue. */
static size_t choose(const program *p, size_t i, const float *f, size_t before, double *queue)
{
    fluid_limit l = fluid_limits(&p->fluid, i);
    size_t n = p->useful[i], chosen = 0;
    double least = INFINITY, next = 0;
    for (size_t w = 0; w < n; w++) {
        double workers = (double)p->workers[w], served = workers * p->capacity, left = fmax(0, *queue + l.in - served);
        int low = 0;
        double v = workers * p->paid + p->late_price * fluid_late(&l, *queue, served) + between(p, f + w * LEVELS, left, &low);
        if (p->workers[w] > before)
            v += (workers - (double)before) * p->asked;
        if (v < least) {
            least = v;
            chosen = w;
            next = left;
        }
    }
    *queue = next;
    return p->workers[chosen];
}

static int solve(program *p, size_t *ready, mm_err *e)
{
    size_t size = p->n * LEVELS, span = (size_t)ceil(sqrt((double)p->steps)), spans = (p->steps + span - 1) / span;
    float *border = calloc((spans + 1) * size, sizeof *border), *within = malloc((span + 1) * size * sizeof *within);
    if (!border || !within) {
        free(border);
        free(within);
        return mm_fail(e, MM_ESYS, "out of memory");
    }
    for (size_t s = spans; s-- > 0;) {
        float *f = border + s * size;
        memcpy(f, f + size, size * sizeof *f);
        for (size_t i = (s + 1) * span < p->steps ? (s + 1) * span : p->steps; i-- > s * span;)
            back(p, i, f);
    }
    double queue = 0;
    size_t before = p->first;
    for (size_t s = 0; s < spans; s++) {
        size_t from = s * span, n = p->steps - from < span ? p->steps - from : span;
        memcpy(within + n * size, border + (s + 1) * size, size * sizeof *within);
        for (size_t i = n; i-- > 0;) {
            memcpy(within + i * size, within + (i + 1) * size, size * sizeof *within);
            back(p, from + i, within + i * size);
        }
        for (size_t i = 0; i < n; i++)
            before = ready[from + i] = choose(p, from + i, within + (i + 1) * size, before, &queue);
    }
    free(border);
    free(within);
    return 0;
}

int clairvoyant_priced(size_t *wanted, const trace *t, const sim_conditions *c, double rate, double late_price, mm_err *e)
{
    program p = { .c = c, .steps = sim_steps(t, c), .capacity = rate * t->step_s, .paid = c->price * t->step_s / 3600, .late_price = late_price };
    p.asked = p.paid * (double)c->startup + c->scale_price;
    p.first = sim_first(t, c);
    int rc = fluid_begin(&p.fluid, t, c, e);
    if (rc == 0)
        rc = grid_workers(&p, t, e);
    if (rc == 0) {
        grid_queue(&p);
        rc = set_useful(&p, e);
    }
    if (rc == 0)
        rc = solve(&p, wanted, e);
    for (size_t i = 0; rc == 0 && i < p.steps; i++)   /* ask in time for what is needed until then */
        for (size_t k = i + 1; k < p.steps && k <= i + c->startup; k++)
            wanted[i] = wanted[k] > wanted[i] ? wanted[k] : wanted[i];
    free(p.workers);
    free(p.useful);
    fluid_end(&p.fluid);
    return rc;
}
