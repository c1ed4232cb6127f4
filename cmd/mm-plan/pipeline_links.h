/* pipeline_links.h - how the stages of a pipeline hang together. Private to pipeline.c. */
#ifndef MM_PLAN_PIPELINE_LINKS_H
#define MM_PLAN_PIPELINE_LINKS_H

#include "pipeline.h"

/** Join stages by pipes and data sets, work out what comes after what, and put them in an order that may be run: of those that may,
 *  the first of the document. Fails on cycles, and on data that nobody or several stages write. */
int links_make(pipeline *p, mm_err *e);
/** Fail at n: there is no stage (or data set) of that name; says the nearest, or all. */
int links_unknown(const pipeline *p, const mm_node *n, mm_str name, const char *what, mm_err *e);

#endif
