#include "out.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

int out_write(mm_app *a, mm_buf *b, mm_err *e)
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

void out_csv(mm_buf *b, mm_str v)
{
    bool quote = v.n == 0 && v.p;
    for (size_t i = 0; i < v.n; i++)
        quote |= strchr(",\"\r\n", v.p[i]) != NULL;
    if (!quote) {
        mm_buf_str(b, v);
        return;
    }
    mm_buf_byte(b, '"');
    for (size_t i = 0; i < v.n; i++) {
        if (v.p[i] == '"')
            mm_buf_byte(b, '"');
        mm_buf_byte(b, v.p[i]);
    }
    mm_buf_byte(b, '"');
}
