/* choose.h - what becomes of one record: dropped, or kept whole or in part, and where it goes.
 *
 * A selection is filled by main, immutable after, and shared by the workers.
 */
#ifndef MM_SELECT_CHOOSE_H
#define MM_SELECT_CHOOSE_H

#include "expr/expr.h"
#include "mm.h"
#include "project.h"
#include "routes.h"
#include "sample.h"

typedef struct selection {
    mm_expr *expr;         /* NULL: every record matches */
    bool invert;           /* take those that do not match */
    bool strict;           /* headers must be right throughout */
    sample sample;
    projection *project;   /* NULL: whole records */
    mm_path *split;        /* the field whose value tells where a record goes, or NULL */
    routes *routes;        /* likewise the first expression that matches, or NULL */
} selection;

/** What the workers leave with a record for the steps that follow in order, in rec->extra. */
typedef struct note {
    uint64_t rank;  /* with a sample of N: those of the lowest ranks are in it */
    mm_str name;    /* with split: the value as a name */
} note;

/** mm_stage's open, close and work; `tool` is a selection. */
void *choose_open(void *tool, int worker, mm_err *e);
void choose_close(void *state);
mm_verdict choose(void *tool, void *state, mm_rec *r, mm_arena *a);

#endif
