/* findings.h - every figure of a run, with its interval and what the tests say.
 *
 * The bootstrap is Poisson's: each record counts in a replicate a number of times drawn from the Poisson
 * distribution of mean 1. Records of one cell differ in nothing that is counted, and the sum of n such draws is
 * a Poisson variable of mean n: so one draw a cell and replicate says the same as a draw for each record. Where
 * scores differ within a cell, their sum is drawn from the normal distribution of the same mean and variance.
 */
#ifndef MM_BIAS_FINDINGS_H
#define MM_BIAS_FINDINGS_H

#include "metric.h"

typedef struct figure {
    const metric *m;
    ptrdiff_t group;     /* of the frame; n_groups: all records; -1: not of a group */
    double value;        /* NAN: undefined */
    double low, high;    /* NAN: no interval */
    double p, adjusted;  /* NAN: no test */
} figure;

typedef struct part {
    frame frame;
    sample counted;
    figure *figure;      /* in the order of the metrics, then of the groups */
    size_t n;
} part;

typedef struct findings_opts {
    double confidence;   /* 0.95 */
    int64_t replicates;  /* of the bootstrap */
    int64_t seed;
    int64_t small;       /* a group of fewer records is too small to say */
    double epsilon, delta;  /* of noise on the counts; 0: none */
    int64_t suppress;    /* cells of fewer records were left out */
} findings_opts;

typedef struct findings {
    const question *q;
    findings_opts opts;
    layers layers;
    part *part;          /* one a set */
    size_t n_parts;
    uint64_t records, labelled, predicted, both, scored;
    mm_str *warning;
    size_t n_warnings, warnings_room;
} findings;

/** Frames of all sets; the caller then sets reference and target of each. -1: memory. */
int findings_begin(findings *f, const question *q, const findings_opts *o, mm_err *e);
/** All figures. -1: memory. */
int findings_compute(findings *f, mm_err *e);
void findings_clear(findings *f);
/** Add a warning to the report. */
int findings_warn(findings *f, mm_err *e, const char *fmt, ...) MM_PRINTF(3, 4);

/** Is the group too small to say? */
bool group_small(const findings *f, const part *p, size_t group);
/** The part of a set, as text: race, sex. Appended. */
void part_name(const part *p, const char *between, mm_buf *out);
/** Append its value and interval for people: 0.123 [0.1, 0.15]. */
void figure_say(const figure *f, mm_buf *out);
/** The figure of a metric and group, or NULL. */
const figure *figure_find(const part *p, const metric *m, ptrdiff_t group);

#endif
