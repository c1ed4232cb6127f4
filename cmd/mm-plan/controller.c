/* controller.c - model predictive control of a stream's workers. */
#include "controller.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const control controller_plain = { .safety = 0, .aim = 0.1, .reserve = 0.12, .ease = 0.5, .hold = 1 };

#define MEMORY 1000.0
#define FURTHEST 4096   /* steps of look-ahead at most */

struct controller {
    const sim_conditions *c;
    control how;
    arrivals *forecast;
    double step_s, unit;   /* units that a worker does in a step */
    double limit;          /* steps that work may wait */
    size_t startup, ahead, hold;   /* steps: until ready; looked ahead; that a start costs as much as */
    double *before;        /* units that came before each step so far, a ring */
    size_t ring, t;
    size_t *due;           /* workers that will be ready, by step modulo startup + 2 */
    size_t wanted;
    bool begun;
    double odds;           /* log of the chance over what is left of it */
    double late, arrived, rate;   /* rate: of arrivals, smoothed */
    double overdue;
    double told, miss;     /* what was expected for this step; square of how far it was off, smoothed */
    double paid, work;     /* units that could have been served, and were; of about the last MEMORY steps */
    /* of the step that is decided, by distance from its beginning; [0 .. ahead] */
    double *come, *come_high;      /* units that will have come, expected and by the chance */
    double *must, *must_high;      /* of these, those that must have been begun */
    double *ready;         /* workers, by what was decided before */
};

const arrivals *controller_forecast(const controller *k) { return k->forecast; }
double controller_late(const controller *k) { return k->late; }
double controller_arrived(const controller *k) { return k->arrived; }
double controller_roughness(const controller *k) { return k->rate > 0 ? sqrt(k->miss) / k->rate : 0; }
double controller_step_s(const controller *k) { return k->step_s; }
double controller_size(const controller *k) { return k->rate / k->unit; }

void controller_free(controller *k)
{
    if (!k)
        return;
    arrivals_free(k->forecast);
    free(k->before);
    free(k->due);
    free(k->come);
    free(k);
}

static void measure(controller *k)
{
    double scale = k->c->price > 0 ? k->c->scale_price / (k->c->price * k->step_s / 3600) : 0;
    double hold = k->how.hold * ((double)k->startup + scale);
    size_t most = k->ahead > k->startup ? k->ahead - k->startup : 1;
    k->hold = hold < (double)most ? (size_t)ceil(hold) : most;
}

controller *controller_new(double step_s, int64_t start, const sim_conditions *c)
{
    controller *k = calloc(1, sizeof *k);
    if (!k)
        return NULL;
    *k = (controller){ .c = c, .how = controller_plain, .step_s = step_s, .unit = c->rate * step_s, .limit = c->limit_s / step_s,
                       .startup = c->startup, .odds = 5 };
    double scale = c->price > 0 ? c->scale_price / (c->price * step_s / 3600) : 0;
    double ahead = (double)c->startup * 4 + 2 + ceil(k->limit) + fmin(2 * scale, 1000);
    k->ahead = ahead < FURTHEST ? (size_t)ahead : FURTHEST;
    k->ring = k->ahead + (size_t)k->limit + 4;
    size_t n = k->ahead + 1;
    k->forecast = arrivals_new(step_s, start, k->ahead, k->startup + 1);
    k->before = calloc(k->ring, sizeof *k->before);
    k->due = calloc(c->startup + 2, sizeof *k->due);
    k->come = calloc(5 * n, sizeof *k->come);
    if (!k->forecast || !k->before || !k->due || !k->come) {
        controller_free(k);
        return NULL;
    }
    k->come_high = k->come + n;
    k->must = k->come + 2 * n;
    k->must_high = k->come + 3 * n;
    k->ready = k->come + 4 * n;
    measure(k);
    return k;
}

void controller_set(controller *k, const control *how)
{
    k->how = *how;
    measure(k);
}

void controller_past(controller *k, double units)
{
    double before = k->before[k->t % k->ring];
    k->before[++k->t % k->ring] = before + units;
    k->rate += (units - k->rate) * (k->t < 50 ? 1 / (double)k->t : 0.02);
    k->miss += ((units - k->told) * (units - k->told) - k->miss) * (k->t < 100 ? 1 / (double)k->t : 0.01);
    arrivals_add(k->forecast, units);
    k->told = arrivals_path(k->forecast)[0];
}

/* ---- what is known ---- */

/* Units that came, or by `come` will have come, `at` steps from the beginning of this one. */
static double arrived_by(const controller *k, const double *come, double at)
{
    double whole = floor(at), part = at - whole;
    if (whole >= 0) {
        size_t i = (size_t)whole;
        return part > 0 ? (1 - part) * come[i] + part * come[i + 1] : come[i];
    }
    double back = -whole;
    if (back > (double)k->t || back > (double)(k->ring - 2))
        return k->before[(k->t > k->ring - 2 ? k->t - (k->ring - 2) : 0) % k->ring];
    size_t i = k->t - (size_t)back;
    double a = k->before[i % k->ring], b = k->before[(i + 1) % k->ring];
    return a + part * (b - a);
}

static double chance(const controller *k)
{
    return 1 / (1 + exp(-(k->odds + k->how.safety)));
}

static void foresee(controller *k)
{
    const double *path = arrivals_path(k->forecast);
    double p = chance(k), sum = 0, margin = 0;
    k->come[0] = k->come_high[0] = k->before[k->t % k->ring];
    size_t near = k->startup + 2;
    for (size_t i = 1; i <= k->ahead; i++) {
        sum += path[i - 1];
        if (i <= near)
            margin = arrivals_margin(k->forecast, i, p);
        k->come[i] = k->come[0] + sum;
        k->come_high[i] = fmax(k->come[0] + fmax(sum + margin, 0), k->come_high[i - 1]);
    }
    /* Where a worker that is asked for now would come too late for work that comes now, none may wait by plan for all of the limit: what is
     * left of it is for surprises. */
    double slack = k->limit >= (double)k->startup + 1 ? 0 : k->limit * (1 - k->how.ease);
    for (size_t i = 0; i <= k->ahead; i++) {
        k->must[i] = arrived_by(k, k->come, (double)i - k->limit + slack);
        k->must_high[i] = arrived_by(k, k->come_high, (double)i - k->limit);
    }
}

/* What was paid beyond the work itself, over what may be, less 1. */
static double overspent(const controller *k)
{
    double least = fmax(k->work, 60 * k->rate);
    return least > 0 ? (k->paid - k->work) / (k->how.reserve * least) - 1 : 0;
}

/* What came of the last step, and what that means for the chance. */
static void learn(controller *k, const sim_view *v)
{
    double served = k->before[k->t % k->ring] - v->queue;
    double overdue = fmax(arrived_by(k, k->come, -k->limit) - served, 0);
    double late = fmax(overdue - k->overdue, 0);
    k->overdue = overdue;
    k->late += late;
    double share = k->rate > 0 ? late / k->rate : 0;
    k->paid += (double)k->wanted * k->unit - k->paid / MEMORY;
    k->work += v->served - k->work / MEMORY;
    k->odds += 0.5 * (fmin(share, 2) - k->how.aim * k->c->late_allowed) - 0.05 * fmin(fmax(overspent(k), 0), 10);
    k->odds = fmin(fmax(k->odds, 0), 7);
}

static void look_at_workers(controller *k, const sim_view *v)
{
    size_t ring = k->startup + 2, ready = v->ready;
    if (!k->begun) {
        k->begun = true;
        k->wanted = v->ready + v->starting;
    }
    k->due[v->t % ring] = 0;
    if (v->lost)
        k->due[(v->t + k->startup) % ring] += v->lost;
    for (size_t i = 1; i <= k->ahead; i++) {
        if (i > 1 && i <= k->startup + 1)
            ready += k->due[(v->t + i - 1) % ring];
        k->ready[i] = (double)(ready < k->wanted ? ready : k->wanted);
    }
}

/* ---- what would come of it ---- */

/* With at most `most` workers now and `later` of them once new ones would be ready, is all that must be begun by the ends of the steps
 * from..to? */
static bool in_time(const controller *k, const double *come, const double *must, double served, double most, double later, size_t from, size_t to)
{
    for (size_t i = 1; i <= to; i++) {
        double n = i > k->startup ? later : fmin(k->ready[i], most);
        served = fmin(served + n * k->unit, come[i]);
        if (i >= from && served < must[i] - 1e-9 * (1 + must[i] - come[0]))
            return false;
    }
    return true;
}

/* How many may be asked for at once: any number, until much was spent beyond the work; then no more than what waits now keeps busy for a step,
 * or by half. */
static double most_more(const controller *k, double served)
{
    double waits = (k->come[0] - served) / k->unit;
    return overspent(k) > 1 ? fmax(fmax(2, 0.5 * (double)k->wanted), ceil(waits)) : INFINITY;
}

static bool enough(const controller *k, double served, size_t n)
{
    size_t from = k->startup + 1, far = from + (size_t)ceil(k->limit);
    if (far > k->ahead)
        far = k->ahead;
    return in_time(k, k->come_high, k->must_high, served, INFINITY, (double)n, from, from)
        && in_time(k, k->come, k->must, served, INFINITY, (double)n, from, far);
}

static size_t more(const controller *k, double served)
{
    size_t low = k->wanted, high = low, most = sim_allowed(k->c, (double)low + most_more(k, served));
    if (most < low)
        return low;
    while (high < most && !enough(k, served, high)) {
        low = high + 1;
        high += 1 + (high - k->wanted) * 2;
    }
    high = high < most ? high : most;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (enough(k, served, middle))
            high = middle;
        else
            low = middle + 1;
    }
    return high;
}

/* Would the last of n workers have nothing to do at some time of its first step? */
static bool idles(const controller *k, double served, size_t n)
{
    for (size_t i = 1; i <= k->ahead; i++) {
        double ready = fmin(k->ready[i], (double)n), done = served + ready * k->unit;
        if (k->ready[i] >= (double)n)
            return done > k->come[i] + 1e-9;
        served = fmin(done, k->come[i]);
    }
    return false;
}

static bool spared(const controller *k, double served, size_t n)
{
    size_t to = k->startup + k->hold;
    to = to < 1 ? 1 : to < k->ahead ? to : k->ahead;
    return in_time(k, k->come_high, k->must_high, served, (double)n, (double)n, 1, to);
}

static size_t fewer(const controller *k, double served)
{
    size_t n = k->wanted;
    while (n > 0 && idles(k, served, n) && spared(k, served, n - 1))
        n--;
    return n;
}

size_t controller_step(controller *k, const sim_view *v)
{
    while (k->t < v->t) {
        double units = v->arrivals[k->t];
        if (k->begun)
            k->arrived += units;
        controller_past(k, units);
    }
    look_at_workers(k, v);
    if (!k->t)
        return k->wanted;   /* nothing is known yet */
    learn(k, v);
    foresee(k);
    double served = k->come[0] - v->queue;
    size_t n = more(k, served);
    if (n == k->wanted)
        n = fewer(k, served);
    n = sim_allowed(k->c, (double)n);
    size_t ring = k->startup + 2;
    if (n > k->wanted)
        k->due[(v->t + k->startup) % ring] += n - k->wanted;
    for (size_t gone = k->wanted > n ? k->wanted - n : 0, i = k->startup + 1; gone && i; i--) {
        size_t *due = &k->due[(v->t + i) % ring], some = *due < gone ? *due : gone;
        *due -= some;
        gone -= some;
    }
    k->wanted = n;
    return n;
}

/* ---- as a policy ---- */

static size_t step(void *ctx, const sim_view *v)
{
    return controller_step(ctx, v);
}

static void drop(void *ctx)
{
    controller_free(ctx);
}

int policy_mpc(sim_policy *out, const trace *t, const sim_conditions *c, mm_err *e)
{
    controller *k = controller_new(t->step_s, t->start, c);
    if (!k)
        return mm_fail(e, MM_ESYS, "out of memory");
    *out = (sim_policy){ .name = "mpc", .step = step, .free = drop, .ctx = k };
    return 0;
}
