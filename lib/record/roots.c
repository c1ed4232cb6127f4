/* roots.c - opening files beneath allowed folders. The kernel resolves each path under
 * RESOLVE_BENEATH (openat2(2)), so that neither "..", nor a symbolic link, nor a rename in
 * between can lead outside. */
#include "record/roots.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef struct root {
    int fd;
    char *given;  /* as the user wrote it, without closing slashes */
    char *real;   /* the same without symbolic links; NULL when it can not be told */
} root;

struct mm_roots {
    size_t n;
    root v[];     /* the working directory first */
};

static int open_root(root *r, const char *dir, mm_err *e)
{
    r->fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (r->fd < 0) {
        mm_fail_errno(e, "--root %s", dir);
        if (e)
            e->code = MM_EUSAGE;
        return -1;
    }
    r->given = strdup(dir);
    r->real = realpath(dir, NULL);
    if (!r->given)
        return mm_fail(e, MM_ESYS, "out of memory");
    size_t n = strlen(r->given);
    while (n > 1 && r->given[n - 1] == '/')
        r->given[--n] = '\0';
    return 0;
}

mm_roots *mm_roots_new(const char *const *dirs, size_t n, mm_err *e)
{
    mm_roots *r = calloc(1, sizeof *r + (n + 1) * sizeof(root));
    if (!r) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    for (size_t i = 0; i <= n; i++) {
        r->v[i].fd = -1;
        r->n = i + 1;
        if (open_root(&r->v[i], i ? dirs[i - 1] : ".", e) < 0) {
            mm_roots_free(r);
            return NULL;
        }
    }
    return r;
}

void mm_roots_free(mm_roots *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->n; i++) {
        if (r->v[i].fd >= 0)
            close(r->v[i].fd);
        free(r->v[i].given);
        free(r->v[i].real);
    }
    free(r);
}

static int open_beneath(int dir, const char *path)
{
    /* Without O_NONBLOCK a ref to a FIFO would hang the run before it is seen to be none. */
    struct open_how how = {
        .flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    };
    long fd;
    do
        fd = syscall(SYS_openat2, dir, path, &how, sizeof how);
    while (fd < 0 && (errno == EINTR || errno == EAGAIN));
    return (int)fd;
}

/* What is left of path behind folder, or NULL when it does not lie beneath. */
static const char *behind(const char *path, const char *folder)
{
    size_t n = folder ? strlen(folder) : 0;
    if (n == 0 || strncmp(path, folder, n) != 0)
        return NULL;
    if (folder[n - 1] != '/' && path[n] != '/')
        return NULL;
    path += n;
    while (*path == '/')
        path++;
    return *path ? path : NULL;
}

int mm_roots_open(const mm_roots *roots, const char *path, mm_err *e)
{
    int why = EXDEV;
    for (size_t i = 0; i < roots->n && (why == ENOENT || why == EXDEV); i++) {
        const root *r = &roots->v[i];
        const char *rest = path;
        if (*path == '/' && !(rest = behind(path, r->given)) && !(rest = behind(path, r->real)))
            continue;
        int fd = open_beneath(r->fd, rest);
        if (fd >= 0)
            return fd;
        if (why == EXDEV)
            why = errno;
    }
    if (why == EXDEV)
        return mm_fail(e, MM_EBAD,
                       "payload file %s lies outside the folders a ref may lead to; allow it with --root", path);
    errno = why;
    mm_fail_errno(e, "payload file %s", path);
    if (e)
        e->code = MM_EBAD;
    return -1;
}
