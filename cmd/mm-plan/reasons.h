/* reasons.h - why each decision of a plan was taken, in plain words, and what the next best was. */
#ifndef MM_PLAN_REASONS_H
#define MM_PLAN_REASONS_H

#include "choose.h"

/** Segments with a way picked for each. */
typedef struct solution {
    segments segments;
    ways *ways;
    size_t *pick;
    timing timing;
} solution;

/** Fill in p->reasons. `other`: the best with pipes cut where in v they are whole, or the other way round; NULL: none. */
int reasons_make(plan *p, const pipeline *desc, const models *m, const solution *v, const solution *other, bool cut, mm_err *e);
/** In place of these: why a stream, of which `p` has the steps, has its workers; each does `rate` units a second on `on`. `next`: the next best
 *  machine; NULL: none. */
int reasons_stream(plan *p, double rate, const offer *on, double worker_hours, const offer *next, double next_rate, mm_err *e);

#endif
