/* loop.h - the loop through Git, as commands: a plan is proposed, what ran is held against what is declared, and what went
 * wrong is answered by a proposal. */
#ifndef MM_PLAN_LOOP_H
#define MM_PLAN_LOOP_H

#include "app/app.h"
#include "models.h"
#include "plan.h"

typedef struct loop_opts {
    const char *repo;       /* folder of the repository */
    const char *branch;     /* NULL: named after the command and the plan */
    const char *name;       /* of the plan; NULL: the only one that is declared */
    const struct target_opts *target;   /* for definitions that are written anew */
    const mm_list *targets; /* definitions to write beside the plan */
    const char *policy;     /* the policy that reports may change, by its path from the top of the repository */
    bool json;
} loop_opts;

/** Propose plan p, made by models m, which may be NULL. */
int propose_run(mm_app *a, const loop_opts *o, const plan *p, const models *m, mm_err *e);
/** Hold ledgers against what is declared; trips the gate on drift. */
int drift_run(mm_app *a, const loop_opts *o, const char *const *file, size_t n, mm_err *e);
/** Propose the last plan that ran as it was declared; without ledgers, the one before. */
int rollback_run(mm_app *a, const loop_opts *o, const char *const *file, size_t n, mm_err *e);
/** Propose what should answer the troubles that ledgers, lineage and metrics tell; trips the gate where one has no answer. */
int heal_run(mm_app *a, const loop_opts *o, const char *const *file, size_t n, mm_err *e);

#endif
