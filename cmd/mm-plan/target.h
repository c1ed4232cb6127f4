/* target.h - a plan as a definition for an engine that exists.
 *
 * Every target is one text. A task of a job is the same bash text in all of them (task.h); what differs is who starts it,
 * where, and how often again. Texts of a description are quoted for each language they come to stand in. */
#ifndef MM_PLAN_TARGET_H
#define MM_PLAN_TARGET_H

#include "plan.h"

/** The names, as an option takes them. */
#define TARGETS "make|slurm|spark|argo|keda|k8s|kafka|terraform"

/** What a plan does not say. */
typedef struct target_opts {
    const char *work;      /* folder for marks of what is done, ledger and dead letters; shared by all machines */
    const char *image;     /* of a container in which the commands of the stages and bash are */
    const char *claim;     /* of the volume that paths begin in */
    const char *schedule;  /* as cron(8) has it; NULL: to be run once */
    const char *brokers;   /* host:port, by commas */
    const char *topic, *group;   /* of a stream; NULL: the name of the pipeline */
    const char *start;     /* HH:MM of the day, UTC, that the steps of a stream begin at; NULL: not known */
    double start_s;        /* private: that in seconds, or less than 0 */
    bool by_run;           /* private: marks stand apart for each run, which MM_RUN names */
} target_opts;
#define TARGET_DEFAULTS { .work = WORK_FOLDER, .image = "mmtools:" MM_VERSION, .claim = "data", .brokers = "localhost:9092" }
#define TARGET_OPTIONS(targets, o) \
    { "Definitions for engines", 0, MM_OPT_HEADING, NULL, NULL, NULL }, \
    { "target", 't', MM_OPT_LIST, &(targets), "TARGET", "Write the definition for an engine: " TARGETS ". propose takes several." }, \
    { "work", 0, MM_OPT_STRING, &(o).work, "DIR", "Folder, shared by all machines, where tasks leave marks, ledger and dead letters; " WORK_FOLDER " when not given." }, \
    { "image", 0, MM_OPT_STRING, &(o).image, "NAME", "Image of a container with bash and the commands of the stages; mmtools:" MM_VERSION " when not given." }, \
    { "claim", 0, MM_OPT_STRING, &(o).claim, "NAME", "Claim of the volume that paths begin in; data when not given." }, \
    { "schedule", 0, MM_OPT_STRING, &(o).schedule, "CRON", "With -t k8s: run it again and again, at the times that this pattern of cron tells." }, \
    { "brokers", 0, MM_OPT_STRING, &(o).brokers, "HOSTS", "Servers of Kafka, by commas; localhost:9092 when not given." }, \
    { "topic", 0, MM_OPT_STRING, &(o).topic, "NAME", "Topic that a stream is read from; named as the pipeline when not given." }, \
    { "group", 0, MM_OPT_STRING, &(o).group, "NAME", "Group of consumers of a stream; named as the pipeline when not given." }, \
    { "start", 0, MM_OPT_STRING, &(o).start, "HH:MM", "Time of day, UTC, at which the steps of a stream begin: with -t keda workers are then there ahead of time." }

/** Append the definition. MM_EUSAGE: no such target, or one that this plan has nothing for. */
int target_put(mm_buf *b, const char *target, const plan *p, const target_opts *o, mm_err *e);

#endif
