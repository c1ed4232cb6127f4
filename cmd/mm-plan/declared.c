#include "declared.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- which plan ---- */

/* The names of the folders under plans/ of a commit, each closed by NUL. */
static int names(const git_repo *g, const git_id *commit, mm_buf *out, mm_err *e)
{
    char tree[sizeof commit->hex + sizeof ":" PLANS];
    git_id id;
    snprintf(tree, sizeof tree, "%s:" PLANS, commit->hex);
    int rc = git_resolve(g, tree, &id, e);
    if (rc == 1)
        rc = git_run(g, (const char *[]){ "ls-tree", "-d", "-z", "--name-only", "--full-tree", tree, NULL }, MM_STR(""), out, e) == 0 ? 1 : -1;
    return rc;
}

static int only_one(const git_repo *g, const git_id *commit, char **name, mm_err *e)
{
    mm_buf all = { 0 };
    int rc = *commit->hex ? names(g, commit, &all, e) : 0;
    *name = NULL;
    if (rc == 1 && all.n == 0)
        rc = 0;
    if (rc == 1 && strnlen(all.p, all.n) + 1 < all.n) {
        for (size_t i = 0; i + 1 < all.n; i++)
            if (!all.p[i])
                all.p[i] = ' ';
        rc = mm_fail(e, MM_EUSAGE, "%s: several plans are declared (%.200s); choose one by --plan NAME", g->dir, all.p);
    }
    if (rc == 1 && !(*name = strdup(all.p)))
        rc = mm_fail(e, MM_ESYS, "out of memory");
    mm_buf_free(&all);
    return rc;
}

/* ---- policies of stages ---- */

/* The word behind --policy in a command, as a path from the top of the repository; or NULL. */
static char *policy_word(const char *command)
{
    const char *at = strstr(command, "--policy");
    if (!at || !strchr(" =", at[8]) || !at[8])
        return NULL;
    at += 8 + strspn(at + 8, " =");
    bool quoted = *at == '\'' || *at == '"';
    size_t n = quoted ? strcspn(at + 1, (char[]){ *at, '\0' }) : strcspn(at, " \t\n|;&<>");
    at += quoted;
    while (n > 2 && strncmp(at, "./", 2) == 0) {
        at += 2;
        n -= 2;
    }
    return n ? strndup(at, n) : NULL;
}

static int find_policies(declared *d, const git_repo *g, mm_err *e)
{
    size_t k = 0;
    for (size_t j = 0; j < d->plan->n_jobs; j++)
        d->n_stages += d->plan->jobs[j].n_stages;
    if (!(d->policy = calloc(d->n_stages + 1, sizeof *d->policy)))
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t j = 0; j < d->plan->n_jobs; j++)
        for (size_t i = 0; i < d->plan->jobs[j].n_stages; i++, k++) {
            mm_buf text = { 0 };
            char *path = policy_word(d->plan->jobs[j].stage[i].command);
            int rc = path ? git_read(g, &d->commit, path, &text, e) : 0;
            free(path);
            if (rc == 1 && (d->policy[k] = malloc(33)))
                mm_hash_hex(text.p, text.n, d->policy[k]);
            mm_buf_free(&text);
            if (rc < 0)
                return -1;
        }
    return 0;
}

int declared_open(declared *d, const git_repo *g, const git_id *commit, const char *name, mm_err *e)
{
    char *found = NULL, *path = NULL;
    *d = (declared){ .commit = *commit };
    int rc = name ? 1 : only_one(g, commit, &found, e);
    if (rc != 1)
        return rc;
    rc = asprintf(&d->folder, PLANS "/%s", name ? name : found) >= 0 && asprintf(&path, "%s/plan.json", d->folder) >= 0
             ? git_read(g, commit, path, &d->text, e) : mm_fail(e, MM_ESYS, "out of memory");
    if (rc == 1) {
        mm_err why = { 0 };
        d->plan = plan_parse(mm_buf_view(&d->text), path, &why);
        rc = !d->plan ? mm_fail(e, why.code, "%s: %.7s:%s", g->dir, commit->hex, why.text) : find_policies(d, g, e) < 0 ? -1 : 1;
    }
    free(found);
    free(path);
    return rc;
}

void declared_close(declared *d)
{
    for (size_t i = 0; d->policy && i < d->n_stages; i++)
        free(d->policy[i]);
    free(d->policy);
    free(d->folder);
    mm_buf_free(&d->text);
    plan_free(d->plan);
    *d = (declared){ 0 };
}
