/* folder.c - the folder that shards are written to. */
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int make_all(const char *path, mm_err *e)
{
    char *copy = strdup(path);
    if (!copy)
        return mm_fail(e, MM_ESYS, "out of memory");
    int rc = 0;
    for (char *p = copy + (*copy == '/'); rc == 0 && *p; p++) {
        p += strcspn(p, "/");
        char was = *p;
        *p = '\0';
        if (mkdir(copy, 0777) != 0 && errno != EEXIST)
            rc = mm_fail_errno(e, "%s: cannot make the folder", copy);
        *p = was;
        if (!was)
            break;
    }
    free(copy);
    return rc;
}

int st_folder_open(st_folder *f, const char *path, mm_err *e)
{
    *f = (st_folder){ .path = path, .fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
    if (f->fd >= 0)
        return 0;
    int code = errno == ENOENT || errno == ENOTDIR ? MM_EUSAGE : MM_ESYS;
    mm_fail_errno(e, "%s: cannot open the folder", path);
    e->code = code;
    return -1;
}

int st_folder_make(st_folder *f, const char *path, mm_err *e)
{
    f->fd = -1;
    if (make_all(path, e) < 0 || st_folder_open(f, path, e) < 0)
        return -1;
    if (flock(f->fd, LOCK_EX | LOCK_NB) == 0)
        return 0;
    int busy = errno == EWOULDBLOCK;
    if (busy)
        mm_fail(e, MM_EUSAGE, "%s: another mm-store is writing to this folder; wait for it, or choose another", path);
    else
        mm_fail_errno(e, "%s: cannot lock the folder", path);
    st_folder_close(f);
    return -1;
}

void st_folder_close(st_folder *f)
{
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
}

/* ---- files ------------------------------------------------------------------ */

static void part_name(const char *name, char out[NAME_MAX + 1])
{
    snprintf(out, NAME_MAX + 1, ".%s.part", name);
}

int st_part_open(const st_folder *f, const char *name, mm_err *e)
{
    char part[NAME_MAX + 1];
    part_name(name, part);
    int fd = openat(f->fd, part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    return fd >= 0 ? fd : mm_fail_errno(e, "%s/%s: cannot write", f->path, name);
}

int st_part_commit(const st_folder *f, int fd, const char *name, mm_err *e)
{
    char part[NAME_MAX + 1];
    part_name(name, part);
    bool done = fsync(fd) == 0;
    int why = errno;
    if (close(fd) != 0 && done) {
        done = false;
        why = errno;
    }
    if (done && (renameat(f->fd, part, f->fd, name) != 0 || fsync(f->fd) != 0)) {
        done = false;
        why = errno;
    }
    if (done)
        return 0;
    unlinkat(f->fd, part, 0);
    errno = why;
    return mm_fail_errno(e, "%s/%s: cannot write", f->path, name);
}

void st_part_drop(const st_folder *f, int fd, const char *name)
{
    char part[NAME_MAX + 1];
    part_name(name, part);
    close(fd);
    unlinkat(f->fd, part, 0);
}

off_t st_file_size(const st_folder *f, const char *name)
{
    struct stat st;
    return fstatat(f->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) ? st.st_size : -1;
}

int st_file_remove(const st_folder *f, const char *name, mm_err *e)
{
    if (unlinkat(f->fd, name, 0) != 0) {
        if (errno == ENOENT)
            return 0;
    } else if (fsync(f->fd) == 0) {
        return 0;
    }
    return mm_fail_errno(e, "%s/%s: cannot remove", f->path, name);
}

/* ---- what is there ---------------------------------------------------------- */

static bool is_shard(mm_str name, const char *prefix)
{
    if (mm_str_starts(name, MM_STR(".")))
        return false;
    if (mm_str_ends(name, MM_STR(".zst")))
        name.n -= 4;
    static const mm_str ends[] = { { ".tar", 4 }, { ".mmr", 4 }, { ".ndjson", 7 } };
    size_t end = 0;
    for (size_t i = 0; i < 3; i++)
        if (mm_str_ends(name, ends[i]))
            end = ends[i].n;
    if (!end || !prefix)
        return end > 0;
    mm_str p = mm_str_of(prefix);
    if (!mm_str_starts(name, p) || name.n < p.n + 1 + end || name.p[p.n] != '-')
        return false;
    size_t digits = name.n - end - p.n - 1;
    return digits >= 6 && strspn(name.p + p.n + 1, "0123456789") == digits;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int gather(DIR *d, const char *prefix, char ***names, size_t *n)
{
    size_t room = 0;
    for (struct dirent *x; (x = readdir(d));) {
        if (!is_shard(mm_str_of(x->d_name), prefix))
            continue;
        if (*n == room) {
            char **more = realloc(*names, (room = room ? 2 * room : 64) * sizeof *more);
            if (!more)
                return -1;
            *names = more;
        }
        if (!((*names)[*n] = strdup(x->d_name)))
            return -1;
        ++*n;
    }
    return 0;
}

int st_shard_names(const st_folder *f, const char *prefix, char ***names, size_t *n, mm_err *e)
{
    *names = NULL;
    *n = 0;
    int fd = openat(f->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
    if (!d) {
        mm_fail_errno(e, "%s: cannot read the folder", f->path);
        if (fd >= 0)
            close(fd);
        return -1;
    }
    int rc = gather(d, prefix, names, n);
    closedir(d);
    if (rc < 0) {
        st_names_free(*names, *n);
        *names = NULL;
        *n = 0;
        return mm_fail(e, MM_ESYS, "out of memory");
    }
    if (*n)
        qsort(*names, *n, sizeof **names, by_name);
    return 0;
}

void st_names_free(char **names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(names[i]);
    free(names);
}
