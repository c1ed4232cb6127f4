/* ledger.c - what can be learnt from a ledger, line by line. */
#include "ledger.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "price/when.h"

enum { MOST_TOLD = 8 };

enum field { STAGE, TOOL, TRACE, START, END, WALL_S, CPU_S, PEAK, WORKERS, STATUS, IN, OUT, BYTES_IN, BYTES_OUT, MACHINE, CORES, SHARES, FIELDS };
static const char *const paths[FIELDS] = { "stage", "tool", "trace", "start", "end", "wall_s", "cpu_s", "peak_rss_bytes", "workers", "status",
                                           "records.in", "records.out", "bytes.in", "bytes.out", "machine.model", "machine.cores", "shares" };

/* ---- one line ---- */

static double number(const mm_value *v)
{
    double out;
    return v->raw.p && v->type == MM_JSON_NUMBER && mm_json_double(v->raw, &out) == 0 ? out : NAN;
}

static const char *text(ledger *l, const mm_value *v)
{
    mm_buf scratch = { 0 };
    const char *s = v->raw.p && v->type == MM_JSON_STRING ? mm_arena_copy(l->arena, mm_json_text(v->raw, &scratch)).p : NULL;
    mm_buf_free(&scratch);
    return s;
}

/* Seconds since 1970, with their fraction; NAN: none. */
static double when(const mm_value *v)
{
    mm_buf scratch = { 0 };
    int64_t whole;
    double out = NAN;
    if (v->raw.p && v->type == MM_JSON_STRING) {
        mm_str s = mm_json_text(v->raw, &scratch);
        if (mm_when_read(s, &whole)) {
            double part = 0, place = 0.1;
            const char *dot = memchr(s.p, '.', s.n);
            for (size_t i = dot ? (size_t)(dot - s.p) + 1 : s.n; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++, place /= 10)
                part += place * (s.p[i] - '0');
            out = (double)whole + part;
        }
    }
    mm_buf_free(&scratch);
    return out;
}

static void read_shares(const mm_value *v, double *share)
{
    mm_json_iter it = mm_json_each(*v);
    while (v->raw.p && mm_json_next(&it) == 1)
        for (int i = 0; i < N_MODALITIES; i++)
            if (mm_str_eq(it.key, mm_str_of(modality_name[i])))
                share[i] = fmax(0, number(&it.value));
}

/* What stands in the way of learning from it; NULL: nothing. */
static const char *unfit(const ledger_line *line, double wall, double cpu, double status)
{
    const run_line *r = &line->run;
    if (isnan(wall) || isnan(cpu) || isnan(line->start_s) || isnan(line->end_s) || isnan(r->in.records) || isnan(r->in.bytes) || !r->stage)
        return "not a line of a ledger: stage, start, end, wall_s, cpu_s, records and bytes are expected";
    if (status != 0 && status != 3)
        return "the run did not end well";
    if (line->end_s < line->start_s)
        return "it ends before it starts: the clock was set meanwhile";
    if (fabs(line->end_s - line->start_s - wall) > 0.01 + 0.01 * wall)
        return "start and end are not wall_s apart: the clock was set meanwhile";
    if (r->in.records < 0 || r->in.bytes < 0 || r->in.records > 1e18 || r->in.bytes > 1e18 || r->in.cores > 1e6 || cpu > 1e12 || wall > 1e12)
        return "a number that no run has";
    if (!(r->in.records > 0) && !(r->in.bytes > 0))
        return "there was no work";
    if (!(wall > 0) || !(cpu > 0))
        return "it took no time";
    /* Processors beyond those online may have come and gone; beyond ten times as many it is no time of a processor. */
    if (line->cores > 0 && cpu > wall * line->cores * 10 + 1)
        return "more processor time than there were processors";
    return NULL;
}

static const char *take(ledger *l, mm_path *const *path, mm_str text_of, unsigned long long at)
{
    mm_value v[FIELDS] = { 0 };
    if (mm_json_check(text_of, 0, NULL, NULL) < 0 || mm_json_find_many(text_of, (const mm_path *const *)path, FIELDS, v) < 0)
        return "no JSON object";
    double wall = number(&v[WALL_S]), cpu = number(&v[CPU_S]), status = v[STATUS].raw.p ? number(&v[STATUS]) : 0;
    ledger_line line = { .start_s = when(&v[START]), .end_s = when(&v[END]), .trace = text(l, &v[TRACE]), .cores = number(&v[CORES]), .cpu_s = cpu, .number = at };
    line.run = (run_line){ .stage = text(l, v[STAGE].raw.p ? &v[STAGE] : &v[TOOL]), .out_records = number(&v[OUT]), .out_bytes = number(&v[BYTES_OUT]),
                           .value = { [CPU] = cpu, [WALL] = NAN, [MEMORY] = number(&v[PEAK]) } };
    line.run.in = (load){ .records = number(&v[IN]), .bytes = number(&v[BYTES_IN]), .cores = fmax(1, number(&v[WORKERS])), .machine = text(l, &v[MACHINE]) };
    line.run.in.cores = isnan(line.run.in.cores) ? 1 : line.run.in.cores;
    read_shares(&v[SHARES], line.run.in.share);
    const char *why = unfit(&line, wall, cpu, status);
    if (why)
        return why;
    line.run.value[WALL] = wall;
    if (l->n == l->room) {
        size_t more = l->room ? 2 * l->room : 256;
        ledger_line *grown = realloc(l->line, more * sizeof *grown);
        if (!grown)
            return "out of memory";
        l->line = grown;
        l->room = more;
    }
    l->line[l->n++] = line;
    return NULL;
}

/* ---- files ---- */

int ledger_read(ledger *l, mm_app *a, const char *file, mm_err *e)
{
    mm_path *path[FIELDS] = { 0 };
    FILE *f = strcmp(file, "-") == 0 ? stdin : fopen(file, "r");
    if (!f)
        return mm_fail_errno(e, "%s: cannot open", file);
    int rc = l->arena || (l->arena = mm_arena_new()) ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    for (int i = 0; rc == 0 && i < FIELDS; i++)
        rc = (path[i] = mm_path_new(mm_str_of(paths[i]), e)) ? 0 : -1;
    char *text_of = NULL;
    size_t room = 0, told = 0;
    unsigned long long at = 0;
    for (ssize_t n; rc == 0 && !mm_app_stopped() && (n = getline(&text_of, &room, f)) >= 0;) {
        at++;
        while (n && (text_of[n - 1] == '\n' || text_of[n - 1] == '\r'))
            n--;
        const char *why = n ? take(l, path, (mm_str){ text_of, (size_t)n }, at) : NULL;
        a->totals.in += n > 0;
        l->left_out += why != NULL;
        if (why && told++ < MOST_TOLD)
            mm_app_warn(a, "%s:%llu: %s; the line is left out", file, at, why);
    }
    if (told > MOST_TOLD)
        mm_app_warn(a, "%s: %zu more lines are left out", file, told - MOST_TOLD);
    if (rc == 0 && ferror(f))
        rc = mm_fail_errno(e, "%s: cannot read", file);
    free(text_of);
    for (int i = 0; i < FIELDS; i++)
        mm_path_free(path[i]);
    if (f != stdin)
        fclose(f);
    return rc;
}

static int by_start(const void *a, const void *b)
{
    const ledger_line *x = *(ledger_line *const *)a, *y = *(ledger_line *const *)b;
    return (x->start_s > y->start_s) - (x->start_s < y->start_s);
}

int ledger_group(ledger *l, mm_err *e)
{
    ledger_line **sorted = l->sorted = calloc(l->n ? l->n : 1, sizeof *sorted);
    if (!sorted)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < l->n; i++)
        sorted[i] = &l->line[i];
    qsort(sorted, l->n, sizeof *sorted, by_start);
    for (size_t i = 0; i < l->n;) {
        size_t k = i;
        for (double end = sorted[i]->end_s; k < l->n && (k == i || sorted[k]->start_s < end); k++)
            end = fmax(end, sorted[k]->end_s);
        for (size_t j = i; j < k; j++)
            sorted[j]->at_once = k - i;
        i = k;
    }
    return 0;
}

void ledger_free(ledger *l)
{
    free(l->line);
    free(l->sorted);
    mm_arena_free(l->arena);
}
