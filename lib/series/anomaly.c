#include "series/anomaly.h"

#include <math.h>

enum { VALUE, STEP, NEAR, FAR, SEASON };

/* Chosen once over all series of scripts/quality/nab; between 0.8 and 1.2 times this limit its score moves by few points. */
#define LIMIT 4.0          /* evidence, in powers of ten */
#define SMOOTH 0.15        /* share of the latest number in the smoothed evidence */
#define FRESH 0.1          /* share of the unsmoothed evidence in what is held against the limit */
#define TIRE 0.25          /* rise of the limit by an alarm, as a share of it ... */
#define TIRE_KEEP 0.99983  /* ... which fades in about 6000 numbers */
#define HOLD 2.5           /* an alarm must outdo this multiple of the one before it ... */
#define HOLD_KEEP 0.98758  /* ... which fades in about 80 numbers */
#define MOST 30            /* evidence that one number can give, before smoothing */

static const int64_t day = 86400;

/* A mean that weighs the latest number by w, and the first ones alike. */
static void follow(double *mean, double x, double w, uint64_t n)
{
    double even = 1.0 / (double)(n + 1);
    *mean += (w > even ? w : even) * (x - *mean);
}

/* The season's slot of the time t: five minutes of the day, or a day of the week where numbers are half a day apart. */
static int slot_of(int64_t t, int64_t apart)
{
    int64_t in_day = ((t % day) + day) % day;
    return (int)(apart >= day / 2 ? ((t - in_day) / day % 7 + 7) % 7 : in_day / (day / MM_ANOMALY_SLOTS));
}

/* What the season says at slot s, and the evidence of how far the series is from it. */
static double look_at_season(mm_anomaly *a, int s, mm_anomaly_verdict *v)
{
    double evidence = 0, w = 1.0 / (a->known[s] + 1);
    if (a->known[s]) {
        v->expected = a->season[s];
        evidence = mm_tails_next(&a->view[SEASON], a->brief - a->season[s]);
    }
    a->season[s] += (float)((w > 0.3 ? w : 0.3) * (a->brief - a->season[s]));
    a->known[s] += a->known[s] < 255;
    return evidence;
}

static bool alarm(mm_anomaly *a, double evidence, double *score)
{
    a->smooth += SMOOTH * ((evidence < MOST ? evidence : MOST) - a->smooth);
    a->tired *= TIRE_KEEP;
    a->held *= HOLD_KEEP;
    double weight = FRESH * evidence + (1 - FRESH) * a->smooth;
    *score = weight / (LIMIT * (1 + a->tired) + a->held);
    if (*score < 1)
        return false;
    a->tired += TIRE;
    a->held = HOLD * (weight < 3 * LIMIT ? weight : 3 * LIMIT);
    return true;
}

mm_anomaly_verdict mm_anomaly_next(mm_anomaly *a, int64_t t, double x)
{
    mm_anomaly_verdict v = { .expected = a->near };
    if (!isfinite(x))
        return v;
    double evidence = mm_tails_next(&a->view[VALUE], x);
    if (a->n)
        evidence += mm_tails_next(&a->view[STEP], x - a->last);
    follow(&a->brief, x, 0.4, a->n);
    follow(&a->near, x, 0.125, a->n);
    follow(&a->far, x, 0.02, a->n);
    if (a->n > 8)
        evidence += mm_tails_next(&a->view[NEAR], a->near);
    if (a->n > 50)
        evidence += mm_tails_next(&a->view[FAR], a->far);
    evidence += look_at_season(a, slot_of(t, a->n ? t - a->time : 0), &v);
    v.alarm = alarm(a, evidence, &v.score);
    a->last = x;
    a->time = t;
    a->n++;
    return v;
}

void mm_anomaly_range(const mm_anomaly *a, double expected, double *low, double *high)
{
    *low = expected + mm_tails_quantile(&a->view[SEASON], 0.01);
    *high = expected + mm_tails_quantile(&a->view[SEASON], 0.99);
}
