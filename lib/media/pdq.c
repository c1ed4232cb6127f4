/* pdq.c - the PDQ perceptual hash, step by step as its authors describe it: two passes of a box filter along rows
 * and columns, 64 x 64 samples, the lowest 16 x 16 frequencies but the constant ones, one bit each. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "media/look.h"

enum { GRID = 64, SIDE = 16, BITS = SIDE * SIDE, BOX = 512 };

void mm_plane_shrink(const uint8_t *from, int width, int height, uint8_t *to, int to_width, int to_height)
{
    for (int y = 0; y < to_height; y++) {
        int64_t y0 = (int64_t)y * height / to_height, y1 = (int64_t)(y + 1) * height / to_height;
        for (int x = 0; x < to_width; x++) {
            int64_t x0 = (int64_t)x * width / to_width, x1 = (int64_t)(x + 1) * width / to_width;
            uint64_t sum = 0, n = (uint64_t)((x1 - x0) * (y1 - y0));
            for (int64_t v = y0; v < y1; v++)
                for (int64_t u = x0; u < x1; u++)
                    sum += from[v * width + u];
            *to++ = (uint8_t)((sum + n / 2) / n);
        }
    }
}

/* The mean over a window of at most `window` values around each, clipped at the ends; n values, step apart. */
static void box(const float *in, float *out, int n, int step, int window)
{
    int half = (window + 2) / 2, right = 0, left = 0, at = 0, count = 0;
    float sum = 0;
    for (; right < half - 1; right++, count++)
        sum += in[right * step];
    for (; right < window; right++, at++) {
        sum += in[right * step];
        out[at * step] = sum / (float)++count;
    }
    for (; right < n; right++, left++, at++) {
        sum += in[right * step] - in[left * step];
        out[at * step] = sum / (float)count;
    }
    for (; at < n; at++, left++) {
        sum -= in[left * step];
        out[at * step] = sum / (float)--count;
    }
}

static int window_of(int side)
{
    return (side + 2 * GRID - 1) / (2 * GRID);
}

static void blur(float *plane, float *spare, int width, int height)
{
    for (int pass = 0; pass < 2; pass++) {
        for (int y = 0; y < height; y++)
            box(plane + (size_t)y * (size_t)width, spare + (size_t)y * (size_t)width, width, 1, window_of(width));
        for (int x = 0; x < width; x++)
            box(spare + x, plane + x, height, width, window_of(height));
    }
}

static void sample(const float *plane, int width, int height, float grid[GRID][GRID])
{
    for (int i = 0; i < GRID; i++)
        for (int j = 0; j < GRID; j++) {
            int y = (int)((i + 0.5) * height / GRID), x = (int)((j + 0.5) * width / GRID);
            grid[i][j] = plane[(size_t)y * (size_t)width + (size_t)x];
        }
}

static uint8_t quality_of(float grid[GRID][GRID])
{
    int sum = 0;
    for (int i = 0; i < GRID; i++)
        for (int j = 0; j < GRID; j++) {
            if (i + 1 < GRID)
                sum += abs((int)((grid[i][j] - grid[i + 1][j]) * 100 / 255));
            if (j + 1 < GRID)
                sum += abs((int)((grid[i][j] - grid[i][j + 1]) * 100 / 255));
        }
    return (uint8_t)(sum / 90 < 100 ? sum / 90 : 100);
}

/* The 2-D discrete cosine transform (type II), frequencies 1 to 16 of each direction. */
static void transform(float grid[GRID][GRID], float out[BITS])
{
    float cosine[SIDE][GRID], half[SIDE][GRID];
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < GRID; j++)
            cosine[i][j] = (float)(sqrt(2.0 / GRID) * cos(M_PI / 2 / GRID * (i + 1) * (2 * j + 1)));
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < GRID; j++) {
            float sum = 0;
            for (int k = 0; k < GRID; k++)
                sum += cosine[i][k] * grid[k][j];
            half[i][j] = sum;
        }
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++) {
            float sum = 0;
            for (int k = 0; k < GRID; k++)
                sum += half[i][k] * cosine[j][k];
            out[i * SIDE + j] = sum;
        }
}

static int by_value(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void threshold(const float v[BITS], uint8_t hash[32])
{
    float sorted[BITS];
    memcpy(sorted, v, sizeof sorted);
    qsort(sorted, BITS, sizeof *sorted, by_value);
    memset(hash, 0, 32);
    for (int k = 0; k < BITS; k++)
        if (v[k] > sorted[BITS / 2 - 1])
            hash[31 - k / 8] |= (uint8_t)(1 << k % 8);
}

int mm_pdq(const uint8_t *luma, int width, int height, uint8_t hash[32], uint8_t *quality)
{
    int longer = width > height ? width : height, factor = longer / BOX > 1 ? longer / BOX : 1;
    int w = width / factor, h = height / factor;
    w += w == 0;
    h += h == 0;
    size_t n = (size_t)w * (size_t)h;
    float *plane = malloc(2 * n * sizeof *plane);
    uint8_t *small = malloc(n);
    if (plane && small) {
        float grid[GRID][GRID], v[BITS];
        mm_plane_shrink(luma, width, height, small, w, h);
        for (size_t i = 0; i < n; i++)
            plane[i] = small[i];
        blur(plane, plane + n, w, h);
        sample(plane, w, h, grid);
        *quality = quality_of(grid);
        transform(grid, v);
        threshold(v, hash);
    }
    int r = plane && small ? 0 : -1;
    free(plane);
    free(small);
    return r;
}
