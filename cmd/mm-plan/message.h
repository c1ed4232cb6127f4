/* message.h - why a change is proposed, as the message of its commit. */
#ifndef MM_PLAN_MESSAGE_H
#define MM_PLAN_MESSAGE_H

#include "models.h"
#include "plan.h"

/** Append text in lines of at most 72 columns, the first behind `first`, the others behind as many blanks. */
void message_wrap(mm_buf *b, const char *first, mm_str text);
/** Append a line for each thing that differs in what is run: jobs that come and go, and what of a job is otherwise. How many. */
size_t message_changes(mm_buf *b, const plan *before, const plan *after);
/** Append what the plan is expected to take and cost, beside `before`, which may be NULL. */
void message_expected(mm_buf *b, const plan *before, const plan *after);
/** Append the message of a new plan: cost, risk, what changes, why, and what it was learnt from. m may be NULL. */
void message_plan(mm_buf *b, const plan *before, const plan *after, const models *m);

#endif
