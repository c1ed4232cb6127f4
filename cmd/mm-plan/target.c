/* target.c - the targets by name. */
#include <string.h>

#include "target_private.h"

static const struct {
    const char *name;
    void (*put)(mm_buf *b, const plan *p, const target_opts *o);
} targets[] = {
    { "make", target_make },
    { "slurm", target_slurm },
};

/* What every engine takes in a name, make too. */
#define WORK_MAY "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/+-"

int target_put(mm_buf *b, const char *target, const plan *p, const target_opts *o, mm_err *e)
{
    if (!*o->work || o->work[strspn(o->work, WORK_MAY)])
        return mm_fail(e, MM_EUSAGE, "%s: the work folder has to have a name of letters, digits and any of . _ / + - alone", o->work);
    for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++)
        if (strcmp(targets[i].name, target) == 0) {
            targets[i].put(b, p, o);
            return b->failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
        }
    return mm_fail(e, MM_EUSAGE, "%s: no such target; there are %s", target, TARGETS);
}
