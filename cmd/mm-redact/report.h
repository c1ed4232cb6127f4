/* report.h - an account of a run in words and figures: JSON for programs, HTML for people (lib/page). */
#ifndef MM_REDACT_REPORT_H
#define MM_REDACT_REPORT_H

#include "account.h"

/** What a report is made of, all borrowed. */
typedef struct report_facts {
    const account *account;
    const mm_totals *totals;
    const char *tool;       /* "mm-redact 0.1.0" */
    const char *policy;     /* digest; NULL: the built-in policy */
} report_facts;

/** What stands in a report where the value was: the same for every value, so that neither its characters nor its
 *  length can be told. */
extern const char report_mask[];

/** Append the report; out->failed when memory ran out. */
void report_json(const report_facts *f, mm_buf *out);
void report_html(const report_facts *f, mm_buf *out);

#endif
