/* dup_plan.h - which duplicates are looked for, and what counts as one. */
#ifndef MM_PROBE_DUP_PLAN_H
#define MM_PROBE_DUP_PLAN_H

#include "minhash.h"
#include "shingle.h"

/** What near duplicates among pictures and sounds are told by. */
#define DUP_IMAGE_FACT "image.pdq"
#define DUP_IMAGE_QUALITY "image.pdq_quality"
#define DUP_AUDIO_FACT "audio.fingerprint"

/** As the options say. */
typedef struct dup_opts {
    const char *kinds, *shingle, *bands, *dir;
    bool drop;
    double jaccard, match;
    int64_t hamming, memory;
} dup_opts;

#define DUP_SHINGLE "word:5"
#define DUP_BANDS "14x8"
#define DUP_OPTS_DEFAULT { .jaccard = 0.8, .match = 0.85, .hamming = -1, .memory = 1 << 30 }

enum { DUP_EXACT = 1, DUP_TEXT = 2, DUP_IMAGE = 4, DUP_AUDIO = 8 };

/** Immutable; shared by all workers. */
typedef struct dup_plan {
    unsigned kinds;      /* DUP_ bits; 0: none are looked for */
    bool drop;
    shingling shingles;
    minhash minhash;
    double jaccard, match;
    int hamming;         /* bits; -1: by the hash's length */
    uint64_t memory;
    const char *dir;
} dup_plan;

/** Texts that are NULL stand for their defaults; kinds NULL: no duplicates are looked for. -1 and MM_EUSAGE. Texts of o are borrowed. */
int dup_plan_init(dup_plan *p, const dup_opts *o, mm_err *e);
/** Bits that hashes of so many may differ in. */
unsigned dup_plan_distance(const dup_plan *p, unsigned bits);

#endif
