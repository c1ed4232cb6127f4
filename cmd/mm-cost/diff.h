/* diff.h - what changed between two bills, ledgers, plans or reports, as a comment for a pull request. */
#ifndef MM_COST_DIFF_H
#define MM_COST_DIFF_H

#include "spend.h"

typedef struct diff_opts {
    const char *by, *costs, *form;
    size_t top;          /* 0: all */
    const spend *like;   /* how bills and ledgers are read */
} diff_opts;

/** Two files: the old and the new. `form`: table (Markdown) or json. */
int diff_run(mm_app *a, const diff_opts *o, const char *const *file, size_t n, mm_err *e);

#endif
