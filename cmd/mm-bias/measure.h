/* measure.h - any number a record holds, by group: loudness, brightness, seconds on screen, length.
 *
 * Means have Student's interval, and differences from the reference's mean Welch's, with its test (Welch 1947). Medians have
 * the order statistics that a binomial distribution gives, wider by KLL_RANK_ERROR where the sketch no longer holds all
 * values; differences of medians combine both intervals (Zou, Donner 2008). A group's share of the sum, of seconds for
 * example, has a normal interval on the logarithm of its odds, out of the linearised
 * ratio. Records are taken in order, on one thread, so that the same
 * stream gives the same report; memory is bounded by MEASURE_MOST.
 */
#ifndef MM_BIAS_MEASURE_H
#define MM_BIAS_MEASURE_H

#include "findings.h"
#include "interval.h"

enum {
    MOST_MEASURES = 32,
    MEASURE_MOST = 1 << 12,    /* kinds of records by fields */
};

typedef struct measures measures;
/** `fields`: paths separated by commas. */
measures *measures_new(const question *q, const char *fields, mm_err *e);
void measures_free(measures *m);
/** Is each field a finite number, null, empty or missing? MM_KEEP, or MM_BAD. May be called by many threads. */
mm_verdict measures_check(const measures *m, mm_rec *r, mm_arena *a);
/** Take a record that passed, and that observe() took. */
void measures_take(measures *m, mm_rec *r, mm_arena *a);

typedef struct estimate {
    double value;
    interval interval;         /* NANs: none */
} estimate;

/** One field in one group. */
typedef struct measure {
    const char *field;         /* borrowed */
    const part *part;          /* NULL: of all records */
    size_t group;
    uint64_t records, missing; /* with the field, without */
    double deviation, least, most, sum;
    estimate mean, median;
    estimate share;            /* of the sum over all groups; NAN where a value is negative, or all are 0 */
    bool versus;               /* there is another group to hold it against */
    estimate mean_difference, median_difference;
    double p, adjusted;        /* of the means; adjusted over all measures of the report (Benjamini, Hochberg 1995) */
} measure;
/** All fields: of all records first, then each part and its groups. *out is owned by the caller. -1: memory, or more than
 *  MEASURE_MOST, or a field that no record has. */
int measures_list(const measures *m, const findings *f, measure **out, size_t *n, mm_err *e);

#endif
