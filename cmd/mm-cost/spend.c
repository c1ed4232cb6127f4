#include "answer.h"
#include "ledger.h"
#include "repeats.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "price/when.h"

enum { MOST_TOLD = 8, LONGEST_CURRENCY = 15 };

/* ---- what is asked for ---- */

static int add_label(spend *s, mm_str name, mm_err *e)
{
    static const struct { const char *name; int span; } spans[] = { { "hour", 13 }, { "day", 10 }, { "month", 7 } };
    if (s->n_by == MOST_LABELS)
        return mm_fail(e, MM_EUSAGE, "--by: more than %d names", MOST_LABELS);
    if (!name.n)
        return mm_fail(e, MM_EUSAGE, "--by: a name is empty");
    spend_label *l = &s->by[s->n_by++];
    l->name = name;
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
        if (mm_str_eq(name, mm_str_of(spans[i].name)))
            l->span = spans[i].span;
    s->by_currency |= mm_str_eq(name, MM_STR("BillingCurrency"));
    mm_buf quoted = { 0 };
    mm_json_put(&quoted, name);
    l->tag = quoted.failed ? NULL : mm_path_new(mm_buf_view(&quoted), e);
    mm_buf_free(&quoted);
    return l->tag ? 0 : -1;
}

/* The next of a list with commas. */
static bool next_name(const char **list, mm_str *name)
{
    if (!*list)
        return false;
    const char *end = strchrnul(*list, ',');
    *name = (mm_str){ *list, (size_t)(end - *list) };
    *list = *end ? end + 1 : NULL;
    return true;
}

static int want_cost(spend *s, mm_str name, mm_err *e)
{
    static const char *const words[COST_KINDS] = { "billed", "effective", "list", "contracted" };
    for (int k = 0; k < COST_KINDS; k++)
        if (mm_str_eq(name, mm_str_of(words[k])) || mm_str_eq(name, mm_str_of(cost_names[k]))) {
            s->wanted[k] = true;
            return 0;
        }
    return mm_fail(e, MM_EUSAGE, "--cost: '%.*s' is none of billed, effective, list, contracted", (int)name.n, name.p);
}

int spend_plan(spend *s, const char *by, const char *costs, mm_err *e)
{
    mm_str name;
    for (const char *list = by; next_name(&list, &name);)
        if (add_label(s, name, e) < 0)
            return -1;
    for (const char *list = costs; next_name(&list, &name);)
        if (want_cost(s, name, e) < 0)
            return -1;
    return 0;
}

void spend_free(spend *s)
{
    for (size_t i = 0; i < s->n_by; i++)
        mm_path_free(s->by[i].tag);
    tally_free(&s->groups);
    tally_free(&s->shared);
    mm_buf_free(&s->told);
    restate_free(s->restate);
}

/* ---- a file ---- */

/* One worker's own. */
typedef struct hand {
    tally groups;
    sums total;
    mm_buf key, scratch, tags;
    const mm_rate *rate;   /* the last of a currency that was looked for */
    uint64_t converted;
    bool overflow;
} hand;

typedef struct told {
    size_t row;          /* in its block, from 1 */
    const char *column;
    const char *why;
    char value[48];
} told;

/* What a block leaves. */
typedef struct found {
    char currency[LONGEST_CURRENCY + 1];  /* of its first row */
    size_t other_at;                      /* the first row of another one; 0: none */
    char other[LONGEST_CURRENCY + 1];
    told wrong[MOST_TOLD];
    size_t n_wrong;
    uint64_t *hash;                       /* of every row, where rows that repeat are looked for */
    struct charge { uint64_t slice, charge; } *charge;   /* of every row that counts, where files are held against each other */
    size_t charges, room, rows;
} found;

/* What tells a charge from others, whatever is said of its amount. */
static const char *const telling[] = { "ChargePeriodStart", "ChargePeriodEnd", "SubAccountId", "ServiceName", "SkuId", "SkuPriceId",
    "ResourceId", "RegionId", "ChargeCategory", "ChargeDescription", "PricingCategory", "CommitmentDiscountId", "ConsumedUnit" };
enum { TELLING = sizeof telling / sizeof *telling, TELLING_TIMES = 2 };

struct spend_reader {
    spend *s;
    const char *name;
    export_kind kind;
    size_t cost[COST_KINDS], currency, period, tags, by[MOST_LABELS];  /* columns; SIZE_MAX: none */
    size_t quantity, account, month, telling[TELLING];
    bool convert;        /* to the currency of the book, which has rates */
    bool sliced, ids;    /* keys begin with account and period; rows have an id of their own */
    repeats *repeats;
    hand *hand;
};

const size_t spend_result = sizeof(found);

int spend_begin(void *ctx, const mm_str *name, size_t n, mm_err *e)
{
    spend_reader *f = ctx;
    spend *s = f->s;
    f->kind = export_told_by(name, n);
    if (f->kind == EXPORT_KINDS)
        return mm_fail(e, MM_EBAD, "%s: no bill: among its columns are none of FOCUS (BilledCost), AWS CUR 2.0 "
                       "(line_item_unblended_cost), Azure (meterCategory) or GCP (cost, currency, usage_start_time)", f->name);
    for (int k = 0; k < COST_KINDS; k++) {
        f->cost[k] = s->wanted[k] ? export_column(f->kind, name, n, mm_str_of(cost_names[k])) : SIZE_MAX;
        if (s->wanted[k] && f->cost[k] == SIZE_MAX)
            return mm_fail(e, MM_EBAD, "%s: no column %s, and it reads as %s; --cost chooses others", f->name, cost_names[k],
                           export_name(f->kind));
    }
    f->currency = export_column(f->kind, name, n, MM_STR("BillingCurrency"));
    f->period = export_column(f->kind, name, n, MM_STR("ChargePeriodStart"));
    f->tags = export_column(f->kind, name, n, MM_STR("Tags"));
    size_t rates = 0;
    if (s->book && !s->by_currency)
        mm_book_rates(s->book, MM_PRICED_CURRENCIES, &rates);
    f->convert = rates != 0;
    f->quantity = s->per[0] && !s->usage ? export_column(f->kind, name, n, mm_str_of(s->per)) : SIZE_MAX;
    if (s->per[0] && !s->usage && f->quantity == SIZE_MAX)
        return mm_fail(e, MM_EBAD, "%s: no column '%s', which --per names; --usage FILE has quantities in a table of their own", f->name,
                       s->per);
    f->account = export_column(f->kind, name, n, MM_STR("BillingAccountId"));
    f->month = export_column(f->kind, name, n, MM_STR("BillingPeriodStart"));
    f->sliced = s->restate && f->account != SIZE_MAX && f->month != SIZE_MAX && f->period != SIZE_MAX;
    f->ids = f->kind == EXPORT_AWS_CUR && export_column(f->kind, name, n, MM_STR("identity_line_item_id")) != SIZE_MAX;
    for (size_t i = 0; i < TELLING; i++)
        f->telling[i] = export_column(f->kind, name, n, mm_str_of(telling[i]));
    if (f->currency == SIZE_MAX)
        return mm_fail(e, MM_EBAD, "%s: no column BillingCurrency: amounts of an unknown currency are not added up", f->name);
    for (size_t i = 0; i < s->n_by; i++) {
        f->by[i] = s->by[i].span ? f->period : export_column(f->kind, name, n, s->by[i].name);
        if (f->by[i] == SIZE_MAX && (s->by[i].span || f->tags == SIZE_MAX))
            return mm_fail(e, MM_EBAD, "%s: no column '%.*s', and no column Tags where a tag could be so called", f->name,
                           (int)s->by[i].name.n, s->by[i].name.p);
    }
    return 0;
}

static void note_wrong(found *out, size_t row, const char *column, const char *why, mm_str value)
{
    if (out->n_wrong < MOST_TOLD) {
        told *t = &out->wrong[out->n_wrong];
        *t = (told){ .row = row, .column = column, .why = why };
        size_t n = value.n < sizeof t->value - 1 ? value.n : sizeof t->value - 1;
        if (n)
            memcpy(t->value, value.p, n);
    }
    out->n_wrong++;
}

static bool none(mm_str v)
{
    return v.n == 0 || (v.n == 4 && memcmp(v.p, "NULL", 4) == 0);
}

/* 2024-09-18, then nothing, a blank or a T and the hour. */
static bool is_time(mm_str v, int span)
{
    static const char form[] = "0000-00-00T00";
    for (int i = 0; i < span; i++)
        if ((size_t)i >= v.n || (form[i] == '0' ? v.p[i] < '0' || v.p[i] > '9'
                                 : form[i] == 'T' ? v.p[i] != 'T' && v.p[i] != ' ' : v.p[i] != form[i]))
            return false;
    return true;
}

/* In UTC, where it has another offset: days are those of the bill, and a clock change moves none of them. */
static mm_str in_utc(mm_str v, mm_buf *scratch)
{
    int64_t t;
    if (v.n < 20 || (v.p[v.n - 6] != '+' && v.p[v.n - 6] != '-' && v.p[v.n - 5] != '+' && v.p[v.n - 5] != '-') || !mm_when_read(v, &t))
        return v;
    scratch->n = 0;
    mm_when_put(scratch, t, false);
    return mm_buf_view(scratch);
}

/* The label of a row; *why where there must be one and is not. */
static mm_str label_of(const spend_reader *f, hand *h, const mm_row *r, size_t i, const char **why)
{
    const spend_label *l = &f->s->by[i];
    mm_str v = { NULL, 0 };
    if (f->by[i] != SIZE_MAX) {
        v = mm_row_text(r, f->by[i], &h->scratch);
        if (l->span && !is_time(v, l->span))
            *why = "no time such as 2024-09-18T22:00:00Z";
        else if (l->span)
            v = in_utc(v, &h->tags);
        v.n = l->span && !*why ? (size_t)l->span : v.n;
    } else {
        mm_value tag;
        mm_str tags = mm_row_text(r, f->tags, &h->scratch);
        if (none(tags) || mm_json_find(tags, l->tag, &tag) <= 0 || tag.type == MM_JSON_NULL)
            return (mm_str){ NULL, 0 };
        v = tag.type == MM_JSON_STRING ? mm_json_text(tag.raw, &h->tags) : tag.raw;
    }
    return none(v) ? (mm_str){ NULL, 0 } : v;
}

/* Read the amounts of a row; false where one is refused. */
static bool read_costs(const spend_reader *f, const mm_row *r, sums *out, found *left)
{
    mm_buf unused = { 0 };
    for (int k = 0; k < COST_KINDS; k++) {
        if (f->cost[k] == SIZE_MAX)
            continue;
        mm_str text = mm_row_text(r, f->cost[k], &unused);
        const char *why = none(text) ? "null, which FOCUS does not allow" : mm_money_read(text, &out->cost[k]);
        if (why) {
            note_wrong(left, r->number, cost_names[k], why, text);
            return false;
        }
    }
    mm_str text = f->quantity != SIZE_MAX ? mm_row_text(r, f->quantity, &unused) : (mm_str){ NULL, 0 };
    const char *why = none(text) ? NULL : mm_money_read(text, &out->quantity);
    if (why)
        note_wrong(left, r->number, f->s->per, why, text);
    return !why;
}

/* The rate of a currency on the day of a row; NULL where there is none. */
static const mm_rate *rate_of(const spend_reader *f, hand *h, const mm_row *r, mm_str currency)
{
    int64_t t;
    mm_buf scratch = { 0 };
    mm_str when = f->period != SIZE_MAX ? mm_row_text(r, f->period, &scratch) : (mm_str){ NULL, 0 };
    bool ok = when.p && mm_when_read(when, &t);
    mm_buf_free(&scratch);
    if (!ok)
        return NULL;
    if (!h->rate || t < h->rate->of.from || t >= h->rate->of.until || !mm_str_eq(currency, mm_str_of(h->rate->of.name)))
        h->rate = mm_book_rate(f->s->book, MM_PRICED_CURRENCIES, currency, MM_STR("any"), MM_ON_DEMAND, t);
    return h->rate;
}

/* Amounts in the currency of the book. */
static bool convert(const spend_reader *f, hand *h, const mm_row *r, mm_str currency, sums *s, found *left)
{
    if (mm_str_eq(currency, mm_str_of(mm_book_currency(f->s->book))))
        return true;
    const mm_rate *rate = rate_of(f, h, r, currency);
    if (!rate) {
        note_wrong(left, r->number, "BillingCurrency", "a currency that the price book has no rate of on the day of ChargePeriodStart", currency);
        return false;
    }
    for (int k = 0; k < COST_KINDS; k++)
        h->overflow |= !mm_money_times(s->cost[k], rate->price[MM_PRICE_RATE], &s->cost[k]);
    h->converted++;
    return true;
}

/* Is the currency that of the block so far? Notes the first that is not. */
static bool read_currency(const spend_reader *f, hand *h, const mm_row *r, sums *s, found *left)
{
    mm_str c = mm_row_text(r, f->currency, &h->scratch);
    if (none(c) || c.n > LONGEST_CURRENCY) {
        note_wrong(left, r->number, "BillingCurrency", "no currency", c);
        return false;
    }
    if (f->convert) {
        strcpy(left->currency, mm_book_currency(f->s->book));
        return convert(f, h, r, c, s, left);
    }
    if (!left->currency[0])
        memcpy(left->currency, c.p, c.n);
    else if (!left->other_at && (strlen(left->currency) != c.n || memcmp(left->currency, c.p, c.n) != 0)) {
        left->other_at = r->number;
        memcpy(left->other, c.p, c.n);
    }
    return true;
}

/* 2024-09-18 22, whatever stands between and behind. */
static uint64_t hash_time(mm_str v, uint64_t seed)
{
    return is_time(v, 13) ? XXH3_64bits_withSeed(v.p + 11, 2, XXH3_64bits_withSeed(v.p, 10, seed)) : XXH3_64bits_withSeed(v.p, v.n, seed);
}

static uint64_t hash_charge(const spend_reader *f, hand *h, const mm_row *r)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < TELLING; i++) {
        mm_str v = f->telling[i] != SIZE_MAX ? mm_row_text(r, f->telling[i], &h->scratch) : (mm_str){ "", 0 };
        v = none(v) ? (mm_str){ "", 0 } : v;
        hash = i < TELLING_TIMES ? hash_time(v, hash) : XXH3_64bits_withSeed(v.p, v.n, hash);
    }
    return hash;
}

/* Begin the key with account and period, and note the charge. */
static bool put_slice(const spend_reader *f, hand *h, const mm_row *r, found *left)
{
    if (left->charges == left->room) {
        size_t room = left->room ? 2 * left->room : 1024;
        struct charge *more = realloc(left->charge, room * sizeof *more);
        if (!more)
            return false;
        left->charge = more;
        left->room = room;
    }
    mm_str account = mm_row_text(r, f->account, &h->scratch);
    key_put(&h->key, none(account) ? (mm_str){ NULL, 0 } : account);
    mm_str month = mm_row_text(r, f->month, &h->scratch);
    month.n = is_time(month, 10) ? 10 : month.n;
    key_put(&h->key, none(month) ? (mm_str){ NULL, 0 } : month);
    left->charge[left->charges++] = (struct charge){ XXH3_64bits(h->key.p, h->key.n), hash_charge(f, h, r) };
    return true;
}

static void read_row(const spend_reader *f, hand *h, const mm_row *r, found *left)
{
    sums s = { .rows = 1 };
    if (r->fields != r->in->columns) {
        note_wrong(left, r->number, NULL, r->fields < r->in->columns ? "fewer fields than columns" : "more fields than columns",
                   (mm_str){ NULL, 0 });
        return;
    }
    const uint64_t converted = h->converted;
    if (!read_costs(f, r, &s, left) || !read_currency(f, h, r, &s, left))
        return;
    h->key.n = 0;
    size_t charges = left->charges;
    if (f->sliced && !put_slice(f, h, r, left)) {
        h->groups.failed = true;
        return;
    }
    for (size_t i = 0; i < f->s->n_by; i++) {
        const char *why = NULL;
        mm_str v = label_of(f, h, r, i, &why);
        if (why) {
            note_wrong(left, r->number, "ChargePeriodStart", why, v);
            left->charges = charges;
            h->converted = converted;
            return;
        }
        key_put(&h->key, v);
    }
    group *g = tally_find(&h->groups, mm_buf_view(&h->key));
    if (!g)
        return;
    tally_add(&h->groups, g, &s);
    for (int k = 0; k < COST_KINDS; k++)
        h->overflow |= !mm_money_add(&h->total.cost[k], s.cost[k]);
    h->overflow |= !mm_money_add(&h->total.quantity, s.quantity);
    h->total.rows++;
}

size_t spend_work(void *ctx, int worker, const mm_rows *rows, void *result)
{
    const spend_reader *f = ctx;
    found *left = result;
    mm_row r = { rows };
    if (f->repeats && !(left->hash = malloc((rows->n_end + 1) * sizeof *left->hash)))
        f->hand[worker].groups.failed = true;
    while (mm_row_next(&r)) {
        if (left->hash)
            left->hash[r.number - 1] = XXH3_64bits(r.whole.p, r.whole.n);
        read_row(f, &f->hand[worker], &r, result);
    }
    left->rows = r.number;
    return r.number;
}

static void say_wrong(const spend_reader *f, uint64_t before, const told *t)
{
    if (t->column)
        mm_app_warn(f->s->app, "%s: row %llu: %s: %s%s%s%s; the row is not counted", f->name, (unsigned long long)(before + t->row),
                    t->column, t->value[0] ? "'" : "", t->value, t->value[0] ? "' is " : "", t->why);
    else
        mm_app_warn(f->s->app, "%s: row %llu: %s; the row is not counted", f->name, (unsigned long long)(before + t->row), t->why);
}

/* Take what a block says of its rows one by one, and free it. */
static int take_rows(const spend_reader *f, uint64_t before, found *x, mm_err *e)
{
    int rc = x->hash ? repeats_add(f->repeats, x->hash, x->rows, before, e) : 0;
    for (size_t i = 0; i < x->charges && rc == 0; i++)
        if (!restate_see(f->s->restate, x->charge[i].slice, x->charge[i].charge))
            rc = mm_fail(e, MM_ESYS, "out of memory");
    free(x->hash);
    free(x->charge);
    return rc;
}

int spend_told(void *ctx, uint64_t before, void *result, mm_err *e)
{
    const spend_reader *f = ctx;
    spend *s = f->s;
    found *x = result;
    if (take_rows(f, before, x, e) < 0)
        return -1;
    for (size_t i = 0; i < x->n_wrong && i < MOST_TOLD && s->refused + i < MOST_TOLD; i++)
        say_wrong(f, before, &x->wrong[i]);
    s->refused += x->n_wrong;
    if (s->by_currency || !x->currency[0])
        return 0;
    const char *other = x->other_at ? x->other : NULL;
    uint64_t at = before + (x->other_at ? x->other_at : 1);
    if (!s->currency[0])
        memcpy(s->currency, x->currency, sizeof s->currency);
    else if (strcmp(s->currency, x->currency) != 0)
        other = x->currency;
    return !other ? 0 : mm_fail(e, MM_EBAD, "%s: row %llu or near: %s after %s: amounts of several currencies do not add up; "
                                "--by BillingCurrency keeps them apart", f->name, (unsigned long long)at, other, s->currency);
}

static int gather(spend_reader *f, mm_err *e)
{
    spend *s = f->s;
    bool failed = false;
    tally apart = { 0 }, *to = f->sliced ? &apart : &s->groups;
    for (int i = 0; i < s->workers; i++) {
        hand *h = &f->hand[i];
        tally_merge(to, &h->groups);
        for (int k = 0; k < COST_KINDS; k++)
            h->overflow |= !mm_money_add(&s->total.cost[k], h->total.cost[k]);
        h->overflow |= !mm_money_add(&s->total.quantity, h->total.quantity);
        s->total.rows += h->total.rows;
        s->converted += h->converted;
        failed |= to->failed || h->groups.failed || h->key.failed || h->scratch.failed || h->tags.failed;
        if (h->overflow || to->overflow) {
            tally_free(&apart);
            return mm_fail(e, MM_EBAD, "%s: a sum does not fit into 128 bits", f->name);
        }
    }
    cost_kind first = COST_BILLED;
    while (first < COST_KINDS - 1 && !s->wanted[first])
        first++;
    int rc = failed ? mm_fail(e, MM_ESYS, "out of memory") : f->sliced ? restate_take(s->restate, f->name, &apart, first, s->currency, e) : 0;
    tally_free(&apart);
    return rc;
}

static int check_repeats(const spend_reader *f, mm_err *e)
{
    repeated same;
    mm_buf which = { 0 };
    if (repeats_end(f->repeats, &same, e) < 0)
        return -1;
    if (!same.rows)
        return 0;
    for (size_t i = 0; i < same.n; i++)
        mm_buf_printf(&which, "%s%llu as %llu", i ? ", " : "", (unsigned long long)same.pair[i].again, (unsigned long long)same.pair[i].first);
    mm_buf_printf(&which, "%s", same.rows > same.n ? ", ..." : "");
    int rc = 0;
    if (f->ids || f->s->refuse_repeats)
        rc = mm_fail(e, MM_EBAD, "%s: rows are there twice, to the last byte: %llu (row %.*s)%s", f->name, (unsigned long long)same.rows,
                     (int)which.n, which.p, f->ids ? ", though each has an id of its own" : "");
    else
        mm_app_warn(f->s->app, "%s: rows are there twice, to the last byte: %llu (row %.*s); all are counted, as bills without ids of rows "
                    "may hold them; --repeated refuse takes no such file", f->name, (unsigned long long)same.rows, (int)which.n, which.p);
    mm_buf_free(&which);
    return rc;
}

spend_reader *spend_reader_new(spend *s, const char *name)
{
    spend_reader *f = calloc(1, sizeof *f);
    hand *h = calloc((size_t)s->workers, sizeof *h);
    if (!f || !h) {
        free(f);
        free(h);
        return NULL;
    }
    repeats *r = s->repeats ? repeats_new() : NULL;
    if (s->repeats && !r) {
        free(f);
        free(h);
        return NULL;
    }
    *f = (spend_reader){ .s = s, .repeats = r, .name = strcmp(name, "-") == 0 ? "standard input" : name, .hand = h };
    return f;
}

int spend_reader_end(spend_reader *f, uint64_t rows, mm_err *e)
{
    int rc = e->code ? -1 : gather(f, e);
    if (rc == 0 && f->repeats)
        rc = check_repeats(f, e);
    repeats_free(f->repeats);
    f->s->rows += rows;
    for (int i = 0; i < f->s->workers; i++) {
        hand *h = &f->hand[i];
        tally_free(&h->groups);
        mm_buf_free(&h->key);
        mm_buf_free(&h->scratch);
        mm_buf_free(&h->tags);
    }
    free(f->hand);
    free(f);
    return rc;
}

static int read_bill(spend *s, mm_bytes *in, mm_err *e)
{
    spend_reader *f = spend_reader_new(s, in->source.name);
    if (!f)
        return mm_fail(e, MM_ESYS, "out of memory");
    const mm_scan how = { .workers = s->workers, .result = spend_result, .ctx = f, .begin = spend_begin, .work = spend_work,
                          .told = spend_told, .stop = mm_app_stopped };
    uint64_t rows = 0;
    mm_scan_bytes(&how, in, &rows, e);
    return spend_reader_end(f, rows, e);
}

int spend_bytes(spend *s, mm_bytes *in, mm_err *e)
{
    mm_str head;
    if (mm_bytes_head(in, &head, e) < 0)
        return -1;
    if (!head.n || head.p[0] != '{')
        return read_bill(s, in, e);
    return answer_told_by(head) ? answer_spend(s, in, e) : ledger_read(s, in, e);
}

int spend_file(spend *s, const char *name, mm_err *e)
{
    mm_bytes in;
    if (mm_bytes_open(&in, name, &s->app->bytes_read, e) < 0)
        return -1;
    int rc = spend_bytes(s, &in, e);
    mm_bytes_close(&in);
    return rc;
}

int spend_end(spend *s, mm_err *e)
{
    if (s->restate && restate_end(s->restate, &s->groups, &s->gone, e) < 0)
        return -1;
    for (int k = 0; k < COST_KINDS; k++)
        s->total.cost[k] -= s->gone.cost[k];
    s->total.quantity -= s->gone.quantity;
    s->total.rows -= s->gone.rows;
    return 0;
}

int spend_reconcile(const spend *s, mm_err *e)
{
    sums of = { 0 };
    for (size_t i = 0; i < s->groups.room; i++)
        if (s->groups.slot[i].key.p) {
            of.rows += s->groups.slot[i].sum.rows;
            for (int k = 0; k < COST_KINDS; k++)
                mm_money_add(&of.cost[k], s->groups.slot[i].sum.cost[k]);
        }
    if (of.rows == s->total.rows && memcmp(of.cost, s->total.cost, sizeof of.cost) == 0 && s->rows == of.rows + s->refused + s->gone.rows)
        return 0;
    return mm_fail(e, MM_ESYS, "internal error: the groups do not add up to the rows");
}
