#include "sheet.h"

#include <string.h>

#define LONGEST_SHEET ((size_t)64 << 20)

typedef struct sheet {
    spend *s;
    const char *name;
    cost_kind kind;
    bool report;       /* of mm-cost: its labels are members of any name */
    mm_buf key, text;
} sheet;

static bool is_cost(mm_str key)
{
    for (int k = 0; k < COST_KINDS; k++)
        if (mm_str_eq(key, mm_str_of(cost_names[k])))
            return true;
    return mm_str_eq(key, MM_STR("rows"));
}

static bool is_label(const sheet *x, mm_str key)
{
    return x->report ? !is_cost(key) : mm_str_eq(key, MM_STR("name"));
}

/* A member of that name; raw.p NULL: there is none. */
static mm_value member(mm_value of, mm_str name)
{
    mm_json_iter it = mm_json_each(of);
    while (mm_json_next(&it) == 1)
        if (mm_str_eq(it.key, name))
            return it.value;
    return (mm_value){ { NULL, 0 }, MM_JSON_NULL };
}

/* An amount, as a string or a number. */
static int read_amount(sheet *x, mm_value v, mm_str what, mm_money *out, mm_err *e)
{
    mm_str text = v.raw.p && v.type == MM_JSON_STRING ? mm_json_text(v.raw, &x->text) : v.raw;
    const char *why = text.p ? mm_money_read(text, out) : "not there";
    return why ? mm_fail(e, MM_EBAD, "%s: %.*s: '%.*s' is %s", x->name, (int)what.n, what.p, (int)text.n, text.p ? text.p : "", why) : 0;
}

/* The labels of all items are those of the first, or of --by. */
static int name_labels(sheet *x, mm_value item, const char *kind, mm_err *e)
{
    spend *s = x->s;
    bool given = s->n_by > 0;
    size_t n = 0;
    mm_json_iter it = mm_json_each(item);
    while (mm_json_next(&it) == 1) {
        if (!is_label(x, it.key))
            continue;
        mm_str name = x->report ? it.key : mm_str_of(kind);
        if (n == MOST_LABELS || (given && (n >= s->n_by || !mm_str_eq(name, s->by[n].name))))
            return mm_fail(e, MM_EUSAGE, "%s: what costs there is told apart by '%.*s', which is not what the other file or --by has",
                           x->name, (int)name.n, name.p);
        if (!given)
            s->by[s->n_by++] = (spend_label){ .name = name };
        n++;
    }
    return n == s->n_by ? 0 : mm_fail(e, MM_EUSAGE, "%s: what costs there is told apart by fewer names than in the other file or --by", x->name);
}

static int add_item(sheet *x, mm_value item, mm_err *e)
{
    mm_str what = x->report ? mm_str_of(cost_names[x->kind]) : MM_STR("cost");
    sums sum = { .rows = 1 };
    size_t n = 0;
    if (read_amount(x, member(item, what), what, &sum.cost[x->kind], e) < 0)
        return -1;
    x->key.n = 0;
    mm_json_iter it = mm_json_each(item);
    while (mm_json_next(&it) == 1)
        if (is_label(x, it.key)) {
            mm_str none = { NULL, 0 };
            key_put(&x->key, it.value.type == MM_JSON_NULL ? none : it.value.type == MM_JSON_STRING ? mm_json_text(it.value.raw, &x->text)
                                                                                                    : it.value.raw);
            n++;
        }
    if (n != x->s->n_by)
        return mm_fail(e, MM_EBAD, "%s: not all that costs there has the same names", x->name);
    group *g = tally_find(&x->s->groups, mm_buf_view(&x->key));
    if (!g || x->key.failed || x->text.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    tally_add(&x->s->groups, g, &sum);
    x->s->groups.overflow |= !mm_money_add(&x->s->total.cost[x->kind], sum.cost[x->kind]);
    return x->s->groups.overflow ? mm_fail(e, MM_EBAD, "%s: a sum does not fit into 128 bits", x->name) : 0;
}

/* The list that says what costs; its name. */
static const char *find_list(sheet *x, mm_value document, mm_value *list)
{
    static const char *const lists[][2] = { { "groups", "group" }, { "jobs", "job" }, { "stages", "stage" } };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        *list = member(document, mm_str_of(lists[i][0]));
        x->report = i == 0;
        if (list->raw.p && list->type == MM_JSON_ARRAY)
            return lists[i][1];
    }
    return NULL;
}

/* What the document says all of it costs, where that is more or less than its items: groups that are not told one by one. */
static int add_rest(sheet *x, mm_value document, mm_err *e)
{
    mm_str what = x->report ? mm_str_of(cost_names[x->kind]) : MM_STR("cost");
    mm_value total = x->report ? member(member(document, MM_STR("total")), what) : member(document, what);
    mm_money whole, rest;
    if (!total.raw.p)
        return 0;
    if (read_amount(x, total, MM_STR("the total"), &whole, e) < 0)
        return -1;
    rest = whole - x->s->total.cost[x->kind];
    if (!rest)
        return 0;
    sums sum = { .rows = 1 };
    sum.cost[x->kind] = rest;
    x->key.n = 0;
    for (size_t i = 0; i < x->s->n_by; i++)
        key_put(&x->key, i ? MM_STR("") : MM_STR("(others)"));
    group *g = tally_find(&x->s->groups, mm_buf_view(&x->key));
    if (!g)
        return mm_fail(e, MM_ESYS, "out of memory");
    tally_add(&x->s->groups, g, &sum);
    x->s->total.cost[x->kind] = whole;
    return 0;
}

static int read_currency(sheet *x, mm_value document, mm_err *e)
{
    mm_value c = member(document, MM_STR("currency"));
    mm_str code = c.raw.p && c.type == MM_JSON_STRING ? mm_json_text(c.raw, &x->text) : MM_STR("");
    if (!code.n || code.n >= sizeof x->s->currency)
        return mm_fail(e, MM_EBAD, "%s: no currency: amounts of an unknown one are not compared", x->name);
    memcpy(x->s->currency, code.p, code.n);
    x->s->currency[code.n] = 0;
    return 0;
}

int sheet_read(spend *s, const char *name, mm_str text, mm_err *e)
{
    sheet x = { .s = s, .name = name };
    while (text.n && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r' || text.p[text.n - 1] == ' '))
        text.n--;
    mm_value document = { text, MM_JSON_OBJECT }, list;
    const char *kind = mm_json_check(text, 64, NULL, NULL) < 0 ? NULL : find_list(&x, document, &list);
    if (!kind)
        return 0;
    while (x.kind < COST_KINDS - 1 && !s->wanted[x.kind])
        x.kind++;
    int rc = read_currency(&x, document, e);
    mm_json_iter it = mm_json_each(list);
    while (rc == 0 && mm_json_next(&it) == 1) {
        rc = it.index == 0 ? name_labels(&x, it.value, kind, e) : 0;
        rc = rc == 0 ? add_item(&x, it.value, e) : rc;
    }
    rc = rc == 0 ? add_rest(&x, document, e) : rc;
    mm_buf_free(&x.key);
    mm_buf_free(&x.text);
    return rc == 0 ? 1 : -1;
}

int sheet_take(mm_bytes *in, mm_buf *text, mm_err *e)
{
    for (ssize_t got = 1; got > 0; text->n += (size_t)got) {
        char *room = mm_buf_room(text, 64 << 10);
        if (!room)
            return mm_fail(e, MM_ESYS, "out of memory");
        if ((got = mm_bytes_read(in, room, 64 << 10, e)) < 0)
            return -1;
        if (text->n > LONGEST_SHEET)
            return mm_fail(e, MM_EBAD, "%s: more than %zu MiB", in->source.name, LONGEST_SHEET >> 20);
    }
    return 0;
}
