/* report.h - everything a tool says on standard error: messages, bad records, progress, the
 * closing summary.
 *
 * Depends on lib/record, lib/json and lib/base. A line goes out in one write, so that the lines of a
 * pipeline's tools do not mix; a progress line is wiped before anything else is said. May be
 * used by many threads.
 */
#ifndef MM_APP_REPORT_H
#define MM_APP_REPORT_H

#include <pthread.h>

#include "mm.h"

typedef struct mm_report {
    const char *tool;
    bool quiet;          /* -q: no notes, progress or summary */
    bool json;           /* MM_LOG=json: a JSON object a line */
    bool terminal;       /* standard error is one */
    pthread_mutex_t lock;
    uint64_t bad_lines;  /* bad records told one by one */
    bool drawn;          /* a progress line stands there */
    int64_t start_ns;    /* monotonic */
} mm_report;

typedef enum mm_level { MM_LEVEL_INFO, MM_LEVEL_WARNING, MM_LEVEL_ERROR } mm_level;

void mm_report_init(mm_report *r, const char *tool);
/** "TOOL: text". */
void mm_report_line(mm_report *r, mm_level level, const char *text);
/** Lines as they are; none as JSON. */
void mm_report_lines(mm_report *r, mm_str lines);
/** A record left out: "TOOL: SOURCE:POSITION: MM.SRC: reason at byte N", without its mm.src where it has
 *  none or where that begins with SOURCE; after the twentieth only a
 *  word that more are counted, and whether they are kept. */
void mm_report_bad(mm_report *r, const mm_rec *rec, bool kept);
/** Draw progress on a terminal; total is 0 when unknown. */
void mm_report_progress(mm_report *r, uint64_t records, uint64_t bytes, uint64_t total);
/** "TOOL: 1000 in, 990 out, 8 dropped, 2 bad; 12.3 MB in 0.01 s (1.2 GB/s)": on a terminal, or
 *  when something was bad or the run was interrupted. */
void mm_report_summary(mm_report *r, const mm_totals *t);
/** Is there a summary of such a run? */
bool mm_report_sums_up(const mm_report *r, const mm_totals *t);

#endif
