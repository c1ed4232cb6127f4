/* jail_confine.c - limits, Landlock, seccomp; in this order, as each needs calls that the
 * next forbids. */
#include "run/jail_confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef MM_HAVE_SECCOMP
#include <seccomp.h>
#endif

/* Private writable memory of this process so far: what RLIMIT_DATA counts. */
static uint64_t data_in_use(void)
{
    FILE *f = fopen("/proc/self/statm", "re");
    unsigned long pages = 0;
    if (f) {
        if (fscanf(f, "%*u %*u %*u %*u %*u %lu", &pages) != 1)
            pages = 0;
        fclose(f);
    }
    return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static int set_limit(int what, rlim_t n)
{
    struct rlimit r = { n, n };
    return setrlimit(what, &r);
}

/* RLIMIT_DATA rather than RLIMIT_AS: a mapped input may be larger than any sane limit on
 * memory, and costs none. */
static int limit_resources(const mm_jail_limits *limits, mm_err *e)
{
    if (!MM_SANITIZED && set_limit(RLIMIT_DATA, data_in_use() + limits->memory) != 0)
        return mm_fail_errno(e, "memory limit");
    if (set_limit(RLIMIT_CORE, 0) != 0 || set_limit(RLIMIT_FSIZE, 0) != 0 ||
        set_limit(RLIMIT_NOFILE, 16) != 0 || set_limit(RLIMIT_NPROC, 0) != 0)
        return mm_fail_errno(e, "resource limits");
    return 0;
}

/* From newer kernel headers than some systems have. */
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif
#define ACCESS_FS_IOCTL_DEV (1ULL << 15)
#define ACCESS_NET_BIND_CONNECT_TCP 3ULL
#define SCOPE_ABSTRACT_UNIX_AND_SIGNAL 3ULL

struct landlock_attr {
    uint64_t fs, net, scope;
};

static int landlock(mm_err *e)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1)
        return 0;  /* a kernel without it: seccomp stands alone */
    uint64_t fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
    if (abi >= 2)
        fs |= LANDLOCK_ACCESS_FS_REFER;
    if (abi >= 3)
        fs |= LANDLOCK_ACCESS_FS_TRUNCATE;
    if (abi >= 5)
        fs |= ACCESS_FS_IOCTL_DEV;
    struct landlock_attr attr = { .fs = fs, .net = abi >= 4 ? ACCESS_NET_BIND_CONNECT_TCP : 0,
                                  .scope = abi >= 6 ? SCOPE_ABSTRACT_UNIX_AND_SIGNAL : 0 };
    size_t size = abi >= 6 ? sizeof(attr) : abi >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
    int fd = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
    if (fd < 0)
        return mm_fail_errno(e, "landlock");
    int failed = syscall(SYS_landlock_restrict_self, fd, 0) != 0;
    int saved = errno;
    close(fd);
    errno = saved;
    return failed ? mm_fail_errno(e, "landlock") : 0;
}

#ifdef MM_HAVE_SECCOMP

/* What decoders, their allocator and the ring need, whatever the arguments. */
static const int allowed[] = {
    SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(lseek), SCMP_SYS(fstat), SCMP_SYS(close),
    SCMP_SYS(fadvise64), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(recvmsg), SCMP_SYS(recvfrom),
    SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(brk), SCMP_SYS(madvise),
    SCMP_SYS(futex), SCMP_SYS(membarrier), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity),
    SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time),
    SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep), SCMP_SYS(setitimer), SCMP_SYS(getrusage),
    SCMP_SYS(getrandom), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getuid), SCMP_SYS(geteuid),
    SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(uname), SCMP_SYS(sysinfo), SCMP_SYS(getcpu),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall), SCMP_SYS(exit), SCMP_SYS(exit_group),
};

/* Libraries look for optional files and ask whether a descriptor is a terminal; they are told
 * no, and go on. All else that is forbidden kills. */
static const struct {
    int call, error;
} refused[] = {
    { SCMP_SYS(open), EACCES }, { SCMP_SYS(openat), EACCES }, { SCMP_SYS(openat2), EACCES },
    { SCMP_SYS(stat), EACCES }, { SCMP_SYS(lstat), EACCES }, { SCMP_SYS(access), EACCES },
    { SCMP_SYS(faccessat), EACCES }, { SCMP_SYS(faccessat2), EACCES },
    { SCMP_SYS(readlink), EACCES }, { SCMP_SYS(readlinkat), EACCES }, { SCMP_SYS(getcwd), EACCES },
    { SCMP_SYS(ioctl), ENOTTY }, { SCMP_SYS(prlimit64), EPERM }, { SCMP_SYS(getrlimit), EPERM },
    { SCMP_SYS(sched_setaffinity), EPERM },
};

static int allow_by_argument(scmp_filter_ctx f, int sock)
{
    const uint32_t allow = SCMP_ACT_ALLOW;
    const scmp_datum_t at_empty = AT_EMPTY_PATH;
    int bad = 0;
    /* Memory: never executable; shared only for reading a descriptor. */
    bad |= seccomp_rule_add(f, allow, SCMP_SYS(mmap), 2, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                            SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_SHARED, 0));
    bad |= seccomp_rule_add(f, allow, SCMP_SYS(mmap), 2, SCMP_A2(SCMP_CMP_EQ, PROT_READ),
                            SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, 0));
    bad |= seccomp_rule_add(f, allow, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    /* Bytes leave through the one socket only. */
    bad |= seccomp_rule_add(f, allow, SCMP_SYS(sendmsg), 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)sock));
    bad |= seccomp_rule_add(f, allow, SCMP_SYS(sendto), 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)sock));
    /* fstat() of newer C libraries; a name is refused. */
    bad |= seccomp_rule_add(f, allow, SCMP_SYS(newfstatat), 1,
                            SCMP_A3(SCMP_CMP_MASKED_EQ, at_empty, at_empty));
    bad |= seccomp_rule_add(f, allow, SCMP_SYS(statx), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, at_empty, at_empty));
    bad |= seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(newfstatat), 1,
                            SCMP_A3(SCMP_CMP_MASKED_EQ, at_empty, 0));
    bad |= seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(statx), 1,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, at_empty, 0));
    bad |= seccomp_rule_add(f, allow, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_GETFL));
    bad |= seccomp_rule_add(f, allow, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_GETFD));
    bad |= seccomp_rule_add(f, allow, SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME));
    /* abort() signals its own process and no other. */
    bad |= seccomp_rule_add(f, allow, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
    return bad;
}

static int allow_for_sanitizer(scmp_filter_ctx f)
{
    int bad = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(write), 1,
                               SCMP_A0(SCMP_CMP_EQ, STDERR_FILENO));
    bad |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(sched_getparam), 0);
    return bad;
}

static int filter_calls(int sock, mm_err *e)
{
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!f)
        return mm_fail(e, MM_ESYS, "seccomp: out of memory");
    int bad = 0;
    for (size_t i = 0; i < sizeof(allowed) / sizeof(*allowed); i++)
        bad |= seccomp_rule_add(f, SCMP_ACT_ALLOW, allowed[i], 0);
    for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
        bad |= seccomp_rule_add(f, SCMP_ACT_ERRNO((unsigned)refused[i].error), refused[i].call, 0);
    bad |= allow_by_argument(f, sock);
    if (MM_SANITIZED)
        bad |= allow_for_sanitizer(f);
    int loaded = bad ? -EINVAL : seccomp_load(f);
    seccomp_release(f);
    if (loaded == 0)
        return 0;
    errno = -loaded;
    return mm_fail_errno(e, "seccomp");
}

#else
static int filter_calls(int sock, mm_err *e)
{
    return 0;  /* built without libseccomp: Landlock and limits alone */
}
#endif

int mm_confine(int sock, const mm_jail_limits *limits, mm_err *e)
{
    if (limit_resources(limits, e) != 0)
        return -1;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return mm_fail_errno(e, "prctl");
    if (landlock(e) != 0)
        return -1;
    return filter_calls(sock, e);
}
