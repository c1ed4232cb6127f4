#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

const char report_mask[] = "\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2";

static void put_key(mm_buf *b, const char *key)
{
    mm_json_put(b, mm_str_of(key));
    mm_buf_byte(b, ':');
}

static void put_text(mm_buf *b, const char *key, mm_str text)
{
    put_key(b, key);
    mm_json_put(b, text);
}

static void put_number(mm_buf *b, const char *key, uint64_t n)
{
    put_key(b, key);
    mm_buf_u64(b, n);
}

/* {"EMAIL":12,"PHONE":3}, by name. */
static void put_counts(mm_buf *b, const char *key, const counts *c)
{
    size_t *order = counts_sorted(c, false);
    b->failed |= !order && c->by.n;
    put_key(b, key);
    mm_buf_byte(b, '{');
    for (size_t i = 0; order && i < c->by.n; i++) {
        if (i)
            mm_buf_byte(b, ',');
        mm_json_put(b, c->name[order[i]]);
        mm_buf_byte(b, ':');
        mm_buf_u64(b, c->by.v[order[i]].count);
    }
    mm_buf_byte(b, '}');
    free(order);
}

static mm_str next_part(mm_str *rest)
{
    const char *end = rest->n ? memchr(rest->p, '\x1f', rest->n) : NULL;
    mm_str part = { rest->p, end ? (size_t)(end - rest->p) : rest->n };
    size_t used = part.n + (end != NULL);
    *rest = (mm_str){ rest->p + used, rest->n - used };
    return part;
}

/* Each combination that occurs, by name. */
static void put_table(mm_buf *b, const account *a)
{
    static const char *const names[] = { "tier", "entity", "action", "modality" };
    size_t *order = counts_sorted(&a->table, false);
    b->failed |= !order && a->table.by.n;
    mm_buf_str(b, MM_STR("\"table\":["));
    for (size_t i = 0; order && i < a->table.by.n; i++) {
        mm_str rest = a->table.name[order[i]];
        mm_buf_str(b, i ? MM_STR(",\n  {") : MM_STR("\n  {"));
        for (size_t k = 0; k < 4; k++) {
            mm_str part = next_part(&rest);
            if (k == 0 && !part.n)
                continue;   /* no tiers */
            put_text(b, names[k], part);
            mm_buf_byte(b, ',');
        }
        put_number(b, "findings", a->table.by.v[order[i]].count);
        mm_buf_byte(b, '}');
    }
    mm_buf_byte(b, ']');
    free(order);
}

/* {"EMAIL":3} of one source; by_source is in the order in which they came. */
static void put_entities_of(mm_buf *b, const account *a, size_t source)
{
    char index[24];
    int n = snprintf(index, sizeof index, "%zu", source);
    counts mine = { .most = SIZE_MAX };
    for (size_t i = 0; i < a->by_source.by.n; i++) {
        mm_str rest = a->by_source.name[i], of = next_part(&rest);
        if (of.n == (size_t)n && memcmp(of.p, index, of.n) == 0)
            counts_add(&mine, rest, a->by_source.by.v[i].count);
    }
    b->failed |= mine.failed;
    put_counts(b, "entity", &mine);
    counts_free(&mine);
}

static void put_sources(mm_buf *b, const account *a)
{
    size_t *order = counts_sorted(&a->sources, false);
    b->failed |= !order && a->sources.by.n;
    mm_buf_str(b, MM_STR("\"sources\":["));
    for (size_t i = 0; order && i < a->sources.by.n; i++) {
        mm_buf_str(b, i ? MM_STR(",\n  {") : MM_STR("\n  {"));
        put_text(b, "source", a->sources.name[order[i]]);
        mm_buf_byte(b, ',');
        put_number(b, "records", a->source_records[order[i]]);
        mm_buf_byte(b, ',');
        put_number(b, "findings", a->sources.by.v[order[i]].count);
        mm_buf_byte(b, ',');
        put_entities_of(b, a, order[i]);
        mm_buf_byte(b, '}');
    }
    mm_buf_str(b, MM_STR("],\n"));
    free(order);
    mm_buf_str(b, MM_STR("\"other_sources\":{"));
    put_number(b, "records", a->other_records);
    mm_buf_byte(b, ',');
    put_number(b, "findings", a->other_findings);
    mm_buf_byte(b, '}');
}

static void put_examples(mm_buf *b, const account *a)
{
    mm_buf_str(b, MM_STR("\"examples\":["));
    for (size_t i = 0; i < a->examples; i++) {
        const example *x = &a->example[i];
        const struct { const char *key; mm_str text; } told[] = { { "entity", x->entity }, { "at", x->at }, { "field", x->field },
                                                                  { "rule", x->rule }, { "action", x->action },
                                                                  { "value", mm_str_of(report_mask) } };
        mm_buf_str(b, i ? MM_STR(",\n  {") : MM_STR("\n  {"));
        for (size_t k = 0; k < sizeof told / sizeof *told; k++) {
            put_text(b, told[k].key, told[k].text);
            mm_buf_byte(b, ',');
        }
        if (x->name)
            mm_buf_str(b, MM_STR("\"name\":true,"));
        mm_buf_printf(b, "\"score\":%d.%02d}", x->score / 100, x->score % 100);
    }
    mm_buf_byte(b, ']');
}

void report_json(const report_facts *f, mm_buf *b)
{
    const account *a = f->account;
    const mm_totals *t = f->totals;
    mm_buf_str(b, MM_STR("{"));
    put_text(b, "tool", mm_str_of(f->tool));
    mm_buf_str(b, MM_STR(",\n\"policy\":"));
    if (f->policy)
        mm_json_put(b, mm_str_of(f->policy));
    else
        mm_buf_str(b, MM_STR("null"));
    if (a->tiers->use) {
        mm_buf_byte(b, ',');
        put_text(b, "use", mm_str_of(a->tiers->use));
    }
    mm_buf_printf(b, ",\n\"records\":{\"in\":%llu,\"out\":%llu,\"dropped\":%llu,\"bad\":%llu,\"with_findings\":%llu},\n",
                  (unsigned long long)t->in, (unsigned long long)t->out, (unsigned long long)t->dropped, (unsigned long long)t->bad,
                  (unsigned long long)a->records);
    put_number(b, "findings", a->found);
    mm_buf_byte(b, ',');
    put_number(b, "under_review", a->pending);
    const struct { const char *key; const counts *c; } sums[] = { { "by_entity", &a->entity }, { "by_action", &a->action },
                                                                  { "by_tier", &a->tier }, { "by_modality", &a->modality },
                                                                  { "metadata", &a->lost } };
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
        mm_buf_str(b, MM_STR(",\n"));
        put_counts(b, sums[i].key, sums[i].c);
    }
    mm_buf_str(b, MM_STR(",\n"));
    put_table(b, a);
    mm_buf_str(b, MM_STR(",\n"));
    put_sources(b, a);
    mm_buf_str(b, MM_STR(",\n"));
    put_examples(b, a);
    mm_buf_str(b, MM_STR("}\n"));
}
