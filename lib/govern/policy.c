/* policy.c - the one document that governs all tools: its version, its sections, its digest. */
#include "govern/policy.h"

#include <stdlib.h>

enum { POLICY_VERSION = 1 };

static const char *const top_level[] = { "version", "redact", "bias", "cost", "plan", "probe", "ingest", "store", NULL };

struct mm_policy {
    mm_doc *doc;
};

static int check(const mm_doc *d, mm_err *e)
{
    const mm_node *root = mm_doc_root(d), *version = mm_node_get(root, "version");
    int64_t v = 0;
    if (root->kind != MM_NODE_MAP)
        return mm_node_fail(d, root, e, "a policy is a map that begins with \"version: %d\"", POLICY_VERSION);
    if (!version)
        return mm_node_fail(d, root, e, "version is missing; write \"version: %d\" first", POLICY_VERSION);
    if (mm_node_int(d, version, &v, e) != 0)
        return -1;
    if (v != POLICY_VERSION)
        return mm_node_fail(d, version, e, "version %lld is not known; this is written for version %d",
                            (long long)v, POLICY_VERSION);
    if (mm_node_keys(d, root, top_level, e) != 0)
        return -1;
    static const char *const none[] = { NULL };
    for (size_t i = 0; i < root->n; i++) {
        const mm_node *section = root->item[i];
        if (section != version && section->kind != MM_NODE_MAP && mm_node_keys(d, section, none, e) != 0)
            return -1;
    }
    return 0;
}

/* Takes the document over. */
static mm_policy *policy_of(mm_doc *d, mm_err *e)
{
    mm_policy *p = NULL;
    if (d && check(d, e) == 0 && !(p = malloc(sizeof *p)))
        mm_fail(e, MM_ESYS, "reading a policy: out of memory");
    if (p)
        p->doc = d;
    else
        mm_doc_free(d);
    return p;
}

mm_policy *mm_policy_load(const char *file, mm_err *e)
{
    return policy_of(mm_doc_load(file, e), e);
}

mm_policy *mm_policy_parse(mm_str text, const char *name, mm_err *e)
{
    return policy_of(mm_doc_parse(text, name, e), e);
}

void mm_policy_free(mm_policy *p)
{
    if (!p)
        return;
    mm_doc_free(p->doc);
    free(p);
}

const mm_doc *mm_policy_doc(const mm_policy *p)
{
    return p->doc;
}

const mm_node *mm_policy_section(const mm_policy *p, const char *name)
{
    const mm_node *section = mm_node_get(mm_doc_root(p->doc), name);
    return section && section->kind == MM_NODE_MAP ? section : NULL;
}

const char *mm_policy_digest(const mm_policy *p)
{
    return mm_doc_digest(p->doc);
}
