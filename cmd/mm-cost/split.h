/* split.h - costs that groups share, split among them as a policy says:
 *
 *     cost:
 *       split:
 *         - {name: support, where: {ServiceName: "*Support*"}, by: usage}
 *         - {name: platform, where: {team: platform}, by: weighted, weights: {blue: 2, red: 1}}
 */
#ifndef MM_COST_SPLIT_H
#define MM_COST_SPLIT_H

#include "govern/policy.h"
#include "spend.h"

typedef struct splits splits;

/** Read `split` of the section `cost`. *out is NULL where there is none; -1 names the place of what is wrong. */
int splits_read(const mm_policy *p, const char *by, splits **out, mm_err *e);
void splits_free(splits *x);
/** What rows must be grouped by: the names of --by, and behind them what the rules look at. Lives as long as x. */
const char *splits_by(const splits *x);
/** Split, by groups of splits_by, and leave in s the groups of --by and in s->shared what of each is of split costs. What was
 *  split is told in s->told. Groups add up to the total as before, or this fails. */
int splits_apply(const splits *x, spend *s, mm_err *e);

#endif
