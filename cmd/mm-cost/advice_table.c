/* advice_table.c - tables that advice is taken from: bills, inventories of stores, measured compression. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advice_store.h"
#include "price/when.h"

/* ---- bills: commitment ---- */

/* Hours of what was bought on demand, by service or --by. */
typedef struct bill {
    spend s;
    spend_reader *reader;
    size_t labels;      /* of what is committed to; the hour stands behind them */
    mm_buf by;
} bill;

static bool has(const mm_str *name, size_t n, const char *wanted)
{
    for (size_t i = 0; i < n; i++)
        if (mm_str_eq(name[i], mm_str_of(wanted)))
            return true;
    return false;
}

static int begin_bill(advisor *x, bill *b, const char *file, const mm_str *name, size_t n, mm_err *e)
{
    const spend *like = x->o->like;
    mm_buf_printf(&b->by, "%s,hour", x->o->by ? x->o->by : "ServiceName");
    if (has(name, n, "PricingCategory"))
        mm_buf_str(&b->by, MM_STR(",PricingCategory"));
    if (has(name, n, "ChargeCategory"))
        mm_buf_str(&b->by, MM_STR(",ChargeCategory"));
    mm_buf_byte(&b->by, 0);
    if (b->by.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    b->s = (spend){ .app = x->app, .workers = like->workers };
    if (spend_plan(&b->s, b->by.p, "effective", e) < 0)
        return -1;
    while (!mm_str_eq(b->s.by[b->labels].name, MM_STR("hour")))
        b->labels++;
    b->reader = spend_reader_new(&b->s, file);
    return b->reader ? spend_begin(b->reader, name, n, e) : mm_fail(e, MM_ESYS, "out of memory");
}

/* What a group is of: its hour since 1970, and its labels; false where it was not bought on demand. */
static bool on_demand(const bill *b, mm_str key, mm_buf *what, int64_t *hour)
{
    what->n = 0;
    for (size_t i = 0; i < b->labels; i++) {
        mm_str v = key_take(&key);
        mm_buf_str(what, i ? MM_STR(", ") : MM_STR(""));
        mm_buf_str(what, v.p ? v : MM_STR("(none)"));
    }
    mm_buf_byte(what, 0);
    mm_str time = key_take(&key);
    char text[20] = { 0 };
    memcpy(text, time.p, time.n < 13 ? time.n : 13);
    memcpy(text + 13, ":00", 3);
    if (!mm_when_read(mm_str_of(text), hour))
        return false;
    *hour /= 3600;
    for (size_t i = b->labels + 1; i < b->s.n_by; i++) {
        mm_str v = key_take(&key);
        if (!mm_str_eq(v, MM_STR("Standard")) && !mm_str_eq(v, MM_STR("Usage")))
            return false;
    }
    return true;
}

/* One of what is committed to, in one hour. */
typedef struct spent {
    const char *what;
    int64_t hour;
    double cost;
} spent;

static int by_what(const void *a, const void *b)
{
    int c = strcmp(((const spent *)a)->what, ((const spent *)b)->what);
    return c ? c : (((const spent *)a)->hour > ((const spent *)b)->hour) - (((const spent *)a)->hour < ((const spent *)b)->hour);
}

static int advise_bill(advisor *x, bill *b, mm_err *e)
{
    enum { MOST_HOURS = 20 * 366 * 24 };
    if (x->currency[0] && strcmp(x->currency, b->s.currency) != 0)
        return mm_fail(e, MM_EBAD, "a bill in %s beside amounts in %s: advice is in one currency", b->s.currency, x->currency);
    snprintf(x->currency, sizeof x->currency, "%s", b->s.currency);
    double ratio = commitment_ratio(x);
    const tally *t = &b->s.groups;
    spent *list = calloc(t->n + 1, sizeof *list);
    mm_arena *names = mm_arena_new();
    mm_buf what = { 0 };
    int64_t first = INT64_MAX, last = INT64_MIN;
    size_t n = 0;
    for (size_t i = 0; list && names && i < t->room; i++) {
        spent *p = &list[n];
        if (!t->slot[i].key.p || !on_demand(b, t->slot[i].key, &what, &p->hour))
            continue;
        p->what = mm_arena_copy(names, mm_buf_view(&what)).p;
        p->cost = mm_money_near(t->slot[i].sum.cost[COST_EFFECTIVE]);
        first = p->hour < first ? p->hour : first;
        last = p->hour > last ? p->hour : last;
        n += p->what != NULL;
    }
    size_t hours = n && last - first < MOST_HOURS ? (size_t)(last - first + 1) : 0;
    double *hour = calloc(hours + 1, sizeof *hour);
    int rc = list && names && hour && !what.failed ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    if (rc == 0 && n)
        qsort(list, n, sizeof *list, by_what);
    if (rc == 0 && ratio <= 0)
        mm_app_note(x->app, "no advice on commitment: --committed tells what it costs, as a share of the price on demand, or a book does");
    for (size_t i = 0; rc == 0 && ratio > 0 && i < n;) {
        const char *of = list[i].what;
        memset(hour, 0, hours * sizeof *hour);
        for (; i < n && strcmp(list[i].what, of) == 0; i++)
            hour[list[i].hour - first] += list[i].cost;
        commitment_advise(x, of, hour, hours, ratio);
    }
    free(list);
    free(hour);
    mm_arena_free(names);
    mm_buf_free(&what);
    return rc;
}

/* ---- any table ---- */

enum { MOST_TOLD = 8 };

/* One worker's own. */
typedef struct hand {
    store store;
    levels levels;
    mm_buf scratch[LEVEL_COLUMNS];
} hand;

typedef struct table {
    advisor *x;
    const char *name;
    enum { BILL, STORE, LEVEL } kind;
    bill bill;
    size_t column[LEVEL_COLUMNS], n_columns;
    hand *hand;
    uint64_t refused;
} table;

/* What a block of no bill leaves. */
typedef struct wrong {
    size_t row[MOST_TOLD];
    const char *why[MOST_TOLD];
    size_t n;
} wrong;

static int begin(void *ctx, const mm_str *name, size_t n, mm_err *e)
{
    table *t = ctx;
    if (store_columns(name, n, t->column)) {
        t->kind = STORE;
        t->n_columns = STORE_COLUMNS;
        return 0;
    }
    if (level_columns(name, n, t->column)) {
        t->kind = LEVEL;
        t->n_columns = LEVEL_COLUMNS;
        return 0;
    }
    if (export_told_by(name, n) == EXPORT_KINDS)
        return mm_fail(e, MM_EBAD, "%s: no bill, no inventory (bytes, accessed, tier) and no measured compression (level, bytes_in, bytes_out, "
                       "cpu_s)", t->name);
    return begin_bill(t->x, &t->bill, t->name, name, n, e);
}

static size_t do_block(void *ctx, int worker, const mm_rows *rows, void *result)
{
    table *t = ctx;
    hand *h = &t->hand[worker];
    wrong *w = result;
    if (t->kind == BILL)
        return spend_work(t->bill.reader, worker, rows, result);
    mm_row r = { rows };
    while (mm_row_next(&r)) {
        mm_str v[LEVEL_COLUMNS] = { 0 };
        const char *why = r.fields == rows->columns ? NULL : "not as many fields as columns";
        for (size_t i = 0; !why && i < t->n_columns; i++)
            v[i] = mm_row_text(&r, t->column[i], &h->scratch[i]);
        if (!why)
            why = t->kind == STORE ? store_row(&h->store, v[0], v[1], v[2]) : levels_row(&h->levels, v);
        if (why && w->n < MOST_TOLD) {
            w->row[w->n] = r.number;
            w->why[w->n] = why;
        }
        w->n += why != NULL;
    }
    return r.number;
}

static int told(void *ctx, uint64_t before, void *result, mm_err *e)
{
    table *t = ctx;
    const wrong *w = result;
    if (t->kind == BILL)
        return spend_told(t->bill.reader, before, result, e);
    for (size_t i = 0; i < w->n && i < MOST_TOLD && t->refused + i < MOST_TOLD; i++)
        mm_app_warn(t->x->app, "%s: row %llu: %s; the row is not counted", t->name, (unsigned long long)(before + w->row[i]), w->why[i]);
    t->refused += w->n;
    return 0;
}

static int advise_rows(table *t, mm_err *e)
{
    hand *all = &t->hand[0];
    for (int i = 1; i < t->x->o->like->workers; i++) {
        store_merge(&all->store, &t->hand[i].store);
        levels_merge(&all->levels, &t->hand[i].levels);
    }
    return t->kind == STORE ? store_advise(t->x, &all->store, e) : levels_advise(t->x, &all->levels, e);
}

int advise_table(advisor *x, mm_bytes *in, mm_err *e)
{
    int workers = x->o->like->workers;
    table t = { .x = x, .name = in->source.name, .hand = calloc((size_t)workers, sizeof(hand)) };
    const mm_scan how = { .workers = workers, .result = spend_result > sizeof(wrong) ? spend_result : sizeof(wrong), .ctx = &t, .begin = begin,
                          .work = do_block, .told = told, .stop = mm_app_stopped };
    uint64_t rows = 0;
    int rc = t.hand ? mm_scan_bytes(&how, in, &rows, e) : mm_fail(e, MM_ESYS, "out of memory");
    if (t.bill.reader) {
        rc = spend_reader_end(t.bill.reader, rows, e) < 0 ? -1 : rc;
        rc = rc == 0 ? advise_bill(x, &t.bill, e) : rc;
        t.refused = t.bill.s.refused;
        spend_free(&t.bill.s);
    } else if (rc == 0 && t.kind != BILL) {
        rc = advise_rows(&t, e);
    }
    x->rows += rows;
    x->refused += t.refused;
    for (int i = 0; t.hand && i < workers; i++) {
        store_free(&t.hand[i].store);
        for (int k = 0; k < LEVEL_COLUMNS; k++)
            mm_buf_free(&t.hand[i].scratch[k]);
    }
    free(t.hand);
    mm_buf_free(&t.bill.by);
    return rc;
}
