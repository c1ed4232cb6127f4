/* dup_image.h - pictures seen, by the Hamming distance of their perceptual hashes.
 *
 * Multi-index hashing (Norouzi, Punjani, Fleet: Fast search in Hamming space with multi-index hashing, 2012): a hash
 * is cut into pieces of 16 bits. If two hashes of m pieces differ in at most r = a * m + b bits (b < m), then one of the
 * first b + 1 pieces differs in at most a bits, or one of the others in at most a - 1. Every hash with such a piece is
 * compared, so that none is missed.
 */
#ifndef MM_PROBE_DUP_IMAGE_H
#define MM_PROBE_DUP_IMAGE_H

#include "dup_match.h"
#include "dup_store.h"

enum { IMAGE_BITS_MAX = 256, IMAGE_PIECES_MAX = IMAGE_BITS_MAX / 16 };

/** A hash: 64 or 256 bits, as pieces in the order of its hex digits; those it does not have are zero. */
typedef struct dup_image_key {
    uint16_t piece[IMAGE_PIECES_MAX];
} dup_image_key;

typedef struct dup_image {
    unsigned pieces;     /* 4 or 16 */
    unsigned distance;   /* bits that duplicates may differ in */
    dup_region first;    /* by piece and its value: the last hash that has it, as number + 1, or 0 */
    dup_region known;    /* dup_image_known */
    uint32_t n;
} dup_image;

/** Hex digits to a key: the hash's bits, or 0 when it is no such hash. */
unsigned dup_image_read(mm_str hex, dup_image_key *k);

void dup_image_init(dup_image *d, unsigned bits, unsigned distance);
/** The score is the share of bits that agree. */
dup_match dup_image_find(const dup_image *d, const dup_image_key *k);
int dup_image_add(dup_store *s, dup_image *d, const dup_image_key *k, uint32_t original, mm_err *e);
void dup_image_free(dup_store *s, dup_image *d);

#endif
