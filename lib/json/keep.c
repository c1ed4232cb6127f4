/* keep.c - the members of a text that are wanted. */
#include "json/keep.h"

#include <stdlib.h>
#include <string.h>

#include "json/scan.h"

/* A wanted member: all of it, or those of its members that are in the list. */
typedef struct member {
    mm_str key;             /* in the arena */
    bool whole;
    struct member *inside;  /* the first of its wanted members */
    struct member *next;    /* beside it */
} member;

struct mm_keep {
    mm_arena *arena;
    member top;
};

mm_keep *mm_keep_new(void)
{
    mm_keep *k = calloc(1, sizeof *k);
    if (k && !(k->arena = mm_arena_new())) {
        free(k);
        return NULL;
    }
    return k;
}

void mm_keep_free(mm_keep *k)
{
    if (!k)
        return;
    mm_arena_free(k->arena);
    free(k);
}

/* The entry for key in m, made where it is missing; NULL when memory ran out. */
static member *enter(mm_keep *k, member *m, mm_str key)
{
    member **end = &m->inside;
    for (; *end; end = &(*end)->next)
        if (mm_str_eq((*end)->key, key))
            return *end;
    mm_str own = mm_arena_copy(k->arena, key);
    member *new = mm_arena_alloc(k->arena, sizeof *new);
    if (!own.p || !new)
        return NULL;
    *new = (member){ .key = own };
    return *end = new;
}

int mm_keep_add(mm_keep *k, const mm_path *path, mm_err *e)
{
    member *m = &k->top;
    for (size_t i = 0; i < path->n; i++) {
        if (!path->step[i].key.p)
            return mm_fail(e, MM_EUSAGE, "an element of an array can not be kept by itself; name the array");
        m = enter(k, m, path->step[i].key);
        if (!m)
            return mm_fail(e, MM_ESYS, "out of memory");
    }
    m->whole = true;
    return 0;
}

bool mm_keep_has(const mm_keep *k, mm_str key)
{
    for (const member *m = k->top.inside; m; m = m->next)
        if (mm_str_eq(m->key, key))
            return true;
    return false;
}

static const member *wanted(const member *in, mm_str key)
{
    for (const member *m = in->inside; m; m = m->next)
        if (mm_spells(key, m->key))
            return m;
    return NULL;
}

/* Append the kept members of an object with its braces; how many, or -1. */
static ptrdiff_t keep_members(const member *in, mm_value object, mm_buf *out)
{
    mm_json_iter it = mm_json_each(object);
    ptrdiff_t n = 0;
    int r;
    mm_buf_byte(out, '{');
    while ((r = mm_json_next(&it)) == 1) {
        const member *m = wanted(in, it.key);
        size_t before = out->n;
        if (!m || (!m->whole && it.value.type != MM_JSON_OBJECT))
            continue;
        mm_buf_str(out, n ? MM_STR(",\"") : MM_STR("\""));
        mm_buf_str(out, it.key);
        mm_buf_str(out, MM_STR("\":"));
        ptrdiff_t kept = 1;
        if (m->whole)
            mm_buf_str(out, it.value.raw);
        else
            kept = keep_members(m, it.value, out);
        if (kept < 0)
            return -1;
        if (kept == 0)
            out->n = before;
        n += kept > 0;
    }
    mm_buf_byte(out, '}');
    return r < 0 ? -1 : n;
}

int mm_keep_apply(const mm_keep *k, mm_str text, mm_buf *out)
{
    size_t before = out->n;
    mm_value v;
    const char *end = text.p + text.n;
    if (mm_value_at(text.p, end, &v) && v.type == MM_JSON_OBJECT && keep_members(&k->top, v, out) >= 0)
        return 0;
    out->n = before;
    return -1;
}
