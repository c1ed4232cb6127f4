/* work.h - how the work of one step is done by the workers that are ready: private to sim.c and its two models. */
#ifndef MM_PLAN_WORK_H
#define MM_PLAN_WORK_H

#include "sim.h"

/** What a step came to. */
typedef struct work_done {
    double served, busy_s;   /* units, seconds of all workers */
    double late;             /* units */
    double waited;           /* units times seconds that they waited */
    double longest_s;        /* the longest wait that was seen */
    double queue, oldest_s;  /* at the end of the step */
    double until_s;          /* from the beginning of the run: when the last work that was begun is done; 0: none was */
} work_done;

/** The work as a flow. */
typedef struct fluid {
    const trace *trace;
    const sim_conditions *c;
    double *before;          /* units that came before each step, from trace.from on, as far as the run goes */
    size_t whole;            /* the limit in steps: whole ones, */
    double part;             /* and a part of one */
    double queue;
    size_t at;               /* step in which what is served now came in */
} fluid;
int fluid_begin(fluid *f, const trace *t, const sim_conditions *c, mm_err *e);
/** Step i of the run by so many workers. */
work_done fluid_step(fluid *f, size_t i, size_t workers);
void fluid_end(fluid *f);
/** Units that come in in step i of the run; 0 behind the trace. */
static inline double fluid_in(const fluid *f, size_t i)
{
    return f->before[i + 1] - f->before[i];
}

/** What decides how much becomes late in a step. */
typedef struct fluid_limit {
    double in;               /* units that come in */
    double window;           /* that came since the limit before its beginning */
    double first, second;    /* a step, of what passes its limit before and after `part` of the step */
    double part;
} fluid_limit;
fluid_limit fluid_limits(const fluid *f, size_t i);
/** Units that become late in that step where the queue is `queue` at its beginning and `capacity` units may be served in it. */
double fluid_late(const fluid_limit *l, double queue, double capacity);

/** The work as jobs. */
typedef struct events events;
events *events_begin(const trace *t, const sim_conditions *c, mm_err *e);
/** Step i by so many workers, where `lost` of those that were there before are gone: their jobs begin again. -1: memory ran out. */
int events_step(events *j, size_t i, size_t workers, size_t lost, work_done *out);
void events_end(events *j);

#endif
