/* clairvoyant.h - the cheapest run that there could have been, by a dynamic program over the whole trace. */
#ifndef MM_PLAN_CLAIRVOYANT_H
#define MM_PLAN_CLAIRVOYANT_H

#include "sim.h"

/** Fill wanted[0 .. sim_steps) with the run whose cost and `late_price` for each unit of late work are least together, of a flow without
 *  losses whose workers do `rate` units a second. Queues are told apart in steps of a quarter of what a worker does in a step where 64 of
 *  these are enough, which is exact for work that comes in such amounts; else in 64 steps that grow with the queue, and what lies between is
 *  interpolated. Workers are told apart one by one up to 64, beyond by 2%. */
int clairvoyant_priced(size_t *wanted, const trace *t, const sim_conditions *c, double rate, double late_price, mm_err *e);

#endif
