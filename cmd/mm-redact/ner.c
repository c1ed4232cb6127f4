#include "ner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "record/member.h"

extern char **environ;

enum { SLOTS = 1024, LONGEST_LINE = 64 << 20, LIVES = 3 };   /* of a command that ends without an answer */

/* A span as it was told; start and end in characters or bytes. */
typedef struct span {
    uint64_t start, end;
    const detector *by;
    int score;
} span;

/* A text that was sent. */
typedef struct question {
    uint64_t id;
    struct question *next;   /* in its slot */
    span *v;
    size_t n, room;
    bool bytes, answered;
    const char *wrong;       /* static; NULL: nothing */
} question;

struct ner {
    const char *command;
    int64_t limit_ns;
    const detector *other;   /* of what it calls by no entity's name */
    pthread_mutex_t lock, sending;
    pthread_cond_t news;
    question *slot[SLOTS];
    uint64_t next_id;
    pid_t pid;               /* 0: not running */
    bool dying;              /* killed, and not gone yet */
    int to, from;
    pthread_t reader;
    bool reading;            /* the thread is to be joined */
    uint64_t life, answers;  /* how often it was started; answers of this life */
    int barren;              /* lives in a row that gave none */
};

struct ner_client {
    ner *n;
    mm_buf texts, lines;
    size_t *end;             /* of each text in texts */
    question *q;
    size_t count, room, next;
};

/* ---- answers ---- */

static const detector *entity_of(const ner *n, mm_value v)
{
    if (v.type != MM_JSON_STRING || v.raw.n < 3)
        return NULL;
    mm_str name = { v.raw.p + 1, v.raw.n - 2 };
    const detector *d = detector_named(mm_str_eq(name, MM_STR("PER")) ? MM_STR("PERSON") : mm_str_eq(name, MM_STR("ORG")) ? MM_STR("ORGANIZATION") : name);
    return d ? d : n->other;
}

static const char *take_span(const ner *n, question *q, mm_value v)
{
    int64_t start, end;
    double score = 0.85;
    mm_value s = mm_member_value(v, "score");
    if (v.type != MM_JSON_OBJECT || mm_json_int(mm_member_value(v, "start").raw, &start) < 0 || mm_json_int(mm_member_value(v, "end").raw, &end) < 0)
        return "--ner gave a span without start and end";
    const detector *by = entity_of(n, mm_member_value(v, "entity"));
    if (!by)
        return "--ner gave a span without an entity";
    if ((s.type != MM_JSON_NULL && mm_json_double(s.raw, &score) < 0) || !(score >= 0 && score <= 1))
        return "--ner gave a score that is not from 0 to 1";
    if (start < 0 || end <= start)
        return "--ner gave a span that ends before it begins";
    if (q->n == q->room) {
        size_t room = q->room ? q->room * 2 : 8;
        span *more = realloc(q->v, room * sizeof *more);
        if (!more)
            return "out of memory";
        q->v = more;
        q->room = room;
    }
    q->v[q->n++] = (span){ (uint64_t)start, (uint64_t)end, by, (int)(score * 100 + 0.5) };
    return NULL;
}

static const char *take_spans(const ner *n, question *q, mm_value line)
{
    mm_value spans = mm_member_value(line, "spans"), unit = mm_member_value(line, "unit");
    const char *wrong = NULL;
    if (spans.type != MM_JSON_ARRAY)
        return "--ner gave an answer without spans";
    q->bytes = unit.type == MM_JSON_STRING && mm_str_eq(unit.raw, MM_STR("\"bytes\""));
    if (!q->bytes && unit.type != MM_JSON_NULL && !mm_str_eq(unit.raw, MM_STR("\"chars\"")))
        return "--ner gave a unit that is neither chars nor bytes";
    mm_json_iter it = mm_json_each(spans);
    while (!wrong && mm_json_next(&it) == 1)
        wrong = take_span(n, q, it.value);
    return wrong;
}

/* One line of it; false when it can not be told whom it answers. The lock is held. */
static bool take_line(ner *n, mm_str line)
{
    mm_value v = { line, MM_JSON_OBJECT };
    int64_t id;
    if (mm_json_check_record(line, NULL, NULL) < 0 || mm_json_int(mm_member_value(v, "id").raw, &id) < 0)
        return false;
    for (question **at = &n->slot[(uint64_t)id % SLOTS]; *at; at = &(*at)->next) {
        question *q = *at;
        if (q->id != (uint64_t)id)
            continue;
        *at = q->next;
        q->wrong = take_spans(n, q, v);
        q->answered = true;
        n->answers++;
        pthread_cond_broadcast(&n->news);
        return true;
    }
    return false;
}

/* All that wait are told so. The lock is held. */
static void fail_all(ner *n, const char *wrong)
{
    for (size_t i = 0; i < SLOTS; i++)
        for (question *q = n->slot[i]; q; q = n->slot[i]) {
            n->slot[i] = q->next;
            q->wrong = wrong;
            q->answered = true;
        }
    pthread_cond_broadcast(&n->news);
}

/* ---- the command ---- */

static void *read_answers(void *arg)
{
    ner *n = arg;
    mm_buf b = { 0 };
    size_t seen = 0;
    const char *wrong = NULL;
    while (!wrong) {
        char *room = mm_buf_room(&b, 65536);
        ssize_t got = room ? read(n->from, room, 65536) : 0;
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        b.n += (size_t)got;
        size_t from = 0;
        pthread_mutex_lock(&n->lock);
        for (const char *nl; !wrong && (nl = memchr(b.p + seen, '\n', b.n - seen)) != NULL;) {
            mm_str line = { b.p + from, (size_t)(nl - b.p) - from };
            from = seen = (size_t)(nl - b.p) + 1;
            if (line.n && !take_line(n, line))
                wrong = "--ner gave an answer to nothing that was asked";
        }
        pthread_mutex_unlock(&n->lock);
        memmove(b.p, b.p + from, b.n - from);
        b.n -= from;
        seen = b.n;
        if (b.n > LONGEST_LINE)
            wrong = "--ner gave an answer without an end";
    }
    mm_buf_free(&b);
    pthread_mutex_lock(&n->lock);
    kill(-n->pid, SIGKILL);
    while (waitpid(n->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    n->pid = 0;
    n->dying = false;
    n->barren = n->answers ? 0 : n->barren + 1;
    fail_all(n, wrong ? wrong : "--ner ended");
    pthread_mutex_unlock(&n->lock);
    return NULL;
}

static int spawn_command(ner *n, int in, int out)
{
    posix_spawn_file_actions_t fa;
    posix_spawnattr_t at;
    sigset_t none;
    char *argv[] = { "sh", "-c", (char *)n->command, NULL };
    posix_spawn_file_actions_init(&fa);
    posix_spawnattr_init(&at);
    sigemptyset(&none);
    posix_spawn_file_actions_adddup2(&fa, in, 0);
    posix_spawn_file_actions_adddup2(&fa, out, 1);
    posix_spawnattr_setsigmask(&at, &none);
    sigaddset(&none, SIGPIPE);
    posix_spawnattr_setsigdefault(&at, &none);
    posix_spawnattr_setflags(&at, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    int rc = posix_spawn(&n->pid, "/bin/sh", &fa, &at, argv, environ);
    posix_spawn_file_actions_destroy(&fa);
    posix_spawnattr_destroy(&at);
    return rc;
}

static void drop_ends(ner *n)
{
    if (n->reading)
        pthread_join(n->reader, NULL);
    n->reading = false;
    if (n->to >= 0)
        close(n->to);
    if (n->from >= 0)
        close(n->from);
    n->to = n->from = -1;
}

/* Start it in a process group of its own, so that what it starts ends with it, and the thread that reads from it. Nobody else is sending. */
static int start(ner *n, mm_err *e)
{
    int to[2], from[2];
    drop_ends(n);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, to) < 0)
        return mm_fail(e, MM_ESYS, "--ner: %s", strerror(errno));
    if (pipe2(from, O_CLOEXEC) < 0) {
        close(to[0]);
        close(to[1]);
        return mm_fail(e, MM_ESYS, "--ner: %s", strerror(errno));
    }
    struct timeval limit = { n->limit_ns / 1000000000, n->limit_ns % 1000000000 / 1000 };
    setsockopt(to[0], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    n->to = to[0];
    n->from = from[0];
    int rc = spawn_command(n, to[1], from[1]);
    close(to[1]);
    close(from[1]);
    if (rc)
        return n->pid = 0, mm_fail(e, MM_ESYS, "--ner can not be started: %s", strerror(rc));
    n->life++;
    n->answers = 0;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);   /* signals are for the main thread */
    n->reading = pthread_create(&n->reader, NULL, read_answers, n) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (n->reading)
        return 0;
    kill(-n->pid, SIGKILL);
    waitpid(n->pid, NULL, 0);
    n->pid = 0;
    return mm_fail(e, MM_ESYS, "--ner: no thread for it");
}

ner *ner_new(const char *command, int64_t limit_ns, mm_err *e)
{
    ner *n = calloc(1, sizeof *n);
    pthread_condattr_t a;
    if (!n) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    *n = (ner){ .command = command, .limit_ns = limit_ns, .to = -1, .from = -1, .other = detector_named(MM_STR("ner")) };
    pthread_mutex_init(&n->lock, NULL);
    pthread_mutex_init(&n->sending, NULL);
    pthread_condattr_init(&a);
    pthread_condattr_setclock(&a, CLOCK_MONOTONIC);
    pthread_cond_init(&n->news, &a);
    pthread_condattr_destroy(&a);
    if (start(n, e) == 0)
        return n;
    ner_free(n);
    return NULL;
}

void ner_free(ner *n)
{
    if (!n)
        return;
    if (n->to >= 0)
        shutdown(n->to, SHUT_RDWR);   /* it reads the end of its input, and may end by itself */
    struct timespec soon = { 0, 20000000 };
    for (int i = 0; i < 50; i++) {
        pthread_mutex_lock(&n->lock);
        bool gone = n->pid == 0;
        pthread_mutex_unlock(&n->lock);
        if (gone)
            break;
        nanosleep(&soon, NULL);
    }
    pthread_mutex_lock(&n->lock);
    if (n->pid)
        kill(-n->pid, SIGKILL);
    pthread_mutex_unlock(&n->lock);
    drop_ends(n);
    pthread_mutex_destroy(&n->lock);
    pthread_mutex_destroy(&n->sending);
    pthread_cond_destroy(&n->news);
    free(n);
}

/* ---- asking ---- */

ner_client *ner_client_new(ner *n)
{
    ner_client *c = calloc(1, sizeof *c);
    if (c)
        c->n = n;
    return c;
}

void ner_client_free(ner_client *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->room; i++)
        free(c->q[i].v);
    free(c->q);
    free(c->end);
    mm_buf_free(&c->texts);
    mm_buf_free(&c->lines);
    free(c);
}

void ner_client_begin(ner_client *c)
{
    c->count = c->next = c->texts.n = 0;
}

static mm_str text_at(const ner_client *c, size_t i)
{
    size_t from = i ? c->end[i - 1] : 0;
    return (mm_str){ c->texts.p + from, c->end[i] - from };
}

void ner_client_add(ner_client *c, mm_str text)
{
    if (c->count == c->room) {
        size_t room = c->room ? c->room * 2 : 32;
        question *q = realloc(c->q, room * sizeof *q);
        c->q = q ? q : c->q;
        size_t *end = q ? realloc(c->end, room * sizeof *end) : NULL;
        c->end = end ? end : c->end;
        if (!end) {
            c->texts.failed = true;
            return;
        }
        memset(c->q + c->room, 0, (room - c->room) * sizeof *q);
        c->room = room;
    }
    mm_buf_str(&c->texts, text);
    c->end[c->count++] = c->texts.n;
}

/* Forget questions that were not answered. The lock is held. */
static void withdraw(ner *n, ner_client *c)
{
    for (size_t i = 0; i < c->count; i++)
        for (question **at = &n->slot[c->q[i].id % SLOTS]; *at; at = &(*at)->next)
            if (*at == &c->q[i]) {
                *at = c->q[i].next;
                break;
            }
}

static bool send_all(int fd, mm_str b)
{
    while (b.n) {
        ssize_t sent = send(fd, b.p, b.n, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        b = (mm_str){ b.p + sent, b.n - (size_t)sent };
    }
    return true;
}

/* End a command that takes no more. */
static int give_up_on(ner *n, const char *why, mm_err *e)
{
    pthread_mutex_lock(&n->lock);
    n->dying = n->pid && kill(-n->pid, SIGKILL) == 0;
    pthread_mutex_unlock(&n->lock);
    return mm_fail(e, MM_EBAD, "%s", why);
}

/* Enter the questions and send them; the reader may answer at once. */
static int put_questions(ner_client *c, mm_err *e)
{
    ner *n = c->n;
    int rc = 0;
    pthread_mutex_lock(&n->sending);
    pthread_mutex_lock(&n->lock);
    while (n->dying)
        pthread_cond_wait(&n->news, &n->lock);
    bool gone = n->pid == 0, barren = n->barren >= LIVES;
    pthread_mutex_unlock(&n->lock);
    if (gone)
        rc = barren ? mm_fail(e, MM_EBAD, "--ner ended %d times without an answer", LIVES) : start(n, e);
    if (rc == 0) {
        c->lines.n = 0;
        pthread_mutex_lock(&n->lock);
        for (size_t i = 0; i < c->count; i++) {
            question *q = &c->q[i];
            q->id = ++n->next_id;
            q->n = 0;
            q->wrong = NULL;
            q->answered = q->bytes = false;
            q->next = n->slot[q->id % SLOTS];
            n->slot[q->id % SLOTS] = q;
            mm_buf_printf(&c->lines, "{\"id\":%llu,\"text\":", (unsigned long long)q->id);
            mm_json_put(&c->lines, text_at(c, i));
            mm_buf_str(&c->lines, MM_STR("}\n"));
        }
        pthread_mutex_unlock(&n->lock);
        if (c->lines.failed || c->texts.failed)
            rc = mm_fail(e, MM_EBAD, "out of memory");
        else if (!send_all(n->to, mm_buf_view(&c->lines)))
            rc = give_up_on(n, errno == EAGAIN ? "--ner takes no texts" : "--ner ended", e);
    }
    pthread_mutex_unlock(&n->sending);
    return rc;
}

int ner_client_ask(ner_client *c, mm_err *e)
{
    ner *n = c->n;
    struct timespec until;
    if (c->count == 0)
        return 0;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += n->limit_ns / 1000000000;
    until.tv_nsec += n->limit_ns % 1000000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    int rc = put_questions(c, e);
    pthread_mutex_lock(&n->lock);
    for (size_t i = 0; i < c->count && rc == 0; i++) {
        question *q = &c->q[i];
        while (!q->answered && rc == 0)
            if (pthread_cond_timedwait(&n->news, &n->lock, &until) == ETIMEDOUT && !q->answered) {
                rc = mm_fail(e, MM_EBAD, "--ner took longer than --ner-time allows");
                if (n->pid)
                    n->dying = kill(-n->pid, SIGKILL) == 0;
            }
        if (rc == 0 && q->wrong)
            rc = mm_fail(e, MM_EBAD, "%s", q->wrong);
    }
    withdraw(n, c);
    pthread_mutex_unlock(&n->lock);
    if (rc < 0)
        c->count = 0;
    return rc;
}

/* The byte at which character `to` begins, from *chars at *byte on; false when the text ends before. */
static bool byte_of(mm_str t, uint64_t to, uint64_t *chars, size_t *byte)
{
    if (to < *chars)
        *chars = *byte = 0;
    while (*chars < to && *byte < t.n) {
        for (++*byte; *byte < t.n && ((unsigned char)t.p[*byte] & 0xc0) == 0x80;)
            ++*byte;
        ++*chars;
    }
    return *chars == to;
}

static bool splits_character(mm_str t, uint64_t at)
{
    return at < t.n && ((unsigned char)t.p[at] & 0xc0) == 0x80;
}

void ner_client_find(ner_client *c, mm_str text, findings *out)
{
    static _Thread_local mm_err why;
    uint64_t chars = 0;
    size_t byte = 0;
    if (c->next >= c->count || !mm_str_eq(text_at(c, c->next), text)) {
        ner_client_begin(c);
        ner_client_add(c, text);
        if (ner_client_ask(c, &why) < 0) {
            out->failed = true;
            out->why = why.text;
            return;
        }
    }
    const question *q = &c->q[c->next++];
    for (size_t i = 0; i < q->n; i++) {
        const span *s = &q->v[i];
        size_t from = (size_t)s->start, to = (size_t)s->end;
        bool inside = s->end <= text.n;
        if (!q->bytes)
            inside = byte_of(text, s->start, &chars, &byte) && ((from = byte), byte_of(text, s->end, &chars, &byte)) && ((to = byte), true);
        else if (inside)
            inside = !splits_character(text, s->start) && !splits_character(text, s->end);
        if (!inside) {
            out->failed = true;
            out->why = "--ner gave a span that is not within the text, or cuts a character";
            return;
        }
        found_by(out, s->by, from, to, "ner", s->score);
    }
}
