/* mm-cost - what data sets, stages and teams cost. */
#include "show.h"

#include <errno.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SYNOPSIS "mm-cost [options] [FILE...]"

static const char examples[] =
    "  mm-cost --by ServiceName bill.csv\n"
    "      what each service cost, by a bill in FOCUS form\n"
    "  mm-cost --by team,month --cost billed,list *.csv.gz\n"
    "      by the tag team and the month, as billed and at list prices\n"
    "  mm-cost --by ServiceName --format json bill.csv | jq '.groups[0]'\n"
    "      the dearest service, with exact amounts as strings\n";

typedef struct tool {
    mm_app app;
    spend spend;
    const char *by, *costs, *form;
    int64_t top;
} tool;

/* All of it goes out, or the output's reader went away, which is no error. */
static int write_out(mm_app *a, const mm_buf *b, mm_err *e)
{
    for (size_t at = 0; at < b->n;) {
        ssize_t n = write(STDOUT_FILENO, b->p + at, b->n - at);
        if (n < 0) {
            a->totals.closed = errno == EPIPE;
            return a->totals.closed ? 0 : mm_fail_errno(e, "standard output: cannot write");
        }
        at += (size_t)n;
    }
    return 0;
}

static int job(mm_app *a, void *ctx, mm_err *e)
{
    tool *t = ctx;
    mm_buf out = { 0 };
    const char *standard = "-";
    const char **name = a->operands.n ? a->operands.v : &standard;
    for (size_t i = 0; i < (a->operands.n ? a->operands.n : 1) && !mm_app_stopped(); i++)
        if (spend_file(&t->spend, name[i], e) < 0)
            return -1;
    a->totals.in = t->spend.rows;
    a->totals.bad = t->spend.refused;
    a->totals.out = t->spend.total.rows;
    if (mm_app_stopped())
        return 0;
    int rc = spend_reconcile(&t->spend, e);
    if (rc == 0)
        rc = show_groups(&t->spend, t->form ? t->form : "table", (size_t)t->top, &out, e);
    if (rc == 0)
        rc = write_out(a, &out, e);
    mm_buf_free(&out);
    return rc;
}

int main(int argc, char **argv)
{
    tool t = { .costs = "billed,effective" };
    const mm_option options[] = {
        { "What is added up", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "by", 0, MM_OPT_STRING, &t.by, "NAMES",
          "Group by these, separated by commas: columns by their FOCUS names, tags, or the hour, day or month of "
          "ChargePeriodStart." },
        { "cost", 0, MM_OPT_STRING, &t.costs, "KINDS",
          "Which costs, separated by commas: billed, effective (amortised), list, contracted; billed,effective when not given." },
        { "How it is told", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "format", 0, MM_OPT_CHOICE, &t.form, "table|json|csv", "Form of the result; table when not given." },
        { "top", 0, MM_OPT_INT, &t.top, "N", "Only the N dearest groups; the others in one line.", 1, INT64_MAX },
        MM_OPTION_END };
    const mm_tool about = {
        .name = "mm-cost", .summary = "what data sets, stages and teams cost, exact to the last digit",
        .synopsis = SYNOPSIS, .examples = examples, .options = options,
        .flags = MM_TOOL_NO_OUTPUT | MM_TOOL_NO_INPUT | MM_TOOL_NO_RECORDS };
    int status = mm_app_start(&t.app, &about, argc, argv);
    if (status != MM_GO_ON)
        return status;
    mm_err e = { 0 };
    t.spend.app = &t.app;
    t.spend.workers = (int)t.app.workers;
    status = spend_plan(&t.spend, t.by, t.costs, &e) < 0 ? mm_app_fail(&t.app, &e) : mm_app_do(&t.app, job, &t);
    spend_free(&t.spend);
    mm_app_end(&t.app);
    return status;
}
