/* file.c - output files that appear when they are complete. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A new file beside path: its descriptor, and its name in *temp. */
static int open_beside(const char *path, char **temp)
{
    for (int i = 0; i < 100; i++) {
        if (asprintf(temp, "%s.%ld-%d~", path, (long)getpid(), i) < 0) {
            *temp = NULL;
            return -1;
        }
        int fd = open(*temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
        free(*temp);
        *temp = NULL;
    }
    return -1;
}

int mm_outfile_open(mm_outfile *o, const char *name, mm_err *e)
{
    struct stat st;
    bool exists = stat(name, &st) == 0;
    *o = (mm_outfile){ .fd = -1, .name = name };
    if (exists && !S_ISREG(st.st_mode)) {
        o->fd = open(name, O_WRONLY | O_CLOEXEC | O_NOCTTY);
        return o->fd < 0 ? mm_fail_errno(e, "%s: cannot write", name) : 0;
    }
    o->path = exists ? realpath(name, NULL) : strdup(name);
    if (o->path)
        o->fd = open_beside(o->path, &o->temp);
    if (o->fd < 0) {
        mm_fail_errno(e, "%s: cannot write", name);
        free(o->temp);
        o->temp = NULL;
        mm_outfile_discard(o);
        return -1;
    }
    if (exists && fchmod(o->fd, st.st_mode & 0777) != 0)
        errno = 0;  /* somebody else's file: the mode of a new one will do */
    return 0;
}

int mm_outfile_pause(mm_outfile *o, mm_err *e)
{
    if (!o->temp)
        return 0;
    int failed = close(o->fd);
    o->fd = -1;
    return failed ? mm_fail_errno(e, "%s: cannot write", o->name) : 1;
}

int mm_outfile_resume(mm_outfile *o, mm_err *e)
{
    o->fd = open(o->temp, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
    return o->fd < 0 ? mm_fail_errno(e, "%s: cannot write", o->name) : 0;
}

int mm_write_all(int fd, mm_str text)
{
    for (size_t done = 0; done < text.n;) {
        ssize_t n = write(fd, text.p + done, text.n - done);
        if (n < 0 && errno != EINTR)
            return -1;
        done += n > 0 ? (size_t)n : 0;
    }
    return 0;
}

int mm_outfile_write(mm_outfile *o, mm_str text, mm_err *e)
{
    return mm_write_all(o->fd, text) < 0 ? mm_fail_errno(e, "%s: cannot write", o->name) : 0;
}

int mm_outfile_commit(mm_outfile *o, mm_err *e)
{
    int failed = o->temp && fsync(o->fd) != 0 ? mm_fail_errno(e, "%s: cannot write", o->name) : 0;
    if (close(o->fd) != 0 && !failed)
        failed = mm_fail_errno(e, "%s: cannot write", o->name);
    o->fd = -1;
    if (!failed && o->temp) {
        if (rename(o->temp, o->path) != 0)
            failed = mm_fail_errno(e, "%s: cannot write", o->name);
        else
            o->temp[0] = '\0';
    }
    mm_outfile_discard(o);
    return failed;
}

void mm_outfile_discard(mm_outfile *o)
{
    if (o->fd >= 0)
        close(o->fd);
    if (o->temp && o->temp[0])
        unlink(o->temp);
    free(o->temp);
    free(o->path);
    *o = (mm_outfile){ .fd = -1 };
}
