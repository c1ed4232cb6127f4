/* dup_index.h - the originals of a run: who was there before, and who is like whom.
 *
 * Records come one by one, in order, on one thread. A record that is like no original before it becomes one itself;
 * one that is a duplicate does not, so that everything is compared with originals only and mm.probe.dup.of always
 * names one. Numbers of originals rise from 0.
 */
#ifndef MM_PROBE_DUP_INDEX_H
#define MM_PROBE_DUP_INDEX_H

#include "dup_keys.h"

typedef struct dup_index dup_index;

/** What a record is a duplicate of. */
typedef struct dup_found {
    mm_str of;           /* JSON: mm.id, or the record's number from 1; valid until the next meeting */
    const char *how;
    double score;
} dup_found;

dup_index *dup_index_new(const dup_plan *p, mm_err *e);
void dup_index_free(dup_index *x);
/** Let the index meet a record: 1 and *found when it is a duplicate, 0 when it is an original from now on, -1. number is the
 *  record's in the run, from 0. */
int dup_index_meet(dup_index *x, const dup_keys *k, uint64_t number, dup_found *found, mm_err *e);
/** Append {"of":...,"how":...,"score":...}; the score is rounded to four places. */
void dup_found_put(const dup_found *f, mm_buf *out);

#endif
