/* minhash.h - how alike two sets are, from a few hashes of each.
 *
 * Broder, "On the resemblance and containment of documents" (1997): of a random order of all shingles, the first one of two
 * sets is the same with the probability of their Jaccard similarity. The orders are multiply-add hashes of a
 * shingle's 32 bits, (a * x + b) mod 2^32 with a odd, compared by value (Dietzfelbinger et al. 1997); a and b come
 * from SplitMix64, started at 0. Candidates are found by bands of rows (Leskovec, Rajaraman, Ullman, Mining of Massive
 * Datasets, 3.4): two sets of similarity s share a band with probability 1 - (1 - s^rows)^bands.
 * Kept of each least hash are 8 bits (b-bit minwise hashing, Li and Koenig 2010): they agree by chance in one of 256,
 * which the estimate takes out.
 */
#ifndef MM_PROBE_MINHASH_H
#define MM_PROBE_MINHASH_H

#include "mm.h"

enum { MINHASH_MAX = 1024 };

typedef struct minhash {
    unsigned bands, rows;
    unsigned k;                /* bands * rows, at most MINHASH_MAX */
    unsigned room;             /* k rounded up to a multiple of 16 */
    uint32_t a[MINHASH_MAX], b[MINHASH_MAX];
} minhash;

void minhash_init(minhash *m, unsigned bands, unsigned rows);
/** least has m->room elements. */
void minhash_begin(const minhash *m, uint32_t *least);
void minhash_add(const minhash *m, const uint32_t *x, size_t n, uint32_t *least);
/** The tag of each band: the upper 32 bits of XXH3-64 over its rows, seeded with its number. */
void minhash_bands(const minhash *m, const uint32_t *least, uint32_t *tag);
/** 8 bits of each least hash: the upper ones of its product with 0x9e3779b1. */
void minhash_small(const minhash *m, const uint32_t *least, uint8_t *small);
/** Similarity of the sets behind two such, 0 to 1; its standard error is below sqrt(s (1 - s) / k) + 0.004. */
double minhash_estimate(const minhash *m, const uint8_t *x, const uint8_t *y);

#endif
