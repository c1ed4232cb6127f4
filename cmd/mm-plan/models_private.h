/* models_private.h - what models.c learns and models_file.c keeps. */
#ifndef MM_PLAN_MODELS_PRIVATE_H
#define MM_PLAN_MODELS_PRIVATE_H

#include "models.h"
#include "regress.h"

enum { ERRORS_KEPT = 32 };

/** A regression, and how well it has done. */
typedef struct watched {
    regress fit;
    double above, below;         /* cumulative sums of errors */
    double up, down, rising, falling;   /* since either sum was last 0: logarithms of what lines took over what was expected; lines */
    double widened;              /* the margin */
    size_t drifts, told;         /* lines predicted so far */
    double error[ERRORS_KEPT];   /* relative, of the last lines; a ring */
    bool outside[ERRORS_KEPT];
} watched;

typedef struct stage_model {
    const char *name;
    size_t lines;
    double in_records, in_bytes, out_records, out_bytes;   /* sums */
    watched of[N_QUANTITIES];
} stage_model;

/** How long a machine takes beside the first that was met: sum of logarithms of what lines took over what was expected. */
typedef struct machine_model {
    const char *name;
    double lines, logs;
} machine_model;

struct models {
    stage_model *stage;
    size_t n;
    machine_model *machine;
    size_t machines;
    double pipes, pipe_logs, pipe_squares;
    mm_arena *names;
};

/** The stage (the machine) of that name, added where there is none; NULL when memory ran out. Earlier pointers are invalid. */
stage_model *models_stage(models *m, const char *name, mm_err *e);
machine_model *models_machine(models *m, const char *name, mm_err *e);

#endif
