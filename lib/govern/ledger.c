/* ledger.c - the usage line of mm-ledger.5. */
#include "govern/emit.h"
#include "govern/usage.h"

static void put_names(mm_buf *b, const char *key, const char *const *name, size_t n)
{
    mm_buf_printf(b, ",\"%s\":[", key);
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            mm_buf_byte(b, ',');
        mm_json_put(b, mm_str_of(name[i]));
    }
    mm_buf_byte(b, ']');
}

static void put_line(mm_buf *b, const mm_usage *u)
{
    mm_trace_id trace;
    mm_buf_str(b, MM_STR("{\"tool\":"));
    mm_json_put(b, mm_str_of(u->tool));
    mm_emit_member(b, "version", u->version);
    mm_emit_member(b, "stage", u->stage ? u->stage : u->tool);
    mm_emit_member(b, "run", u->run);
    mm_emit_member(b, "trace", mm_trace_id_parse(u->traceparent, &trace) == 0 ? trace.trace : NULL);
    mm_emit_member(b, "policy", u->policy);
    mm_buf_str(b, MM_STR(",\"start\":"));
    mm_emit_time(b, u->start_ns);
    mm_buf_str(b, MM_STR(",\"end\":"));
    mm_emit_time(b, u->end_ns);
    mm_buf_str(b, MM_STR(",\"wall_s\":"));
    mm_emit_seconds(b, u->wall_ns);
    mm_buf_str(b, MM_STR(",\"cpu_s\":"));
    mm_emit_seconds(b, u->cpu_ns);
    mm_buf_printf(b, ",\"peak_rss_bytes\":%llu,\"workers\":%d,\"status\":%d", (unsigned long long)u->peak_rss,
                  u->workers, u->status);
    mm_buf_printf(b, ",\"records\":{\"in\":%llu,\"out\":%llu,\"dropped\":%llu,\"bad\":%llu}",
                  (unsigned long long)u->in, (unsigned long long)u->out, (unsigned long long)u->dropped,
                  (unsigned long long)u->bad);
    mm_buf_printf(b, ",\"bytes\":{\"in\":%llu,\"out\":%llu}", (unsigned long long)u->bytes_in,
                  (unsigned long long)u->bytes_out);
    put_names(b, "inputs", u->inputs, u->n_inputs);
    put_names(b, "outputs", u->outputs, u->n_outputs);
    mm_buf_printf(b, ",\"machine\":{\"cores\":%d,\"model\":", u->cores);
    mm_json_put(b, mm_str_of(u->machine));
    mm_buf_str(b, MM_STR("}}\n"));
}

int mm_ledger_append(const char *file, const mm_usage *u, mm_err *e)
{
    mm_buf b = { 0 };
    put_line(&b, u);
    int result = mm_emit_append(file, &b, e);
    mm_buf_free(&b);
    return result;
}
