/* fault - a library to be preloaded that strikes at the Nth call that changes files: FAULT_AT=N kills the
 * process there, or, with FAULT=full, lets that call and all later writes fail for want of space. With
 * FAULT_COUNT=FILE the number of such calls is appended to FILE at exit. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static _Atomic long calls;

/* Count a call; 1 when it must fail. */
static int strike(int writes)
{
    const char *at = getenv("FAULT_AT"), *how = getenv("FAULT");
    long n = ++calls;
    if (!at || n < atol(at))
        return 0;
    if (!how || strcmp(how, "full") != 0) {
        kill(getpid(), SIGKILL);
        pause();
    }
    errno = ENOSPC;
    return writes;
}

__attribute__((destructor)) static void tell(void)
{
    const char *file = getenv("FAULT_COUNT");
    FILE *f = file ? fopen(file, "a") : NULL;
    if (f) {
        fprintf(f, "%ld\n", calls);
        fclose(f);
    }
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t writev(int fd, const struct iovec *v, int n) { return strike(1) ? -1 : REAL(writev)(fd, v, n); }
ssize_t write(int fd, const void *p, size_t n) { return fd > 2 && strike(1) ? -1 : REAL(write)(fd, p, n); }
int fsync(int fd) { return strike(1) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return strike(1) ? -1 : REAL(fdatasync)(fd); }
int renameat(int a, const char *from, int b, const char *to) { return strike(0) ? -1 : REAL(renameat)(a, from, b, to); }
int unlinkat(int d, const char *name, int flags) { return strike(0) ? -1 : REAL(unlinkat)(d, name, flags); }
int rename(const char *from, const char *to) { return strike(0) ? -1 : REAL(rename)(from, to); }
