/* arrivals.c - online seasonal smoothing. */
#include "arrivals.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_S = 86400, BINS = 96, WEEK = 7 * BINS, SEASONS = 3, RATES = 3, MODELS = SEASONS * RATES, SPANS = 12, CELLS = 161 };

static const double smoothing[SEASONS][RATES] = { { 1, 0.4, 0.1 }, { 0.4, 0.1, 0.03 }, { 0.4, 0.1, 0.03 } };   /* of a level, a step */
#define PROFILE_RATE 0.35   /* of a profile, a day or week */
#define LEAST_SHAPE 0.2
#define FORGET 0.998        /* of errors of models, a step */
#define FORGET_SPREAD 0.99  /* of errors of sums */
#define SEASON_GAIN 0.9     /* of the error of one without, that a model with a season may have */
#define HIGHEST 1.5         /* times the most that ever came in a step, that is told at most */
#define WIDEST 8.0          /* spreads that a histogram of errors covers to both sides */

/* What a quarter of an hour has brought on the days (or weeks) so far. */
typedef struct profile {
    double mean[WEEK];
    size_t bins;
    size_t filled;
    double sum, n;     /* of the quarter that runs */
    size_t at;
} profile;

/* Errors of the sums over so many steps. */
typedef struct span {
    size_t steps;
    double *told;      /* a ring of the sums forecast, `steps` long */
    double spread;     /* variance of the error over the sum forecast */
    double cell[CELLS], weight, total;   /* histogram of errors in units of their spread; the weight of the next */
    size_t seen;
} span;

struct arrivals {
    double step_s, offset_s;   /* of the first step, in its week */
    size_t n, horizon, lead;
    profile season[SEASONS - 1];
    double above[MODELS], below[MODELS];   /* level = above / below: smoothed numbers, smoothed profile */
    double *ahead[MODELS];     /* rings of what each told for `lead` steps on */
    double error[MODELS];
    double most, mean;         /* of all numbers */
    size_t best;
    double *path, *sum;        /* sum: of all numbers, a ring over the longest span */
    size_t ring;
    span span[SPANS];
    size_t spans;
};

void arrivals_free(arrivals *a)
{
    if (!a)
        return;
    for (size_t i = 0; i < MODELS; i++)
        free(a->ahead[i]);
    for (size_t i = 0; i < SPANS; i++)
        free(a->span[i].told);
    free(a->path);
    free(a->sum);
    free(a);
}

arrivals *arrivals_new(double step_s, int64_t start, size_t horizon, size_t lead)
{
    arrivals *a = calloc(1, sizeof *a);
    if (!a)
        return NULL;
    int64_t week = 7 * DAY_S, in_week = (start % week + week) % week;
    *a = (arrivals){ .step_s = step_s, .offset_s = (double)in_week, .horizon = horizon ? horizon : 1, .lead = lead ? lead : 1 };
    a->season[0].bins = BINS;
    a->season[1].bins = WEEK;
    bool ok = (a->path = calloc(a->horizon, sizeof *a->path)) != NULL;
    for (size_t i = 0; i < MODELS; i++)
        ok = (a->ahead[i] = calloc(a->lead, sizeof(double))) && ok;
    for (size_t steps = 1; a->spans < SPANS && (steps < 2 * a->horizon || steps == 1); steps *= 2) {
        span *s = &a->span[a->spans++];
        s->steps = steps;
        s->weight = 1;
        s->spread = 1;
        ok = (s->told = calloc(steps, sizeof(double))) && ok;
        a->ring = steps + 1;
    }
    ok = (a->sum = calloc(a->ring, sizeof *a->sum)) && ok;
    if (!ok) {
        arrivals_free(a);
        return NULL;
    }
    return a;
}

/* ---- profiles ---- */

static double phase(const arrivals *a, double step)
{
    return fmod(a->offset_s + step * a->step_s, 7.0 * DAY_S) / (DAY_S / (double)BINS);   /* quarters since the week began */
}

static bool known(const profile *p)
{
    return p->filled >= p->bins;
}

static double profile_at(const profile *p, double quarters)
{
    double middle = quarters - 0.5 + (double)p->bins, whole = floor(middle), part = middle - whole;
    size_t i = (size_t)whole % p->bins, next = i + 1 < p->bins ? i + 1 : 0;
    return (1 - part) * p->mean[i] + part * p->mean[next];
}

static void profile_add(profile *p, double quarters, double units)
{
    size_t at = (size_t)quarters % p->bins;
    if (at != p->at && p->n > 0) {
        double mean = p->sum / p->n;
        /* Steps longer than a quarter leave out quarters: those have the same number. */
        for (size_t i = p->at; i != at; i = i + 1 < p->bins ? i + 1 : 0) {
            p->mean[i] += known(p) ? PROFILE_RATE * (mean - p->mean[i]) : mean - p->mean[i];
            p->filled += !known(p);
        }
        p->sum = p->n = 0;
    }
    p->at = at;
    p->sum += units;
    p->n++;
}

/* ---- levels ---- */

/* The profile's number in the middle of a step; 1 without a season. No less than a share of the mean: where hardly anything comes the ratio to
 * it would say nothing. */
static double shape(const arrivals *a, size_t season, double quarters)
{
    return season ? fmax(profile_at(&a->season[season - 1], quarters), fmax(LEAST_SHAPE * a->mean, 1e-12)) : 1;
}

static bool ready(const arrivals *a, size_t model)
{
    size_t season = model / RATES;
    return !season || known(&a->season[season - 1]);
}

static double level(const arrivals *a, size_t model)
{
    return a->below[model] > 0 ? a->above[model] / a->below[model] : 0;
}

static void judge(arrivals *a, double units)
{
    double least = INFINITY;
    for (size_t m = 0; m < MODELS; m++) {
        double *told = &a->ahead[m][a->n % a->lead], miss = units - *told;
        if (a->n >= a->lead)
            a->error[m] = FORGET * a->error[m] + (isnan(miss) ? a->error[0] : miss * miss) * (1 - FORGET);
        if (ready(a, m) && a->error[m] < (m >= RATES && a->best < RATES ? SEASON_GAIN : 1) * least) {
            least = a->error[m];
            a->best = m;
        }
    }
}

static void smooth(arrivals *a, double units)
{
    double now = phase(a, (double)a->n + 0.5), then = phase(a, (double)(a->n + a->lead) + 0.5);
    for (size_t m = 0; m < MODELS; m++) {
        size_t season = m / RATES;
        double rate = smoothing[season][m % RATES];
        if (!ready(a, m)) {
            a->ahead[m][a->n % a->lead] = NAN;
            continue;
        }
        double s = shape(a, season, now);
        if (a->below[m] <= 0) {
            a->above[m] = units;
            a->below[m] = s;
        } else {
            a->above[m] += rate * (units - a->above[m]);
            a->below[m] += rate * (s - a->below[m]);
        }
        a->ahead[m][a->n % a->lead] = fmin(level(a, m) * shape(a, season, then), HIGHEST * a->most);
    }
}

/* ---- errors ---- */

static double expected_sum(const arrivals *a, size_t steps)
{
    double sum = 0;
    size_t within = steps < a->horizon ? steps : a->horizon;
    for (size_t i = 0; i < within; i++)
        sum += a->path[i];
    return sum * (double)steps / (double)within;
}

/* What the variance of an error of a sum goes by. */
static double against(const arrivals *a, size_t steps, double sum)
{
    return fmax(fmax(sum, LEAST_SHAPE * a->mean * (double)steps), 1e-12);
}

/* Learn from the sum forecast when this span began. */
static void learn(arrivals *a, span *s)
{
    if (a->n <= s->steps)
        return;
    double told = s->told[a->n % s->steps];
    double came = a->sum[a->n % a->ring] - a->sum[(a->n - s->steps) % a->ring];
    double miss = came - told, base = against(a, s->steps, told), unit = sqrt(s->spread * base);
    if (s->seen++) {
        double u = unit > 0 ? miss / unit : 0;
        double at = fmin(fmax((u + WIDEST) / (2 * WIDEST) * (CELLS - 1) + 0.5, 0), CELLS - 1);
        s->weight /= 0.998;   /* later errors weigh more */
        s->cell[(size_t)at] += s->weight;
        s->total += s->weight;
        if (s->weight > 1e100) {
            for (size_t i = 0; i < CELLS; i++)
                s->cell[i] /= s->weight;
            s->total /= s->weight;
            s->weight = 1;
        }
    }
    double keep = s->seen < 100 ? 1 - 1 / (double)s->seen : FORGET_SPREAD;
    s->spread = keep * s->spread + (1 - keep) * miss * miss / base;
}

void arrivals_add(arrivals *a, double units)
{
    judge(a, units);
    double quarters = phase(a, (double)a->n + 0.5);
    a->mean += (units - a->mean) / (a->n < 10000 ? (double)(a->n + 1) : 10000);
    a->most = units > a->most ? units : a->most;
    smooth(a, units);
    for (size_t i = 0; i < SEASONS - 1; i++)
        profile_add(&a->season[i], quarters, units);
    double before = a->sum[a->n % a->ring];
    a->sum[++a->n % a->ring] = before + units;
    for (size_t i = 0; i < a->spans; i++)
        learn(a, &a->span[i]);
    size_t season = a->best / RATES;
    double l = level(a, a->best);
    for (size_t i = 0; i < a->horizon; i++)
        a->path[i] = season ? fmin(l * shape(a, season, phase(a, (double)(a->n + i) + 0.5)), HIGHEST * a->most) : l;
    for (size_t i = 0; i < a->spans; i++)
        a->span[i].told[a->n % a->span[i].steps] = expected_sum(a, a->span[i].steps);
}

const double *arrivals_path(const arrivals *a)
{
    return a->path;
}

/* The quantile of errors in units of their spread; the normal one's shape where few were seen. */
static double quantile(const span *s, double p)
{
    if (s->seen < 30)
        return p <= 0.5 ? 0 : fmin(2.33, -log(2 * (1 - p)) / 1.5);
    double below = 0, goal = p * s->total;
    for (size_t i = 0; i < CELLS; i++) {
        if (below + s->cell[i] >= goal && s->cell[i] > 0) {
            double part = (goal - below) / s->cell[i];
            return ((double)i - 0.5 + part) / (CELLS - 1) * 2 * WIDEST - WIDEST;
        }
        below += s->cell[i];
    }
    return WIDEST;
}

double arrivals_margin(const arrivals *a, size_t ahead, double p)
{
    double sum = 0, before = 0, x = 0, margin = 0;
    for (size_t i = 0; i < a->spans; i++) {
        const span *s = &a->span[i];
        sum = expected_sum(a, s->steps);
        margin = fmin(quantile(s, p) * sqrt(s->spread * against(a, s->steps, sum)), fmax(HIGHEST * a->most * (double)s->steps - sum, 0));
        if (s->steps >= ahead) {
            double part = (double)s->steps > x ? ((double)ahead - x) / ((double)s->steps - x) : 1;
            return before + part * (margin - before);
        }
        x = (double)s->steps;
        before = margin;
    }
    return margin;
}

const char *arrivals_model(const arrivals *a)
{
    static const char *const name[SEASONS] = { "level", "day", "week" };
    return name[a->best / RATES];
}
