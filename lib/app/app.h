/* app.h - what every mm-NAME program does the same way: the common options, opening
 * inputs and outputs, dead letters, gates, summary, ledger, metrics, traces, lineage.
 *
 * The only part of lib that prints; it does so on behalf of main. It depends on
 * everything below it (run, govern, record, base); nothing in lib depends on it.
 *
 *     int main(int argc, char **argv) {
 *         const mm_option options[] = { ..., MM_OPTION_END };
 *         const mm_tool tool = { .name = "mm-select", ... , .options = options };
 *         mm_app app;
 *         int status = mm_app_start(&app, &tool, argc, argv);
 *         if (status != MM_GO_ON) return status;
 *         ...  compile what the options say; return mm_app_fail(&app, &err) if wrong ...
 *         mm_stage stage = { .work = ..., .tool = ... };
 *         status = mm_app_run(&app, &stage);
 *         mm_app_end(&app);
 *         return status;
 *     }
 */
#ifndef MM_APP_APP_H
#define MM_APP_APP_H

#include "base/opt.h"
#include "govern/policy.h"
#include "mm.h"
#include "run/jail.h"

#define MM_GO_ON (-1)

typedef struct mm_tool {
    const char *name;       /* "mm-select" */
    const char *summary;    /* one line, no full stop */
    const char *synopsis;   /* lines after "usage: "; "mm-select [options] EXPRESSION [FILE...]" */
    const char *examples;   /* two or more ready command lines, each with what it does; for --help */
    const mm_option *options;  /* the tool's own; the common ones are added */
    unsigned flags;
} mm_tool;

enum {
    MM_TOOL_NO_OUTPUT = 1,   /* writes no records on standard output: -F -b -Z -o are left out */
    MM_TOOL_NO_INPUT = 2,    /* operands are no record files; the tool reads them itself */
    MM_TOOL_NDJSON = 4,      /* default output form is NDJSON, not that of the input */
    MM_TOOL_NO_RECORDS = 8,  /* neither reads nor writes records: options on these are left out too (mm_app_do) */
};

typedef struct mm_app {
    const mm_tool *tool;
    mm_list operands;         /* a tool that takes words first (an expression) shifts them off before mm_app_run */
    /* common options, as given */
    const char *form, *zstd, *output, *policy_file, *dead_letter, *on_error;
    const char *metrics, *trace, *lineage, *ledger;
    const char *completion;
    mm_list roots_given;
    int64_t workers, max_record;
    bool mmr, quiet, help, version;
    /* opened */
    mm_policy *policy;        /* NULL when no --policy was given */
    mm_roots *roots;          /* by mm_app_start */
    mm_jail *jail;            /* by mm_app_jail; NULL before */
    mm_reader *reader;
    mm_writer *writer;        /* to standard output or -o FILE */
    mm_totals totals;
    _Atomic uint64_t bytes_read;  /* a tool with its own source counts its input here, for progress and accounts */
    const struct mm_metric *metric;  /* a tool sets them, by stage.end at the latest: for --metrics (govern/usage.h) */
    size_t n_metrics;
    bool gate_tripped;        /* a tool sets it: exit status 1 */
    bool output_taken;        /* a tool sets it: its stage writes to `output` by itself */
    struct mm_app_private *priv;
} mm_app;

/** Parse options, answer --help, --version and --completion, load the policy. MM_GO_ON, or the exit
 *  status main should return. */
int mm_app_start(mm_app *a, const mm_tool *t, int argc, char **argv);
/** Start the fork server for confined workers; call right after mm_app_start (before any
 *  thread), with the functions those workers can do. -1 fills e. */
int mm_app_jail(mm_app *a, const mm_jail_op *ops, const mm_jail_limits *limits, mm_err *e);
/** Open input and output, run the stage, report, close, write ledger and friends; the exit
 *  status, 128 + N when the program is to die of signal N (mm_app_end does that: then nothing more should be
 *  written). Tools that write themselves pass a stage with .write. The jail is gone after. */
int mm_app_run(mm_app *a, const mm_stage *s);
/** Drive a tool that reads and writes by itself: job() does the work, counts in a->bytes_read and a->totals, and fills *e on -1.
 *  Signals, accounts and the exit status are as with mm_app_run. */
int mm_app_do(mm_app *a, int (*job)(mm_app *a, void *ctx, mm_err *e), void *ctx);
/** For such a tool: write all of b to standard output and empty it. That the reader went away is no error:
 *  a->totals.closed is set, and nothing more should be written. */
int mm_app_write(mm_app *a, mm_buf *b, mm_err *e);
/** A signal asks the program to end: a job stops where it is. */
bool mm_app_stopped(void);
/** Run the stage over the inputs before mm_app_run does, so that it may know all of them: nothing is written, and bad
 *  records and inputs are left for the run itself to tell. `option` is what asks for it, for the message when an input is
 *  no plain file and so can not be read twice. -1 fills e. */
int mm_app_run_before(const mm_app *a, const mm_stage *s, const char *option, mm_err *e);
/** Free all. After a run that a signal or a closed pipe ended, dies of that signal, as a shell expects. */
void mm_app_end(mm_app *a);

/** The level -Z asks for: 0 for none, else 1 to 19. */
int mm_app_zstd(const mm_app *a);

/** Print "TOOL: text" (or a JSON line with MM_LOG=json) and return the exit status. */
int mm_app_fail(mm_app *a, const mm_err *e);
/** Print lines as they are beneath a message, such as an expression with a caret; not with
 *  MM_LOG=json. */
void mm_app_show(mm_app *a, mm_str lines);
/** Print a message that is no error; silenced by -q. */
void mm_app_note(mm_app *a, const char *fmt, ...) MM_PRINTF(2, 3);
/** Print a line that belongs to the summary of the run, where there is one: on a terminal, or when something was bad
 *  or the run was interrupted. */
void mm_app_sum_up(mm_app *a, const char *fmt, ...) MM_PRINTF(2, 3);
/** The ending of a noun behind n. */
static inline const char *mm_plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}
/** Print a warning; not silenced. */
void mm_app_warn(mm_app *a, const char *fmt, ...) MM_PRINTF(2, 3);

/** Append this stage's entry for mm.via, as JSON: {"tool":"mm-probe 0.1.0","policy":"<xxh3>"},
 *  with "at" only when SOURCE_DATE_EPOCH is set, so that equal input gives equal bytes. */
void mm_app_via(const mm_app *a, mm_buf *out);

#endif
