#include "match.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "spend.h"

int labels_begin(labels *l, const char *by, mm_err *e)
{
    *l = (labels){ 0 };
    if (by) {
        mm_buf_str(&l->by, mm_str_of(by));
        l->n = 1;
        for (const char *q = by; (q = strchr(q, ',')); q++)
            l->n++;
    }
    mm_buf_byte(&l->by, 0);
    return l->by.failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

const char *labels_by(const labels *l)
{
    return l->n ? l->by.p : NULL;
}

int labels_add(labels *l, const mm_doc *d, const mm_node *n, mm_str name, size_t *index, mm_err *e)
{
    size_t i = 0;
    if (!name.n || memchr(name.p, ',', name.n))
        return mm_node_fail(d, n, e, "a name of a column, tag or member, without commas, must stand here");
    for (const char *p = l->by.p; l->n && p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL, i++)
        if (mm_str_eq(name, (mm_str){ p, (size_t)(strchrnul(p, ',') - p) })) {
            *index = i;
            return 0;
        }
    if (l->n == MOST_LABELS)
        return mm_node_fail(d, n, e, "with --by more than %d names are looked at", MOST_LABELS);
    l->by.n--;
    mm_buf_str(&l->by, l->n ? MM_STR(",") : MM_STR(""));
    mm_buf_str(&l->by, name);
    mm_buf_byte(&l->by, 0);
    *index = l->n++;
    return l->by.failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

static int check_patterns(const mm_doc *d, const mm_node *n, mm_err *e)
{
    const char *text;
    if (n->kind == MM_NODE_SCALAR)
        return mm_node_string(d, n, &text, e);
    if (n->kind == MM_NODE_MAP || !n->n)
        return mm_node_fail(d, n, e, "a pattern or a list of them must stand here");
    for (size_t i = 0; i < n->n; i++)
        if (mm_node_string(d, n->item[i], &text, e) < 0)
            return -1;
    return 0;
}

int matches_read(labels *l, const mm_doc *d, const mm_node *n, bool patterns, match **out, size_t *count, mm_err *e)
{
    if (!n)
        return 0;
    if (n->kind != (patterns ? MM_NODE_MAP : MM_NODE_LIST))
        return mm_node_fail(d, n, e, patterns ? "a map from names to patterns must stand here" : "a list of names must stand here");
    *out = calloc(n->n + 1, sizeof **out);
    if (!*out)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (; *count < n->n; ++*count) {
        match *m = &(*out)[*count];
        const mm_node *name = patterns ? n->key[*count] : n->item[*count];
        m->patterns = patterns ? n->item[*count] : NULL;
        if (name->kind != MM_NODE_SCALAR)
            return mm_node_fail(d, name, e, "a name must stand here");
        if (labels_add(l, d, name, name->text, &m->label, e) < 0 || (patterns && check_patterns(d, m->patterns, e) < 0))
            return -1;
    }
    return 0;
}

mm_str label_at(mm_str key, size_t i)
{
    mm_str v = key_take(&key);
    for (; i; i--)
        v = key_take(&key);
    return v;
}

bool match_fits(const mm_node *patterns, mm_str label)
{
    char text[512];
    if (!label.p || label.n >= sizeof text)
        return false;
    memcpy(text, label.p, label.n);
    text[label.n] = 0;
    if (patterns->kind == MM_NODE_SCALAR)
        return fnmatch(patterns->text.p, text, 0) == 0;
    for (size_t i = 0; i < patterns->n; i++)
        if (fnmatch(patterns->item[i]->text.p, text, 0) == 0)
            return true;
    return false;
}
