/* plan.h - what the policy asks for, ready to run: the section `redact` of mm-policy(5). Immutable once made. */
#ifndef MM_REDACT_PLAN_H
#define MM_REDACT_PLAN_H

#include "action.h"
#include "base/opt.h"
#include "detect.h"
#include "govern/policy.h"
#include "media.h"

typedef struct rule {
    const action *do_;
    action_args args;
    int threshold;   /* 0..100 */
} rule;

typedef struct plan {
    rule rule[DETECTORS_MAX];   /* by detector_index */
    uint32_t on;                /* detectors that run */
    bool names;                 /* look at member names too */
    mm_str *include, *exclude;  /* field patterns: names joined by dots; owned arrays */
    mm_arena *texts;            /* what they lie in */
    size_t n_include, n_exclude;
    unsigned char key[64];      /* for keyed actions */
    size_t key_len;
    media_policy media;
} plan;

/** The built-in policy, as text. */
extern const char plan_default_text[];

/** Options that narrow the policy; texts are borrowed. */
typedef struct plan_options {
    const mm_list *fields;      /* --field */
    const char *entities;       /* --entities, or NULL */
} plan_options;

/** Compile the section `redact` of p. -1: MM_EUSAGE with line and column. */
int plan_new(plan *out, const mm_policy *p, const plan_options *o, mm_err *e);
void plan_free(plan *p);
/** Is the field at this path (names joined by dots, without indexes) to be looked at? */
bool plan_wants(const plan *p, mm_str path);
/** Does plan_wants answer yes to everything? */
bool plan_wants_all(const plan *p);

#endif
