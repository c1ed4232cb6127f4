/* calibrate.c - stages, run on samples. */
#include "calibrate.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "flow.h"
#include "govern/usage.h"
#include "learn.h"
#include "sample.h"
#include "task.h"

typedef struct calibration {
    mm_app *a;
    pipeline *p;
    const calibrate_opts *o;
    mm_err *e;
    char folder[256];        /* ours, removed at the end */
    sample *sample;          /* of each data set that was there before */
    double began_s;
    mm_buf lines;            /* of the ledger */
    size_t runs;
} calibration;

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double left_s(const calibration *c)
{
    return c->o->limit_s - (now_s() - c->began_s);
}

/* ---- one run ---- */

/* Wait for the end of a process group, and no longer than until the time is used up. 1: it ended, 0: it was ended here. */
static int wait_for(calibration *c, pid_t child, int *status, struct rusage *used)
{
    int fd = (int)syscall(SYS_pidfd_open, child, 0);
    while (wait4(child, status, WNOHANG, used) == 0) {
        double left = left_s(c);
        if (left <= 0 || mm_app_stopped()) {
            kill(-child, SIGKILL);
            wait4(child, status, 0, used);
            if (fd >= 0)
                close(fd);
            return 0;
        }
        struct pollfd p = { fd, POLLIN, 0 };
        poll(&p, fd >= 0, fd >= 0 ? (int)fmin(200, 1 + 1000 * left) : 5);
    }
    if (fd >= 0)
        close(fd);
    return 1;
}

static pid_t start(const char *text)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    setpgid(0, 0);
    int null = open("/dev/null", O_RDWR);
    if (null >= 0) {
        dup2(null, 0);
        dup2(null, 1);
    }
    execlp("bash", "bash", "-c", text, (char *)NULL);
    _exit(127);
}

/* The stage as a job by itself, from files to a folder of files, beneath `at`. */
static void as_job(const calibration *c, size_t stage, const char *at, mm_buf *reads, mm_buf *writes, job_stage *s, job *j)
{
    const plan_stage *v = &c->p->stage[stage];
    if (v->reads != NONE)
        mm_buf_printf(reads, "%s/data-%s", at, c->p->data[v->reads].name);
    else if (v->from != NONE)
        mm_buf_printf(reads, "%s/pipe-%s", at, c->p->stage[v->from].name);
    if (v->writes != NONE)
        mm_buf_printf(writes, "%s/data-%s", at, c->p->data[v->writes].name);
    else
        mm_buf_printf(writes, "%s/pipe-%s", at, v->name);
    mm_buf_byte(reads, 0);
    mm_buf_byte(writes, 0);
    *s = (job_stage){ .name = v->name, .command = v->command };
    *j = (job){ .name = v->name, .stage = s, .n_stages = 1, .reads = reads->n > 1 ? reads->p : NULL, .writes = writes->p, .shards = 1, .parallel = 1,
                .cores = c->o->cores, .machine = "local", .region = "any", .purchase = "on-demand" };
}

/* The lines that tools of ours left, each with the modalities of the sample. */
static size_t take_lines(calibration *c, const char *ledger, const double *share)
{
    char *line = NULL;
    size_t room = 0, n = 0;
    FILE *f = fopen(ledger, "r");
    for (ssize_t got; f && (got = getline(&line, &room, f)) > 2;) {
        while (got && line[got - 1] != '}')
            got--;
        mm_buf_put(&c->lines, line, (size_t)got - 1);
        mm_buf_str(&c->lines, MM_STR(",\"shares\":{"));
        for (int i = 0; i < N_MODALITIES; i++) {
            mm_buf_printf(&c->lines, "%s\"%s\":", i ? "," : "", modality_name[i]);
            mm_json_put_double(&c->lines, share[i]);
        }
        mm_buf_str(&c->lines, MM_STR("}}\n"));
        n++;
    }
    free(line);
    if (f)
        fclose(f);
    return n;
}

/* A line for a command that leaves none. */
static int tell_line(calibration *c, const char *ledger, const job *j, const mm_usage *begun, const struct rusage *used)
{
    mm_usage u = *begun;
    double bytes = 0, records = 0, out_bytes, out_records;
    mm_usage_end(&u);
    if ((j->reads && sample_count(j->reads, &bytes, &records, c->e) < 0) || sample_count(j->writes, &out_bytes, &out_records, c->e) < 0)
        return -1;
    u.stage = j->name;
    u.workers = (int)j->cores;
    u.cpu_ns = (int64_t)(used->ru_utime.tv_sec + used->ru_stime.tv_sec) * 1000000000 + (int64_t)(used->ru_utime.tv_usec + used->ru_stime.tv_usec) * 1000;
    u.peak_rss = (uint64_t)used->ru_maxrss * 1024;
    u.bytes_in = (uint64_t)bytes;
    u.bytes_out = (uint64_t)out_bytes;
    u.in = (uint64_t)records;
    u.out = (uint64_t)fmin(records, out_records);
    u.dropped = u.in - u.out;
    return mm_ledger_append(ledger, &u, c->e);
}

/* Run a stage on what is beneath `at`: 1, or 0 where the time was used up, or -1. */
static int run_stage(calibration *c, size_t stage, const char *at, const double *share)
{
    mm_buf reads = { 0 }, writes = { 0 }, text = { 0 }, ledger = { 0 };
    job_stage s;
    job j;
    as_job(c, stage, at, &reads, &writes, &s, &j);
    plan one = { .pipeline = "calibrate", .digest = "", .currency = "", .jobs = &j, .n_jobs = 1 };
    mm_buf work = { 0 };
    mm_buf_printf(&work, "%s/work-%s", at, s.name);
    mm_buf_printf(&ledger, "%s/work-%s/ledger.ndjson", at, s.name);
    mm_buf_byte(&work, 0);
    mm_buf_byte(&ledger, 0);
    target_opts o = TARGET_DEFAULTS;
    o.work = work.p;
    mm_buf_str(&text, MM_STR("shard=0\n"));
    task_put(&text, &one, 0, &o);
    mm_buf_byte(&text, 0);
    int rc = text.failed || work.failed || ledger.failed ? mm_fail(c->e, MM_ESYS, "out of memory") : 1, status = 0;
    mm_usage u;
    mm_usage_begin(&u, "mm-plan", MM_VERSION);
    struct rusage used = { 0 };
    pid_t child = rc > 0 ? start(text.p) : -1;
    if (rc > 0 && child < 0)
        rc = mm_fail_errno(c->e, "cannot start bash");
    if (rc > 0)
        rc = wait_for(c, child, &status, &used);
    if (rc > 0 && status != 0)
        rc = mm_fail(c->e, MM_EBAD, "stage %s failed on a sample (%s %d): %.200s", s.name, WIFSIGNALED(status) ? "signal" : "status",
                     WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), s.command);
    if (rc > 0 && access(ledger.p, F_OK) != 0 && tell_line(c, ledger.p, &j, &u, &used) < 0)
        rc = -1;
    if (rc > 0)
        c->runs += take_lines(c, ledger.p, share);
    mm_buf_free(&reads);
    mm_buf_free(&writes);
    mm_buf_free(&text);
    mm_buf_free(&ledger);
    mm_buf_free(&work);
    return rc;
}

/* ---- growing ---- */

/* Samples of that share of every data set, and every stage on them: as run_stage. */
static int run_all(calibration *c, double part, size_t turn)
{
    mm_buf at = { 0 }, folder = { 0 };
    double of[N_MODALITIES] = { 0 }, bytes = 0;
    mm_buf_printf(&at, "%s/%zu", c->folder, turn);
    mm_buf_byte(&at, 0);
    int rc = at.failed || mkdir(at.p, 0777) != 0 ? mm_fail_errno(c->e, "%s: cannot make", at.p ? at.p : "a folder") : 1;
    for (size_t i = 0; rc > 0 && i < c->p->n_data; i++) {
        const dataset *d = &c->p->data[i];
        if (d->writer != NONE || !d->path)
            continue;
        folder.n = 0;
        mm_buf_printf(&folder, "%s/data-%s", at.p, d->name);
        mm_buf_byte(&folder, 0);
        double got = folder.failed ? -1 : sample_make(&c->sample[i], part * c->sample[i].bytes, folder.p, c->e);
        if (got < 0)
            rc = -1;
        bytes += got;
        for (int k = 0; k < N_MODALITIES; k++)
            of[k] += got * d->share[k];
    }
    for (int k = 0; bytes > 0 && k < N_MODALITIES; k++)
        of[k] /= bytes;
    for (size_t i = 0; rc > 0 && i < c->p->n_stages; i++)
        rc = run_stage(c, i, at.p, of);
    if (at.p)
        sample_remove(at.p);
    mm_buf_free(&at);
    mm_buf_free(&folder);
    return rc;
}

enum { SMALLEST = 64, LEAST_BYTES = 1 << 16 };

static int grow(calibration *c)
{
    double all = 0, part = 1.0 / SMALLEST, took = 0;
    for (size_t i = 0; i < c->p->n_data; i++)
        all += c->sample[i].bytes;
    if (!(all > 0))
        return mm_fail(c->e, MM_EUSAGE, "there is nothing to measure on: no data set that the pipeline begins with has files");
    part = fmin(1, fmax(part, LEAST_BYTES / all));
    for (size_t turn = 0;; turn++, part = fmin(1, 2 * part)) {
        /* What is twice as large takes at most twice as long, or about. */
        if (turn && left_s(c) < 2.2 * took)
            return 0;
        double from = now_s();
        int rc = run_all(c, part, turn);
        took = now_s() - from;
        if (rc == 0 && !c->runs && !mm_app_stopped())
            return mm_fail(c->e, MM_EUSAGE, "no stage was done with %.0f kB in the time allowed; raise --limit", part * all / 1000);
        if (rc <= 0 || part >= 1)
            return rc < 0 ? -1 : 0;
    }
}

/* ---- what comes of it ---- */

static int append(const char *file, const mm_buf *b, mm_err *e)
{
    int fd = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    int rc = fd < 0 || mm_write_all(fd, mm_buf_view(b)) < 0 ? mm_fail_errno(e, "%s: cannot append", file) : 0;
    if (fd >= 0)
        close(fd);
    return rc;
}

static int learn(calibration *c)
{
    mm_buf file = { 0 };
    mm_buf_printf(&file, "%s/ledger.ndjson", c->folder);
    mm_buf_byte(&file, 0);
    int rc = file.failed || c->lines.failed ? mm_fail(c->e, MM_ESYS, "out of memory") : append(file.p, &c->lines, c->e);
    if (rc == 0 && c->a->ledger)
        rc = append(c->a->ledger, &c->lines, c->e);
    if (rc == 0)
        rc = learn_run(c->a, (const char *const[]){ file.p }, 1, c->o->state, c->o->form, c->e);
    mm_buf_free(&file);
    return rc;
}

int calibrate_run(mm_app *a, pipeline *p, const calibrate_opts *o, mm_err *e)
{
    calibration c = { .a = a, .p = p, .o = o, .e = e, .began_s = now_s() };
    const char *temp = getenv("TMPDIR");
    if (!o->state)
        return mm_fail(e, MM_EUSAGE, "calibrate --state FILE PIPELINE: name the file where what is learnt is kept");
    if (snprintf(c.folder, sizeof c.folder, "%s/mm-plan-XXXXXX", temp && *temp ? temp : "/tmp") >= (int)sizeof c.folder || !mkdtemp(c.folder))
        return mm_fail_errno(e, "%s: cannot make a folder for samples", temp && *temp ? temp : "/tmp");
    int rc = (c.sample = calloc(p->n_data + 1, sizeof *c.sample)) ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; rc == 0 && i < p->n_data; i++)
        if (p->data[i].writer == NONE && p->data[i].path)
            rc = sample_find(&c.sample[i], p->data[i].path, e);
    if (rc == 0)
        rc = grow(&c);
    if (rc == 0 && !mm_app_stopped())
        rc = learn(&c);
    for (size_t i = 0; c.sample && i < p->n_data; i++)
        sample_free(&c.sample[i]);
    free(c.sample);
    mm_buf_free(&c.lines);
    sample_remove(c.folder);
    return rc;
}
