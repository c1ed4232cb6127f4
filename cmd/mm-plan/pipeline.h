/* pipeline.h - a pipeline as its author describes it (mm-pipeline(5)): stages, data sets, objective, limits.
 *
 * Read once and immutable after. Texts are borrowed from the document. */
#ifndef MM_PLAN_PIPELINE_H
#define MM_PLAN_PIPELINE_H

#include "govern/policy.h"
#include "mm.h"
#include "price/money.h"

enum { TEXT, IMAGE, AUDIO, VIDEO, ROW, N_MODALITIES };
extern const char *const modality_name[N_MODALITIES];

/** A data set: files that a stage reads or writes. */
typedef struct dataset {
    const char *name;
    const struct mm_node *node;
    const char *path;       /* a file, a folder or a pattern; NULL: made between stages, in the work folder */
    double records, bytes;  /* as declared; NAN: unknown, then told from the files or a ledger */
    size_t files;           /* that were found; 0: none, or made by a stage */
    size_t writer;          /* the stage that writes it; NONE: it was there before */
    double share[N_MODALITIES];   /* of the bytes; sums to 1, or all 0 where unknown */
    const char *tier;       /* of sensitivity, or NULL */
    const char *region;     /* where it lies, or NULL */
} dataset;

typedef struct plan_stage {
    const char *name;
    const char *command;    /* for sh; {in} is its input files, {out} its output file, {shard} the number of the task */
    size_t reads, writes;   /* a data set; NONE: standard input or output, joined by a pipe */
    size_t from, to;        /* the stages at the other ends of those pipes; NONE: there is none */
    size_t *after;          /* stages that must have been before, by what they read or by `after`; rising */
    size_t n_after;
    size_t *commutes;       /* stages that this one may change places with; rising, and these name it as well */
    size_t n_commutes;
    double keeps;           /* share of the bytes that go on, as declared; NAN: by its model */
    const struct mm_node *node;
    bool resumable, stateful;   /* may be killed and run again; sees all records, so is not split by shard */
    double max_memory;      /* bytes; NAN: by its model */
} plan_stage;
#define NONE SIZE_MAX

typedef enum plan_goal { CHEAPEST, FASTEST, LATENCY } plan_goal;

typedef struct pipeline {
    mm_doc *doc;
    mm_arena *arena;        /* of what is not in the document */
    const char *name;       /* of the pipeline: lower-case letters, digits and dashes */
    dataset *data;
    size_t n_data;
    plan_stage *stage;      /* in an order that may be run */
    size_t n_stages;
    plan_goal goal;
    double deadline_s;      /* CHEAPEST: to be done by then; NAN: none */
    double confidence;      /* share of the cases in which the deadline or budget has to hold: 0.95 */
    mm_money budget;        /* FASTEST; 0: none */
    double latency_s;       /* LATENCY: of 99 of 100 records */
    const char *const *regions, *const *machines, *const *purchases;   /* allowed; NULL: any. Closed by NULL. */
    struct residency {
        const char *tier;
        const char *const *regions;
    } *residency;           /* where data of a tier may be handled */
    size_t n_residency;
    size_t max_workers;     /* machines at once; 0: no limit */
    const char *prices;     /* price book, path as it is opened; or NULL */
    struct arrivals {
        const char *file, *column, *time;   /* CSV of what came in; file NULL: no stream */
        double step_s;
    } arrivals;
} pipeline;

/** Read and check: unknown keys, stages and data sets, cycles (told as the names around one). Paths in it are taken from where
 *  the document lies. NULL and MM_EUSAGE with "FILE:LINE:COLUMN: what". */
pipeline *pipeline_load(const char *file, mm_err *e);
void pipeline_free(pipeline *p);
/** A stage or data set by name; NONE where there is none. */
size_t pipeline_stage(const pipeline *p, mm_str name);
size_t pipeline_data(const pipeline *p, mm_str name);

#endif
