/* watch.h - ledgers followed while they are written: mm-cost --watch, and mm-cost top. */
#ifndef MM_COST_WATCH_H
#define MM_COST_WATCH_H

#include "spend.h"

typedef struct watch_opts {
    const char *by, *costs, *per, *form;
    size_t top;
    double interval;     /* seconds between looks */
    int64_t times;       /* tables told before the end; 0: until a signal */
    bool live;           /* mm-cost top: the tools that run count too, a terminal is drawn anew, and every look is told */
    const spend *like;   /* how ledgers are read */
} watch_opts;

int watch_run(mm_app *a, const watch_opts *o, const char *const *file, size_t n, mm_err *e);

#endif
