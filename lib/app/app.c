/* app.c - start and end of a program: options, help, policy, messages. */
#include "app/app.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/help.h"
#include "app/private.h"
#include "app/signals.h"
#include "govern/ready.h"

/* ---- messages --------------------------------------------------------------- */

int mm_app_fail(mm_app *a, const mm_err *e)
{
    if (e->text[0])
        mm_report_line(&a->priv->report, MM_LEVEL_ERROR, e->text);
    return e->code ? (int)e->code : MM_ESYS;
}

void mm_app_show(mm_app *a, mm_str lines)
{
    mm_report_lines(&a->priv->report, lines);
}

static void say(mm_app *a, mm_level level, const char *fmt, va_list args)
{
    char text[2048];
    vsnprintf(text, sizeof text, fmt, args);
    mm_report_line(&a->priv->report, level, text);
}

void mm_app_note(mm_app *a, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    if (!a->quiet)
        say(a, MM_LEVEL_INFO, fmt, args);
    va_end(args);
}

void mm_app_sum_up(mm_app *a, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    if (mm_report_sums_up(&a->priv->report, &a->totals))
        say(a, MM_LEVEL_INFO, fmt, args);
    va_end(args);
}

void mm_app_warn(mm_app *a, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    say(a, MM_LEVEL_WARNING, fmt, args);
    va_end(args);
}

/* ---- options ---------------------------------------------------------------- */

/* Processors this process may run on. */
static int64_t processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return CPU_COUNT(&set);
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? n : 1;
}

int mm_app_zstd(const mm_app *a)
{
    return !a->zstd ? 0 : *a->zstd ? atoi(a->zstd) : 3;
}

static int check_options(mm_app *a, mm_err *e)
{
    char *end = NULL;
    long level = a->zstd && *a->zstd ? strtol(a->zstd, &end, 10) : 3;
    if (level < 1 || level > 19 || (end && *end))
        return mm_fail(e, MM_EUSAGE, "-Z takes a level from 1 to 19, not '%s'", a->zstd);
    if (a->mmr && a->form && strcmp(a->form, "mmr") != 0)
        return mm_fail(e, MM_EUSAGE, "-b and -F %s contradict each other; give one of them", a->form);
    if (a->max_record < 1)
        return mm_fail(e, MM_EUSAGE, "--max-record takes a size of at least one byte");
    a->mmr |= a->form && strcmp(a->form, "mmr") == 0;
    return 0;
}

/* Parse the tool's options and the common ones; 0, or -1. With *text filled there is only that to print. */
static int parse(mm_app *a, int argc, char **argv, mm_buf *text, mm_err *e)
{
    const char *form_help = a->tool->flags & MM_TOOL_NDJSON
        ? "Form of the output; ndjson when not given."
        : "Form of the output; that of the input when not given.";
    const mm_option output[] = {
        { "Output", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "form", 'F', MM_OPT_CHOICE, &a->form, "ndjson|mmr", form_help },
        { "mmr", 'b', MM_OPT_FLAG, &a->mmr, NULL, "The same as -F mmr: binary frames, with payloads." },
        { "zstd", 'Z', MM_OPT_OPTIONAL, &a->zstd, "N",
          "Compress the output by zstd, at level N from 1 to 19 (3)." },
        { "output", 'o', MM_OPT_STRING, &a->output, "FILE",
          "Write to FILE, which appears under its name only when it is complete." },
        MM_OPTION_END };
    const mm_option common[] = {
        { "Common options", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "jobs", 'j', MM_OPT_INT, &a->workers, "N",
          "Worker threads; one a processor when not given. Records keep their order.", 1, 1024 },
        { "policy", 0, MM_OPT_STRING, &a->policy_file, "FILE",
          "The policy to follow: a file, or the name of a ready one, which --policy list shows; see mm-policy(5)." },
        MM_OPTION_END };
    const mm_option records[] = {
        { "root", 0, MM_OPT_LIST, &a->roots_given, "DIR",
          "Payloads that records refer to may lie beneath DIR too, not only beneath the working directory." },
        { "max-record", 0, MM_OPT_SIZE, &a->max_record, "SIZE",
          "Longest record; longer ones are bad records. 64M when not given." },
        { "dead-letter", 0, MM_OPT_STRING, &a->dead_letter, "FILE",
          "Keep bad records whole in FILE, each with its reason; as mmr when it ends in .mmr, in zstd "
          "when it ends in .zst." },
        { "on-error", 0, MM_OPT_CHOICE, &a->on_error, "skip|fail",
          "At a bad record leave it out and go on (skip, the default), or end there." },
        MM_OPTION_END };
    const mm_option accounts[] = {
        { "metrics", 0, MM_OPT_STRING, &a->metrics, "FILE", "Write metrics for Prometheus." },
        { "trace", 0, MM_OPT_STRING, &a->trace, "FILE", "Append the run as an OpenTelemetry span." },
        { "lineage", 0, MM_OPT_STRING, &a->lineage, "FILE", "Append OpenLineage run events." },
        { "ledger", 0, MM_OPT_STRING, &a->ledger, "FILE", "Append what the run used; see mm-ledger(5)." },
        { "quiet", 'q', MM_OPT_FLAG, &a->quiet, NULL, "No progress, notes or summary." },
        { "completion", 0, MM_OPT_CHOICE, &a->completion, "bash|zsh|fish",
          "Print a completion script for that shell, and end." },
        { "help", 'h', MM_OPT_FLAG, &a->help, NULL, "Print this, and end." },
        { "version", 'V', MM_OPT_FLAG, &a->version, NULL, "Print version and features, and end." },
        MM_OPTION_END };
    const mm_option *tables[6] = { a->tool->options };
    size_t n = 1;
    if (!(a->tool->flags & MM_TOOL_NO_OUTPUT))
        tables[n++] = output;
    tables[n++] = common;
    if (!(a->tool->flags & MM_TOOL_NO_RECORDS))
        tables[n++] = records;
    tables[n] = accounts;
    if (mm_opt_parse(tables, argc, argv, &a->operands, e) < 0)
        return -1;
    if (a->help)
        mm_help_text(a->tool, tables, text);
    else if (a->version)
        mm_version_text(a->tool, text);
    else if (a->completion)
        mm_opt_completion(tables, a->tool->name, a->completion, text);
    else if (a->policy_file && strcmp(a->policy_file, "list") == 0 && access("list", F_OK) != 0)
        mm_ready_list(text);
    return text->n ? 0 : check_options(a, e);
}

/* ---- start and end ---------------------------------------------------------- */

static int print(mm_app *a, mm_buf *text)
{
    mm_err e = { 0 };
    int status = MM_OK;
    if (text->failed || fwrite(text->p, 1, text->n, stdout) != text->n || fflush(stdout) != 0) {
        mm_fail_errno(&e, "standard output: cannot write");
        status = mm_app_fail(a, &e);
    }
    mm_buf_free(text);
    mm_app_end(a);
    return status;
}

static int open_context(mm_app *a, mm_err *e)
{
    char *file = a->policy_file ? mm_ready_policy(a->policy_file, e) : NULL;
    if (a->policy_file)
        a->policy = file ? mm_policy_load(file, e) : NULL;
    free(file);
    if (a->policy_file && !a->policy)
        return -1;
    a->roots = mm_roots_new(a->roots_given.v, a->roots_given.n, e);
    return a->roots ? 0 : -1;
}

int mm_app_start(mm_app *a, const mm_tool *t, int argc, char **argv)
{
    *a = (mm_app){ .tool = t, .max_record = 64 << 20, .priv = calloc(1, sizeof *a->priv) };
    if (!a->priv)
        return MM_ESYS;
    a->priv->out.fd = a->priv->letters.fd = -1;
    mm_report_init(&a->priv->report, t->name);
    snprintf(a->priv->name_version, sizeof a->priv->name_version, "%s " MM_VERSION, t->name);
    mm_usage_begin(&a->priv->usage, t->name, MM_VERSION);
    mm_buf text = { 0 };
    mm_err e = { 0 };
    int failed = parse(a, argc, argv, &text, &e);
    if (text.n || text.failed)
        return print(a, &text);
    a->priv->report.quiet = a->quiet;
    if (!a->workers)
        a->workers = processors();
    if (!failed)
        failed = open_context(a, &e);
    if (!failed)
        return MM_GO_ON;
    int status = mm_app_fail(a, &e);
    mm_app_end(a);
    return status;
}

int mm_app_jail(mm_app *a, const mm_jail_op *ops, const mm_jail_limits *limits, mm_err *e)
{
    a->jail = mm_jail_new(ops, limits, e);
    return a->jail ? 0 : -1;
}

void mm_app_end(mm_app *a)
{
    struct mm_app_private *p = a->priv;
    int die_of = p->die_of;
    mm_jail_free(a->jail);
    mm_signals_wake(NULL);
    mm_reader_close(a->reader);
    mm_writer_free(a->writer);
    mm_writer_free(p->dead);
    mm_outfile_discard(&p->out);
    mm_outfile_discard(&p->letters);
    mm_roots_free(a->roots);
    mm_policy_free(a->policy);
    free(a->operands.v);
    free(a->roots_given.v);
    free(p->inputs.v);
    free(p);
    *a = (mm_app){ .tool = a->tool };
    if (die_of)
        mm_signals_die(die_of);
}

/* ---- provenance ------------------------------------------------------------- */

void mm_app_via(const mm_app *a, mm_buf *out)
{
    mm_buf_printf(out, "{\"tool\":\"%s\"", a->priv->name_version);
    if (a->policy)
        mm_buf_printf(out, ",\"policy\":\"%s\"", mm_policy_digest(a->policy));
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    char *end = NULL;
    time_t at = epoch ? (time_t)strtoll(epoch, &end, 10) : 0;
    struct tm t;
    if (epoch && *epoch && !*end && gmtime_r(&at, &t))
        mm_buf_printf(out, ",\"at\":\"%04d-%02d-%02dT%02d:%02d:%02dZ\"", t.tm_year + 1900, t.tm_mon + 1,
                      t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
    mm_buf_byte(out, '}');
}
