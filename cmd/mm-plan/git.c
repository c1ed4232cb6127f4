/* git.c - running the git program, and reading what a repository holds. */
#include "git.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

extern char **environ;

enum { MOST_ARGS = 24 };

/* ---- surroundings ---- */

/* Of git's own variables those stay that say how the user works; others would lead it elsewhere. */
static bool stays(const char *variable)
{
    static const char *const kept[] = { "GIT_CONFIG", "GIT_AUTHOR_NAME=", "GIT_AUTHOR_EMAIL=", "GIT_COMMITTER_NAME=",
                                        "GIT_COMMITTER_EMAIL=", "GIT_AUTHOR_DATE=", "GIT_COMMITTER_DATE=", "GIT_EXEC_PATH=",
                                        "GIT_CEILING_DIRECTORIES=", "GIT_DISCOVERY_ACROSS_FILESYSTEM=" };
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    bool dated = epoch && *epoch;
    if (strncmp(variable, "LC_", 3) == 0 || strncmp(variable, "LANG", 4) == 0)
        return false;
    if (strncmp(variable, "GIT_", 4) != 0)
        return true;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (strncmp(variable, kept[i], strlen(kept[i])) == 0)
            return !(dated && strstr(kept[i], "_DATE="));
    return false;
}

static bool add(char **env, size_t *n, const char *name, const char *value)
{
    return asprintf(&env[*n], "%s%s", name, value) >= 0 && ++*n;
}

static char **surroundings(void)
{
    size_t most = 0, n = 0;
    while (environ[most])
        most++;
    char **env = calloc(most + 8, sizeof *env);
    bool good = env != NULL;
    for (size_t i = 0; good && i < most; i++)
        if (stays(environ[i]))
            good = add(env, &n, environ[i], "");
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    char date[40];
    if (epoch && *epoch) {
        snprintf(date, sizeof date, "@%.20s +0000", epoch);
        good = good && add(env, &n, "GIT_AUTHOR_DATE=", date) && add(env, &n, "GIT_COMMITTER_DATE=", date);
    }
    good = good && add(env, &n, "LC_ALL=C", "") && add(env, &n, "GIT_TERMINAL_PROMPT=0", "") && add(env, &n, "GIT_PAGER=cat", "") &&
           add(env, &n, "GIT_OPTIONAL_LOCKS=0", "");
    for (size_t i = 0; !good && env && i < n; i++)
        free(env[i]);
    if (!good) {
        free(env);
        env = NULL;
    }
    return env;
}

/* ---- running ---- */

static int read_all(int fd, mm_buf *out)
{
    off_t end = lseek(fd, 0, SEEK_END);
    char *room = end > 0 ? mm_buf_room(out, (size_t)end) : NULL;
    for (off_t at = 0; room && at < end;) {
        ssize_t got = pread(fd, room + at, (size_t)(end - at), at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return -1;
        at += got;
    }
    if (room)
        out->n += (size_t)end;
    return end < 0 || out->failed ? -1 : 0;
}

/* The line of what git said that tells the reason, without its "fatal: ". */
static mm_str reason_in(mm_str said)
{
    static const char *const marks[] = { "fatal: ", "error: ", "" };
    for (size_t m = 0; m < sizeof marks / sizeof *marks; m++)
        for (size_t i = 0; i < said.n; i++) {
            const char *eol = memchr(said.p + i, '\n', said.n - i);
            mm_str line = { said.p + i, eol ? (size_t)(eol - said.p) - i : said.n - i };
            size_t skip = strlen(marks[m]);
            if (line.n > skip && memcmp(line.p, marks[m], skip) == 0)
                return (mm_str){ line.p + skip, line.n - skip };
            i += line.n;
        }
    return MM_STR("it did not say why");
}

static void say(const git_repo *g, const char *command, mm_buf *said, mm_err *e)
{
    mm_str reason = reason_in(mm_buf_view(said));
    int n = reason.n > 300 ? 300 : (int)reason.n;
    mm_buf_byte(said, '\0');
    const char *text = said->failed ? "" : said->p;
    const char *hint = strstr(text, "safe.directory") ? "; tell git to trust it: git config --global --add safe.directory FOLDER"
                     : strstr(text, "user.email")     ? "; say who you are: git config user.name, git config user.email"
                                                      : "";
    mm_fail(e, strstr(text, "not a git repository") || *hint ? MM_EUSAGE : MM_ESYS, "%s: git %s: %.*s%s", g->dir, command, n, reason.p,
            hint);
}

static int start(const git_repo *g, const char *const *argv, const int fd[3], pid_t *pid)
{
    const char *args[MOST_ARGS + 4] = { "git", "-C", g->dir };
    size_t n = 3;
    for (; *argv && n < MOST_ARGS + 3; argv++)
        args[n++] = *argv;
    if (*argv)
        return E2BIG;
    posix_spawn_file_actions_t act;
    int rc = posix_spawn_file_actions_init(&act);
    if (rc != 0)
        return rc;
    for (int i = 0; rc == 0 && i < 3; i++)
        rc = posix_spawn_file_actions_adddup2(&act, fd[i], i);
    if (rc == 0)
        rc = posix_spawnp(pid, "git", &act, NULL, (char *const *)args, g->env);
    posix_spawn_file_actions_destroy(&act);
    return rc;
}

/* Its status, or -1; standard input, output and error are files in memory, so that no pipe can be full. */
static int run(const git_repo *g, const char *const *argv, const int fd[3], mm_err *e)
{
    pid_t pid;
    int status, rc = start(g, argv, fd, &pid);
    if (rc != 0) {
        errno = rc;
        return rc == ENOENT ? mm_fail(e, MM_EUSAGE, "the program git is not there; install it (apt install git)")
                            : mm_fail_errno(e, "git %s", argv[0]);
    }
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return mm_fail_errno(e, "git %s", argv[0]);
    if (WIFSIGNALED(status))
        return mm_fail(e, MM_ESYS, "%s: git %s was ended by signal %d; the repository is as it was", g->dir, argv[0], WTERMSIG(status));
    return WEXITSTATUS(status);
}

int git_run(const git_repo *g, const char *const *argv, mm_str in, mm_buf *out, mm_err *e)
{
    int fd[3] = { -1, -1, -1 }, status = -1;
    mm_buf said = { 0 };
    bool good = true;
    for (int i = 0; i < 3; i++)
        good = (fd[i] = memfd_create("git", MFD_CLOEXEC)) >= 0 && good;
    if (!good || mm_write_all(fd[0], in) < 0 || lseek(fd[0], 0, SEEK_SET) < 0)
        mm_fail_errno(e, "git %s", argv[0]);
    else
        status = run(g, argv, fd, e);
    if (status == 0 && out && read_all(fd[1], out) < 0)
        status = mm_fail(e, MM_ESYS, "git %s: out of memory", argv[0]);
    if (status > 0) {
        read_all(fd[2], &said);
        say(g, argv[0], &said, e);
    }
    for (int i = 0; i < 3; i++)
        if (fd[i] >= 0)
            close(fd[i]);
    mm_buf_free(&said);
    return status;
}

/* ---- reading ---- */

int git_open(git_repo *g, const char *dir, mm_err *e)
{
    mm_buf out = { 0 };
    *g = (git_repo){ .dir = dir, .env = surroundings() };
    if (!g->env)
        return mm_fail(e, MM_ESYS, "out of memory");
    int rc = git_run(g, (const char *[]){ "rev-parse", "--is-bare-repository", "--is-inside-git-dir", NULL }, MM_STR(""), &out, e);
    g->bare = mm_str_starts(mm_buf_view(&out), MM_STR("true")) || mm_str_ends(mm_buf_view(&out), MM_STR("\ntrue\n"));
    mm_buf_free(&out);
    if (rc == 0)
        return 0;
    git_close(g);
    return -1;
}

void git_close(git_repo *g)
{
    for (char **v = g->env; v && *v; v++)
        free(*v);
    free(g->env);
    g->env = NULL;
}

int git_resolve(const git_repo *g, const char *revision, git_id *out, mm_err *e)
{
    mm_buf b = { 0 };
    mm_err quiet = { 0 };
    int rc = git_run(g, (const char *[]){ "rev-parse", "--verify", "--quiet", "--end-of-options", revision, NULL }, MM_STR(""), &b, &quiet);
    *out = (git_id){ "" };
    if (rc < 0)
        *e = quiet;
    while (b.n && b.p[b.n - 1] == '\n')
        b.n--;
    if (rc == 0 && b.n < sizeof out->hex)
        memcpy(out->hex, b.p, b.n);
    mm_buf_free(&b);
    return rc < 0 ? -1 : rc == 0;
}

int git_read(const git_repo *g, const git_id *commit, const char *path, mm_buf *out, mm_err *e)
{
    mm_buf name = { 0 };
    git_id blob;
    mm_buf_printf(&name, "%s:%s", commit->hex, path);
    mm_buf_byte(&name, '\0');
    int rc = name.failed ? mm_fail(e, MM_ESYS, "out of memory") : *commit->hex ? git_resolve(g, name.p, &blob, e) : 0;
    mm_buf_free(&name);
    if (rc == 1)
        rc = git_run(g, (const char *[]){ "cat-file", "blob", blob.hex, NULL }, MM_STR(""), out, e) == 0 ? 1 : -1;
    return rc;
}

int git_dirty(const git_repo *g, const char *path, mm_buf *first, mm_err *e)
{
    mm_buf spec = { 0 }, out = { 0 };
    if (g->bare)
        return 0;
    mm_buf_printf(&spec, ":(top,literal)%s", path);
    mm_buf_byte(&spec, '\0');
    int rc = spec.failed ? mm_fail(e, MM_ESYS, "out of memory")
                         : git_run(g, (const char *[]){ "status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--", spec.p, NULL },
                                   MM_STR(""), &out, e);
    if (rc == 0 && out.n > 3) {
        rc = 1;
        mm_buf_str(first, (mm_str){ out.p + 3, strnlen(out.p + 3, out.n - 3) });
    } else if (rc > 0)
        rc = -1;
    mm_buf_free(&spec);
    mm_buf_free(&out);
    return rc;
}
