/* sink.c - gathered writes to a descriptor. */
#include "record/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A piece shorter than this is cheaper copied than gathered. */
#define COPY_BELOW 2048
#define COPIED_ROOM (128u << 10)

int mm_sink_open(mm_sink *s, int fd, const char *name, const mm_write_opts *o, mm_err *e)
{
    struct stat st;
    *s = (mm_sink){ .fd = fd, .name = name, .copied = malloc(COPIED_ROOM) };
    if (!s->copied)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (o && o->zstd && !(s->zstd = mm_zstd_new(o->zstd, o->seekable, e))) {
        mm_sink_close(s);
        return -1;
    }
    s->file = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    fcntl(fd, F_SETPIPE_SZ, 1 << 20);
    return 0;
}

void mm_sink_close(mm_sink *s)
{
    mm_zstd_free(s->zstd);
    s->zstd = NULL;
    free(s->copied);
    s->copied = NULL;
}

static int write_failed(const mm_sink *s, mm_err *e)
{
    errno = s->broken;
    return mm_fail_errno(e, "%s: cannot write", s->name);
}

/* Step over what was sent of n pieces; returns those left. */
static int step(struct iovec **v, int n, size_t sent)
{
    for (; sent > 0; ++*v, n--) {
        if (sent < (*v)->iov_len) {
            (*v)->iov_base = (char *)(*v)->iov_base + sent;
            (*v)->iov_len -= sent;
            break;
        }
        sent -= (*v)->iov_len;
    }
    return n;
}

/* Write out the gathered pieces, however many calls it takes. After a failure nothing more is
 * written. */
static int send(mm_sink *s, mm_err *e)
{
    struct iovec *v = s->piece;
    int n = s->pieces;
    s->pieces = 0;
    s->copied_n = 0;
    s->borrowing = false;
    while (n > 0 && !s->broken) {
        ssize_t sent = writev(s->fd, v, n);
        if (sent >= 0)
            n = step(&v, n, (size_t)sent);
        else if (errno == EAGAIN)
            poll(&(struct pollfd){ .fd = s->fd, .events = POLLOUT }, 1, -1);
        else if (errno != EINTR)
            s->broken = errno;
    }
    return s->broken ? write_failed(s, e) : 0;
}

/* Gather a piece that stays where it is until it is sent. */
static int gather(mm_sink *s, const char *p, size_t n, mm_err *e)
{
    if (s->pieces == MM_SINK_PIECES && send(s, e) < 0)
        return -1;
    s->piece[s->pieces++] = (struct iovec){ (void *)p, n };
    return 0;
}

static int copy(mm_sink *s, mm_str bytes, mm_err *e)
{
    if (bytes.n > COPIED_ROOM - s->copied_n && send(s, e) < 0)
        return -1;
    if (s->pieces == MM_SINK_PIECES && send(s, e) < 0)
        return -1;
    char *to = s->copied + s->copied_n;
    memcpy(to, bytes.p, bytes.n);
    s->copied_n += bytes.n;
    struct iovec *last = s->pieces ? &s->piece[s->pieces - 1] : NULL;
    if (last && (char *)last->iov_base + last->iov_len == to) {
        last->iov_len += bytes.n;
        return 0;
    }
    return gather(s, to, bytes.n, e);
}

int mm_sink_put_plain(mm_sink *s, mm_str bytes, bool stays, mm_err *e)
{
    if (bytes.n == 0)
        return 0;
    s->bytes += bytes.n;
    if (bytes.n < (stays ? COPY_BELOW : COPIED_ROOM))
        return copy(s, bytes, e);
    if (gather(s, bytes.p, bytes.n, e) < 0)
        return -1;
    s->borrowing = true;
    return stays ? 0 : send(s, e);
}

int mm_sink_put(mm_sink *s, mm_str bytes, bool stays, mm_err *e)
{
    return s->zstd ? mm_zstd_put(s->zstd, s, bytes, e) : mm_sink_put_plain(s, bytes, stays, e);
}

int mm_sink_settle(mm_sink *s, mm_err *e)
{
    return s->borrowing || !s->file ? send(s, e) : 0;
}

int mm_sink_flush(mm_sink *s, mm_err *e)
{
    return s->zstd && mm_zstd_flush(s->zstd, s, e) < 0 ? -1 : send(s, e);
}

int mm_sink_end(mm_sink *s, mm_err *e)
{
    return s->zstd && mm_zstd_end(s->zstd, s, e) < 0 ? -1 : send(s, e);
}
