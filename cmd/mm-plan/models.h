/* models.h - what each stage takes, learnt from ledger lines. */
#ifndef MM_PLAN_MODELS_H
#define MM_PLAN_MODELS_H

#include "plan.h"

/** What a stage is given to do. */
typedef struct load {
    double records, bytes;         /* into it */
    double share[N_MODALITIES];    /* of the bytes; all 0: unknown */
    double cores;                  /* processors it is spread over */
    const char *machine;           /* the processor's name as ledgers have it; NULL: the one most was learnt on */
} load;

/** CPU: seconds of processor time. WALL: seconds it takes alone on its cores. MEMORY: bytes resident at most. */
typedef enum quantity { CPU, WALL, MEMORY, N_QUANTITIES } quantity;
extern const char *const quantity_name[N_QUANTITIES];

/** A Student-t distribution. */
typedef struct estimate {
    double mean, scale, df;
} estimate;

/** One run of a stage, as a ledger tells it. */
typedef struct run_line {
    const char *stage;
    load in;
    double out_records, out_bytes;
    double value[N_QUANTITIES];    /* NAN: the line does not tell */
} run_line;

typedef struct models models;
/** No stage is known. */
models *models_new(mm_err *e);
/** What models_save wrote; MM_EUSAGE with the place where it is none. */
models *models_load(const char *file, mm_err *e);
/** Replace the file whole. */
int models_save(const models *m, const char *file, mm_err *e);
void models_free(models *m);
/** XXH3-128 of what was learnt, as hex; of nothing where m is NULL. */
void models_digest(const models *m, char out[33]);

/** Learn from a line, having predicted it first: that error is kept as the model's own. */
int models_learn(models *m, const run_line *line, mm_err *e);
/** Learn what the stages of a pipe took together: `span_s` from the first start to the last end, where their processor time
 *  alone would have taken `busy_s`. */
void models_learn_pipe(models *m, double busy_s, double span_s);

/** What a stage will take; where nothing is known of it, a wide guess. m may be NULL, here and below. */
estimate models_predict(const models *m, const char *stage, quantity q, const load *l);
/** How much longer a pipe takes than its processor time spread evenly: at least 1 as a rule; 1 where no pipe was seen. */
estimate models_pipe(const models *m);
/** Shares of the records and bytes that come in which go out again; NAN: unknown. */
void models_keeps(const models *m, const char *stage, double *records, double *bytes);
/** Records a byte of what comes in; NAN: unknown. */
double models_density(const models *m, const char *stage);

/** What the model knows of itself. */
typedef struct model_report {
    const char *stage;
    size_t lines;            /* learnt from, ever */
    double median_error;     /* of the last lines, relative, each predicted before it was learnt; NAN: none */
    double covered;          /* share of these within the limits for 90 of 100 */
    double widened;          /* by how much the safety margin is now; 1: not */
    size_t drifts;           /* times that what it takes has changed */
} model_report;
size_t models_count(const models *m);
model_report models_report(const models *m, size_t i, quantity q);
/** Ledger lines that a stage was learnt from; 0: it is unknown. */
size_t models_lines(const models *m, const char *stage);

/** The mean, and the limits between which `confidence` of the cases lie; not below 0. */
guess estimate_guess(const estimate *x, double confidence);

#endif
