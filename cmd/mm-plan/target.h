/* target.h - a plan as a definition for an engine that exists.
 *
 * Every target is one text. A task of a job is the same bash text in all of them (task.h); what differs is who starts it,
 * where, and how often again. Texts of a description are quoted for each language they come to stand in. */
#ifndef MM_PLAN_TARGET_H
#define MM_PLAN_TARGET_H

#include "plan.h"

/** The names, as an option takes them. */
#define TARGETS "make|slurm|spark|argo|keda|k8s|kafka|terraform"

/** What a plan does not say; all may be NULL but work. */
typedef struct target_opts {
    const char *work;      /* folder for marks of what is done, ledger and dead letters; shared by all machines */
} target_opts;

/** Append the definition. MM_EUSAGE: no such target, or one that this plan has nothing for. */
int target_put(mm_buf *b, const char *target, const plan *p, const target_opts *o, mm_err *e);

#endif
