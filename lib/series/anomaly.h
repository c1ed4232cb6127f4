/* anomaly.h - alarms on a series of numbers, one at a time, without looking ahead.
 *
 * Five views of the series are each held against all of their own past (tails.h): the number itself, its step from the
 * one before, a short mean, a long mean, and the distance of a very short mean from the season: what stood at this time
 * of day before, or on this day of the week where numbers come half a day apart or more. The evidence of the five is
 * added and smoothed; an alarm is given where it is over a limit that rises with every alarm and falls again with time,
 * so that a series which is always restless wears its alarms out. No parameter is set by series, and each
 * number costs the same, however many came before. scripts/quality/nab says how well it does. */
#ifndef MM_SERIES_ANOMALY_H
#define MM_SERIES_ANOMALY_H

#include <stdbool.h>
#include <stdint.h>

#include "series/tails.h"

enum { MM_ANOMALY_VIEWS = 5, MM_ANOMALY_SLOTS = 288 };

/** One series. All zero is the start of one. */
typedef struct mm_anomaly {
    mm_tails view[MM_ANOMALY_VIEWS];
    uint64_t n;                   /* numbers so far */
    int64_t time;                 /* of the last number, in seconds */
    double last, brief, near, far;  /* the number before; means over about 2, 8 and 50 numbers */
    double smooth;                /* of the evidence */
    double tired, held;           /* by the alarms so far; by the latest of them */
    float season[MM_ANOMALY_SLOTS];
    uint8_t known[MM_ANOMALY_SLOTS];  /* how often each slot was seen, up to 255 */
} mm_anomaly;

/** What is to be said of one number. */
typedef struct mm_anomaly_verdict {
    bool alarm;
    double score;         /* evidence over the limit: 1 and more is an alarm */
    double expected;      /* by the season where it is known, else by the short mean before */
} mm_anomaly_verdict;

/** Take the number x of the time t in seconds since 1970 (UTC), which should not lie before the one before it. NaN
 *  and infinities count as missing: no verdict, no change. */
mm_anomaly_verdict mm_anomaly_next(mm_anomaly *a, int64_t t, double x);

/** Around what was expected, where 98% of the numbers lay so far; NaN before that can be said. */
void mm_anomaly_range(const mm_anomaly *a, double expected, double *low, double *high);

#endif
