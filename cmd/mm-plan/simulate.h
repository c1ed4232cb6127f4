/* simulate.h - mm-plan simulate: policies run against one trace and set side by side. */
#ifndef MM_PLAN_SIMULATE_H
#define MM_PLAN_SIMULATE_H

#include "app/app.h"
#include "sim.h"

/** As given on the command line; durations are seconds, or have a unit. */
typedef struct simulate_opts {
    const char *generate;           /* the kind of a trace that is made; NULL: it is read */
    const char *column, *time;
    const char *step, *length, *past, *startup, *limit;
    const char *layer;              /* file; NULL: none */
    const char *policies, *service;
    const char *form;               /* table, json, csv or html */
    int64_t runs, gap, seed, min, max, first;
    double mean, rate, price, scale_price, late, interruptions, failures;
} simulate_opts;

#define SIMULATE_DEFAULTS { .length = "7d", .past = "0", .startup = "60", .limit = "60", .service = "flow", .form = "table", .runs = 300, .gap = 12, .seed = 1, \
                            .min = 1, .mean = 100, .price = 0.1, .late = 0.01 }

/** Its options, for the table of a tool. */
#define SIMULATE_OPTIONS(o) \
    { "Simulation", 0, MM_OPT_HEADING, NULL, NULL, NULL }, \
    { "policies", 0, MM_OPT_STRING, &(o).policies, "NAMES", "What is set side by side, of static, hpa, ds2, mpc, learned, clairvoyant; all when not given." }, \
    { "layer", 0, MM_OPT_STRING, &(o).layer, "FILE", "The layer that the policy learned takes, as mm-plan train wrote it." }, \
    { "runs", 0, MM_OPT_INT, &(o).runs, "N", "With train: pairs of runs to learn from; 300 when not given.", 1, 1000000 }, \
    { "column", 0, MM_OPT_STRING, &(o).column, "NAME", "Column of FILE with what came in; the first beside the time when not given." }, \
    { "time", 0, MM_OPT_STRING, &(o).time, "NAME", "Column of FILE with the times; timestamp, time, date, datetime or ds when not given." }, \
    { "gap", 0, MM_OPT_INT, &(o).gap, "N", "Rows that may be missing in a row, by the clock; 12 when not given.", 0, 1000000 }, \
    { "generate", 0, MM_OPT_CHOICE, &(o).generate, "diurnal|bursty|trending|steady", "A trace made by chance in place of FILE." }, \
    { "length", 0, MM_OPT_STRING, &(o).length, "TIME", "Of the trace that is made; 7d when not given." }, \
    { "mean", 0, MM_OPT_DOUBLE, &(o).mean, "UNITS", "That come in a second in it; 100 when not given." }, \
    { "seed", 0, MM_OPT_INT, &(o).seed, "N", "Of all chance; 1 when not given.", 0, INT64_MAX }, \
    { "step", 0, MM_OPT_STRING, &(o).step, "TIME", "Between decisions; 60 seconds when not given." }, \
    { "past", 0, MM_OPT_STRING, &(o).past, "TIME", "Of the trace, known before the run begins; none when not given." }, \
    { "rate", 0, MM_OPT_DOUBLE, &(o).rate, "UNITS", "That a worker does a second; when not given, a tenth of what comes in in the mean, of a ledger 1: a processor." }, \
    { "service", 0, MM_OPT_CHOICE, &(o).service, "flow|exponential|fixed", \
          "How work is done: as a flow, or as jobs that come at random and take times that are exponential or fixed; flow when not given." }, \
    { "startup", 0, MM_OPT_STRING, &(o).startup, "TIME", "Until a worker is ready, in whole steps; 60 seconds when not given." }, \
    { "limit", 0, MM_OPT_STRING, &(o).limit, "TIME", "Work that waits for longer is late; of calibrate: how long it may measure. 60 seconds when not given." }, \
    { "late", 0, MM_OPT_DOUBLE, &(o).late, "SHARE", "Of the work that may be late; 0.01 when not given." }, \
    { "price", 0, MM_OPT_DOUBLE, &(o).price, "AMOUNT", "Of a worker and hour; 0.1 when not given." }, \
    { "scale-price", 0, MM_OPT_DOUBLE, &(o).scale_price, "AMOUNT", "Of each worker that is asked for." }, \
    { "min-workers", 0, MM_OPT_INT, &(o).min, "N", "Fewest workers; 1 when not given.", 0, 1000000 }, \
    { "max-workers", 0, MM_OPT_INT, &(o).max, "N", "Most workers; no limit when not given.", 1, 1000000 }, \
    { "first-workers", 0, MM_OPT_INT, &(o).first, "N", "Ready at the beginning; as many as the first step needs when not given.", 1, 1000000 }, \
    { "interruptions", 0, MM_OPT_DOUBLE, &(o).interruptions, "N", "Of an hour and worker, that is taken back and replaced, as on a spot market." }, \
    { "failures", 0, MM_OPT_DOUBLE, &(o).failures, "N", "Of an hour and worker, that is replaced." }

/** Run all and write the comparison to standard output. */
int simulate_run(mm_app *a, const simulate_opts *o, const char *const *file, size_t n, mm_err *e);

/** What was run, for those who show it. */
typedef struct outcome {
    const char *name;
    sim_result result;
    double *wanted;      /* of each step of the run */
} outcome;
typedef struct comparison {
    const char *what;    /* the trace: its file or kind */
    trace trace;
    bool ledger;         /* which is one of runs; units are seconds of a processor */
    sim_conditions c;
    outcome *of;
    size_t n;
} comparison;

/** The cost of policy i over that of the one named; NAN where that was not run or cost nothing. */
double comparison_to(const comparison *c, size_t i, const char *name);
/** Append in one of the forms. */
void comparison_table(mm_buf *b, const comparison *c);
void comparison_json(mm_buf *b, const comparison *c);
void comparison_csv(mm_buf *b, const comparison *c);
void comparison_html(mm_buf *b, const comparison *c);

#endif
