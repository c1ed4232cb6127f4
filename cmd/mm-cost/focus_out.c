#include "focus_out.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "price/when.h"
#include "table/put.h"

enum { FLUSH = 64 << 10 };

enum member { TOOL, STAGE, RUN, TRACE, POLICY, END, WALL, CPU, MODEL, MEMBERS };
static const char *const member_names[MEMBERS] = { "tool", "stage", "run", "trace", "policy", "end", "wall_s", "cpu_s", "machine.model" };

static const char heading[] =
    "BilledCost,EffectiveCost,ListCost,ContractedCost,BillingCurrency,BillingAccountId,BillingAccountName,BillingPeriodStart,"
    "BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ChargeClass,ChargeDescription,ChargeFrequency,"
    "ConsumedQuantity,ConsumedUnit,PricingQuantity,PricingUnit,PricingCategory,InvoiceIssuerName,ProviderName,PublisherName,"
    "RegionId,RegionName,ResourceId,ResourceName,ResourceType,ServiceCategory,ServiceName,SkuId,SkuPriceId,SubAccountId,"
    "SubAccountName,Tags\n";

struct focus_out {
    mm_outfile file;
    mm_path *path[MEMBERS];
    mm_buf out, text, tags;
    bool failed;
    mm_err why;
};

focus_out *focus_out_new(const char *file, mm_err *e)
{
    focus_out *f = calloc(1, sizeof *f);
    if (!f) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    f->file.fd = -1;
    bool ok = mm_outfile_open(&f->file, file, e) == 0;
    for (int i = 0; ok && i < MEMBERS; i++)
        ok = (f->path[i] = mm_path_new(mm_str_of(member_names[i]), e)) != NULL;
    if (!ok) {
        focus_out_free(f);
        return NULL;
    }
    mm_buf_str(&f->out, mm_str_of(heading));
    return f;
}

void focus_out_free(focus_out *f)
{
    if (!f)
        return;
    mm_outfile_discard(&f->file);
    for (int i = 0; i < MEMBERS; i++)
        mm_path_free(f->path[i]);
    mm_buf_free(&f->out);
    mm_buf_free(&f->text);
    mm_buf_free(&f->tags);
    free(f);
}

static void field(focus_out *f, mm_str v)
{
    mm_csv_put(&f->out, v.n ? v : (mm_str){ NULL, 0 });
    mm_buf_byte(&f->out, ',');
}

static void field_time(focus_out *f, int64_t t)
{
    mm_when_put(&f->out, t, false);
    mm_buf_byte(&f->out, ',');
}

static void field_text(focus_out *f, const mm_value *v)
{
    field(f, v->raw.p && v->type == MM_JSON_STRING ? mm_json_text(v->raw, &f->text) : v->raw);
}

/* Behind the last second in which it ran. */
static int64_t end_of(focus_out *f, const mm_value *v, int64_t start)
{
    int64_t end = start;
    mm_money wall = 0;
    if (!v[END].raw.p || v[END].type != MM_JSON_STRING || !mm_when_read(mm_json_text(v[END].raw, &f->text), &end))
        end = v[WALL].raw.p && !mm_money_read(v[WALL].raw, &wall) ? start + (int64_t)(wall / MM_MONEY_ONE) + 1 : start;
    return (end < start ? start : end) + 1;
}

/* Where it is from: what --by finds in Tags. */
static mm_str tags_of(focus_out *f, const mm_value *v)
{
    mm_buf *b = &f->tags;
    b->n = 0;
    for (int i = TOOL; i <= POLICY; i++)
        if (v[i].raw.p && v[i].type == MM_JSON_STRING) {
            mm_buf_printf(b, "%c\"%s\":", b->n ? ',' : '{', member_names[i]);
            mm_buf_str(b, v[i].raw);
        }
    if (b->n)
        mm_buf_byte(b, '}');
    return mm_buf_view(b);
}

static void put_costs(focus_out *f, mm_money cost, const char *currency)
{
    for (int i = 0; i < 4; i++) {
        mm_money_put(&f->out, cost, 2);
        mm_buf_byte(&f->out, ',');
    }
    field(f, mm_str_of(currency));
}

static void put_periods(focus_out *f, const mm_value *v, int64_t start)
{
    field_time(f, mm_month_of(start));
    field_time(f, mm_month_after(start));
    field_time(f, start);
    field_time(f, end_of(f, v, start));
}

bool focus_out_line(focus_out *f, mm_str line, int64_t start, mm_money cost, const char *currency, const char *region, mm_purchase purchase)
{
    static const char *const categories[MM_PURCHASES] = { [MM_ON_DEMAND] = "Standard", [MM_SPOT] = "Dynamic", [MM_RESERVED] = "Committed",
                                                          [MM_COMMITTED] = "Committed" };
    mm_value v[MEMBERS] = { 0 };
    const mm_str none = { NULL, 0 }, us = MM_STR("mmtools");
    if (f->failed || mm_json_find_many(line, (const mm_path *const *)f->path, MEMBERS, v) < 0)
        return !f->failed;
    bool used = v[CPU].raw.p && v[CPU].type == MM_JSON_NUMBER, run = v[RUN].raw.p && v[RUN].type == MM_JSON_STRING;
    put_costs(f, cost, currency);
    field(f, us);
    field(f, none);
    put_periods(f, v, start);
    field(f, MM_STR("Usage"));
    field(f, none);
    field_text(f, &v[TOOL]);
    field(f, MM_STR("Usage-Based"));
    field(f, used ? v[CPU].raw : none);
    field(f, used ? MM_STR("Seconds") : none);
    field(f, none);
    field(f, none);
    field(f, mm_str_of(categories[purchase]));
    field(f, us);
    field(f, us);
    field(f, us);
    field(f, strcmp(region, "any") == 0 ? none : mm_str_of(region));
    field(f, none);
    field_text(f, &v[RUN]);
    field_text(f, run ? &v[STAGE] : &v[RUN]);
    field_text(f, &v[MODEL]);
    field(f, MM_STR("Analytics"));
    field(f, us);
    for (int i = 0; i < 4; i++)
        field(f, none);
    mm_csv_put(&f->out, tags_of(f, v));
    mm_buf_byte(&f->out, '\n');
    f->failed = f->text.failed || f->tags.failed || f->out.failed;
    if (!f->failed && f->out.n >= FLUSH) {
        f->failed = mm_outfile_write(&f->file, mm_buf_view(&f->out), &f->why) < 0;
        f->out.n = 0;
    }
    return !f->failed;
}

int focus_out_end(focus_out *f, mm_err *e)
{
    if (f->failed) {
        *e = f->why;
        return f->why.code ? -1 : mm_fail(e, MM_ESYS, "out of memory");
    }
    return mm_outfile_write(&f->file, mm_buf_view(&f->out), e) < 0 ? -1 : mm_outfile_commit(&f->file, e);
}
