/* jail_wire.c - datagrams with descriptors, and the ring. */
#include "run/jail_wire.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define RING_ROOM ((uint64_t)4 << 20)  /* a power of two, at least four chunks */
#define MAX_FDS 3
#define LINGER_NS 60000

struct mm_ring_shared {
    _Alignas(64) _Atomic uint64_t head;  /* written so far */
    _Alignas(64) _Atomic uint64_t tail;  /* read so far */
    _Alignas(64) _Atomic uint32_t reader_waits;
    _Alignas(64) _Atomic uint32_t writer_waits;
    _Alignas(4096) char data[];
};

/* In front of every record; the bytes behind it are padded to a multiple of eight. */
typedef struct record_head {
    uint32_t kind, n;
} record_head;

int64_t mm_monotonic_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int mm_wire_send(int sock, const void *msg, size_t n, const int *fds, size_t n_fds)
{
    struct iovec iov = { (void *)(uintptr_t)msg, n };
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(MAX_FDS * sizeof(int))];
    } control = { 0 };
    struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
    if (n_fds > 0) {
        m.msg_control = control.room;
        m.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
        struct cmsghdr *c = CMSG_FIRSTHDR(&m);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
        memcpy(CMSG_DATA(c), fds, n_fds * sizeof(int));
    }
    ssize_t sent;
    do
        sent = sendmsg(sock, &m, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? -1 : 0;
}

ssize_t mm_wire_recv(int sock, void *msg, size_t n, int *fds, size_t n_fds, int flags)
{
    struct iovec iov = { msg, n };
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(MAX_FDS * sizeof(int))];
    } control;
    struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1,
                        .msg_control = control.room, .msg_controllen = sizeof(control.room) };
    ssize_t got;
    do
        got = recvmsg(sock, &m, flags | MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    for (size_t i = 0; i < n_fds; i++)
        fds[i] = -1;
    if (got < 0)
        return -1;
    size_t taken = 0;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
            if (taken < n_fds)
                fds[taken++] = fd;
            else
                close(fd);
        }
    }
    return got;
}

size_t mm_ring_bytes(void)
{
    return sizeof(mm_ring_shared) + RING_ROOM;
}

int mm_ring_map(mm_ring *r, int fd, int sock)
{
    void *p = mmap(NULL, mm_ring_bytes(), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED)
        return -1;
    *r = (mm_ring){ .shared = p, .sock = sock };
    return 0;
}

void mm_ring_unmap(mm_ring *r)
{
    if (r->shared)
        munmap(r->shared, mm_ring_bytes());
    r->shared = NULL;
}

void mm_ring_reset(mm_ring *r)
{
    r->pos = 0;
    atomic_store(&r->shared->head, 0);
    atomic_store(&r->shared->tail, 0);
    atomic_store(&r->shared->reader_waits, 0);
    atomic_store(&r->shared->writer_waits, 0);
}

static void copy_in(mm_ring *r, uint64_t at, const void *bytes, size_t n)
{
    size_t from = at & (RING_ROOM - 1);
    size_t first = n < RING_ROOM - from ? n : RING_ROOM - from;
    memcpy(r->shared->data + from, bytes, first);
    memcpy(r->shared->data, (const char *)bytes + first, n - first);
}

static void copy_out(const mm_ring *r, uint64_t at, void *bytes, size_t n)
{
    size_t from = at & (RING_ROOM - 1);
    size_t first = n < RING_ROOM - from ? n : RING_ROOM - from;
    memcpy(bytes, r->shared->data + from, first);
    memcpy((char *)bytes + first, r->shared->data, n - first);
}

static uint64_t record_size(size_t n)
{
    return sizeof(record_head) + ((n + 7) & ~(size_t)7);
}

/* A full queue holds wakes that nobody has taken yet: one more would say nothing new. */
static int wake(mm_ring *r)
{
    mm_cell_request w = { .kind = MM_CELL_WAKE };
    ssize_t sent = send(r->sock, &w, sizeof(w), MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent > 0 || errno == EAGAIN ? 0 : -1;
}

/* Sleep until the reader made room. Raising the flag and looking again closes the gap in which the
 * reader could have gone by without seeing it. */
static int wait_for_room(mm_ring *r, uint64_t need)
{
    atomic_store(&r->shared->writer_waits, 1);
    if (RING_ROOM - (r->pos - atomic_load(&r->shared->tail)) >= need)
        return 0;
    mm_cell_request w;
    return mm_wire_recv(r->sock, &w, sizeof(w), NULL, 0, 0) > 0 ? 0 : -1;
}

int mm_ring_put(mm_ring *r, uint32_t kind, mm_str bytes)
{
    if (bytes.n > MM_CHUNK_MAX)
        return -1;
    record_head h = { kind, (uint32_t)bytes.n };
    uint64_t need = record_size(bytes.n);
    while (RING_ROOM - (r->pos - atomic_load_explicit(&r->shared->tail, memory_order_acquire)) < need)
        if (wait_for_room(r, need) != 0)
            return -1;
    copy_in(r, r->pos, &h, sizeof(h));
    if (bytes.n > 0)
        copy_in(r, r->pos + sizeof(h), bytes.p, bytes.n);
    r->pos += need;
    atomic_store(&r->shared->head, r->pos);
    if (atomic_load(&r->shared->reader_waits) && atomic_exchange(&r->shared->reader_waits, 0))
        return wake(r);
    return 0;
}

/* Take what lies between pos and head; head is the worker's word and is checked. */
static mm_ring_got take(mm_ring *r, uint64_t head, uint32_t *kind, mm_buf *out)
{
    uint64_t there = head - r->pos;
    record_head h;
    if (there > RING_ROOM || there < sizeof(h))
        return MM_RING_NONSENSE;
    copy_out(r, r->pos, &h, sizeof(h));
    if (h.n > MM_CHUNK_MAX || record_size(h.n) > there)
        return MM_RING_NONSENSE;
    char *room = mm_buf_room(out, h.n);
    if (room) {
        copy_out(r, r->pos + sizeof(h), room, h.n);
        out->n += h.n;
    }
    *kind = h.kind;
    r->pos += record_size(h.n);
    atomic_store(&r->shared->tail, r->pos);
    /* A half-empty ring is soon enough: the writer then has work for a while. */
    if (there - record_size(h.n) <= RING_ROOM / 2 && atomic_load(&r->shared->writer_waits) &&
        atomic_exchange(&r->shared->writer_waits, 0))
        wake(r);  /* a writer that is gone shows at the next wait */
    return MM_RING_RECORD;
}

/* Sleep until the writer says that there is something, dies, or time is up. */
static mm_ring_got wait_for_record(mm_ring *r, int64_t deadline_ns)
{
    int64_t left = deadline_ns - mm_monotonic_ns();
    if (left <= 0)
        return MM_RING_LATE;
    struct timespec t = { left / 1000000000, left % 1000000000 };
    struct pollfd p = { r->sock, POLLIN, 0 };
    if (ppoll(&p, 1, &t, NULL) <= 0)
        return MM_RING_RECORD;  /* interrupted or late: the caller looks again */
    mm_cell_request w;
    ssize_t got = mm_wire_recv(r->sock, &w, sizeof(w), NULL, 0, MSG_DONTWAIT);
    if (got > 0 || (got < 0 && errno == EAGAIN))
        return MM_RING_RECORD;
    return MM_RING_GONE;
}

/* Look again for a little while before sleeping: many answers come sooner than a sleeper
 * wakes. Yielding leaves the processor to whoever has work for it. */
static void linger(const mm_ring *r)
{
    int64_t until = mm_monotonic_ns() + LINGER_NS;
    while (atomic_load_explicit(&r->shared->head, memory_order_acquire) == r->pos && mm_monotonic_ns() < until)
        sched_yield();
}

mm_ring_got mm_ring_take(mm_ring *r, uint32_t *kind, mm_buf *out, int64_t deadline_ns)
{
    mm_ring_got state = MM_RING_RECORD;
    if (atomic_load_explicit(&r->shared->head, memory_order_acquire) == r->pos)
        linger(r);
    for (;;) {
        uint64_t head = atomic_load_explicit(&r->shared->head, memory_order_acquire);
        if (head == r->pos) {
            atomic_store(&r->shared->reader_waits, 1);
            head = atomic_load(&r->shared->head);
        }
        if (head != r->pos)
            return take(r, head, kind, out);
        /* The last look came after the death, so nothing was written before it unseen. */
        if (state != MM_RING_RECORD)
            return state;
        state = wait_for_record(r, deadline_ns);
    }
}
