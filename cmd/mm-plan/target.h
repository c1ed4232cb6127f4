/* target.h - a plan as a definition for an engine that exists.
 *
 * Every target is one text. A task of a job is the same bash text in all of them (task.h); what differs is who starts it,
 * where, and how often again. Texts of a description are quoted for each language they come to stand in. */
#ifndef MM_PLAN_TARGET_H
#define MM_PLAN_TARGET_H

#include "plan.h"

/** The names, as an option takes them. */
#define TARGETS "make|slurm|spark|argo|keda|k8s|kafka|terraform"

/** What a plan does not say. */
typedef struct target_opts {
    const char *work;      /* folder for marks of what is done, ledger and dead letters; shared by all machines */
} target_opts;
#define TARGET_DEFAULTS { .work = WORK_FOLDER }
#define TARGET_OPTIONS(targets, o) \
    { "Definitions for engines", 0, MM_OPT_HEADING, NULL, NULL, NULL }, \
    { "target", 't', MM_OPT_LIST, &(targets), "TARGET", "Write the definition for an engine: " TARGETS ". propose takes several." }, \
    { "work", 0, MM_OPT_STRING, &(o).work, "DIR", "Folder, shared by all machines, where tasks leave marks, ledger and dead letters; " WORK_FOLDER " when not given." }

/** Append the definition. MM_EUSAGE: no such target, or one that this plan has nothing for. */
int target_put(mm_buf *b, const char *target, const plan *p, const target_opts *o, mm_err *e);

#endif
