/* pcm.h - sound to float with its level: what all sets of instructions share, and the scalar loops. */
#ifndef MM_SIMD_PCM_H
#define MM_SIMD_PCM_H

#include "simd/simd.h"

#define PCM_S16_SCALE (1.0f / 32768)
#define PCM_S32_SCALE (1.0f / 2147483648.0f)

enum {
    PCM_LANES = 16,              /* element i is summed in lane i mod 16 */
    PCM_CLIP_S16 = 32767,
    PCM_CLIP_BITS = 0x3f7ffe00,  /* the float 32767/32768 as an integer; sizes of floats compare as integers do */
    PCM_NOT_FINITE = 0x7f800000,
};

typedef struct pcm_lanes {
    double sum[PCM_LANES], squares[PCM_LANES];
    int32_t peak;                /* a float's bits */
    uint64_t clipped;
} pcm_lanes;

typedef struct pcm_integers {
    int64_t sum;
    uint64_t squares, clipped;
    int32_t peak;
} pcm_integers;

static inline void pcm_add(pcm_lanes *l, size_t i, float f)
{
    int32_t size;
    double d = f;
    memcpy(&size, &f, sizeof f);
    size &= 0x7fffffff;
    l->peak = size > l->peak ? size : l->peak;
    l->clipped += size >= PCM_CLIP_BITS;
    l->sum[i % PCM_LANES] += d;
    l->squares[i % PCM_LANES] += d * d;
}

/* Elements i to n. */
static inline void pcm_rest_s32(const char *p, size_t i, size_t n, float *out, pcm_lanes *l)
{
    for (; i < n; i++) {
        int32_t v;
        memcpy(&v, p + 4 * i, sizeof v);
        out[i] = (float)v * PCM_S32_SCALE;
        pcm_add(l, i, out[i]);
    }
}

static inline void pcm_rest_f32(const char *p, size_t i, size_t n, float *out, pcm_lanes *l)
{
    for (; i < n; i++) {
        int32_t v;
        memcpy(&v, p + 4 * i, sizeof v);
        v = (v & 0x7fffffff) < PCM_NOT_FINITE ? v : 0;
        memcpy(&out[i], &v, sizeof v);
        pcm_add(l, i, out[i]);
    }
}

static inline void pcm_rest_s16(const char *p, size_t i, size_t n, float *out, pcm_integers *l)
{
    for (; i < n; i++) {
        int16_t v;
        memcpy(&v, p + 2 * i, sizeof v);
        int32_t w = v, size = w < 0 ? -w : w;
        out[i] = (float)w * PCM_S16_SCALE;
        l->sum += w;
        l->squares += (uint32_t)(w * w);
        l->peak = size > l->peak ? size : l->peak;
        l->clipped += size >= PCM_CLIP_S16;
    }
}

static inline void pcm_add_level(mm_pcm_level *level, size_t n, double sum, double squares, uint64_t clipped, float peak)
{
    level->n += n;
    level->sum += sum;
    level->squares += squares;
    level->clipped += clipped;
    level->peak = peak > level->peak ? peak : level->peak;
}

static inline void pcm_close(const pcm_lanes *l, size_t n, mm_pcm_level *level)
{
    double sum = 0, squares = 0;
    float peak;
    for (int i = 0; i < PCM_LANES; i++) {
        sum += l->sum[i];
        squares += l->squares[i];
    }
    memcpy(&peak, &l->peak, sizeof peak);
    pcm_add_level(level, n, sum, squares, l->clipped, peak);
}

static inline void pcm_close_s16(const pcm_integers *l, size_t n, mm_pcm_level *level)
{
    pcm_add_level(level, n, (double)l->sum / 32768, (double)l->squares / 1073741824, l->clipped,
                  (float)l->peak * PCM_S16_SCALE);
}

#endif
