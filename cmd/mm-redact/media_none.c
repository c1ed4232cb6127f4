/* media_none.c - stands in until payloads can be looked into: refuses every record that has one. */
#include "media.h"

__attribute__((weak)) media_policy media_policy_default(void)
{
    return (media_policy){ .strip = true };
}

__attribute__((weak)) int media_policy_read(const mm_doc *d, const mm_node *n, media_policy *p, mm_err *e)
{
    (void)p;
    return n ? mm_node_fail(d, n, e, "this build can not look into payloads") : 0;
}

__attribute__((weak)) media *media_new(const media_policy *p, const mm_roots *roots, mm_jail *jail, mm_err *e)
{
    static char none;
    (void)p, (void)roots, (void)jail, (void)e;
    return (media *)&none;
}

__attribute__((weak)) void media_free(media *m)
{
    (void)m;
}

__attribute__((weak)) int media_redact(media *m, mm_rec *r, mm_arena *a, mm_edits *ed, const media_text *text, mm_err *e)
{
    static const char *const members[] = { "mm.data", "mm.ref", "mm.parts" };
    bool has = r->payload.p != NULL;
    for (size_t i = 0; i < 3 && !has; i++) {
        mm_path *path = mm_path_new(mm_str_of(members[i]), e);
        mm_value v;
        has = !path || mm_json_find(r->head, path, &v) != 0;
        mm_path_free(path);
    }
    (void)m, (void)a, (void)ed, (void)text;
    return has ? mm_fail(e, MM_EBAD, "this build can not look into payloads") : 0;
}
