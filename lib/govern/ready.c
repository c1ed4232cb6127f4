#include "govern/ready.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The folder of ready policies; false when it can not be told. */
static bool folder(char out[PATH_MAX])
{
    char program[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    if (n <= 0)
        return false;
    program[n] = 0;
    char *slash = strrchr(program, '/');
    if (!slash)
        return false;
    *slash = 0;
    return snprintf(out, PATH_MAX, "%s/../share/mmtools/policies", program) < PATH_MAX;
}

static int is_policy(const struct dirent *d)
{
    return d->d_name[0] != '.' && mm_str_ends(mm_str_of(d->d_name), MM_STR(".yaml"));
}

/* What stands behind "# " in the first line of a file. */
static void put_about(mm_buf *out, const char *dir, const char *name)
{
    char path[PATH_MAX], line[256] = "";
    FILE *f = snprintf(path, sizeof path, "%s/%s", dir, name) < (int)sizeof path ? fopen(path, "re") : NULL;
    if (f && fgets(line, sizeof line, f) && line[0] == '#') {
        line[strcspn(line, "\n")] = 0;
        mm_buf_str(out, mm_str_of(line + 1 + strspn(line + 1, " ")));
    }
    if (f)
        fclose(f);
}

/* Each name, with what comes before, between and behind it. */
static void each(mm_buf *out, bool lines)
{
    char dir[PATH_MAX];
    struct dirent **list;
    int n = folder(dir) ? scandir(dir, &list, is_policy, alphasort) : -1;
    for (int i = 0; i < n; i++) {
        int length = (int)strlen(list[i]->d_name) - 5;
        if (lines) {
            mm_buf_printf(out, "%-20.*s ", length, list[i]->d_name);
            put_about(out, dir, list[i]->d_name);
            mm_buf_byte(out, '\n');
        } else {
            mm_buf_printf(out, "%s%.*s", i == 0 ? "" : i + 1 < n ? ", " : " and ", length, list[i]->d_name);
        }
        free(list[i]);
    }
    if (n >= 0)
        free(list);
}

void mm_ready_list(mm_buf *out)
{
    each(out, true);
}

char *mm_ready_policy(const char *name, mm_err *e)
{
    char dir[PATH_MAX], path[PATH_MAX];
    if (strpbrk(name, "/.") || access(name, F_OK) == 0)
        return strdup(name);
    if (folder(dir) && snprintf(path, sizeof path, "%s/%s.yaml", dir, name) < (int)sizeof path && access(path, R_OK) == 0)
        return strdup(path);
    mm_buf names = { 0 };
    each(&names, false);
    mm_fail(e, MM_EUSAGE, "--policy %s: no such file, and no ready policy is called so%s%.*s", name, names.n ? "; there are " : "", (int)names.n,
            names.p ? names.p : "");
    mm_buf_free(&names);
    return NULL;
}
