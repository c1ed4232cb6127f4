/* signals.c - asking a run to end. */
#include "app/signals.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

/* timeout(1) sends its signal twice at once, to the process and to its group: that is one wish. */
#define ONE_WISH_NS 500000000

static volatile int came;
static _Atomic int64_t came_ns;
static _Atomic(mm_reader *) waiting;

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void take_notice(int number)
{
    int saved = errno;
    if (came && now_ns() - came_ns > ONE_WISH_NS)
        mm_signals_die(number);
    if (!came) {
        came_ns = now_ns();
        came = number;
    }
    mm_reader *r = atomic_load(&waiting);
    if (r)
        mm_reader_stop(r);
    errno = saved;
}

void mm_signals_start(void)
{
    static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction was, a = { .sa_handler = take_notice };
    sigemptyset(&a.sa_mask);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (sigaction(ends[i], NULL, &was) == 0 && was.sa_handler != SIG_IGN)
            sigaction(ends[i], &a, NULL);
    signal(SIGPIPE, SIG_IGN);
}

void mm_signals_wake(mm_reader *r)
{
    atomic_store(&waiting, r);
}

const volatile int *mm_signals_stop(void)
{
    return &came;
}

void mm_signals_die(int number)
{
    signal(number, SIG_DFL);
    raise(number);
}
