/* show.h - what a tally says: as a table for people, as JSON, as CSV, as a page. */
#ifndef MM_COST_SHOW_H
#define MM_COST_SHOW_H

#include "spend.h"

/** Append the groups, the dearest first, at most `top` of them (0: all; what is left out stands in one line
 *  of its own), and their total. `form`: table, json, csv or html. */
int show_groups(const spend *s, const char *form, size_t top, mm_buf *out, mm_err *e);

#endif
