/* dup_audio.h - sounds seen, by their acoustic fingerprints.
 *
 * A fingerprint is a row of 32-bit values, about eight a second (Chromaprint). Two sounds are compared where most
 * of their values are equal at one offset between them: there the share of bits that agree, over all places where they
 * overlap, is the score (one minus the bit error rate of Haitsma and Kalker: A highly robust audio fingerprinting
 * system, ISMIR 2002; sounds that have nothing in common score about 0.5). The overlap must be three quarters of the
 * longer one: an excerpt is no duplicate.
 *
 * Candidates share values: of each sound the AUDIO_SKETCH distinct values whose hash is least are filed, and looked up
 * likewise. The AUDIO_TRIED sounds that share most are compared.
 */
#ifndef MM_PROBE_DUP_AUDIO_H
#define MM_PROBE_DUP_AUDIO_H

#include "dup_match.h"
#include "dup_table.h"

enum {
    AUDIO_LEAST = 16,    /* values: two seconds; what is shorter is not compared */
    AUDIO_MOST = 4096,   /* the first values kept: eight minutes */
    AUDIO_SKETCH = 128,
    AUDIO_TRIED = 16,
};

typedef struct dup_audio_key {
    const uint32_t *value;
    uint32_t n;          /* AUDIO_LEAST to AUDIO_MOST */
} dup_audio_key;

typedef struct dup_audio {
    double threshold;
    dup_table table;
    dup_region values;   /* all fingerprints, one behind the other */
    dup_region known;    /* dup_audio_known */
    uint32_t n;
} dup_audio;

/** Values of a fingerprint in the form that fpcalc prints: base64 (RFC 4648 section 5, without padding) of
 *  Chromaprint's packing. Writes at most AUDIO_MOST to out; returns how many, 0 when it is none. */
uint32_t dup_audio_read(mm_str text, uint32_t *out);

void dup_audio_init(dup_audio *d, double threshold);
int dup_audio_find(const dup_audio *d, const dup_audio_key *k, dup_match *best, mm_err *e);
int dup_audio_add(dup_store *s, dup_audio *d, const dup_audio_key *k, uint32_t original, mm_err *e);
void dup_audio_free(dup_store *s, dup_audio *d);

/** The score of two fingerprints; -1 where they do not overlap enough. */
double dup_audio_score(const dup_audio_key *x, const dup_audio_key *y);

#endif
