/* policy.c - probe: { only: [image, text.language], field: message } */
#include "policy.h"

#include <stdlib.h>

static int read_only(const mm_doc *d, const mm_node *n, mm_list *only, mm_err *e)
{
    if (!n || only->n)
        return 0;
    if (n->kind != MM_NODE_LIST)
        return mm_node_fail(d, n, e, "only must be a list of facts and families");
    only->v = calloc(n->n + 1, sizeof *only->v);
    if (!only->v)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (; only->n < n->n; only->n++)
        if (mm_node_string(d, n->item[only->n], &only->v[only->n], e) < 0)
            return -1;
    return 0;
}

int policy_read(const mm_policy *p, mm_list *only, const char **field, mm_err *e)
{
    static const char *const known[] = { "only", "field", NULL };
    const mm_node *section = p ? mm_policy_section(p, "probe") : NULL;
    if (!section)
        return 0;
    const mm_doc *d = mm_policy_doc(p);
    if (mm_node_keys(d, section, known, e) < 0 || read_only(d, mm_node_get(section, "only"), only, e) < 0)
        return -1;
    return *field ? 0 : mm_node_string(d, mm_node_get(section, "field"), field, e);
}
