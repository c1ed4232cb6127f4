/* source.c - the bytes of one input. */
#include "record/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define AHEAD_ROOM (64 << 10)

/* What the first bytes say; ZSTD and MORE are asked further. */
enum look { LOOK_NDJSON, LOOK_MMR, LOOK_ZSTD, LOOK_MORE };

/* RFC 8878 section 3.1: a frame starts with 28 B5 2F FD, a skippable one with 5x 2A 4D 18. */
static bool zstd_magic(const unsigned char *p, size_t n)
{
    static const unsigned char frame[] = { 0x28, 0xb5, 0x2f, 0xfd }, skip[] = { 0x50, 0x2a, 0x4d, 0x18 };
    if (n > 4)
        n = 4;
    if (memcmp(p, frame, n) == 0)
        return true;
    return (p[0] & 0xf0) == skip[0] && memcmp(p + 1, skip + 1, n - 1) == 0;
}

static enum look look(const char *p, size_t n)
{
    if (n == 0)
        return LOOK_MORE;
    size_t m = n < MM_MMR_MAGIC_LEN ? n : MM_MMR_MAGIC_LEN;
    if (memcmp(p, MM_MMR_MAGIC, m) == 0)
        return n < MM_MMR_MAGIC_LEN ? LOOK_MORE : LOOK_MMR;
    /* A skippable frame's first byte is an ASCII letter, so all four are wanted. */
    if (zstd_magic((const unsigned char *)p, n))
        return n < 4 ? LOOK_MORE : LOOK_ZSTD;
    return LOOK_NDJSON;
}

/* Read ahead until the form is known, and no further: the next bytes may be long in coming. */
static int peek(mm_source *s, enum look *what, mm_err *e)
{
    char *first = malloc(AHEAD_ROOM);
    if (!first)
        return mm_fail(e, MM_ESYS, "out of memory");
    size_t n = 0;
    while ((*what = look(first, n)) == LOOK_MORE) {
        ssize_t got = mm_source_read(s, first + n, AHEAD_ROOM - n, e);
        if (got < 0) {
            free(first);
            return -1;
        }
        if (got == 0) {
            *what = LOOK_NDJSON;
            break;
        }
        n += (size_t)got;
    }
    s->ahead = first;
    s->ahead_n = n;
    s->ahead_at = 0;
    return 0;
}

static void drop_ahead(mm_source *s)
{
    free(s->ahead);
    s->ahead = NULL;
    s->ahead_n = s->ahead_at = 0;
}

static int tell_form(mm_source *s, mm_form *form, mm_err *e)
{
    enum look what;
    if (peek(s, &what, e) < 0)
        return -1;
    if (what == LOOK_ZSTD) {
        s->zstd = mm_unzstd_new((mm_str){ s->ahead, s->ahead_n }, e);
        drop_ahead(s);
        if (!s->zstd)
            return mm_fail_at(e, "%s", s->name);
        if (peek(s, &what, e) < 0)
            return -1;
        if (what == LOOK_ZSTD)
            return mm_fail(e, MM_EBAD, "%s: zstd inside zstd; unpack it once with zstd -d", s->name);
    }
    *form = what == LOOK_MMR ? MM_FORM_MMR : MM_FORM_NDJSON;
    return 0;
}

int mm_source_open(mm_source *s, const char *name, int stop, _Atomic uint64_t *taken, mm_form *form,
                   mm_err *e)
{
    struct stat st;
    bool standard = strcmp(name, "-") == 0;
    *s = (mm_source){ .name = standard ? "standard input" : name, .taken = taken, .owned = !standard,
                      .stop = stop };
    s->fd = standard ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (s->fd < 0) {
        mm_fail_errno(e, "%s", s->name);
        e->code = MM_EBAD;
        return -1;
    }
    s->waits = fstat(s->fd, &st) != 0 || !S_ISREG(st.st_mode);
    posix_fadvise(s->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    /* A larger pipe means fewer switches between its two ends; refusal is no harm. */
    fcntl(s->fd, F_SETPIPE_SZ, 1 << 20);
    if (tell_form(s, form, e) < 0) {
        mm_source_close(s);
        return -1;
    }
    return 0;
}

void mm_source_close(mm_source *s)
{
    drop_ahead(s);
    mm_unzstd_free(s->zstd);
    s->zstd = NULL;
    if (s->owned && s->fd >= 0)
        close(s->fd);
    s->fd = -1;
}

/* Wait for something to read; false when reading shall end instead. */
static bool wait_for_bytes(const mm_source *s)
{
    struct pollfd which[] = { { .fd = s->fd, .events = POLLIN }, { .fd = s->stop, .events = POLLIN } };
    while (poll(which, 2, -1) < 0 && errno == EINTR)
        ;
    return !which[1].revents;
}

ssize_t mm_source_read_raw(mm_source *s, void *p, size_t n, mm_err *e)
{
    for (;;) {
        if (s->waits && !wait_for_bytes(s))
            return mm_fail(e, MM_ESYS, "%s: reading was stopped", s->name);
        ssize_t got = read(s->fd, p, n);
        if (got >= 0) {
            if (s->taken)
                *s->taken += (uint64_t)got;
            return got;
        }
        if (errno != EINTR && errno != EAGAIN) {
            if (errno == EISDIR)
                return mm_fail(e, MM_EBAD, "%s: is a folder; mm-ingest reads folders", s->name);
            mm_fail_errno(e, "%s: reading", s->name);
            if (e)
                e->code = MM_EBAD;
            return -1;
        }
    }
}

ssize_t mm_source_read(mm_source *s, void *p, size_t n, mm_err *e)
{
    if (s->ahead) {
        size_t some = s->ahead_n - s->ahead_at;
        if (some > n)
            some = n;
        memcpy(p, s->ahead + s->ahead_at, some);
        s->ahead_at += some;
        if (s->ahead_at == s->ahead_n)
            drop_ahead(s);
        return (ssize_t)some;
    }
    return s->zstd ? mm_unzstd_read(s->zstd, s, p, n, e) : mm_source_read_raw(s, p, n, e);
}

int mm_source_seek(mm_source *s, uint64_t place, uint64_t skip, mm_err *e)
{
    char scrap[4096];
    drop_ahead(s);
    if (lseek(s->fd, (off_t)place, SEEK_SET) < 0)
        return mm_fail_errno(e, "%s: seeking", s->name);
    if (s->zstd)
        mm_unzstd_restart(s->zstd, place);
    while (skip > 0) {
        ssize_t got = mm_source_read(s, scrap, skip < sizeof scrap ? skip : sizeof scrap, e);
        if (got <= 0)
            return got < 0 ? -1 : mm_fail(e, MM_EBAD, "%s: ends before the record looked for", s->name);
        skip -= (uint64_t)got;
    }
    return 0;
}
