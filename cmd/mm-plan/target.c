/* target.c - the targets by name. */
#include <stdio.h>
#include <string.h>

#include "target_private.h"

static const struct {
    const char *name;
    void (*put)(mm_buf *b, const plan *p, const target_opts *o);
    bool of_stream;   /* or of jobs */
} targets[] = {
    { "make", target_make, false },
    { "slurm", target_slurm, false },
    { "spark", target_spark, false },
    { "argo", target_argo, false },
    { "k8s", target_k8s, false },
    { "keda", target_keda, true },
    { "kafka", target_kafka, true },
};

/* What every engine takes in a name, make too. */
#define WORK_MAY "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/+-"

/* HH:MM in seconds, or -1. */
static double time_of_day(const char *text)
{
    unsigned h, m;
    char rest;
    return text && sscanf(text, "%2u:%2u%c", &h, &m, &rest) == 2 && h < 24 && m < 60 ? h * 3600.0 + m * 60.0 : -1;
}

/* As Kafka names them. */
static bool is_topic(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");
    return n && !s[n] && n <= 249 && strcmp(s, ".") != 0 && strcmp(s, "..") != 0;
}

int target_put(mm_buf *b, const char *target, const plan *p, const target_opts *o, mm_err *e)
{
    target_opts known = *o;
    known.start_s = time_of_day(o->start);
    if (o->start && known.start_s < 0)
        return mm_fail(e, MM_EUSAGE, "--start %s: a time of day such as 06:30 is expected", o->start);
    if (!*o->work || o->work[strspn(o->work, WORK_MAY)])
        return mm_fail(e, MM_EUSAGE, "%s: the work folder has to have a name of letters, digits and any of . _ / + - alone", o->work);
    if (o->topic && !is_topic(o->topic))
        return mm_fail(e, MM_EUSAGE, "--topic %s: a topic has a name of letters, digits and any of . _ - alone, 249 at most", o->topic);
    for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++)
        if (strcmp(targets[i].name, target) == 0) {
            if (targets[i].of_stream && !p->n_steps)
                return mm_fail(e, MM_EUSAGE, "-t %s is for streams, and this plan has none: name arrivals in the pipeline", target);
            targets[i].put(b, p, &known);
            return b->failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
        }
    if (strcmp(target, "terraform") == 0)
        return target_terraform(b, p, e) < 0 ? -1 : b->failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
    return mm_fail(e, MM_EUSAGE, "%s: no such target; there are %s", target, TARGETS);
}
