/* target_keda.c - the workers of a stream as a ScaledObject for KEDA: by what lies unread, and ahead of time by what is expected. */
#include <math.h>
#include <stdio.h>

#include "kube.h"
#include "target_private.h"

enum { DAY_S = 86400, MINUTE_S = 60 };

static void put_cron(mm_buf *b, const char *key, double at_s)
{
    unsigned minute = (unsigned)fmod(floor(at_s / MINUTE_S), DAY_S / MINUTE_S);
    mm_buf_printf(b, "      %s: \"%u %u * * *\"\n", key, minute % 60, minute / 60);
}

/* Spans of the first day in which more than the least are planned. */
static void put_spans(mm_buf *b, const plan *p, size_t least, double start_s)
{
    for (size_t i = 0, to; i < p->n_steps && p->step[i].at_s < DAY_S; i = to) {
        for (to = i + 1; to < p->n_steps && p->step[to].at_s < DAY_S && p->step[to].workers == p->step[i].workers; to++)
            ;
        double end_s = fmin(to < p->n_steps ? p->step[to].at_s : p->step[i].at_s + p->step_s * (double)(to - i), DAY_S);
        if (p->step[i].workers <= least || floor(end_s / MINUTE_S) <= floor(p->step[i].at_s / MINUTE_S))
            continue;
        mm_buf_str(b, MM_STR("  - type: cron\n    metadata:\n      timezone: UTC\n"));
        put_cron(b, "start", start_s + p->step[i].at_s);
        put_cron(b, "end", start_s + end_s);
        mm_buf_printf(b, "      desiredReplicas: \"%zu\"\n", p->step[i].workers);
    }
}

void target_keda(mm_buf *b, const plan *p, const target_opts *o)
{
    char name[KUBE_ROOM];
    size_t least = SIZE_MAX, most = 1;
    double each = 1;   /* what a worker may have before it: what comes in for one in a step */
    for (size_t i = 0; i < p->n_steps; i++) {
        const plan_step *s = &p->step[i];
        least = s->workers < least ? s->workers : least;
        most = s->workers > most ? s->workers : most;
        if (s->workers && s->arrivals.mean / (double)s->workers > each)
            each = s->arrivals.mean / (double)s->workers;
    }
    kube_name(name, p, NONE, "");
    mm_buf_str(b, MM_STR("# Made by mm-plan: `kubectl apply -f` this file. It scales the Deployment of the same name.\n"));
    kube_head(b, p, "keda.sh/v1alpha1", "ScaledObject", name);
    mm_buf_printf(b, "spec:\n  scaleTargetRef:\n    name: %s\n  minReplicaCount: %zu\n  maxReplicaCount: %zu\n  pollingInterval: %.0f\n"
                     "  cooldownPeriod: %.0f\n  triggers:\n  - type: kafka\n    metadata:\n      bootstrapServers: ", name, least, most,
                  fmax(1, fmin(30, floor(p->step_s))), fmax(30, ceil(p->step_s)));
    quote_json(b, mm_str_of(o->brokers));
    mm_buf_str(b, MM_STR("\n      topic: "));
    quote_json(b, mm_str_of(o->topic ? o->topic : p->pipeline));
    mm_buf_str(b, MM_STR("\n      consumerGroup: "));
    quote_json(b, mm_str_of(o->group ? o->group : p->pipeline));
    mm_buf_printf(b, "\n      lagThreshold: \"%.0f\"\n", floor(each));
    if (o->start_s >= 0)
        put_spans(b, p, least, o->start_s);
}
