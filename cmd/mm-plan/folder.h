/* folder.h - what stands in the folder of a plan: plan.json, and a definition for each engine. */
#ifndef MM_PLAN_FOLDER_H
#define MM_PLAN_FOLDER_H

#include "declared.h"
#include "loop.h"
#include "proposal.h"

typedef struct folder {
    char *name;              /* "plans/demo" */
    git_change change[16];   /* what makes the folder anew, and after that what the caller adds */
    size_t n;
    mm_buf text[16];         /* behind them */
    char *path[16];
} folder;

/** The folder of this plan, with a definition for each target of the list and for each that `g` has of it at `commit`. */
int folder_make(folder *f, const git_repo *g, const git_id *commit, const plan *p, const loop_opts *o, mm_err *e);
/** One more file; path and text are copied. */
int folder_add(folder *f, const char *path, mm_str text, mm_err *e);
void folder_free(folder *f);

/** Commit it on a branch, o->branch or "mm-plan/WHAT-NAME", and say what came of it: the branch and the commit on standard
 *  output, a word to it on standard error. Shorter for what "": "mm-plan/NAME". */
int folder_propose(const folder *f, mm_app *a, const git_repo *g, const git_id *base, const loop_opts *o, const char *what,
                   const char *plan_name, const mm_buf *message, mm_err *e);

#endif
