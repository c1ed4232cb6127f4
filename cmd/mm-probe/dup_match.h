/* dup_match.h - what the indexes of near duplicates answer. */
#ifndef MM_PROBE_DUP_MATCH_H
#define MM_PROBE_DUP_MATCH_H

#include "mm.h"

/** The most alike of the originals, of equals the first; zero-initialise. */
typedef struct dup_match {
    bool found;
    uint32_t original;   /* number of the original */
    double score;        /* 0 to 1 */
} dup_match;

static inline void dup_match_take(dup_match *m, uint32_t original, double score)
{
    if (m->found && (score < m->score || (score == m->score && original >= m->original)))
        return;
    *m = (dup_match){ true, original, score };
}

#endif
