/* focus_out.h - what the tools themselves cost, as rows of FOCUS 1.2, so that it joins the company's bill. */
#ifndef MM_COST_FOCUS_OUT_H
#define MM_COST_FOCUS_OUT_H

#include "price/book.h"

typedef struct focus_out focus_out;

/** Begin a table in `file`, which stands there only once all is well; the name is borrowed. NULL fills e. */
focus_out *focus_out_new(const char *file, mm_err *e);
/** Add a line of a ledger, which began at `start`, and what it cost. False where it could not be written: focus_out_end tells. */
bool focus_out_line(focus_out *f, mm_str line, int64_t start, mm_money cost, const char *currency, const char *region, mm_purchase purchase);
/** Finish the table: 0, or -1 and there is none. */
int focus_out_end(focus_out *f, mm_err *e);
/** Free, and leave no table where it is not finished. NULL is taken. */
void focus_out_free(focus_out *f);

#endif
