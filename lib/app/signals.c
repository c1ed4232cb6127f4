/* signals.c - asking a run to end. */
#include "app/signals.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>

static volatile int came;
static _Atomic(mm_reader *) waiting;

static void take_notice(int number)
{
    int saved = errno;
    came = number;
    mm_reader *r = atomic_load(&waiting);
    if (r)
        mm_reader_stop(r);
    errno = saved;
}

void mm_signals_start(void)
{
    static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction was, a = { .sa_handler = take_notice, .sa_flags = (int)SA_RESETHAND };
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
