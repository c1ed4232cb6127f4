/* dup_image.c - multi-index hashing over chains by pieces of 16 bits. */
#include "dup_image.h"

#include <string.h>

enum { VALUES = 65536 };

typedef struct dup_image_known {
    dup_image_key key;
    uint32_t next[IMAGE_PIECES_MAX];  /* the hash before with this piece, as number + 1 */
    uint32_t original;
} dup_image_known;

unsigned dup_image_read(mm_str hex, dup_image_key *k)
{
    if (hex.n != 16 && hex.n != 64)
        return 0;
    *k = (dup_image_key){ { 0 } };
    for (size_t i = 0; i < hex.n; i++) {
        const char *digits = "0123456789abcdef", *d = memchr(digits, hex.p[i], 16);
        if (!d)
            return 0;
        k->piece[i / 4] = (uint16_t)(k->piece[i / 4] << 4 | (d - digits));
    }
    return (unsigned)hex.n * 4;
}

void dup_image_init(dup_image *d, unsigned bits, unsigned distance)
{
    *d = (dup_image){ .pieces = bits / 16, .distance = distance, .first.fd = -1, .known.fd = -1 };
}

static unsigned differ(const dup_image_key *x, const dup_image_key *y)
{
    uint64_t a[IMAGE_BITS_MAX / 64], b[IMAGE_BITS_MAX / 64];
    unsigned n = 0;
    memcpy(a, x, sizeof a);
    memcpy(b, y, sizeof b);
    for (unsigned i = 0; i < IMAGE_BITS_MAX / 64; i++)
        n += (unsigned)__builtin_popcountll(a[i] ^ b[i]);
    return n;
}

/* All hashes whose piece i has this value. */
static void compare_chain(const dup_image *d, const dup_image_key *k, unsigned i, uint16_t value, dup_match *best)
{
    const dup_image_known *known = (const void *)d->known.p;
    const uint32_t *first = (const void *)d->first.p;
    for (uint32_t at = first[i * VALUES + value]; at; at = known[at - 1].next[i]) {
        unsigned n = differ(k, &known[at - 1].key);
        if (n <= d->distance)
            dup_match_take(best, known[at - 1].original, 1 - (double)n / (16 * d->pieces));
    }
}

/* All values that differ from this one in at most `left` of the bits from `bit` on. */
static void compare_around(const dup_image *d, const dup_image_key *k, unsigned i, uint16_t value, unsigned bit,
                           unsigned left, dup_match *best)
{
    compare_chain(d, k, i, value, best);
    for (; left && bit < 16; bit++)
        compare_around(d, k, i, value ^ (uint16_t)(1u << bit), bit + 1, left - 1, best);
}

dup_match dup_image_find(const dup_image *d, const dup_image_key *k)
{
    dup_match best = { 0 };
    unsigned a = d->distance / d->pieces, b = d->distance % d->pieces;
    for (unsigned i = 0; d->n && i < d->pieces; i++)
        if (i <= b || a > 0)
            compare_around(d, k, i, k->piece[i], 0, i <= b ? a : a - 1, &best);
    return best;
}

int dup_image_add(dup_store *s, dup_image *d, const dup_image_key *k, uint32_t original, mm_err *e)
{
    dup_image_known new = { .key = *k, .original = original };
    if (!d->first.p && dup_region_room(s, &d->first, (uint64_t)d->pieces * VALUES * sizeof(uint32_t), e) < 0)
        return -1;
    uint32_t *first = (void *)d->first.p;
    for (unsigned i = 0; i < d->pieces; i++)
        new.next[i] = first[i * VALUES + k->piece[i]];
    if (dup_region_put(s, &d->known, &new, sizeof new, e) < 0)
        return -1;
    d->n++;
    for (unsigned i = 0; i < d->pieces; i++)
        first[i * VALUES + k->piece[i]] = d->n;
    return 0;
}

void dup_image_free(dup_store *s, dup_image *d)
{
    dup_region_free(s, &d->first);
    dup_region_free(s, &d->known);
}
