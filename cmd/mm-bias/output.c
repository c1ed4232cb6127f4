/* output.c - files of this tool's own making. */
#include "output.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

int output_write(const char *file, mm_str bytes, bool binary, mm_err *e)
{
    mm_outfile out = { .fd = -1 };
    if (!file || strcmp(file, "-") == 0) {
        if (binary && isatty(STDOUT_FILENO))
            return mm_fail(e, MM_EUSAGE, "a sketch is not for a terminal; give -o FILE");
        return fwrite(bytes.p, 1, bytes.n, stdout) == bytes.n && fflush(stdout) == 0 ? 0
                   : mm_fail_errno(e, "standard output: cannot write");
    }
    if (mm_outfile_open(&out, file, e) < 0)
        return -1;
    if (mm_outfile_write(&out, bytes, e) == 0)
        return mm_outfile_commit(&out, e);
    mm_outfile_discard(&out);
    return -1;
}
