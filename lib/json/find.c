/* find.c - from a text and a path to the bytes of the value. */
#include "json/scan.h"

#include <string.h>

const char *mm_string_end(const char *p, const char *end)
{
    /* Most strings are keys and short words, which end before a kernel has begun. */
    for (const char *near = end - p > 12 ? p + 12 : end; p < near && *p != '\\'; p++)
        if (*p == '"')
            return p + 1;
    const mm_kernels *k = mm_simd();
    while (p < end) {
        p += k->json_plain(p, (size_t)(end - p));
        if (p < end && *p == '"')
            return p + 1;
        p += p < end && *p == '\\' ? 2 : 1;
    }
    return NULL;
}

static const char *literal(const char *p, const char *end, const char *word, mm_json_type type, mm_value *out)
{
    size_t n = strlen(word);
    if ((size_t)(end - p) < n || memcmp(p, word, n) != 0)
        return NULL;
    *out = (mm_value){ { p, n }, type };
    return p + n;
}

static const char *number(const char *p, const char *end, mm_value *out)
{
    const char *q = p;
    while (q < end && ((*q >= '0' && *q <= '9') || *q == '-' || *q == '+' || *q == '.' || (*q | 0x20) == 'e'))
        q++;
    *out = (mm_value){ { p, (size_t)(q - p) }, MM_JSON_NUMBER };
    return q;
}

const char *mm_value_at(const char *p, const char *end, mm_value *out)
{
    p = mm_skip_blanks(p, end);
    if (p == end)
        return NULL;
    const char *after;
    switch (*p) {
    case '"':
        after = mm_string_end(p + 1, end);
        out->type = MM_JSON_STRING;
        break;
    case '{': case '[': {
        size_t n = mm_simd()->json_skip(p, (size_t)(end - p));
        after = n ? p + n : NULL;
        out->type = *p == '{' ? MM_JSON_OBJECT : MM_JSON_ARRAY;
        break;
    }
    case 't': return literal(p, end, "true", MM_JSON_TRUE, out);
    case 'f': return literal(p, end, "false", MM_JSON_FALSE, out);
    case 'n': return literal(p, end, "null", MM_JSON_NULL, out);
    case '-': case '0' ... '9': return number(p, end, out);
    default: return NULL;
    }
    if (after)
        out->raw = (mm_str){ p, (size_t)(after - p) };
    return after;
}

/* ---- walking ---- */

enum { ITER_DONE, ITER_FIRST, ITER_MORE, ITER_BAD };

/* The key's pointer tells the kinds of container apart: an array has no keys. */
mm_json_iter mm_walk(const char *p, const char *end)
{
    mm_json_iter it = { .pos = p + 1, .end = end, .index = SIZE_MAX, .state = ITER_FIRST };
    it.key.p = *p == '{' ? p : NULL;
    return it;
}

mm_json_iter mm_json_each(mm_value v)
{
    if (v.type != MM_JSON_OBJECT && v.type != MM_JSON_ARRAY)
        return (mm_json_iter){ .state = ITER_DONE };
    return mm_walk(v.raw.p, v.raw.p + v.raw.n);
}

/* Past the comma, if one is due, to the next key or element; NULL at the end or a mistake. */
static const char *next_start(mm_json_iter *it)
{
    bool object = it->key.p != NULL;
    const char *p = mm_skip_blanks(it->pos, it->end);
    bool closed = p < it->end && *p == (object ? '}' : ']');
    if (closed) {
        it->state = ITER_DONE;
        return NULL;
    }
    if (it->state == ITER_MORE) {
        if (p == it->end || *p != ',') {
            it->state = ITER_BAD;
            return NULL;
        }
        p = mm_skip_blanks(p + 1, it->end);
    }
    return p;
}

/* The key at p and its colon; returns behind it, or NULL. */
static const char *read_key(const char *p, const char *end, mm_str *key)
{
    if (p == end || *p != '"')
        return NULL;
    const char *close = mm_string_end(p + 1, end);
    if (!close)
        return NULL;
    *key = (mm_str){ p + 1, (size_t)(close - p) - 2 };
    p = mm_skip_blanks(close, end);
    return p < end && *p == ':' ? p + 1 : NULL;
}

int mm_json_next(mm_json_iter *it)
{
    const char *p = it->state == ITER_FIRST || it->state == ITER_MORE ? next_start(it) : NULL;
    if (p && it->key.p)
        p = read_key(p, it->end, &it->key);
    if (p)
        p = mm_value_at(p, it->end, &it->value);
    if (!p) {
        if (it->state != ITER_DONE)
            it->state = ITER_BAD;
        return it->state == ITER_DONE ? 0 : -1;
    }
    it->pos = p;
    it->state = ITER_MORE;
    it->index++;
    return 1;
}

/* ---- finding ---- */

/* One member or element by walking: for keys that may be spelled in several ways. */
static int step_by_walking(const char *p, const char *end, const mm_step *step, const char **value)
{
    mm_json_iter it = mm_walk(p, end);
    int r;
    while ((r = mm_json_next(&it)) == 1) {
        if (step->key.p ? !mm_spells(it.key, step->key) : it.index != step->index)
            continue;
        *value = it.value.raw.p;
        return 1;
    }
    return r;
}

int mm_step_into(const char *p, const char *end, const mm_step *step, const char **value)
{
    *value = NULL;
    if (*p != (step->key.p ? '{' : '['))
        return 0;
    if (!step->verbatim)
        return step_by_walking(p, end, step, value);
    size_t at;
    ptrdiff_t r = mm_simd()->json_members(p, (size_t)(end - p), &step->key, 1, &at);
    if (r == -2)
        return step_by_walking(p, end, step, value);
    if (r > 0)
        *value = p + r;
    if (r != 0)
        return r < 0 ? -1 : 0;
    *value = mm_skip_blanks(p + at, end);
    return *value < end ? 1 : -1;
}

int mm_json_find(mm_str text, const mm_path *path, mm_value *out)
{
    const char *end = text.p + text.n, *p = mm_skip_blanks(text.p, end);
    if (p == end)
        return -1;
    for (size_t i = 0; i < path->n; i++) {
        const char *next;
        int r = mm_step_into(p, end, &path->step[i], &next);
        if (r != 1)
            return r;
        p = next;
    }
    return mm_value_at(p, end, out) ? 1 : -1;
}

/* ---- several at once ---- */

enum { GROUP = 32 };  /* paths looked for in one pass */

/* Paths that share the same value so far, by their place in paths[]. */
typedef struct group {
    size_t n;
    size_t which[GROUP];
} group;

typedef struct many {
    const mm_path *const *paths;
    const char *end;
    mm_value *out;
} many;

static int find_group(many *m, const char *p, const group *g, size_t level);

/* The paths of g whose next value is at `value` go on together; they leave `values`. */
static int descend(many *m, const char *value, const group *g, const char **values, size_t level)
{
    group below = { 0 };
    mm_value v = { .raw.p = NULL };
    for (size_t i = 0; i < g->n; i++) {
        if (values[i] != value)
            continue;
        values[i] = NULL;
        size_t which = g->which[i];
        if (m->paths[which]->n > level + 1) {
            below.which[below.n++] = which;
            continue;
        }
        if (!v.raw.p && !mm_value_at(value, m->end, &v))
            return -1;
        m->out[which] = v;
    }
    return below.n ? find_group(m, value, &below, level + 1) : 0;
}

/* Where the next step of each path leads: all verbatim keys by one pass over the object. */
static int steps_into(many *m, const char *p, const group *g, size_t level, const char **values)
{
    mm_str keys[GROUP];
    size_t at[GROUP], owner[GROUP], n = 0;
    for (size_t i = 0; i < g->n; i++) {
        const mm_step *step = &m->paths[g->which[i]]->step[level];
        values[i] = NULL;
        if (step->verbatim && *p == '{') {
            owner[n] = i;
            keys[n++] = step->key;
        } else {
            int r = mm_step_into(p, m->end, step, &values[i]);
            if (r < 0)
                return -1;
            if (r == 0)
                values[i] = NULL;
        }
    }
    if (n == 0)
        return 0;
    ptrdiff_t r = mm_simd()->json_members(p, (size_t)(m->end - p), keys, n, at);
    for (size_t k = 0; k < n && r >= 0; k++)
        if (at[k] && (values[owner[k]] = mm_skip_blanks(p + at[k], m->end)) == m->end)
            return -1;
    for (size_t k = 0; k < n && r == -2; k++)
        if (step_by_walking(p, m->end, &m->paths[g->which[owner[k]]]->step[level], &values[owner[k]]) < 0)
            return -1;
    return r == -1 ? -1 : 0;
}

static int find_group(many *m, const char *p, const group *g, size_t level)
{
    const char *values[GROUP];
    if (steps_into(m, p, g, level, values) != 0)
        return -1;
    for (size_t i = 0; i < g->n; i++)
        if (values[i] && descend(m, values[i], g, values, level) != 0)
            return -1;
    return 0;
}

int mm_json_find_many(mm_str text, const mm_path *const *paths, size_t n, mm_value *out)
{
    const char *end = text.p + text.n, *p = mm_skip_blanks(text.p, end);
    many m = { paths, end, out };
    for (size_t i = 0; i < n; i++)
        out[i] = (mm_value){ .raw.p = NULL };
    if (p == end)
        return -1;
    for (size_t from = 0; from < n; from += GROUP) {
        group g = { .n = n - from < GROUP ? n - from : GROUP };
        for (size_t i = 0; i < g.n; i++)
            g.which[i] = from + i;
        if (find_group(&m, p, &g, 0) != 0)
            return -1;
    }
    return 0;
}
