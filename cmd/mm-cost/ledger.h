/* ledger.h - usage ledgers of the tools (mm-ledger(5)), priced by a book into a tally. */
#ifndef MM_COST_LEDGER_H
#define MM_COST_LEDGER_H

#include "spend.h"

/** Add the lines of a ledger to s: processor time and memory at what an hour of them cost when the stage began. Lines
 *  that can not be priced are said and counted in s->refused; -1 where there is no book, or nothing can be read. */
int ledger_read(spend *s, mm_bytes *in, mm_err *e);

#endif
