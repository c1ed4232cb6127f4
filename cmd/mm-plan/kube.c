/* kube.c - what the definitions for Kubernetes share: names, texts, the container of a task. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "kube.h"

void kube_name(char out[KUBE_ROOM], const plan *p, size_t j, const char *what)
{
    char whole[SLUG_ROOM], part[SLUG_ROOM];
    slug(whole, "", p->pipeline);
    if (j != NONE)
        job_slug(part, p, j);
    else
        slug(part, "", what);
    snprintf(out, KUBE_ROOM, "%.20s%s%.30s", whole, *part ? "-" : "", part);
    for (size_t n = strlen(out); n && out[n - 1] == '-'; n--)
        out[n - 1] = 0;
}

/* Can it stand as lines? Not with bytes that YAML reads otherwise or not at all. */
static bool is_plain(mm_str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if ((c < 0x20 && c != '\n') || c >= 0x7f)
            return false;
    }
    return text.n && text.p[0] != ' ' && text.p[0] != '\n' && text.p[text.n - 1] == '\n' && (text.n < 2 || text.p[text.n - 2] != '\n');
}

void kube_text(mm_buf *b, int indent, mm_str text)
{
    if (!is_plain(text)) {
        quote_json(b, text);
        mm_buf_byte(b, '\n');
        return;
    }
    mm_buf_str(b, MM_STR("|\n"));
    while (text.n) {
        size_t n = (size_t)((const char *)memchr(text.p, '\n', text.n) - text.p);
        if (n)
            mm_buf_printf(b, "%*s", indent, "");
        mm_buf_put(b, text.p, n + 1);
        text = (mm_str){ text.p + n + 1, text.n - n - 1 };
    }
}

void kube_head(mm_buf *b, const plan *p, const char *version, const char *kind, const char *name)
{
    mm_buf_printf(b, "---\napiVersion: %s\nkind: %s\nmetadata:\n  name: %s\n  labels:\n    app.kubernetes.io/managed-by: mm-plan\n"
                     "  annotations:\n    mm-plan/digest: ", version, kind, name);
    quote_json(b, mm_str_of(p->digest));
    mm_buf_byte(b, '\n');
}

/* It ends when all jobs before have left the marks of all their tasks. */
static void put_wait(mm_buf *b, const plan *p, size_t j, const target_opts *o)
{
    const job *it = &p->jobs[j];
    task_work(b, o);
    for (size_t i = 0; i < it->n_after; i++) {
        mm_buf_str(b, MM_STR("until [ \"$(ls \"$work/"));
        job_state(b, p, it->after[i]);
        mm_buf_printf(b, "/done\" 2>/dev/null | grep -cx '[0-9]*')\" -ge %zu ]; do sleep 5; done\n", p->jobs[it->after[i]].shards);
    }
}

void kube_tasks(mm_buf *b, const plan *p, const target_opts *o, bool waits)
{
    char name[KUBE_ROOM], part[SLUG_ROOM];
    kube_name(name, p, NONE, "tasks");
    kube_head(b, p, "v1", "ConfigMap", name);
    mm_buf_str(b, MM_STR("data:\n"));
    for (size_t j = 0; j < p->n_jobs; j++) {
        mm_buf text = { 0 };
        job_slug(part, p, j);
        task_put(&text, p, j, o);
        mm_buf_printf(b, "  %s.sh: ", part);
        kube_text(b, 4, mm_buf_view(&text));
        if (waits && p->jobs[j].n_after) {
            text.n = 0;
            put_wait(&text, p, j, o);
            mm_buf_printf(b, "  %s.wait.sh: ", part);
            kube_text(b, 4, mm_buf_view(&text));
        }
        b->failed |= text.failed;
        mm_buf_free(&text);
    }
}

void kube_volumes(mm_buf *b, int indent, const plan *p, const target_opts *o)
{
    char name[KUBE_ROOM];
    kube_name(name, p, NONE, "tasks");
    mm_buf_printf(b, "%*s- name: data\n%*s  persistentVolumeClaim:\n%*s    claimName: ", indent, "", indent, "", indent, "");
    quote_json(b, mm_str_of(o->claim));
    mm_buf_printf(b, "\n%*s- name: tasks\n%*s  configMap:\n%*s    name: %s\n", indent, "", indent, "", indent, "", name);
}

void kube_container(mm_buf *b, int indent, const plan *p, size_t j, const target_opts *o, const char *script)
{
    const job *it = &p->jobs[j];
    char part[SLUG_ROOM];
    int in = indent;
    job_slug(part, p, j);
    mm_buf_printf(b, "%*simage: ", in, "");
    quote_json(b, mm_str_of(o->image));
    mm_buf_printf(b, "\n%*scommand: [bash, /tasks/%s%s]\n%*sworkingDir: /data\n", in, "", part, script, in, "");
    mm_buf_printf(b, "%*svolumeMounts:\n%*s- {name: data, mountPath: /data}\n%*s- {name: tasks, mountPath: /tasks}\n", in, "", in, "", in, "");
    mm_buf_printf(b, "%*sresources:\n", in, "");
    if (it->memory_bytes > 0) {
        mm_buf_printf(b, "%*s  limits: {memory: \"%.0f\"}\n", in, "", ceil(it->memory_bytes));
        mm_buf_printf(b, "%*s  requests: {cpu: \"%zu\", memory: \"%.0f\"}\n", in, "", it->cores ? it->cores : 1, ceil(it->memory_bytes));
    } else
        mm_buf_printf(b, "%*s  requests: {cpu: \"%zu\"}\n", in, "", it->cores ? it->cores : 1);
}

void kube_machine(mm_buf *b, int indent, const job *it)
{
    if (!it->machine || strcmp(it->machine, "local") == 0)
        return;
    mm_buf_printf(b, "%*snodeSelector:\n%*s  node.kubernetes.io/instance-type: ", indent, "", indent, "");
    quote_json(b, mm_str_of(it->machine));
    if (it->region && strcmp(it->region, "any") != 0) {
        mm_buf_printf(b, "\n%*s  topology.kubernetes.io/region: ", indent, "");
        quote_json(b, mm_str_of(it->region));
    }
    if (it->purchase && strcmp(it->purchase, "spot") == 0)
        mm_buf_printf(b, "\n%*s  karpenter.sh/capacity-type: spot", indent, "");
    mm_buf_byte(b, '\n');
}
