#include "answer.h"

#include <math.h>
#include <string.h>

#include "price/when.h"

enum { MOST_TOLD = 8 };

/* ---- what stands in an element ---- */

static mm_value member(mm_str text, const char *name)
{
    mm_json_iter it = mm_json_each((mm_value){ text, MM_JSON_OBJECT });
    while (mm_json_next(&it) == 1)
        if (mm_str_eq(it.key, mm_str_of(name)))
            return it.value;
    return (mm_value){ { NULL, 0 }, MM_JSON_NULL };
}

static bool take(mm_str text, const mm_path *name, mm_buf *scratch, mm_str *out)
{
    mm_value v;
    if (!text.p || mm_json_find(text, name, &v) <= 0 || v.type == MM_JSON_NULL)
        return false;
    *out = v.type == MM_JSON_STRING ? mm_json_text(v.raw, scratch) : v.raw;
    return true;
}

void answer_label(answer_kind kind, mm_str element, const mm_path *name, mm_buf *scratch, mm_str *out)
{
    *out = (mm_str){ NULL, 0 };
    if (kind == ANSWER_PROMETHEUS) {
        take(member(element, "metric").raw, name, scratch, out);
        return;
    }
    mm_str properties = member(element, "properties").raw;
    if (!take(properties, name, scratch, out) && properties.p && !take(member(properties, "labels").raw, name, scratch, out))
        take(element, name, scratch, out);
}

answer_numbers answer_numbers_of(mm_str element)
{
    answer_numbers x = { .pair = member(element, "value") };
    x.one = x.pair.raw.p != NULL;
    if (!x.one)
        x.it = mm_json_each(member(element, "values"));
    return x;
}

int answer_number(answer_numbers *x, mm_str *seconds, mm_str *number)
{
    mm_value v = x->pair;
    if (!x->one) {
        if (mm_json_next(&x->it) != 1)
            return 0;
        v = x->it.value;
    } else if (x->done) {
        return 0;
    }
    x->done = true;
    mm_json_iter pair = mm_json_each(v);
    if (v.type != MM_JSON_ARRAY || mm_json_next(&pair) != 1 || pair.value.type != MM_JSON_NUMBER)
        return -1;
    *seconds = pair.value.raw;
    if (mm_json_next(&pair) != 1 || pair.value.type != MM_JSON_STRING)
        return -1;
    *number = (mm_str){ pair.value.raw.p + 1, pair.value.raw.n - 2 };
    return 1;
}

/* ---- adding up ---- */

typedef struct adding {
    spend *s;
    const char *name;
    mm_path *per;
    mm_buf key, scratch, when;
} adding;

static void refuse(adding *x, uint64_t number, const char *what, mm_str value, const char *why)
{
    if (x->s->refused++ < MOST_TOLD)
        mm_app_warn(x->s->app, "%s: element %llu: %s: '%.*s' is %s; it is not counted", x->name, (unsigned long long)number, what,
                    (int)(value.n < 48 ? value.n : 48), value.p ? value.p : "", why);
}

/* Add an amount with the labels of an element. */
static int add(adding *x, answer_kind kind, mm_str element, int64_t time, mm_money amount, mm_money quantity, mm_err *e)
{
    spend *s = x->s;
    sums row = { .quantity = quantity, .rows = 1 };
    x->key.n = x->when.n = 0;
    mm_when_put(&x->when, time, false);
    for (size_t i = 0; i < s->n_by; i++) {
        mm_str v = { x->when.p, (size_t)s->by[i].span };
        if (!s->by[i].span && s->by_currency && mm_str_eq(s->by[i].name, MM_STR("BillingCurrency")))
            v = mm_str_of(s->assumed);
        else if (!s->by[i].span)
            answer_label(kind, element, s->by[i].tag, &x->scratch, &v);
        key_put(&x->key, v);
    }
    group *g = x->key.failed || x->when.failed || x->scratch.failed ? NULL : tally_find(&s->groups, mm_buf_view(&x->key));
    if (!g)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (int k = 0; k < COST_KINDS; k++) {
        row.cost[k] = s->wanted[k] ? amount : 0;
        s->groups.overflow |= !mm_money_add(&s->total.cost[k], row.cost[k]);
    }
    s->groups.overflow |= !mm_money_add(&s->total.quantity, quantity);
    tally_add(&s->groups, g, &row);
    s->total.rows++;
    return s->groups.overflow ? mm_fail(e, MM_EBAD, "%s: a sum does not fit into 128 bits", x->name) : 0;
}

/* What --per names; false where it is no number. */
static bool read_quantity(adding *x, answer_kind kind, mm_str element, uint64_t number, mm_money *out)
{
    mm_str text = { NULL, 0 };
    *out = 0;
    if (x->per)
        answer_label(kind, element, x->per, &x->scratch, &text);
    const char *why = text.p ? mm_money_near_read(text, out) : NULL;
    if (why)
        refuse(x, number, x->s->per, text, why);
    return !why;
}

static int add_series(adding *x, mm_str element, uint64_t number, mm_err *e)
{
    answer_numbers each = answer_numbers_of(element);
    mm_str seconds = { NULL, 0 }, text = { NULL, 0 };
    mm_money amount, quantity;
    if (!read_quantity(x, ANSWER_PROMETHEUS, element, number, &quantity))
        return 0;
    for (int got, rc = 0; rc == 0 && (got = answer_number(&each, &seconds, &text)) != 0;) {
        double t;
        x->s->rows++;
        if (got < 0 || mm_json_double(seconds, &t) < 0) {
            refuse(x, number, "value", MM_STR(""), "no pair of a time and a number in quotes");
            continue;
        }
        const char *why = mm_money_near_read(text, &amount);
        if (why)
            refuse(x, number, "value", text, why);
        else if ((rc = add(x, ANSWER_PROMETHEUS, element, (int64_t)floor(t), amount, quantity, e)) < 0)
            return -1;
    }
    return 0;
}

static int add_allocation(adding *x, mm_str element, uint64_t number, mm_err *e)
{
    mm_value total = member(element, "totalCost"), start = member(element, "start");
    mm_money amount, quantity;
    int64_t time;
    x->s->rows++;
    const char *why = !total.raw.p ? "not there" : mm_money_near_read(total.raw, &amount);
    if (why) {
        refuse(x, number, "totalCost", total.raw, why);
        return 0;
    }
    mm_str when = start.raw.p ? mm_json_text(start.raw, &x->scratch) : (mm_str){ NULL, 0 };
    if (!when.p || !mm_when_read(when, &time)) {
        refuse(x, number, "start", when, "no time such as 2024-09-18T22:00:00Z");
        return 0;
    }
    return read_quantity(x, ANSWER_OPENCOST, element, number, &quantity) ? add(x, ANSWER_OPENCOST, element, time, amount, quantity, e) : 0;
}

static int element(void *ctx, answer_kind kind, mm_str text, uint64_t number, mm_err *e)
{
    return kind == ANSWER_PROMETHEUS ? add_series(ctx, text, number, e) : add_allocation(ctx, text, number, e);
}

int answer_spend(spend *s, mm_bytes *in, mm_err *e)
{
    adding x = { .s = s, .name = in->source.name };
    if (!s->assumed && s->book)
        s->assumed = mm_book_currency(s->book);
    if (!s->assumed)
        return mm_fail(e, MM_EUSAGE, "%s: it does not say the currency of its amounts; name it with --currency", x.name);
    if (!s->by_currency && s->currency[0] && strcmp(s->currency, s->assumed) != 0)
        return mm_fail(e, MM_EBAD, "%s: its amounts are in %s, and what came before in %s", x.name, s->assumed, s->currency);
    if (!s->by_currency)
        strcpy(s->currency, s->assumed);
    if (s->per[0] && !s->usage && !(x.per = mm_path_new(mm_str_of(s->per), e)))
        return -1;
    int rc = answer_read(in, element, &x, e);
    mm_path_free(x.per);
    mm_buf_free(&x.key);
    mm_buf_free(&x.scratch);
    mm_buf_free(&x.when);
    return rc;
}
