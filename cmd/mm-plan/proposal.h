/* proposal.h - a change of what is declared, handed over as one commit on a branch of its own.
 *
 * The branch is for people to look at and merge; nothing else moves. It is refused where it would hide something: when files
 * it is about were changed and not committed, when the branch holds commits of others, or is checked out. */
#ifndef MM_PLAN_PROPOSAL_H
#define MM_PLAN_PROPOSAL_H

#include "git.h"

typedef struct proposal {
    const git_repo *g;
    const char *branch;
    git_id base;                /* the commit that it stands on; "": an empty repository */
    const git_change *change;
    size_t n;
    mm_str message;             /* without the lines that say whose it is */
    const char *why;            /* a word for the reflog */
} proposal;

typedef enum outcome {
    PROPOSED,
    AGAIN,      /* the branch holds it already */
    NOTHING,    /* the base declares it already */
} outcome;

/** What came of it, with the commit, or -1. */
int proposal_make(const proposal *p, git_id *commit, mm_err *e);

#endif
