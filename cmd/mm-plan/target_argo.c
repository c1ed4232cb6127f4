/* target_argo.c - a plan as a Workflow for Argo: a graph of jobs, each a fan-out over its tasks. */
#include <stdio.h>

#include "kube.h"
#include "target_private.h"

static void put_graph(mm_buf *b, const plan *p)
{
    char name[SLUG_ROOM];
    mm_buf_str(b, MM_STR("  - name: main\n    dag:\n      tasks:\n"));
    for (size_t j = 0; j < p->n_jobs; j++) {
        job_slug(name, p, j);
        mm_buf_printf(b, "      - name: %s\n        template: %s\n", name, name);
        for (size_t i = 0; i < p->jobs[j].n_after; i++) {
            job_slug(name, p, p->jobs[j].after[i]);
            mm_buf_printf(b, "%s%s", i ? " && " : "        depends: ", name);
        }
        if (p->jobs[j].n_after)
            mm_buf_byte(b, '\n');
    }
}

/* A template that starts the tasks, `parallel` at once, and one that does a task. */
static void put_job(mm_buf *b, const plan *p, size_t j, const target_opts *o)
{
    const job *it = &p->jobs[j];
    char name[SLUG_ROOM];
    job_slug(name, p, j);
    mm_buf_printf(b, "  - name: %s\n    parallelism: %zu\n    steps:\n    - - name: task\n        template: %s-task\n"
                     "        arguments:\n          parameters:\n          - {name: shard, value: \"{{item}}\"}\n"
                     "        withSequence: {count: \"%zu\"}\n", name, it->parallel ? it->parallel : 1, name, it->shards);
    mm_buf_printf(b, "  - name: %s-task\n    inputs:\n      parameters:\n      - name: shard\n", name);
    if (it->resumable)
        mm_buf_str(b, MM_STR("    retryStrategy:\n      limit: \"5\"\n      retryPolicy: Always\n"
                             "      backoff: {duration: 30s, factor: \"2\", maxDuration: 1h}\n"));
    kube_machine(b, 4, it);
    mm_buf_str(b, MM_STR("    container:\n"));
    kube_container(b, 6, p, j, o, ".sh");
    mm_buf_str(b, MM_STR("      env:\n      - {name: shard, value: \"{{inputs.parameters.shard}}\"}\n"));
}

void target_argo(mm_buf *b, const plan *p, const target_opts *o)
{
    char name[KUBE_ROOM], digest[9];
    snprintf(digest, sizeof(digest), "%s", p->digest);
    mm_buf_str(b, MM_STR("# Made by mm-plan: `kubectl apply -f` this file submits it. Paths begin in the volume of the claim.\n"));
    kube_tasks(b, p, o, false);
    kube_name(name, p, NONE, digest);
    kube_head(b, p, "argoproj.io/v1alpha1", "Workflow", name);
    mm_buf_str(b, MM_STR("spec:\n  entrypoint: main\n  volumes:\n"));
    kube_volumes(b, 2, p, o);
    mm_buf_str(b, MM_STR("  templates:\n"));
    put_graph(b, p);
    for (size_t j = 0; j < p->n_jobs; j++)
        put_job(b, p, j, o);
}
