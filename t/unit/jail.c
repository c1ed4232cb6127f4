/* Confined workers: calls, streams, and everything a captured or broken decoder may do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/jail.h"
#include "run/jail_confine.h"

#define TRY(name, expression)                                                \
    static int name(mm_str args, mm_str in, mm_buf *out, mm_err *e)          \
    {                                                                        \
        if ((expression) != 0)                                               \
            return mm_fail_errno(e, #name);                                  \
        return 0;                                                            \
    }

/* ---- what the workers can do ------------------------------------------------ */

static int warmed;
static void warm(void)
{
    warmed = 42;
}

static int op_echo(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    mm_buf_str(out, args);
    mm_buf_str(out, in);
    return 0;
}

static int op_warmed(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    mm_buf_put(out, warmed == 42 ? "yes" : "no", warmed == 42 ? 3 : 2);
    return 0;
}

static int op_refuse(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    return mm_fail(e, MM_EUSAGE, "no such thing: %.*s", (int)in.n, in.p);
}

static int op_segv(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    raise(SIGSEGV);
    return 0;
}

static int op_abort(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    abort();
}

/* Falls over state left by an earlier call, not over its own input. */
static int op_poisoned(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    static int calls;
    if (calls++ > 0)
        abort();
    mm_buf_str(out, in);
    return 0;
}

static int op_hang(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    for (;;)
        pause();
    return 0;
}

static int op_sleep(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    for (;;)
        usleep(1000000);
    return 0;
}

static int op_spin(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    for (volatile uint64_t i = 0;; i++)
        ;
    return 0;
}

static int op_bomb(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    for (;;) {
        volatile char *p = malloc((size_t)16 << 20);
        for (size_t i = 0; i < (size_t)16 << 20; i += 4096)
            p[i] = 1;
    }
    return 0;
}

static int op_greedy(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    void *volatile p = malloc((size_t)8 << 30);
    if (!p)
        return mm_fail(e, MM_EBAD, "a picture too large");
    free(p);
    return 0;
}

TRY(op_open, open("/etc/passwd", O_RDONLY) < 0)
TRY(op_socket, socket(AF_INET, SOCK_STREAM, 0) < 0)
TRY(op_exec, execl("/bin/true", "true", (char *)NULL))
TRY(op_kill, kill(getppid(), 0))
TRY(op_fork, fork() < 0)
TRY(op_write, write(3, "x", 1) < 0)
TRY(op_executable, mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
TRY(op_grow, ftruncate(4, 1 << 20))

static char pattern(size_t i)
{
    return (char)(i * 31 + (i >> 12));
}

/* args: two sizes, of a chunk and of all. */
static int op_stream(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    size_t size[2];
    memcpy(size, args.p, sizeof(size));
    char *chunk = malloc(size[0]);
    for (size_t i = 0; i < size[0]; i++)
        chunk[i] = pattern(i);
    for (size_t sent = 0; sent < size[1]; sent += size[0])
        if (mm_jail_send((mm_str){ chunk, size[0] }) != 0)
            return mm_fail(e, MM_EBAD, "reader went away");
    free(chunk);
    return 0;
}

static int op_stream_and_crash(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    mm_jail_send(MM_STR("before"));
    abort();
}

static int op_cat(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    char b[65536];
    ssize_t n;
    while ((n = read(mm_jail_fd(), b, sizeof(b))) > 0)
        mm_jail_send((mm_str){ b, (size_t)n });
    return n < 0 ? mm_fail_errno(e, "read") : 0;
}

static const mm_jail_op ops[] = {
    { "echo", op_echo, NULL }, { "warmed", op_warmed, warm }, { "refuse", op_refuse, NULL },
    { "segv", op_segv, NULL }, { "abort", op_abort, NULL }, { "poisoned", op_poisoned, NULL },
    { "hang", op_hang, NULL }, { "sleep", op_sleep, NULL }, { "spin", op_spin, NULL },
    { "bomb", op_bomb, NULL }, { "greedy", op_greedy, NULL }, { "open", op_open, NULL },
    { "socket", op_socket, NULL }, { "exec", op_exec, NULL }, { "kill", op_kill, NULL },
    { "fork", op_fork, NULL }, { "write", op_write, NULL }, { "executable", op_executable, NULL },
    { "grow", op_grow, NULL }, { "stream", op_stream, NULL },
    { "stream-and-crash", op_stream_and_crash, NULL }, { "cat", op_cat, NULL }, { NULL, NULL, NULL },
};

/* ---- fixtures --------------------------------------------------------------- */

static const mm_jail_limits ample = { .memory = (size_t)256 << 20 };
static const mm_jail_limits tight = { .memory = (size_t)64 << 20, .wall_ns = 200 * 1000000LL };
static const mm_jail_limits little_cpu = { .cpu_ns = 100 * 1000000LL };

typedef struct world {
    mm_jail *jail;
    mm_cell *cell;
} world;

static int begin_with(void **state, const mm_jail_limits *l)
{
    mm_err e = { 0 };
    world *w = calloc(1, sizeof(*w));
    w->jail = mm_jail_new(ops, l, &e);
    w->cell = w->jail ? mm_cell_new(w->jail, &e) : NULL;
    if (!w->cell)
        print_error("%s\n", e.text);
    *state = w;
    return w->cell ? 0 : -1;
}

static int begin(void **state)
{
    return begin_with(state, &ample);
}

static int begin_tight(void **state)
{
    return begin_with(state, &tight);
}

static int begin_little_cpu(void **state)
{
    return begin_with(state, &little_cpu);
}

static int end(void **state)
{
    world *w = *state;
    mm_cell_free(w->cell);
    mm_jail_free(w->jail);
    free(w);
    return 0;
}

static void works(mm_cell *c)
{
    mm_err e = { 0 };
    mm_str out;
    if (mm_cell_call(c, "echo", MM_STR("a"), MM_STR("b"), &out, &e) != 0)
        fail_msg("%s", e.text);
    assert_true(mm_str_eq(out, MM_STR("ab")));
}

static void fails(mm_cell *c, const char *op, mm_code code, const char *text)
{
    mm_err e = { 0 };
    mm_str out;
    assert_int_equal(mm_cell_call(c, op, MM_STR(""), MM_STR("in"), &out, &e), -1);
    assert_int_equal(e.code, code);
    assert_string_equal(e.text, text);
    works(c);
}

/* ---- calls ------------------------------------------------------------------ */

static void echoes(void **state)
{
    world *w = *state;
    for (int i = 0; i < 1000; i++)
        works(w->cell);
}

static void warms_before(void **state)
{
    world *w = *state;
    mm_err e = { 0 };
    mm_str out;
    assert_int_equal(mm_cell_call(w->cell, "warmed", MM_STR(""), MM_STR(""), &out, &e), 0);
    assert_true(mm_str_eq(out, MM_STR("yes")));
    assert_int_equal(warmed, 0);
}

static void carries_much(void **state)
{
    world *w = *state;
    mm_err e = { 0 };
    size_t n = ((size_t)40 << 20) + 3;
    char *big = malloc(n);
    for (size_t i = 0; i < n; i++)
        big[i] = pattern(i);
    for (size_t size = n; size > 0; size /= 7) {
        mm_str out;
        assert_int_equal(mm_cell_call(w->cell, "echo", MM_STR(""), (mm_str){ big, size }, &out, &e), 0);
        assert_int_equal(out.n, size);
        assert_memory_equal(out.p, big, size);
    }
    free(big);
}

static void refuses_with_reason(void **state)
{
    world *w = *state;
    fails(w->cell, "refuse", MM_EBAD, "no such thing: in");
    mm_err e = { 0 };
    mm_str out;
    assert_int_equal(mm_cell_call(w->cell, "nothing", MM_STR(""), MM_STR(""), &out, &e), -1);
    assert_string_equal(e.text, "no decoder is named nothing");
}

static void survives_crashes(void **state)
{
    world *w = *state;
    fails(w->cell, "segv", MM_EBAD, "the decoder crashed (signal 11)");
    fails(w->cell, "abort", MM_EBAD, "the decoder crashed (signal 6)");
}

static void tries_again_in_a_fresh_worker(void **state)
{
    world *w = *state;
    for (int i = 0; i < 3; i++) {
        mm_err e = { 0 };
        mm_str out;
        assert_int_equal(mm_cell_call(w->cell, "poisoned", MM_STR(""), MM_STR("x"), &out, &e), 0);
        assert_true(mm_str_eq(out, MM_STR("x")));
    }
}

static void stops_what_hangs(void **state)
{
    world *w = *state;
    fails(w->cell, "sleep", MM_EBAD, "the decoder ran over its 200 ms and was stopped");
    fails(w->cell, "spin", MM_EBAD, "the decoder ran over its 200 ms and was stopped");
}

static void limits_processor_time(void **state)
{
    world *w = *state;
    fails(w->cell, "spin", MM_EBAD, "the decoder ran over its 100 ms of processor time and was stopped");
}

static void limits_memory(void **state)
{
    world *w = *state;
    if (MM_SANITIZED)
        skip();
    fails(w->cell, "bomb", MM_EBAD, "the decoder wanted more than 256 MiB of memory");
    fails(w->cell, "greedy", MM_EBAD, "the decoder wanted more than 256 MiB of memory");
}

static void forbids_system_calls(void **state)
{
    world *w = *state;
    fails(w->cell, "open", MM_EBAD, "op_open: Permission denied");
#ifdef MM_HAVE_SECCOMP
    static const char *const killing[] = { "socket", "exec", "kill", "fork", "write", "executable",
                                           "grow", "hang" };
    for (size_t i = 0; i < sizeof(killing) / sizeof(*killing); i++)
        fails(w->cell, killing[i], MM_EBAD, "the decoder tried a forbidden system call");
#endif
}

/* ---- files ------------------------------------------------------------------ */

static int some_file(size_t n)
{
    char name[] = "/tmp/mm-jail-XXXXXX";
    int fd = mkstemp(name), ro = open(name, O_RDONLY | O_CLOEXEC);
    unlink(name);
    char *b = malloc(n);
    for (size_t i = 0; i < n; i++)
        b[i] = pattern(i);
    assert_int_equal(write(fd, b, n), n);
    free(b);
    close(fd);
    return ro;
}

static void maps_a_file(void **state)
{
    world *w = *state;
    mm_err e = { 0 };
    mm_str out;
    int fd = some_file(100000);
    static const size_t part[][2] = { { 0, 100000 }, { 1, 10 }, { 4096, 5000 }, { 99999, 1 }, { 100000, 0 } };
    for (size_t i = 0; i < sizeof(part) / sizeof(*part); i++) {
        assert_int_equal(mm_cell_call_fd(w->cell, "echo", MM_STR(":"), fd, part[i][0], part[i][1], &out, &e), 0);
        assert_int_equal(out.n, part[i][1] + 1);
        for (size_t k = 0; k < part[i][1]; k++)
            assert_int_equal(out.p[1 + k], pattern(part[i][0] + k));
    }
    assert_int_equal(mm_cell_call_fd(w->cell, "echo", MM_STR(""), fd, 99999, 2, &out, &e), -1);
    assert_string_equal(e.text, "the file ends before byte 100001");
    works(w->cell);
    close(fd);
}

static void wants_files_read_only(void **state)
{
    world *w = *state;
    mm_err e = { 0 };
    mm_str out;
    int fd = memfd_create("x", MFD_CLOEXEC);
    assert_int_equal(mm_cell_call_fd(w->cell, "echo", MM_STR(""), fd, 0, 0, &out, &e), -1);
    assert_int_equal(e.code, MM_EUSAGE);
    close(fd);
}

/* ---- streams ---------------------------------------------------------------- */

static void streams(void **state)
{
    world *w = *state;
    static const size_t sizes[][2] = { { 1, 1000 }, { 10007, 30 << 20 }, { 1 << 20, 64 << 20 } };
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        mm_err e = { 0 };
        mm_str chunk;
        size_t sum = 0;
        int r;
        mm_str args = { (const char *)sizes[i], sizeof(sizes[i]) };
        assert_int_equal(mm_cell_open(w->cell, "stream", args, -1, &e), 0);
        while ((r = mm_cell_read(w->cell, &chunk, &e)) == 1) {
            assert_int_equal(chunk.n, sizes[i][0]);
            for (size_t k = 0; k < chunk.n; k += 997)
                assert_int_equal(chunk.p[k], pattern(k));
            sum += chunk.n;
        }
        assert_int_equal(r, 0);
        assert_int_equal(sum, (sizes[i][1] + sizes[i][0] - 1) / sizes[i][0] * sizes[i][0]);
        works(w->cell);
    }
}

static void a_stream_can_be_left(void **state)
{
    world *w = *state;
    mm_err e = { 0 };
    mm_str chunk;
    const size_t size[2] = { 1 << 20, (size_t)1 << 40 };
    assert_int_equal(mm_cell_open(w->cell, "stream", (mm_str){ (const char *)size, sizeof(size) }, -1, &e), 0);
    assert_int_equal(mm_cell_read(w->cell, &chunk, &e), 1);
    works(w->cell);
    const size_t wrong[2] = { (1 << 20) + 1, 1 << 30 };
    assert_int_equal(mm_cell_open(w->cell, "stream", (mm_str){ (const char *)wrong, sizeof(wrong) }, -1, &e), 0);
    assert_int_equal(mm_cell_read(w->cell, &chunk, &e), -1);
    works(w->cell);
}

static void a_stream_may_crash(void **state)
{
    world *w = *state;
    mm_err e = { 0 };
    mm_str chunk;
    assert_int_equal(mm_cell_open(w->cell, "stream-and-crash", MM_STR(""), -1, &e), 0);
    assert_int_equal(mm_cell_read(w->cell, &chunk, &e), 1);
    assert_true(mm_str_eq(chunk, MM_STR("before")));
    assert_int_equal(mm_cell_read(w->cell, &chunk, &e), -1);
    assert_string_equal(e.text, "the decoder crashed (signal 6)");
    assert_int_equal(mm_cell_read(w->cell, &chunk, &e), -1);
    works(w->cell);
}

static void streams_from_a_descriptor(void **state)
{
    world *w = *state;
    mm_err e = { 0 };
    mm_str chunk;
    int p[2];
    assert_int_equal(pipe2(p, O_CLOEXEC), 0);
    assert_int_equal(write(p[1], "through a pipe", 14), 14);
    close(p[1]);
    assert_int_equal(mm_cell_open(w->cell, "cat", MM_STR(""), p[0], &e), 0);
    close(p[0]);
    assert_int_equal(mm_cell_read(w->cell, &chunk, &e), 1);
    assert_true(mm_str_eq(chunk, MM_STR("through a pipe")));
    assert_int_equal(mm_cell_read(w->cell, &chunk, &e), 0);
}

/* ---- many, and the end ------------------------------------------------------ */

static void *work_alone(void *jail)
{
    mm_err e = { 0 };
    mm_str out;
    mm_cell *c = mm_cell_new(jail, &e);
    if (!c)
        return "no cell";
    const char *wrong = NULL;
    for (int i = 0; i < 200 && !wrong; i++) {
        const char *op = i % 50 == 49 ? "abort" : "echo";
        int r = mm_cell_call(c, op, MM_STR(""), MM_STR("text"), &out, &e);
        if (strcmp(op, "abort") == 0 ? r != -1 : r != 0 || !mm_str_eq(out, MM_STR("text")))
            wrong = "wrong answer";
    }
    mm_cell_free(c);
    return (void *)(uintptr_t)wrong;
}

static void serves_many_threads(void **state)
{
    world *w = *state;
    pthread_t t[8];
    for (int i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&t[i], NULL, work_alone, w->jail), 0);
    for (int i = 0; i < 8; i++) {
        void *wrong;
        pthread_join(t[i], &wrong);
        assert_null(wrong);
    }
}

/* The caller and its busy worker hold the write end of a pipe: when both are dead, it ends. */
static void dies_with_its_caller(void **state)
{
    int p[2];
    assert_int_equal(pipe2(p, O_CLOEXEC), 0);
    pid_t caller = fork();
    if (caller == 0) {
        mm_err e = { 0 };
        mm_jail *j = mm_jail_new(ops, &ample, &e);
        mm_cell *c = mm_cell_new(j, &e);
        mm_str chunk;
        const size_t size[2] = { 1 << 20, (size_t)1 << 40 };
        mm_cell_open(c, "stream", (mm_str){ (const char *)size, sizeof(size) }, p[1], &e);
        close(p[1]);
        mm_cell_read(c, &chunk, &e);
        kill(getpid(), SIGKILL);
    }
    close(p[1]);
    char b;
    assert_int_equal(read(p[0], &b, 1), 0);
    close(p[0]);
    assert_int_equal(waitpid(caller, NULL, 0), caller);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(echoes, begin, end),
        cmocka_unit_test_setup_teardown(warms_before, begin, end),
        cmocka_unit_test_setup_teardown(carries_much, begin, end),
        cmocka_unit_test_setup_teardown(refuses_with_reason, begin, end),
        cmocka_unit_test_setup_teardown(survives_crashes, begin, end),
        cmocka_unit_test_setup_teardown(tries_again_in_a_fresh_worker, begin, end),
        cmocka_unit_test_setup_teardown(stops_what_hangs, begin_tight, end),
        cmocka_unit_test_setup_teardown(limits_processor_time, begin_little_cpu, end),
        cmocka_unit_test_setup_teardown(limits_memory, begin, end),
        cmocka_unit_test_setup_teardown(forbids_system_calls, begin, end),
        cmocka_unit_test_setup_teardown(maps_a_file, begin, end),
        cmocka_unit_test_setup_teardown(wants_files_read_only, begin, end),
        cmocka_unit_test_setup_teardown(streams, begin, end),
        cmocka_unit_test_setup_teardown(a_stream_can_be_left, begin, end),
        cmocka_unit_test_setup_teardown(a_stream_may_crash, begin, end),
        cmocka_unit_test_setup_teardown(streams_from_a_descriptor, begin, end),
        cmocka_unit_test_setup_teardown(serves_many_threads, begin, end),
        cmocka_unit_test(dies_with_its_caller),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
