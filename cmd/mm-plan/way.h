/* way.h - ways to run a segment: on which machines, in how many tasks, how long that takes and what it costs. */
#ifndef MM_PLAN_WAY_H
#define MM_PLAN_WAY_H

#include "offer.h"
#include "segment.h"

typedef struct way {
    const offer *on;
    size_t shards, parallel, cores, machines;   /* tasks in all, at once; processors of a task; machines at once */
    double memory;           /* bytes a task */
    double task_s;           /* one task */
    estimate time;           /* from asking for machines to the end of the last task */
    double checkpoint_s;     /* 0: none */
    double cost;             /* expected, nearly */
} way;

typedef struct ways {
    way *v;                  /* none is both dearer and slower than another; cheapest first */
    size_t n;
    way *of_offer;           /* the cheapest on each offer, for comparison; cost NAN: none */
    size_t n_offers;
} ways;

enum { LIKELY_MACHINES = 64 };   /* at once, where no limit is given */

/** A segment in so many tasks on one offer; false where it does not fit: memory, shards, a stage that may not be killed. */
bool way_make(way *w, const pipeline *p, const models *m, const segment *g, const offer *on, size_t cores, size_t machines, size_t shards);
/** All ways that are worth something. MM_EUSAGE where there are none: residency, memory. */
int ways_make(ways *w, const pipeline *p, const models *m, const segment *g, const offers *o, mm_arena *a, mm_err *e);
/** Time that is not passed in `confidence` of the cases. */
double way_within(const way *w, double confidence);

#endif
