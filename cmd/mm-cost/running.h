/* running.h - the tools that this user has running on this machine, as lines of a ledger that is not written yet. */
#ifndef MM_COST_RUNNING_H
#define MM_COST_RUNNING_H

#include "mm.h"

/** Append a line for each process called mm-NAME but mm-cost: what it used so far. */
void running_lines(mm_buf *out);

#endif
