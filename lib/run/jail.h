/* jail.h - confined worker processes that decode untrusted bytes.
 *
 * A fork server is started before any thread exists; it forks one worker for each mm_cell,
 * and another whenever one died. A worker has no network, no file system, no exec
 * (seccomp, Landlock where the kernel has it), and limits on memory, processor time and wall time.
 * It is reused over many calls; a call that crashes it or runs over its limits costs that
 * call, never the run. Bytes go in through shared memory, results come back through a ring.
 *
 * Inside a worker a call that names a file fails with EACCES, so that a library that looks for an
 * optional one goes on; every other forbidden system call kills. What a decoder must read from
 * the file system (tables, character sets, plug-ins) is loaded by warm(). Threads can not be started.
 * Under the address sanitizer memory is not limited.
 *
 * Depends on lib/base. Functions run in the worker see only their input and output.
 */
#ifndef MM_RUN_JAIL_H
#define MM_RUN_JAIL_H

#include "mm.h"

/** One thing a worker can do. Runs confined. `in` is the input, `args` a small byte string from
 *  the caller. Writes its answer to out; returns 0, or -1 with a reason in e. May be called many
 *  times in one process; keep state in statics if warm-up is dear. */
typedef struct mm_jail_op {
    const char *name;   /* NULL ends the table */
    int (*run)(mm_str args, mm_str in, mm_buf *out, mm_err *e);
    void (*warm)(void); /* called once in the fork server, when a worker is first to do this: load tables, open
                           libraries; may be NULL */
    bool sparse;        /* looks at few places of its input: a mapped file is read page by page, not ahead */
} mm_jail_op;

/** Of one call; of a streaming call, for each chunk anew: a stream may be of any length as long as
 *  it goes on. 0 is the default. */
typedef struct mm_jail_limits {
    size_t memory;       /* private memory a worker may add to what warm() left; 1 GiB. The input does
                            not count; a gathered answer may be as long. */
    int64_t wall_ns;     /* 20 s */
    int64_t cpu_ns;      /* 15 s */
} mm_jail_limits;

typedef struct mm_jail mm_jail;
/** Start the fork server. The calling thread's process must have no other threads. ops and what it points
 *  to must outlive the jail; there are at most 64. Free after all its cells. */
mm_jail *mm_jail_new(const mm_jail_op *ops, const mm_jail_limits *limits, mm_err *e);
void mm_jail_free(mm_jail *j);

/** One worker process; use by one thread at a time, one for each worker thread. May be made by
 *  any thread. */
typedef struct mm_cell mm_cell;
mm_cell *mm_cell_new(mm_jail *j, mm_err *e);
void mm_cell_free(mm_cell *c);
/** Call op `op`. *out borrows until the next call. 0, or -1: MM_EBAD when the function
 *  refused (its reason), crashed ("the decoder crashed (signal 11)"), or met a limit ("the decoder ran
 *  over its 20 s and was stopped"); MM_ESYS when no worker can be had. A call that crashes a
 *  worker which had served others before is tried once more in a fresh one, so that no input pays for the
 *  damage another did. */
int mm_cell_call(mm_cell *c, const char *op, mm_str args, mm_str in, mm_str *out, mm_err *e);
/** The same over part of a regular file, mapped in the worker as `in`. fd must be open read only. */
int mm_cell_call_fd(mm_cell *c, const char *op, mm_str args, int fd, uint64_t offset, uint64_t length,
                    mm_str *out, mm_err *e);
/** Did the last call fail because the function itself refused its input (and not by a crash, a limit or
 *  the system)? */
bool mm_cell_refused(const mm_cell *c);
/** A streaming call: the op sends any number of chunks by mm_jail_send (and what it wrote to out,
 *  last), the caller takes them one by one: 1 with *chunk set, 0 when the op returned 0, -1 as
 *  mm_cell_call. Nothing is gathered whole; a slow reader holds the worker back. fd, a
 *  read-only file, a pipe, or -1, is what mm_jail_fd gives. The caller may leave a stream by starting
 *  another call. */
int mm_cell_open(mm_cell *c, const char *op, mm_str args, int fd, mm_err *e);
int mm_cell_read(mm_cell *c, mm_str *chunk, mm_err *e);
/** Inside a worker: send a chunk (at most 1 MiB) to the reader; -1 when it went away. */
int mm_jail_send(mm_str chunk);
/** Inside a worker, during mm_cell_open: the descriptor that was passed (a file or a pipe), or -1. */
int mm_jail_fd(void);

#endif
