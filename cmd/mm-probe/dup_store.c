/* dup_store.c - regions of memory that move to files. */
#include "dup_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LEAST = 64 * 1024 };

static int open_nameless(const char *dir, mm_err *e)
{
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
    if (fd >= 0)
        return fd;
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT)
        return mm_fail_errno(e, "--dup-dir %s: cannot make a file", dir);
    mm_buf name = { 0 };
    mm_buf_printf(&name, "%s/mm-probe-XXXXXX", dir);
    mm_buf_byte(&name, '\0');
    fd = name.failed ? -1 : mkostemp(name.p, O_CLOEXEC);
    if (fd < 0)
        mm_fail_errno(e, "--dup-dir %s: cannot make a file", dir);
    else
        unlink(name.p);
    mm_buf_free(&name);
    return fd;
}

static int reserve(const dup_store *s, int fd, uint64_t bytes, mm_err *e)
{
    int r;
    while ((r = posix_fallocate(fd, 0, (off_t)bytes)) == EINTR)
        continue;
    if (r == 0)
        return 0;
    errno = r;
    return mm_fail_errno(e, "--dup-dir %s: no room for an index of %llu bytes", s->dir, (unsigned long long)bytes);
}

static int no_memory(uint64_t bytes, mm_err *e)
{
    return mm_fail_errno(e, "no memory for an index of %llu bytes", (unsigned long long)bytes);
}

/* From memory to a file of cap bytes. */
static int spill(dup_store *s, dup_region *r, uint64_t cap, mm_err *e)
{
    int fd = open_nameless(s->dir, e);
    if (fd < 0)
        return -1;
    if (reserve(s, fd, cap, e) < 0) {
        close(fd);
        return -1;
    }
    char *p = mmap(NULL, cap, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED) {
        no_memory(cap, e);
        close(fd);
        return -1;
    }
    if (r->n)
        memcpy(p, r->p, r->n);
    dup_region was = *r;
    *r = (dup_region){ p, was.n, cap, fd };
    was.fd = -1;
    dup_region_free(s, &was);
    s->spilled += cap;
    return 0;
}

static int remap(dup_region *r, uint64_t cap, mm_err *e)
{
    char *p = r->p ? mremap(r->p, r->cap, cap, MREMAP_MAYMOVE)
                   : mmap(NULL, cap, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return no_memory(cap, e);
    r->p = p;
    return 0;
}

int dup_region_room(dup_store *s, dup_region *r, uint64_t more, mm_err *e)
{
    uint64_t page = LEAST, need = r->n + more, cap = r->cap;
    if (need <= cap)
        return 0;
    cap += cap / 2;
    cap = (need > cap ? need : cap) + page - 1;
    cap -= cap % page;
    if (r->fd < 0 && s->held - r->cap + cap > s->limit)
        return spill(s, r, cap, e);
    if ((r->fd >= 0 && reserve(s, r->fd, cap, e) < 0) || remap(r, cap, e) < 0)
        return -1;
    *(r->fd >= 0 ? &s->spilled : &s->held) += cap - r->cap;
    r->cap = cap;
    return 0;
}

int dup_region_put(dup_store *s, dup_region *r, const void *bytes, uint64_t n, mm_err *e)
{
    if (dup_region_room(s, r, n, e) < 0)
        return -1;
    if (n)
        memcpy(r->p + r->n, bytes, n);
    r->n += n;
    return 0;
}

void dup_region_free(dup_store *s, dup_region *r)
{
    if (r->p)
        munmap(r->p, r->cap);
    if (r->fd >= 0)
        close(r->fd);
    *(r->fd >= 0 ? &s->spilled : &s->held) -= r->cap;
    *r = (dup_region){ .fd = -1 };
}
