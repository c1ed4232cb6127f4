/* calibrate.h - mm-plan calibrate: measure the stages of a pipeline on growing samples. */
#ifndef MM_PLAN_CALIBRATE_H
#define MM_PLAN_CALIBRATE_H

#include "app/app.h"
#include "models.h"
#include "pipeline.h"

typedef struct calibrate_opts {
    double limit_s;
    size_t cores;
    const char *state;       /* where what is learnt is kept */
    const char *form;        /* table or json */
} calibrate_opts;

/** Run each stage by itself on samples that double, until the time is used up or all was run; append a line a run to a->ledger where
 *  that is given, learn from them, save the state, and tell how well each stage is known. Nothing is written where the
 *  pipeline would write. */
int calibrate_run(mm_app *a, pipeline *p, const calibrate_opts *o, mm_err *e);

#endif
