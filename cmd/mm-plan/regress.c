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
    double step = 1, d[FEATURES] = { 0 };
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

/* The squares that the weights leave, with those of the prior. */
static double left_over(const regress *r)
{
    double left = r->squares;
    for (int i = 0; i < FEATURES; i++) {
        double d = r->weight[i] - r->prior->weight[i], v = prior_precision(r, i) * d;
        for (int k = 0; k < FEATURES; k++)
            v += r->precision[i][k] * (r->weight[k] - r->prior->weight[k]);
        left += d * (v - 2 * r->moment[i]);
    }
    return fmax(0, left);
}

void regress_solve(regress *r)
{
    double noise = r->prior->noise;
    factor(r);
    fit(r);
    r->rate = prior_shape * noise * noise + 0.5 * left_over(r);
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

void regress_learn(regress *r, const double *x, double y, bool steady)
{
    regress_y expected = regress_predict(r, x);
    /* The size that errors are a share of: what is expected, unless that is far from the truth yet. */
    double size = fmin(fmax(expected.mean, y / 1.5), 1.5 * y), rest = y;
    /* A line more than three spreads out counts for less, once there is something to be far from. */
    double z = 3 * expected.scale / fabs(y - expected.mean), share = !steady || r->lines < 3 || z > 1 ? 1 : z * z;
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

/* With y k times as large, and its size with it, the sums of (x, y - x.prior) / size are these. */
static void stretch(regress *r, double k)
{
    double shift = 0, square = 0;
    for (int i = 0; i < FEATURES; i++) {
        double v = 0;
        for (int j = 0; j < FEATURES; j++)
            v += r->precision[i][j] * r->prior->weight[j];
        shift += r->prior->weight[i] * r->moment[i];
        square += r->prior->weight[i] * v;
        r->moment[i] = (k * r->moment[i] + (k - 1) * v) / (k * k);
    }
    r->squares = (k * k * r->squares + 2 * k * (k - 1) * shift + (k - 1) * (k - 1) * square) / (k * k);
    for (int i = 0; i < FEATURES; i++)
        for (int j = 0; j < FEATURES; j++)
            r->precision[i][j] /= k * k;
}

void regress_forget(regress *r, double times, double share)
{
    stretch(r, times);
    for (int i = 0; i < FEATURES; i++) {
        for (int k = 0; k < FEATURES; k++)
            r->precision[i][k] *= share;
        r->moment[i] *= share;
    }
    r->squares *= share;
    r->lines *= share;
    regress_solve(r);
}
