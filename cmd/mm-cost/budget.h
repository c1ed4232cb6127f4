/* budget.h - what a policy allows to be spent, by whom and on what:
 *
 *     cost:
 *       currency: USD
 *       budgets:
 *         - {name: blue, where: {team: blue}, spent: 1000, forecast: 1200, burn: 1.5}
 *       require: [team]
 *       allow: {machine.model: ["*EPYC*"]}
 */
#ifndef MM_COST_BUDGET_H
#define MM_COST_BUDGET_H

#include "govern/policy.h"
#include "spend.h"

typedef struct budgets budgets;

/** Read the section `cost` of a policy. *out is NULL where there is no policy or no section; -1 names the place of what is wrong. */
int budgets_read(const mm_policy *p, const char *by, budgets **out, mm_err *e);
void budgets_free(budgets *b);
/** What rows must be grouped by: the names of --by, and behind them what the rules look at. Lives as long as b. */
const char *budgets_by(const budgets *b);
/** What the policy divides costs by where --per does not say; NULL: nothing. */
const char *budgets_per(const budgets *b);
/** Hold the rows against the rules: one message for each that is broken, and the gate is tripped. Then leave in s only
 *  the groups of --by. */
int budgets_hold(const budgets *b, spend *s, mm_err *e);

#endif
