/* policy.h - the probe section of a policy: what to look for when the command line does not say. */
#ifndef MM_PROBE_POLICY_H
#define MM_PROBE_POLICY_H

#include "base/opt.h"
#include "govern/policy.h"

/** Fill *only (its v is the caller's to free) and *field where they are empty; texts belong to the policy. p may be
 *  NULL. -1 names file, line and column. */
int policy_read(const mm_policy *p, mm_list *only, const char **field, mm_err *e);

#endif
