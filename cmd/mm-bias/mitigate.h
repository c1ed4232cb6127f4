/* mitigate.h - what was found, acted on: weights, and samples of wished shares.
 *
 * Both ask how many records of each group there are, so the input is read twice. The groups are those of the last
 * set of --by: the field, or the intersection of several.
 */
#ifndef MM_BIAS_MITIGATE_H
#define MM_BIAS_MITIGATE_H

#include "plan.h"

typedef struct mitigation mitigation;
/** Count the inputs, and work out weights and samples. NULL fills e. */
mitigation *mitigation_new(bias_tool *t, mm_err *e);
void mitigation_free(mitigation *m);

/** A worker's state, around an observer. */
void *mitigate_open(mitigation *m, mm_err *e);
void mitigate_close(void *state);
/** Count the record and give it its weight: n(group) n(label) / (n n(group, label)), after which label and group
 *  are independent (Kamiran, Calders 2012); 1 for one without label. */
mm_verdict mitigate(mitigation *m, void *state, mm_rec *r, mm_arena *a);
/** In order: is it in the sample? As many of each group are taken as the wished shares allow, each set of so many
 *  records with the same chance (selection sampling: Fan, Muller, Rezucha 1962). */
mm_verdict mitigate_in_order(mitigation *m, const mm_rec *r);

#endif
