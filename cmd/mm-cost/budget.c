#include "budget.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "match.h"
#include "price/when.h"
#include "series/forecast.h"
#include "unit.h"

enum { DAY = 86400, MOST_DAYS = 4096, SEASON = 7 };
static const double share = 0.8;   /* of the cases that an interval of a forecast holds */

typedef struct budget {
    const char *name;
    match *where;
    size_t n_where;
    mm_money spent, forecast;  /* most of a month; less than 0: not asked for */
    mm_money unit;             /* most that a unit of --per costs; likewise */
    double burn;               /* likewise */
} budget;

struct budgets {
    labels labels;
    size_t n_shown;            /* of --by */
    const char *currency, *per;
    budget *budget;
    size_t n;
    match *require, *allow;
    size_t n_require, n_allow;
};

/* ---- reading ---- */

static int read_amount(const mm_doc *d, const mm_node *n, mm_money *out, mm_err *e)
{
    *out = -1;
    if (!n)
        return 0;
    const char *why = n->kind == MM_NODE_SCALAR ? mm_money_read(n->text, out) : "no number";
    if (why || *out < 0)
        return mm_node_fail(d, n, e, "'%.*s' is %s", n->kind == MM_NODE_SCALAR ? (int)n->text.n : 0, n->text.p ? n->text.p : "",
                            why ? why : "below 0");
    return 0;
}

static int read_budget(budgets *b, const mm_doc *d, const mm_node *n, mm_err *e)
{
    static const char *const known[] = { "name", "where", "spent", "forecast", "burn", "unit", NULL };
    budget *x = &b->budget[b->n++];
    *x = (budget){ .burn = -1 };
    if (mm_node_keys(d, n, known, e) < 0 || mm_node_string(d, mm_node_get(n, "name"), &x->name, e) < 0 ||
        matches_read(&b->labels, d, mm_node_get(n, "where"), true, &x->where, &x->n_where, e) < 0 ||
        read_amount(d, mm_node_get(n, "spent"), &x->spent, e) < 0 || read_amount(d, mm_node_get(n, "forecast"), &x->forecast, e) < 0 ||
        read_amount(d, mm_node_get(n, "unit"), &x->unit, e) < 0 || mm_node_double(d, mm_node_get(n, "burn"), &x->burn, e) < 0)
        return -1;
    if (!x->name)
        return mm_node_fail(d, n, e, "a budget needs a name");
    if (x->spent < 0 && x->forecast < 0 && x->unit < 0)
        return mm_node_fail(d, n, e, "a budget needs spent, forecast or unit");
    if (mm_node_get(n, "burn") && (x->spent <= 0 || !(x->burn > 0)))
        return mm_node_fail(d, mm_node_get(n, "burn"), e, "burn must be above 0, and needs spent above 0");
    return 0;
}

static int read_section(budgets *b, const mm_doc *d, const mm_node *section, mm_err *e)
{
    static const char *const known[] = { "currency", "budgets", "require", "allow", "split", "per", NULL };
    const mm_node *list = mm_node_get(section, "budgets");
    size_t day;
    if (mm_node_keys(d, section, known, e) < 0 || mm_node_string(d, mm_node_get(section, "currency"), &b->currency, e) < 0 ||
        mm_node_string(d, mm_node_get(section, "per"), &b->per, e) < 0)
        return -1;
    if (list && list->kind != MM_NODE_LIST)
        return mm_node_fail(d, list, e, "budgets must be a list");
    b->budget = calloc(list ? list->n + 1 : 1, sizeof *b->budget);
    if (!b->budget)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (list && list->n && labels_add(&b->labels, d, list, MM_STR("day"), &day, e) < 0)
        return -1;
    for (size_t i = 0; list && i < list->n; i++)
        if (read_budget(b, d, list->item[i], e) < 0)
            return -1;
    return matches_read(&b->labels, d, mm_node_get(section, "require"), false, &b->require, &b->n_require, e) < 0
               ? -1 : matches_read(&b->labels, d, mm_node_get(section, "allow"), true, &b->allow, &b->n_allow, e);
}

int budgets_read(const mm_policy *p, const char *by, budgets **out, mm_err *e)
{
    const mm_node *section = p ? mm_policy_section(p, "cost") : NULL;
    *out = NULL;
    if (!section)
        return 0;
    budgets *b = calloc(1, sizeof *b);
    if (!b)
        return mm_fail(e, MM_ESYS, "out of memory");
    int rc = labels_begin(&b->labels, by, e);
    b->n_shown = b->labels.n;
    if (rc == 0)
        rc = read_section(b, mm_policy_doc(p), section, e);
    *out = b;
    return rc;
}

void budgets_free(budgets *b)
{
    if (!b)
        return;
    for (size_t i = 0; b->budget && i < b->n; i++)
        free(b->budget[i].where);
    free(b->budget);
    free(b->require);
    free(b->allow);
    mm_buf_free(&b->labels.by);
    free(b);
}

const char *budgets_per(const budgets *b)
{
    return b->per;
}

const char *budgets_by(const budgets *b)
{
    return labels_by(&b->labels);
}

/* ---- holding ---- */

/* What is being held. */
typedef struct holding {
    const budgets *b;
    spend *s;
    cost_kind kind;    /* the first that is told */
    size_t day;        /* label; SIZE_MAX: none */
    int64_t first, last;   /* days of all rows, since 1970 */
    mm_money *spent;   /* of a budget by day, from `first` on */
    size_t tripped;
} holding;

static bool day_of(const holding *h, const group *g, int64_t *day)
{
    int64_t t;
    mm_str v = label_at(g->key, h->day);
    if (!v.p || !mm_when_read(v, &t))
        return false;
    *day = t / DAY;
    return true;
}

static void amount(mm_buf *line, const holding *h, mm_money v)
{
    mm_money_put(line, v, 2);
    mm_buf_printf(line, " %s", h->s->currency);
}

static void trip(holding *h, mm_buf *line)
{
    mm_app_warn(h->s->app, "gate: %.*s", (int)line->n, line->p ? line->p : "");
    h->s->app->gate_tripped = true;
    h->tripped++;
    line->n = 0;
}

static void put_month(mm_buf *line, const budget *x, int64_t day)
{
    mm_buf when = { 0 };
    mm_when_put(&when, day * DAY, true);
    mm_buf_printf(line, "budget %s: %.*s: ", x->name, when.n > 7 ? 7 : (int)when.n, when.p ? when.p : "");
    mm_buf_free(&when);
}

static bool in_budget(const budget *x, const group *g)
{
    bool in = g->key.p != NULL;
    for (size_t k = 0; in && k < x->n_where; k++)
        in = match_fits(x->where[k].patterns, label_at(g->key, x->where[k].label));
    return in;
}

static int gather_days(const holding *h, const budget *x, mm_err *e)
{
    memset(h->spent, 0, (size_t)(h->last - h->first + 1) * sizeof *h->spent);
    for (size_t i = 0; i < h->s->groups.room; i++) {
        const group *g = &h->s->groups.slot[i];
        int64_t day;
        if (in_budget(x, g) && day_of(h, g, &day) && !mm_money_add(&h->spent[day - h->first], g->sum.cost[h->kind]))
            return mm_fail(e, MM_EBAD, "budget %s: a sum does not fit into 128 bits", x->name);
    }
    return 0;
}

/* Each month against what may be spent in it; what was spent in the last is returned. */
static mm_money hold_spent(holding *h, const budget *x, mm_buf *line)
{
    mm_money sum = 0;
    for (int64_t day = h->first; day <= h->last; day++) {
        mm_money_add(&sum, h->spent[day - h->first]);
        bool ends = mm_month_after(day * DAY) == (day + 1) * DAY;
        if (!ends && day < h->last)
            continue;
        if (x->spent >= 0 && sum > x->spent) {
            put_month(line, x, day);
            mm_buf_str(line, MM_STR("spent "));
            amount(line, h, sum);
            mm_buf_str(line, MM_STR(", over "));
            amount(line, h, x->spent);
            trip(h, line);
        }
        if (day < h->last)
            sum = 0;
    }
    return sum;
}

/* How much faster money went this month than would use up the budget at its end. */
static void hold_burn(holding *h, const budget *x, mm_money sum, mm_buf *line)
{
    int64_t begin = mm_month_of(h->last * DAY) / DAY, end = mm_month_after(h->last * DAY) / DAY;
    double gone = (double)(h->last + 1 - begin) / (double)(end - begin);
    double rate = mm_money_near(sum) / (mm_money_near(x->spent) * gone);
    if (rate <= x->burn)
        return;
    put_month(line, x, h->last);
    mm_buf_printf(line, "burns at %.3g, over %.3g: ", rate, x->burn);
    amount(line, h, sum);
    mm_buf_printf(line, " spent when %.0f%% of the month is gone", 100 * gone);
    trip(h, line);
}

static int hold_forecast(holding *h, const budget *x, mm_money sum, mm_buf *line, mm_err *e)
{
    static const size_t season = SEASON;
    size_t days = (size_t)(h->last - h->first + 1), n = days < MOST_DAYS ? days : MOST_DAYS;
    while (n > 1 && h->spent[days - n] == 0)
        n--;
    size_t left = (size_t)(mm_month_after(h->last * DAY) / DAY - h->last - 1);
    double *y = malloc(n * sizeof *y);
    for (size_t i = 0; y && i < n; i++)
        y[i] = mm_money_near(h->spent[days - n + i]);
    mm_forecast *f = y ? mm_forecast_new(y, n, &season, 1, left ? left : 1) : NULL;
    free(y);
    if (!f)
        return mm_fail(e, MM_ESYS, "out of memory");
    mm_forecast_value rest = left ? mm_forecast_sum(f, left, share) : (mm_forecast_value){ 0, 0, 0 };
    double so_far = mm_money_near(sum);
    if (so_far + rest.expected > mm_money_near(x->forecast)) {
        put_month(line, x, h->last);
        mm_buf_printf(line, "will be %.2f at its end (%.0f%% between %.2f and %.2f), over ", so_far + rest.expected, 100 * share,
                      so_far + rest.low, so_far + rest.high);
        amount(line, h, x->forecast);
        trip(h, line);
    }
    mm_forecast_free(f);
    return 0;
}

/* What a unit cost, over all rows of the budget. */
static int hold_unit(holding *h, const budget *x, mm_buf *line, mm_err *e)
{
    sums sum = { 0 };
    mm_money unit = 0;
    if (!h->s->per[0] || h->s->usage)
        return mm_fail(e, MM_EUSAGE, "budget %s: unit wants --per, or per in the policy, of what is read, and no --usage", x->name);
    for (size_t i = 0; i < h->s->groups.room; i++) {
        const group *g = &h->s->groups.slot[i];
        if (in_budget(x, g) && (!mm_money_add(&sum.cost[h->kind], g->sum.cost[h->kind]) || !mm_money_add(&sum.quantity, g->sum.quantity)))
            return mm_fail(e, MM_EBAD, "budget %s: a sum does not fit into 128 bits", x->name);
    }
    bool known = unit_cost(h->s, &sum, (int)h->kind, &unit);
    if (sum.cost[h->kind] == 0 || (known && unit <= x->unit))
        return 0;
    mm_buf_printf(line, "budget %s: ", x->name);
    if (h->s->per_units != MM_MONEY_ONE) {
        mm_money_put(line, h->s->per_units, 0);
        mm_buf_byte(line, ' ');
    }
    mm_buf_printf(line, "%s cost ", h->s->per);
    if (known)
        amount(line, h, unit);
    else
        mm_buf_str(line, MM_STR("what can not be told, for there is none"));
    mm_buf_str(line, MM_STR(", over "));
    amount(line, h, x->unit);
    trip(h, line);
    return 0;
}

/* The first and last day of all rows; false where there are none. */
static bool find_days(holding *h)
{
    bool any = false;
    for (size_t i = 0; i < h->s->groups.room; i++) {
        int64_t day;
        if (!h->s->groups.slot[i].key.p || !day_of(h, &h->s->groups.slot[i], &day))
            continue;
        h->first = !any || day < h->first ? day : h->first;
        h->last = !any || day > h->last ? day : h->last;
        any = true;
    }
    return any;
}

static int hold_budgets(holding *h, mm_buf *line, mm_err *e)
{
    if (!h->b->n || !find_days(h))
        return 0;
    h->spent = h->last - h->first < 100 * 366 ? calloc((size_t)(h->last - h->first + 1), sizeof *h->spent) : NULL;
    int rc = h->spent ? 0 : mm_fail(e, MM_EBAD, "budgets: the rows are of more than a hundred years");
    for (size_t i = 0; rc == 0 && i < h->b->n; i++) {
        const budget *x = &h->b->budget[i];
        rc = gather_days(h, x, e);
        if (rc < 0)
            break;
        mm_money sum = hold_spent(h, x, line);
        if (x->burn > 0)
            hold_burn(h, x, sum, line);
        if (x->forecast >= 0)
            rc = hold_forecast(h, x, sum, line, e);
        if (rc == 0 && x->unit >= 0)
            rc = hold_unit(h, x, line, e);
    }
    free(h->spent);
    return rc;
}

/* Rows that break one rule about a label, by what stands there. */
static int hold_label(holding *h, const match *m, mm_str name, mm_buf *line, mm_err *e)
{
    tally broken = { 0 };
    mm_buf key = { 0 };
    for (size_t i = 0; i < h->s->groups.room; i++) {
        const group *g = &h->s->groups.slot[i];
        mm_str v = g->key.p ? label_at(g->key, m->label) : (mm_str){ NULL, 0 };
        if (!g->key.p || (m->patterns ? match_fits(m->patterns, v) : v.p != NULL))
            continue;
        key.n = 0;
        key_put(&key, v);
        group *of = tally_find(&broken, mm_buf_view(&key));
        if (of)
            tally_add(&broken, of, &g->sum);
    }
    const group **list = broken.failed || key.failed ? NULL : tally_sorted(&broken, h->kind);
    for (size_t i = 0; list && i < broken.n; i++) {
        mm_str whole = list[i]->key, v = key_take(&whole);
        mm_buf_printf(line, "%llu row%s ", (unsigned long long)list[i]->sum.rows, mm_plural(list[i]->sum.rows));
        if (v.p)
            mm_buf_printf(line, "with %.*s '%.*s', which is not allowed: ", (int)name.n, name.p, (int)v.n, v.p);
        else
            mm_buf_printf(line, "without %.*s: ", (int)name.n, name.p);
        amount(line, h, list[i]->sum.cost[h->kind]);
        trip(h, line);
    }
    bool failed = !list;
    free(list);
    mm_buf_free(&key);
    tally_free(&broken);
    return failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

/* Only the labels that are shown: what the others told apart is added up. */
static int fold(const budgets *b, spend *s, mm_err *e)
{
    tally shown = { 0 };
    for (size_t i = 0; i < s->groups.room; i++) {
        const group *g = &s->groups.slot[i];
        if (!g->key.p)
            continue;
        mm_str rest = g->key;
        for (size_t k = 0; k < b->n_shown; k++)
            key_take(&rest);
        group *to = tally_find(&shown, (mm_str){ g->key.p, g->key.n - rest.n });
        if (to)
            tally_add(&shown, to, &g->sum);
    }
    for (size_t i = b->n_shown; i < s->n_by; i++)
        mm_path_free(s->by[i].tag);
    s->n_by = b->n_shown;
    tally_free(&s->groups);
    s->groups = shown;
    return shown.failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

int budgets_hold(const budgets *b, spend *s, mm_err *e)
{
    holding h = { .b = b, .s = s, .day = SIZE_MAX };
    mm_buf line = { 0 };
    while (h.kind < COST_KINDS - 1 && !s->wanted[h.kind])
        h.kind++;
    for (size_t i = 0; i < s->n_by && h.day == SIZE_MAX; i++)
        if (mm_str_eq(s->by[i].name, MM_STR("day")))
            h.day = i;
    if (s->by_currency)
        return mm_fail(e, MM_EUSAGE, "the policy's rules about costs want amounts of one currency, and --by BillingCurrency has several");
    if (b->currency && s->currency[0] && strcmp(b->currency, s->currency) != 0)
        return mm_fail(e, MM_EBAD, "the policy speaks of %s, and amounts are in %s", b->currency, s->currency);
    int rc = hold_budgets(&h, &line, e);
    for (size_t i = 0; rc == 0 && i < b->n_require; i++)
        rc = hold_label(&h, &b->require[i], s->by[b->require[i].label].name, &line, e);
    for (size_t i = 0; rc == 0 && i < b->n_allow; i++)
        rc = hold_label(&h, &b->allow[i], s->by[b->allow[i].label].name, &line, e);
    mm_buf_free(&line);
    return rc == 0 ? fold(b, s, e) : rc;
}
