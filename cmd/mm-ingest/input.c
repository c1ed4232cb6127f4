/* input.c - one file or pipe that is being read. */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "head.h"

int input_init(input *in, mm_err *e)
{
    char *cwd = realpath(".", NULL);  /* where it can not be had, no ref is relative */
    size_t n = cwd ? strlen(cwd) : 0;
    in->cwd = calloc(1, n + 2);
    if (in->cwd && cwd) {
        memcpy(in->cwd, cwd, n);
        if (in->cwd[n - 1] != '/')
            in->cwd[n] = '/';
    }
    free(cwd);
    return in->cwd ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

void input_free(input *in)
{
    input_close(in);
    mm_buf_free(&in->src);
    mm_buf_free(&in->ref);
    mm_buf_free(&in->ahead);
    free(in->cwd);
}

void input_close(input *in)
{
    if (in->fd > 0)
        close(in->fd);
    in->fd = -1;
    free(in->path);
    in->path = NULL;
}

/* A ref names the file itself, past symbolic links and "..": these may not be opened. It is relative where the
 * file lies beneath the working directory. JSON can not hold a name that is no UTF-8. */
static void name_ref(input *in)
{
    in->ref.n = 0;
    char *real = realpath(in->path, NULL);
    if (!real)
        return;
    size_t n = strlen(real), below = strlen(in->cwd);
    mm_str name = { real, n };
    if (below && strncmp(real, in->cwd, below) == 0)
        name = (mm_str){ real + below, n - below };
    if (mm_simd()->utf8_check(name.p, name.n) == name.n)
        mm_json_put(&in->ref, name);
    free(real);
}

static int refuse(mm_err *e)
{
    int why = errno;
    mm_fail_errno(e, "cannot be read");
    /* Only what ends the run interrupts. */
    e->code = why == ENOMEM || why == EMFILE || why == ENFILE || why == EINTR ? MM_ESYS : MM_EBAD;
    return -1;
}

int input_open(input *in, const char *path, mm_err *e)
{
    bool standard = strcmp(path, "-") == 0;
    in->src.n = in->ref.n = in->ahead.n = in->ahead_at = 0;
    in->pos = 0;
    head_spell(&in->src, mm_str_of(path));
    mm_buf_byte(&in->src, 0);
    in->src.n -= !in->src.failed;
    in->path = strdup(path);
    if (in->src.failed || !in->path)
        return mm_fail(e, MM_ESYS, "out of memory");
    in->fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (in->fd < 0 || fstat(in->fd, &in->st) != 0) {
        refuse(e);
        input_close(in);
        return -1;
    }
    /* Standard input may stand in the middle of a file that others read on. */
    off_t at = standard ? lseek(in->fd, 0, SEEK_CUR) : 0;
    in->regular = S_ISREG(in->st.st_mode) && at >= 0;
    in->pos = in->regular ? (uint64_t)at : 0;
    if (in->regular && !standard)
        name_ref(in);
    return 0;
}

/* Wait until there is something to read. A signal may come just before a read that would wait: so none waits long. */
static int await(const input *in)
{
    struct pollfd p = { .fd = in->fd, .events = POLLIN };
    int got = 0;
    while (!*in->stop && got == 0) {
        got = poll(&p, 1, 200);
        if (got < 0 && errno == EINTR)
            got = 0;
    }
    errno = EINTR;
    return *in->stop ? -1 : 0;
}

/* From the descriptor itself. */
static ssize_t read_on(input *in, void *p, size_t n, mm_err *e)
{
    ssize_t got;
    if (!in->regular && await(in) < 0)
        return refuse(e);
    do
        got = in->regular ? pread(in->fd, p, n, (off_t)in->pos) : read(in->fd, p, n);
    while (got < 0 && errno == EINTR && !*in->stop);
    if (got < 0)
        return refuse(e);
    in->pos += (uint64_t)got;
    *in->taken += (uint64_t)got;
    return got;
}

ssize_t input_read(input *in, void *p, size_t n, mm_err *e)
{
    size_t left = in->ahead.n - in->ahead_at;
    if (!left)
        return read_on(in, p, n, e);
    n = n < left ? n : left;
    memcpy(p, in->ahead.p + in->ahead_at, n);
    in->ahead_at += n;
    return (ssize_t)n;
}

ssize_t input_peek(input *in, uint64_t from, void *p, size_t n, mm_err *e)
{
    ssize_t got = 1;
    if (in->regular) {
        size_t have = 0;
        while (have < n && (got = pread(in->fd, (char *)p + have, n - have, (off_t)(in->pos + from + have))) > 0)
            have += (size_t)got;
        return got < 0 ? refuse(e) : (ssize_t)have;
    }
    while (got > 0 && in->ahead.n - in->ahead_at < from + n) {
        char *room = mm_buf_room(&in->ahead, (size_t)64 << 10);
        if (!room)
            return mm_fail(e, MM_ESYS, "out of memory");
        if ((got = read_on(in, room, (size_t)64 << 10, e)) < 0)
            return -1;
        in->ahead.n += (size_t)got;
    }
    size_t held = in->ahead.n - in->ahead_at;
    size_t there = held > from ? (size_t)(held - from) : 0;
    n = n < there ? n : there;
    if (n)
        memcpy(p, in->ahead.p + in->ahead_at + from, n);
    return (ssize_t)n;
}

ssize_t input_read_full(input *in, void *p, size_t n, mm_err *e)
{
    size_t have = 0;
    while (have < n) {
        ssize_t got = input_read(in, (char *)p + have, n - have, e);
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        have += (size_t)got;
    }
    return (ssize_t)have;
}

int input_unread(input *in, mm_str bytes, mm_err *e)
{
    if (in->regular) {
        in->pos -= bytes.n;
        *in->taken -= bytes.n;
        return 0;
    }
    mm_buf joined = { 0 };
    mm_buf_str(&joined, bytes);
    mm_buf_put(&joined, in->ahead.p + in->ahead_at, in->ahead.n - in->ahead_at);
    if (joined.failed) {
        mm_buf_free(&joined);
        return mm_fail(e, MM_ESYS, "out of memory");
    }
    mm_buf_free(&in->ahead);
    in->ahead = joined;
    in->ahead_at = 0;
    return 0;
}

int64_t input_skip(input *in, uint64_t n, mm_err *e)
{
    uint64_t done = 0;
    if (in->regular) {
        uint64_t size = (uint64_t)in->st.st_size, left = size > in->pos ? size - in->pos : 0;
        done = n < left ? n : left;
        in->pos += done;
        *in->taken += done;
        return (int64_t)done;
    }
    char scrap[16384];
    while (done < n) {
        ssize_t got = input_read(in, scrap, n - done < sizeof scrap ? (size_t)(n - done) : sizeof scrap, e);
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        done += (uint64_t)got;
    }
    return (int64_t)done;
}
