/* summary.h - a plan for people: a table on a terminal, and why each decision was taken. */
#ifndef MM_PLAN_SUMMARY_H
#define MM_PLAN_SUMMARY_H

#include "plan.h"

/** Append a line a job, and what all of it is expected to take and cost. */
void summary_put(mm_buf *b, const plan *p);
/** Append why each decision was taken, and what the next best was. */
void explain_put(mm_buf *b, const plan *p);
/** Append a time for people: 85 ms, 12.3 s, 4 min 10 s, 3 h 20 min. */
void show_time(mm_buf *b, double seconds);
/** Append bytes for people: 850 B, 12.3 MB. */
void show_bytes(mm_buf *b, double bytes);

#endif
