/* rule.h - one rule of a policy: what is done with the findings of an entity, or with a column. */
#ifndef MM_REDACT_RULE_H
#define MM_REDACT_RULE_H

#include "action.h"
#include "govern/policy.h"

typedef struct rule {
    const action *do_;
    action_args args;
    int threshold;        /* 0..100 */
    const char *entity;   /* as it is reported */
    bool own_subject;     /* args.subject is this rule's, not the section's, which is for dates alone */
} rule;

/** Read an action's name; an absent node leaves *out alone. */
int rule_action(const mm_doc *d, const mm_node *n, const action **out, mm_err *e);
int rule_threshold(const mm_doc *d, const mm_node *n, int *out, mm_err *e);
/** Read a rule over what *r says already: a map, or an action's name. Parameters its action does not take are errors, and
 *  so is an action that can not work on the entity. */
int rule_read(const mm_doc *d, const mm_node *n, const keyring *keys, rule *r, mm_err *e);
void rule_free(rule *r);

#endif
