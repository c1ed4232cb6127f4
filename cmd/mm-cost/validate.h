/* validate.h - is a file a FOCUS export by the rules of the specification? */
#ifndef MM_COST_VALIDATE_H
#define MM_COST_VALIDATE_H

#include "app/app.h"

/** Check the files and tell on standard output what breaks which rule, where first and how often; rows that break one
 *  count as bad. */
int validate_run(mm_app *a, const char *const *file, size_t n, mm_err *e);

#endif
