/* kll.c - compactors. */
#include "kll.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void kll_init(kll *s, uint64_t seed)
{
    *s = (kll){ .coins = seed * 2 + 1, .levels = 1 };
}

void kll_clear(kll *s)
{
    for (uint32_t h = 0; h < KLL_LEVELS; h++)
        free(s->level[h].v);
    *s = (kll){ 0 };
}

uint32_t kll_capacity(const kll *s, uint32_t h)
{
    double c = KLL_K;
    for (uint32_t i = h + 1; i < s->levels && c > KLL_FLOOR; i++)
        c = c * 2 / 3;
    return c < KLL_FLOOR ? KLL_FLOOR : (uint32_t)c;
}

static uint64_t mix(uint64_t z)
{
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static bool coin(kll *s)
{
    s->coins += UINT64_C(0x9e3779b97f4a7c15);
    return mix(s->coins) >> 63;
}

static bool reserve(kll_level *l, uint32_t room)
{
    if (l->room >= room)
        return true;
    double *v = reallocarray(l->v, room, sizeof *v);
    if (!v)
        return false;
    l->v = v;
    l->room = room;
    return true;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void sort(double *v, uint32_t n)
{
    if (n > 64) {
        qsort(v, n, sizeof *v, by_size);
        return;
    }
    for (uint32_t i = 1; i < n; i++) {
        double x = v[i];
        uint32_t k = i;
        for (; k > 0 && v[k - 1] > x; k--)
            v[k] = v[k - 1];
        v[k] = x;
    }
}

/* Merge n rising values into a level, from its end. */
static bool take_up(kll_level *l, const double *v, uint32_t n)
{
    if (!reserve(l, l->n + n))
        return false;
    uint32_t i = l->n, k = n, to = l->n + n;
    while (k > 0)
        l->v[--to] = i > 0 && l->v[i - 1] > v[k - 1] ? l->v[--i] : v[--k];
    l->n += n;
    return true;
}

/* A level was the uppermost once, and larger. */
static void shrink(kll *s, uint32_t h)
{
    kll_level *l = &s->level[h];
    uint32_t most = kll_capacity(s, h);
    if (l->room <= 2 * most)
        return;
    double *v = reallocarray(l->v, most, sizeof *v);
    if (v) {
        l->v = v;
        l->room = most;
    }
}

/* Halve level h into the next. Of an odd number the first stays. */
static bool compact(kll *s, uint32_t h)
{
    kll_level *l = &s->level[h];
    uint32_t odd = l->n & 1, half = l->n / 2;
    double up[2 * KLL_K];
    if (h + 1 == KLL_LEVELS || half > 2 * KLL_K)
        return false;
    if (h <= s->drawn_level)
        sort(l->v, l->n);
    if (h + 1 == s->levels)
        s->levels++;
    uint32_t from = odd + coin(s);
    for (uint32_t i = 0; i < half; i++)
        up[i] = l->v[from + 2 * i];
    l->n = odd;
    shrink(s, h);
    if (h + 1 <= s->drawn_level && s->level[h + 1].n)
        sort(s->level[h + 1].v, s->level[h + 1].n);
    return take_up(&s->level[h + 1], up, half);
}

/* Compact from level h up until every one is within its capacity. */
static bool settle(kll *s, uint32_t h)
{
    for (; h < s->levels; h++)
        if (s->level[h].n > kll_capacity(s, h) && !compact(s, h))
            return false;
    return true;
}

/* Append to a level as it comes: up to drawn_level levels are not sorted. */
static bool append(kll *s, uint32_t h, double x)
{
    kll_level *l = &s->level[h];
    bool short_stream = s->levels == 1;
    if (l->n >= (short_stream ? KLL_K : kll_capacity(s, h)) && (!compact(s, h) || !settle(s, h + 1)))
        return false;
    if (l->n == l->room && !reserve(l, l->room ? 2 * l->room : KLL_FLOOR))
        return false;
    l->v[l->n++] = x;
    return true;
}

static void begin_run(kll *s)
{
    s->drawn_level = s->levels > KLL_FULL_LEVELS ? s->levels - KLL_FULL_LEVELS : 0;
    s->at = s->pick = 0;
    if (s->drawn_level) {
        s->coins += UINT64_C(0x9e3779b97f4a7c15);
        s->pick = mix(s->coins) >> (64 - s->drawn_level);
    }
}

bool kll_take_drawn(kll *s)
{
    bool ok = append(s, s->drawn_level, s->drawn);
    begin_run(s);
    return ok;
}

/* The drawn value stands for as many as were seen: once at each level that makes up their number. */
bool kll_settle(kll *s)
{
    uint64_t n = s->at;
    if (n == 0)
        return true;
    s->at = 0;
    for (uint32_t h = 0; n >> h; h++)
        if (n >> h & 1 && !append(s, h, s->drawn))
            return false;
    begin_run(s);
    return true;
}

bool kll_merge(kll *s, const kll *other)
{
    if (other->n == 0)
        return true;
    if (!kll_settle(s))
        return false;
    s->min = s->n == 0 || other->min < s->min ? other->min : s->min;
    s->max = s->n == 0 || other->max > s->max ? other->max : s->max;
    s->n += other->n;
    bool first = s->n == other->n;  /* it was empty: then the sum is the other, coins too */
    s->coins = first ? other->coins : (s->coins + other->coins) | 1;
    s->levels = other->levels > s->levels ? other->levels : s->levels;
    for (uint32_t h = 0; h < other->levels; h++) {
        const kll_level *l = &other->level[h];
        double *v = malloc((l->n + 1) * sizeof *v);
        if (!v)
            return false;
        if (l->n)
            memcpy(v, l->v, l->n * sizeof *v);
        sort(v, l->n);
        if (s->level[h].n)
            sort(s->level[h].v, s->level[h].n);
        bool ok = take_up(&s->level[h], v, l->n);
        free(v);
        if (!ok)
            return false;
    }
    if (!settle(s, 0))
        return false;
    begin_run(s);
    if (first)
        s->coins = other->coins;
    return true;
}

/* ---- reading ---- */

/* The sketch is settled before. */
typedef struct weighed { double v; uint64_t weight; } weighed;

static int by_value(const void *a, const void *b)
{
    const weighed *x = a, *y = b;
    return (x->v > y->v) - (x->v < y->v);
}

bool kll_cdf_init(kll_cdf *c, const kll *s)
{
    size_t n = 0, k = 0;
    for (uint32_t h = 0; h < s->levels; h++)
        n += s->level[h].n;
    weighed *w = calloc(n + 1, sizeof *w);
    *c = (kll_cdf){ .value = calloc(n + 1, sizeof *c->value), .upto = calloc(n + 1, sizeof *c->upto) };
    if (!w || !c->value || !c->upto) {
        free(w);
        kll_cdf_clear(c);
        return false;
    }
    uint64_t all = 0, upto = 0;
    for (uint32_t h = 0; h < s->levels; h++)
        for (uint32_t i = 0; i < s->level[h].n; i++) {
            w[k++] = (weighed){ s->level[h].v[i], UINT64_C(1) << h };
            all += UINT64_C(1) << h;
        }
    qsort(w, n, sizeof *w, by_value);
    for (size_t i = 0; i < n; i++) {
        upto += w[i].weight;
        if (c->n && c->value[c->n - 1] == w[i].v)
            c->n--;
        c->value[c->n] = w[i].v;
        c->upto[c->n++] = (double)upto / (double)all;
    }
    free(w);
    return true;
}

void kll_cdf_clear(kll_cdf *c)
{
    free(c->value);
    free(c->upto);
    *c = (kll_cdf){ 0 };
}

double kll_cdf_rank(const kll_cdf *c, double x)
{
    size_t from = 0, to = c->n;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (c->value[middle] <= x)
            from = middle + 1;
        else
            to = middle;
    }
    return from ? c->upto[from - 1] : 0;
}

double kll_cdf_quantile(const kll_cdf *c, double q)
{
    size_t from = 0, to = c->n;
    if (!c->n)
        return NAN;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (c->upto[middle] < q)
            from = middle + 1;
        else
            to = middle;
    }
    return c->value[from < c->n ? from : c->n - 1];
}
