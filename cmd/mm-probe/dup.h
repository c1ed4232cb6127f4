/* dup.h - marking duplicates, in record order. */
#ifndef MM_PROBE_DUP_H
#define MM_PROBE_DUP_H

#include "dup_index.h"

/** The one of a run; used by the thread that delivers. */
typedef struct dup_marker {
    const dup_plan *plan;
    dup_index *index;
    mm_edits *edits;
    mm_path *path;       /* mm.probe.dup */
    mm_buf json, head;
    mm_err failed;       /* why the run was stopped */
} dup_marker;

int dup_marker_init(dup_marker *m, const dup_plan *p, mm_err *e);
void dup_marker_clear(dup_marker *m);
/** Compare r, whose extra is its dup_keys, with those before: set mm.probe.dup, or drop it. Sets *stop when the
 *  index failed; the reason is then in m->failed. */
mm_verdict dup_marker_meet(dup_marker *m, mm_rec *r, mm_arena *a, bool *stop);

/** Number of the fact dup. */
size_t dup_fact(void);

#endif
