/* learn.c - from ledgers to models, and how well these do. */
#include "learn.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger.h"

models *learn_state(const char *state, mm_err *e)
{
    return access(state, F_OK) == 0 ? models_load(state, e) : models_new(e);
}

enum { LONGEST_PIPE = 64 };

/* Lines that ran at once on one machine are a pipe where there is more than one and no stage twice: what it took together, beside
 * what its processor time spread evenly would have taken. */
static void learn_pipe(models *m, ledger_line *const *line, size_t n)
{
    double cpu = 0, most = 0, start = INFINITY, end = -INFINITY, cores = 1;
    if (n < 2 || n > LONGEST_PIPE)
        return;
    for (size_t i = 0; i < n; i++) {
        const ledger_line *l = line[i];
        for (size_t k = 0; k < i; k++)
            if (strcmp(line[k]->run.stage, l->run.stage) == 0)
                return;
        cores = fmax(cores, isnan(l->cores) ? 1 : fmin(l->run.in.cores, l->cores));
        cpu += l->cpu_s;
        most = fmax(most, l->cpu_s / l->run.in.cores);
        start = fmin(start, l->start_s);
        end = fmax(end, l->end_s);
    }
    models_learn_pipe(m, fmax(cpu / cores, most), end - start);
}

static int learn_lines(models *m, ledger *l, mm_err *e)
{
    if (ledger_group(l, e) < 0)
        return -1;
    for (size_t i = 0; i < l->n; i++) {
        run_line r = l->line[i].run;
        if (l->line[i].at_once > 1)
            r.value[WALL] = NAN;
        if (models_learn(m, &r, e) < 0)
            return -1;
    }
    for (size_t i = 0; i < l->n; i += l->sorted[i]->at_once)
        learn_pipe(m, l->sorted + i, l->sorted[i]->at_once);
    return 0;
}

int learn_ledgers(models *m, mm_app *a, const char *const *file, size_t n, mm_err *e)
{
    ledger l = { 0 };
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = ledger_read(&l, a, file[i], e);
    if (rc == 0)
        rc = learn_lines(m, &l, e);
    a->totals.out += l.n;
    a->totals.bad += l.left_out;
    ledger_free(&l);
    return rc;
}

/* ---- telling ---- */

static void percent(mm_buf *b, double v)
{
    if (isnan(v))
        mm_buf_printf(b, "  %9s", "-");
    else
        mm_buf_printf(b, "  %8.1f%%", 100 * v);
}

static void tell_table(mm_buf *b, const models *m)
{
    int width = 5;
    for (size_t i = 0; i < models_count(m); i++) {
        int n = (int)strlen(models_report(m, i, CPU).stage);
        width = n > width ? n : width;
    }
    mm_buf_printf(b, "%-*s  %5s  %9s  %9s  %9s  %9s  %6s  %6s\n", width, "stage", "lines", "cpu error", "wall error", "mem error", "in limits", "margin", "drifts");
    for (size_t i = 0; i < models_count(m); i++) {
        model_report cpu = models_report(m, i, CPU), wall = models_report(m, i, WALL), memory = models_report(m, i, MEMORY);
        mm_buf_printf(b, "%-*s  %5zu", width, cpu.stage, cpu.lines);
        percent(b, cpu.median_error);
        percent(b, wall.median_error);
        percent(b, memory.median_error);
        percent(b, cpu.covered);
        mm_buf_printf(b, "  x %4.2f  %6zu\n", cpu.widened, cpu.drifts);
    }
}

static void tell_json(mm_buf *b, const models *m)
{
    mm_buf_str(b, MM_STR("{\"stages\":["));
    for (size_t i = 0; i < models_count(m); i++) {
        mm_buf_str(b, i ? MM_STR(",\n{\"stage\":") : MM_STR("\n{\"stage\":"));
        model_report r = models_report(m, i, CPU);
        mm_json_put(b, mm_str_of(r.stage));
        mm_buf_printf(b, ",\"lines\":%zu", r.lines);
        for (int q = 0; q < N_QUANTITIES; q++) {
            r = models_report(m, i, (quantity)q);
            mm_buf_printf(b, ",\"%s\":{\"median_error\":", quantity_name[q]);
            mm_json_put_double(b, r.median_error);
            mm_buf_str(b, MM_STR(",\"within_limits\":"));
            mm_json_put_double(b, r.covered);
            mm_buf_str(b, MM_STR(",\"margin\":"));
            mm_json_put_double(b, r.widened);
            mm_buf_printf(b, ",\"drifts\":%zu}", r.drifts);
        }
        mm_buf_byte(b, '}');
    }
    mm_buf_str(b, MM_STR("]}\n"));
}

int learn_run(mm_app *a, const char *const *file, size_t n, const char *state, const char *form, mm_err *e)
{
    mm_buf out = { 0 };
    if (!state || !n)
        return mm_fail(e, MM_EUSAGE, "learn --state FILE LEDGER... learns from ledgers into a state; both are needed");
    models *m = learn_state(state, e);
    int rc = m ? learn_ledgers(m, a, file, n, e) : -1;
    if (rc == 0 && !mm_app_stopped())
        rc = models_save(m, state, e);
    if (rc == 0) {
        (strcmp(form, "json") == 0 ? tell_json : tell_table)(&out, m);
        rc = mm_app_write(a, &out, e);
    }
    mm_buf_free(&out);
    models_free(m);
    return rc;
}
