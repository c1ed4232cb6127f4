#include "diff.h"

#include <stdlib.h>
#include <string.h>

#include "sheet.h"

/* One of the two. */
typedef struct side {
    spend s;
    mm_buf text;    /* of a document, which labels borrow from */
} side;

/* A group that is in either, or in both. */
typedef struct change {
    mm_str key;
    mm_money before, after, by;
    bool old, new;   /* is there */
} change;

typedef struct comparison {
    side of[2];
    const spend *s;     /* whose labels are told */
    change *c;
    size_t n, shown, same;
    cost_kind kind;
} comparison;

/* ---- reading ---- */

static int read_side(side *x, const diff_opts *o, const char *name, mm_err *e)
{
    mm_bytes in;
    spend *s = &x->s;
    *s = (spend){ .app = o->like->app, .workers = o->like->workers, .book = o->like->book, .region = o->like->region,
                  .purchase = o->like->purchase };
    if (spend_plan(s, o->by, o->costs, e) < 0 || mm_bytes_open(&in, name, &s->app->bytes_read, e) < 0)
        return -1;
    int rc = mm_bytes_first(&in) == '{' ? sheet_take(&in, &x->text, e) : 0;
    if (rc == 0 && x->text.n)
        rc = sheet_read(s, in.source.name, mm_buf_view(&x->text), e);
    if (rc == 0) {
        if (x->text.n)
            rc = mm_bytes_unread(&in, &x->text, e);
        rc = rc == 0 ? spend_bytes(s, &in, e) : rc;
        rc = rc == 0 ? spend_end(s, e) : rc;
        rc = rc == 0 ? spend_reconcile(s, e) : rc;
    }
    mm_bytes_close(&in);
    if (rc >= 0 && s->by_currency)
        rc = mm_fail(e, MM_EUSAGE, "--diff compares amounts of one currency; leave BillingCurrency out of --by");
    return rc < 0 ? -1 : 0;
}

/* ---- comparing ---- */

static int by_key(const void *a, const void *b)
{
    return mm_str_cmp(((const change *)a)->key, ((const change *)b)->key);
}

/* What changed most first, whichever way. */
static int by_size(const void *a, const void *b)
{
    const change *x = a, *y = b;
    mm_money p = x->by < 0 ? -x->by : x->by, q = y->by < 0 ? -y->by : y->by;
    return p != q ? (p < q) - (p > q) : by_key(a, b);
}

static int join(comparison *k, mm_err *e)
{
    const tally *old = &k->of[0].s.groups, *new = &k->of[1].s.groups;
    size_t n = 0;
    if (!(k->c = calloc(old->n + new->n + 1, sizeof *k->c)))
        return mm_fail(e, MM_ESYS, "out of memory");
    for (int i = 0; i < 2; i++)
        for (size_t j = 0; j < k->of[i].s.groups.room; j++) {
            const group *g = &k->of[i].s.groups.slot[j];
            if (g->key.p)
                k->c[n++] = (change){ .key = g->key, .before = i ? 0 : g->sum.cost[k->kind], .after = i ? g->sum.cost[k->kind] : 0,
                                      .old = !i, .new = i };
        }
    qsort(k->c, n, sizeof *k->c, by_key);
    for (size_t i = 0; i < n; i++) {
        change *into = k->n ? &k->c[k->n - 1] : NULL;
        if (into && mm_str_eq(into->key, k->c[i].key)) {
            into->before += k->c[i].before;
            into->after += k->c[i].after;
            into->old = into->new = true;
        } else {
            k->c[k->n++] = k->c[i];
        }
    }
    for (size_t i = 0; i < k->n; i++) {
        if (__builtin_sub_overflow(k->c[i].after, k->c[i].before, &k->c[i].by))
            return mm_fail(e, MM_EBAD, "a difference does not fit into 128 bits");
        k->same += k->c[i].old && k->c[i].new && k->c[i].by == 0;
    }
    qsort(k->c, k->n, sizeof *k->c, by_size);
    return 0;
}

/* ---- telling ---- */

static void put_signed(mm_buf *b, mm_money v)
{
    mm_buf_str(b, v > 0 ? MM_STR("+") : MM_STR(""));
    mm_money_put(b, v, 2);
}

/* A text in a cell of Markdown. */
static void put_cell(mm_buf *b, mm_str v)
{
    if (!v.p)
        v = MM_STR("(none)");
    for (size_t i = 0; i < v.n; i++) {
        unsigned char c = (unsigned char)v.p[i];
        if (c < 0x20) {
            mm_buf_byte(b, ' ');
            continue;
        }
        if (strchr("\\|`*_<>[]~", c))
            mm_buf_byte(b, '\\');
        mm_buf_byte(b, (char)c);
    }
}

static void put_share(mm_buf *b, mm_money before, mm_money by)
{
    if (before != 0)
        mm_buf_printf(b, "%+.1f%%", 100 * mm_money_near(by) / (mm_money_near(before) < 0 ? -mm_money_near(before) : mm_money_near(before)));
}

static void put_amounts(mm_buf *b, const change *c)
{
    if (c->old)
        mm_money_put(b, c->before, 2);
    mm_buf_str(b, MM_STR(" | "));
    if (c->new)
        mm_money_put(b, c->after, 2);
    mm_buf_str(b, MM_STR(" | "));
    put_signed(b, c->by);
    mm_buf_str(b, MM_STR(" | "));
    if (!c->old)
        mm_buf_str(b, MM_STR("new"));
    else if (!c->new)
        mm_buf_str(b, MM_STR("gone"));
    else
        put_share(b, c->before, c->by);
    mm_buf_str(b, MM_STR(" |\n"));
}

static void put_name(mm_buf *b, const comparison *k, const char *name)
{
    for (size_t i = 0; i < (k->s->n_by ? k->s->n_by : 1); i++)
        mm_buf_printf(b, "| %s ", i ? "" : name);
    mm_buf_str(b, MM_STR("| "));
}

static void markdown(mm_buf *b, const comparison *k, const change *total, const change *rest)
{
    mm_buf_printf(b, "### %s: ", cost_names[k->kind]);
    mm_money_put(b, total->before, 2);
    mm_buf_str(b, MM_STR(" → "));
    mm_money_put(b, total->after, 2);
    mm_buf_printf(b, " %s (", k->s->currency);
    put_signed(b, total->by);
    if (total->before != 0) {
        mm_buf_str(b, MM_STR(", "));
        put_share(b, total->before, total->by);
    }
    mm_buf_str(b, MM_STR(")\n\n"));
    for (size_t i = 0; i < k->s->n_by; i++) {
        mm_buf_str(b, MM_STR("| "));
        put_cell(b, k->s->by[i].name);
        mm_buf_byte(b, ' ');
    }
    mm_buf_str(b, k->s->n_by ? MM_STR("| before | after | change | |\n") : MM_STR("| | before | after | change | |\n"));
    for (size_t i = 0; i < (k->s->n_by ? k->s->n_by : 1); i++)
        mm_buf_str(b, MM_STR("| :-- "));
    mm_buf_str(b, MM_STR("| --: | --: | --: | --: |\n"));
    for (size_t i = 0; i < k->shown && k->s->n_by; i++) {
        mm_str key = k->c[i].key;
        for (size_t j = 0; j < k->s->n_by; j++) {
            mm_buf_str(b, MM_STR("| "));
            put_cell(b, key_take(&key));
            mm_buf_byte(b, ' ');
        }
        mm_buf_str(b, MM_STR("| "));
        put_amounts(b, &k->c[i]);
    }
    if (rest) {
        put_name(b, k, "(others)");
        put_amounts(b, rest);
    }
    put_name(b, k, "**total**");
    put_amounts(b, total);
    if (k->same && k->s->n_by)
        mm_buf_printf(b, "\n%zu of %zu cost%s the same as before.\n", k->same, k->n, k->same == 1 ? "s" : "");
}

static void json_change(mm_buf *b, const change *c)
{
    mm_buf_str(b, MM_STR("\"before\":"));
    mm_buf_str(b, c->old ? MM_STR("\"") : MM_STR("null"));
    if (c->old) {
        mm_money_put(b, c->before, 2);
        mm_buf_byte(b, '"');
    }
    mm_buf_str(b, c->new ? MM_STR(",\"after\":\"") : MM_STR(",\"after\":null"));
    if (c->new) {
        mm_money_put(b, c->after, 2);
        mm_buf_byte(b, '"');
    }
    mm_buf_str(b, MM_STR(",\"change\":\""));
    mm_money_put(b, c->by, 2);
    mm_buf_str(b, MM_STR("\"}"));
}

static void json(mm_buf *b, const comparison *k, const change *total, const change *rest)
{
    mm_buf_printf(b, "{\"cost\":\"%s\",\"currency\":", cost_names[k->kind]);
    mm_json_put(b, mm_str_of(k->s->currency));
    mm_buf_str(b, MM_STR(",\"groups\":["));
    for (size_t i = 0; i < k->shown; i++) {
        mm_str key = k->c[i].key;
        mm_buf_str(b, i ? MM_STR(",\n{") : MM_STR("\n{"));
        for (size_t j = 0; j < k->s->n_by; j++) {
            mm_json_put(b, k->s->by[j].name);
            mm_buf_byte(b, ':');
            mm_str v = key_take(&key);
            if (v.p)
                mm_json_put(b, v);
            else
                mm_buf_str(b, MM_STR("null"));
            mm_buf_byte(b, ',');
        }
        json_change(b, &k->c[i]);
    }
    mm_buf_str(b, MM_STR("],\n"));
    if (rest) {
        mm_buf_str(b, MM_STR("\"others\":{"));
        json_change(b, rest);
        mm_buf_str(b, MM_STR(",\n"));
    }
    mm_buf_str(b, MM_STR("\"total\":{"));
    json_change(b, total);
    mm_buf_str(b, MM_STR("}\n"));
}

static int tell(comparison *k, const diff_opts *o, mm_buf *out, mm_err *e)
{
    change total = { .old = true, .new = true, .before = k->of[0].s.total.cost[k->kind], .after = k->of[1].s.total.cost[k->kind] };
    change rest = { .old = true, .new = true };
    total.by = total.after - total.before;
    k->shown = k->n - k->same;
    k->shown = o->top && o->top < k->shown ? o->top : k->shown;
    for (size_t i = k->shown; i < k->n; i++) {
        rest.before += k->c[i].before;
        rest.after += k->c[i].after;
    }
    rest.by = rest.after - rest.before;
    const change *others = k->shown < k->n && k->s->n_by ? &rest : NULL;
    (strcmp(o->form, "json") == 0 ? json : markdown)(out, k, &total, others);
    return out->failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

/* Both must speak of the same things. */
static int check_sides(comparison *k, mm_err *e)
{
    spend *a = &k->of[0].s, *b = &k->of[1].s;
    if (a->currency[0] && b->currency[0] && strcmp(a->currency, b->currency) != 0)
        return mm_fail(e, MM_EBAD, "the one is in %s and the other in %s: they can not be compared", a->currency, b->currency);
    k->s = b->currency[0] ? b : a;
    if (a->groups.n && b->groups.n && a->n_by != b->n_by)
        return mm_fail(e, MM_EUSAGE, "the files are told apart by different names; --by says which");
    for (size_t i = 0; a->groups.n && i < a->n_by && b->groups.n; i++)
        if (!mm_str_eq(a->by[i].name, b->by[i].name))
            return mm_fail(e, MM_EUSAGE, "the one is told apart by '%.*s' and the other by '%.*s'", (int)a->by[i].name.n, a->by[i].name.p,
                           (int)b->by[i].name.n, b->by[i].name.p);
    return 0;
}

int diff_run(mm_app *a, const diff_opts *o, const char *const *file, size_t n, mm_err *e)
{
    if (n != 2)
        return mm_fail(e, MM_EUSAGE, "--diff takes two files: the old and the new");
    if (strcmp(o->form, "table") != 0 && strcmp(o->form, "json") != 0)
        return mm_fail(e, MM_EUSAGE, "--format %s: --diff tells table (Markdown) or json", o->form);
    comparison k = { 0 };
    mm_buf out = { 0 };
    int rc = 0;
    for (int i = 0; rc == 0 && i < 2; i++)
        rc = read_side(&k.of[i], o, file[i], e);
    while (k.kind < COST_KINDS - 1 && !k.of[0].s.wanted[k.kind])
        k.kind++;
    rc = rc == 0 ? check_sides(&k, e) : rc;
    rc = rc == 0 ? join(&k, e) : rc;
    rc = rc == 0 ? tell(&k, o, &out, e) : rc;
    rc = rc == 0 ? mm_app_write(a, &out, e) : rc;
    for (int i = 0; i < 2; i++) {
        a->totals.in += k.of[i].s.rows;
        a->totals.bad += k.of[i].s.refused;
        a->totals.out += k.of[i].s.rows - k.of[i].s.refused;
        spend_free(&k.of[i].s);
        mm_buf_free(&k.of[i].text);
    }
    free(k.c);
    mm_buf_free(&out);
    return rc;
}
