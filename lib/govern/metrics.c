/* metrics.c - Prometheus text exposition format 0.0.4, for a textfile collector or a push. */
#include "govern/emit.h"
#include "govern/usage.h"

#include <string.h>

/* Label values escape backslash, quote and newline, nothing else. */
static void put_label(mm_buf *b, const char *name, const char *text)
{
    mm_buf_printf(b, "%s=\"", name);
    for (; *text; text++) {
        if (*text == '\\' || *text == '"')
            mm_buf_byte(b, '\\');
        if (*text == '\n')
            mm_buf_str(b, MM_STR("\\n"));
        else
            mm_buf_byte(b, *text);
    }
    mm_buf_byte(b, '"');
}

static void put_head(mm_buf *b, const char *name, const char *type, const char *help)
{
    mm_buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* Everything before the value, with the labels up to the first that is NULL. */
static void put_sample(mm_buf *b, const mm_usage *u, const char *name, const char *const *label, const char *const *text)
{
    mm_buf_printf(b, "%s{", name);
    put_label(b, "tool", u->tool);
    mm_buf_byte(b, ',');
    put_label(b, "stage", u->stage ? u->stage : u->tool);
    for (int i = 0; i < MM_METRIC_LABELS && label[i]; i++) {
        mm_buf_byte(b, ',');
        put_label(b, label[i], text[i]);
    }
    mm_buf_str(b, MM_STR("} "));
}

static void put_count(mm_buf *b, const mm_usage *u, const char *name, const char *label, const char *text,
                      uint64_t value)
{
    put_sample(b, u, name, (const char *[]){ label, NULL }, (const char *[]){ text, NULL });
    mm_buf_u64(b, value);
    mm_buf_byte(b, '\n');
}

static void put_seconds(mm_buf *b, const mm_usage *u, const char *name, const char *type, const char *help,
                        int64_t ns)
{
    put_head(b, name, type, help);
    put_sample(b, u, name, (const char *[]){ NULL, NULL }, (const char *[]){ NULL, NULL });
    mm_emit_seconds(b, ns);
    mm_buf_byte(b, '\n');
}

static void put_gauge(mm_buf *b, const mm_usage *u, const char *name, const char *help, uint64_t value)
{
    put_head(b, name, "gauge", help);
    put_count(b, u, name, NULL, NULL, value);
}

static void put_own(mm_buf *b, const mm_usage *u)
{
    for (size_t i = 0; i < u->n_metrics; i++) {
        const mm_metric *m = &u->metric[i];
        if (i == 0 || strcmp(m->name, m[-1].name) != 0)
            put_head(b, m->name, m->gauge ? "gauge" : "counter", m->help);
        put_sample(b, u, m->name, m->label, m->text);
        if (m->gauge)
            mm_buf_str(b, mm_str_of(m->gauge));
        else
            mm_buf_u64(b, m->value);
        mm_buf_byte(b, '\n');
    }
}

int mm_metrics_write(const char *file, const mm_usage *u, mm_err *e)
{
    mm_buf b = { 0 };
    put_head(&b, "mm_records_total", "counter", "Records by outcome: in is the sum of the others.");
    put_count(&b, u, "mm_records_total", "outcome", "in", u->in);
    put_count(&b, u, "mm_records_total", "outcome", "out", u->out);
    put_count(&b, u, "mm_records_total", "outcome", "dropped", u->dropped);
    put_count(&b, u, "mm_records_total", "outcome", "bad", u->bad);
    put_head(&b, "mm_bytes_total", "counter", "Bytes read and written.");
    put_count(&b, u, "mm_bytes_total", "direction", "in", u->bytes_in);
    put_count(&b, u, "mm_bytes_total", "direction", "out", u->bytes_out);
    put_seconds(&b, u, "mm_cpu_seconds_total", "counter", "User and system time of all threads and workers.",
                u->cpu_ns);
    put_seconds(&b, u, "mm_wall_seconds", "gauge", "Duration of the run.", u->wall_ns);
    put_seconds(&b, u, "mm_start_time_seconds", "gauge", "Start of the run since the Unix epoch.",
                u->start_ns);
    put_seconds(&b, u, "mm_end_time_seconds", "gauge", "End of the run since the Unix epoch.", u->end_ns);
    put_gauge(&b, u, "mm_peak_memory_bytes", "Most memory resident at once.", u->peak_rss);
    put_gauge(&b, u, "mm_workers", "Worker threads.", (uint64_t)u->workers);
    put_gauge(&b, u, "mm_exit_status", "Exit status of the run.", (uint64_t)u->status);
    put_head(&b, "mm_build_info", "gauge", "Always 1; the version is a label.");
    put_count(&b, u, "mm_build_info", "version", u->version, 1);
    put_own(&b, u);
    int result = mm_emit_replace(file, &b, e);
    mm_buf_free(&b);
    return result;
}
