/* observe.h - one record: its groups, label, prediction and score, counted.
 *
 * A question is filled by plan.c, immutable after, and shared by the workers. Records stay as they are.
 */
#ifndef MM_BIAS_OBSERVE_H
#define MM_BIAS_OBSERVE_H

#include <pthread.h>

#include "attribute.h"
#include "counts.h"
#include "expr/expr.h"

/** Where a label or a prediction comes from; neither: there is none. */
typedef struct binary {
    const char *text;   /* as it was given, borrowed */
    mm_path *path;      /* a field: 0, 1, false or true */
    mm_expr *expr;
} binary;

typedef struct question {
    attributes by;
    dimension score;      /* path NULL: none. Without cuts, bins are tenths */
    dimension stratum;    /* path NULL: none */
    binary label, prediction;
    size_t most_groups;
    pthread_mutex_t lock; /* for total */
    counts *total;        /* what all workers counted; dimensions: those of by, score, stratum */
    bool failed;          /* memory ran out in merging */
} question;

/** Index of the score's and the stratum's dimension in counts; their count in all. */
static inline size_t score_dim(const question *q) { return q->by.n_dims; }
static inline size_t stratum_dim(const question *q) { return q->by.n_dims + (q->score.path != NULL); }
static inline size_t count_dims(const question *q) { return stratum_dim(q) + (q->stratum.path != NULL); }

/** mm_stage's open, close and work, over a question. */
void *observe_open(question *q, mm_err *e);
void observe_close(void *state);
mm_verdict observe(const question *q, void *state, mm_rec *r, mm_arena *a);
/** What the last record was: an index, the same for records alike; its values by dimension as numbers in `c`, -1 where
 *  that has not seen one; its label. */
size_t observed_kind(const void *state);
void observed_values(const void *state, const counts *c, ptrdiff_t values[COUNTS_MOST_DIMS]);
outcome observed_label(const void *state);
/** What this state alone has counted. */
const counts *observed_counts(const void *state);
/** Once all workers have closed: were there too many groups, or a field that no record has? -1, MM_EUSAGE. */
int question_check(const question *q, mm_err *e);

#endif
