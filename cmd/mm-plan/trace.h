/* trace.h - what came in over time: work that arrived in each of many steps of equal length.
 *
 * Read from a table of times and numbers, or made by a seeded generator. Work is in units of the trace's own (requests,
 * records, bytes); a unit is small against what a worker does in a step. */
#ifndef MM_PLAN_TRACE_H
#define MM_PLAN_TRACE_H

#include "app/app.h"

typedef struct trace {
    double *arrivals;    /* units of work that came in in step i, none below 0, all finite */
    size_t n;
    size_t from;         /* the run begins with this step; those before are past that a policy may learn from */
    double step_s;       /* seconds a step */
    int64_t start;       /* seconds since 1970 at the beginning of step 0 */
} trace;

/** Read `file` ("-": standard input), CSV with names in the first line: column `column` (NULL: the first that is no time) at the times of
 *  column `time` (NULL: timestamp, time, date, datetime, ds). Rows are equally far apart, each standing for what came in from
 *  then until the next; they are added up to steps of `step_s` seconds, or spread evenly over these where they are longer;
 *  step_s 0 takes the rows' own distance. -1 and MM_EBAD: "FILE: row N: what", where the clock goes back or stands still, a gap
 *  is longer than `gap` rows (shorter ones are filled from both sides), a number is below 0, none or infinite; or where there
 *  are no two rows. */
int trace_read(trace *t, const char *file, const char *column, const char *time, double step_s, size_t gap, mm_err *e);

/** Make n steps of a kind, with `mean` units a second in the mean, by a seed; -1 and MM_EUSAGE where the kind is unknown.
 *  diurnal: a day's and a week's rhythm. bursty: a low level with bursts of several lengths and heights that no rhythm tells.
 *  trending: a day's rhythm about a level that grows threefold, with a sudden change of level on the way.
 *  steady: the same rate all the time. Numbers in a step are Poisson about the rate. */
int trace_make(trace *t, const char *kind, size_t n, double step_s, double mean, uint64_t seed, mm_err *e);

/** Is this file a ledger (mm-ledger(5))? By its first byte; standard input is none. */
bool trace_is_ledger(const char *file);
/** The runs of a ledger: the seconds of processor time that each took came in when it began. Lines that tell nothing are told of and left
 *  out. -1 and MM_EBAD where none is left. */
int trace_ledger(trace *t, mm_app *a, const char *file, double step_s, mm_err *e);

void trace_free(trace *t);

/** Units that arrive a second in the mean, from `from` on; the most in one step. */
double trace_mean_rate(const trace *t);
double trace_peak(const trace *t);

#endif
