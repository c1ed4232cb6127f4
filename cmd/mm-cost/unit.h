/* unit.h - what is divided by: quantities that rows, ledgers or a table of their own tell. */
#ifndef MM_COST_UNIT_H
#define MM_COST_UNIT_H

#include "spend.h"

/** Read --per, "NAME" or "NAME/UNITS": s->per and s->per_units. */
int unit_plan(spend *s, const char *per, mm_err *e);
/** Add the quantities of a table with the names of --by and of --per to the groups, which must be those of --by by now. */
int unit_join(spend *s, const char *file, mm_err *e);
/** Cost of s->per_units of a quantity, rounded half to even in the 18th decimal; false where there is none, or it does not fit. */
bool unit_cost(const spend *s, const sums *of, int kind, mm_money *out);

#endif
