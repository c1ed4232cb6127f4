/* plan.h - the tool as a whole: its options and the policy's section bias, and what they were compiled to. */
#ifndef MM_BIAS_PLAN_H
#define MM_BIAS_PLAN_H

#include "agreement.h"
#include "app/app.h"
#include "findings.h"
#include "gate.h"
#include "leakage.h"
#include "measure.h"
#include "observe.h"
#include "proxies.h"
#include "release.h"
#include "sketch.h"
#include "terms.h"

/** A wished share of a value of a field. */
typedef struct target {
    size_t dim;
    const char *value;   /* borrowed from the policy */
    double share;
} target;

/** The group of a field that others are held against. */
typedef struct chosen {
    size_t dim;
    mm_str value;
} chosen;

typedef struct bias_tool {
    mm_app app;
    question q;
    findings found;
    findings_opts opts;
    release_opts release;
    gates gates;
    /* options as given */
    mm_list by, reference, report;
    const char *label, *prediction, *score, *stratum, *sketch_file, *reweigh, *annotators, *baseline, *measure, *terms_file, *descriptors, *text, *split, *duplicate_id;
    int64_t most_groups;
    bool list, json, resample, find_proxies;
    /* compiled */
    target *target;
    size_t n_targets;
    chosen *chosen;
    size_t n_chosen;
    struct mitigation *mitigation;   /* NULL: records stay as they are */
    sketch sketch, before;   /* before: --baseline */
    gather *gather;      /* NULL: no sketch is made */
    proxies *proxies;    /* NULL: not asked for */
    agreement *agreement;  /* likewise */
    measures *measures;    /* likewise */
    terms *terms;          /* likewise */
    leakage *leakage;      /* likewise */
    double most_leakage;   /* the policy's; INFINITY: any */
    bool sketch_only;    /* the command sketch: groups may be left out */
    bool quiet_records;  /* a report goes to standard output: records do not */
} bias_tool;

/** Compile what options and policy say. 0, or an exit status once the reason was told. */
int plan_compile(bias_tool *t);
/** The same where counts are there already, and so groups, label and prediction. */
int plan_for_counts(bias_tool *t);
void plan_free(bias_tool *t);
/** Set reference and targets of the frames; targets that the policy does not set are the baseline's shares. */
int plan_apply(bias_tool *t, mm_err *e);

#endif
