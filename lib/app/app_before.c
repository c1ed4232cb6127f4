/* app_before.c - a first pass over inputs that are read twice. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"

static int check_plain(const char *const *names, size_t n, const char *option, mm_err *e)
{
    struct stat st;
    for (size_t i = 0; i < n; i++) {
        bool in = strcmp(names[i], "-") == 0;
        if ((in ? fstat(STDIN_FILENO, &st) : stat(names[i], &st)) == 0 && !S_ISREG(st.st_mode))
            return mm_fail(e, MM_EUSAGE, "%s: %s reads its input twice, and this is no plain file; write it to one first",
                           in ? "standard input" : names[i], option);
    }
    return 0;
}

static int discard(void *tool, const mm_batch *b, mm_err *e) { return 0; }
static int ignore_bad(void *ctx, const mm_rec *r, const mm_err *e) { return 0; }

int mm_app_run_before(const mm_app *a, const mm_stage *s, const char *option, mm_err *e)
{
    static const char *const standard[] = { "-" };
    const char *const *names = a->operands.n ? a->operands.v : standard;
    size_t n = a->operands.n ? a->operands.n : 1;
    off_t start = lseek(STDIN_FILENO, 0, SEEK_CUR);
    if (check_plain(names, n, option, e) < 0)
        return -1;
    mm_stage quiet = *s;
    quiet.write = discard;
    const mm_read_opts ro = { .max_record = (size_t)a->max_record };
    mm_reader *reader = mm_reader_open(names, n, &ro, e);
    mm_totals totals;
    int got = reader ? mm_run(&quiet, &(mm_run_opts){ .workers = (int)a->workers, .reader = reader, .on_bad = ignore_bad }, &totals, e)
                     : -1;
    mm_reader_close(reader);
    if (got == 0 && start >= 0 && lseek(STDIN_FILENO, start, SEEK_SET) < 0)
        return mm_fail_errno(e, "standard input can not be read again");
    return got;
}
