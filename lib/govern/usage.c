/* usage.c - taking the account: clocks, identity, and what the kernel counted. */
#include "govern/usage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

static int64_t clock_ns(clockid_t which)
{
    struct timespec t;
    clock_gettime(which, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* RFC 9562 section 5.4: random but for four bits of version and two of variant. */
static void new_run_id(char out[33])
{
    unsigned char b[16];
    if (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b)) {
        uint64_t part[2] = { (uint64_t)clock_ns(CLOCK_REALTIME), (uint64_t)getpid() };
        memcpy(b, part, sizeof(b));
    }
    b[6] = (b[6] & 0x0f) | 0x40;
    b[8] = (b[8] & 0x3f) | 0x80;
    for (int i = 0; i < 16; i++)
        snprintf(out + 2 * i, 3, "%02x", b[i]);
}

/* The value of the first line of a "key : value" file that begins with key. */
static bool value_of(const char *file, const char *key, char *out, size_t room)
{
    FILE *f = fopen(file, "re");
    char line[256];
    bool found = false;
    while (f && !found && fgets(line, sizeof(line), f)) {
        char *colon = strchr(line, ':');
        if (!colon || strncmp(line, key, strlen(key)) != 0)
            continue;
        char *from = colon + 1 + strspn(colon + 1, " \t");
        from[strcspn(from, "\n")] = '\0';
        snprintf(out, room, "%s", from);
        found = true;
    }
    if (f)
        fclose(f);
    return found;
}

static void name_machine(char *out, size_t room)
{
    struct utsname u;
    if (value_of("/proc/cpuinfo", "model name", out, room))
        return;
    snprintf(out, room, "%s", uname(&u) == 0 ? u.machine : "unknown");
}

/* The kernel's high-water mark of this program. (ru_maxrss would also count what the
 * process was before exec.) */
static uint64_t peak_memory(void)
{
    char text[64];
    if (value_of("/proc/self/status", "VmHWM", text, sizeof(text)))
        return strtoull(text, NULL, 10) * 1024;
    struct rusage r;
    return getrusage(RUSAGE_SELF, &r) == 0 ? (uint64_t)r.ru_maxrss * 1024 : 0;
}

static int64_t processor_ns(int who)
{
    struct rusage r;
    if (getrusage(who, &r) != 0)
        return 0;
    return ((int64_t)r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1000000000 +
           ((int64_t)r.ru_utime.tv_usec + r.ru_stime.tv_usec) * 1000;
}

int mm_usage_writable(const char *file, bool replaced, mm_err *e)
{
    const char *slash = strrchr(file, '/');
    char *folder = !slash ? strdup(".") : strndup(file, slash == file ? 1 : (size_t)(slash - file));
    int fd = replaced ? -1 : open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666);
    int failed = !folder ? mm_fail(e, MM_ESYS, "out of memory")
               : (replaced ? access(folder, W_OK | X_OK) : fd) < 0 && errno != ENXIO ? mm_fail_errno(e, "%s", file) : 0;
    if (fd >= 0)
        close(fd);
    free(folder);
    return failed;
}

void mm_usage_begin(mm_usage *u, const char *tool, const char *version)
{
    *u = (mm_usage){ .tool = tool, .version = version, .workers = 1 };
    new_run_id(u->run);
    u->traceparent = getenv("TRACEPARENT");
    u->stage = getenv("MM_STAGE");
    u->start_ns = clock_ns(CLOCK_REALTIME);
    u->began_ns = clock_ns(CLOCK_MONOTONIC);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    u->cores = cores > 0 ? (int)cores : 1;
    name_machine(u->machine, sizeof(u->machine));
}

void mm_usage_end(mm_usage *u)
{
    u->wall_ns = clock_ns(CLOCK_MONOTONIC) - u->began_ns;
    u->end_ns = u->start_ns + u->wall_ns;  /* so that a clock set meanwhile does no harm */
    u->cpu_ns = processor_ns(RUSAGE_SELF) + processor_ns(RUSAGE_CHILDREN);
    u->peak_rss = peak_memory();
}
