/* focus.h - the columns of FOCUS (FinOps Open Cost and Usage Specification) 1.0, 1.1 and 1.2: what each may hold. */
#ifndef MM_COST_FOCUS_H
#define MM_COST_FOCUS_H

#include "mm.h"

typedef enum focus_type { FOCUS_TEXT, FOCUS_DECIMAL, FOCUS_TIME, FOCUS_CURRENCY, FOCUS_TAGS } focus_type;

typedef struct focus_column {
    const char *name;
    focus_type type;
    int since;             /* 10, 11, 12: the version it came with */
    bool required;         /* there must be such a column */
    bool nullable;
    const char *allowed;   /* values with | between; NULL: any */
} focus_column;

extern const focus_column focus_columns[];
extern const size_t focus_n_columns;

/** NULL, or what is wrong with a value that is not null. */
const char *focus_check(const focus_column *c, mm_str value, bool *time_form);

#endif
