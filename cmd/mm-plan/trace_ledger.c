/* trace_ledger.c - a ledger as a trace: the processor time of each run came in when it began. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger.h"
#include "trace.h"

enum { MOST_STEPS = 10 * 1000 * 1000 };

static int fill(trace *t, const ledger *l, const char *file, double step_s, mm_err *e)
{
    double first = INFINITY, last = -INFINITY;
    for (size_t i = 0; i < l->n; i++) {
        first = fmin(first, l->line[i].start_s);
        last = fmax(last, l->line[i].start_s);
    }
    if (!l->n)
        return mm_fail(e, MM_EBAD, "%s: no run that can be replayed", file);
    t->step_s = step_s;
    t->start = (int64_t)(floor(first / step_s) * step_s);
    double steps = floor((last - (double)t->start) / step_s) + 1;
    if (steps > MOST_STEPS)
        return mm_fail(e, MM_EBAD, "%s: more than %d steps of %g s; take longer ones", file, MOST_STEPS, step_s);
    t->n = (size_t)steps;
    t->arrivals = calloc(t->n, sizeof *t->arrivals);
    if (!t->arrivals)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < l->n; i++)
        t->arrivals[(size_t)((l->line[i].start_s - (double)t->start) / step_s)] += l->line[i].cpu_s;
    return 0;
}

bool trace_is_ledger(const char *file)
{
    FILE *f = strcmp(file, "-") == 0 ? NULL : fopen(file, "r");
    int first = f ? getc(f) : EOF;
    if (f)
        fclose(f);
    return first == '{';
}

int trace_ledger(trace *t, mm_app *a, const char *file, double step_s, mm_err *e)
{
    ledger l = { 0 };
    *t = (trace){ 0 };
    int rc = ledger_read(&l, a, file, e);
    if (rc == 0)
        rc = fill(t, &l, file, step_s, e);
    ledger_free(&l);
    return rc;
}
