/* report.h - where reports go, and the forms they have.
 *
 * The form is told by the name: .json, .html, else a table for people; "-" is a table on standard output, in
 * place of records. Without a --report the table goes to standard error.
 */
#ifndef MM_BIAS_REPORT_H
#define MM_BIAS_REPORT_H

#include "drift.h"
#include "plan.h"
#include "shift.h"

/** What one report is made of. */
typedef struct report {
    const findings *f;
    const gate_result *gate;
    size_t n_gates;
    const proxy *proxy;    /* the strongest first */
    size_t n_proxies;
    const drift *drift;    /* from the baseline */
    size_t n_drifts;
    const shift *shift;    /* of a model's rates, likewise */
    size_t n_shifts;
    const alpha *alpha;
    size_t n_alphas;
    const measure *measure;
    size_t n_measures;
    const association *association;
    size_t n_associations;
    leaks leaks;
    const char *tool;      /* "mm-bias 0.1.0" */
    const char *policy;    /* digest, or NULL */
} report;

/** Can all of --report be written? Sets t->quiet_records. */
int report_check(bias_tool *t, mm_err *e);
/** Compute the findings, hold the gates, write all reports. */
int report_all(bias_tool *t, mm_err *e);

void report_json(const report *r, mm_buf *out);
void report_html(const report *r, mm_buf *out);
void report_text(const report *r, mm_buf *out);

#endif
