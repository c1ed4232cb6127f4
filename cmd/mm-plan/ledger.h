/* ledger.h - ledger lines (mm-ledger(5)), read for learning. */
#ifndef MM_PLAN_LEDGER_H
#define MM_PLAN_LEDGER_H

#include "app/app.h"
#include "models.h"

/** A line that can be learnt from. Its texts are in the ledger's arena. */
typedef struct ledger_line {
    run_line run;
    double start_s, end_s;   /* since 1970 */
    const char *trace;       /* NULL: none */
    double cores;            /* online, of the machine */
    double cpu_s;
    unsigned long long number;   /* in its file, from 1 */
    size_t at_once;          /* lines that ran at the same time, this one among them, joined by pipes or not */
} ledger_line;

typedef struct ledger {
    ledger_line *line;       /* in the order they were read */
    size_t n, room;
    ledger_line **sorted;    /* by start; those that ran at once stand together */
    size_t left_out;
    mm_arena *arena;
} ledger;

/** Add the lines of a file. What can not be learnt from is told with its number, and left out: no JSON, no work, a run that failed,
 *  a clock that was set meanwhile. Zero-initialise; ledger_free. */
int ledger_read(ledger *l, mm_app *a, const char *file, mm_err *e);
/** Tell which lines ran at the same time: once all are read. */
int ledger_group(ledger *l, mm_err *e);
void ledger_free(ledger *l);

#endif
