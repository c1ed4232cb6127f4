#include "assess_run.h"

#include <stdio.h>
#include <string.h>
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

static int count_first(mm_app *app, assess *a, mm_err *e)
{
    const mm_stage stage = { .work = assess_work, .order = assess_order, .tool = a };
    return mm_app_run_before(app, &stage, "--suppress-k", e);
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
