/* input.h - one file or pipe that is being read.
 *
 * Depends on lib/base. A regular file is read at `pos`, which may be set; a pipe as it comes.
 */
#ifndef MM_INGEST_INPUT_H
#define MM_INGEST_INPUT_H

#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "mm.h"

typedef struct input {
    int fd;              /* -1: none is open */
    bool regular;
    struct stat st;
    char *path;          /* as it is opened; owned */
    mm_buf src;          /* spelled as in mm.src; NUL-terminated behind its end */
    mm_buf ref;          /* its name in mm.ref, a JSON string; empty: none can be given */
    uint64_t pos;        /* of the next byte from fd */
    mm_buf ahead;        /* read from a pipe and not yet given out, from ahead_at on */
    size_t ahead_at;
    _Atomic uint64_t *taken;     /* bytes read are added here */
    const volatile int *stop;    /* when it turns non-zero a read that waits gives up */
    char *cwd;           /* with a closing slash; what refs are relative to */
} input;

/** Zero-initialised but for fd -1, taken, stop. */
int input_init(input *in, mm_err *e);
void input_free(input *in);

/** Open path ("-": standard input): 0, or -1, MM_EBAD without place. src is set in both cases. */
int input_open(input *in, const char *path, mm_err *e);
void input_close(input *in);

/** Some bytes into p, at most n: how many, 0 at the end, -1 with MM_EBAD. */
ssize_t input_read(input *in, void *p, size_t n, mm_err *e);
/** As input_read, but short only at the end. */
ssize_t input_read_full(input *in, void *p, size_t n, mm_err *e);
/** Bytes that stand `from` bytes ahead, which stay to be read: as input_read_full. Of a pipe all up to there is held. */
ssize_t input_peek(input *in, uint64_t from, void *p, size_t n, mm_err *e);
/** Give bytes back that were the last to be read. */
int input_unread(input *in, mm_str bytes, mm_err *e);
/** Pass over n bytes: how many were there, or -1. */
int64_t input_skip(input *in, uint64_t n, mm_err *e);

#endif
