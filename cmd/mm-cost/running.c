#include "running.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "govern/usage.h"
#include "price/when.h"

/* What /proc/PID/stat says; proc(5). */
typedef struct process {
    char name[17];
    long parent;
    unsigned long long user, system, started;   /* in ticks; since the system began */
} process;

static bool read_process(const char *pid, process *p)
{
    char file[64], text[1024];
    snprintf(file, sizeof file, "/proc/%.20s/stat", pid);
    FILE *f = fopen(file, "re");
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
    if (f)
        fclose(f);
    text[n] = 0;
    const char *open = strchr(text, '('), *close = strrchr(text, ')');
    if (!open || !close || close - open - 1 >= (ptrdiff_t)sizeof p->name)
        return false;
    *p = (process){ 0 };
    memcpy(p->name, open + 1, (size_t)(close - open - 1));
    return sscanf(close + 1, " %*c %ld %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d %*d %*d %llu", &p->parent, &p->user,
                  &p->system, &p->started) == 4;
}

static unsigned long long peak_kib(const char *pid)
{
    char file[64], line[256];
    unsigned long long kib = 0;
    snprintf(file, sizeof file, "/proc/%.20s/status", pid);
    FILE *f = fopen(file, "re");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "VmHWM: %llu", &kib) == 1)
            break;
    if (f)
        fclose(f);
    return kib;
}

/* A confined worker of the tool that began it: its memory is not told by ledgers either. */
static bool is_worker(const process *p)
{
    char pid[24];
    process parent;
    snprintf(pid, sizeof pid, "%ld", p->parent);
    return read_process(pid, &parent) && strcmp(parent.name, p->name) == 0;
}

static void put_line(mm_buf *out, const char *pid, const process *p, const mm_usage *here)
{
    struct timespec up;
    clock_gettime(CLOCK_BOOTTIME, &up);
    double tick = (double)sysconf(_SC_CLK_TCK), wall = (double)up.tv_sec + 1e-9 * (double)up.tv_nsec - (double)p->started / tick;
    unsigned long long memory = is_worker(p) ? 0 : peak_kib(pid) << 10;
    wall = wall > 0 ? wall : 0;
    mm_buf_printf(out, "{\"tool\":\"%s\",\"stage\":\"%s\",\"start\":\"", p->name, p->name);
    mm_when_put(out, (int64_t)time(NULL) - (int64_t)wall, false);
    mm_buf_printf(out, "\",\"wall_s\":%.3f,\"cpu_s\":%.3f,\"peak_rss_bytes\":%llu,\"machine\":{\"cores\":%d,\"model\":", wall,
                  (double)(p->user + p->system) / tick, memory, here->cores);
    mm_json_put(out, mm_str_of(here->machine));
    mm_buf_str(out, MM_STR("}}\n"));
}

void running_lines(mm_buf *out)
{
    mm_usage here;
    mm_usage_begin(&here, "mm-cost", MM_VERSION);
    DIR *d = opendir("/proc");
    for (struct dirent *f; d && (f = readdir(d));) {
        process p;
        struct stat st;
        if (f->d_name[0] < '0' || f->d_name[0] > '9' || fstatat(dirfd(d), f->d_name, &st, 0) < 0 || st.st_uid != geteuid())
            continue;
        if (read_process(f->d_name, &p) && strncmp(p.name, "mm-", 3) == 0 && strcmp(p.name, "mm-cost") != 0 && !strpbrk(p.name, "\"\\"))
            put_line(out, f->d_name, &p, &here);
    }
    if (d)
        closedir(d);
}
