/* gate.h - limits that the policy sets for figures:
 *
 *     bias:
 *       gates:
 *         - {metric: demographic_parity_difference, by: race, max: 0.1}
 *         - {metric: groups.selection_rate, by: [race, sex], group: "Other, Male", min: 0.2, when: sure}
 */
#ifndef MM_BIAS_GATE_H
#define MM_BIAS_GATE_H

#include "findings.h"
#include "govern/policy.h"

/** What must be beyond a limit to trip it. */
typedef enum gate_when { WHEN_VALUE, WHEN_SURE, WHEN_POSSIBLE } gate_when;

typedef struct gate {
    const metric *m;
    ptrdiff_t set;         /* -1: every one */
    const char *group;     /* name of a group; NULL: every one */
    double min, max;       /* -inf, inf: none */
    gate_when when;
    unsigned line;         /* in the policy */
} gate;

typedef struct gates {
    gate *gate;
    size_t n;
} gates;

/** One limit that was looked at. */
typedef struct gate_result {
    const gate *gate;
    const part *part;
    const figure *figure;
    bool tripped;
} gate_result;

/** Read the list; sets are those of `by`. */
int gates_read(gates *g, const mm_policy *p, const mm_node *list, const attributes *by, mm_err *e);
void gates_clear(gates *g);
/** Hold the figures against the limits; *out is owned by the caller. An undefined figure trips its gate. -1: a gate
 *  asks for what this run has not, or memory. */
int gates_hold(const gates *g, const findings *f, gate_result **out, size_t *n, mm_err *e);
/** Append one line: "race, between_groups.demographic_parity_difference is 0.45 [0.39, 0.6], over 0.1". */
void gate_say(const gate_result *r, mm_buf *out);

#endif
