/* app_run.c - one run: inputs and outputs opened, the stage driven, everything put away. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/private.h"
#include "app/signals.h"

static bool plain_file(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

/* ---- opening ---------------------------------------------------------------- */

/* The operands, or standard input. */
static int name_inputs(mm_app *a, mm_err *e)
{
    mm_list *in = &a->priv->inputs;
    size_t n = a->operands.n ? a->operands.n : 1;
    in->v = calloc(n, sizeof *in->v);
    if (!in->v)
        return mm_fail(e, MM_ESYS, "out of memory");
    in->v[0] = "-";
    if (a->operands.n)
        memcpy(in->v, a->operands.v, n * sizeof *in->v);
    in->n = n;
    return 0;
}

static int open_input(mm_app *a, const mm_stage *s, mm_err *e)
{
    const mm_read_opts o = { .max_record = (size_t)a->max_record };
    if (name_inputs(a, e) < 0)
        return -1;
    if (s->source || (a->tool->flags & MM_TOOL_NO_INPUT))
        return 0;
    if (a->operands.n == 0 && isatty(STDIN_FILENO))
        mm_app_note(a, "reading records from the terminal; Ctrl-D ends them, --help explains");
    a->reader = mm_reader_open(a->priv->inputs.v, a->priv->inputs.n, &o, e);
    mm_signals_wake(a->reader);
    return a->reader ? 0 : -1;
}

static mm_form output_form(mm_app *a)
{
    if (a->mmr)
        return MM_FORM_MMR;
    if (a->form || !a->reader || (a->tool->flags & MM_TOOL_NDJSON))
        return MM_FORM_NDJSON;
    return mm_reader_form(a->reader, NULL);  /* what fails here fails again when it is read */
}

static int open_output(mm_app *a, const mm_stage *s, mm_err *e)
{
    struct mm_app_private *p = a->priv;
    if (a->tool->flags & MM_TOOL_NO_OUTPUT)
        return 0;
    if (s->write && a->output && !a->output_taken)
        return mm_fail(e, MM_EUSAGE, "--output has nothing to write: no records go out with these options");
    if (s->write)
        return 0;
    bool file = a->output && strcmp(a->output, "-") != 0;
    mm_write_opts o = { .form = output_form(a), .zstd = mm_app_zstd(a) };
    if (!file && (o.zstd || o.form == MM_FORM_MMR) && isatty(STDOUT_FILENO))
        return mm_fail(e, MM_EUSAGE, "binary records are not for a terminal; send them to a file or a pipe, or "
                       "choose -F ndjson without -Z");
    if (file && mm_outfile_open(&p->out, a->output, e) < 0)
        return -1;
    int fd = file ? p->out.fd : STDOUT_FILENO;
    o.seekable = plain_file(fd);
    a->writer = mm_writer_open(fd, file ? a->output : "standard output", &o, e);
    return a->writer ? 0 : -1;
}

static int open_dead_letters(mm_app *a, mm_err *e)
{
    struct mm_app_private *p = a->priv;
    if (!a->dead_letter)
        return 0;
    mm_str name = mm_str_of(a->dead_letter);
    mm_write_opts o = { .form = MM_FORM_NDJSON };
    if (mm_str_ends(name, MM_STR(".zst"))) {
        o.zstd = 3;
        name.n -= 4;
    }
    if (mm_str_ends(name, MM_STR(".mmr")))
        o.form = MM_FORM_MMR;
    if (mm_outfile_open(&p->letters, a->dead_letter, e) < 0)
        return -1;
    o.seekable = plain_file(p->letters.fd);
    p->dead = mm_writer_open(p->letters.fd, a->dead_letter, &o, e);
    return p->dead ? 0 : -1;
}

/* ---- while it runs ---------------------------------------------------------- */

static int on_bad(void *ctx, const mm_rec *rec, const mm_err *e)
{
    mm_app *a = ctx;
    struct mm_app_private *p = a->priv;
    if (rec)
        mm_report_bad(&p->report, rec, p->dead != NULL);
    else
        mm_app_fail(a, e);
    if (rec && p->dead && mm_writer_dead(p->dead, rec, p->name_version, &p->dead_failed) < 0)
        return -1;
    p->stopped_at_bad = a->on_error && strcmp(a->on_error, "fail") == 0;
    return p->stopped_at_bad ? -1 : 0;
}

static void on_progress(void *ctx, const mm_totals *so_far)
{
    mm_app *a = ctx;
    uint64_t total = 0, bytes = a->reader ? mm_reader_bytes(a->reader, &total) : a->bytes_read;
    mm_report_progress(&a->priv->report, so_far->in, bytes, total);
}

static int drive(mm_app *a, const mm_stage *s, mm_err *e)
{
    const mm_run_opts o = {
        .workers = (int)a->workers, .reader = a->reader, .writer = a->writer,
        .on_bad = on_bad, .on_bad_ctx = a, .progress = on_progress, .progress_ctx = a,
        .stop = mm_signals_stop(),
    };
    int rc = mm_run(s, &o, &a->totals, e);
    if (!a->reader)
        a->totals.bytes_in = a->bytes_read;
    return rc;
}

/* ---- closing ---------------------------------------------------------------- */

/* Finish the output: only a complete one gets its end frame and, with -o, its name. */
static int close_output(mm_app *a, bool complete, mm_err *e)
{
    int rc = 0;
    if (a->writer && complete) {
        rc = mm_writer_end(a->writer, e);
        a->totals.closed = rc < 0 && errno == EPIPE;
        a->totals.bytes_out = mm_writer_bytes(a->writer);
    }
    mm_writer_free(a->writer);
    a->writer = NULL;
    if (a->priv->out.fd < 0) {
        /* Some file systems tell only at a close that the disk was full. */
        int again = rc == 0 && complete ? dup(STDOUT_FILENO) : -1;
        if (again >= 0 && close(again) != 0)
            rc = mm_fail_errno(e, "standard output: cannot write");
    } else if (rc == 0 && complete) {
        rc = mm_outfile_commit(&a->priv->out, e);
    }
    mm_outfile_discard(&a->priv->out);
    return rc;
}

/* Dead letters are kept however the run ended. */
static int close_dead_letters(mm_app *a, mm_err *e)
{
    struct mm_app_private *p = a->priv;
    if (!p->dead)
        return 0;
    int rc = mm_writer_end(p->dead, e);
    mm_writer_free(p->dead);
    p->dead = NULL;
    return rc < 0 ? -1 : mm_outfile_commit(&p->letters, e);
}

/* Every record must have gone one of three ways, and what was counted as written must have been. */
static int check_sums(const mm_app *a, mm_err *e)
{
    const mm_totals *t = &a->totals;
    if (t->in == t->out + t->dropped + t->bad && (!a->writer || mm_writer_records(a->writer) == t->out))
        return 0;
    return mm_fail(e, MM_ESYS, "internal error: %llu records in, but %llu out, %llu dropped and %llu bad",
                   (unsigned long long)t->in, (unsigned long long)t->out, (unsigned long long)t->dropped,
                   (unsigned long long)t->bad);
}

/* Exit status by what happened: system before usage before bad records before a gate. */
static int outcome(const mm_app *a, int status)
{
    if (status == MM_ESYS || status == MM_EUSAGE || status == MM_EBAD)
        return status;
    if (a->totals.bad || a->totals.inputs_bad)
        return MM_EBAD;
    return a->gate_tripped ? MM_EGATE : MM_OK;
}

/* Account for the run in the files that were asked for. */
static int account(mm_app *a, int status)
{
    mm_usage *u = &a->priv->usage;
    mm_err e = { 0 };
    u->status = status;
    u->in = a->totals.in;
    u->out = a->totals.out;
    u->dropped = a->totals.dropped;
    u->bad = a->totals.bad;
    u->bytes_in = a->totals.bytes_in;
    u->bytes_out = a->totals.bytes_out;
    u->metric = a->metric;
    u->n_metrics = a->n_metrics;
    mm_usage_end(u);
    mm_run_event event = a->totals.interrupted ? MM_RUN_ABORT : status == MM_ESYS ? MM_RUN_FAIL : MM_RUN_COMPLETE;
    if (a->ledger && mm_ledger_append(a->ledger, u, &e) < 0)
        status = mm_app_fail(a, &e);
    if (a->metrics && mm_metrics_write(a->metrics, u, &e) < 0)
        status = mm_app_fail(a, &e);
    if (a->trace && mm_trace_write(a->trace, u, &e) < 0)
        status = mm_app_fail(a, &e);
    if (a->lineage && mm_lineage_write(a->lineage, u, event, &e) < 0)
        status = mm_app_fail(a, &e);
    return status;
}

/* Put everything away after a run that mm_run ended with rc and *e; the exit status. */
static int finish(mm_app *a, int rc, mm_err *e)
{
    struct mm_app_private *p = a->priv;
    mm_totals *t = &a->totals;
    mm_err late = { 0 };
    int status = MM_OK;
    if (rc == 0 && !t->interrupted && check_sums(a, e) < 0)
        rc = -1;
    if (rc < 0 && p->dead_failed.code)
        *e = p->dead_failed;
    if (close_output(a, rc == 0 && !t->interrupted, rc == 0 ? e : &late) < 0)
        rc = -1;
    bool told = p->stopped_at_bad && e->code == MM_EBAD;
    if (rc < 0 && !t->closed)
        status = told ? MM_EBAD : mm_app_fail(a, e);
    if (close_dead_letters(a, &late) < 0)
        status = mm_app_fail(a, &late);
    if (!t->closed && status != MM_ESYS)
        mm_report_summary(&p->report, t);
    return outcome(a, status);
}

static void name_run(mm_app *a)
{
    static const char *const standard = "-";
    mm_usage *u = &a->priv->usage;
    u->policy = a->policy ? mm_policy_digest(a->policy) : NULL;
    u->workers = (int)a->workers;
    u->inputs = a->priv->inputs.v;
    u->n_inputs = a->priv->inputs.n;
    u->outputs = a->output ? &a->output : &standard;
    u->n_outputs = a->output || !(a->tool->flags & MM_TOOL_NO_OUTPUT);
}

/* A run has ended with this status: what it is to die of, and its accounts; the status of the program. */
static int conclude(mm_app *a, int status)
{
    if (a->totals.closed)
        a->priv->die_of = SIGPIPE;
    else if (a->totals.interrupted && status != MM_ESYS)
        a->priv->die_of = *mm_signals_stop();
    if (a->priv->die_of)
        status = 128 + a->priv->die_of;
    mm_signals_wake(NULL);
    mm_jail_free(a->jail);  /* so that its processes are counted */
    a->jail = NULL;
    return account(a, status);
}

/* What could not be written at the end is told before anything is read, all of it. */
static int check_accounts(mm_app *a)
{
    const struct { const char *file; bool replaced; } all[] = { { a->ledger, false }, { a->metrics, true }, { a->trace, false },
                                                                { a->lineage, false } };
    int status = MM_OK;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        mm_err e = { 0 };
        if (all[i].file && mm_usage_writable(all[i].file, all[i].replaced, &e) < 0)
            status = mm_app_fail(a, &e);
    }
    return status;
}

int mm_app_run(mm_app *a, const mm_stage *s)
{
    mm_err e = { 0 };
    int wrong = check_accounts(a);
    if (wrong)
        return wrong;
    mm_signals_start();
    if (open_input(a, s, &e) < 0 || open_output(a, s, &e) < 0 || open_dead_letters(a, &e) < 0)
        return mm_app_fail(a, &e);
    name_run(a);
    if (a->lineage && mm_lineage_write(a->lineage, &a->priv->usage, MM_RUN_START, &e) < 0)
        return mm_app_fail(a, &e);
    return conclude(a, finish(a, drive(a, s, &e), &e));
}

int mm_app_do(mm_app *a, int (*job)(mm_app *a, void *ctx, mm_err *e), void *ctx)
{
    mm_err e = { 0 };
    mm_signals_start();
    if (name_inputs(a, &e) < 0)
        return mm_app_fail(a, &e);
    name_run(a);
    if (a->lineage && mm_lineage_write(a->lineage, &a->priv->usage, MM_RUN_START, &e) < 0)
        return mm_app_fail(a, &e);
    int rc = job(a, ctx, &e);
    a->totals.interrupted = mm_app_stopped();
    a->totals.bytes_in = a->bytes_read;
    return conclude(a, rc < 0 && !a->totals.interrupted ? mm_app_fail(a, &e) : outcome(a, MM_OK));
}

bool mm_app_stopped(void)
{
    return *mm_signals_stop() != 0;
}
