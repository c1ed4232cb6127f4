/* luma.c - luma statistics of a picture larger than any cache, beside reading the same memory, in turn. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mm.h"

enum { SIZE = 192 << 20, ROUNDS = 7 };

static volatile uint64_t sink;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* As fast as the compiler's vectors read: four sums at once. */
static void read_memory(const uint8_t *p)
{
    const uint64_t *w = (const uint64_t *)(const void *)p;
    uint64_t sum = 0;
    for (size_t i = 0; i < SIZE / 8; i++)
        sum += w[i];
    sink += sum;
}

static void luma(const uint8_t *p)
{
    mm_luma_sums s = { 0 };
    mm_simd()->luma_sums(p, SIZE, &s);
    sink += s.squares;
}

static void colors(const uint8_t *p)
{
    mm_color_sums s = { 0 };
    mm_simd()->color_sums(p, SIZE / 3, &s);
    sink += s.rg_squares;
}

/* Luma of a row at a time, as a reader of pictures does, so that it stays in the cache. */
static void rgb(const uint8_t *p)
{
    static uint8_t row[4096];
    for (size_t i = 0; i + sizeof row <= SIZE / 3; i += sizeof row)
        mm_simd()->rgb_luma(p + 3 * i, sizeof row, row);
    sink += row[0];
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *v)
{
    qsort(v, ROUNDS, sizeof *v, by_value);
    return v[ROUNDS / 2];
}

static void duel(const char *name, void (*pass)(const uint8_t *), const uint8_t *p, const char *bar)
{
    double ours[ROUNDS], peer[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        double start = now();
        read_memory(p);
        double middle = now();
        pass(p);
        peer[i] = middle - start;
        ours[i] = now() - middle;
    }
    double a = SIZE / 1e9 / median(ours), b = SIZE / 1e9 / median(peer);
    printf("bench %s ours=%.3f peer=%.3f unit=GB/s ratio=%.2f bar=%s\n", name, a, b, a / b, bar);
}

int main(void)
{
    uint8_t *p = malloc(SIZE);
    if (!p)
        return 1;
    for (size_t i = 0; i < SIZE; i++)
        p[i] = (uint8_t)(i * 2654435761u >> 24);
    duel("luma", luma, p, "0.8");
    duel("color", colors, p, "-");
    duel("rgb-luma", rgb, p, "-");
    free(p);
    return 0;
}
