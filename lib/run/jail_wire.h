/* jail_wire.h - what the caller, the fork server and a worker say to each other, and the
 * ring through which a worker's answer flows.
 *
 * Private to the jail. The caller never trusts what a worker writes: lengths are checked
 * and bytes are copied out before anyone looks at them.
 */
#ifndef MM_RUN_JAIL_WIRE_H
#define MM_RUN_JAIL_WIRE_H

#include <stdatomic.h>
#include <sys/types.h>

#include "run/jail.h"

/** Longest chunk of mm_jail_send. */
#define MM_CHUNK_MAX ((size_t)1 << 20)

/** Caller to fork server. SPAWN carries three descriptors: the worker's socket, the ring and the
 *  input; its `warm` has the bit 1 << i for each op that must be warm in the worker. The reply's value is a process id (SPAWN) or a wait status (REAP), or -1 and errno. */
enum { MM_JAIL_SPAWN = 1, MM_JAIL_REAP = 2 };
typedef struct mm_jail_request {
    int32_t kind;
    int32_t pid;
    uint64_t warm;
} mm_jail_request;
typedef struct mm_jail_reply {
    int32_t value;
    int32_t error;
} mm_jail_reply;

/** Caller to worker. WAKE only ends a wait for room in the ring. */
enum { MM_CELL_WAKE = 1, MM_CELL_CALL = 2 };
typedef enum mm_cell_file { MM_FILE_NONE, MM_FILE_MAPPED, MM_FILE_PASSED } mm_cell_file;
typedef struct mm_cell_request {
    uint32_t kind;
    uint32_t op;          /* index in the table */
    uint32_t file;        /* mm_cell_file: what the descriptor that rides along is for */
    uint32_t reserved;
    uint64_t args;        /* length; args lie at the start of the shared input */
    uint64_t in, in_at;   /* length and offset, in the shared input or in the mapped file */
} mm_cell_request;

/** Kinds of ring records, worker to caller. */
enum {
    MM_CELL_READY = 1,  /* confined, waiting for the first call */
    MM_CELL_DATA,
    MM_CELL_DONE,
    MM_CELL_REFUSED,    /* bytes: the reason */
    MM_CELL_MEMORY,     /* memory ran out */
    MM_CELL_UNCONFINED, /* bytes: why confinement failed */
};

/** Exit status of a worker that crashed because memory ran out. */
#define MM_EXIT_MEMORY 97

/** One datagram with up to three descriptors. Send: 0 or -1. Receive: its length, 0 when the
 *  other side is gone, -1 and errno; descriptors that did not come are -1. */
int mm_wire_send(int sock, const void *msg, size_t n, const int *fds, size_t n_fds);
ssize_t mm_wire_recv(int sock, void *msg, size_t n, int *fds, size_t n_fds, int flags);

/** A ring in shared memory, one writer (the worker) and one reader (the caller). Who must
 *  wait sleeps on the socket between the two, so that the other's death ends the wait. */
typedef struct mm_ring_shared mm_ring_shared;
typedef struct mm_ring {
    mm_ring_shared *shared;
    uint64_t pos;   /* own position: written or read so far in this call */
    int sock;       /* borrowed */
} mm_ring;

/** Bytes of shared memory behind a ring. */
size_t mm_ring_bytes(void);
/** Map the ring in fd; -1 and errno. */
int mm_ring_map(mm_ring *r, int fd, int sock);
void mm_ring_unmap(mm_ring *r);
/** Begin a call: the reader resets the shared positions before it asks, the writer its own
 *  when asked. */
void mm_ring_reset(mm_ring *r);
/** Writer: append a record of at most MM_CHUNK_MAX bytes, waiting for room. -1: the reader is gone. */
int mm_ring_put(mm_ring *r, uint32_t kind, mm_str bytes);
/** Reader: append the next record's bytes to out. Waits until deadline_ns (monotonic). */
typedef enum mm_ring_got { MM_RING_RECORD, MM_RING_LATE, MM_RING_GONE, MM_RING_NONSENSE } mm_ring_got;
mm_ring_got mm_ring_take(mm_ring *r, uint32_t *kind, mm_buf *out, int64_t deadline_ns);

int64_t mm_monotonic_ns(void);

/** The fork server's life; does not return. */
_Noreturn void mm_jail_serve(int sock, const mm_jail_op *ops, const mm_jail_limits *limits);

#endif
