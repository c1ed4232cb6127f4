/* tiers.h - a policy's tiers of data, each with a plan of its own: the section redact, what it says for the intended use,
 * what the tier says, and what the tier says for that use, each over the ones before.
 */
#ifndef MM_REDACT_TIERS_H
#define MM_REDACT_TIERS_H

#include "expr/expr.h"
#include "plan.h"

typedef struct tier {
    const char *name;   /* borrowed from the policy; NULL: the policy has no tiers */
    mm_expr *when;      /* which records it takes; NULL: all */
    plan plan;
} tier;

/** Immutable once made. */
typedef struct tiers {
    tier *v;            /* in the order of the policy; owned */
    size_t n;           /* at least one */
    mm_path *field;     /* where a record names its tier; NULL: nowhere */
    mm_path *told;      /* mm.redact.tier */
    const char *use;    /* borrowed; NULL: the policy tells no uses apart */
} tiers;

/** Options and intended use (NULL: not given) for all. -1: MM_EUSAGE, with line and column where the policy is wrong. */
int tiers_new(tiers *t, const mm_policy *p, const plan_options *o, const char *use, mm_err *e);
void tiers_free(tiers *t);

/** What one thread needs to choose; NULL when memory ran out. */
typedef struct chooser chooser;
chooser *chooser_new(const tiers *t);
void chooser_free(chooser *c);
/** The tier of a header. `told`: the word of an earlier run (mm.redact.tier) is taken first. -1 (MM_EBAD, without place)
 *  when none takes it, or it names one that is not there. */
int chooser_tier(chooser *c, mm_str head, bool told, mm_err *e);

#endif
