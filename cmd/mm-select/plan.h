/* plan.h - the tool as a whole: its options, what they were compiled to, and what a run gathers. */
#ifndef MM_SELECT_PLAN_H
#define MM_SELECT_PLAN_H

#include "app/app.h"
#include "choose.h"
#include "outputs.h"
#include "values.h"

typedef struct select_tool {
    selection s;          /* first, so that the workers see no more */
    mm_app app;
    const char *expression, *sample, *by, *project, *split, *routes;
    int64_t head, most;   /* -1, 0: not given */
    bool count;
    int64_t taken;        /* records that went on, for --head */
    reservoir *held;      /* with --sample N */
    values values;        /* with --split or --routes */
    outputs *outputs;     /* likewise, unless they are only counted */
} select_tool;

/** Compile what the options say. 0, or an exit status once the reason was told. */
int plan_compile(select_tool *t);
void plan_free(select_tool *t);

/** The stage that does it; choose() is its work. */
mm_stage flow_stage(select_tool *t);
/** Print the counts that were asked for; an exit status. */
int flow_print_counts(select_tool *t);

#endif
