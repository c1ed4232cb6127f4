/* jail_server.c - the fork server and the workers it forks.
 *
 * The server stays single-threaded and small, so that a fork is cheap and what the child
 * inherits is known. It reaps a worker only when asked, so a process id that the caller
 * holds can not come to mean another process.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/jail_confine.h"
#include "run/jail_wire.h"

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

/* Descriptors of a worker, from the server's hand; passed files get higher ones. */
enum { WORKER_SOCKET = 3, WORKER_INPUT = 4, WORKER_RING = 5, WORKER_FIRST_FREE = 6 };

/* A worker is one process that serves one caller: its state is the process's. */
static struct worker {
    const mm_jail_op *ops;
    mm_jail_limits limits;
    size_t n_ops;
    mm_ring ring;
    const char *input;     /* mapping of the shared input */
    size_t input_mapped;
    int passed;            /* for mm_jail_fd */
    _Alignas(64) char altstack[16384];
} self = { .passed = -1 };

/* ---- inside a worker -------------------------------------------------------- */

/* Processor time is counted from the start of a call, or since its last chunk. */
static void arm_cpu_limit(void)
{
    int64_t us = self.limits.cpu_ns / 1000;
    struct itimerval t = { .it_value = { us / 1000000, us % 1000000 } };
    setitimer(ITIMER_PROF, &t, NULL);
}

static void disarm_cpu_limit(void)
{
    struct itimerval t = { 0 };
    setitimer(ITIMER_PROF, &t, NULL);
}

int mm_jail_send(mm_str chunk)
{
    arm_cpu_limit();
    return mm_ring_put(&self.ring, MM_CELL_DATA, chunk);
}

int mm_jail_fd(void)
{
    return self.passed;
}

static _Noreturn void caller_gone(void)
{
    _exit(0);
}

static void answer(uint32_t kind, mm_str bytes)
{
    if (mm_ring_put(&self.ring, kind, bytes) != 0)
        caller_gone();
}

/* Decoders tend to fall over a NULL that malloc gave them: errno still tells. */
static void on_crash(int signal_number)
{
    if (errno == ENOMEM)
        _exit(MM_EXIT_MEMORY);
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static void watch_crashes(void)
{
    stack_t s = { .ss_sp = self.altstack, .ss_size = sizeof(self.altstack) };
    sigaltstack(&s, NULL);
    struct sigaction a = { .sa_handler = on_crash, .sa_flags = SA_ONSTACK | SA_NODEFER };
    signal(SIGBUS, SIG_DFL);
    sigaction(SIGSEGV, &a, NULL);
    sigaction(SIGABRT, &a, NULL);
}

/* The shared input, mapped as far as this call needs; it only grows. */
static const char *map_input(uint64_t need, mm_err *e)
{
    if (self.input && need <= self.input_mapped)
        return self.input;
    if (self.input)
        munmap((void *)(uintptr_t)self.input, self.input_mapped);
    self.input = NULL;
    self.input_mapped = 0;
    size_t room = (size_t)1 << 20;
    while (room < need)
        room *= 2;
    void *p = mmap(NULL, room, PROT_READ, MAP_SHARED, WORKER_INPUT, 0);
    if (p == MAP_FAILED) {
        mm_fail_errno(e, "map input");
        return NULL;
    }
    self.input = p;
    self.input_mapped = room;
    return p;
}

/* The passed file's part as bytes in memory; *base and *length are what to unmap. */
static int map_file(int fd, const mm_cell_request *q, bool sparse, mm_str *in, void **base, size_t *length, mm_err *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return mm_fail_errno(e, "fstat");
    if (q->in_at > (uint64_t)st.st_size || q->in > (uint64_t)st.st_size - q->in_at)
        return mm_fail(e, MM_EBAD, "the file ends before byte %llu", (unsigned long long)(q->in_at + q->in));
    uint64_t lead = q->in_at & 4095;
    *length = q->in + lead;
    *base = NULL;
    *in = (mm_str){ "", 0 };
    if (q->in == 0)
        return 0;
    void *p = mmap(NULL, *length, PROT_READ, MAP_SHARED, fd, (off_t)(q->in_at - lead));
    if (p == MAP_FAILED)
        return mm_fail_errno(e, "map file");
    madvise(p, *length, sparse ? MADV_RANDOM : MADV_SEQUENTIAL);
    *base = p;
    *in = (mm_str){ (char *)p + lead, q->in };
    return 0;
}

static int call(const mm_cell_request *q, int fd, mm_buf *out, mm_err *e)
{
    bool mapped = q->file == MM_FILE_MAPPED;
    const char *shared = map_input(mapped ? q->args : q->in_at + q->in, e);
    if (!shared)
        return -1;
    mm_str args = { shared, q->args }, in = { shared + q->in_at, q->in };
    void *base = NULL;
    size_t length = 0;
    if (mapped && map_file(fd, q, self.ops[q->op].sparse, &in, &base, &length, e) != 0)
        return -1;
    self.passed = q->file == MM_FILE_PASSED ? fd : -1;
    int result = self.ops[q->op].run(args, in, out, e);
    int saved = errno;
    self.passed = -1;
    if (base)
        munmap(base, length);
    errno = saved;
    return result;
}

static void serve_call(const mm_cell_request *q, int fd)
{
    mm_buf out = { 0 };
    mm_err e = { 0 };
    arm_cpu_limit();
    errno = 0;
    int result = call(q, fd, &out, &e);
    bool memory = out.failed || (result != 0 && errno == ENOMEM);
    for (size_t at = 0; result == 0 && !memory && at < out.n; at += MM_CHUNK_MAX / 4) {
        size_t n = out.n - at < MM_CHUNK_MAX / 4 ? out.n - at : MM_CHUNK_MAX / 4;
        answer(MM_CELL_DATA, (mm_str){ out.p + at, n });
    }
    disarm_cpu_limit();
    mm_buf_free(&out);
    if (fd >= 0)
        close(fd);
    if (memory)
        answer(MM_CELL_MEMORY, (mm_str){ 0 });
    else if (result != 0)
        answer(MM_CELL_REFUSED, mm_str_of(e.text));
    else
        answer(MM_CELL_DONE, (mm_str){ 0 });
}

static _Noreturn void work(int ring_fd)
{
    mm_err e = { 0 };
    if (mm_ring_map(&self.ring, ring_fd, WORKER_SOCKET) != 0)
        _exit(1);
    close(ring_fd);
    for (self.n_ops = 0; self.ops[self.n_ops].name; self.n_ops++)
        ;
    watch_crashes();
    if (mm_confine(WORKER_SOCKET, &self.limits, &e) != 0) {
        answer(MM_CELL_UNCONFINED, mm_str_of(e.text));
        _exit(1);
    }
    answer(MM_CELL_READY, (mm_str){ 0 });
    for (;;) {
        mm_cell_request q;
        int fd;
        if (mm_wire_recv(WORKER_SOCKET, &q, sizeof(q), &fd, 1, 0) <= 0)
            caller_gone();
        if (q.kind != MM_CELL_CALL || q.op >= self.n_ops)
            continue;
        self.ring.pos = 0;
        serve_call(&q, fd);
    }
}

/* ---- the server ------------------------------------------------------------- */

/* Give fds[i] the number first + i, and close everything above. The descriptors come in above
 * the numbers they get, so none is overwritten before its turn. */
static void keep_only(int first, const int *fds, size_t n)
{
    int high[4];
    for (size_t i = 0; i < n; i++)
        high[i] = fcntl(fds[i], F_DUPFD, 64);
    for (size_t i = 0; i < n; i++)
        dup2(high[i], first + (int)i);
    syscall(SYS_close_range, (unsigned)first + (unsigned)n, ~0U, 0);
}

static int spawn(const int fds[3])
{
    pid_t server = getpid();
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != server)
        _exit(0);
    const int kept[3] = { fds[0], fds[2], fds[1] };
    keep_only(WORKER_SOCKET, kept, 3);
    work(WORKER_RING);
}

static mm_jail_reply reap(pid_t pid)
{
    int status;
    pid_t got;
    do
        got = waitpid(pid, &status, 0);
    while (got < 0 && errno == EINTR);
    return (mm_jail_reply){ got < 0 ? -1 : status, got < 0 ? errno : 0 };
}

/* The terminal's signals go to the whole group; the caller decides what they mean, and workers
 * must live to finish what it has begun. */
static void settle(int *sock)
{
    static const int ignored[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE, SIGUSR1, SIGUSR2, SIGALRM };
    for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
        signal(ignored[i], SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
    signal(SIGPROF, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    keep_only(3, sock, 1);
    *sock = 3;
    int null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd <= 2 && null >= 0; fd++)
        if (!MM_SANITIZED || fd != STDERR_FILENO)
            dup2(null, fd);
    if (null > 3)
        close(null);
}

/* What an op loads costs every run that does not call it: so it is loaded when a worker first needs it. */
static void warm_up(const mm_jail_op *ops, uint64_t wanted)
{
    static uint64_t warm;
    for (unsigned i = 0; ops[i].name && i < 64; i++)
        if (wanted & ~warm & (uint64_t)1 << i) {
            warm |= (uint64_t)1 << i;
            if (ops[i].warm)
                ops[i].warm();
        }
}

_Noreturn void mm_jail_serve(int sock, const mm_jail_op *ops, const mm_jail_limits *limits)
{
    settle(&sock);
    self.ops = ops;
    self.limits = *limits;
    for (;;) {
        mm_jail_request q;
        int fds[3];
        if (mm_wire_recv(sock, &q, sizeof(q), fds, 3, 0) != sizeof(q))
            _exit(0);
        mm_jail_reply r;
        if (q.kind == MM_JAIL_SPAWN) {
            warm_up(ops, q.warm);
            r.value = spawn(fds);
            r.error = r.value < 0 ? errno : 0;
        } else {
            r = reap(q.pid);
        }
        for (int i = 0; i < 3; i++)
            if (fds[i] >= 0)
                close(fds[i]);
        if (mm_wire_send(sock, &r, sizeof(r), NULL, 0) != 0)
            _exit(0);
    }
}
