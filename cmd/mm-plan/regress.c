/* regress.c - sums, and what follows from them. */
#include "regress.h"

#include <math.h>
#include <string.h>

/* Shape of the inverse gamma of the noise before the first line: worth three of them. */
static const double prior_shape = 1.5;

static double prior_precision(const regress *r, int i)
{
    double s = r->prior->noise / r->prior->width[i];
    return s * s;
}

/* Cholesky: root has the factor of prior and learnt precision in its lower half. */
static void factor(regress *r)
{
    for (int i = 0; i < FEATURES; i++)
        for (int k = 0; k <= i; k++) {
            double v = r->precision[i][k] + (i == k ? prior_precision(r, i) : 0);
            for (int j = 0; j < k; j++)
                v -= r->root[i][j] * r->root[k][j];
            r->root[i][k] = i == k ? sqrt(fmax(v, 1e-300)) : v / r->root[k][k];
        }
}

/* v := root^-1 v */
static void forward(const regress *r, double *v)
{
    for (int i = 0; i < FEATURES; i++) {
        for (int k = 0; k < i; k++)
            v[i] -= r->root[i][k] * v[k];
        v[i] /= r->root[i][i];
    }
}

/* The likeliest weights that are not below 0: coordinate descent on a convex quadratic form. */
static void fit(regress *r)
{
    double step = 1, d[FEATURES];
    for (int i = 0; i < FEATURES; i++)
        d[i] = r->weight[i] - r->prior->weight[i];
    for (int turn = 0; turn < 2000 && step > 1e-10; turn++) {
        step = 0;
        for (int i = 0; i < FEATURES; i++) {
            double v = r->moment[i], own = r->precision[i][i] + prior_precision(r, i);
            for (int k = 0; k < FEATURES; k++)
                v -= k == i ? 0 : r->precision[i][k] * d[k];
            v = fmax(v / own, -r->prior->weight[i]);
            step = fmax(step, fabs(v - d[i]) / (fabs(v) + r->prior->width[i] * 1e-3));
            d[i] = v;
        }
    }
    for (int i = 0; i < FEATURES; i++)
        r->weight[i] = fmax(0, r->prior->weight[i] + d[i]);
}

void regress_solve(regress *r)
{
    double v[FEATURES], explained = 0;
    factor(r);
    fit(r);
    memcpy(v, r->moment, sizeof v);
    forward(r, v);
    for (int i = 0; i < FEATURES; i++)
        explained += v[i] * v[i];
    double noise = r->prior->noise;
    r->rate = prior_shape * noise * noise + 0.5 * fmax(0, r->squares - explained);
}

void regress_begin(regress *r, const regress_prior *prior)
{
    *r = (regress){ .prior = prior };
    memcpy(r->weight, prior->weight, sizeof r->weight);
    regress_solve(r);
}

regress_y regress_predict(const regress *r, const double *x)
{
    double v[FEATURES], mean = 0, spread = 0, shape = prior_shape + 0.5 * r->lines;
    memcpy(v, x, sizeof v);
    forward(r, v);
    for (int i = 0; i < FEATURES; i++) {
        mean += r->weight[i] * x[i];
        spread += v[i] * v[i];
    }
    return (regress_y){ mean, sqrt(r->rate / shape * (mean * mean + spread)), 2 * shape };
}

void regress_learn(regress *r, const double *x, double y)
{
    regress_y expected = regress_predict(r, x);
    /* The size that errors are a share of: what is expected, unless that is far from the truth yet. */
    double size = fmin(fmax(expected.mean, y / 1.5), 1.5 * y), rest = y;
    /* A line far out counts for less (Student-t noise, as a weight), once there is something to be far from. */
    double z = (y - expected.mean) / expected.scale, share = r->lines < 3 ? 1 : fmin(1, (expected.df + 1) / (expected.df + z * z));
    for (int i = 0; i < FEATURES; i++)
        rest -= r->prior->weight[i] * x[i];
    double s = share / (size * size);
    for (int i = 0; i < FEATURES; i++) {
        for (int k = 0; k < FEATURES; k++)
            r->precision[i][k] += s * x[i] * x[k];
        r->moment[i] += s * x[i] * rest;
    }
    r->squares += s * rest * rest;
    r->lines += share;
    regress_solve(r);
}

void regress_forget(regress *r, double share)
{
    for (int i = 0; i < FEATURES; i++) {
        for (int k = 0; k < FEATURES; k++)
            r->precision[i][k] *= share;
        r->moment[i] *= share;
    }
    r->squares *= share;
    r->lines *= share;
    regress_solve(r);
}
