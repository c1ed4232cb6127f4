/* sim.h - a queue with workers that come and go, run against a trace: the same for every policy.
 *
 * Whoever writes a policy: fill in a sim_policy with a function step() that is asked at the beginning of each step how many
 * workers there should be. It sees what arrived before (view.arrivals[0 .. t)), never what is to come. Make it by a function
 * of the type sim_make, and put that in the table of simulate.c; policy_hpa.c is a small example.
 *
 * The model. Time goes in steps. At the beginning of a step the policy says how many workers it wants, all in all. Those that
 * are asked for are paid at once and work `startup` steps later; those that are let go leave at once, the newest of those
 * that are still starting first, and are no longer paid. So, without losses, the workers that are ready in step t are the
 * least number wanted in the steps t - startup to t. Work is done first come, first served. It is late when it waits for longer
 * than `limit_s` before it is begun. A worker that fails or is taken back gives nothing in that step, is replaced at once by
 * one that starts, and is paid all along. The run goes on behind the trace, without arrivals, until the last work would be
 * late; what is left then is late.
 *
 * Two models of the work share this. FLUID: work flows evenly within a step; exact for it, and fast. EVENTS: every unit is a
 * job, at a random time within its step, with a service time that is exponential or fixed: for queues whose waits come of chance.
 * All is determined by the trace, the conditions and their seed. */
#ifndef MM_PLAN_SIM_H
#define MM_PLAN_SIM_H

#include "mm.h"
#include "trace.h"

typedef enum sim_model { SIM_FLUID, SIM_EXPONENTIAL, SIM_FIXED } sim_model;

typedef struct sim_conditions {
    double rate;              /* units of work that a ready worker does a second, above 0 */
    size_t startup;           /* steps from being asked for to being ready */
    double price;             /* of a worker and hour, from being asked for on */
    double scale_price;       /* of each worker that is asked for, once */
    size_t min, max;          /* workers that may be wanted; max 0: no limit */
    size_t first;             /* workers ready at the beginning; 0: as many as the first step needs */
    double limit_s;           /* work that waits for longer is late */
    double late_allowed;      /* share of the work that may be late: what policies aim at */
    double interruptions;     /* an hour and worker: taken back (spot) */
    double failures;          /* an hour and worker: failed */
    sim_model model;
    uint64_t seed;
    const char *layer;        /* file of the layer that the policy learned takes; NULL: it is the controller alone */
} sim_conditions;

/** What a policy sees at the beginning of step t. */
typedef struct sim_view {
    size_t t;                 /* step, from trace.from on */
    const double *arrivals;   /* of steps 0 to t - 1 */
    double step_s;
    int64_t start;            /* seconds since 1970 at the beginning of step 0 */
    double queue;             /* units that wait */
    double oldest_s;          /* how long the oldest of these has waited */
    size_t ready, starting;   /* workers now, before this decision */
    double busy_s;            /* in the last step: seconds that ready workers worked, all together */
    double served;            /* in the last step: units */
    size_t was_ready;         /* in the last step */
    size_t lost;              /* in the last step: workers that failed or were taken back */
} sim_view;

typedef struct sim_policy {
    const char *name;
    /** How many workers there should be from now on, starting ones included; held between min and max by the run. */
    size_t (*step)(void *ctx, const sim_view *v);
    void (*free)(void *ctx);  /* may be NULL */
    void *ctx;
} sim_policy;

/** Make a policy. Only those that say so (static, clairvoyant) look at the arrivals of `whole` from `from` on; others may take what
 *  came before, the length of a step and where the run begins. -1 fills e. */
typedef int sim_make(sim_policy *out, const trace *whole, const sim_conditions *c, mm_err *e);
void sim_policy_free(sim_policy *p);

typedef struct sim_result {
    double cost;              /* in the unit of price */
    double worker_hours;      /* paid */
    double arrived;           /* units from `from` on */
    double late;              /* of these */
    double late_share;        /* late / arrived; 0 where nothing arrived */
    double mean_wait_s, max_wait_s;
    double makespan_s;        /* from the beginning until the last work is done */
    size_t scalings;          /* steps in which the number wanted changed */
    size_t started;           /* workers asked for, without replacements */
    size_t lost;              /* failed or taken back */
    size_t peak;              /* most workers wanted */
    double utilisation;       /* seconds worked over seconds paid */
} sim_result;

/** Steps of a run: those of the trace from `from` on, and those behind it. */
size_t sim_steps(const trace *t, const sim_conditions *c);
/** What may be told of each step; arrays of sim_steps numbers, any may be NULL. */
typedef struct sim_record {
    double *wanted, *ready, *queue, *late;   /* queue: at the end of the step, late: units that became so or were left so */
} sim_record;
/** Run a policy, which remembers: make it anew for another run. -1: memory ran out, or conditions that can not be. */
int sim_run(const trace *t, const sim_conditions *c, const sim_policy *p, sim_result *r, const sim_record *record, mm_err *e);

/** Workers that are ready at the beginning. */
size_t sim_first(const trace *t, const sim_conditions *c);
/** Held between min and max. */
size_t sim_allowed(const sim_conditions *c, double wanted);

/* The reference policies. */
sim_make policy_static;        /* looks ahead: the least constant number that is late no more than allowed */
sim_make policy_hpa;           /* the rule of the Kubernetes horizontal pod autoscaler, 70% of utilisation */
sim_make policy_ds2;           /* Kalavri et al. 2018, "Three steps is all you need" */
sim_make policy_clairvoyant;   /* looks ahead: the cheapest run that is late no more than allowed */
/** One number all the time. */
int policy_constant(sim_policy *out, size_t workers, mm_err *e);

#endif
