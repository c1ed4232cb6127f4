/* show.c - --list. */
#include "show.h"

#include <math.h>

#include "metric.h"

static const struct { unsigned bit; const char *name; } needs[] = {
    { NEED_LABEL, "label" }, { NEED_PREDICTION, "prediction" }, { NEED_SCORE, "score" }, { NEED_PROBABILITY, "probabilities" },
    { NEED_STRATUM, "stratify" }, { NEED_TARGET, "targets" } };

static void put_needs(const metric *m, mm_buf *out)
{
    bool any = false;
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (m->needs & needs[i].bit) {
            mm_buf_printf(out, "%s%s", any ? "," : "", needs[i].name);
            any = true;
        }
    if (!any)
        mm_buf_byte(out, '-');
}

static void put_json(const metric *m, mm_buf *out)
{
    mm_buf need = { 0 };
    put_needs(m, &need);
    mm_buf_printf(out, "{\"scope\":\"%s\",\"name\":\"%s\",\"interval\":\"%s\",\"needs\":", scope_names[m->scope], m->name,
                  interval_names[m->interval]);
    mm_json_put(out, mm_buf_view(&need));
    mm_buf_str(out, MM_STR(",\"fair\":"));
    mm_json_put_double(out, m->fair);
    mm_buf_str(out, MM_STR(",\"what\":"));
    mm_json_put(out, mm_str_of(m->what));
    mm_buf_str(out, MM_STR("}\n"));
    mm_buf_free(&need);
}

void show_list(bool json, mm_buf *out)
{
    for (size_t s = 0; s < SCOPES; s++)
        for (size_t i = 0; i < n_metrics; i++) {
            const metric *m = &metrics[i];
            if (m->scope != s)
                continue;
            if (json) {
                put_json(m, out);
                continue;
            }
            mm_buf_printf(out, "%s.%s\t%s\t", scope_names[s], m->name, interval_names[m->interval]);
            put_needs(m, out);
            mm_buf_printf(out, "\t%s\n", m->what);
        }
}
