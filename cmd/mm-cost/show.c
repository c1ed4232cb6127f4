#include "show.h"

#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "table/put.h"
#include "page/chart.h"
#include "page/page.h"

enum { WIDEST = 40 };

/* What is shown: the groups in order, and the rest of them as one. */
typedef struct listing {
    const spend *s;
    const group **group;
    size_t n, shown;
    sums rest;
    cost_kind first;  /* what is sorted by */
    int decimals;     /* of amounts for people */
} listing;

static const char no_label[] = "(none)";

static void label_for_people(mm_buf *b, mm_str v)
{
    mm_buf_str(b, v.p ? v : mm_str_of(no_label));
}

/* ---- a table ---- */

static int width_of(mm_str text)
{
    int n = 0;
    for (size_t i = 0; i < text.n; i++)
        n += ((unsigned char)text.p[i] & 0xc0) != 0x80;
    return n;
}

/* The text in a column of that width; what is longer is cut, with an ellipsis. */
static void put_left(mm_buf *b, mm_str text, int width)
{
    int n = width_of(text), k = 0;
    if (n <= width) {
        mm_buf_str(b, text);
        mm_buf_printf(b, "%*s", width - n, "");
        return;
    }
    size_t i = 0;
    for (; i < text.n && k < width; i++)
        k += ((unsigned char)text.p[i] & 0xc0) != 0x80;
    mm_buf_put(b, text.p, i - (k == width));
    mm_buf_str(b, MM_STR("\u2026"));
}

static void put_right(mm_buf *b, mm_str text, int width)
{
    mm_buf_printf(b, "  %*s", width - width_of(text) > 0 ? width - width_of(text) : 0, "");
    mm_buf_str(b, text);
}

static int decimals_of(mm_money v)
{
    mm_money size = v < 0 ? -v : v;
    return size == 0 || size >= MM_MONEY_ONE ? 2 : size >= MM_MONEY_ONE / 1000 ? 4 : 8;
}

static sums shared_of(const listing *l, mm_str key)
{
    const group *g = tally_get(&l->s->shared, key);
    return g ? g->sum : (sums){ 0 };
}

/* All that was split, or of the groups that are not shown. */
static sums shared_by(const listing *l, size_t from)
{
    sums all = { 0 };
    for (size_t g = from; g < l->n; g++) {
        sums s = shared_of(l, l->group[g]->key);
        for (int k = 0; k < COST_KINDS; k++)
            mm_money_add(&all.cost[k], s.cost[k]);
    }
    return all;
}

static void put_amounts(mm_buf *b, const listing *l, const sums *s, const sums *shared)
{
    mm_buf text = { 0 };
    for (int k = 0; k < COST_KINDS; k++) {
        if (!l->s->wanted[k])
            continue;
        text.n = 0;
        mm_money_show(&text, s->cost[k], l->decimals);
        put_right(b, mm_buf_view(&text), 16);
    }
    if (l->s->shared.n) {
        text.n = 0;
        mm_money_show(&text, shared->cost[l->first], l->decimals);
        put_right(b, mm_buf_view(&text), 16);
    }
    if (l->s->per[0]) {
        mm_money unit;
        text.n = 0;
        mm_money_show(&text, s->quantity, s->quantity % MM_MONEY_ONE ? 4 : 0);
        put_right(b, mm_buf_view(&text), 16);
        text.n = 0;
        if (unit_cost(l->s, s, l->first, &unit))
            mm_money_show(&text, unit, decimals_of(unit));
        else
            mm_buf_byte(&text, '-');
        put_right(b, mm_buf_view(&text), 16);
    }
    double whole = mm_money_near(l->s->total.cost[l->first]);
    mm_buf_printf(b, "  %5.1f%%", whole != 0 ? 100 * mm_money_near(s->cost[l->first]) / whole : 0);
    mm_buf_printf(b, "  %10llu\n", (unsigned long long)s->rows);
    mm_buf_free(&text);
}

static void measure(const listing *l, int width[])
{
    for (size_t i = 0; i < l->s->n_by; i++)
        width[i] = width_of(l->s->by[i].name) > 5 ? width_of(l->s->by[i].name) : 5;
    for (size_t g = 0; g < l->shown; g++) {
        mm_str key = l->group[g]->key;
        for (size_t i = 0; i < l->s->n_by; i++) {
            mm_str v = key_take(&key);
            int w = v.p ? width_of(v) : (int)sizeof no_label - 1;
            width[i] = w > width[i] ? w : width[i];
        }
    }
    for (size_t i = 0; i < l->s->n_by; i++)
        width[i] = width[i] > WIDEST ? WIDEST : width[i];
}

static void put_line(mm_buf *b, const listing *l, const int *width, const char *first, const sums *s, const sums *shared)
{
    for (size_t i = 0; i < l->s->n_by; i++) {
        put_left(b, i ? (mm_str){ "", 0 } : mm_str_of(first), width[i]);
        mm_buf_str(b, i + 1 < l->s->n_by ? MM_STR("  ") : MM_STR(""));
    }
    if (!l->s->n_by)
        put_left(b, mm_str_of(first), 5);
    put_amounts(b, l, s, shared);
}

static void table(mm_buf *b, const listing *l)
{
    const spend *s = l->s;
    int width[MOST_LABELS];
    measure(l, width);
    for (size_t i = 0; i < s->n_by; i++) {
        put_left(b, s->by[i].name, width[i]);
        mm_buf_str(b, i + 1 < s->n_by ? MM_STR("  ") : MM_STR(""));
    }
    if (!s->n_by)
        put_left(b, MM_STR(""), 5);
    for (int k = 0; k < COST_KINDS; k++)
        if (s->wanted[k])
            put_right(b, mm_str_of(cost_names[k]), 16);
    if (s->shared.n)
        put_right(b, MM_STR("of it shared"), 16);
    if (s->per[0]) {
        put_right(b, mm_str_of(s->per), 16);
        put_right(b, s->per_units == MM_MONEY_ONE ? MM_STR("each") : MM_STR("per unit"), 16);
    }
    mm_buf_str(b, MM_STR("   share        rows\n"));
    for (size_t g = 0; g < l->shown; g++) {
        mm_str key = l->group[g]->key;
        mm_buf text = { 0 };
        for (size_t i = 0; i < s->n_by; i++) {
            text.n = 0;
            label_for_people(&text, key_take(&key));
            put_left(b, mm_buf_view(&text), width[i]);
            mm_buf_str(b, i + 1 < s->n_by ? MM_STR("  ") : MM_STR(""));
        }
        mm_buf_free(&text);
        const sums shared = shared_of(l, l->group[g]->key);
        if (s->n_by)
            put_amounts(b, l, &l->group[g]->sum, &shared);
    }
    sums rest = shared_by(l, l->shown), all = shared_by(l, 0);
    if (l->shown < l->n)
        put_line(b, l, width, "(others)", &l->rest, &rest);
    put_line(b, l, width, "total", &s->total, &all);
    mm_buf_printf(b, "\nThe groups add up to the %llu rows read, to the last digit", (unsigned long long)s->total.rows);
    if (s->currency[0])
        mm_buf_printf(b, "; amounts in %s", s->currency);
    mm_buf_str(b, MM_STR(".\n"));
    mm_buf_str(b, mm_buf_view(&s->told));
    if (s->converted)
        mm_buf_printf(b, "Converted to %s: %llu row%s, by rates of their days.\n", s->currency, (unsigned long long)s->converted,
                      mm_plural(s->converted));
    if (s->per[0] && s->per_units != MM_MONEY_ONE) {
        mm_buf_str(b, MM_STR("A unit is "));
        mm_money_show(b, s->per_units, s->per_units % MM_MONEY_ONE ? 4 : 0);
        mm_buf_printf(b, " of %s.\n", s->per);
    }
    if (s->refused)
        mm_buf_printf(b, "Not counted: %llu row%s that could not be read.\n", (unsigned long long)s->refused, mm_plural(s->refused));
    if (s->gone.rows)
        mm_buf_printf(b, "Not counted: %llu row%s that later exports restate.\n", (unsigned long long)s->gone.rows, mm_plural(s->gone.rows));
}

/* ---- for programs ---- */

static void json_text(mm_buf *b, mm_str v)
{
    if (v.p)
        mm_json_put(b, v);
    else
        mm_buf_str(b, MM_STR("null"));
}

static void json_amounts(mm_buf *b, const listing *l, const sums *s)
{
    for (int k = 0; k < COST_KINDS; k++)
        if (l->s->wanted[k]) {
            mm_buf_printf(b, "\"%s\":\"", cost_names[k]);
            mm_money_put(b, s->cost[k], 2);
            mm_buf_str(b, MM_STR("\","));
        }
    if (l->s->per[0]) {
        mm_money unit;
        mm_buf_str(b, MM_STR("\"quantity\":\""));
        mm_money_put(b, s->quantity, 0);
        mm_buf_str(b, MM_STR("\","));
        for (int k = 0; k < COST_KINDS; k++)
            if (l->s->wanted[k] && unit_cost(l->s, s, k, &unit)) {
                mm_buf_printf(b, "\"Unit%s\":\"", cost_names[k]);
                mm_money_put(b, unit, 2);
                mm_buf_str(b, MM_STR("\","));
            }
    }
    mm_buf_printf(b, "\"rows\":%llu}", (unsigned long long)s->rows);
}

static void json(mm_buf *b, const listing *l)
{
    const spend *s = l->s;
    mm_buf_str(b, MM_STR("{\"currency\":"));
    json_text(b, s->currency[0] ? mm_str_of(s->currency) : (mm_str){ NULL, 0 });
    if (s->per[0]) {
        mm_buf_str(b, MM_STR(",\"per\":"));
        mm_json_put(b, mm_str_of(s->per));
        mm_buf_str(b, MM_STR(",\"units\":\""));
        mm_money_put(b, s->per_units, 0);
        mm_buf_byte(b, '"');
    }
    mm_buf_str(b, MM_STR(",\"groups\":["));
    for (size_t g = 0; g < l->shown; g++) {
        mm_str key = l->group[g]->key;
        mm_buf_str(b, g ? MM_STR(",\n{") : MM_STR("\n{"));
        for (size_t i = 0; i < s->n_by; i++) {
            mm_json_put(b, s->by[i].name);
            mm_buf_byte(b, ':');
            json_text(b, key_take(&key));
            mm_buf_byte(b, ',');
        }
        if (s->shared.n) {
            sums shared = shared_of(l, l->group[g]->key);
            for (int k = 0; k < COST_KINDS; k++)
                if (s->wanted[k]) {
                    mm_buf_printf(b, "\"Shared%s\":\"", cost_names[k]);
                    mm_money_put(b, shared.cost[k], 2);
                    mm_buf_str(b, MM_STR("\","));
                }
        }
        json_amounts(b, l, &l->group[g]->sum);
    }
    mm_buf_str(b, MM_STR("],\n"));
    if (l->shown < l->n) {
        mm_buf_str(b, MM_STR("\"others\":{"));
        json_amounts(b, l, &l->rest);
        mm_buf_str(b, MM_STR(",\n"));
    }
    mm_buf_str(b, MM_STR("\"total\":{"));
    json_amounts(b, l, &s->total);
    mm_buf_printf(b, ",\"refused_rows\":%llu", (unsigned long long)s->refused);
    if (s->converted)
        mm_buf_printf(b, ",\"converted_rows\":%llu", (unsigned long long)s->converted);
    if (s->gone.rows) {
        mm_buf_str(b, MM_STR(",\"restated\":{"));
        json_amounts(b, l, &s->gone);
    }
    mm_buf_str(b, MM_STR("}\n"));
}

static void csv(mm_buf *b, const listing *l)
{
    const spend *s = l->s;
    for (size_t i = 0; i < s->n_by; i++) {
        mm_csv_put(b, s->by[i].name);
        mm_buf_byte(b, ',');
    }
    for (int k = 0; k < COST_KINDS; k++)
        if (s->wanted[k])
            mm_buf_printf(b, s->shared.n ? "%s,Shared%s," : "%s,", cost_names[k], cost_names[k]);
    if (s->per[0])
        mm_buf_str(b, MM_STR("quantity,"));
    for (int k = 0; k < COST_KINDS; k++)
        if (s->wanted[k] && s->per[0])
            mm_buf_printf(b, "Unit%s,", cost_names[k]);
    mm_buf_str(b, s->currency[0] ? MM_STR("BillingCurrency,rows\n") : MM_STR("rows\n"));
    for (size_t g = 0; g < l->shown; g++) {
        mm_str key = l->group[g]->key;
        for (size_t i = 0; i < s->n_by; i++) {
            mm_csv_put(b, key_take(&key));
            mm_buf_byte(b, ',');
        }
        for (int k = 0; k < COST_KINDS; k++)
            if (s->wanted[k]) {
                mm_money_put(b, l->group[g]->sum.cost[k], 2);
                mm_buf_byte(b, ',');
                if (s->shared.n) {
                    mm_money_put(b, shared_of(l, l->group[g]->key).cost[k], 2);
                    mm_buf_byte(b, ',');
                }
            }
        if (s->per[0]) {
            mm_money_put(b, l->group[g]->sum.quantity, 0);
            mm_buf_byte(b, ',');
        }
        for (int k = 0; k < COST_KINDS; k++) {
            mm_money unit;
            if (!s->wanted[k] || !s->per[0])
                continue;
            if (unit_cost(s, &l->group[g]->sum, k, &unit))
                mm_money_put(b, unit, 2);
            mm_buf_byte(b, ',');
        }
        if (s->currency[0])
            mm_buf_printf(b, "%s,", s->currency);
        mm_buf_printf(b, "%llu\n", (unsigned long long)l->group[g]->sum.rows);
    }
}

/* ---- a page ---- */

static void labels_as_text(mm_buf *b, const spend *s, mm_str key)
{
    for (size_t i = 0; i < s->n_by; i++) {
        if (i)
            mm_buf_str(b, MM_STR(", "));
        label_for_people(b, key_take(&key));
    }
}

/* The dearest groups as bars; what was paid back has none. */
static bool page_bars(mm_buf *b, const listing *l)
{
    enum { MOST_BARS = 25 };
    size_t n = l->shown < MOST_BARS ? l->shown : MOST_BARS;
    mm_bar bar[MOST_BARS] = { 0 };
    mm_buf text = { 0 };
    size_t at[2 * MOST_BARS + 1] = { 0 };
    for (size_t g = 0; g < n; g++) {
        labels_as_text(&text, l->s, l->group[g]->key);
        at[2 * g + 1] = text.n;
        mm_money_show(&text, l->group[g]->sum.cost[l->first], l->decimals);
        at[2 * g + 2] = text.n;
    }
    for (size_t g = 0; g < n; g++) {
        double v = mm_money_near(l->group[g]->sum.cost[l->first]);
        bar[g] = (mm_bar){ .label = { text.p + at[2 * g], at[2 * g + 1] - at[2 * g] }, .value = v > 0 ? v : 0,
                           .shown = { text.p + at[2 * g + 1], at[2 * g + 2] - at[2 * g + 1] } };
    }
    bool ok = !text.failed;
    if (ok)
        mm_chart_bars(b, cost_names[l->first], 0, bar, n);
    mm_buf_free(&text);
    return ok;
}

static void page_row(mm_buf *b, const listing *l, const mm_column *column, const char *name, mm_str key, const sums *s, size_t columns)
{
    mm_buf text = { 0 };
    size_t at[MOST_LABELS + COST_KINDS + 3] = { 0 }, n = 0;
    mm_str cell[MOST_LABELS + COST_KINDS + 2];
    for (size_t i = 0; i < l->s->n_by; i++) {
        if (name)
            mm_buf_str(&text, i ? MM_STR("") : mm_str_of(name));
        else
            label_for_people(&text, key_take(&key));
        at[++n] = text.n;
    }
    for (int k = 0; k < COST_KINDS; k++)
        if (l->s->wanted[k]) {
            mm_money_show(&text, s->cost[k], l->decimals);
            at[++n] = text.n;
        }
    mm_page_count(&text, s->rows);
    at[++n] = text.n;
    for (size_t i = 0; i < n; i++)
        cell[i] = (mm_str){ text.p + at[i], at[i + 1] - at[i] };
    b->failed |= text.failed;
    if (!text.failed)
        mm_table_row(b, column, cell, columns);
    mm_buf_free(&text);
}

static void page(mm_buf *b, const listing *l)
{
    const spend *s = l->s;
    mm_column column[MOST_LABELS + COST_KINDS + 1];
    mm_buf names = { 0 }, total = { 0 };
    size_t n = 0;
    for (size_t i = 0; i < s->n_by; i++) {
        mm_buf_str(&names, s->by[i].name);
        mm_buf_byte(&names, 0);
    }
    const char *name = names.p;
    for (size_t i = 0; i < s->n_by; i++, name += strlen(name) + 1)
        column[n++] = (mm_column){ .name = name };
    for (int k = 0; k < COST_KINDS; k++)
        if (s->wanted[k])
            column[n++] = (mm_column){ .name = cost_names[k], .number = true };
    column[n++] = (mm_column){ .name = "Rows", .number = true };
    mm_money_show(&total, s->total.cost[l->first], l->decimals);
    mm_page_begin(b, "Costs", "What was paid, by group; the groups add up to the rows read, to the last digit.");
    if (s->currency[0]) {
        mm_buf_byte(&total, ' ');
        mm_buf_str(&total, mm_str_of(s->currency));
    }
    mm_page_figures(b, &(mm_figure){ cost_names[l->first], mm_buf_view(&total) }, 1);
    mm_page_section(b, "By group");
    b->failed |= names.failed || total.failed || (s->n_by && !page_bars(b, l));
    mm_table_begin(b, "Costs by group", column, n);
    for (size_t g = 0; g < l->shown && s->n_by; g++)
        page_row(b, l, column, NULL, l->group[g]->key, &l->group[g]->sum, n);
    if (l->shown < l->n)
        page_row(b, l, column, "(others)", (mm_str){ NULL, 0 }, &l->rest, n);
    page_row(b, l, column, "total", (mm_str){ NULL, 0 }, &s->total, n);
    mm_table_end(b);
    if (s->refused)
        mm_page_note(b, "Not counted: %llu row%s that could not be read.", (unsigned long long)s->refused, mm_plural(s->refused));
    if (s->converted)
        mm_page_note(b, "Converted to %s: %llu row%s, by rates of their days.", s->currency, (unsigned long long)s->converted,
                     mm_plural(s->converted));
    if (s->told.n)
        mm_page_note(b, "%.*s", (int)s->told.n, s->told.p);
    if (s->gone.rows)
        mm_page_note(b, "Not counted: %llu row%s that later exports restate.", (unsigned long long)s->gone.rows, mm_plural(s->gone.rows));
    mm_page_end(b, "mm-cost " MM_VERSION);
    mm_buf_free(&names);
    mm_buf_free(&total);
}

int show_groups(const spend *s, const char *form, size_t top, mm_buf *out, mm_err *e)
{
    listing l = { .s = s, .n = s->groups.n };
    while (l.first < COST_KINDS - 1 && !s->wanted[l.first])
        l.first++;
    l.shown = top && top < l.n ? top : l.n;
    l.decimals = decimals_of(s->total.cost[l.first]);
    l.group = tally_sorted(&s->groups, l.first);
    if (!l.group)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t g = l.shown; g < l.n; g++) {
        for (int k = 0; k < COST_KINDS; k++)
            mm_money_add(&l.rest.cost[k], l.group[g]->sum.cost[k]);
        mm_money_add(&l.rest.quantity, l.group[g]->sum.quantity);
        l.rest.rows += l.group[g]->sum.rows;
    }
    if (strcmp(form, "json") == 0)
        json(out, &l);
    else if (strcmp(form, "csv") == 0)
        csv(out, &l);
    else if (strcmp(form, "html") == 0)
        page(out, &l);
    else
        table(out, &l);
    free(l.group);
    return out->failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}
