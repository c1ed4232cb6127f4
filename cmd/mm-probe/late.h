/* late.h - facts that need the records before: told in record order, behind the workers.
 *
 * A worker leaves what a record is compared by in its late_look; one thread then meets the records in order and sets what
 * it finds, in the header or in the row of a table.
 */
#ifndef MM_PROBE_LATE_H
#define MM_PROBE_LATE_H

#include "dup_index.h"
#include "probe.h"
#include "row_stream.h"

/** The one of a run; used by the thread that delivers. */
typedef struct late {
    const probe_tool *tool;
    dup_index *dup;      /* NULL: no duplicates are looked for */
    row_stream *rows;    /* NULL: rows are not compared */
    answer found;
    mm_edits *edits;
    mm_buf head;
    mm_err failed;       /* why the run was stopped */
} late;

/** Does a run need it? */
bool late_needed(const probe_tool *t);
int late_init(late *l, const probe_tool *t, mm_err *e);
void late_clear(late *l);
/** Compare r, whose extra is its late_look, with those before: set what is found, or drop it. Sets *stop when that failed; the
 *  reason is then in l->failed. */
mm_verdict late_meet(late *l, mm_rec *r, mm_arena *a, bool *stop);

#endif
