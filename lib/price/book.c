#include "price/book.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "govern/policy.h"
#include "price/when.h"

struct mm_book {
    mm_doc *doc;
    const char *currency;
    mm_rate *rate;
    size_t n;
};

static const char *const top_keys[] = { "version", "currency", "machines", NULL };
static const char *const machine_keys[] = { "machine", "region", "purchase", "from", "until", "cpu_hour", "gib_hour", "source", NULL };

static int read_amount(const mm_doc *d, const mm_node *n, mm_money *out, mm_err *e)
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

static int read_rate(const mm_book *b, const mm_node *n, mm_rate *r, mm_err *e)
{
    static const char *const ways[] = { "on-demand", "spot", "reserved", "committed" };
    const mm_doc *d = b->doc;
    *r = (mm_rate){ .machine = "*", .region = "any", .purchase = "on-demand", .from = INT64_MIN, .until = INT64_MAX, .line = n->line };
    if (n->kind != MM_NODE_MAP)
        return mm_node_fail(d, n, e, "a price is a map of machine, cpu_hour and so on");
    if (mm_node_keys(d, n, machine_keys, e) < 0 || mm_node_string(d, mm_node_get(n, "machine"), &r->machine, e) < 0 ||
        mm_node_string(d, mm_node_get(n, "region"), &r->region, e) < 0 || mm_node_string(d, mm_node_get(n, "purchase"), &r->purchase, e) < 0 ||
        read_day(d, mm_node_get(n, "from"), &r->from, e) < 0 || read_day(d, mm_node_get(n, "until"), &r->until, e) < 0 ||
        read_amount(d, mm_node_get(n, "cpu_hour"), &r->cpu_hour, e) < 0 || read_amount(d, mm_node_get(n, "gib_hour"), &r->gib_hour, e) < 0)
        return -1;
    if (!mm_node_get(n, "cpu_hour"))
        return mm_node_fail(d, n, e, "cpu_hour is missing");
    if (r->from >= r->until)
        return mm_node_fail(d, n, e, "it ends before it begins");
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (strcmp(r->purchase, ways[i]) == 0)
            return 0;
    return mm_node_fail(d, mm_node_get(n, "purchase"), e, "'%s' is none of on-demand, spot, reserved, committed", r->purchase);
}

static bool overlap(const mm_rate *a, const mm_rate *b)
{
    return strcmp(a->machine, b->machine) == 0 && strcmp(a->region, b->region) == 0 && strcmp(a->purchase, b->purchase) == 0 &&
           a->from < b->until && b->from < a->until;
}

static int read_book(mm_book *b, mm_err *e)
{
    const mm_node *root = mm_doc_root(b->doc), *list = mm_node_get(root, "machines");
    int64_t version = 0;
    if (mm_node_keys(b->doc, root, top_keys, e) < 0 || mm_node_int(b->doc, mm_node_get(root, "version"), &version, e) < 0 ||
        mm_node_string(b->doc, mm_node_get(root, "currency"), &b->currency, e) < 0)
        return -1;
    if (version != 1)
        return mm_node_fail(b->doc, root, e, "version: 1 is expected");
    if (!b->currency || strlen(b->currency) != 3)
        return mm_node_fail(b->doc, root, e, "currency: a code such as USD is expected");
    if (!list || list->kind != MM_NODE_LIST || list->n == 0)
        return mm_node_fail(b->doc, root, e, "machines: a list of prices is expected");
    b->rate = calloc(list->n, sizeof *b->rate);
    if (!b->rate)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < list->n; i++) {
        if (read_rate(b, list->item[i], &b->rate[i], e) < 0)
            return -1;
        for (size_t k = 0; k < i; k++)
            if (overlap(&b->rate[k], &b->rate[i]))
                return mm_node_fail(b->doc, list->item[i], e, "holds on some of the same days as the price of line %u", b->rate[k].line);
        b->n++;
    }
    return 0;
}

mm_book *mm_book_load(const char *file, mm_err *e)
{
    mm_book *b = calloc(1, sizeof *b);
    if (!b) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    b->doc = mm_doc_load(file, e);
    if (b->doc && read_book(b, e) == 0)
        return b;
    mm_book_free(b);
    return NULL;
}

void mm_book_free(mm_book *b)
{
    if (!b)
        return;
    mm_doc_free(b->doc);
    free(b->rate);
    free(b);
}

const char *mm_book_currency(const mm_book *b)
{
    return b->currency;
}

size_t mm_book_size(const mm_book *b)
{
    return b->n;
}

const mm_rate *mm_book_rate(const mm_book *b, mm_str machine, mm_str region, mm_str purchase, int64_t time)
{
    char name[256];
    size_t n = machine.n < sizeof name - 1 ? machine.n : sizeof name - 1;
    memcpy(name, machine.p, n);
    name[n] = 0;
    for (size_t i = 0; i < b->n; i++) {
        const mm_rate *r = &b->rate[i];
        if (time >= r->from && time < r->until && mm_str_eq(purchase, mm_str_of(r->purchase)) &&
            (strcmp(r->region, "any") == 0 || mm_str_eq(region, mm_str_of(r->region))) && fnmatch(r->machine, name, 0) == 0)
            return r;
    }
    return NULL;
}
