#include "series/forecast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 4096, ORIGINS = 120, STEPS = 160, PARAMETERS = 4, SEASONS = 8 };

/* One model: what of a trend and a season it has, and its parameters as fractions of what they may be. */
typedef struct shape {
    bool trend, damped, logs;
    size_t season;   /* 0: none */
} shape;

typedef struct state {
    double level, trend;
    double *season;   /* of shape.season numbers, and as much room again; the next one to be used at `at` */
    size_t at;
} state;

struct mm_forecast {
    shape shape;
    mm_forecast_model model;
    char name[40];
    double *expected; /* at each distance, 1 to horizon; [0] unused */
    double *spread;   /* deviation there; likewise */
    double *sum_spread;
    double *error;    /* errors of the past over their deviation, rising; the same for sums */
    double *sum_error;
    size_t n_errors, n_sum_errors;
    size_t horizon;
    bool flat;        /* TSB or mean: the same at every distance */
    bool not_below;   /* no number was below 0 */
};

/* ---- one model over the series ---- */

typedef struct parameters {
    double alpha, beta, gamma, phi;
} parameters;

/* From fractions between 0 and 1 to what keeps the model stable. */
static parameters unpack(const shape *m, const double *x)
{
    parameters p = { .alpha = 0.002 + 0.99 * x[0], .phi = 1 };
    p.beta = m->trend ? p.alpha * x[1] : 0;
    p.gamma = m->season ? (1 - p.alpha) * x[2] : 0;
    if (m->damped)
        p.phi = 0.8 + 0.19 * x[3];
    return p;
}

static double mean_of(const double *y, size_t n)
{
    double sum = 0;
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(y[i])) {
            sum += y[i];
            k++;
        }
    return k ? sum / (double)k : NAN;
}

/* Level and trend out of the first two seasons, or the first numbers; the season out of the first few, each around
 * its own mean. */
static void begin(const shape *m, const double *y, size_t n, state *s)
{
    size_t k = m->season ? m->season : n < 8 ? n : 8;
    double first = mean_of(y, k < n ? k : n), second = 2 * k <= n ? mean_of(y + k, k) : NAN;
    s->level = isnan(first) ? 0 : first;
    s->trend = m->trend && !isnan(first) && !isnan(second) ? (second - first) / (double)k : 0;
    s->at = 0;
    if (!m->season)
        return;
    double *got = s->season + k;
    memset(s->season, 0, 2 * k * sizeof *s->season);
    for (size_t t = 0; t < SEASONS && (t + 1) * k <= n; t++) {
        double mean = mean_of(y + t * k, k);
        for (size_t i = 0; i < k; i++)
            if (!isnan(y[t * k + i])) {
                s->season[i] += y[t * k + i] - mean;
                got[i]++;
            }
    }
    for (size_t i = 0; i < k; i++)
        s->season[i] = got[i] > 0 ? s->season[i] / got[i] : 0;
}

static double expect_next(const shape *m, const parameters *p, const state *s)
{
    return s->level + p->phi * s->trend + (m->season ? s->season[s->at] : 0);
}

static void move(const shape *m, const parameters *p, state *s, double error)
{
    s->level += p->phi * s->trend + p->alpha * error;
    s->trend = p->phi * s->trend + p->beta * error;
    if (m->season) {
        s->season[s->at] += p->gamma * error;
        s->at = s->at + 1 == m->season ? 0 : s->at + 1;
    }
}

/* Run over y; the sum of the squares of the errors. */
static double run(const shape *m, const parameters *p, const double *y, size_t n, state *s, size_t *counted)
{
    double sum = 0;
    begin(m, y, n, s);
    *counted = 0;
    for (size_t i = 0; i < n; i++) {
        double e = isnan(y[i]) ? 0 : y[i] - expect_next(m, p, s);
        move(m, p, s, e);
        sum += e * e;
        *counted += !isnan(y[i]);
    }
    return sum;
}

/* ---- fitting: the simplex method of Nelder and Mead 1965, in the unit cube ---- */

typedef struct problem {
    const shape *shape;
    const double *y;
    size_t n;
    state *s;
} problem;

static double cost(const problem *q, const double *x)
{
    double in[PARAMETERS];
    for (int i = 0; i < PARAMETERS; i++)
        in[i] = x[i] < 0 ? 0 : x[i] > 1 ? 1 : x[i];
    parameters p = unpack(q->shape, in);
    size_t n;
    double v = run(q->shape, &p, q->y, q->n, q->s, &n);
    for (int i = 0; i < PARAMETERS; i++)
        v *= 1 + (x[i] - in[i]) * (x[i] - in[i]);
    return isfinite(v) ? v : INFINITY;
}

typedef struct corner {
    double x[PARAMETERS], cost;
} corner;

static int by_cost(const void *a, const void *b)
{
    double x = ((const corner *)a)->cost, y = ((const corner *)b)->cost;
    return (x > y) - (x < y);
}

static corner at(const problem *q, const corner *c, const double *middle, double factor)
{
    corner out;
    for (int i = 0; i < PARAMETERS; i++)
        out.x[i] = middle[i] + factor * (c->x[i] - middle[i]);
    out.cost = cost(q, out.x);
    return out;
}

static double fit(const problem *q, double *best)
{
    static const double start[PARAMETERS] = { 0.3, 0.1, 0.2, 0.8 };
    corner c[PARAMETERS + 1];
    for (int k = 0; k <= PARAMETERS; k++) {
        memcpy(c[k].x, start, sizeof start);
        if (k)
            c[k].x[k - 1] = c[k].x[k - 1] > 0.5 ? 0.2 : c[k].x[k - 1] + 0.4;
        c[k].cost = cost(q, c[k].x);
    }
    for (int step = 0; step < STEPS; step++) {
        qsort(c, PARAMETERS + 1, sizeof *c, by_cost);
        if (c[PARAMETERS].cost - c[0].cost <= 1e-7 * c[0].cost)
            break;
        double middle[PARAMETERS] = { 0 };
        for (int k = 0; k < PARAMETERS; k++)
            for (int i = 0; i < PARAMETERS; i++)
                middle[i] += c[k].x[i] / PARAMETERS;
        corner *worst = &c[PARAMETERS], over = at(q, worst, middle, -1);
        if (over.cost < c[0].cost) {
            corner far = at(q, worst, middle, -2);
            *worst = far.cost < over.cost ? far : over;
        } else if (over.cost < c[PARAMETERS - 1].cost) {
            *worst = over;
        } else {
            corner in = at(q, worst, middle, over.cost < worst->cost ? -0.5 : 0.5);
            if (in.cost < worst->cost) {
                *worst = in;
                continue;
            }
            for (int k = 1; k <= PARAMETERS; k++)
                c[k] = at(q, &c[k], c[0].x, 0.5);
        }
    }
    qsort(c, PARAMETERS + 1, sizeof *c, by_cost);
    for (int i = 0; i < PARAMETERS; i++)
        best[i] = c[0].x[i] < 0 ? 0 : c[0].x[i] > 1 ? 1 : c[0].x[i];
    return c[0].cost;
}

/* ---- choosing ---- */

typedef struct choice {
    shape shape;
    double x[PARAMETERS], aicc;
} choice;

static void consider(const shape *m, const double *y, size_t n, double jacobian, state *s, choice *best)
{
    double x[PARAMETERS];
    const problem q = { m, y, n, s };
    double sum = fit(&q, x);
    size_t counted;
    parameters p = unpack(m, x);
    run(m, &p, y, n, s, &counted);
    double k = 3 + 2 * m->trend + m->damped + (m->season ? (double)m->season : 0), count = (double)counted;
    if (count - k - 1 <= 0)
        return;
    double aicc = count * log(sum / count + 1e-300) + 2 * k + 2 * k * (k + 1) / (count - k - 1) + 2 * jacobian;
    if (aicc < best->aicc) {
        best->shape = *m;
        best->aicc = aicc;
        memcpy(best->x, x, sizeof x);
    }
}

/* All models with this season (0: none), of y or of its logarithm. */
static void consider_all(const double *y, size_t n, size_t season, bool logs, double jacobian, state *s, choice *best)
{
    for (int k = 0; k < 3; k++) {
        const shape m = { .trend = k > 0, .damped = k == 2, .logs = logs, .season = season };
        consider(&m, y, n, jacobian, s, best);
    }
}

/* ---- intervals ---- */

static int rising(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double back(const mm_forecast *f, double v)
{
    return f->shape.logs ? exp(v < 700 ? v : 700) : v;
}

/* What the model, from the state s, expects at each distance: into out[1..horizon]. */
static void look_ahead(const mm_forecast *f, const parameters *p, const state *s, double *out)
{
    double level = s->level, trend = s->trend;
    size_t k = s->at;
    for (size_t h = 1; h <= f->horizon; h++) {
        trend *= p->phi;
        level += trend;
        out[h] = back(f, level + (f->shape.season ? s->season[k] : 0));
        k = f->shape.season && k + 1 == f->shape.season ? 0 : k + 1;
    }
}

/* The errors the model made from origins of the past, at each distance: their spread, and how they lie around it. */
static bool measure(mm_forecast *f, const parameters *p, const double *y, const double *z, size_t n, state *s)
{
    size_t first = f->shape.season ? 2 * f->shape.season : n / 3, last = n - 1, H = f->horizon;
    if (first < 3)
        first = 3;
    size_t step = last > first ? (last - first) / ORIGINS + 1 : 1, origins = last > first ? (last - first) / step + 1 : 0;
    double *err = malloc((origins + 1) * (H + 1) * sizeof *err), *sums = malloc((origins + 1) * (H + 1) * sizeof *sums);
    double *out = malloc((H + 1) * sizeof *out);
    f->error = malloc((origins * H + 1) * sizeof *f->error);
    f->sum_error = malloc((origins * H + 1) * sizeof *f->sum_error);
    bool ok = err && sums && out && f->error && f->sum_error;
    size_t o = 0;
    if (ok)
        begin(&f->shape, z, n, s);
    for (size_t i = 0; ok && i < n; i++) {
        if (i >= first && (i - first) % step == 0 && o < origins) {
            look_ahead(f, p, s, out);
            double sum = 0;
            for (size_t h = 1; h <= H; h++) {
                err[o * (H + 1) + h] = i + h - 1 < n ? y[i + h - 1] - out[h] : NAN;
                sum += err[o * (H + 1) + h];
                sums[o * (H + 1) + h] = sum;
            }
            o++;
        }
        double e = isnan(z[i]) ? 0 : z[i] - expect_next(&f->shape, p, s);
        move(&f->shape, p, s, e);
    }
    double floor_1 = 0, floor_s = 0;
    for (size_t h = 1; ok && h <= H; h++) {
        double a = 0, b = 0;
        size_t k = 0;
        for (size_t i = 0; i < o; i++)
            if (!isnan(sums[i * (H + 1) + h])) {
                a += fabs(err[i * (H + 1) + h]);
                b += fabs(sums[i * (H + 1) + h]);
                k++;
            }
        /* Farther away it is never surer; where the past is too short to tell, it grows as a walk does. */
        double spread = k >= 8 ? a / (double)k : floor_1 * sqrt(1 + 1 / (double)h);
        double sum_spread = k >= 8 ? b / (double)k : floor_s * (1 + 1 / (double)h);
        f->spread[h] = floor_1 = spread > floor_1 ? spread : floor_1;
        f->sum_spread[h] = floor_s = sum_spread > floor_s ? sum_spread : floor_s;
        for (size_t i = 0; i < o; i++)
            if (!isnan(sums[i * (H + 1) + h])) {
                f->error[f->n_errors++] = f->spread[h] > 0 ? err[i * (H + 1) + h] / f->spread[h] : 0;
                f->sum_error[f->n_sum_errors++] = f->sum_spread[h] > 0 ? sums[i * (H + 1) + h] / f->sum_spread[h] : 0;
            }
    }
    if (ok) {
        qsort(f->error, f->n_errors, sizeof *f->error, rising);
        qsort(f->sum_error, f->n_sum_errors, sizeof *f->sum_error, rising);
    }
    free(err);
    free(sums);
    free(out);
    return ok;
}

static double quantile(const double *v, size_t n, double p)
{
    if (!n)
        return p < 0.5 ? -1.6 : 1.6;  /* of a normal distribution in mean deviations, at 0.8 */
    double at = p * (double)(n - 1);
    size_t i = (size_t)at;
    return i + 1 < n ? v[i] + (at - (double)i) * (v[i + 1] - v[i]) : v[n - 1];
}

/* ---- demand that is 0 most of the time ---- */

static bool is_intermittent(const double *y, size_t n)
{
    size_t zero = 0, some = 0;
    for (size_t i = 0; i < n; i++) {
        if (y[i] < 0)
            return false;
        zero += y[i] == 0;
        some += y[i] > 0;
    }
    return some && zero >= some;
}

static double tsb(const double *y, size_t n)
{
    const double by_size = 0.1, by_chance = 0.1;
    double size = 0, chance = 0;
    size_t met = 0, seen = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(y[i]))
            continue;
        double even = 1.0 / (double)++seen;
        chance += (even > by_chance ? even : by_chance) * ((y[i] > 0) - chance);
        if (y[i] > 0) {
            even = 1.0 / (double)++met;
            size += (even > by_size ? even : by_size) * (y[i] - size);
        }
    }
    return size * chance;
}

static bool make_flat(mm_forecast *f, const double *y, size_t n, double demand, const char *name)
{
    double a = 0;
    size_t k = 0;
    f->flat = true;
    strcpy(f->name, name);
    f->error = malloc((n + 1) * sizeof *f->error);
    if (!f->error)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!isnan(y[i])) {
            a += fabs(y[i] - demand);
            k++;
        }
    a = k ? a / (double)k : 0;
    for (size_t h = 1; h <= f->horizon; h++) {
        f->expected[h] = demand;
        f->spread[h] = a;
        f->sum_spread[h] = a * sqrt((double)h);
    }
    for (size_t i = 0; i < n; i++)
        if (!isnan(y[i]))
            f->error[f->n_errors++] = a > 0 ? (y[i] - demand) / a : 0;
    qsort(f->error, f->n_errors, sizeof *f->error, rising);
    return true;
}

/* ---- all of it ---- */

static void name_model(mm_forecast *f)
{
    const shape *m = &f->shape;
    const char *kind = m->damped ? "damped trend" : m->trend ? "trend" : "simple";
    strcpy(f->name, kind);
    if (m->season)
        strcat(f->name, ", season");
    if (m->logs)
        strcat(f->name, ", log");
}

static bool choose(mm_forecast *f, const double *y, size_t n, const size_t *season, size_t n_seasons)
{
    size_t longest = 1;
    bool above = true;
    double jacobian = 0;
    for (size_t i = 0; i < n_seasons; i++)
        longest = season[i] > longest ? season[i] : longest;
    double *z = malloc(n * sizeof *z);
    state s = { .season = malloc(2 * longest * sizeof *s.season) };
    choice best = { .aicc = INFINITY };
    bool ok = z && s.season;
    for (size_t i = 0; ok && i < n; i++) {
        above &= isnan(y[i]) || y[i] > 0;
        z[i] = y[i] > 0 ? log(y[i]) : NAN;
        jacobian += y[i] > 0 ? z[i] : 0;
    }
    for (size_t k = 0; ok && k <= n_seasons; k++) {
        size_t m = k ? season[k - 1] : 0;
        if (k && (m < 2 || n < 2 * m + 4))
            continue;
        consider_all(y, n, m, false, 0, &s, &best);
        if (above)
            consider_all(z, n, m, true, jacobian, &s, &best);
    }
    ok = ok && isfinite(best.aicc);
    if (ok) {
        f->shape = best.shape;
        const double *used = f->shape.logs ? z : y;
        parameters p = unpack(&f->shape, best.x);
        f->model = (mm_forecast_model){ .season = f->shape.season, .alpha = p.alpha, .beta = p.beta, .gamma = p.gamma, .phi = p.phi,
                                        .aicc = best.aicc };
        name_model(f);
        ok = measure(f, &p, y, used, n, &s);
        look_ahead(f, &p, &s, f->expected);
    }
    free(z);
    free(s.season);
    return ok;
}

mm_forecast *mm_forecast_new(const double *y, size_t n, const size_t *season, size_t n_seasons, size_t horizon)
{
    double sum = 0;
    size_t there = 0;
    while (n && isnan(y[0])) {
        y++;
        n--;
    }
    if (n > LONGEST) {
        y += n - LONGEST;
        n = LONGEST;
    }
    mm_forecast *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    f->horizon = horizon;
    f->not_below = true;
    f->expected = calloc(horizon + 1, sizeof *f->expected);
    f->spread = calloc(horizon + 1, sizeof *f->spread);
    f->sum_spread = calloc(horizon + 1, sizeof *f->sum_spread);
    for (size_t i = 0; i < n; i++)
        if (!isnan(y[i])) {
            sum += y[i];
            there++;
            f->not_below &= y[i] >= 0;
        }
    bool ok = f->expected && f->spread && f->sum_spread && there;
    if (ok && is_intermittent(y, n))
        ok = make_flat(f, y, n, tsb(y, n), "TSB");
    else if (ok && !(there >= 6 && choose(f, y, n, season, n_seasons)))
        ok = make_flat(f, y, n, sum / (double)there, "mean");
    if (ok)
        return f;
    mm_forecast_free(f);
    return NULL;
}

void mm_forecast_free(mm_forecast *f)
{
    if (!f)
        return;
    free(f->expected);
    free(f->spread);
    free(f->sum_spread);
    free(f->error);
    free(f->sum_error);
    free(f);
}

mm_forecast_model mm_forecast_chosen(const mm_forecast *f)
{
    mm_forecast_model m = f->model;
    m.name = f->name;
    return m;
}

static mm_forecast_value around(const mm_forecast *f, double expected, double spread, const double *error, size_t n, double share)
{
    mm_forecast_value v = { .expected = expected };
    v.low = expected + spread * quantile(error, n, (1 - share) / 2);
    v.high = expected + spread * quantile(error, n, (1 + share) / 2);
    if (f->not_below) {
        v.expected = v.expected > 0 ? v.expected : 0;
        v.low = v.low > 0 ? v.low : 0;
        v.high = v.high > 0 ? v.high : 0;
    }
    return v;
}

mm_forecast_value mm_forecast_at(const mm_forecast *f, size_t ahead, double share)
{
    size_t h = ahead < f->horizon ? ahead : f->horizon;
    return around(f, f->expected[h], f->spread[h], f->error, f->n_errors, share);
}

mm_forecast_value mm_forecast_sum(const mm_forecast *f, size_t ahead, double share)
{
    size_t last = ahead < f->horizon ? ahead : f->horizon;
    double sum = 0;
    for (size_t h = 1; h <= last; h++)
        sum += f->expected[h];
    return around(f, sum, f->sum_spread[last], f->flat ? f->error : f->sum_error, f->flat ? f->n_errors : f->n_sum_errors, share);
}
