#include "out.h"

#include <errno.h>
#include <unistd.h>

int out_write(mm_app *a, mm_buf *b, mm_err *e)
{
    if (b->failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t at = 0; at < b->n && !a->totals.closed;) {
        ssize_t n = write(STDOUT_FILENO, b->p + at, b->n - at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            a->totals.closed = errno == EPIPE;
            if (!a->totals.closed)
                return mm_fail_errno(e, "standard output: cannot write");
            break;
        }
        at += (size_t)n;
    }
    b->n = 0;
    return 0;
}
