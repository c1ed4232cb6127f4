#include "proof.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "report.h"

static bool is_html(const char *file)
{
    return mm_str_ends(mm_str_of(file), MM_STR(".html")) || mm_str_ends(mm_str_of(file), MM_STR(".htm"));
}

static int open_reports(proof *p, mm_err *e)
{
    size_t n = p->reports->n;
    for (size_t i = 0; i < n; i++)
        if (!is_html(p->reports->v[i]) && !mm_str_ends(mm_str_of(p->reports->v[i]), MM_STR(".json")))
            return mm_fail(e, MM_EUSAGE, "--report %s: name a file that ends in .json or .html", p->reports->v[i]);
    p->file = calloc(n + 1, sizeof *p->file);
    if (!p->file)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < n; i++)
        p->file[i].fd = -1;
    for (size_t i = 0; i < n; i++)
        if (mm_outfile_open(&p->file[i], p->reports->v[i], e) < 0)
            return -1;
    return 0;
}

/* The queue shows values: nobody else may read it. */
static int open_queue(proof *p, const char *file, mm_err *e)
{
    struct stat st;
    if (!file)
        return 0;
    if (mm_outfile_open(&p->queue, file, e) < 0)
        return -1;
    if (fstat(p->queue.fd, &st) < 0 || (S_ISREG(st.st_mode) && fchmod(p->queue.fd, S_IRUSR | S_IWUSR) < 0))
        return mm_fail_errno(e, "%s: cannot be kept from others", file);
    return 0;
}

static int flush_queue(proof *p, mm_err *e)
{
    int got = p->lines.failed ? mm_fail(e, MM_ESYS, "out of memory") : mm_outfile_write(&p->queue, mm_buf_view(&p->lines), e);
    p->lines.n = 0;
    return got;
}

int proof_open(proof *p, mm_app *app, redactor *r, const proof_options *o, mm_err *e)
{
    *p = (proof){ .app = app, .reports = o->reports, .queue.fd = -1 };
    r->asks = o->review != NULL;
    r->notes = o->reports->n || app->metrics || o->review;
    return account_init(&p->account, r->tiers, e) < 0 || open_reports(p, e) < 0 ? -1 : open_queue(p, o->review, e);
}

int proof_note(proof *p, const mm_rec *r, mm_err *e)
{
    enum { BUFFER = 65536 };
    const record_note *n = r->extra;
    if (n)
        mm_buf_str(&p->lines, n->queue);
    if (p->lines.n >= BUFFER && flush_queue(p, e) < 0)
        return -1;
    return account_record(&p->account, r, e);
}

/* ---- metrics ---- */

/* Findings by entity and action, out of the table of all combinations. */
static int sum_metrics(proof *p, counts *sums)
{
    const counts *t = &p->account.table;
    for (size_t i = 0; i < t->by.n; i++) {
        const char *entity = memchr(t->name[i].p, '\x1f', t->name[i].n), *end = memrchr(t->name[i].p, '\x1f', t->name[i].n);
        counts_add(sums, (mm_str){ entity + 1, (size_t)(end - entity - 1) }, t->by.v[i].count);
    }
    return sums->failed ? -1 : 0;
}

static const char *part(proof *p, mm_str s)
{
    return mm_arena_copy(p->texts, s).p;
}

static void add(mm_metric *m, size_t *n, const char *name, const char *help, uint64_t value)
{
    m[(*n)++] = (mm_metric){ .name = name, .help = help, .value = value };
}

void proof_end(proof *p)
{
    counts sums = { .most = SIZE_MAX };
    size_t n = 0, *order = NULL;
    if (!p->app->metrics)
        return;
    p->texts = mm_arena_new();
    if (p->texts && sum_metrics(p, &sums) == 0 && (p->metric = calloc(sums.by.n + 2, sizeof *p->metric)))
        order = counts_sorted(&sums, false);
    for (size_t i = 0; order && i < sums.by.n; i++) {
        mm_str name = sums.name[order[i]];
        size_t entity = (size_t)((const char *)memchr(name.p, '\x1f', name.n) - name.p);
        p->metric[n++] = (mm_metric){ .name = "mm_redact_findings_total", .help = "Findings acted upon, by entity and action.",
                                      .label = { "entity", "action" },
                                      .text = { part(p, (mm_str){ name.p, entity }),
                                                part(p, (mm_str){ name.p + entity + 1, name.n - entity - 1 }) },
                                      .value = sums.by.v[order[i]].count };
    }
    if (p->metric) {
        add(p->metric, &n, "mm_redact_records_with_findings_total", "Records that held findings.", p->account.records);
        add(p->metric, &n, "mm_redact_findings_under_review_total", "Findings that await a decision.", p->account.pending);
    }
    p->app->metric = p->metric;
    p->app->n_metrics = n;
    free(order);
    counts_free(&sums);
}

/* ---- reports ---- */

static int write_report(proof *p, size_t i, const report_facts *f, mm_err *e)
{
    mm_buf b = { 0 };
    (is_html(p->reports->v[i]) ? report_html : report_json)(f, &b);
    int got = b.failed ? mm_fail(e, MM_ESYS, "%s: out of memory", p->reports->v[i])
                       : mm_outfile_write(&p->file[i], mm_buf_view(&b), e);
    mm_buf_free(&b);
    return got < 0 ? -1 : mm_outfile_commit(&p->file[i], e);
}

int proof_close(proof *p, int status)
{
    mm_err e = { 0 };
    if (status >= 128 || status == MM_ESYS || status == MM_EUSAGE)
        return status;
    if (p->queue.fd >= 0 && (flush_queue(p, &e) < 0 || mm_outfile_commit(&p->queue, &e) < 0))
        status = mm_app_fail(p->app, &e);
    const report_facts f = { .account = &p->account, .totals = &p->app->totals, .tool = "mm-redact " MM_VERSION,
                             .policy = p->app->policy ? mm_policy_digest(p->app->policy) : NULL };
    for (size_t i = 0; i < p->reports->n; i++)
        if (write_report(p, i, &f, &e) < 0)
            status = mm_app_fail(p->app, &e);
    return status;
}

void proof_free(proof *p)
{
    for (size_t i = 0; p->file && i < p->reports->n; i++)
        mm_outfile_discard(&p->file[i]);
    mm_outfile_discard(&p->queue);
    mm_buf_free(&p->lines);
    free(p->file);
    free(p->metric);
    mm_arena_free(p->texts);
    account_free(&p->account);
}
