#include "series/tails.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MIDDLE = MM_TAILS_BINS / 2, TAIL_PART = 30, TAIL_LEAST = 5, REFRESH = 16 };

static uint64_t bits_of(double v)
{
    uint64_t b;
    memcpy(&b, &v, sizeof b);
    return b;
}

/* log10 of v > 0, linear between powers of two: within 0.03 of it, and alike on every machine. */
static double log10_near(double v)
{
    uint64_t b = bits_of(v);
    double mantissa = (double)(b & 0xfffffffffffffULL) / 4503599627370496.0;
    return ((double)((int)(b >> 52) - 1023) + mantissa) * 0.30102999566398119521;
}

/* Distance of the bin's inner border from the centre in widths; i counts from the middle outwards. */
static double border_of(int i)
{
    return (double)((uint64_t)(8 + (i & 7)) << (i >> 3)) / 8 - 1;
}

/* Which bin a distance of d >= 0 widths falls into: exponent and three bits of 1 + d. */
static int bin_of(double d)
{
    uint64_t i = (bits_of(1 + d) >> 49) - (1023 << 3);
    return i < MIDDLE ? (int)i : MIDDLE - 1;
}

static int index_of(const mm_tails *t, double x)
{
    double d = (x - t->centre) / t->width;
    return d >= 0 ? MIDDLE + bin_of(d) : MIDDLE - 1 - bin_of(-d);
}

static void bin_edges(const mm_tails *t, int i, double *low, double *high)
{
    int k = i >= MIDDLE ? i - MIDDLE : MIDDLE - 1 - i;
    double in = border_of(k) * t->width, out = border_of(k + 1) * t->width;
    *low = t->centre + (i >= MIDDLE ? in : -out);
    *high = t->centre + (i >= MIDDLE ? out : -in);
}

static void count(mm_tails *t, int i)
{
    t->bin[i]++;
    t->octave[i / 8]++;
    t->n++;
}

static void halve(mm_tails *t)
{
    t->n = 0;
    memset(t->octave, 0, sizeof t->octave);
    for (int i = 0; i < MM_TAILS_BINS; i++) {
        t->bin[i] -= t->bin[i] / 2;
        t->octave[i / 8] += t->bin[i];
        t->n += t->bin[i];
    }
}

/* Where the outermost thirtieth begins on one side, and how far its numbers lie beyond that on average. */
static void take_border(mm_tails *t, int side)
{
    uint32_t want = t->n / TAIL_PART, got = 0;
    if (want < TAIL_LEAST)
        want = TAIL_LEAST;
    int step = side ? -1 : 1, i = side ? MM_TAILS_BINS - 1 : 0;
    double sum = 0, low = 0, high = 0;
    for (;; i += step) {
        if (i % 8 == (side ? 7 : 0) && t->octave[i / 8] == 0 && i / 8 != MIDDLE / 8) {
            i += 7 * step;
            continue;
        }
        bin_edges(t, i, &low, &high);
        if (got + t->bin[i] >= want || i == (side ? MIDDLE - 8 : MIDDLE + 7))
            break;
        got += t->bin[i];
        sum += t->bin[i] * (low + high) / 2;
    }
    double part = t->bin[i] && got < want ? (double)(want - got) / t->bin[i] : 0;
    if (part > 1)
        part = 1;
    double at = side ? high - part * (high - low) : low + part * (high - low);
    sum += part * t->bin[i] * (at + (side ? high : low)) / 2;
    double n = got + part * t->bin[i];
    t->border[side] = at;
    t->excess[side] = n > 0 ? fabs(sum / n - at) : 0;
}

static void refresh(mm_tails *t)
{
    take_border(t, 0);
    take_border(t, 1);
    t->stale = 0;
}

/* Lay the bins anew around what is known by now: the first numbers may have stood far from where most came to lie.
 * The numbers of a bin are spread evenly over it. */
static void lay_anew(mm_tails *t)
{
    mm_tails old = *t;
    double low, high, sum = 0;
    t->centre = mm_tails_quantile(&old, 0.5);
    for (int i = 0; i < MM_TAILS_BINS; i++)
        if (old.bin[i]) {
            bin_edges(&old, i, &low, &high);
            sum += old.bin[i] * fabs((low + high) / 2 - t->centre);
        }
    t->width = sum / old.n;
    memset(t->bin, 0, sizeof t->bin);
    memset(t->octave, 0, sizeof t->octave);
    t->n = 0;
    for (int i = 0; i < MM_TAILS_BINS; i++) {
        bin_edges(&old, i, &low, &high);
        for (int k = 0; k < old.bin[i]; k++)
            count(t, index_of(t, low + (k + 0.5) / old.bin[i] * (high - low)));
    }
    refresh(t);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void take_centre(mm_tails *t)
{
    double v[MM_TAILS_FIRST], sum = 0;
    memcpy(v, t->first, sizeof v);
    qsort(v, MM_TAILS_FIRST, sizeof *v, by_value);
    t->centre = v[MM_TAILS_FIRST / 2];
    for (int i = 0; i < MM_TAILS_FIRST; i++)
        sum += fabs(v[i] - t->centre);
    t->width = sum / MM_TAILS_FIRST;
    memset(t->bin, 0, sizeof t->bin);
    t->n = 0;
    if (t->width > 0)
        for (int i = 0; i < MM_TAILS_FIRST; i++)
            count(t, index_of(t, v[i]));
    else {
        t->bin[MIDDLE] = t->octave[MIDDLE / 8] = MM_TAILS_FIRST;
        t->n = MM_TAILS_FIRST;
    }
    if (t->width > 0)
        refresh(t);
}

void mm_tails_add(mm_tails *t, double x)
{
    if (t->n < MM_TAILS_FIRST) {
        t->first[t->n++] = x;
        if (t->n == MM_TAILS_FIRST)
            take_centre(t);
        return;
    }
    if (t->width == 0 && x != t->centre)
        t->width = fabs(x - t->centre) / 4;
    count(t, t->width > 0 ? index_of(t, x) : MIDDLE);
    bool anew = (t->n & (t->n - 1)) == 0;
    if (t->n >= MM_TAILS_FULL)
        halve(t);
    if (t->width > 0 && anew)
        lay_anew(t);
    if (t->width > 0 && (++t->stale >= REFRESH || t->n < 8 * MM_TAILS_FIRST))
        refresh(t);
}

/* How many of the numbers are x or lie beyond it on one side: of those in its own bin at least half, since numbers that
 * are alike stand at one place of it. */
static double beyond(const mm_tails *t, double x, int side)
{
    int i = index_of(t, x);
    uint32_t above = 0;
    for (int o = i / 8 + 1; o < MM_TAILS_BINS / 8; o++)
        above += t->octave[o];
    for (int k = i + 1; k < (i / 8 + 1) * 8; k++)
        above += t->bin[k];
    double low, high;
    bin_edges(t, i, &low, &high);
    double part = (high - x) / (high - low), outer = side ? above : t->n - above - t->bin[i];
    if (!side)
        part = 1 - part;
    return outer + (part < 0.5 ? 0.5 : part > 1 ? 1 : part) * t->bin[i];
}

static double evidence_on(const mm_tails *t, double x, int side)
{
    double over = side ? x - t->border[1] : t->border[0] - x;
    if (over <= 0 || index_of(t, x) == index_of(t, t->border[side]))
        return log10_near((t->n + 1.0) / (beyond(t, x, side) + 0.5));
    double excess = t->excess[side], least = 0.02 * fabs(t->border[side] - t->centre);
    if (excess < least)
        excess = least;
    double part = t->n / TAIL_PART < TAIL_LEAST ? (double)TAIL_LEAST / t->n : 1.0 / TAIL_PART;
    return excess > 0 ? -log10_near(part) + over / excess * 0.43429448190325182765 : MM_TAILS_MOST;
}

double mm_tails_evidence(mm_tails *t, double x)
{
    if (t->n < MM_TAILS_FIRST)
        return 0;
    if (t->width == 0)
        return x == t->centre ? 0 : MM_TAILS_MOST;
    double up = evidence_on(t, x, 1), down = evidence_on(t, x, 0), e = up > down ? up : down;
    return e < MM_TAILS_MOST ? e : MM_TAILS_MOST;
}

double mm_tails_quantile(const mm_tails *t, double p)
{
    if (t->n < MM_TAILS_FIRST)
        return NAN;
    if (t->width == 0)
        return t->centre;
    double want = p * t->n, got = 0, low = 0, high = 0;
    for (int i = 0; i < MM_TAILS_BINS; i++) {
        if (t->bin[i] == 0)
            continue;
        bin_edges(t, i, &low, &high);
        if (got + t->bin[i] >= want)
            return low + (want - got) / t->bin[i] * (high - low);
        got += t->bin[i];
    }
    return high;
}
