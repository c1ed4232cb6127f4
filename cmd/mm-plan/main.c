/* mm-plan - order, workers and machines for a pipeline, learned from its ledgers. */
#include "app/app.h"
#include "pipeline.h"

#include <string.h>

#define SYNOPSIS "mm-plan [options] PIPELINE"

static const char examples[] =
    "  mm-plan pipeline.yaml\n"
    "      check a description\n";

static int job_of(mm_app *a, void *ctx, mm_err *e)
{
    (void)ctx;
    if (a->operands.n != 1)
        return mm_fail(e, MM_EUSAGE, "name one pipeline");
    return 0;
}

int main(int argc, char **argv)
{
    mm_app app;
    const mm_option options[] = { MM_OPTION_END };
    const mm_tool about = {
        .name = "mm-plan", .summary = "order, workers and machines for a pipeline, learned from its ledgers",
        .synopsis = SYNOPSIS, .examples = examples, .options = options,
        .flags = MM_TOOL_NO_OUTPUT | MM_TOOL_NO_INPUT | MM_TOOL_NO_RECORDS };
    int status = mm_app_start(&app, &about, argc, argv);
    if (status != MM_GO_ON)
        return status;
    status = mm_app_do(&app, job_of, NULL);
    mm_app_end(&app);
    return status;
}
