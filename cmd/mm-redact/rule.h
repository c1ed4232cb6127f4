/* rule.h - one rule of a policy: what is done with the findings of an entity, or with a column. */
#ifndef MM_REDACT_RULE_H
#define MM_REDACT_RULE_H

#include "action.h"
#include "govern/policy.h"

typedef struct rule {
    const action *do_;
    action_args args;
    int threshold;        /* 0..100 */
    int above, below;     /* findings from the one up to, but not with, the other are for people to decide; 0, 0: none */
    const char *entity;   /* as it is reported */
    bool own_subject;     /* args.subject is this rule's, not the section's, which is for dates alone */
} rule;

/** Is a finding with this score for people to decide? */
static inline bool rule_asks(const rule *r, int score)
{
    return score >= r->above && score < r->below;
}

/** The lowest score of findings that are acted upon. */
static inline int rule_least(const rule *r)
{
    return r->above < r->below && r->above < r->threshold ? r->above : r->threshold;
}

/** Read {above: 0.3, below: 0.7}, with `hold` (may be NULL) where that is allowed, or false. */
int rule_review(const mm_doc *d, const mm_node *n, rule *r, bool *hold, mm_err *e);
/** Read an action's name; an absent node leaves *out alone. */
int rule_action(const mm_doc *d, const mm_node *n, const action **out, mm_err *e);
int rule_threshold(const mm_doc *d, const mm_node *n, int *out, mm_err *e);
/** Read a rule over what *r says already: a map, or an action's name. Parameters its action does not take are errors, and
 *  so is an action that can not work on the entity. */
int rule_read(const mm_doc *d, const mm_node *n, const keyring *keys, rule *r, mm_err *e);
void rule_free(rule *r);

#endif
