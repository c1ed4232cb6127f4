#include "validate.h"

#include <stdlib.h>
#include <string.h>

#include "focus.h"
#include "table/scan.h"
#include "price/when.h"

enum { MOST_COLUMNS = 128, MOST_RULES = 8 };

/* What a column can break; a rule over several columns is told at the first. */
enum rule { RULE_VALUE, RULE_NULL, RULE_TIME_FORM, RULE_ORDER, RULE_TOGETHER, RULE_FIELDS };

/* How often, and where first. */
typedef struct breach {
    uint64_t n, row;
    const char *why;
    char value[48];
} breach;

typedef struct findings {
    breach of[MOST_COLUMNS][MOST_RULES];
    uint64_t rows;      /* with any breach */
    uint64_t last;      /* the latest of them */
} findings;

typedef struct check {
    mm_app *app;
    const char *name;
    const focus_column *column[MOST_COLUMNS];   /* of the file's columns; NULL: none of FOCUS */
    char *title[MOST_COLUMNS];
    size_t n;
    size_t at[64];      /* of focus_columns in the file; SIZE_MAX: missing */
    findings total;
    mm_buf out;
} check;

/* Both ends of a period; a value that must be there exactly when another is. */
static const struct { const char *from, *to; } periods[] = {
    { "BillingPeriodStart", "BillingPeriodEnd" }, { "ChargePeriodStart", "ChargePeriodEnd" } };
static const struct { const char *a, *b; bool both; } pairs[] = {
    { "CommitmentDiscountId", "CommitmentDiscountCategory", true }, { "CommitmentDiscountName", "CommitmentDiscountId", false },
    { "CommitmentDiscountStatus", "CommitmentDiscountId", false }, { "ConsumedQuantity", "ConsumedUnit", true },
    { "PricingQuantity", "PricingUnit", true }, { "ResourceName", "ResourceId", false }, { "SubAccountName", "SubAccountId", false },
    { "RegionName", "RegionId", false }, { "ContractedUnitPrice", "PricingUnit", false }, { "ListUnitPrice", "PricingUnit", false } };

static size_t index_of(const check *c, const char *name)
{
    for (size_t i = 0; i < focus_n_columns; i++)
        if (strcmp(focus_columns[i].name, name) == 0)
            return c->at[i];
    return SIZE_MAX;
}

static int begin(void *ctx, const mm_str *name, size_t n, mm_err *e)
{
    check *c = ctx;
    if (n > MOST_COLUMNS)
        return mm_fail(e, MM_EBAD, "%s: more than %d columns", c->name, MOST_COLUMNS);
    memset(c->at, 0xff, sizeof c->at);
    c->n = n;
    for (size_t i = 0; i < n; i++) {
        c->column[i] = NULL;
        c->title[i] = strndup(name[i].p, name[i].n);
        if (!c->title[i])
            return mm_fail(e, MM_ESYS, "out of memory");
        for (size_t k = 0; k < focus_n_columns; k++)
            if (mm_str_eq(name[i], mm_str_of(focus_columns[k].name))) {
                if (c->at[k] != SIZE_MAX)
                    mm_buf_printf(&c->out, "%s: %s: the column is there twice\n", c->name, focus_columns[k].name);
                c->column[i] = &focus_columns[k];
                c->at[k] = i;
            }
    }
    return 0;
}

static void note(findings *f, size_t column, enum rule rule, const mm_row *r, const char *why, mm_str value)
{
    breach *b = &f->of[column][rule];
    if (!b->n++) {
        b->row = r->number;
        b->why = why;
        size_t n = value.n < sizeof b->value - 1 ? value.n : sizeof b->value - 1;
        if (n)
            memcpy(b->value, value.p, n);
    }
    f->rows += f->last != r->number;
    f->last = r->number;
}

static bool null(mm_str v)
{
    return v.n == 0 || (v.n == 4 && memcmp(v.p, "NULL", 4) == 0);
}

static void check_columns(const check *c, const mm_row *r, findings *f, mm_buf *scratch)
{
    for (size_t i = 0; i < c->n; i++) {
        const focus_column *k = c->column[i];
        bool form = true;
        if (!k)
            continue;
        mm_str v = mm_row_text(r, i, scratch);
        if (null(v)) {
            if (!k->nullable)
                note(f, i, RULE_NULL, r, "null, where FOCUS wants a value", (mm_str){ NULL, 0 });
            continue;
        }
        const char *why = focus_check(k, v, &form);
        if (why)
            note(f, i, RULE_VALUE, r, why, v);
        if (!form)
            note(f, i, RULE_TIME_FORM, r, "not written as 2024-09-18T22:00:00Z", v);
    }
}

static void check_relations(const check *c, const mm_row *r, findings *f, mm_buf *a, mm_buf *b)
{
    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++) {
        size_t from = index_of(c, periods[i].from), to = index_of(c, periods[i].to);
        int64_t s, t;
        if (from != SIZE_MAX && to != SIZE_MAX && mm_when_read(mm_row_text(r, from, a), &s) && mm_when_read(mm_row_text(r, to, b), &t) && s >= t)
            note(f, from, RULE_ORDER, r, "not before the end of its period", mm_row_text(r, from, a));
    }
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        size_t x = index_of(c, pairs[i].a), y = index_of(c, pairs[i].b);
        if (x == SIZE_MAX || y == SIZE_MAX)
            continue;
        bool has_x = !null(mm_row_text(r, x, a)), has_y = !null(mm_row_text(r, y, b));
        if (has_x && !has_y)
            note(f, x, RULE_TOGETHER, r, pairs[i].b, mm_row_text(r, x, a));
        if (pairs[i].both && has_y && !has_x)
            note(f, y, RULE_TOGETHER, r, pairs[i].a, mm_row_text(r, y, b));
    }
}

static size_t work(void *ctx, int worker, const mm_rows *rows, void *result)
{
    const check *c = ctx;
    findings *f = result;
    mm_buf a = { 0 }, b = { 0 };
    mm_row r = { rows };
    while (mm_row_next(&r)) {
        if (r.fields != rows->columns) {
            note(f, 0, RULE_FIELDS, &r, r.fields < rows->columns ? "fewer fields than columns" : "more fields than columns",
                 (mm_str){ NULL, 0 });
            continue;
        }
        check_columns(c, &r, f, &a);
        check_relations(c, &r, f, &a, &b);
    }
    mm_buf_free(&a);
    mm_buf_free(&b);
    return r.number;
}

static int told(void *ctx, uint64_t before, void *result, mm_err *e)
{
    check *c = ctx;
    const findings *f = result;
    for (size_t i = 0; i < c->n; i++)
        for (int k = 0; k < MOST_RULES; k++) {
            breach *b = &c->total.of[i][k];
            uint64_t n = b->n + f->of[i][k].n;
            if (!b->n && f->of[i][k].n) {
                *b = f->of[i][k];
                b->row += before;
            }
            b->n = n;
        }
    c->total.rows += f->rows;
    return 0;
}

static void tell_breach(check *c, size_t i, int rule)
{
    const breach *b = &c->total.of[i][rule];
    if (!b->n)
        return;
    mm_buf_printf(&c->out, "%s: row %llu: ", c->name, (unsigned long long)b->row);
    if (rule != RULE_FIELDS)
        mm_buf_printf(&c->out, "%s: ", c->title[i]);
    if (b->value[0])
        mm_buf_printf(&c->out, "'%s' is ", b->value);
    mm_buf_printf(&c->out, rule == RULE_TOGETHER ? "there, and %s is null" : "%s", b->why);
    if (b->n > 1)
        mm_buf_printf(&c->out, "; so in %llu rows", (unsigned long long)b->n);
    mm_buf_byte(&c->out, '\n');
}

/* Columns that must be there, and those that are no part of FOCUS and do not say so. */
static size_t tell_names(check *c)
{
    size_t missing = 0;
    for (size_t k = 0; k < focus_n_columns; k++)
        if (focus_columns[k].required && c->at[k] == SIZE_MAX) {
            mm_buf_printf(&c->out, "%s: %s: the column is missing\n", c->name, focus_columns[k].name);
            missing++;
        }
    for (size_t i = 0; i < c->n; i++)
        if (!c->column[i] && strncmp(c->title[i], "x_", 2) != 0)
            mm_buf_printf(&c->out, "%s: %s: no column of FOCUS 1.0 to 1.2; columns of one's own begin with x_\n", c->name, c->title[i]);
    return missing;
}

static int check_file(mm_app *a, const char *name, mm_err *e)
{
    check *c = calloc(1, sizeof *c);
    if (!c)
        return mm_fail(e, MM_ESYS, "out of memory");
    c->app = a;
    c->name = strcmp(name, "-") == 0 ? "standard input" : name;
    const mm_scan how = { .workers = (int)a->workers, .result = sizeof(findings), .ctx = c, .begin = begin, .work = work, .told = told,
                          .stop = mm_app_stopped };
    uint64_t rows = 0;
    int rc = mm_scan_file(&how, name, &a->bytes_read, &rows, e);
    if (rc == 0) {
        size_t missing = tell_names(c);
        for (size_t i = 0; i < c->n; i++)
            for (int k = 0; k < MOST_RULES; k++)
                tell_breach(c, i, k);
        if (!missing && !c->total.rows && !c->out.n)
            mm_buf_printf(&c->out, "%s: %llu rows keep the rules of FOCUS\n", c->name, (unsigned long long)rows);
        a->totals.in += rows;
        a->totals.bad += c->total.rows;
        a->totals.out += rows - c->total.rows;
        a->totals.inputs_bad += missing > 0;
        rc = mm_app_write(a, &c->out, e);
    }
    for (size_t i = 0; i < c->n; i++)
        free(c->title[i]);
    mm_buf_free(&c->out);
    free(c);
    return rc;
}

int validate_run(mm_app *a, const char *const *file, size_t n, mm_err *e)
{
    for (size_t i = 0; i < n && !mm_app_stopped(); i++)
        if (check_file(a, file[i], e) < 0)
            return -1;
    return 0;
}
