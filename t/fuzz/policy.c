/* Documents of any bytes: a tree whose every node can be asked, or a reason with a place. */
#include "govern/policy.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Ask every value for everything; how many there are is bounded by the reader. */
static size_t ask(const mm_doc *d, const mm_node *n)
{
    static const char *const known[] = { "version", "redact", NULL };
    const char *s = "";
    bool b = false;
    int64_t i = 0;
    double f = 0;
    mm_err e = { 0 };
    size_t count = 1;
    mm_node_string(d, n, &s, &e);
    mm_node_bool(d, n, &b, &e);
    mm_node_int(d, n, &i, &e);
    mm_node_double(d, n, &f, &e);
    mm_node_keys(d, n, known, &e);
    for (size_t k = 0; k < n->n; k++)
        count += ask(d, n->item[k]);
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    mm_err e = { 0 };
    mm_str text = { (const char *)p, n };
    mm_doc *d = mm_doc_parse(text, "f", &e);
    if (d ? ask(d, mm_doc_root(d)) != mm_doc_root(d)->whole : strncmp(e.text, "f:", 2) != 0)
        abort();
    mm_doc_free(d);
    mm_policy_free(mm_policy_parse(text, "f", &e));
    return 0;
}
