#include "splice.h"

#include <stdio.h>
#include <string.h>

#include "govern/policy.h"

/* ---- places ---- */

/* Columns count characters. */
static size_t offset_of(mm_str t, unsigned line, unsigned column)
{
    size_t i = 0;
    for (unsigned l = 1; l < line && i < t.n; l++) {
        const char *eol = memchr(t.p + i, '\n', t.n - i);
        i = eol ? (size_t)(eol - t.p) + 1 : t.n;
    }
    for (unsigned c = 1; c < column && i < t.n && t.p[i] != '\n'; c++)
        for (i++; i < t.n && ((unsigned char)t.p[i] & 0xc0) == 0x80; i++)
            ;
    return i;
}

static size_t place(mm_str t, const mm_node *n)
{
    return offset_of(t, n->line, n->column);
}

/* Behind the closing quote of a string that opens at i. */
static size_t quote_end(mm_str t, size_t i)
{
    char q = t.p[i];
    for (i++; i < t.n; i++)
        if (t.p[i] == '\\' && q == '"')
            i++;
        else if (t.p[i] == q && q == '\'' && i + 1 < t.n && t.p[i + 1] == q)
            i++;
        else if (t.p[i] == q)
            return i + 1;
    return t.n;
}

/* Where the bracket that closes the one at i stands. */
static size_t closing(mm_str t, size_t i)
{
    size_t depth = 0;
    for (; i < t.n; i++) {
        char c = t.p[i];
        if (c == '{' || c == '[')
            depth++;
        else if ((c == '}' || c == ']') && --depth == 0)
            return i;
        else if (c == '"' || (c == '\'' && strchr(" ,[{:", t.p[i - 1])))
            i = quote_end(t, i) - 1;
        else if (c == '#' && strchr(" \n", t.p[i - 1]))
            i += strcspn(t.p + i, "\n");
    }
    return t.n;
}

/* Behind the node, or t.n + 1 where that can not be told. */
static size_t end_of(mm_str t, const mm_node *n)
{
    size_t i = place(t, n);
    if (n->kind == MM_NODE_SCALAR) {
        if (n->quoted)
            return i < t.n && (t.p[i] == '"' || t.p[i] == '\'') ? quote_end(t, i) : t.n + 1;
        return i + n->text.n <= t.n && memcmp(t.p + i, n->text.p, n->text.n) == 0 ? i + n->text.n : t.n + 1;
    }
    if (i < t.n && (t.p[i] == '{' || t.p[i] == '['))
        return closing(t, i) + 1;
    return n->n ? end_of(t, n->item[n->n - 1]) : t.n + 1;
}

static bool in_flow(mm_str t, const mm_node *n)
{
    size_t i = place(t, n);
    return i < t.n && (t.p[i] == '{' || t.p[i] == '[');
}

static bool is_empty(const mm_node *n)
{
    return n->kind == MM_NODE_SCALAR && !n->quoted && n->text.n == 0;
}

/* ---- is it what was meant ---- */

static bool equal(const mm_node *a, const mm_node *b)
{
    if (a->kind != b->kind || a->n != b->n || (a->kind == MM_NODE_SCALAR && !(a->quoted == b->quoted && mm_str_eq(a->text, b->text))))
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (!equal(a->item[i], b->item[i]) || (a->kind == MM_NODE_MAP && !mm_str_eq(a->key[i]->text, b->key[i]->text)))
            return false;
    return true;
}

static bool only_that(const mm_node *before, const mm_node *after, const char *const *path, const mm_node *value, bool append)
{
    bool none = !before || is_empty(before);
    if (!after)
        return false;
    if (!*path && append) {
        size_t n = none ? 0 : before->n;
        if (after->kind != MM_NODE_LIST || after->n != n + 1 || (!none && before->kind != MM_NODE_LIST) || !equal(after->item[n], value))
            return false;
        for (size_t i = 0; i < n; i++)
            if (!equal(before->item[i], after->item[i]))
                return false;
        return true;
    }
    if (!*path)
        return equal(after, value);
    if (after->kind != MM_NODE_MAP || (!none && before->kind != MM_NODE_MAP))
        return false;
    size_t seen = 0;
    for (size_t i = 0; i < after->n; i++) {
        const mm_node *was = mm_node_get(before, after->key[i]->text.p);
        seen += was != NULL;
        if (strcmp(after->key[i]->text.p, *path) == 0 ? !only_that(was, after->item[i], path + 1, value, append)
                                                      : !was || !equal(was, after->item[i]))
            return false;
    }
    return none || seen == before->n;
}

typedef struct change {
    mm_str text;
    const char *name;
    const char *const *path;
    mm_str value;
    bool append;
    const mm_node *before, *wanted;
    mm_buf *out;
} change;

/* The text with `with` in the place of [from, to): true when that is the change, and nothing more. */
static bool try(change *c, size_t from, size_t to, const mm_buf *with)
{
    mm_err why = { 0 };
    if (from > to || to > c->text.n || with->failed)
        return false;
    c->out->n = 0;
    mm_buf_put(c->out, c->text.p, from);
    mm_buf_str(c->out, mm_buf_view(with));
    mm_buf_put(c->out, c->text.p + to, c->text.n - to);
    mm_doc *d = c->out->failed ? NULL : mm_doc_parse(mm_buf_view(c->out), c->name, &why);
    bool good = d && only_that(c->before, mm_doc_root(d), c->path, c->wanted, c->append);
    mm_doc_free(d);
    return good;
}

/* ---- new text ---- */

void yaml_text(mm_buf *b, mm_str text)
{
    static const char *const words[] = { "true", "false", "yes", "no", "on", "off", "null", "y", "n" };
    bool plain = text.n > 0;
    for (size_t i = 0; i < text.n && plain; i++) {
        char c = text.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        plain = letter || (i && ((c >= '0' && c <= '9') || c == '-' || c == '.'));
    }
    for (size_t i = 0; i < sizeof words / sizeof *words && plain; i++)
        plain = text.n != strlen(words[i]) || strncasecmp(text.p, words[i], text.n) != 0;
    if (plain)
        mm_buf_str(b, text);
    else
        mm_json_put(b, text);
}

static void flow(mm_buf *b, const change *c, const char *const *path)
{
    if (!*path) {
        mm_buf_printf(b, c->append ? "[" : "%s", "");
        mm_buf_str(b, c->value);
        mm_buf_printf(b, c->append ? "]" : "%s", "");
        return;
    }
    yaml_text(b, mm_str_of(*path));
    mm_buf_str(b, path[1] ? MM_STR(": {") : MM_STR(": "));
    flow(b, c, path + 1);
    mm_buf_str(b, path[1] ? MM_STR("}") : MM_STR(""));
}

/* The keys a line each, the first without its indent and the last line without its end. */
static void block(mm_buf *b, const change *c, const char *const *path, int indent)
{
    yaml_text(b, mm_str_of(*path));
    mm_buf_byte(b, ':');
    if (path[1]) {
        mm_buf_printf(b, "\n%*s", indent + 2, "");
        block(b, c, path + 1, indent + 2);
        return;
    }
    if (c->append)
        mm_buf_printf(b, "\n%*s-", indent + 2, "");
    mm_buf_byte(b, ' ');
    mm_buf_str(b, c->value);
}

static size_t line_end(mm_str t, size_t i)
{
    const char *eol = i < t.n ? memchr(t.p + i, '\n', t.n - i) : NULL;
    return eol ? (size_t)(eol - t.p) : t.n;
}

/* A line more below `at`, by its indent. */
static void line_below(mm_buf *b, mm_str t, size_t at, int indent)
{
    mm_buf_printf(b, t.n && at == t.n && t.p[at - 1] == '\n' ? "%*s" : "\n%*s", indent, "");
}

/* ---- ways to do it ---- */

static bool more_keys(change *c, const mm_node *map, const char *const *rest)
{
    mm_buf b = { 0 };
    size_t at;
    bool good;
    if (in_flow(c->text, map)) {
        at = closing(c->text, place(c->text, map));
        mm_buf_str(&b, map->n ? MM_STR(", ") : MM_STR(""));
        flow(&b, c, rest);
        good = try(c, at, at, &b);
    } else {
        int indent = map->n ? (int)map->key[0]->column - 1 : 0;
        at = end_of(c->text, map) > c->text.n ? c->text.n : line_end(c->text, end_of(c->text, map));
        line_below(&b, c->text, at, indent);
        block(&b, c, rest, indent);
        if (at == c->text.n)
            mm_buf_byte(&b, '\n');
        good = try(c, at, at, &b);
        if (!good && map->n) {  /* where the end can not be told, before the first key */
            b.n = 0;
            at = place(c->text, map->key[0]);
            block(&b, c, rest, indent);
            mm_buf_printf(&b, "\n%*s", indent, "");
            good = try(c, at, at, &b);
        }
    }
    mm_buf_free(&b);
    return good;
}

static bool one_item_more(change *c, const mm_node *list)
{
    mm_buf b = { 0 };
    size_t at;
    if (in_flow(c->text, list)) {
        at = closing(c->text, place(c->text, list));
        mm_buf_str(&b, list->n ? MM_STR(", ") : MM_STR(""));
    } else {
        int dash = list->n ? (int)list->column - 1 : 0;
        at = line_end(c->text, end_of(c->text, list));
        line_below(&b, c->text, at, dash);
        mm_buf_str(&b, MM_STR("- "));
    }
    mm_buf_str(&b, c->value);
    bool good = try(c, at, at, &b);
    mm_buf_free(&b);
    return good;
}

static bool other_value(change *c, const mm_node *n)
{
    mm_buf b = { 0 };
    size_t from = place(c->text, n), to = end_of(c->text, n);
    if (is_empty(n))
        mm_buf_byte(&b, ' ');
    mm_buf_str(&b, c->value);
    bool good = try(c, from, to, &b);
    mm_buf_free(&b);
    return good;
}

/* "key:" with nothing behind it becomes a map. */
static bool first_keys(change *c, const mm_node *empty, const mm_node *key, const char *const *rest)
{
    mm_buf b = { 0 };
    size_t at = line_end(c->text, place(c->text, empty));
    int indent = (int)key->column + 1;
    line_below(&b, c->text, at, indent);
    block(&b, c, rest, indent);
    bool good = try(c, at, at, &b);
    mm_buf_free(&b);
    return good;
}

static const mm_node *key_of(const mm_node *map, const mm_node *value)
{
    for (size_t i = 0; i < map->n; i++)
        if (map->item[i] == value)
            return map->key[i];
    return NULL;
}

static bool change_it(change *c)
{
    const mm_node *n = c->before, *above = NULL;
    const char *const *rest = c->path;
    for (const mm_node *next; *rest && n->kind == MM_NODE_MAP && (next = mm_node_get(n, *rest)); rest++) {
        above = n;
        n = next;
    }
    if (*rest && n->kind == MM_NODE_MAP)
        return more_keys(c, n, rest);
    if (*rest)
        return above && is_empty(n) && key_of(above, n) && first_keys(c, n, key_of(above, n), rest);
    if (c->append)
        return n->kind == MM_NODE_LIST && one_item_more(c, n);
    return n->kind == MM_NODE_SCALAR && other_value(c, n);
}

int yaml_set(mm_str text, const char *name, const char *const *path, mm_str value, bool append, mm_buf *out, mm_err *e)
{
    mm_doc *d = mm_doc_parse(text, name, e), *v = d ? mm_doc_parse(value, "value", e) : NULL;
    change c = { .text = text, .name = name, .path = path, .value = value, .append = append, .out = out };
    bool good = false;
    if (v) {
        c.before = mm_doc_root(d);
        c.wanted = mm_doc_root(v);
        good = change_it(&c);
        if (!good)
            mm_fail(e, MM_EUSAGE, "%s: no way was found to change %s%s%s without touching more; change it by hand", name, path[0],
                    path[0] && path[1] ? "." : "", path[0] && path[1] ? path[1] : "");
    }
    mm_doc_free(d);
    mm_doc_free(v);
    return good ? 0 : -1;
}
