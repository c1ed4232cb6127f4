/* app_write.c - standard output of a tool that writes by itself. */
#include "app/app.h"

#include <errno.h>
#include <unistd.h>

#include "base/file.h"

int mm_app_write(mm_app *a, mm_buf *b, mm_err *e)
{
    if (b->failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (!a->totals.closed && mm_write_all(STDOUT_FILENO, mm_buf_view(b)) < 0) {
        a->totals.closed = errno == EPIPE;
        if (!a->totals.closed)
            return mm_fail_errno(e, "standard output: cannot write");
    }
    b->n = 0;
    return 0;
}
