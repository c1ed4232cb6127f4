/* ledger.h - usage ledgers of the tools (mm-ledger(5)), priced by a book into a tally. */
#ifndef MM_COST_LEDGER_H
#define MM_COST_LEDGER_H

#include "spend.h"

/** Add the lines of a ledger to s: processor time and memory at what an hour of them cost when the stage began. Lines
 *  that can not be priced are said and counted in s->refused; -1 where there is no book, or nothing can be read. */
int ledger_read(spend *s, mm_bytes *in, mm_err *e);

/** The same in pieces, for a ledger that is still written: bytes in the order of the file, of which whole lines are taken. */
typedef struct ledger ledger;
ledger *ledger_open(spend *s, const char *name, mm_err *e);
int ledger_feed(ledger *l, mm_str bytes, mm_err *e);
void ledger_close(ledger *l);

#endif
