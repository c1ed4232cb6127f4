#include "series/tails.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MIDDLE = MM_TAILS_BINS / 2, TAIL_PART = 30, TAIL_LEAST = 5, FRESH = 12, PIECES = 8 };

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

/* Distances of the bins' inner borders from the centre in widths, counted from the middle outwards. */
#define OCTAVE(o) EIGHTH(o, 8), EIGHTH(o, 9), EIGHTH(o, 10), EIGHTH(o, 11), EIGHTH(o, 12), EIGHTH(o, 13), EIGHTH(o, 14), EIGHTH(o, 15)
#define EIGHTH(o, i) (double)((i) << (o)) / 8 - 1
static const double distance[MIDDLE + 1] = { OCTAVE(0), OCTAVE(1), OCTAVE(2), OCTAVE(3), OCTAVE(4), OCTAVE(5), OCTAVE(6), OCTAVE(7),
                                             EIGHTH(8, 8) };

/* Which bin d widths from the centre are in: exponent and three bits of 1 + |d|. */
static int index_of(double d)
{
    uint64_t k = (bits_of(1 + fabs(d)) >> 49) - (1023 << 3);
    int i = k < MIDDLE ? (int)k : MIDDLE - 1;
    return d >= 0 ? MIDDLE + i : MIDDLE - 1 - i;
}

static double widths_of(const mm_tails *t, double x)
{
    return (x - t->centre) * t->per_width;
}

static void bin_edges(const mm_tails *t, int i, double *low, double *high)
{
    *low = t->centre + (i >= MIDDLE ? distance[i - MIDDLE] : -distance[MIDDLE - i]) * t->width;
    *high = t->centre + (i >= MIDDLE ? distance[i - MIDDLE + 1] : -distance[MIDDLE - 1 - i]) * t->width;
}

static void set_width(mm_tails *t, double width)
{
    t->width = width;
    t->per_width = width > 0 ? 1 / width : 0;
}

static void count(mm_tails *t, int i, int times)
{
    t->bin[i] += (uint16_t)times;
    t->octave[i / 8] += (uint16_t)times;
    t->n += (uint32_t)times;
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
    t->border[side] = i;
    t->begin[side] = at;
    t->excess[side] = n > 0 ? fabs(sum / n - at) : 0;
}

/* How rare a number in each bin is, on the side where fewer lie beyond it; of those in the bin itself half count, since
 * numbers that are alike stand at one place of it. */
static void take_rarity(mm_tails *t)
{
    double below = 0, all = t->n + 1.0;
    for (int i = 0; i < t->border[0]; i++)
        below += t->bin[i];
    for (int i = t->border[0]; i <= t->border[1]; i++) {
        double with = t->bin[i] * 0.5, down = below + with, up = t->n - below - with;
        double e = log10_near(all / ((up < down ? up : down) + 0.5)) * 64;
        t->rarity[i] = (uint8_t)(e < 255 ? e + 0.5 : 255);
        below += t->bin[i];
    }
}

static void refresh(mm_tails *t)
{
    take_border(t, 0);
    take_border(t, 1);
    take_rarity(t);
    t->stale = 0;
}

/* Lay the bins anew around what is known by now: the first numbers may have stood far from where most came to lie.
 * The numbers of a bin are spread over it, in a few pieces. */
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
    set_width(t, sum / old.n);
    memset(t->bin, 0, sizeof t->bin);
    memset(t->octave, 0, sizeof t->octave);
    t->n = 0;
    for (int i = 0; i < MM_TAILS_BINS; i++) {
        if (!old.bin[i])
            continue;
        bin_edges(&old, i, &low, &high);
        int pieces = old.bin[i] < PIECES ? old.bin[i] : PIECES;
        for (int k = 0, given = 0; k < pieces; k++) {
            int upto = old.bin[i] * (k + 1) / pieces;
            count(t, index_of(widths_of(t, low + (k + 0.5) / pieces * (high - low))), upto - given);
            given = upto;
        }
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
    set_width(t, sum / MM_TAILS_FIRST);
    memset(t->bin, 0, sizeof t->bin);
    t->n = 0;
    if (t->width > 0)
        for (int i = 0; i < MM_TAILS_FIRST; i++)
            count(t, index_of(widths_of(t, v[i])), 1);
    else {
        t->bin[MIDDLE] = t->octave[MIDDLE / 8] = MM_TAILS_FIRST;
        t->n = MM_TAILS_FIRST;
    }
    if (t->width > 0)
        refresh(t);
}

/* x, in bin i, is counted. */
static void add(mm_tails *t, int i)
{
    count(t, i, 1);
    bool anew = (t->n & (t->n - 1)) == 0;
    if (t->n >= MM_TAILS_FULL)
        halve(t);
    if (t->width > 0 && anew)
        lay_anew(t);
    if (t->width > 0 && ++t->stale >= t->n / FRESH)
        refresh(t);
}

static double tail_evidence(const mm_tails *t, double x, int side)
{
    double over = fabs(x - t->begin[side]), excess = t->excess[side], least = 0.02 * fabs(t->begin[side] - t->centre);
    if (excess < least)
        excess = least;
    double part = t->n / TAIL_PART < TAIL_LEAST ? (double)TAIL_LEAST / t->n : 1.0 / TAIL_PART;
    double e = excess > 0 ? -log10_near(part) + over / excess * 0.43429448190325182765 : MM_TAILS_MOST;
    return e < MM_TAILS_MOST ? e : MM_TAILS_MOST;
}

/* Of x, in bin i. */
static double evidence(const mm_tails *t, double x, int i)
{
    if (i > t->border[1] || i < t->border[0])
        return tail_evidence(t, x, i > t->border[1]);
    return t->rarity[i] / 64.0;
}

double mm_tails_evidence(const mm_tails *t, double x)
{
    if (t->n < MM_TAILS_FIRST)
        return 0;
    if (t->width == 0)
        return x == t->centre ? 0 : MM_TAILS_MOST;
    return evidence(t, x, index_of(widths_of(t, x)));
}

double mm_tails_next(mm_tails *t, double x)
{
    if (t->n < MM_TAILS_FIRST) {
        t->first[t->n++] = x;
        if (t->n == MM_TAILS_FIRST)
            take_centre(t);
        return 0;
    }
    double e = 0;
    if (t->width == 0 && x != t->centre) {
        set_width(t, fabs(x - t->centre) / 4);
        add(t, index_of(widths_of(t, x)));
        refresh(t);
        return MM_TAILS_MOST;
    }
    if (t->width > 0) {
        int i = index_of(widths_of(t, x));
        e = evidence(t, x, i);
        add(t, i);
    } else {
        add(t, MIDDLE);
    }
    return e;
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
