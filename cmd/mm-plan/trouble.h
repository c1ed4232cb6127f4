/* trouble.h - how runs go wrong, told from ledgers, lineage and metrics, and what to declare otherwise.
 *
 * Limits are plain multiples of what the plan expects, so that a person can check them. */
#ifndef MM_PLAN_TROUBLE_H
#define MM_PLAN_TROUBLE_H

#include "declared.h"
#include "evidence.h"

typedef enum trouble_kind {
    STUCK,      /* a task that began and did not end, or ended, after more than 3 times the most it was to take */
    NO_MEMORY,  /* a task was killed, or failed with nearly all of its memory in use */
    FAILED,     /* a task failed otherwise */
    BAD_INPUT,  /* a stage refused more than 1 of 100 records */
    BACKLOG,    /* more waits than may come in a step of the plan; or, without a stream, than it was to read */
    RUNAWAY,    /* the last run cost more than 1.5 times what it was to cost at most */
    CHANGED,    /* a stage takes more, or less, for a byte than it was to */
} trouble_kind;
extern const char *const trouble_name[];

typedef struct trouble {
    trouble_kind kind;
    size_t job, stage;   /* NONE: all of the plan; all of the job */
    double ran, limit;
    const char *text;    /* what was seen */
} trouble;

typedef struct troubles {
    trouble *v;
    size_t n;
    mm_arena *arena;     /* owns the texts */
} troubles;

/** What is wrong; `now`, in seconds since 1970, is the time up to which what did not end has run. */
int trouble_find(const declared *d, const evidence *v, double now, troubles *out, mm_err *e);
void troubles_free(troubles *t);
/** Append a line each, or a JSON object a line, in the form of drift. */
void troubles_put(const troubles *t, const plan *p, bool json, mm_buf *b);
/** Its stage, else its job, else "plan". */
const char *trouble_about(const trouble *t, const plan *p);

/** Change the plan so that this should not come again. True with what was done appended to `done`; false where no change of a
 *  plan is known to help. The plan's expectations follow; texts go to its arena. */
bool heal(plan *p, const trouble *t, mm_buf *done);

#endif
