/* gauges.h - what groups cost, as metrics for Prometheus. */
#ifndef MM_COST_GAUGES_H
#define MM_COST_GAUGES_H

#include "govern/usage.h"
#include "spend.h"

typedef struct gauges {
    mm_metric *of;
    size_t n;
    mm_arena *texts;
} gauges;

/** The dearest groups, at most `top` (0: all), each of the wanted costs and the rows; they live until gauges_free. */
int gauges_make(gauges *g, const spend *s, size_t top, mm_err *e);
void gauges_free(gauges *g);

#endif
