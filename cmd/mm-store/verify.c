/* verify.c - a folder held against its manifest, and the manifest shown to people. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "count.h"
#include "digest.h"
#include "store.h"

typedef struct check {
    const st_folder *folder;
    const st_manifest *manifest;
    mm_err *found;            /* one a shard; code MM_OK: all is well */
    _Atomic size_t next;
} check;

/* ---- one shard -------------------------------------------------------------- */

static int count(const char *shown, const st_entry *x, mm_err *e)
{
    uint64_t records;
    if (st_count_records(shown, &records, e) < 0)
        return -1;
    if (records == x->records)
        return 0;
    return mm_fail(e, MM_EBAD, "%s: it holds %llu records, and the manifest counts %llu", shown,
                   (unsigned long long)records, (unsigned long long)x->records);
}

static int compare(int fd, const char *shown, const st_entry *x, mm_err *e)
{
    st_digest d;
    off_t size = lseek(fd, 0, SEEK_END);
    if (size != (off_t)x->bytes)
        return mm_fail(e, MM_EBAD, "%s: %s: %lld bytes, and the manifest says %llu; store again to have it made anew", shown,
                       size < (off_t)x->bytes ? "truncated" : "too long", (long long)size, (unsigned long long)x->bytes);
    if (st_digest_file(fd, shown, x->sha256.n > 0, &d, e) < 0)
        return -1;
    bool same = mm_str_eq(mm_str_of(d.xxh3), x->xxh3) && mm_str_eq(mm_str_of(d.sha256), x->sha256);
    return same ? 0 : mm_fail(e, MM_EBAD, "%s: corrupt: its xxh3 is %s, and the manifest says %.*s; remove it and store again",
                              shown, d.xxh3, (int)x->xxh3.n, x->xxh3.p);
}

static int check_shard(const st_folder *f, const st_entry *x, mm_err *e)
{
    char shown[4096];
    snprintf(shown, sizeof shown, "%s/%.*s", f->path, (int)x->name.n, x->name.p);
    int fd = openat(f->fd, x->name.p, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT)
        return mm_fail(e, MM_EBAD, "%s: missing; store again to have it made anew", shown);
    if (fd < 0)
        return mm_fail_errno(e, "%s", shown);
    int rc = compare(fd, shown, x, e);
    close(fd);
    return rc < 0 ? -1 : count(shown, x, e);
}

/* ---- all of them ------------------------------------------------------------ */

static void *check_some(void *arg)
{
    check *c = arg;
    for (size_t i; (i = c->next++) < c->manifest->n;)
        check_shard(c->folder, &c->manifest->entry[i], &c->found[i]);
    return NULL;
}

static void check_all(check *c, int64_t threads)
{
    enum { MOST = 64 };
    pthread_t id[MOST];
    int64_t n = threads - 1 < MOST ? threads - 1 : MOST, started = 0;
    while (started < n && pthread_create(&id[started], NULL, check_some, c) == 0)
        started++;
    check_some(c);
    for (int64_t i = 0; i < started; i++)
        pthread_join(id[i], NULL);
}

static int by_name(const void *a, const void *b)
{
    return mm_str_cmp(*(const mm_str *)a, *(const mm_str *)b);
}

/* Shards that the manifest does not speak of. */
static int find_strangers(mm_app *app, const st_folder *f, const st_manifest *m, size_t *problems, mm_err *e)
{
    char **names;
    size_t n;
    mm_str *known = calloc(m->n + 1, sizeof *known);
    if (!known || st_shard_names(f, NULL, &names, &n, e) < 0) {
        free(known);
        return e->code ? -1 : mm_fail(e, MM_ESYS, "out of memory");
    }
    for (size_t i = 0; i < m->n; i++)
        known[i] = m->entry[i].name;
    qsort(known, m->n, sizeof *known, by_name);
    for (size_t i = 0; i < n; i++) {
        mm_str name = mm_str_of(names[i]);
        mm_err what = { 0 };
        if (bsearch(&name, known, m->n, sizeof *known, by_name))
            continue;
        mm_fail(&what, MM_EBAD, "%s/%s: extra: the manifest does not speak of it", f->path, names[i]);
        mm_app_fail(app, &what);
        ++*problems;
    }
    free(known);
    st_names_free(names, n);
    return 0;
}

/* Load the manifest of a finished folder. */
static int load(st_manifest *m, const st_folder *f, mm_err *e)
{
    int there = st_manifest_load(m, f, e);
    if (there < 0)
        return -1;
    if (there == 0)
        return mm_fail(e, MM_EBAD, "%s: no " ST_MANIFEST ": nothing was stored here", f->path);
    if (!m->finished)
        return mm_fail(e, MM_EBAD, "%s: not finished: there is no " ST_MANIFEST " yet, and complete shards: %zu; store again "
                       "to go on", f->path, m->n);
    return 0;
}

static void sum(const st_manifest *m, uint64_t *records, uint64_t *bytes)
{
    *records = *bytes = 0;
    for (size_t i = 0; i < m->n; i++) {
        *records += m->entry[i].records;
        *bytes += m->entry[i].bytes;
    }
}

static int verify(mm_app *app, const st_folder *f, st_manifest *m, mm_err *e)
{
    if (load(m, f, e) < 0)
        return -1;
    size_t problems = 0;
    int status = MM_OK;
    check c = { .folder = f, .manifest = m, .found = calloc(m->n + 1, sizeof *c.found) };
    if (!c.found)
        return mm_fail(e, MM_ESYS, "out of memory");
    check_all(&c, app->workers);
    for (size_t i = 0; i < m->n; i++) {
        if (c.found[i].code == MM_OK)
            continue;
        int this = mm_app_fail(app, &c.found[i]);
        status = this > status ? this : status;
        problems++;
    }
    free(c.found);
    if (find_strangers(app, f, m, &problems, e) < 0)
        return -1;
    if (!m->complete) {
        mm_fail(e, MM_EBAD, "%s: incomplete: input was missing when it was stored; store again with all of it", f->path);
        mm_app_fail(app, e);
        problems++;
    }
    uint64_t records, bytes;
    sum(m, &records, &bytes);
    if (problems)
        mm_app_note(app, "%s: %zu problem%s in %zu shard%s", f->path, problems, mm_plural(problems), m->n,
                    mm_plural(m->n));
    else
        mm_app_note(app, "%s: %zu shard%s, %llu record%s, %llu bytes: all is as the manifest says", f->path, m->n,
                    mm_plural(m->n), (unsigned long long)records, mm_plural(records), (unsigned long long)bytes);
    return problems && status == MM_OK ? MM_EBAD : status;
}

/* ---- the table -------------------------------------------------------------- */

static int list(mm_app *app, const st_folder *f, st_manifest *m, mm_err *e)
{
    if (load(m, f, e) < 0)
        return -1;
    int width = 5;
    for (size_t i = 0; i < m->n; i++)
        width = (int)m->entry[i].name.n > width ? (int)m->entry[i].name.n : width;
    uint64_t records, bytes;
    sum(m, &records, &bytes);
    printf("%-*s  %9s  %14s  %-32s  %s\n", width, "SHARD", "RECORDS", "BYTES", "XXH3", "FIRST");
    for (size_t i = 0; i < m->n; i++) {
        const st_entry *x = &m->entry[i];
        printf("%-*s  %9llu  %14llu  %-32s  %s\n", width, x->name.p, (unsigned long long)x->records,
               (unsigned long long)x->bytes, x->xxh3.p, x->first.p);
    }
    printf("%-*s  %9llu  %14llu  %s\n", width, "total", (unsigned long long)records, (unsigned long long)bytes,
           m->complete ? "complete" : "incomplete: input was missing");
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : mm_fail_errno(e, "standard output: cannot write");
}

/* ---- both ------------------------------------------------------------------- */

static int look(mm_app *app, const char *path, int (*at)(mm_app *, const st_folder *, st_manifest *, mm_err *))
{
    st_folder f = { .fd = -1 };
    st_manifest m = { 0 };
    mm_err e = { 0 };
    int rc = app->operands.n ? mm_fail(&e, MM_EUSAGE, "one folder is enough; '%s' is one too many", app->operands.v[0]) : 0;
    if (rc == 0)
        rc = st_folder_open(&f, path, &e) < 0 || st_manifest_init(&m, &e) < 0 ? -1 : at(app, &f, &m, &e);
    st_manifest_free(&m);
    st_folder_close(&f);
    return rc < 0 ? mm_app_fail(app, &e) : rc;
}

int st_verify(mm_app *app, const char *path)
{
    return look(app, path, verify);
}

int st_list(mm_app *app, const char *path)
{
    return look(app, path, list);
}
