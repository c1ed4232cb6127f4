/* plan.h - a plan: what was decided for a pipeline, why, and what it is expected to take and cost.
 *
 * Stages are gathered in jobs. The stages of a job are joined by pipes and run together; a job is cut in `shards`
 * tasks, of which `parallel` run at once, each on `cores` processors of a machine. Made by plan_make, or read back from its own
 * JSON form, which is what stands in a repository as declared. */
#ifndef MM_PLAN_PLAN_H
#define MM_PLAN_PLAN_H

#include "pipeline.h"

/** Where data sets without a path are made, and marks of what is done where nothing else is said. */
#define WORK_FOLDER "work"

/** Something expected: the mean, and limits that hold in `confidence` of the cases. */
typedef struct guess {
    double mean, low, high;
} guess;

typedef struct job_stage {
    const char *name, *command;
    guess cpu_s;             /* processor time of all tasks together */
    guess peak_bytes;        /* memory of one task */
    double records, bytes;   /* into it */
} job_stage;

typedef struct job {
    const char *name;        /* of its stages, joined by "+" */
    job_stage *stage;        /* in the order decided */
    size_t n_stages;
    size_t *after;           /* jobs that must have ended before */
    size_t n_after;
    const char *reads, *writes;   /* paths of data sets; NULL: none. `writes` is a folder with a file a task. */
    size_t shards, parallel; /* shards 1: not cut */
    size_t cores;            /* of a task: -j */
    double memory_bytes;     /* to ask for, a task */
    const char *machine, *region, *purchase;   /* a type of the price book; "local" where there is none */
    double hour_price;       /* of that machine, for charts; the exact cost is `cost` */
    double interruptions;    /* an hour and machine expected to be taken back; 0: none */
    double checkpoint_s;     /* between checkpoints, by Young and Daly; 0: none */
    guess time_s;            /* from its start to its end */
    double start_s;          /* expected, from the start of the plan */
    mm_money cost;           /* expected */
    bool resumable;
} job;

/** Why a decision was taken, in plain words, and what the next best was. */
typedef struct reason {
    const char *about;       /* "order", "shards of probe+redact", "machine of store" */
    const char *text;        /* "probe before redact: ..." */
    const char *next;        /* the next best and what it would have meant; NULL: there was no other */
} reason;

/** Workers of a stream over time. */
typedef struct plan_step {
    double at_s;             /* from the start of the plan */
    guess arrivals;          /* in that step */
    size_t workers;
} plan_step;

typedef struct plan {
    const char *pipeline;    /* its name */
    const char *digest;      /* XXH3-128 of the description, the models and the prices it was made from */
    plan_goal goal;
    double confidence;
    job *jobs;               /* in an order that may be run */
    size_t n_jobs;
    plan_step *step;         /* none but for streams */
    size_t n_steps;
    double step_s;
    size_t partitions;       /* of the topic; 0: no stream */
    guess time_s;            /* of all */
    double deadline_s;       /* NAN: none */
    double p_on_time;        /* chance of being done by then */
    mm_money cost, cost_high;   /* expected, and what is not passed in `confidence` of the cases */
    const char *currency;    /* "" where no book was given */
    reason *reasons;
    size_t n_reasons;
    mm_arena *arena;         /* owns all texts and arrays */
} plan;

void plan_free(plan *p);
/** Append as JSON, members in a fixed order, amounts as strings. */
void plan_put(mm_buf *b, const plan *p);
/** Read that back. NULL and MM_EUSAGE with what is wrong. */
plan *plan_load(const char *file, mm_err *e);
/** The same from text; `name` is for messages. */
plan *plan_parse(mm_str text, const char *name, mm_err *e);

#endif
