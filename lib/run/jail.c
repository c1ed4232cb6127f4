/* jail.c - the caller's side: starting the fork server, cells, calls, and finding out why
 * one failed. */
#include "run/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/jail_wire.h"

#define DEFAULT_MEMORY ((size_t)1 << 30)
#define DEFAULT_WALL_NS (20 * (int64_t)1000000000)
#define DEFAULT_CPU_NS (15 * (int64_t)1000000000)
#define START_NS (60 * (int64_t)1000000000)  /* for fork and confinement on a busy machine */
#define KEEP_INPUT ((off_t)4 << 20)          /* shared input that is kept between calls */
#define KEEP_OUTPUT ((size_t)8 << 20)

struct mm_jail {
    const mm_jail_op *ops;
    mm_jail_limits limits;
    pid_t server;
    int sock;
    pthread_mutex_t lock;  /* one request to the server at a time */
};

struct mm_cell {
    mm_jail *jail;
    pid_t pid;        /* 0: no worker */
    int sock;         /* ours; -1 without worker */
    int ring_fd, input_fd;
    mm_ring ring;
    mm_buf out;
    uint64_t warm;    /* ops this worker, or the next, is warm for: bits */
    uint64_t calls;   /* this worker has finished */
    off_t input_used;
    bool streaming;
    bool refused;     /* the last call ended by the function's own refusal */
    bool file;        /* the current call reads a caller's file */
};

/* ---- the fork server -------------------------------------------------------- */

mm_jail *mm_jail_new(const mm_jail_op *ops, const mm_jail_limits *limits, mm_err *e)
{
    int pair[2];
    mm_jail *j = calloc(1, sizeof(*j));
    if (!j) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    j->ops = ops;
    j->limits = limits ? *limits : (mm_jail_limits){ 0 };
    j->limits.memory = j->limits.memory ? j->limits.memory : DEFAULT_MEMORY;
    j->limits.wall_ns = j->limits.wall_ns ? j->limits.wall_ns : DEFAULT_WALL_NS;
    j->limits.cpu_ns = j->limits.cpu_ns ? j->limits.cpu_ns : DEFAULT_CPU_NS;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        mm_fail_errno(e, "start of the decoders: socketpair");
        free(j);
        return NULL;
    }
    j->server = fork();
    if (j->server == 0)
        mm_jail_serve(pair[1], j->ops, &j->limits);
    int saved = errno;
    close(pair[1]);
    if (j->server < 0) {
        errno = saved;
        mm_fail_errno(e, "start of the decoders: fork");
        close(pair[0]);
        free(j);
        return NULL;
    }
    j->sock = pair[0];
    pthread_mutex_init(&j->lock, NULL);
    return j;
}

void mm_jail_free(mm_jail *j)
{
    if (!j)
        return;
    close(j->sock);
    while (waitpid(j->server, NULL, 0) < 0 && errno == EINTR)
        ;
    pthread_mutex_destroy(&j->lock);
    free(j);
}

static int ask_server(mm_jail *j, const mm_jail_request *q, const int *fds, size_t n_fds, int32_t *value,
                      mm_err *e)
{
    mm_jail_reply r = { -1, EPIPE };
    pthread_mutex_lock(&j->lock);
    bool asked = mm_wire_send(j->sock, q, sizeof(*q), fds, n_fds) == 0 &&
                 mm_wire_recv(j->sock, &r, sizeof(r), NULL, 0, 0) == sizeof(r);
    pthread_mutex_unlock(&j->lock);
    if (!asked)
        return mm_fail(e, MM_ESYS, "the server that starts decoders is gone");
    *value = r.value;
    if (r.error == 0)
        return 0;
    errno = r.error;
    return mm_fail_errno(e, "start of a decoder");
}

/* ---- a worker's life -------------------------------------------------------- */

/* End the worker; its wait status, or -1 when that can not be known. */
static int end_worker(mm_cell *c)
{
    int32_t status = -1;
    if (c->pid > 0) {
        kill(c->pid, SIGKILL);
        if (ask_server(c->jail, &(mm_jail_request){ MM_JAIL_REAP, c->pid, 0 }, NULL, 0, &status, NULL) != 0)
            status = -1;
    }
    if (c->sock >= 0)
        close(c->sock);
    c->pid = 0;
    c->sock = c->ring.sock = -1;
    c->calls = 0;
    c->streaming = false;
    return status;
}

static int await_ready(mm_cell *c, mm_err *e)
{
    uint32_t kind = 0;
    c->out.n = 0;
    mm_ring_got got = mm_ring_take(&c->ring, &kind, &c->out, mm_monotonic_ns() + START_NS);
    if (got == MM_RING_RECORD && kind == MM_CELL_READY)
        return 0;
    if (got == MM_RING_RECORD && kind == MM_CELL_UNCONFINED)
        mm_fail(e, MM_ESYS, "this system can not confine a decoder: %.*s", (int)c->out.n, c->out.p);
    else
        mm_fail(e, MM_ESYS, "a decoder did not start");
    end_worker(c);
    return -1;
}

static int start_worker(mm_cell *c, mm_err *e)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return mm_fail_errno(e, "start of a decoder: socketpair");
    c->sock = c->ring.sock = pair[0];
    mm_ring_reset(&c->ring);
    const int fds[3] = { pair[1], c->ring_fd, c->input_fd };
    int32_t pid = 0;
    int failed = ask_server(c->jail, &(mm_jail_request){ MM_JAIL_SPAWN, 0, c->warm }, fds, 3, &pid, e);
    close(pair[1]);
    c->pid = failed ? 0 : pid;
    if (failed) {
        end_worker(c);
        return -1;
    }
    return await_ready(c, e);
}

/* Memory both sides see. Sealed, so that a worker can not shrink it under the caller. */
static int shared_memory(const char *name, off_t size, mm_err *e)
{
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return mm_fail_errno(e, "start of a decoder: memfd");
    if (ftruncate(fd, size) != 0 || fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_SEAL) != 0) {
        mm_fail_errno(e, "start of a decoder: memfd");
        close(fd);
        return -1;
    }
    return fd;
}

mm_cell *mm_cell_new(mm_jail *j, mm_err *e)
{
    mm_cell *c = calloc(1, sizeof(*c));
    if (!c) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    c->jail = j;
    c->sock = c->ring_fd = c->input_fd = -1;
    if ((c->ring_fd = shared_memory("mm-ring", (off_t)mm_ring_bytes(), e)) < 0 ||
        (c->input_fd = shared_memory("mm-input", 0, e)) < 0) {
        mm_cell_free(c);
        return NULL;
    }
    if (mm_ring_map(&c->ring, c->ring_fd, -1) != 0) {
        mm_fail_errno(e, "start of a decoder: mmap");
        mm_cell_free(c);
        return NULL;
    }
    if (start_worker(c, e) != 0) {
        mm_cell_free(c);
        return NULL;
    }
    return c;
}

void mm_cell_free(mm_cell *c)
{
    if (!c)
        return;
    end_worker(c);
    mm_ring_unmap(&c->ring);
    if (c->ring_fd >= 0)
        close(c->ring_fd);
    if (c->input_fd >= 0)
        close(c->input_fd);
    mm_buf_free(&c->out);
    free(c);
}

/* ---- why a call failed ------------------------------------------------------ */

static int fail_late(int64_t limit_ns, const char *of, mm_err *e)
{
    if (limit_ns % 1000000000 == 0)
        return mm_fail(e, MM_EBAD, "the decoder ran over its %lld s%s and was stopped",
                       (long long)(limit_ns / 1000000000), of);
    return mm_fail(e, MM_EBAD, "the decoder ran over its %lld ms%s and was stopped",
                   (long long)(limit_ns / 1000000), of);
}

static int fail_memory(size_t limit, mm_err *e)
{
    static const char *const unit[] = { "bytes", "KiB", "MiB", "GiB" };
    int u = 0;
    for (; u < 3 && limit % 1024 == 0; u++)
        limit /= 1024;
    return mm_fail(e, MM_EBAD, "the decoder wanted more than %zu %s of memory", limit, unit[u]);
}

static int fail_dead(const mm_cell *c, int status, mm_err *e)
{
    const mm_jail_limits *l = &c->jail->limits;
    if (status == -1)
        return mm_fail(e, MM_ESYS, "the server that starts decoders is gone");
    if (WIFEXITED(status) && WEXITSTATUS(status) == MM_EXIT_MEMORY)
        return fail_memory(l->memory, e);
    if (WIFEXITED(status))
        return mm_fail(e, MM_EBAD, "the decoder crashed (exit status %d)", WEXITSTATUS(status));
    switch (WTERMSIG(status)) {
    case SIGPROF:
        return fail_late(l->cpu_ns, " of processor time", e);
    case SIGSYS:
        return mm_fail(e, MM_EBAD, "the decoder tried a forbidden system call");
    case SIGBUS:
        if (c->file)
            return mm_fail(e, MM_EBAD, "the file became shorter while it was read");
        break;
    default:
        break;
    }
    return mm_fail(e, MM_EBAD, "the decoder crashed (signal %d)", WTERMSIG(status));
}

/* ---- calls ------------------------------------------------------------------ */

static int op_index(const mm_cell *c, const char *op, uint32_t *index, mm_err *e)
{
    const mm_jail_op *ops = c->jail->ops;
    for (uint32_t i = 0; ops[i].name; i++)
        if (strcmp(ops[i].name, op) == 0) {
            *index = i;
            return 0;
        }
    return mm_fail(e, MM_EUSAGE, "no decoder is named %s", op);
}

static int write_whole(int fd, mm_str s, off_t at, mm_err *e)
{
    while (s.n > 0) {
        ssize_t n = pwrite(fd, s.p, s.n, at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return mm_fail_errno(e, "input of a decoder");
        s.p += n;
        s.n -= (size_t)n;
        at += n;
    }
    return 0;
}

/* Lay args and input into the shared input, one behind the other. */
static int fill_input(mm_cell *c, mm_str args, mm_str in, mm_cell_request *q, mm_err *e)
{
    q->args = args.n;
    q->in = in.n;
    q->in_at = (args.n + 63) & ~(uint64_t)63;
    c->input_used = (off_t)(q->in_at + in.n);
    if (write_whole(c->input_fd, args, 0, e) != 0)
        return -1;
    return write_whole(c->input_fd, in, (off_t)q->in_at, e);
}

/* A large input's pages go back to the system. */
static void release_input(mm_cell *c)
{
    if (c->input_used > KEEP_INPUT)
        fallocate(c->input_fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, KEEP_INPUT, c->input_used - KEEP_INPUT);
    c->input_used = 0;
}

static int send_request(mm_cell *c, const mm_cell_request *q, int fd, mm_err *e)
{
    c->file = fd >= 0;
    mm_ring_reset(&c->ring);
    if (mm_wire_send(c->sock, q, sizeof(*q), &fd, fd >= 0) == 0)
        return 0;
    /* It died between calls, through no fault of this one. */
    end_worker(c);
    if (start_worker(c, e) != 0)
        return -1;
    mm_ring_reset(&c->ring);
    if (mm_wire_send(c->sock, q, sizeof(*q), &fd, fd >= 0) == 0)
        return 0;
    return mm_fail_errno(e, "call of a decoder");
}

/* A writable file would give a worker a way out. */
static int check_readable_only(int fd, mm_err *e)
{
    struct stat st;
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fstat(fd, &st) != 0)
        return mm_fail_errno(e, "file for a decoder");
    if (S_ISREG(st.st_mode) && (flags & O_ACCMODE) != O_RDONLY)
        return mm_fail(e, MM_EUSAGE, "the file is open for writing; open it read only");
    return 0;
}

/* What an op loads is loaded when it is first called: a worker that lacks it makes way. */
static void warm_for(mm_cell *c, uint32_t op)
{
    uint64_t bit = c->jail->ops[op].warm ? (uint64_t)1 << op : 0;
    if (!(bit & ~c->warm))
        return;
    c->warm |= bit;
    end_worker(c);
}

/* Send the request to a worker, started anew where there is none. */
static int begin(mm_cell *c, mm_cell_request *q, const char *op, int fd, mm_err *e)
{
    q->kind = MM_CELL_CALL;
    c->refused = false;
    if (op_index(c, op, &q->op, e) != 0 || (fd >= 0 && check_readable_only(fd, e) != 0))
        return -1;
    if (c->streaming)
        end_worker(c);  /* its op is still busy with what nobody reads any more */
    warm_for(c, q->op);
    if (c->pid == 0 && start_worker(c, e) != 0)
        return -1;
    return send_request(c, q, fd, e);
}

/* What became of waiting for one more record. */
typedef enum outcome { MORE, DONE, FAILED, DIED } outcome;

/* Take one record, appending its bytes to c->out. FAILED and DIED fill e; after DIED there is no
 * worker any more. */
static outcome next_record(mm_cell *c, int64_t deadline_ns, mm_err *e)
{
    uint32_t kind = 0;
    size_t before = c->out.n;
    mm_ring_got got = mm_ring_take(&c->ring, &kind, &c->out, deadline_ns);
    if (got == MM_RING_LATE) {
        end_worker(c);
        fail_late(c->jail->limits.wall_ns, "", e);
        return FAILED;
    }
    if (got == MM_RING_GONE) {
        fail_dead(c, end_worker(c), e);
        return DIED;
    }
    if (got == MM_RING_RECORD && c->out.failed) {
        end_worker(c);
        mm_fail(e, MM_ESYS, "out of memory");
        return FAILED;
    }
    if (got == MM_RING_RECORD && kind == MM_CELL_DATA)
        return MORE;
    c->calls++;
    if (got == MM_RING_RECORD && kind == MM_CELL_DONE)
        return DONE;
    if (got == MM_RING_RECORD && kind == MM_CELL_REFUSED) {
        c->refused = true;
        mm_fail(e, MM_EBAD, "%.*s", (int)(c->out.n - before), c->out.p + before);
        return FAILED;
    }
    end_worker(c);
    if (got == MM_RING_RECORD && kind == MM_CELL_MEMORY) {
        fail_memory(c->jail->limits.memory, e);
        return DIED;
    }
    mm_fail(e, MM_EBAD, "the decoder sent nonsense");
    return FAILED;
}

/* Gather the whole answer of a call. */
static outcome gather(mm_cell *c, mm_err *e)
{
    int64_t deadline = mm_monotonic_ns() + c->jail->limits.wall_ns;
    if (c->out.cap > KEEP_OUTPUT)
        mm_buf_free(&c->out);
    c->out.n = 0;
    outcome o;
    while ((o = next_record(c, deadline, e)) == MORE)
        if (c->out.n > c->jail->limits.memory) {
            end_worker(c);
            fail_memory(c->jail->limits.memory, e);
            return FAILED;
        }
    return o;
}

/* A worker that has served other calls may have been damaged by them, or have grown; the verdict on this
 * input is that of a fresh one. */
static int call(mm_cell *c, mm_cell_request *q, const char *op, int fd, mm_str *out, mm_err *e)
{
    outcome o = DIED;
    bool used = true;
    while (o == DIED && used) {
        if (begin(c, q, op, fd, e) != 0)
            return -1;
        used = c->calls > 0;
        o = gather(c, e);
    }
    if (o == DONE)
        *out = mm_buf_view(&c->out);
    return o == DONE ? 0 : -1;
}

bool mm_cell_refused(const mm_cell *c)
{
    return c->refused;
}

int mm_cell_call(mm_cell *c, const char *op, mm_str args, mm_str in, mm_str *out, mm_err *e)
{
    mm_cell_request q = { .file = MM_FILE_NONE };
    if (fill_input(c, args, in, &q, e) != 0)
        return -1;
    int result = call(c, &q, op, -1, out, e);
    release_input(c);
    return result;
}

int mm_cell_call_fd(mm_cell *c, const char *op, mm_str args, int fd, uint64_t offset, uint64_t length,
                    mm_str *out, mm_err *e)
{
    mm_cell_request q = { .file = MM_FILE_MAPPED };
    if (fill_input(c, args, (mm_str){ 0 }, &q, e) != 0)
        return -1;
    q.in = length;
    q.in_at = offset;
    return call(c, &q, op, fd, out, e);
}

int mm_cell_open(mm_cell *c, const char *op, mm_str args, int fd, mm_err *e)
{
    mm_cell_request q = { .file = fd >= 0 ? MM_FILE_PASSED : MM_FILE_NONE };
    if (fill_input(c, args, (mm_str){ 0 }, &q, e) != 0 || begin(c, &q, op, fd, e) != 0)
        return -1;
    c->streaming = true;
    return 0;
}

int mm_cell_read(mm_cell *c, mm_str *chunk, mm_err *e)
{
    if (!c->streaming)
        return mm_fail(e, MM_EUSAGE, "no decoder is open for reading");
    c->out.n = 0;
    outcome o = next_record(c, mm_monotonic_ns() + c->jail->limits.wall_ns, e);
    if (o == MORE) {
        *chunk = mm_buf_view(&c->out);
        return 1;
    }
    c->streaming = false;
    return o == DONE ? 0 : -1;
}
