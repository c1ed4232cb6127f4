/* node.c - asking a document's nodes for typed values, with errors that say place and path. */
#include "base/near.h"
#include "govern/policy.h"

#include <stdio.h>
#include <string.h>

static const char *const yes[] = { "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", NULL };
static const char *const no[] = { "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", NULL };
static const char *const nothing[] = { "", "~", "null", "Null", "NULL", NULL };

static bool is_one(const mm_node *n, const char *const *words)
{
    for (; n->kind == MM_NODE_SCALAR && !n->quoted && *words; words++)
        if (mm_str_eq(n->text, mm_str_of(*words)))
            return true;
    return false;
}

const mm_node *mm_node_get(const mm_node *n, const char *key)
{
    for (size_t i = 0; n && n->kind == MM_NODE_MAP && i < n->n; i++)
        if (mm_str_eq(n->key[i]->text, mm_str_of(key)))
            return n->item[i];
    return NULL;
}

/* ---- failing ---- */

/* Append the path of n: redact.rules[2].action. */
static void put_path(mm_buf *b, const mm_node *n)
{
    const mm_node *up = n->parent;
    if (!up)
        return;
    put_path(b, up);
    size_t i = 0;
    while (i < up->n && up->item[i] != n)
        i++;
    if (up->kind == MM_NODE_LIST)
        mm_buf_printf(b, "[%zu]", i);
    else if (i < up->n)
        mm_buf_printf(b, "%s%.80s", b->n ? "." : "", up->key[i]->text.p);
}

int mm_node_fail(const mm_doc *d, const mm_node *n, mm_err *e, const char *fmt, ...)
{
    mm_buf b = { 0 };
    char *room = mm_buf_room(&b, sizeof e->text);
    va_list ap;
    va_start(ap, fmt);
    if (room)
        vsnprintf(room, sizeof e->text, fmt, ap);
    va_end(ap);
    mm_fail(e, MM_EUSAGE, "%s:%u:%u: %s", mm_doc_name(d), n->line, n->column, room ? room : "out of memory");
    mm_buf_free(&b);
    return -1;
}

static int must_be(const mm_doc *d, const mm_node *n, mm_err *e, const char *what)
{
    mm_buf path = { 0 };
    put_path(&path, n);
    mm_buf_byte(&path, '\0');
    const char *name = path.failed || path.n < 2 ? "the document" : path.p;
    if (n->kind != MM_NODE_SCALAR)
        mm_node_fail(d, n, e, "%s must be %s, not a %s", name, what, n->kind == MM_NODE_MAP ? "map" : "list");
    else if (is_one(n, nothing))
        mm_node_fail(d, n, e, "%s must be %s, not empty", name, what);
    else
        mm_node_fail(d, n, e, "%s must be %s, not %s%.60s%s", name, what, n->quoted ? "the text \"" : "",
                     n->text.p, n->quoted ? "\"" : "");
    mm_buf_free(&path);
    return -1;
}

/* ---- typed reads ---- */

int mm_node_string(const mm_doc *d, const mm_node *n, const char **out, mm_err *e)
{
    if (!n)
        return 0;
    if (n->kind != MM_NODE_SCALAR || is_one(n, nothing))
        return must_be(d, n, e, "text");
    if (memchr(n->text.p, '\0', n->text.n))
        return must_be(d, n, e, "text without NUL bytes");
    *out = n->text.p;
    return 0;
}

int mm_node_bool(const mm_doc *d, const mm_node *n, bool *out, mm_err *e)
{
    if (!n)
        return 0;
    if (!is_one(n, yes) && !is_one(n, no))
        return must_be(d, n, e, "true or false");
    *out = is_one(n, yes);
    return 0;
}

/* A plain scalar's text without a leading plus. */
static mm_str number_text(const mm_node *n)
{
    if (n->kind != MM_NODE_SCALAR || n->quoted)
        return MM_STR("");
    bool plus = n->text.n > 1 && n->text.p[0] == '+' && n->text.p[1] != '-';
    return plus ? (mm_str){ n->text.p + 1, n->text.n - 1 } : n->text;
}

int mm_node_int(const mm_doc *d, const mm_node *n, int64_t *out, mm_err *e)
{
    if (!n || mm_json_int(number_text(n), out) == 0)
        return 0;
    return must_be(d, n, e, "a whole number");
}

int mm_node_double(const mm_doc *d, const mm_node *n, double *out, mm_err *e)
{
    if (!n || mm_json_double(number_text(n), out) == 0)
        return 0;
    return must_be(d, n, e, "a number");
}

/* ---- keys ---- */

static int unknown_key(const mm_doc *d, const mm_node *key, const char *const *known, mm_err *e)
{
    const char *nearest = NULL;
    size_t best = mm_near_limit(key->text.n);
    mm_buf all = { 0 };
    for (size_t i = 0; known[i]; i++) {
        size_t far = key->text.n < 256 ? mm_distance(key->text, mm_str_of(known[i])) : best;
        if (far < best) {
            best = far;
            nearest = known[i];
        }
        mm_buf_printf(&all, "%s%s", i ? ", " : "", known[i]);
    }
    mm_buf_byte(&all, '\0');
    if (nearest)
        mm_node_fail(d, key, e, "unknown key \"%.80s\"; did you mean %s?", key->text.p, nearest);
    else
        mm_node_fail(d, key, e, "unknown key \"%.80s\"; there are %s", key->text.p, all.failed ? "others" : all.p);
    mm_buf_free(&all);
    return -1;
}

static bool listed(mm_str key, const char *const *known)
{
    for (; *known; known++)
        if (mm_str_eq(key, mm_str_of(*known)))
            return true;
    return false;
}

int mm_node_keys(const mm_doc *d, const mm_node *n, const char *const *known, mm_err *e)
{
    if (!n || is_one(n, nothing))
        return 0;
    if (n->kind != MM_NODE_MAP)
        return must_be(d, n, e, "a map");
    for (size_t i = 0; i < n->n; i++)
        if (!listed(n->key[i]->text, known))
            return unknown_key(d, n->key[i], known, e);
    return 0;
}
