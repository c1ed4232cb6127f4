/* dup.h - the fact dup. */
#ifndef MM_PROBE_DUP_H
#define MM_PROBE_DUP_H

#include "answer.h"
#include "dup_index.h"

extern const prober dup_prober;

/** Let the index meet a record, and tell the fact dup where it is a duplicate (its base is in a): 1; 0 when it is none; -1. */
int dup_meet(dup_index *x, const dup_keys *k, uint64_t number, answer *a, mm_err *e);

#endif
