/* trace_make.c - traces made by chance, of kinds that real ones are. */
#include "chance.h"
#include "trace.h"

#include <stdlib.h>
#include <string.h>

enum { DAY = 86400 };

/* The rate about a mean of 1, at so many seconds. */
typedef struct maker {
    chance luck;
    double at_s, step_s, total_s;
    double drift;          /* slow noise */
    double burst, fades;   /* height of a burst, seconds in which it falls to 1/e */
} maker;

static double day(double at_s, double depth)
{
    double h = 2 * M_PI * at_s / DAY;
    return 1 - depth * cos(h) - depth * 0.3 * cos(2 * h + 0.8);
}

/* Noise that is forgotten in about half an hour. */
static double restless(maker *m, double deviation)
{
    double keep = exp(-m->step_s / 1800);
    m->drift = keep * m->drift + sqrt(1 - keep * keep) * deviation * chance_normal(&m->luck);
    return exp(m->drift);
}

static double diurnal(maker *m)
{
    double week = (int)(m->at_s / DAY) % 7 < 5 ? 1.1 : 0.75;
    return week * day(m->at_s, 0.6) * restless(m, 0.05);
}

/* Bursts come three times in two hours in the mean; heights are Pareto's, lengths exponential about five minutes. */
static double bursty(maker *m)
{
    m->burst *= exp(-m->step_s / (m->fades > 0 ? m->fades : 1));
    if (chance_unit(&m->luck) < 1.5 * m->step_s / 3600) {
        double height = 0.6 * pow(chance_unit(&m->luck), -1 / 1.8);
        m->burst += height < 12 ? height : 12;
        m->fades = 60 + 300 * chance_wait(&m->luck);
    }
    return (0.55 + m->burst) * restless(m, 0.1);
}

static double trending(maker *m)
{
    double part = m->at_s / m->total_s, level = 0.5 + part;
    if (part > 0.55)
        level *= 1.25;
    return level * day(m->at_s, 0.35) * restless(m, 0.05);
}

static double steady(maker *m)
{
    (void)m;
    return 1;
}

int trace_make(trace *t, const char *kind, size_t n, double step_s, double mean, uint64_t seed, mm_err *e)
{
    static const struct {
        const char *name;
        double (*rate)(maker *);
    } kinds[] = { { "diurnal", diurnal }, { "bursty", bursty }, { "trending", trending }, { "steady", steady } };
    double (*rate)(maker *) = NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kind, kinds[i].name) == 0)
            rate = kinds[i].rate;
    *t = (trace){ .n = n, .step_s = step_s };
    if (!rate)
        return mm_fail(e, MM_EUSAGE, "no kind of trace '%s'; there are diurnal, bursty, trending and steady", kind);
    t->arrivals = malloc((n ? n : 1) * sizeof *t->arrivals);
    if (!t->arrivals)
        return mm_fail(e, MM_ESYS, "out of memory");
    maker m = { .luck = chance_of(seed, 1), .step_s = step_s, .total_s = (double)n * step_s, .fades = 300 };
    for (size_t i = 0; i < n; i++) {
        m.at_s = (double)i * step_s;
        t->arrivals[i] = chance_poisson(&m.luck, mean * step_s * rate(&m));
    }
    return 0;
}
