/* target_k8s.c - a plan as indexed Jobs for Kubernetes, or as CronJobs that run it again and again. */
#include <math.h>

#include "kube.h"
#include "target_private.h"

/* A limit of time is there to end what hangs, so it lies far above what is expected. */
enum { TIME_MARGIN = 4, LEAST_S = 3600 };

static void put_env(mm_buf *b, int in, const char *name, const char *field)
{
    mm_buf_printf(b, "%*s- name: %s\n%*s  valueFrom:\n%*s    fieldRef:\n%*s      fieldPath: %s\n", in, "", name, in, "", in, "", in, "", field);
}

/* Which task it is and, where it is run again and again, which run: the number behind the name, by which all CronJobs of one
 * schedule agree. */
static void put_container(mm_buf *b, int in, const plan *p, size_t j, const target_opts *o, const char *name, const char *script)
{
    mm_buf_printf(b, "%*s- name: %s\n", in, "", name);
    kube_container(b, in + 2, p, j, o, script);
    mm_buf_printf(b, "%*s  env:\n", in, "");
    put_env(b, in + 2, "shard", "\"metadata.annotations['batch.kubernetes.io/job-completion-index']\"");
    if (o->schedule)
        put_env(b, in + 2, "MM_RUN", "\"metadata.labels['batch.kubernetes.io/job-name']\"");
}

static void put_spec(mm_buf *b, int in, const plan *p, size_t j, const target_opts *o)
{
    const job *it = &p->jobs[j];
    double limit = ceil(TIME_MARGIN * p->time_s.high);
    mm_buf_printf(b, "%*scompletionMode: Indexed\n%*scompletions: %zu\n%*sparallelism: %zu\n%*sbackoffLimit: %zu\n", in, "", in, "", it->shards, in, "",
                  it->parallel ? it->parallel : 1, in, "", it->resumable ? 5 * it->shards : 0);
    mm_buf_printf(b, "%*sactiveDeadlineSeconds: %.0f\n%*stemplate:\n%*s  spec:\n%*s    restartPolicy: Never\n", in, "",
                  limit > LEAST_S ? limit : LEAST_S, in, "", in, "", in, "");
    kube_machine(b, in + 4, it);
    if (it->n_after) {
        mm_buf_printf(b, "%*s    initContainers:\n", in, "");
        put_container(b, in + 4, p, j, o, "wait", ".wait.sh");
    }
    mm_buf_printf(b, "%*s    containers:\n", in, "");
    put_container(b, in + 4, p, j, o, "task", ".sh");
    mm_buf_printf(b, "%*s    volumes:\n", in, "");
    kube_volumes(b, in + 4, p, o);
}

void target_k8s(mm_buf *b, const plan *p, const target_opts *o)
{
    char name[KUBE_ROOM];
    target_opts by_run = *o;
    by_run.by_run = o->schedule;
    mm_buf_str(b, MM_STR("# Made by mm-plan: `kubectl apply -f` this file. Paths begin in the volume of the claim. Kubernetes knows no order of Jobs,\n"
                         "# so the tasks of one wait for the marks of those before it.\n"));
    kube_tasks(b, p, &by_run, true);
    for (size_t j = 0; j < p->n_jobs; j++) {
        kube_name(name, p, j, "");
        kube_head(b, p, "batch/v1", o->schedule ? "CronJob" : "Job", name);
        mm_buf_str(b, MM_STR("spec:\n"));
        if (o->schedule) {
            mm_buf_str(b, MM_STR("  schedule: "));
            quote_json(b, mm_str_of(o->schedule));
            mm_buf_str(b, MM_STR("\n  concurrencyPolicy: Forbid\n  jobTemplate:\n    spec:\n"));
        }
        put_spec(b, o->schedule ? 6 : 2, p, j, o);
    }
}
