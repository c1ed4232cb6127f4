/* sketch_show.c - mm-bias show. */
#include "sketch_show.h"

#include <math.h>
#include <string.h>

#include "page/page.h"

static const char *const type_names[SKETCH_TYPES] = { "null", "false", "true", "number", "string", "array", "object" };
static const double quantiles[] = { 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99 };
enum { QUANTILES = sizeof quantiles / sizeof *quantiles, SHOWN = 10 };

static void put_member(mm_buf *out, const char *name, double x)
{
    mm_buf_printf(out, ",\"%s\":", name);
    mm_json_put_double(out, x);
}

static void put_kll(mm_buf *out, const char *name, const kll *k)
{
    kll_cdf c;
    if (!k->n)
        return;
    if (!kll_cdf_init(&c, k)) {
        out->failed = true;
        return;
    }
    mm_buf_printf(out, ",\"%s\":{\"min\":", name);
    mm_json_put_double(out, k->min);
    for (size_t i = 0; i < QUANTILES; i++) {
        mm_buf_printf(out, ",\"q%02.0f\":", 100 * quantiles[i]);
        mm_json_put_double(out, kll_cdf_quantile(&c, quantiles[i]));
    }
    put_member(out, "max", k->max);
    mm_buf_byte(out, '}');
    kll_cdf_clear(&c);
}

static void put_top(mm_buf *out, const top *t, size_t most)
{
    uint16_t order[TOP_M];
    top_order(t, order);
    mm_buf_str(out, MM_STR(",\"top\":["));
    for (size_t i = 0; i < t->size && i < most; i++) {
        const top_entry *e = &t->entry[order[i]];
        mm_buf_printf(out, "%s{\"value\":", i ? "," : "");
        mm_json_put(out, (mm_str){ e->text, e->n });
        mm_buf_printf(out, ",\"count\":%llu,\"error\":%llu}", (unsigned long long)e->count, (unsigned long long)e->error);
    }
    mm_buf_byte(out, ']');
}

static void put_field(mm_buf *out, const field_sketch *f, uint64_t records)
{
    const moments *m = &f->moments;
    uint64_t seen = field_seen(f);
    mm_buf_str(out, MM_STR("{\"field\":"));
    mm_json_put(out, mm_str_of(f->name));
    mm_buf_printf(out, ",\"missing\":%llu", (unsigned long long)(records > seen ? records - seen : 0));
    for (size_t t = 0; t < SKETCH_TYPES; t++)
        if (f->seen[t])
            mm_buf_printf(out, ",\"%s\":%llu", type_names[t], (unsigned long long)f->seen[t]);
    if (f->distinct)
        put_member(out, "distinct", round(hll_estimate(f->distinct)));
    if (m->n) {
        double n = (double)m->n, sd = sqrt(m->m2 / n);
        put_member(out, "mean", m->mean);
        put_member(out, "standard_deviation", m->n > 1 ? sqrt(m->m2 / (n - 1)) : NAN);
        put_member(out, "skewness", m->m2 > 0 ? m->m3 / n / (sd * sd * sd) : NAN);
        put_member(out, "kurtosis", m->m2 > 0 ? n * m->m4 / (m->m2 * m->m2) - 3 : NAN);
    }
    put_kll(out, "quantiles", &f->number);
    put_kll(out, "lengths", &f->length);
    if (f->top)
        put_top(out, f->top, SHOWN);
    mm_buf_str(out, MM_STR("}\n"));
}

static void put_kinds(mm_buf *out, const sketch_kinds *k)
{
    mm_buf_str(out, MM_STR(",\"by\":["));
    for (size_t d = 0; d < k->n_dims; d++) {
        if (d)
            mm_buf_byte(out, ',');
        mm_json_put(out, mm_str_of(k->dim[d]));
    }
    mm_buf_byte(out, ']');
    const struct { const char *name, *text; } said[] = { { "label", k->label }, { "prediction", k->prediction } };
    for (size_t i = 0; i < 2; i++)
        if (said[i].text) {
            mm_buf_printf(out, ",\"%s\":", said[i].name);
            mm_json_put(out, mm_str_of(said[i].text));
        }
    if (k->counts)
        mm_buf_printf(out, ",\"kinds\":%zu", k->counts->n_cells);
}

void sketch_show_json(const sketch *s, mm_buf *out)
{
    mm_buf_printf(out, "{\"records\":%llu,\"fields\":%zu", (unsigned long long)s->records, s->n_fields);
    if (s->left_out)
        mm_buf_printf(out, ",\"left_out\":%llu", (unsigned long long)s->left_out);
    if (s->epsilon > 0) {
        put_member(out, "epsilon", s->epsilon);
        put_member(out, "delta", s->delta);
    }
    put_kinds(out, &s->kinds);
    mm_buf_str(out, MM_STR("}\n"));
    for (size_t i = 0; i < s->n_fields; i++)
        put_field(out, &s->field[i], s->records);
}

/* ---- for people ---- */

static void show_numbers(mm_buf *out, const char *what, const kll *k)
{
    static const double shown[] = { 0.05, 0.5, 0.95 };
    kll_cdf c;
    if (!k->n || !kll_cdf_init(&c, k))
        return;
    mm_buf_printf(out, "    %s from ", what);
    mm_page_number(out, k->min);
    mm_buf_str(out, MM_STR(" to "));
    mm_page_number(out, k->max);
    for (size_t i = 0; i < 3; i++) {
        mm_buf_printf(out, ", %.0f %% at most ", 100 * shown[i]);
        mm_page_number(out, kll_cdf_quantile(&c, shown[i]));
    }
    mm_buf_byte(out, '\n');
    kll_cdf_clear(&c);
}

void sketch_show_text(const sketch *s, mm_buf *out)
{
    mm_page_count(out, s->records);
    mm_buf_printf(out, " records, %zu fields\n", s->n_fields);
    for (size_t i = 0; i < s->n_fields; i++) {
        const field_sketch *f = &s->field[i];
        uint64_t seen = field_seen(f);
        mm_buf_printf(out, "\n%s\n    in ", f->name);
        mm_page_count(out, seen);
        for (size_t t = 0; t < SKETCH_TYPES; t++)
            if (f->seen[t]) {
                mm_buf_printf(out, "; %s ", type_names[t]);
                mm_page_count(out, f->seen[t]);
            }
        if (f->distinct) {
            mm_buf_str(out, MM_STR("; different about "));
            mm_page_number(out, round(hll_estimate(f->distinct)));
        }
        mm_buf_byte(out, '\n');
        show_numbers(out, "numbers", &f->number);
        show_numbers(out, "bytes", &f->length);
        uint16_t order[TOP_M];
        if (f->top)
            top_order(f->top, order);
        for (size_t k = 0; f->top && k < f->top->size && k < 5; k++) {
            const top_entry *e = &f->top->entry[order[k]];
            mm_buf_str(out, MM_STR("    "));
            mm_json_put(out, (mm_str){ e->text, e->n });
            mm_buf_byte(out, ' ');
            mm_page_count(out, e->count);
            mm_buf_byte(out, '\n');
        }
    }
}
