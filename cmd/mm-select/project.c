/* project.c - the members of a record that --project keeps. */
#include "project.h"

#include <stdlib.h>

#include "json/keep.h"

struct projection {
    mm_keep *keep;
    bool payload;
};

void project_free(projection *p)
{
    if (!p)
        return;
    mm_keep_free(p->keep);
    free(p);
}

static int add(projection *p, mm_str field, mm_err *e)
{
    mm_path *path = mm_path_new(field, e);
    int failed = path ? mm_keep_add(p->keep, path, e) : -1;
    mm_path_free(path);
    return failed ? mm_fail_at(e, "--project: '%.*s'", (int)field.n, field.p) : 0;
}

static mm_str trimmed(mm_str s)
{
    for (; s.n && s.p[0] == ' '; s.p++, s.n--) {}
    for (; s.n && s.p[s.n - 1] == ' '; s.n--) {}
    return s;
}

/* The next field of a list, up to a comma outside quotes. */
static mm_str next_field(mm_str *list)
{
    bool quoted = false;
    size_t i = 0;
    for (; i < list->n && (quoted || list->p[i] != ','); i++) {
        if (list->p[i] == '"')
            quoted = !quoted;
        else if (quoted && list->p[i] == '\\' && i + 1 < list->n)
            i++;
    }
    mm_str field = trimmed((mm_str){ list->p, i });
    size_t used = i < list->n ? i + 1 : i;
    list->p += used;
    list->n -= used;
    return field;
}

static int add_all(projection *p, mm_str list, mm_err *e)
{
    bool without_mm = false;
    do {
        mm_str field = next_field(&list);
        if (mm_str_eq(field, MM_STR("-mm")))
            without_mm = true;
        else if (add(p, field, e) < 0)
            return -1;
    } while (list.n);
    bool named = mm_keep_has(p->keep, MM_STR("mm"));
    if (named && without_mm)
        return mm_fail(e, MM_EUSAGE, "--project names both mm and -mm; leave one out");
    return named || without_mm ? 0 : add(p, MM_STR("mm"), e);
}

projection *project_new(const char *list, mm_err *e)
{
    static const mm_str data = { "{\"mm\":{\"data\":0}}", 17 };
    projection *p = calloc(1, sizeof *p);
    mm_buf trial = { 0 };
    if (!p || !(p->keep = mm_keep_new()))
        mm_fail(e, MM_ESYS, "out of memory");
    else if (add_all(p, mm_str_of(list), e) == 0 && mm_keep_apply(p->keep, data, &trial) == 0) {
        p->payload = mm_str_eq(mm_buf_view(&trial), data);
        mm_buf_free(&trial);
        return p;
    }
    mm_buf_free(&trial);
    project_free(p);
    return NULL;
}

int project_head(const projection *p, mm_str head, mm_buf *out)
{
    return mm_keep_apply(p->keep, head, out);
}

bool project_keeps_payload(const projection *p) { return p->payload; }
