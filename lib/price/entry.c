#include "price/entry.h"

#include <string.h>

#include "price/when.h"

int mm_entry_amount(const mm_doc *d, const mm_node *n, mm_money *out, mm_err *e)
{
    const char *text = NULL;
    if (!n || mm_node_string(d, n, &text, e) < 0)
        return n ? -1 : 0;
    const char *why = mm_money_read(mm_str_of(text), out);
    if (why)
        return mm_node_fail(d, n, e, "'%s' is %s", text, why);
    return *out < 0 ? mm_node_fail(d, n, e, "a price below 0") : 0;
}

static int read_day(const mm_doc *d, const mm_node *n, int64_t *out, mm_err *e)
{
    const char *text = NULL;
    if (!n || mm_node_string(d, n, &text, e) < 0)
        return n ? -1 : 0;
    return mm_when_read(mm_str_of(text), out) ? 0 : mm_node_fail(d, n, e, "'%s' is no day such as 2026-01-31", text);
}

int mm_entry_read(const mm_doc *d, const mm_node *n, const char *key, bool named, mm_entry *out, mm_err *e)
{
    *out = (mm_entry){ .name = "*", .region = "any", .from = INT64_MIN, .until = INT64_MAX, .line = n->line };
    if (mm_node_string(d, mm_node_get(n, key), &out->name, e) < 0 || mm_node_string(d, mm_node_get(n, "region"), &out->region, e) < 0 ||
        read_day(d, mm_node_get(n, "from"), &out->from, e) < 0 || read_day(d, mm_node_get(n, "until"), &out->until, e) < 0)
        return -1;
    if (named && !mm_node_get(n, key))
        return mm_node_fail(d, n, e, "%s is missing", key);
    return out->from < out->until ? 0 : mm_node_fail(d, n, e, "it ends before it begins");
}

bool mm_entry_meets(const mm_entry *a, const mm_entry *b)
{
    return strcmp(a->name, b->name) == 0 && strcmp(a->region, b->region) == 0 && a->from < b->until && b->from < a->until;
}
