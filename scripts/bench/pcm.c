/* pcm.c - sound to float with its level, beside reading the same memory: GB/s of input that lies in memory
 * and not in the caches. Output goes to a buffer that stays in them, as in the decoder. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mm.h"

enum { SIZE = 256 << 20, PIECE = 8 << 10, ROUNDS = 7 };

typedef unsigned long long words __attribute__((vector_size(64)));
typedef void (*kernel)(const void *, size_t, float *, mm_pcm_level *);

static volatile unsigned long long sink;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double read_all(const char *p)
{
    double start = now();
    words a = { 0 }, b = { 0 }, c = { 0 }, d = { 0 };
    for (const words *w = (const words *)p; (const char *)w < p + SIZE; w += 4) {
        a += w[0];
        b += w[1];
        c += w[2];
        d += w[3];
    }
    a += b + c + d;
    sink += a[0] + a[7];
    return SIZE / (now() - start) * 1e-9;
}

static double convert_all(kernel k, const char *p, size_t width)
{
    static float out[PIECE];
    mm_pcm_level l = { 0 };
    double start = now();
    for (size_t i = 0; i < SIZE; i += PIECE)
        k(p + i, PIECE / width, out, &l);
    sink += l.clipped;
    return SIZE / (now() - start) * 1e-9;
}

/* Sound at half of full scale. */
static void fill(char *p, const char *form)
{
    size_t width = form[1] == '1' ? 2 : 4;
    for (size_t i = 0; i < SIZE / width; i++) {
        uint32_t chance = (uint32_t)i * 2654435761u;
        int16_t v = (int16_t)(chance >> 17) - 16384;
        int32_t wide = v * 65536;
        float f = (float)v / 32768;
        memcpy(p + width * i, width == 2 ? (void *)&v : *form == 'f' ? (void *)&f : (void *)&wide, width);
    }
}

int main(void)
{
    const mm_kernels *ours = mm_simd();
    const struct { const char *name; kernel k; size_t width; } benches[] = {
        { "s16", ours->pcm_s16, 2 }, { "s32", ours->pcm_s32, 4 }, { "f32", ours->pcm_f32, 4 } };
    char *p = aligned_alloc(64, SIZE);
    if (!p)
        return 1;
    for (size_t i = 0; i < sizeof benches / sizeof *benches; i++) {
        double a = 0, b = 0;
        fill(p, benches[i].name);
        for (int round = 0; round < ROUNDS; round++) {
            double v = convert_all(benches[i].k, p, benches[i].width), w = read_all(p);
            a = v > a ? v : a;
            b = w > b ? w : b;
        }
        printf("bench pcm-%s ours=%.2f peer=%.2f unit=GB/s ratio=%.2f bar=0.8\n", benches[i].name, a, b, a / b);
        fflush(stdout);
    }
    return 0;
}
