/* minhash.c - signatures, bands and the estimate. */
#include "minhash.h"

#include <string.h>

#include <xxhash.h>

static uint64_t split_mix(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

void minhash_init(minhash *m, unsigned bands, unsigned rows)
{
    uint64_t state = 0;
    *m = (minhash){ .bands = bands, .rows = rows, .k = bands * rows, .room = (bands * rows + 15) / 16 * 16 };
    for (unsigned j = 0; j < m->room; j++) {
        uint64_t z = split_mix(&state);
        m->a[j] = (uint32_t)(z >> 32) | 1;
        m->b[j] = (uint32_t)z;
    }
}

void minhash_begin(const minhash *m, uint32_t *least)
{
    memset(least, 0xff, m->room * sizeof *least);
}

void minhash_add(const minhash *m, const uint32_t *x, size_t n, uint32_t *least)
{
    mm_simd()->least_hashes(x, n, m->a, m->b, least, m->room);
}

void minhash_bands(const minhash *m, const uint32_t *least, uint32_t *tag)
{
    for (unsigned i = 0; i < m->bands; i++)
        tag[i] = (uint32_t)(XXH3_64bits_withSeed(least + i * m->rows, m->rows * sizeof *least, i) >> 32);
}

void minhash_small(const minhash *m, const uint32_t *least, uint8_t *small)
{
    for (unsigned j = 0; j < m->k; j++)
        small[j] = (uint8_t)(least[j] * 0x9e3779b1u >> 24);
}

double minhash_estimate(const minhash *m, const uint8_t *x, const uint8_t *y)
{
    unsigned equal = 0;
    for (unsigned j = 0; j < m->k; j++)
        equal += x[j] == y[j];
    double s = ((double)equal / m->k - 1.0 / 256) / (1 - 1.0 / 256);
    return s > 0 ? s : 0;
}
