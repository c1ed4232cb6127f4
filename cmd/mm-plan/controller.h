/* controller.h - workers of a stream by model predictive control: the fewest that the work due needs, with a forecast of what will come.
 *
 * In each step: what waits, with when it is due, and the forecast are run forwards as a flow.
 *   - More are asked for only when those that are there, or coming, could not serve in time what is due once new ones would be ready:
 *     expected work over the whole look-ahead, and in the first step that new ones count in, work that is not passed in the share `chance`
 *     of the cases. Where work may wait longer than workers take to start it is thus never met by guesses: it waits until it has to be
 *     served, and the peak is spread over the time left (the deadline densities of Yao, Demers and Shenker 1995). Where it may not, it
 *     waits for half of the limit by plan, and the rest is kept for surprises.
 *   - Fewer are kept only when one would idle, and when it would not have to be asked for again within the time that its start costs as
 *     much as.
 * The chance follows what came of it (adaptive conformal inference, Gibbs and Candes 2021): late work raises it, time without lets it sink, and
 * so does what is spent on it beyond a share of what the work itself costs. Work that only large reserves could save is late. */
#ifndef MM_PLAN_CONTROLLER_H
#define MM_PLAN_CONTROLLER_H

#include "arrivals.h"
#include "sim.h"

/** What may be set about it. */
typedef struct control {
    double safety;     /* added to the log-odds of the chance */
    double aim;        /* share of the late work allowed that it aims at */
    double reserve;    /* share of the work's own cost that may go into being in time */
    double ease;       /* share of the limit for which work may wait by plan, where workers start too late for it */
    double hold;       /* times the time that a start costs for which a worker that idles is kept */
} control;
/** As it is when nothing is said. */
extern const control controller_plain;

typedef struct controller controller;
/** step_s and start as of a trace. NULL: memory ran out. Owned: controller_free. */
controller *controller_new(double step_s, int64_t start, const sim_conditions *c);
void controller_free(controller *k);
/** How it is set from now on. */
void controller_set(controller *k, const control *how);
/** Take notice of what came in the step before the first, as what is past before a run. */
void controller_past(controller *k, double units);
/** As sim_policy.step; steps are to come one by one. */
size_t controller_step(controller *k, const sim_view *v);
/** What it expects, and what it has seen. */
const arrivals *controller_forecast(const controller *k);
double controller_late(const controller *k);      /* units that were late so far, as it reckons */
double controller_arrived(const controller *k);
/** Deviation of what came from what was expected for a step, over the mean; workers that the mean keeps busy. */
double controller_roughness(const controller *k);
double controller_size(const controller *k);
double controller_step_s(const controller *k);

sim_make policy_mpc;

#endif
