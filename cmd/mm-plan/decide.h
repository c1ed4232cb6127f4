/* decide.h - from a pipeline, models of its stages and prices to a plan. */
#ifndef MM_PLAN_DECIDE_H
#define MM_PLAN_DECIDE_H

#include "models.h"
#include "pipeline.h"
#include "plan.h"
#include "price/book.h"

typedef struct decide_opts {
    size_t cores;        /* of this machine, where a plan is to run that no price book is given for */
    int64_t now;         /* seconds since 1970: prices have to hold then */
} decide_opts;

/** m NULL: nothing was learnt; book NULL: this machine, at no cost. Sizes are to be known (flow_measure). NULL and MM_EUSAGE where
 *  it can not be done: says which limit stands in the way and by how much. */
plan *plan_make(const pipeline *p, const models *m, const mm_book *book, const decide_opts *o, mm_err *e);

#endif
