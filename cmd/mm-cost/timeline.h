/* timeline.h - series over time: out of bills, by labels and span, or out of plain tables of time and value. */
#ifndef MM_COST_TIMELINE_H
#define MM_COST_TIMELINE_H

#include "explain.h"
#include "spend.h"

/** A number of a series. */
typedef struct point {
    uint64_t number;   /* of its row in the file, from 1; 0 where it was added up */
    int64_t time;      /* seconds since 1970 */
    double value;
    uint32_t series;   /* index into names */
} point;

typedef struct timeline {
    mm_app *app;
    int workers;
    const char *by;        /* --by: labels that tell series apart */
    const char *explain;   /* labels whose values explain a number of a bill; NULL: none */
    mm_str *cause;         /* their names, once the first file was begun */
    size_t n_causes;
    struct explain *parts;
    const char *every;     /* hour, day or month: what a bill is added up by */
    const char *cost;      /* billed, ... */
    mm_str *label;         /* names of the labels, once the first file was begun */
    size_t n_labels;
    mm_str *key;           /* of each series (tally.h), in the order they were met */
    size_t n, room;
    mm_arena *keys;
    uint64_t refused;
    /** Numbers, those of one series in the order of the file. -1 ends the reading. */
    int (*points)(void *ctx, const point *p, size_t n, mm_err *e);
    void *ctx;
    struct timeline_index *index;
} timeline;

/** Read a file, and tell its numbers to t->points. A table whose columns are a time (timestamp, time, date, ds) and a value
 *  (value, y), and labels, is a plain one; else it is a bill, and what it says for a span in which nothing was spent is 0. */
int timeline_read(timeline *t, const char *name, mm_err *e);
/** Which values of the labels of t->explain made a number what it is, the largest share first. */
size_t timeline_explain(const timeline *t, const point *p, cause out[MOST_CAUSES]);
/** Append "region=eu team=a"; nothing where there are no labels. */
void timeline_name(const timeline *t, uint32_t series, mm_buf *out);
/** Append its labels as members of JSON, each with a comma behind it. */
void timeline_members(const timeline *t, uint32_t series, mm_buf *out);
void timeline_free(timeline *t);

#endif
