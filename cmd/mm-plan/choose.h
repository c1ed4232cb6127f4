/* choose.h - a way for each segment, so that the whole costs least under a deadline, or is done first under a budget. */
#ifndef MM_PLAN_CHOOSE_H
#define MM_PLAN_CHOOSE_H

#include "way.h"

/** The whole, with a way picked for each segment. */
typedef struct timing {
    double *start;           /* expected, of each segment */
    size_t *waits;           /* the segment that it has to wait for at last; NONE: it starts at once */
    size_t last;             /* the segment that ends last */
    estimate time;
    double p_on_time;        /* 1 where there is no deadline */
    double cost, cost_scale;
} timing;

/** Work it out. Segments wait for what they come after, and for machines where `limits` allow no more at once. */
int timing_make(timing *t, const pipeline *p, const segments *s, const ways *w, const size_t *pick, mm_arena *a, mm_err *e);
/** Pick ways. Small cases are searched, so that nothing better exists; large ones improved to where no change of one segment helps.
 *  MM_EUSAGE where deadline or budget can not be held: says by how much. */
int choose(const pipeline *p, const segments *s, const ways *w, size_t *pick, timing *t, mm_arena *a, mm_err *e);

#endif
