/* plan.h - what the policy asks for, ready to run: the section `redact` of mm-policy(5). Immutable once made. */
#ifndef MM_REDACT_PLAN_H
#define MM_REDACT_PLAN_H

#include "base/opt.h"
#include "custom.h"
#include "media.h"
#include "pixels_policy.h"
#include "rule.h"
#include "sound.h"

/** A field whose whole value falls under a rule, whatever it holds. */
typedef struct column {
    mm_str pattern;   /* as in fields */
    rule rule;
} column;

typedef struct plan {
    rule rule[DETECTORS_MAX];   /* by detector_index */
    custom_context context[DETECTORS_MAX];   /* likewise: the policy's own words */
    detector_set on;            /* detectors that run */
    bool names;                 /* look at member names too */
    mm_str *include, *exclude;  /* field patterns: names joined by dots; owned arrays */
    mm_arena *texts;            /* what they lie in */
    size_t n_include, n_exclude;
    column *column;             /* owned */
    size_t n_columns;
    keyring *keys;              /* owned, as custom is, unless they are another plan's */
    bool shares_keys;
    mm_path *subject;           /* of rules that name none; NULL: none */
    bool reviews;               /* some findings are for people to decide */
    bool hold;                  /* and the record waits for them */
    const struct decisions *decided;   /* what they did; set before the run, NULL: nothing */
    media_policy media;
    sound_policy sound;
    custom *custom;             /* what is found and spared beside the detectors; NULL: nothing */
    pixels_policy image, film;
} plan;

/** The built-in policy, as text. */
extern const char plan_default_text[];

/** What is compiled beside the section `redact` itself; texts are borrowed. */
typedef struct plan_options {
    const mm_list *fields;      /* --field */
    const char *entities;       /* --entities, or NULL */
    const mm_node *over[3];     /* maps whose keys win over those of the section, each over the ones before; NULL: none */
    keyring *keys;              /* those of a plan of the same policy; NULL: read them */
    custom *custom;             /* with keys: that of the same plan */
} plan_options;

/** Compile the section `redact` of p. -1: MM_EUSAGE with line and column. */
int plan_new(plan *out, const mm_policy *p, const plan_options *o, mm_err *e);
/** Are the keys of this map (a tier's when `of_tier`, else a use's) those that may lie over the section? */
int plan_check_over(const mm_doc *d, const mm_node *n, bool of_tier, mm_err *e);
void plan_free(plan *p);
/** Is the field at this path (names joined by dots, without indexes) to be looked at? */
bool plan_wants(const plan *p, mm_str path);
/** The rule for the field at this path as a whole, or NULL. */
const rule *plan_column(const plan *p, mm_str path);
/** Does plan_wants answer yes to everything? */
bool plan_wants_all(const plan *p);

#endif
