/* emit.c - times as text, and files that are appended to or replaced whole. */
#include "govern/emit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

void mm_emit_time(mm_buf *b, int64_t unix_ns)
{
    time_t s = (time_t)(unix_ns / 1000000000);
    struct tm t;
    gmtime_r(&s, &t);
    mm_buf_printf(b, "\"%04d-%02d-%02dT%02d:%02d:%02d.%09dZ\"", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday,
                  t.tm_hour, t.tm_min, t.tm_sec, (int)(unix_ns % 1000000000));
}

void mm_emit_seconds(mm_buf *b, int64_t ns)
{
    ns = ns < 0 ? 0 : ns;
    mm_buf_printf(b, "%lld.%09lld", (long long)(ns / 1000000000), (long long)(ns % 1000000000));
}

void mm_emit_member(mm_buf *b, const char *key, const char *text)
{
    if (!text)
        return;
    mm_buf_printf(b, ",\"%s\":", key);
    mm_json_put(b, mm_str_of(text));
}

/* The lock is for the way back only: nobody's line may stand behind a half one that is cut off. A file
 * system without locks appends all the same. */
static int append_or_undo(int fd, const mm_buf *b)
{
    struct stat st;
    flock(fd, LOCK_EX);
    if (fstat(fd, &st) != 0)
        return -1;
    if (mm_write_all(fd, mm_buf_view(b)) == 0)
        return 0;
    int saved = errno;
    if (S_ISREG(st.st_mode) && ftruncate(fd, st.st_size) != 0)
        return -1;
    errno = saved;
    return -1;
}

int mm_emit_append(const char *file, const mm_buf *b, mm_err *e)
{
    if (b->failed)
        return mm_fail(e, MM_ESYS, "%s: out of memory", file);
    int fd = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0)
        return mm_fail_errno(e, "%s", file);
    int failed = append_or_undo(fd, b);
    if (failed)
        mm_fail_errno(e, "%s", file);
    close(fd);
    return failed;
}

int mm_emit_replace(const char *file, const mm_buf *b, mm_err *e)
{
    char temporary[PATH_MAX];
    if (b->failed)
        return mm_fail(e, MM_ESYS, "%s: out of memory", file);
    if (snprintf(temporary, sizeof(temporary), "%s.%ld~", file, (long)getpid()) >= (int)sizeof(temporary))
        return mm_fail(e, MM_ESYS, "%s: the name is too long", file);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return mm_fail_errno(e, "%s", file);
    int failed = mm_write_all(fd, mm_buf_view(b)) != 0 || fsync(fd) != 0;
    if (failed)
        mm_fail_errno(e, "%s", file);
    if (close(fd) != 0 && !failed)
        failed = mm_fail_errno(e, "%s", file);
    if (!failed && rename(temporary, file) != 0)
        failed = mm_fail_errno(e, "%s", file);
    if (failed)
        unlink(temporary);
    return failed ? -1 : 0;
}
