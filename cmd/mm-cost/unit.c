#include "unit.h"

#include <string.h>

int unit_plan(spend *s, const char *per, mm_err *e)
{
    const char *slash = strrchr(per, '/'), *why = NULL;
    size_t n = slash ? (size_t)(slash - per) : strlen(per);
    s->per_units = MM_MONEY_ONE;
    if (slash)
        why = mm_money_read(mm_str_of(slash + 1), &s->per_units);
    if (why || s->per_units <= 0)
        return mm_fail(e, MM_EUSAGE, "--per: '%s' is no number above 0; NAME/1000 divides by thousands of NAME", slash + 1);
    if (!n || n >= sizeof s->per)
        return mm_fail(e, MM_EUSAGE, "--per: a name of a column or member must stand there");
    memcpy(s->per, per, n);
    s->per[n] = 0;
    return 0;
}

bool unit_cost(const spend *s, const sums *of, int kind, mm_money *out)
{
    return of->quantity != 0 && mm_money_times(of->cost[kind], s->per_units, out) && mm_money_over(*out, of->quantity, out);
}

typedef struct usage {
    spend *s;
    const char *name;
    size_t by[MOST_LABELS], quantity;
    tally groups;
    mm_buf key, scratch;
} usage;

/* The first row of a block that is wrong. */
typedef struct fault {
    size_t row;
    const char *why;
} fault;

static size_t column_of(const mm_str *name, size_t n, mm_str wanted)
{
    for (size_t i = 0; i < n; i++)
        if (mm_str_eq(name[i], wanted))
            return i;
    return SIZE_MAX;
}

static int begin(void *ctx, const mm_str *name, size_t n, mm_err *e)
{
    usage *u = ctx;
    u->quantity = column_of(name, n, mm_str_of(u->s->per));
    if (u->quantity == SIZE_MAX)
        return mm_fail(e, MM_EBAD, "%s: no column '%s', which --per names", u->name, u->s->per);
    for (size_t i = 0; i < u->s->n_by; i++) {
        const mm_str by = u->s->by[i].name;
        if ((u->by[i] = column_of(name, n, by)) == SIZE_MAX)
            return mm_fail(e, MM_EBAD, "%s: no column '%.*s', which --by names", u->name, (int)by.n, by.p);
    }
    return 0;
}

static const char *add_row(usage *u, const mm_row *r)
{
    sums s = { 0 };
    if (r->fields != r->in->columns)
        return r->fields < r->in->columns ? "fewer fields than columns" : "more fields than columns";
    const char *why = mm_money_read(mm_row_text(r, u->quantity, &u->scratch), &s.quantity);
    if (why || s.quantity < 0)
        return why ? why : "below 0";
    u->key.n = 0;
    for (size_t i = 0; i < u->s->n_by; i++) {
        mm_str v = mm_row_text(r, u->by[i], &u->scratch);
        key_put(&u->key, v.n ? v : (mm_str){ NULL, 0 });
    }
    group *g = u->key.failed ? NULL : tally_find(&u->groups, mm_buf_view(&u->key));
    if (g)
        tally_add(&u->groups, g, &s);
    return g ? NULL : "out of memory";
}

/* One worker: what is wrong is kept for the end of the block. */
static size_t work(void *ctx, int worker, const mm_rows *rows, void *result)
{
    usage *u = ctx;
    mm_row r = { rows };
    fault *left = result;
    while (mm_row_next(&r)) {
        const char *why = left->why ? NULL : add_row(u, &r);
        if (why) {
            left->row = r.number;
            left->why = why;
        }
    }
    return r.number;
}

static int told(void *ctx, uint64_t before, void *result, mm_err *e)
{
    const usage *u = ctx;
    const fault *left = result;
    return !left->why ? 0 : mm_fail(e, MM_EBAD, "%s: row %llu: %s: %s", u->name, (unsigned long long)(before + left->row), u->s->per, left->why);
}

int unit_join(spend *s, const char *file, mm_err *e)
{
    usage u = { .s = s, .name = file };
    uint64_t rows;
    const mm_scan how = { .workers = 1, .result = sizeof(fault), .ctx = &u, .begin = begin, .work = work, .told = told,
                          .stop = mm_app_stopped };
    int rc = mm_scan_file(&how, file, &s->app->bytes_read, &rows, e);
    for (size_t i = 0; rc == 0 && i < u.groups.room; i++)
        if (u.groups.slot[i].key.p && !mm_money_add(&s->total.quantity, u.groups.slot[i].sum.quantity))
            rc = mm_fail(e, MM_EBAD, "%s: a sum does not fit into 128 bits", file);
    tally_merge(&s->groups, &u.groups);
    if (rc == 0 && (s->groups.failed || s->groups.overflow))
        rc = mm_fail(e, s->groups.failed ? MM_ESYS : MM_EBAD, s->groups.failed ? "out of memory" : "a sum does not fit into 128 bits");
    tally_free(&u.groups);
    mm_buf_free(&u.key);
    mm_buf_free(&u.scratch);
    return rc;
}
