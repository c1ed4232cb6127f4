#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page/chart.h"
#include "page/page.h"
#include "report.h"

enum { BARS = 30, SOURCES = 50 };

/* A count as text, in the arena. */
static mm_str number(mm_arena *a, uint64_t n)
{
    mm_buf b = { 0 };
    mm_page_count(&b, n);
    mm_str s = mm_arena_copy(a, mm_buf_view(&b));
    mm_buf_free(&b);
    return s;
}

static void put_figures(const report_facts *f, mm_arena *a, mm_buf *b)
{
    const account *c = f->account;
    const mm_figure all[] = {
        { "Records in", number(a, f->totals->in) }, { "Out", number(a, f->totals->out) }, { "Dropped by rule", number(a, f->totals->dropped) },
        { "Bad, kept back", number(a, f->totals->bad) }, { "Records with findings", number(a, c->records) },
        { "Findings", number(a, c->found) }, { "Under review", number(a, c->pending) },
    };
    mm_page_figures(b, all, sizeof all / sizeof *all - (c->pending == 0));
}

/* A chart of counts, the highest first; none of fewer than `least`, which the table tells as well. */
static void put_counts(const counts *c, const char *title, size_t least, mm_arena *a, mm_buf *b)
{
    if (c->by.n < least)
        return;
    size_t *order = counts_sorted(c, true);
    size_t n = c->by.n < BARS ? c->by.n : BARS;
    mm_bar *bar = mm_arena_alloc(a, (n + 1) * sizeof *bar);
    b->failed |= (!order && c->by.n) || !bar;
    for (size_t i = 0; order && bar && i < n; i++)
        bar[i] = (mm_bar){ .label = c->name[order[i]], .value = (double)c->by.v[order[i]].count, .shown = number(a, c->by.v[order[i]].count) };
    if (order && bar)
        mm_chart_bars(b, title, 0, bar, n);
    if (c->by.n > n)
        mm_page_note(b, "And %zu more, in the report as JSON.", c->by.n - n);
    free(order);
}

static void put_table(const account *c, mm_arena *a, mm_buf *b)
{
    static const mm_column columns[] = { { "Entity", false }, { "Action", false }, { "Modality", false }, { "Tier", false }, { "Findings", true } };
    size_t *order = counts_sorted(&c->table, true);
    bool tiered = c->tier.by.n > 0;
    mm_column shown[5];
    memcpy(shown, columns, sizeof shown);
    if (!tiered)
        shown[3] = columns[4];
    mm_table_begin(b, "What was done, to what, in what", shown, tiered ? 5 : 4);
    for (size_t i = 0; order && i < c->table.by.n; i++) {
        mm_str part[4], rest = c->table.name[order[i]], count = number(a, c->table.by.v[order[i]].count);
        for (size_t k = 0; k < 4; k++) {
            const char *end = memchr(rest.p, '\x1f', rest.n);
            part[k] = (mm_str){ rest.p, end ? (size_t)(end - rest.p) : rest.n };
            rest = (mm_str){ rest.p + part[k].n + (end != NULL), rest.n - part[k].n - (end != NULL) };
        }
        mm_table_row(b, shown, (mm_str[]){ part[1], part[2], part[3], tiered ? part[0] : count, count }, tiered ? 5 : 4);
    }
    mm_table_end(b);
    free(order);
}

static void put_sources(const account *c, mm_arena *a, mm_buf *b)
{
    static const mm_column columns[] = { { "Source", false }, { "Records", true }, { "Findings", true } };
    size_t *order = counts_sorted(&c->sources, true), n = c->sources.by.n < SOURCES ? c->sources.by.n : SOURCES;
    uint64_t records = c->other_records, found = c->other_findings;
    mm_table_begin(b, "Sources, those with most findings first", columns, 3);
    for (size_t i = 0; order && i < c->sources.by.n; i++) {
        size_t at = order[i];
        if (i < n)
            mm_table_row(b, columns, (mm_str[]){ c->sources.name[at], number(a, c->source_records[at]), number(a, c->sources.by.v[at].count) }, 3);
        records += i < n ? 0 : c->source_records[at];
        found += i < n ? 0 : c->sources.by.v[at].count;
    }
    if (records)
        mm_table_row(b, columns, (mm_str[]){ MM_STR("all others"), number(a, records), number(a, found) }, 3);
    mm_table_end(b);
    free(order);
}

static void put_examples(const account *c, mm_arena *a, mm_buf *b)
{
    static const mm_column columns[] = { { "Entity", false }, { "Where", false }, { "Field", false }, { "Value", false }, { "Rule", false }, { "Score", true }, { "Action", false } };
    mm_buf text = { 0 };
    mm_table_begin(b, "The first findings of each entity", columns, 7);
    for (size_t i = 0; i < c->examples; i++) {
        const example *x = &c->example[i];
        text.n = 0;
        mm_buf_printf(&text, "%d.%02d", x->score / 100, x->score % 100);
        mm_str score = mm_arena_copy(a, mm_buf_view(&text));
        text.n = 0;
        mm_buf_str(&text, x->field);
        if (x->name)
            mm_buf_str(&text, MM_STR(" (name)"));
        mm_table_row(b, columns, (mm_str[]){ x->entity, x->at, mm_buf_view(&text), mm_str_of(report_mask), x->rule, score, x->action }, 7);
    }
    mm_table_end(b);
    mm_buf_free(&text);
}

static void put_body(const report_facts *f, mm_arena *a, mm_buf *b)
{
    const account *c = f->account;
    put_figures(f, a, b);
    mm_page_section(b, "What was found");
    if (c->found == 0)
        mm_page_note(b, "Nothing.");
    put_counts(&c->entity, "Findings by entity", 1, a, b);
    put_counts(&c->modality, "Findings by modality of the record", 2, a, b);
    put_counts(&c->lost, "Payloads that lost metadata, by its kind", 1, a, b);
    mm_page_section(b, "What was done");
    put_counts(&c->action, "Findings by action", 2, a, b);
    put_counts(&c->tier, "Findings by tier", 1, a, b);
    if (c->found)
        put_table(c, a, b);
    mm_page_section(b, "Where it came from");
    put_sources(c, a, b);
    if (c->examples) {
        mm_page_section(b, "Examples");
        mm_page_note(b, "No value is shown: eight dots stand for every one, so that neither its characters nor its length can be told. "
                     "The place says where to look, for those who may.");
        put_examples(c, a, b);
    }
}

void report_html(const report_facts *f, mm_buf *b)
{
    char foot[256];
    mm_arena *a = mm_arena_new();
    b->failed |= !a;
    mm_page_begin(b, "Redaction", f->account->tiers->use ? "What was found in the records and what became of it, for one use of them."
                                                         : "What was found in the records and what became of it.");
    if (f->account->tiers->use)
        mm_page_note(b, "Use: %s", f->account->tiers->use);
    if (a)
        put_body(f, a, b);
    snprintf(foot, sizeof foot, "%s, %s%s", f->tool, f->policy ? "policy with the XXH3-128 digest " : "built-in policy", f->policy ? f->policy : "");
    mm_page_end(b, foot);
    mm_arena_free(a);
}
