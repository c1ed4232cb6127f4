/* drift.h - what ran against what is declared. */
#ifndef MM_PLAN_DRIFT_H
#define MM_PLAN_DRIFT_H

#include "declared.h"
#include "evidence.h"

/** One thing that was otherwise than declared. */
typedef struct drift {
    const char *kind;        /* missing unknown failed workers policy memory processor volume time cost */
    const char *stage;       /* or the job, or "plan" */
    double ran, low, high;   /* NAN: not a number of it, or no limit */
    const char *text;        /* "ran on 4 processors; 2 are planned" */
} drift;

typedef struct drifts {
    drift *v;
    size_t n;
    size_t lines;            /* of ledgers that were held against the plan */
    mm_arena *arena;         /* owns the texts */
} drifts;

/** Is the run one of this stage? By its name, or by the tool where the run has no name of its own. */
bool run_is(const job_stage *s, const run *r);
/** The runs of stage s of job j that count: the last ones that ended, no more than the job has tasks; `of` has room for them.
 *  How many. */
size_t runs_of(const job *j, const job_stage *s, const evidence *v, const run **of);

/** Hold the last run of each stage against the plan. */
int drift_find(const declared *d, const evidence *v, drifts *out, mm_err *e);
void drifts_free(drifts *d);
/** Append, for people (a line each) or as JSON objects, a line each. */
void drifts_put(const drifts *d, bool json, mm_buf *b);

#endif
