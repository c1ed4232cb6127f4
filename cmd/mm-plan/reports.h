/* reports.h - what reports of the other tools ask for, as changes of a policy or a plan:
 *
 *     mm-bias, a gate that was tripped: shares that resampling is to bring about (bias.targets)
 *     mm-redact --verify, a place that was left: the whole field falls under a rule (redact.columns)
 *     mm-cost anomalies, an alarm: a budget for that series (cost.budgets)
 *     mm-cost advice: another way to buy machines, other machines, other workers (the plan)
 */
#ifndef MM_PLAN_REPORTS_H
#define MM_PLAN_REPORTS_H

#include "evidence.h"
#include "plan.h"

typedef struct answers {
    mm_buf policy;        /* its text, changed where answers are in it */
    const char *name;     /* of the policy, for messages */
    bool edited;          /* the policy was changed */
    plan *plan;           /* changed too; NULL: there is none */
    mm_buf told;          /* a line for each: what was found, and what is proposed */
    mm_buf open;          /* a line for each that has no answer */
    size_t found, answered;
} answers;

int reports_answer(answers *x, const evidence *v, mm_err *e);
void answers_free(answers *x);

#endif
