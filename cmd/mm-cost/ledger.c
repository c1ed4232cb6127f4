#include "ledger.h"

#include <stdlib.h>
#include <string.h>

#include "price/when.h"

enum { MOST_TOLD = 8 };
#define LONGEST_LINE ((size_t)16 << 20)

/* What a line is priced by, found in one pass. */
enum field { FIELD_START, FIELD_WALL, FIELD_CPU, FIELD_MEMORY, FIELD_MODEL, FIELD_QUANTITY, FIELDS };

struct ledger {
    spend *s;
    const char *name;
    mm_path *path[FIELDS + MOST_LABELS];
    mm_buf key, scratch;
    uint64_t line;
    bool ended;      /* whoever is told of lines wants no more */
    mm_buf text;     /* the beginning of a line whose end has not come yet */
};

static int open_paths(ledger *l, mm_err *e)
{
    static const char *const of[FIELDS] = { "start", "wall_s", "cpu_s", "peak_rss_bytes", "machine.model" };
    for (int i = 0; i < FIELDS; i++) {
        bool per = i == FIELD_QUANTITY && l->s->per[0] && !l->s->usage;
        if (!(l->path[i] = mm_path_new(mm_str_of(per ? l->s->per : of[i] ? of[i] : "start"), e)))
            return -1;
    }
    for (size_t i = 0; i < l->s->n_by; i++)
        if (!l->s->by[i].span && !(l->path[FIELDS + i] = mm_path_new(l->s->by[i].name, e)))
            return -1;
    return 0;
}

/* amount of `unit`s (3600 seconds, 2^30 byte-hours) at a price for one; false where a sum does not fit. */
static bool at_price(mm_money amount, mm_money unit, mm_money price, mm_money *sum)
{
    mm_money cost;
    return mm_money_times(amount, price, &cost) && mm_money_over(cost, unit, &cost) && mm_money_add(sum, cost);
}

mm_purchase spend_purchase(const spend *s)
{
    mm_purchase p = MM_ON_DEMAND;
    while (p < MM_PURCHASES - 1 && strcmp(s->purchase, mm_purchase_name[p]) != 0)
        p++;
    return p;
}

/* What the stage cost: processor seconds, and the most memory it had for as long as it ran. */
static const char *price_line(const ledger *l, const mm_value *v, int64_t *start, mm_money *cost)
{
    mm_money wall, cpu, memory;
    mm_buf scratch = { 0 };
    if (!v[FIELD_START].raw.p || !mm_when_read(mm_json_text(v[FIELD_START].raw, &scratch), start))
        return "no start";
    if (!v[FIELD_CPU].raw.p || mm_money_read(v[FIELD_CPU].raw, &cpu) || !v[FIELD_WALL].raw.p || mm_money_read(v[FIELD_WALL].raw, &wall) ||
        !v[FIELD_MEMORY].raw.p || mm_money_read(v[FIELD_MEMORY].raw, &memory))
        return "no wall_s, cpu_s or peak_rss_bytes";
    mm_str model = v[FIELD_MODEL].raw.p ? mm_json_text(v[FIELD_MODEL].raw, &scratch) : MM_STR("");
    const mm_rate *r = mm_book_rate(l->s->book, MM_PRICED_MACHINES, model, mm_str_of(l->s->region), spend_purchase(l->s), *start);
    mm_buf_free(&scratch);
    if (!r)
        return "the price book has no price for that machine, region, purchase and day";
    mm_money gib, hours = 3600 * MM_MONEY_ONE;
    *cost = 0;
    if (!at_price(cpu, hours, r->price[MM_PRICE_CPU_HOUR], cost) || !mm_money_over(memory, ((mm_money)1 << 30) * MM_MONEY_ONE, &gib) ||
        !mm_money_times(gib, wall, &gib) || !at_price(gib, hours, r->price[MM_PRICE_GIB_HOUR], cost))
        return "an amount does not fit into 128 bits";
    return NULL;
}

static const char *add_line(ledger *l, mm_str line)
{
    mm_value v[FIELDS + MOST_LABELS] = { 0 };
    const mm_path *path[FIELDS + MOST_LABELS];
    size_t n = 0, at[MOST_LABELS];
    spend *s = l->s;
    mm_money cost;
    int64_t start;
    for (; n < FIELDS; n++)
        path[n] = l->path[n];
    for (size_t i = 0; i < s->n_by; i++) {
        at[i] = s->by[i].span ? FIELD_START : n;
        if (!s->by[i].span)
            path[n++] = l->path[FIELDS + i];
    }
    if (mm_json_check(line, 0, NULL, NULL) < 0 || mm_json_find_many(line, path, n, v) < 0)
        return "no JSON object";
    const char *why = price_line(l, v, &start, &cost);
    if (why)
        return why;
    sums row = { .rows = 1 };
    if (s->per[0] && !s->usage && v[FIELD_QUANTITY].raw.p && v[FIELD_QUANTITY].type != MM_JSON_NULL &&
        mm_money_read(v[FIELD_QUANTITY].raw, &row.quantity))
        return "what --per names is no number";
    l->key.n = 0;
    for (size_t i = 0; i < s->n_by; i++) {
        const mm_value *x = &v[at[i]];
        mm_str text = !x->raw.p || x->type == MM_JSON_NULL ? (mm_str){ NULL, 0 }
                      : x->type == MM_JSON_STRING ? mm_json_text(x->raw, &l->scratch) : x->raw;
        if (s->by[i].span && text.n > (size_t)s->by[i].span)
            text.n = (size_t)s->by[i].span;
        key_put(&l->key, text);
    }
    group *g = tally_find(&s->groups, mm_buf_view(&l->key));
    if (!g || l->key.failed)
        return "out of memory";
    for (int k = 0; k < COST_KINDS; k++)
        row.cost[k] = cost;
    tally_add(&s->groups, g, &row);
    for (int k = 0; k < COST_KINDS; k++)
        s->groups.overflow |= !mm_money_add(&s->total.cost[k], cost);
    s->groups.overflow |= !mm_money_add(&s->total.quantity, row.quantity);
    s->total.rows++;
    l->ended = s->line.take && !s->line.take(s->line.ctx, line, start, cost);
    return NULL;
}

static void take_line(ledger *l, mm_str line)
{
    l->line++;
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    if (!line.n)
        return;
    l->s->rows++;
    const char *why = add_line(l, line);
    if (why && l->s->refused++ < MOST_TOLD)
        mm_app_warn(l->s->app, "%s:%llu: %s; the line is not counted", l->name, (unsigned long long)l->line, why);
}

int ledger_feed(ledger *l, mm_str bytes, mm_err *e)
{
    size_t at = 0;
    mm_buf_str(&l->text, bytes);
    if (l->text.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (char *end; !l->ended && l->text.n > at && (end = memchr(l->text.p + at, '\n', l->text.n - at)); at = (size_t)(end - l->text.p) + 1)
        take_line(l, (mm_str){ l->text.p + at, (size_t)(end - l->text.p) - at });
    if (at)
        memmove(l->text.p, l->text.p + at, l->text.n - at);
    l->text.n -= at;
    return l->text.n <= LONGEST_LINE ? 0 : mm_fail(e, MM_EBAD, "%s:%llu: a line of more than %zu MiB", l->name, (unsigned long long)l->line + 1,
                                                   LONGEST_LINE >> 20);
}

void ledger_close(ledger *l)
{
    if (!l)
        return;
    for (size_t i = 0; i < sizeof l->path / sizeof *l->path; i++)
        mm_path_free(l->path[i]);
    mm_buf_free(&l->key);
    mm_buf_free(&l->scratch);
    mm_buf_free(&l->text);
    free(l);
}

ledger *ledger_open(spend *s, const char *name, mm_err *e)
{
    if (!s->book)
        mm_fail(e, MM_EUSAGE, "%s: a ledger is priced by a price book; name one with --book", name);
    else if (!s->by_currency && s->currency[0] && strcmp(s->currency, mm_book_currency(s->book)) != 0)
        mm_fail(e, MM_EBAD, "%s: the price book is in %s, and what came before in %s", name, mm_book_currency(s->book), s->currency);
    if (e->code)
        return NULL;
    if (!s->by_currency)
        strcpy(s->currency, mm_book_currency(s->book));
    ledger *l = calloc(1, sizeof *l);
    if (!l) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    l->s = s;
    l->name = name;
    if (open_paths(l, e) == 0)
        return l;
    ledger_close(l);
    return NULL;
}

int ledger_read(spend *s, mm_bytes *in, mm_err *e)
{
    enum { ROOM = 64 << 10 };
    ledger *l = ledger_open(s, in->source.name, e);
    char *some = l ? malloc(ROOM) : NULL;
    int rc = some ? 0 : l ? mm_fail(e, MM_ESYS, "out of memory") : -1;
    for (ssize_t got = 1; rc == 0 && got > 0 && !l->ended && !mm_app_stopped();) {
        got = mm_bytes_read(in, some, ROOM, e);
        rc = got < 0 ? -1 : ledger_feed(l, got ? (mm_str){ some, (size_t)got } : l->text.n ? MM_STR("\n") : MM_STR(""), e);
    }
    free(some);
    ledger_close(l);
    return rc;
}
