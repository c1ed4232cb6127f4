/* sheet.h - a JSON document that says what things cost: a plan of mm-plan ("jobs" or "stages", each with "name" and "cost"), or a
 * report of mm-cost --format json ("groups", each with its labels and costs). */
#ifndef MM_COST_SHEET_H
#define MM_COST_SHEET_H

#include "spend.h"

/** All of a file, at most 64 MiB. */
int sheet_take(mm_bytes *in, mm_buf *text, mm_err *e);
/** Add what a text says to the groups, total and currency of s, whose labels it names where s has none (they borrow from `text`).
 *  1; 0 where it is no such document; -1 where it is one and can not be taken. Messages begin with `name`. */
int sheet_read(spend *s, const char *name, mm_str text, mm_err *e);

#endif
