/* segment.h - the stages of a pipeline, gathered in what may become jobs: each in the order that costs least, joined in one pipe or cut. */
#ifndef MM_PLAN_SEGMENT_H
#define MM_PLAN_SEGMENT_H

#include "flow.h"

typedef struct segment {
    const char *name;        /* of its stages, joined by "+" */
    size_t *stage;           /* of the pipeline, in the order they run */
    load *in;                /* into each of them, of all tasks together */
    size_t n;
    size_t *after;           /* segments that must have ended before */
    size_t n_after;
    const char *reads, *writes;
    const char *tier[2];     /* of sensitivity, of what it reads and writes; NULL: none */
    bool stateful, resumable;
    size_t most_shards;      /* files to read, or as many as would be of use */
} segment;

/** A pipe whose stages were put in another order than they are described in. */
typedef struct reordered {
    const char *given, *best, *next;   /* stages, joined by ", "; next: the next best that may be */
    double given_s, best_s, next_s;    /* processor time, without what it takes to start */
} reordered;

typedef struct segments {
    segment *v;
    size_t n;
    reordered *order;
    size_t n_orders;
    bool may_cut;            /* some pipe has stages that see all records beside others that may be split by shard */
} segments;

/** `cut`: pipes are cut where stages that see all records meet others, so that these are split by shard. */
int segments_make(segments *out, const pipeline *p, const models *m, bool cut, mm_arena *a, mm_err *e);

#endif
