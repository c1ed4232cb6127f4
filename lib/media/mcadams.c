#include "media/mcadams.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ORDER_16K = 20, MAX_ORDER = 60, REFERENCE_HZ = 16000, ROUNDS = 200 };

struct mm_mcadams {
    double alpha, to_reference;   /* factor from an angle of this rate to one of 16 kHz */
    size_t shift, length;         /* of frames; length is two shifts */
    int order;
    double *window, *frame, *forward, *backward;
    double *sum;                  /* overlapping frames: [0, n) of the piece, and `length` that is left over for the next */
    size_t sum_room;
    uint64_t at;                  /* samples before the next piece */
    int64_t next;                 /* where the next frame begins */
};

static size_t shift_of(int rate_hz)
{
    return rate_hz >= 400 ? (size_t)rate_hz / 100 : 4;
}

size_t mm_mcadams_ahead(int rate_hz)
{
    return 2 * shift_of(rate_hz);
}

static void fill_window(mm_mcadams *m)
{
    double sum = 0;
    for (size_t i = 0; i < m->length; i++)
        sum += m->window[i] = 0.5 - 0.5 * cos(2 * M_PI * (double)i / (double)(m->length - 1));
    for (size_t i = 0; i < m->length; i++)
        m->window[i] = sqrt(m->window[i] / (sum / (double)m->shift));
}

mm_mcadams *mm_mcadams_new(int rate_hz, double alpha)
{
    mm_mcadams *m = calloc(1, sizeof *m);
    if (!m)
        return NULL;
    m->alpha = alpha;
    m->to_reference = (double)rate_hz / REFERENCE_HZ;
    m->shift = shift_of(rate_hz);
    m->length = 2 * m->shift;
    m->order = (int)lround(ORDER_16K * m->to_reference / 2) * 2;
    m->order = m->order < 8 ? 8 : m->order > MAX_ORDER ? MAX_ORDER : m->order;
    if ((size_t)m->order > m->length / 2)
        m->order = (int)(m->length / 4) * 2;
    m->next = -(int64_t)m->shift;   /* so that two frames lie over the first sample too */
    m->window = malloc(4 * m->length * sizeof *m->window);
    if (!m->window) {
        free(m);
        return NULL;
    }
    m->frame = m->window + m->length;
    m->forward = m->frame + m->length;
    m->backward = m->forward + m->length;
    fill_window(m);
    return m;
}

void mm_mcadams_free(mm_mcadams *m)
{
    if (!m)
        return;
    free(m->window);
    free(m->sum);
    free(m);
}

/* ---- linear prediction ------------------------------------------------------ */

/* Burg's method (J. P. Burg, "Maximum entropy spectral analysis", 1967): a[0..order] with a[0] = 1. false: the frame is too quiet. */
static bool burg(mm_mcadams *m, double *a)
{
    size_t n = m->length;
    double *f = m->forward, *b = m->backward;
    memcpy(f, m->frame, n * sizeof *f);
    memcpy(b, m->frame, n * sizeof *b);
    memset(a, 0, (size_t)(m->order + 1) * sizeof *a);
    a[0] = 1;
    for (int k = 1; k <= m->order; k++) {
        double cross = 0, power = 0;
        for (size_t i = (size_t)k; i < n; i++) {
            cross += f[i] * b[i - 1];
            power += f[i] * f[i] + b[i - 1] * b[i - 1];
        }
        if (power < 1e-20)
            return k > 1;
        double r = -2 * cross / power, old[MAX_ORDER + 1];
        memcpy(old, a, (size_t)(k + 1) * sizeof *old);
        for (int i = 1; i <= k; i++)
            a[i] = old[i] + r * old[k - i];
        for (size_t i = n - 1; i >= (size_t)k; i--) {
            double ahead = f[i];
            f[i] = ahead + r * b[i - 1];
            b[i] = b[i - 1] + r * ahead;
        }
    }
    return true;
}

/* ---- poles ------------------------------------------------------------------ */

typedef struct point { double re, im; } point;

static point times(point a, point b)
{
    return (point){ a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re };
}

static point over(point a, point b)
{
    double size = b.re * b.re + b.im * b.im;
    return (point){ (a.re * b.re + a.im * b.im) / size, (a.im * b.re - a.re * b.im) / size };
}

/* One step of a root towards its place, away from the others: how far. */
static double step_root(const double *a, int n, point *z, int i)
{
    point p = { 1, 0 }, slope = { 0, 0 }, others = { 0, 0 };
    for (int k = 1; k <= n; k++) {
        point s = times(slope, z[i]), q = times(p, z[i]);
        slope = (point){ s.re + p.re, s.im + p.im };
        p = (point){ q.re + a[k], q.im };
    }
    if (p.re == 0 && p.im == 0)
        return 0;
    for (int k = 0; k < n; k++) {
        point apart = { z[i].re - z[k].re, z[i].im - z[k].im };
        double size = apart.re * apart.re + apart.im * apart.im;
        if (k == i || size == 0)
            continue;
        others.re += apart.re / size;
        others.im -= apart.im / size;
    }
    point newton = over(slope, p), step = over((point){ 1, 0 }, (point){ newton.re - others.re, newton.im - others.im });
    z[i].re -= step.re;
    z[i].im -= step.im;
    return fmax(fabs(step.re), fabs(step.im));
}

/* All roots of z^n + a[1] z^(n-1) + ... + a[n] at once (O. Aberth, "Iteration methods for finding all zeros of a polynomial
 * simultaneously", 1973), which converges by the third power, so that after a small step a root is where it belongs. false: they were
 * not found. */
static bool roots_of(const double *a, int n, point *z)
{
    const double small = 1e-7;
    bool there[MAX_ORDER] = { false };
    int left = n;
    for (int i = 0; i < n; i++)
        z[i] = (point){ 0.95 * cos(2 * M_PI * i / n + 0.4), 0.95 * sin(2 * M_PI * i / n + 0.4) };
    for (int round = 0; round < ROUNDS && left > 0; round++)
        for (int i = 0; i < n; i++) {
            if (there[i])
                continue;
            double moved = step_root(a, n, z, i);
            if (!isfinite(moved))
                return false;
            there[i] = moved < small;
            left -= there[i];
        }
    return left == 0;
}

/* Pairs of complex poles get their new angle, real ones stay: z are those above the real axis, made pairs again by multiplying
 * (1 - 2 Re(z) q + |z|^2 q^2) for each. */
static bool move_poles(const mm_mcadams *m, double *a)
{
    point z[MAX_ORDER];
    const double real_enough = 1e-9;
    int n = m->order, degree = 0;
    if (!roots_of(a, n, z))
        return false;
    memset(a, 0, (size_t)(n + 1) * sizeof *a);
    a[0] = 1;
    for (int i = 0; i < n; i++) {
        double part[3] = { 1, 0, 0 };
        int size = 1;
        if (fabs(z[i].im) <= real_enough) {
            part[1] = -z[i].re;
        } else if (z[i].im > 0) {
            double angle = atan2(z[i].im, z[i].re) * m->to_reference, radius = hypot(z[i].re, z[i].im);
            if (angle < M_PI)
                angle = fmin(pow(angle, m->alpha), M_PI);
            part[1] = -2 * radius * cos(angle / m->to_reference);
            part[2] = radius * radius;
            size = 2;
        } else {
            continue;
        }
        if (degree + size > n)
            return false;
        for (int k = degree + size; k > 0; k--)
            a[k] += part[1] * a[k - 1] + (k > 1 ? part[2] * a[k - 2] : 0);
        degree += size;
    }
    return degree == n;
}

/* ---- frames ----------------------------------------------------------------- */

/* The frame through its own inverse filter, and then through that with the moved poles. */
static void transform(mm_mcadams *m)
{
    double a[MAX_ORDER + 1], moved[MAX_ORDER + 1];
    size_t n = m->length;
    int p = m->order;
    if (!burg(m, a))
        return;
    memcpy(moved, a, (size_t)(p + 1) * sizeof *a);
    if (!move_poles(m, moved)) {
        memset(m->frame, 0, n * sizeof *m->frame);  /* better nothing than the voice as it was */
        return;
    }
    double *y = m->forward;
    for (size_t i = 0; i < n; i++) {
        double v = m->frame[i];
        for (int k = 1; k <= p && (size_t)k <= i; k++)
            v += a[k] * m->frame[i - (size_t)k] - moved[k] * y[i - (size_t)k];
        y[i] = v;
    }
    memcpy(m->frame, y, n * sizeof *y);
}

static int grow(mm_mcadams *m, size_t n)
{
    size_t room = n + m->length;
    if (room <= m->sum_room)
        return 0;
    double *more = realloc(m->sum, room * sizeof *more);
    if (!more)
        return -1;
    memset(more + m->sum_room, 0, (room - m->sum_room) * sizeof *more);
    m->sum = more;
    m->sum_room = room;
    return 0;
}

int mm_mcadams_put(mm_mcadams *m, float *samples, size_t n, size_t ahead)
{
    if (grow(m, n) < 0)
        return -1;
    for (; m->next < (int64_t)(m->at + n); m->next += (int64_t)m->shift) {
        int64_t from = m->next - (int64_t)m->at;  /* in this piece; below 0 only before the first sample of all */
        for (size_t i = 0; i < m->length; i++) {
            int64_t k = from + (int64_t)i;
            m->frame[i] = k >= 0 && k < (int64_t)(n + ahead) ? samples[k] * m->window[i] : 0;
        }
        transform(m);
        for (size_t i = 0; i < m->length; i++)
            if (from + (int64_t)i >= 0)
                m->sum[from + (int64_t)i] += m->frame[i] * m->window[i];
    }
    for (size_t i = 0; i < n; i++)
        samples[i] = (float)m->sum[i];
    memmove(m->sum, m->sum + n, (m->sum_room - n) * sizeof *m->sum);
    memset(m->sum + m->sum_room - n, 0, n * sizeof *m->sum);
    m->at += n;
    return 0;
}
