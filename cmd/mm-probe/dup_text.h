/* dup_text.h - texts seen, by MinHash: a table of band tags for each band, and 8 bits of each hash to tell who is alike. */
#ifndef MM_PROBE_DUP_TEXT_H
#define MM_PROBE_DUP_TEXT_H

#include "dup_match.h"
#include "dup_table.h"
#include "minhash.h"

typedef struct dup_text {
    const minhash *how;
    double threshold;    /* estimated Jaccard similarity from which on two are duplicates */
    dup_table *band;
    dup_region known;    /* of each text: the original's number, then how->k bytes, padded to 4 */
    uint32_t n;
} dup_text;

/** tag: how->bands, small: how->k elements. */
typedef struct dup_text_key {
    const uint32_t *tag;
    const uint8_t *small;
} dup_text_key;

int dup_text_init(dup_text *d, const minhash *how, double threshold, mm_err *e);
dup_match dup_text_find(const dup_text *d, const dup_text_key *k);
int dup_text_add(dup_store *s, dup_text *d, const dup_text_key *k, uint32_t original, mm_err *e);
void dup_text_free(dup_store *s, dup_text *d);

#endif
