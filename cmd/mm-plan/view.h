/* view.h - a plan as a page that anyone can open. */
#ifndef MM_PLAN_VIEW_H
#define MM_PLAN_VIEW_H

#include "plan.h"

/** Append one HTML file: when what runs, what is there and what it costs over time, and why it was decided so. */
void view_put(mm_buf *b, const plan *p);

#endif
