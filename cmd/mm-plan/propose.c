/* propose.c - a plan as a proposal. */
#include <string.h>

#include "folder.h"
#include "message.h"

static int propose(mm_app *a, const loop_opts *o, const git_repo *g, const plan *p, const models *m, mm_err *e)
{
    git_id head;
    declared before = { 0 };
    folder f = { 0 };
    mm_buf message = { 0 };
    int rc = git_resolve(g, "HEAD^{commit}", &head, e);
    if (rc >= 0)
        rc = declared_open(&before, g, &head, p->pipeline, e);
    if (rc >= 0)
        rc = folder_make(&f, g, &head, p, o, e);
    if (rc >= 0) {
        message_plan(&message, before.plan, p, m);
        rc = folder_propose(&f, a, g, &head, o, "", p->pipeline, &message, e);
    }
    mm_buf_free(&message);
    folder_free(&f);
    declared_close(&before);
    return rc;
}

int propose_run(mm_app *a, const loop_opts *o, const plan *p, const models *m, mm_err *e)
{
    git_repo g;
    if (git_open(&g, o->repo, e) < 0)
        return -1;
    int rc = propose(a, o, &g, p, m, e);
    git_close(&g);
    return rc;
}
