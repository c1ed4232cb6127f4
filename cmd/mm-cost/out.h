/* out.h - standard output of a tool that writes by itself, and what its forms share. */
#ifndef MM_COST_OUT_H
#define MM_COST_OUT_H

#include "app/app.h"

/** Write all of b and empty it. That the reader went away is no error: a->totals.closed is set, and nothing more should
 *  be written. */
int out_write(mm_app *a, mm_buf *b, mm_err *e);
/** Append a field of CSV, in quotes where it needs them; p NULL: nothing. */
void out_csv(mm_buf *b, mm_str v);

#endif
