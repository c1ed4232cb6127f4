#include "folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target.h"

static const struct {
    const char *target, *file;
} definitions[] = {
    { "make", "Makefile" },       { "slurm", "slurm.sh" },   { "spark", "spark.py" },         { "argo", "argo.yaml" },
    { "keda", "keda.yaml" },      { "k8s", "k8s.yaml" },     { "kafka", "kafka.sh" },         { "terraform", "main.tf.json" },
};
enum { N_DEFINITIONS = sizeof definitions / sizeof *definitions };

int folder_add(folder *f, const char *path, mm_str text, mm_err *e)
{
    size_t i = f->n;
    if (i == sizeof f->change / sizeof *f->change)
        return mm_fail(e, MM_EUSAGE, "too many files in one proposal");
    mm_buf_str(&f->text[i], text);
    f->path[i] = strdup(path);
    if (!f->path[i] || f->text[i].failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    f->change[i] = (git_change){ .path = f->path[i], .kind = GIT_FILE, .text = mm_buf_view(&f->text[i]) };
    f->n++;
    return 0;
}

static int add_definition(folder *f, const git_repo *g, const git_id *commit, size_t k, const plan *p, const loop_opts *o, mm_err *e)
{
    char path[300];
    bool wanted = false;
    mm_buf text = { 0 };
    snprintf(path, sizeof path, "%.200s/%s", f->name, definitions[k].file);
    for (size_t i = 0; o->targets && i < o->targets->n; i++)
        wanted |= strcmp(o->targets->v[i], definitions[k].target) == 0;
    int rc = wanted ? 1 : git_read(g, commit, path, &text, e);
    text.n = 0;
    if (rc == 1 && (rc = target_put(&text, definitions[k].target, p, o->target, e)) == 0)
        rc = folder_add(f, path, mm_buf_view(&text), e);
    mm_buf_free(&text);
    return rc;
}

static int known_targets(const loop_opts *o, mm_err *e)
{
    for (size_t i = 0; o->targets && i < o->targets->n; i++) {
        bool known = false;
        for (size_t k = 0; k < N_DEFINITIONS; k++)
            known |= strcmp(o->targets->v[i], definitions[k].target) == 0;
        if (!known)
            return mm_fail(e, MM_EUSAGE, "-t %s: no such target; one of " TARGETS, o->targets->v[i]);
    }
    return 0;
}

int folder_make(folder *f, const git_repo *g, const git_id *commit, const plan *p, const loop_opts *o, mm_err *e)
{
    *f = (folder){ 0 };
    mm_buf text = { 0 };
    char path[300];
    if (known_targets(o, e) < 0)
        return -1;
    if (asprintf(&f->name, PLANS "/%s", p->pipeline) < 0) {
        f->name = NULL;
        return mm_fail(e, MM_ESYS, "out of memory");
    }
    f->change[f->n++] = (git_change){ .path = f->name, .kind = GIT_GONE };
    plan_put(&text, p);
    snprintf(path, sizeof path, "%.200s/plan.json", f->name);
    int rc = text.failed ? mm_fail(e, MM_ESYS, "out of memory") : folder_add(f, path, mm_buf_view(&text), e);
    for (size_t k = 0; rc == 0 && k < N_DEFINITIONS; k++)
        rc = add_definition(f, g, commit, k, p, o, e);
    mm_buf_free(&text);
    if (rc < 0)
        folder_free(f);
    return rc;
}

void folder_free(folder *f)
{
    for (size_t i = 0; i < sizeof f->text / sizeof *f->text; i++) {
        mm_buf_free(&f->text[i]);
        free(f->path[i]);
    }
    free(f->name);
    *f = (folder){ 0 };
}

int folder_propose(const folder *f, mm_app *a, const git_repo *g, const git_id *base, const loop_opts *o, const char *what,
                   const char *plan_name, const mm_buf *message, mm_err *e)
{
    char branch[256];
    git_id commit;
    mm_buf out = { 0 };
    snprintf(branch, sizeof branch, "mm-plan/%s%s%.150s", what, *what ? "-" : "", plan_name);
    if (message->failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    const proposal p = { .g = g, .branch = o->branch ? o->branch : branch, .base = *base, .change = f->change, .n = f->n,
                         .message = mm_buf_view(message), .why = *what ? what : "propose" };
    int rc = proposal_make(&p, &commit, e);
    if (rc < 0)
        return -1;
    if (rc == NOTHING) {
        mm_app_note(a, "%s declares this already; there is nothing to propose", *base->hex ? "HEAD" : "nothing");
        return 0;
    }
    mm_app_note(a, rc == AGAIN ? "the branch %s holds this already" : "proposed on the branch %s; look at it by git show, and merge it or delete it",
                p.branch);
    mm_buf_printf(&out, "%s %s\n", p.branch, commit.hex);
    rc = mm_app_write(a, &out, e);
    mm_buf_free(&out);
    return rc;
}
