/* stream.h - workers, partitions and sizes of the consumer group of a stream, over the day behind its history.
 *
 * What a plan declares has to hold without anybody looking, so each step has the workers for the limit of what will come
 * that is not passed in the plan's confidence; what reacts within minutes is the controller (controller.h). */
#ifndef MM_PLAN_STREAM_H
#define MM_PLAN_STREAM_H

#include "pipeline.h"
#include "plan.h"

/** A worker of the stream: all stages, joined by pipes. */
typedef struct stream_worker {
    double rate;        /* units of the arrivals' column a second, above 0 */
    double startup_s;
} stream_worker;

/** Read p->arrivals, and fill step, n_steps, step_s and partitions of `out`, from its arena, by its confidence; *worker_hours: of
 *  all steps. Steps are a quarter of an hour, or those of the history where these are longer. The partitions are as many as let
 *  the workers of each step have equal shares, near enough, with room for a fifth more than the most; the workers of a step are those
 *  that finish in time with the partitions that the busiest of them has. -1: the history can not be read, or max_workers are not
 *  enough even for what is expected: says by how much. */
int stream_fill(plan *out, const pipeline *p, const stream_worker *w, double *worker_hours, mm_err *e);

/** The number of partitions for a group that has need[0 .. n) times what one worker does; 1 or more. */
size_t stream_partitions(const double *need, size_t n);
/** The least group that serves `need` with so many partitions: none has more than others by more than one. */
size_t stream_group(double need, size_t partitions);

#endif
