/* routes.c - the routing table. */
#include "routes.h"

#include <stdlib.h>

#include "govern/policy.h"

struct routes {
    mm_doc *doc;      /* holds the names */
    size_t n;
    mm_str *name;
    mm_expr **expr;
};

void routes_free(routes *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->n && t->expr; i++)
        mm_expr_free(t->expr[i]);
    free(t->expr);
    free(t->name);
    mm_doc_free(t->doc);
    free(t);
}

static int add(routes *t, const mm_node *name, const mm_node *text, mm_buf *shown, mm_err *e)
{
    size_t at = 0;
    mm_err why = { 0 };
    if (text->kind != MM_NODE_SCALAR)
        return mm_node_fail(t->doc, text, e, "the route %s takes an expression; write one behind it, and put it in "
                            "single quotes where YAML reads it otherwise", name->text.p);
    t->name[t->n] = name->text;
    t->expr[t->n] = mm_expr_new(text->text, &at, &why);
    if (t->expr[t->n++])
        return 0;
    if (why.code == MM_EUSAGE)
        mm_expr_caret(text->text, at, shown);
    mm_node_fail(t->doc, text, e, "route %s: %s", name->text.p, why.text);
    e->code = why.code;
    return -1;
}

static int add_all(routes *t, mm_buf *shown, mm_err *e)
{
    const mm_node *root = mm_doc_root(t->doc);
    if (!root || root->kind != MM_NODE_MAP || root->n == 0)
        return mm_fail(e, MM_EUSAGE, "%s: a routing table has lines such as 'german: lang == \"de\"'", mm_doc_name(t->doc));
    t->name = calloc(root->n, sizeof *t->name);
    t->expr = calloc(root->n, sizeof *t->expr);
    if (!t->name || !t->expr)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < root->n; i++)
        if (add(t, root->key[i], root->item[i], shown, e) < 0)
            return -1;
    return 0;
}

routes *routes_load(const char *file, mm_buf *shown, mm_err *e)
{
    routes *t = calloc(1, sizeof *t);
    if (!t) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    t->doc = mm_doc_load(file, e);
    if (t->doc && add_all(t, shown, e) == 0)
        return t;
    routes_free(t);
    return NULL;
}

size_t routes_count(const routes *t) { return t->n; }
mm_str routes_name(const routes *t, size_t i) { return t->name[i]; }
const mm_expr *routes_expr(const routes *t, size_t i) { return t->expr[i]; }
