/* mm-bias - representation, fairness and drift of a stream, with the uncertainty stated. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mitigate.h"
#include "plan.h"
#include "report.h"
#include "show.h"
#include "sketching.h"

typedef struct worker {
    bias_tool *tool;
    void *state;           /* of mitigate() or observe() */
    terms_worker *terms;   /* NULL: not asked for */
} worker;

static void close_worker(void *state)
{
    worker *w = state;
    if (w->state)
        (w->tool->mitigation ? mitigate_close : observe_close)(w->state);
    terms_close(w->terms);
    free(w);
}

static void *open_worker(void *tool, int number, mm_err *e)
{
    bias_tool *t = tool;
    worker *w = calloc(1, sizeof *w);
    if (!w) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    w->tool = t;
    w->state = t->mitigation ? mitigate_open(t->mitigation, e) : observe_open(&t->q, e);
    if (w->state && (!t->terms || (w->terms = terms_open(t->terms, e))))
        return w;
    close_worker(w);
    return NULL;
}

static mm_verdict work(void *tool, void *state, mm_rec *r, mm_arena *a)
{
    bias_tool *t = tool;
    worker *w = state;
    if ((t->measures && measures_check(t->measures, r, a) != MM_KEEP) || (w->terms && terms_look(w->terms, r, a) != MM_KEEP)
        || (t->leakage && leakage_check(t->leakage, r, a) != MM_KEEP))
        return MM_BAD;
    mm_verdict v = t->mitigation ? mitigate(t->mitigation, w->state, r, a) : observe(&t->q, w->state, r, a);
    if (w->terms && v != MM_BAD)
        terms_take(w->terms);
    return v;
}

static int write_nothing(void *tool, const mm_batch *b, mm_err *e)
{
    return 0;
}

static mm_verdict in_order(void *tool, mm_rec *r, mm_arena *a, bool *stop)
{
    bias_tool *t = tool;
    mm_verdict v = t->gather ? sketching_record(t, r, a) : MM_KEEP;
    if (v == MM_KEEP && t->proxies)
        proxies_take(t->proxies, r, a);
    if (v == MM_KEEP && t->agreement)
        agreement_take(t->agreement, r, a);
    if (v == MM_KEEP && t->measures)
        measures_take(t->measures, r, a);
    if (v == MM_KEEP && t->leakage)
        leakage_take(t->leakage, r);
    return v == MM_KEEP && t->mitigation ? mitigate_in_order(t->mitigation, r) : v;
}

static int after_last(void *tool, mm_batch *b, mm_err *e)
{
    bias_tool *t = tool;
    if (release_asked(&t->release) && sketching_release(t, e) < 0)
        return -1;
    return report_all(t, e) < 0 ? -1 : t->sketch_file ? sketching_end(t, t->sketch_file, e) : 0;
}

static int show(bias_tool *t)
{
    mm_buf text = { 0 };
    mm_err e = { 0 };
    show_list(t->json, &text);
    int failed = text.failed || fwrite(text.p, 1, text.n, stdout) != text.n || fflush(stdout) != 0;
    mm_buf_free(&text);
    if (failed)
        mm_fail_errno(&e, "standard output: cannot write");
    return failed ? mm_app_fail(&t->app, &e) : MM_OK;
}

static int run(bias_tool *t)
{
    mm_err e = { 0 };
    int status = plan_compile(t);
    if (status == MM_OK && (t->sketch_file || t->baseline) && sketching_begin(t, &e) < 0)
        status = mm_app_fail(&t->app, &e);
    if (status == MM_OK && (t->reweigh || t->resample) && !(t->mitigation = mitigation_new(t, &e)))
        status = mm_app_fail(&t->app, &e);
    if (status == MM_OK && t->find_proxies && !(t->proxies = proxies_new(&t->q, &e)))
        status = mm_app_fail(&t->app, &e);
    if (status == MM_OK && t->annotators && !(t->agreement = agreement_new(&t->q, t->annotators, &e)))
        status = mm_app_fail(&t->app, &e);
    if (status == MM_OK && t->measure && !(t->measures = measures_new(&t->q, t->measure, &e)))
        status = mm_app_fail(&t->app, &e);
    if (status == MM_OK && t->terms_file && !(t->terms = terms_new(t->terms_file, t->descriptors, t->text ? t->text : "text", t->app.roots, &e)))
        status = mm_app_fail(&t->app, &e);
    if (status == MM_OK && t->split && !(t->leakage = leakage_new(t->split, t->duplicate_id, &e)))
        status = mm_app_fail(&t->app, &e);
    const mm_stage stage = { .open = open_worker, .close = close_worker, .work = work,
                             .order = t->gather || t->resample || t->proxies || t->agreement || t->measures || t->leakage ? in_order : NULL, .last = after_last, .tool = t,
                             .write = t->quiet_records ? write_nothing : NULL };
    return status == MM_OK ? mm_app_run(&t->app, &stage) : status;
}

int main(int argc, char **argv)
{
    bias_tool t = { .opts = { .confidence = NAN, .replicates = -1, .small = -1 }, .most_leakage = INFINITY };
    const mm_option options[] = {
        { "What is looked at", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "by", 0, MM_OPT_LIST, &t.by, "FIELDS",
          "Fields that make groups, separated by commas: each of them, and the intersection of all. Numbers are cut into ranges "
          "by age:18,30,45. Given again, it adds more." },
        { "label", 0, MM_OPT_STRING, &t.label, "EXPRESSION", "What is true of a record: a field that holds 0 or 1, or an expression as in mm-select." },
        { "prediction", 0, MM_OPT_STRING, &t.prediction, "EXPRESSION", "What a model said of it, likewise." },
        { "score", 0, MM_OPT_STRING, &t.score, "FIELD",
          "The number that the prediction was made from, for calibration and balance; in tenths, or cut as in p:0.2,0.5." },
        { "stratify", 0, MM_OPT_STRING, &t.stratum, "FIELD", "Compare within the values of this field too." },
        { "baseline", 0, MM_OPT_STRING, &t.baseline, "SKETCH",
          "Hold shares of groups and all fields against this sketch: representation and drift." },
        { "measure", 0, MM_OPT_STRING, &t.measure, "FIELDS",
          "Numbers to hold beside each other, separated by commas: mean, median and share of the sum in each group, as of "
          "mm.probe.audio.loudness_lufs or seconds." },
        { "terms", 0, MM_OPT_STRING, &t.terms_file, "FILE",
          "Identity terms to hold beside --descriptors in texts: a name, a colon and words with commas between on each line, or a word." },
        { "descriptors", 0, MM_OPT_STRING, &t.descriptors, "FILE", "Descriptors, likewise: how much more often than by chance each comes with each term (PMI)." },
        { "text", 0, MM_OPT_STRING, &t.text, "FIELD", "Where the text is; text when not given, or the payload of a text." },
        { "split", 0, MM_OPT_STRING, &t.split, "FIELD",
          "Tell how many records of each value of this field (train, test) are in another as well: by mm.probe.dup or mm.id, and by mm.xxh3." },
        { "duplicate-id", 0, MM_OPT_STRING, &t.duplicate_id, "FIELD", "For --split: records are the same where this is." },
        { "proxies", 0, MM_OPT_FLAG, &t.find_proxies, NULL, "Tell which other fields go with the groups: mutual information and Cramer's V." },
        { "annotators", 0, MM_OPT_STRING, &t.annotators, "FIELDS",
          "Labels that several annotators gave, separated by commas: tell how far they agree in each group (Krippendorff's alpha)." },
        { "reference", 0, MM_OPT_LIST, &t.reference, "FIELD=VALUE",
          "Hold the groups of a field against this one; the largest when not given." },
        { "max-groups", 0, MM_OPT_INT, &t.most_groups, "N", "Most values of a field; 1000 when not given. With more there is no report.", 1, 1 << 20 },
        { "What is done about it", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "reweigh", 0, MM_OPT_STRING, &t.reweigh, "FIELD",
          "Give each record in FIELD the weight that makes label and group independent (Kamiran and Calders). Reads its files twice." },
        { "resample", 0, MM_OPT_FLAG, &t.resample, NULL,
          "Take of each group so many records, drawn by --seed, that the shares are the policy's targets, or else equal. Reads its files twice." },
        { "What may leave the house", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "epsilon", 0, MM_OPT_STRING, &t.release.epsilon, "E",
          "Put noise on all counts, so that report and sketch are E-differentially private." },
        { "delta", 0, MM_OPT_STRING, &t.release.delta, "D", "Let that fail with a chance of D; needed where fields are not cut into ranges." },
        { "noise", 0, MM_OPT_CHOICE, &t.release.noise, "laplace|gaussian", "The distribution of the noise; laplace when not given." },
        { "budget", 0, MM_OPT_STRING, &t.release.budget, "FILE", "Take E and D out of this budget, and release nothing that would overspend it." },
        { "suppress", 0, MM_OPT_INT, &t.release.suppress, "K", "Leave out what is of fewer than K records.", 0, INT64_MAX },
        { "How sure it is", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "confidence", 0, MM_OPT_DOUBLE, &t.opts.confidence, "SHARE", "Of intervals; 0.95 when not given." },
        { "bootstrap", 0, MM_OPT_INT, &t.opts.replicates, "N", "Replicates of the bootstrap; 1000 when not given, 0 for none.", 0, 1000000 },
        { "seed", 0, MM_OPT_INT, &t.opts.seed, "N", "Another seed draws other replicates; 0 when not given." },
        { "small", 0, MM_OPT_INT, &t.opts.small, "N", "A group of fewer records is too small to say; 30 when not given.", 0, INT64_MAX },
        { "What is told", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "report", 'r', MM_OPT_LIST, &t.report, "FILE",
          "Write a report as .html, .json or .txt by its name; - is a table in place of records. Without it a table goes to standard error." },
        { "sketch", 0, MM_OPT_STRING, &t.sketch_file, "FILE", "Write a sketch of the records too, as mm-bias sketch does." },
        { "list", 0, MM_OPT_FLAG, &t.list, NULL, "Print every figure with its interval, what it needs and what it is, and end." },
        { "json", 0, MM_OPT_FLAG, &t.json, NULL, "With --list, diff and show: JSON objects, a line each." },
        MM_OPTION_END };
    const mm_tool tool = {
        .name = "mm-bias",
        .summary = "representation and fairness of a stream, with the uncertainty stated",
        .synopsis = "mm-bias [options] --by FIELDS [FILE...]\nmm-bias sketch [options] [FILE...]\nmm-bias merge [-o FILE] SKETCH...\n"
                    "mm-bias diff [--json] BASELINE SKETCH\nmm-bias report [options] SKETCH\nmm-bias show [--json] SKETCH\nmm-bias --list [--json]",
        .examples = "  mm-ingest people.csv | mm-bias --by race,sex --prediction 'decile_score >= 5' \\\n"
                    "          --label two_year_recid --report bias.html >people.ndjson\n"
                    "      pass the rows on, and write what they say of each group\n"
                    "  mm-ingest people.csv | mm-bias --by 'age:18,30,45,65' --report -\n"
                    "      only a table of how many there are of each age\n"
                    "  mm-bias --policy policy.yaml rows.ndjson >/dev/null || echo 'not fair enough'\n"
                    "      hold the figures against the gates of a policy\n",
        .options = options,
    };
    int status = mm_app_start(&t.app, &tool, argc, argv);
    if (status != MM_GO_ON)
        return status;
    command c = t.app.operands.n ? command_named(t.app.operands.v[0]) : NULL;
    if (c)
        memmove(t.app.operands.v, t.app.operands.v + 1, --t.app.operands.n * sizeof *t.app.operands.v);
    status = t.list ? show(&t) : c ? c(&t) : run(&t);
    plan_free(&t);
    mm_app_end(&t.app);
    return status;
}
