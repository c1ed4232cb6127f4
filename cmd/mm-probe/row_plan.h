/* row_plan.h - how rows are looked at: the options, checked. */
#ifndef MM_PROBE_ROW_PLAN_H
#define MM_PROBE_ROW_PLAN_H

#include "fact.h"
#include "schema/schema.h"

/** As the options say. */
typedef struct row_opts {
    const char *schema, *by, *time, *columns;
    double outlier, gap;
    int64_t memory;
} row_opts;

#define ROW_OPTS_DEFAULT { .outlier = 5, .gap = 1.5, .memory = 256 << 20 }

/** Immutable; shared by all workers. */
typedef struct row_plan {
    bool asked;          /* rows are looked at */
    mm_schema *schema;   /* NULL: none was given */
    mm_path *by;         /* what tells series apart; NULL: the file a row is from */
    mm_str time;         /* the column of time stamps; .p NULL: the first that holds them */
    const char *columns; /* file for the report; NULL: none */
    double outlier, gap;
    uint64_t memory;
} row_plan;

/** Asks for the facts of rows where an option is of use for these alone, and none is asked yet. -1 and MM_EUSAGE. Texts of o are borrowed. */
int row_plan_init(row_plan *p, const row_opts *o, asking *q, mm_err *e);
void row_plan_clear(row_plan *p);

#endif
