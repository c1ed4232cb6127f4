#include "assess_run.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "assess.h"
#include "base/file.h"

int assess_asked(const assess_options *o, mm_err *e)
{
    if (!o->on)
        return o->quasi || o->sensitive || o->suppress_k
                   ? mm_fail(e, MM_EUSAGE, "--quasi, --sensitive and --suppress-k go with --assess") : 0;
    if (!o->quasi)
        return mm_fail(e, MM_EUSAGE, "--assess needs --quasi FIELD,...: what others may know of a person, as in age,zip,sex");
    return 1;
}

static int discard(void *tool, const mm_batch *b, mm_err *e)
{
    (void)tool, (void)b, (void)e;
    return 0;
}

/* What is counted in a first pass must be there for a second. */
static int check_regular(const char *const *names, size_t n, mm_err *e)
{
    struct stat st;
    for (size_t i = 0; i < n; i++) {
        bool in = strcmp(names[i], "-") == 0;
        if ((in ? fstat(STDIN_FILENO, &st) : stat(names[i], &st)) == 0 && !S_ISREG(st.st_mode))
            return mm_fail(e, MM_EUSAGE, "%s: --suppress-k reads its input twice, and this is no plain file; write it to one first",
                           in ? "standard input" : names[i]);
    }
    return 0;
}

/* Bad records and inputs are told in the second pass. */
static int ignore_bad(void *ctx, const mm_rec *r, const mm_err *e)
{
    (void)ctx, (void)r, (void)e;
    return 0;
}

static int count_first(mm_app *app, assess *a, mm_err *e)
{
    static const char *const standard[] = { "-" };
    const char *const *names = app->operands.n ? app->operands.v : standard;
    size_t n = app->operands.n ? app->operands.n : 1;
    off_t start = lseek(STDIN_FILENO, 0, SEEK_CUR);
    if (check_regular(names, n, e) < 0)
        return -1;
    const mm_read_opts ro = { .max_record = (size_t)app->max_record };
    mm_reader *reader = mm_reader_open(names, n, &ro, e);
    const mm_stage stage = { .work = assess_work, .order = assess_order, .write = discard, .tool = a };
    mm_totals totals;
    int got = reader ? mm_run(&stage, &(mm_run_opts){ .workers = (int)app->workers, .reader = reader, .on_bad = ignore_bad },
                              &totals, e) : -1;
    mm_reader_close(reader);
    if (got == 0 && start >= 0 && lseek(STDIN_FILENO, start, SEEK_SET) < 0)
        return mm_fail_errno(e, "standard input can not be read again");
    return got;
}

static int write_report(const char *file, mm_str text, mm_err *e)
{
    mm_outfile out = { .fd = -1 };
    if (!file || strcmp(file, "-") == 0)
        return fwrite(text.p, 1, text.n, stdout) == text.n && fflush(stdout) == 0 ? 0 : mm_fail_errno(e, "standard output");
    if (mm_outfile_open(&out, file, e) < 0)
        return -1;
    if (mm_outfile_write(&out, text, e) < 0) {
        mm_outfile_discard(&out);
        return -1;
    }
    return mm_outfile_commit(&out, e);
}

/* The report, to where it was asked for: with records on standard output, only to a file. */
static int tell(mm_app *app, const assess_options *o, assess *a, mm_err *e)
{
    mm_buf b = { 0 };
    int got = assess_report(a, &b);
    if (got < 0)
        mm_fail(e, MM_ESYS, "out of memory");
    else if (o->report || !o->suppress_k)
        got = write_report(o->report, mm_buf_view(&b), e);
    b.n = 0;
    assess_line(a, &b);
    if (got == 0)
        mm_app_note(app, "%.*s", (int)b.n, b.p ? b.p : "");
    mm_buf_free(&b);
    return got;
}

int assess_run(mm_app *app, const assess_options *o)
{
    mm_err e = { 0 };
    assess *a = assess_new(o->quasi, o->sensitive, o->suppress_k, &e);
    bool twice = o->suppress_k > 0;
    if (!a || (twice && o->report && strcmp(o->report, "-") == 0 &&
               mm_fail(&e, MM_EUSAGE, "--report: records go to standard output; name a file")) ||
        (twice && count_first(app, a, &e) < 0)) {
        assess_free(a);
        return mm_app_fail(app, &e);
    }
    const mm_stage stage = { .work = assess_work, .order = twice ? assess_suppress : assess_order,
                             .write = twice ? NULL : discard, .tool = a };
    int status = mm_app_run(app, &stage);
    if (status < 128 && status != MM_ESYS && tell(app, o, a, &e) < 0)
        status = mm_app_fail(app, &e);
    assess_free(a);
    return status;
}
