/* anomalies.h - alarms on series over time (lib/series/anomaly.h), as bills and tables tell them. */
#ifndef MM_COST_ANOMALIES_H
#define MM_COST_ANOMALIES_H

#include "timeline.h"

typedef struct anomalies_opts {
    const char *by, *every, *cost;
    const char *explain;   /* names of labels that alarms are explained by; NULL: none */
    const char *form;   /* table, json or csv */
    bool all;           /* every number with its score, not alarms alone */
} anomalies_opts;

/** Read the files one after the other and write what is odd to standard output while they are read. */
int anomalies_run(mm_app *a, const anomalies_opts *o, const char *const *file, size_t n, mm_err *e);

#endif
