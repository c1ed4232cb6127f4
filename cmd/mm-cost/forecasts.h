/* forecasts.h - what bills and series will come to (lib/series/forecast.h): the next spans, and the month's end. */
#ifndef MM_COST_FORECASTS_H
#define MM_COST_FORECASTS_H

#include "timeline.h"

typedef struct forecasts_opts {
    const char *by, *every, *cost;
    const char *form;   /* table, json or csv */
    size_t ahead;       /* spans; 0: a season, or to the end of the month where that is farther */
    double share;       /* of the cases that an interval holds */
    bool backtest;      /* tell how well it would have gone */
} forecasts_opts;

/** Read all files, then write what each series will be to standard output, in the order of their names. */
int forecasts_run(mm_app *a, const forecasts_opts *o, const char *const *file, size_t n, mm_err *e);

#endif
