/* mm-cost - what data sets, stages and teams cost. */
#include "advice.h"
#include "anomalies.h"
#include "budget.h"
#include "diff.h"
#include "focus_out.h"
#include "forecasts.h"
#include "gauges.h"
#include "record.h"
#include "show.h"
#include "split.h"
#include "unit.h"
#include "validate.h"
#include "watch.h"

#include <string.h>

#define SYNOPSIS "mm-cost [options] [FILE...]\n" \
                 "mm-cost --diff [options] OLD NEW\n" \
                 "mm-cost advice [options] [FILE...]\n" \
                 "mm-cost anomalies [options] [FILE...]\n" \
                 "mm-cost forecast [options] [FILE...]\n" \
                 "mm-cost record [options] [FILE...]\n" \
                 "mm-cost top [options] [LEDGER...]\n" \
                 "mm-cost validate [options] [FILE...]\n" \
                 "mm-cost price --check BOOK..."

static const char examples[] =
    "  mm-cost --by ServiceName bill.csv\n"
    "      what each service cost, by a bill in FOCUS form\n"
    "  mm-cost --by team,month --cost billed,list *.csv.gz\n"
    "      by the tag team and the month, as billed and at list prices\n"
    "  mm-cost --by ServiceName --format json bill.csv | jq '.groups[0]'\n"
    "      the dearest service, with exact amounts as strings\n"
    "  mm-cost --policy policy.yaml bill.csv || echo 'over budget'\n"
    "      hold a bill against budgets and rules\n"
    "  mm-cost --diff --by team september.csv october.csv >>comment.md\n"
    "      what changed, as Markdown; also of two plans of mm-plan\n"
    "  mm-cost record --from ledger.ndjson --book prices.yaml <in.ndjson >out.ndjson\n"
    "      what each record cost, in mm.cost; mm-cost record --help tells more\n"
    "  mm-cost top --book prices.yaml ledger.ndjson\n"
    "      what a pipeline costs while it runs\n"
    "  mm-cost advice --book prices.yaml ledger.ndjson\n"
    "      what would cost less: machines, spot, commitment, order, batches\n"
    "  mm-cost anomalies --by ServiceName --every hour bill.csv\n"
    "      hours in which a service cost what it should not have\n"
    "  mm-cost --book prices.yaml --by stage ledger.ndjson\n"
    "      what each stage of a pipeline cost, by its ledger\n"
    "  mm-cost forecast --by team --backtest bill.csv\n"
    "      what each team will have spent at the end of the month, and how far to trust that\n";

typedef struct tool {
    mm_app app;
    spend spend;
    const char *by, *costs, *form, *every, *again, *repeated;
    bool all, backtest, check, diff, watch;
    const char *book_file, *explain, *focus_file, *per, *usage;
    focus_out *focus;
    mm_book *book;
    budgets *budgets;
    splits *splits;
    int64_t top, ahead;
    double share;
    advice_opts advice;
    gauges gauges;
    double interval;
    int64_t times;
} tool;

static bool own_cost(void *ctx, mm_str line, int64_t start, mm_money cost)
{
    const tool *t = ctx;
    return focus_out_line(t->focus, line, start, cost, mm_book_currency(t->book), t->spend.region, spend_purchase(&t->spend));
}

static int add_up(tool *t, const char *const *file, size_t n, mm_err *e)
{
    mm_app *a = &t->app;
    mm_buf out = { 0 };
    static const char *const ways[] = { [AGAIN_AUTO] = "auto", [AGAIN_ADD] = "add", [AGAIN_RESTATE] = "restate" };
    again_how how = AGAIN_AUTO;
    while (strcmp(t->again, ways[how]) != 0)
        how++;
    t->spend.repeats = true;
    t->spend.refuse_repeats = strcmp(t->repeated, "refuse") == 0;
    if (n > 1 && how != AGAIN_ADD && !(t->spend.restate = restate_new(a, how)))
        return mm_fail(e, MM_ESYS, "out of memory");
    if (t->focus_file && !(t->focus = focus_out_new(t->focus_file, e)))
        return -1;
    if (t->focus)
        t->spend.line = (spend_line){ own_cost, t };
    for (size_t i = 0; i < n && !mm_app_stopped(); i++)
        if (spend_file(&t->spend, file[i], e) < 0)
            return -1;
    a->totals.in = t->spend.rows;
    a->totals.bad = t->spend.refused;
    if (mm_app_stopped())
        return 0;
    int rc = spend_end(&t->spend, e);
    a->totals.out = t->spend.total.rows;
    a->totals.dropped = t->spend.gone.rows;
    if (rc == 0)
        rc = spend_reconcile(&t->spend, e);
    if (rc == 0 && t->focus)
        rc = focus_out_end(t->focus, e);
    if (rc == 0 && t->budgets)
        rc = budgets_hold(t->budgets, &t->spend, e);
    if (rc == 0 && t->splits)
        rc = splits_apply(t->splits, &t->spend, e);
    if (rc == 0 && t->usage)
        rc = unit_join(&t->spend, t->usage, e);
    if (rc == 0 && a->metrics)
        rc = gauges_make(&t->gauges, &t->spend, (size_t)t->top, e);
    a->metric = t->gauges.of;
    a->n_metrics = t->gauges.n;
    if (rc == 0)
        rc = show_groups(&t->spend, t->form, (size_t)t->top, &out, e);
    if (rc == 0)
        rc = mm_app_write(a, &out, e);
    mm_buf_free(&out);
    return rc;
}

static int check_books(tool *t, const char *const *file, size_t n, mm_err *e)
{
    mm_buf out = { 0 };
    if (!t->check || !n)
        return mm_fail(e, MM_EUSAGE, "price --check BOOK... checks price books; --book FILE uses one");
    for (size_t i = 0; i < n; i++) {
        mm_book *b = mm_book_load(file[i], e);
        if (!b)
            return -1;
        size_t prices = 0, types;
        mm_book_machines(b, &types);
        for (int k = 0; k < MM_PRICED_KINDS; k++) {
            size_t more;
            mm_book_rates(b, (mm_priced)k, &more);
            prices += more;
        }
        mm_buf_printf(&out, "%s: %zu price%s and %zu type%s of machines in %s\n", file[i], prices, mm_plural(prices), types, mm_plural(types),
                      mm_book_currency(b));
        mm_book_free(b);
    }
    int rc = mm_app_write(&t->app, &out, e);
    mm_buf_free(&out);
    return rc;
}

static int follow(tool *t, bool live, const char *const *file, size_t n, mm_err *e)
{
    if (t->budgets || t->splits || t->usage || t->focus_file)
        return mm_fail(e, MM_EUSAGE, "--watch and top only add up: leave out --usage, --focus-out and the policy's section cost");
    if (!live && !n)
        return mm_fail(e, MM_EUSAGE, "--watch LEDGER... follows ledgers by their names");
    return watch_run(&t->app, &(watch_opts){ t->by ? t->by : live ? "stage" : NULL, t->costs, t->per, t->form, (size_t)t->top, t->interval,
                                             t->times, live, &t->spend }, file, n, e);
}

enum { ADD_UP, ANOMALIES, FORECAST, VALIDATE, PRICE, ADVICE, TOP };

/* What the first operand names, which is then taken away; a file of that name is written ./anomalies. */
static int command(const char *const **file, size_t *n)
{
    static const char *const names[] = { [ANOMALIES] = "anomalies", [FORECAST] = "forecast", [VALIDATE] = "validate", [PRICE] = "price",
                                          [ADVICE] = "advice", [TOP] = "top" };
    for (int i = ANOMALIES; *n && i <= TOP; i++)
        if (strcmp((*file)[0], names[i]) == 0) {
            ++*file;
            --*n;
            return i;
        }
    return ADD_UP;
}

static int job(mm_app *a, void *ctx, mm_err *e)
{
    static const char *const standard = "-";
    tool *t = ctx;
    const char *const *file = a->operands.v;
    size_t n = a->operands.n;
    int what = command(&file, &n);
    if (what == PRICE)
        return check_books(t, file, n, e);
    if (t->book_file && !(t->book = mm_book_load(t->book_file, e)))
        return -1;
    t->spend.book = t->book;
    if (t->diff && what != ADD_UP)
        return mm_fail(e, MM_EUSAGE, "--diff stands by itself: mm-cost --diff OLD NEW");
    if (t->diff)
        return diff_run(a, &(diff_opts){ t->by, t->costs, t->form, (size_t)t->top, &t->spend }, file, n, e);
    if (what == TOP || (t->watch && what == ADD_UP))
        return follow(t, what == TOP, file, n, e);
    if (!n && !(what == ADVICE && t->advice.measure)) {
        file = &standard;
        n = 1;
    }
    if ((what == ANOMALIES || what == FORECAST) && strcmp(t->form, "html") == 0)
        return mm_fail(e, MM_EUSAGE, "--format html: %s tells table, json or csv", a->operands.v[0]);
    switch (what) {
    case ANOMALIES:
        return anomalies_run(a, &(anomalies_opts){ t->by, t->every, t->costs, t->explain, t->form, t->all }, file, n, e);
    case FORECAST:
        return forecasts_run(a, &(forecasts_opts){ t->by, t->every, t->costs, t->form, (size_t)t->ahead, t->share, t->backtest }, file, n,
                             e);
    case ADVICE:
        t->advice.by = t->by;
        t->advice.form = t->form;
        t->advice.like = &t->spend;
        return advice_run(a, &t->advice, file, n, e);
    case VALIDATE:
        return validate_run(a, file, n, e);
    default:
        return add_up(t, file, n, e);
    }
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "record") == 0)
        return record_main(argc - 1, argv + 1);
    tool t = { .costs = "billed,effective", .form = "table", .every = "day", .again = "auto", .repeated = "tell", .share = 0.8, .interval = 2, .advice = { .interrupted = 0.05, .months = 12 }, .spend = { .region = "any", .purchase = "on-demand" } };
    const mm_option options[] = {
        { "What is added up", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "by", 0, MM_OPT_STRING, &t.by, "NAMES",
          "Group by these, separated by commas: columns by their FOCUS names, tags, or the hour, day or month of "
          "ChargePeriodStart." },
        { "cost", 0, MM_OPT_STRING, &t.costs, "KINDS",
          "Which costs, separated by commas: billed, effective (amortised), list, contracted; billed,effective when not given." },
        { "per", 0, MM_OPT_STRING, &t.per, "NAME[/UNITS]",
          "Tell what one of NAME cost, or so many of it: a column of a bill, a member of a ledger (records.in/1000), or a column of --usage." },
        { "usage", 0, MM_OPT_STRING, &t.usage, "FILE", "A table with the names of --by and of --per: how much there was of it." },
        { "again", 0, MM_OPT_CHOICE, &t.again, "auto|add|restate",
          "Files on the same billing account and period: add them up as parts of one export, let the last one restate the others, or "
          "tell by the charges they share; auto when not given." },
        { "repeated", 0, MM_OPT_CHOICE, &t.repeated, "tell|refuse",
          "Rows that are there twice in a bill, to the last byte: tell and count them, or refuse the file; tell when not given." },
        { "book", 0, MM_OPT_STRING, &t.book_file, "FILE", "The price book that ledgers are priced by." },
        { "currency", 0, MM_OPT_STRING, &t.spend.assumed, "CODE",
          "Of amounts that do not say it, in answers of Prometheus and OpenCost; that of the price book when not given." },
        { "region", 0, MM_OPT_STRING, &t.spend.region, "NAME", "Where the machines of a ledger stand, for prices that differ." },
        { "purchase", 0, MM_OPT_CHOICE, &t.spend.purchase, "on-demand|spot|reserved|committed",
          "How the machines of a ledger were bought; on-demand when not given." },
        { "check", 0, MM_OPT_FLAG, &t.check, NULL, "With price: say whether price books are as they should be." },
        { "every", 0, MM_OPT_CHOICE, &t.every, "hour|day|month", "Span that a bill is added up by for anomalies and forecasts; day when not given." },
        { "ahead", 0, MM_OPT_INT, &t.ahead, "N", "Spans that a forecast looks ahead; a season when not given, or to the end of the month.", 1,
          INT64_MAX },
        { "share", 0, MM_OPT_DOUBLE, &t.share, "SHARE", "Of the cases that the interval of a forecast holds; 0.8 when not given." },
        { "backtest", 0, MM_OPT_FLAG, &t.backtest, NULL, "Tell how well forecasts would have gone over the past." },
        { "diff", 0, MM_OPT_FLAG, &t.diff, NULL,
          "Tell what changed between two bills, ledgers, plans or reports, as Markdown for a pull request." },
        { "focus-out", 0, MM_OPT_STRING, &t.focus_file, "FILE", "Write what ledgers cost as rows of FOCUS 1.2, to join the company's bill." },
        { "committed", 0, MM_OPT_DOUBLE, &t.advice.committed, "SHARE",
          "Price of what one commits to, of that on demand, for advice; by the price book when not given." },
        { "interrupted", 0, MM_OPT_DOUBLE, &t.advice.interrupted, "SHARE",
          "Chance that a run on spot machines may be interrupted with, for advice; 0.05 when not given." },
        { "measure", 0, MM_OPT_STRING, &t.advice.measure, "FILE",
          "Compress the first 16 MiB of FILE at several levels, for advice on the cheapest." },
        { "months", 0, MM_OPT_DOUBLE, &t.advice.months, "N", "Months that what is compressed is kept, for advice; 12 when not given." },
        { "watch", 0, MM_OPT_FLAG, &t.watch, NULL, "Follow ledgers while they are written, and tell the sums each time there is more." },
        { "interval", 0, MM_OPT_DOUBLE, &t.interval, "SECONDS", "Between looks at what is followed; 2 when not given." },
        { "times", 0, MM_OPT_INT, &t.times, "N", "End after N tables of what is followed; when not given, at a signal.", 1, INT64_MAX },
        { "How it is told", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "format", 0, MM_OPT_CHOICE, &t.form, "table|json|csv|html", "Form of the result; table when not given. html is one page with charts, of sums alone." },
        { "top", 0, MM_OPT_INT, &t.top, "N", "Only the N dearest groups; the others in one line.", 1, INT64_MAX },
        { "explain", 0, MM_OPT_STRING, &t.explain, "NAMES",
          "With each alarm on a bill, which values of these columns and tags made the number what it is." },
        { "all", 0, MM_OPT_FLAG, &t.all, NULL, "Tell every number with its score, not alarms alone." },
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
    t.spend.usage = t.usage != NULL;
    if (t.spend.assumed && strlen(t.spend.assumed) != 3)
        mm_fail(&e, MM_EUSAGE, "--currency: '%s' is no code such as USD", t.spend.assumed);
    if (e.code || (t.usage && !t.per && mm_fail(&e, MM_EUSAGE, "--usage: --per NAME says which of its columns to divide by") < 0) ||
        splits_read(t.app.policy, t.by, &t.splits, &e) < 0 ||
        budgets_read(t.app.policy, t.splits ? splits_by(t.splits) : t.by, &t.budgets, &e) < 0 ||
        ((t.per = t.per || !t.budgets ? t.per : budgets_per(t.budgets)) && unit_plan(&t.spend, t.per, &e) < 0) ||
        spend_plan(&t.spend, t.budgets ? budgets_by(t.budgets) : t.by, t.costs, &e) < 0)
        status = mm_app_fail(&t.app, &e);
    else
        status = mm_app_do(&t.app, job, &t);
    spend_free(&t.spend);
    focus_out_free(t.focus);
    gauges_free(&t.gauges);
    budgets_free(t.budgets);
    splits_free(t.splits);
    mm_book_free(t.book);
    mm_app_end(&t.app);
    return status;
}
