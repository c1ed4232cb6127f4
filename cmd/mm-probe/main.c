/* mm-probe - facts about records: what is in their payloads and texts, as mm.probe. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/app.h"
#include "policy.h"
#include "probe.h"
#include "show.h"

static void *open_worker(void *tool, int worker, mm_err *e)
{
    return probe_worker_new(tool, e);
}

static void close_worker(void *state)
{
    probe_worker_free(state);
}

static mm_verdict work(void *tool, void *state, mm_rec *r, mm_arena *a)
{
    return probe_record(state, r, a);
}

static int write_rows(void *tool, const mm_batch *b, mm_err *e)
{
    return table_write(((probe_tool *)tool)->table, b, e);
}

typedef struct choices {
    mm_list only;
    const char *field;
    bool list, json, features, table;
} choices;

/* --list and --features answer and end. */
static int show(mm_app *app, const choices *c)
{
    mm_buf text = { 0 };
    mm_err e = { 0 };
    if (c->list)
        show_list(c->json, &text);
    else
        show_features(&text);
    int failed = text.failed || fwrite(text.p, 1, text.n, stdout) != text.n || fflush(stdout) != 0;
    if (failed)
        mm_fail_errno(&e, "standard output: cannot write");
    mm_buf_free(&text);
    return failed ? mm_app_fail(app, &e) : MM_OK;
}

static int run(mm_app *app, choices *c)
{
    probe_tool tool = { .via_entry = { 0 } };
    mm_err e = { 0 };
    mm_stage stage = { .open = open_worker, .close = close_worker, .work = work, .tool = &tool };
    int failed = policy_read(app->policy, &c->only, &c->field, &e);
    if (!failed)
        failed = probe_tool_init(&tool, c->only.v, c->only.n, c->field, &e);
    if (!failed && probe_tool_decodes(&tool))
        failed = mm_app_jail(app, mm_media_ops, NULL, &e);
    if (!failed) {
        mm_app_via(app, &tool.via_entry);
        tool.roots = app->roots;
        tool.jail = app->jail;
    }
    table rows = { 0 };
    if (!failed && c->table) {
        failed = table_init(&rows, &tool.asked, c->only.n > 0, &e);
        tool.table = &rows;
        stage.write = write_rows;
    }
    int status = failed ? mm_app_fail(app, &e) : mm_app_run(app, &stage);
    if (!failed && table_end(&rows, &e) < 0 && errno != EPIPE)
        status = mm_app_fail(app, &e);
    table_clear(&rows);
    probe_tool_clear(&tool);
    return status;
}

int main(int argc, char **argv)
{
    choices c = { 0 };
    const mm_option options[] = {
        { "only", 0, MM_OPT_LIST, &c.only, "NAMES",
          "Find just these facts and families, separated by commas (image.width,text), and read no more than they need. "
          "--list shows the names." },
        { "field", 0, MM_OPT_STRING, &c.field, "PATH",
          "Probe the text in this member. When not given: the payload where that is text, else the member text, else, in a "
          "row, its longest string." },
        { "table", 0, MM_OPT_FLAG, &c.table, NULL,
          "Print an aligned table for people in place of records: with --only a column a fact, else what matters most." },
        { "list", 0, MM_OPT_FLAG, &c.list, NULL, "Print every fact with type, unit, what it needs and how it is found, and end." },
        { "json", 0, MM_OPT_FLAG, &c.json, NULL, "With --list: one JSON object a fact." },
        { "features", 0, MM_OPT_FLAG, &c.features, NULL, "Print what is in this build, and end." },
        MM_OPTION_END };
    const mm_tool tool = {
        .name = "mm-probe",
        .summary = "find out what records hold: type, size, technical facts, language",
        .synopsis = "mm-probe [options] [FILE...]\nmm-probe --list [--json]",
        .examples = "  mm-ingest photos/ | mm-probe | mm-select 'mm.probe.image.width >= 512'\n"
                    "      keep the larger pictures\n"
                    "  mm-ingest calls.tar | mm-probe --only audio.duration_s,audio.rate_hz\n"
                    "      just these facts, read from headers\n"
                    "  mm-probe --only text --field message <tickets.ndjson | jq -r .mm.probe.text.language\n"
                    "      the language of each row\n",
        .options = options,
    };
    mm_app app;
    int status = mm_app_start(&app, &tool, argc, argv);
    if (status != MM_GO_ON)
        return status;
    status = c.list || c.features ? show(&app, &c) : run(&app, &c);
    free(c.only.v);
    mm_app_end(&app);
    return status;
}
