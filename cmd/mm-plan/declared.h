/* declared.h - the plan that a commit of a repository declares: plans/NAME/plan.json. */
#ifndef MM_PLAN_DECLARED_H
#define MM_PLAN_DECLARED_H

#include "git.h"
#include "plan.h"

#define PLANS "plans"

typedef struct declared {
    git_id commit;
    char *folder;          /* "plans/demo" */
    mm_buf text;           /* of plan.json */
    plan *plan;
    char **policy;         /* digest of the policy that each stage is run under, stages counted over all jobs; NULL: none is
                              named by its command, or it is not in the repository */
    size_t n_stages;
} declared;

/** The plan `name` of a commit; name NULL: the only one. 1; 0 where the commit has no such plan; -1: plan.json is none, or there are
 *  several plans and no name. d->folder is set where it is known; d is to be closed whatever came of it. */
int declared_open(declared *d, const git_repo *g, const git_id *commit, const char *name, mm_err *e);
void declared_close(declared *d);

#endif
