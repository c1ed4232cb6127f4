#include "price/book.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "price/entry.h"

const char *const mm_purchase_name[MM_PURCHASES] = { "on-demand", "spot", "reserved", "committed" };

struct mm_book {
    mm_doc *doc;
    const char *currency;
    mm_rate *rate[MM_PRICED_KINDS];
    size_t n[MM_PRICED_KINDS];
    mm_machine *machine;
    size_t machines;
};

/* A list of prices. Its first price must be there. */
typedef struct list {
    const char *key, *name;      /* of the list, and of what an entry is about */
    bool named, bought;          /* an entry must have a name; and may say how it is bought */
    const char *price[MM_PRICES];
    const char *keys[11];        /* all that an entry may have */
} list;

#define ALWAYS "region", "from", "until", "source"
static const list lists[MM_PRICED_KINDS] = {
    [MM_PRICED_MACHINES] = { "machines", "machine", false, true, { "cpu_hour", "gib_hour" },
                             { "machine", "purchase", "cpu_hour", "gib_hour", ALWAYS } },
    [MM_PRICED_GPUS] = { "gpus", "gpu", true, true, { "second" }, { "gpu", "purchase", "second", ALWAYS } },
    [MM_PRICED_STORAGE] = { "storage", "tier", true, false, { "gib_month", "gib_read", "gib_written" },
                            { "tier", "gib_month", "gib_read", "gib_written", ALWAYS } },
    [MM_PRICED_REQUESTS] = { "requests", "kind", true, false, { "thousand" }, { "kind", "thousand", ALWAYS } },
    [MM_PRICED_EGRESS] = { "egress", "to", true, false, { "gib" }, { "to", "gib", ALWAYS } },
    [MM_PRICED_MODELS] = { "models", "model", true, false, { "million_in", "million_out" },
                           { "model", "million_in", "million_out", ALWAYS } },
    [MM_PRICED_CURRENCIES] = { "rates", "currency", true, false, { "rate" }, { "currency", "rate", "from", "until", "source" } },
};

static int read_rate(const mm_doc *d, const mm_node *n, const list *of, mm_rate *r, mm_err *e)
{
    const char *bought = mm_purchase_name[MM_ON_DEMAND];
    *r = (mm_rate){ 0 };
    if (n->kind != MM_NODE_MAP)
        return mm_node_fail(d, n, e, "a price is a map of %s, %s and so on", of->name, of->price[0]);
    if (mm_node_keys(d, n, of->keys, e) < 0 || mm_entry_read(d, n, of->name, of->named, &r->of, e) < 0 ||
        mm_node_string(d, mm_node_get(n, "purchase"), &bought, e) < 0)
        return -1;
    for (int i = 0; i < MM_PRICES && of->price[i]; i++)
        if (mm_entry_amount(d, mm_node_get(n, of->price[i]), &r->price[i], e) < 0)
            return -1;
    if (!mm_node_get(n, of->price[0]))
        return mm_node_fail(d, n, e, "%s is missing", of->price[0]);
    while (r->purchase < MM_PURCHASES && strcmp(bought, mm_purchase_name[r->purchase]) != 0)
        r->purchase++;
    return r->purchase < MM_PURCHASES ? 0 : mm_node_fail(d, mm_node_get(n, "purchase"), e,
                                                         "'%s' is none of on-demand, spot, reserved, committed", bought);
}

/* Rates of currencies have more to say: none is 0, nor of the book's own. */
static int check_currency(const mm_book *b, const mm_node *n, const mm_rate *r, mm_err *e)
{
    if (r->price[MM_PRICE_RATE] == 0)
        return mm_node_fail(b->doc, n, e, "a rate of 0");
    return strcmp(r->of.name, b->currency) != 0 ? 0 : mm_node_fail(b->doc, n, e, "%s is the currency of the book", b->currency);
}

static int read_list(mm_book *b, mm_priced kind, const mm_node *in, mm_err *e)
{
    const list *of = &lists[kind];
    if (!in)
        return 0;
    if (in->kind != MM_NODE_LIST)
        return mm_node_fail(b->doc, in, e, "%s: a list of prices is expected", of->key);
    mm_rate *r = b->rate[kind] = calloc(in->n + 1, sizeof *r);
    if (!r)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < in->n; i++, b->n[kind]++) {
        if (read_rate(b->doc, in->item[i], of, &r[i], e) < 0 ||
            (kind == MM_PRICED_CURRENCIES && check_currency(b, in->item[i], &r[i], e) < 0))
            return -1;
        for (size_t k = 0; k < i; k++)
            if (r[k].purchase == r[i].purchase && mm_entry_meets(&r[k].of, &r[i].of))
                return mm_node_fail(b->doc, in->item[i], e, "holds on some of the same days as the price of line %u", r[k].of.line);
    }
    return 0;
}

static int read_book(mm_book *b, mm_err *e)
{
    static const char *const keys[] = { "version", "currency", "machines", "gpus", "storage", "requests", "egress", "models", "rates",
                                        "types", NULL };
    const mm_node *root = mm_doc_root(b->doc);
    int64_t version = 0;
    if (mm_node_keys(b->doc, root, keys, e) < 0 || mm_node_int(b->doc, mm_node_get(root, "version"), &version, e) < 0 ||
        mm_node_string(b->doc, mm_node_get(root, "currency"), &b->currency, e) < 0)
        return -1;
    if (version != 1)
        return mm_node_fail(b->doc, root, e, "version: 1 is expected");
    if (!b->currency || strlen(b->currency) != 3)
        return mm_node_fail(b->doc, root, e, "currency: a code such as USD is expected");
    size_t n = 0;
    for (int k = 0; k < MM_PRICED_KINDS; n += b->n[k], k++)
        if (read_list(b, (mm_priced)k, mm_node_get(root, lists[k].key), e) < 0)
            return -1;
    if (mm_machines_read(b->doc, mm_node_get(root, "types"), &b->machine, &b->machines, e) < 0)
        return -1;
    return n + b->machines ? 0 : mm_node_fail(b->doc, root, e, "there is no price in it: machines, types, storage and so on are lists of them");
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
    for (int k = 0; k < MM_PRICED_KINDS; k++)
        free(b->rate[k]);
    free(b->machine);
    free(b);
}

const char *mm_book_currency(const mm_book *b)
{
    return b->currency;
}

const char *mm_book_digest(const mm_book *b)
{
    return mm_doc_digest(b->doc);
}

const mm_rate *mm_book_rates(const mm_book *b, mm_priced kind, size_t *n)
{
    *n = b->n[kind];
    return b->rate[kind];
}

const mm_machine *mm_book_machines(const mm_book *b, size_t *n)
{
    *n = b->machines;
    return b->machine;
}

static void terminated(mm_str s, char *out, size_t room)
{
    size_t n = s.n < room - 1 ? s.n : room - 1;
    if (n)
        memcpy(out, s.p, n);
    out[n] = 0;
}

const mm_rate *mm_book_rate(const mm_book *b, mm_priced kind, mm_str thing, mm_str region, mm_purchase purchase, int64_t time)
{
    char name[256];
    terminated(thing, name, sizeof name);
    for (size_t i = 0; i < b->n[kind]; i++) {
        const mm_rate *r = &b->rate[kind][i];
        if (r->purchase == purchase && mm_entry_holds(&r->of, region, time) && fnmatch(r->of.name, name, 0) == 0)
            return r;
    }
    return NULL;
}

const mm_machine *mm_book_machine(const mm_book *b, mm_str name, mm_str region, mm_purchase purchase, int64_t time)
{
    for (size_t i = 0; i < b->machines; i++) {
        const mm_machine *m = &b->machine[i];
        if (m->hour[purchase] >= 0 && mm_entry_holds(&m->of, region, time) && mm_str_eq(name, mm_str_of(m->of.name)))
            return m;
    }
    return NULL;
}
