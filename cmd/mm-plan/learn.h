/* learn.h - mm-plan learn: from ledgers to models. */
#ifndef MM_PLAN_LEARN_H
#define MM_PLAN_LEARN_H

#include "app/app.h"
#include "models.h"

/** What is kept in `state`, or nothing where that is not there yet. */
models *learn_state(const char *state, mm_err *e);
/** Learn from the lines of ledgers into m; counts lines in a->totals. */
int learn_ledgers(models *m, mm_app *a, const char *const *file, size_t n, mm_err *e);
/** Learn from ledgers, save the state, and tell how well each stage is known: `form` is table or json. */
int learn_run(mm_app *a, const char *const *file, size_t n, const char *state, const char *form, mm_err *e);

#endif
