/* sketching.h - the commands over sketches: mm-bias sketch, merge, diff, report, show. */
#ifndef MM_BIAS_SKETCHING_H
#define MM_BIAS_SKETCHING_H

#include "drift.h"
#include "plan.h"
#include "shift.h"

/** A command by its name: what it does with what operands are left; an exit status. NULL: no such command. */
typedef int (*command)(bias_tool *t);
command command_named(const char *name);

/** Replace the counts by what may leave the house; pays for it first. */
int sketching_release(bias_tool *t, mm_err *e);
/** From the baseline to the records of the run, field by field and rate by rate, and whether a limit of the policy is passed. */
typedef struct comparison {
    drift *drift;        /* owned, as the other */
    size_t n_drifts;
    shift *shift;
    size_t n_shifts;
} comparison;
int sketching_compare(bias_tool *t, comparison *out, mm_err *e);
void comparison_clear(comparison *c);
/** In the run of a filter that also writes a sketch: begin, take a record in order, write the file. */
int sketching_begin(bias_tool *t, mm_err *e);
mm_verdict sketching_record(bias_tool *t, mm_rec *r, mm_arena *a);
int sketching_end(bias_tool *t, const char *file, mm_err *e);
void sketching_free(bias_tool *t);

#endif
