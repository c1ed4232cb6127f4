/* trace.c - one span a run, as OTLP JSON (opentelemetry-proto, JSON mapping: ids in hex, 64-bit
 * integers as strings), one ExportTraceServiceRequest a line as OTLP's file exporter
 * writes it. Attribute names follow OpenTelemetry's semantic conventions where there is one. */
#include <string.h>

#include "govern/emit.h"
#include "govern/usage.h"

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool hex_byte(const char *p, unsigned *out)
{
    int high = hex_digit(p[0]), low = hex_digit(p[1]);
    *out = (unsigned)(high * 16 + low);
    return high >= 0 && low >= 0;
}

/* n lower-case hex digits into out; false when they are not, or all zero. */
static bool take_hex(const char *p, size_t n, char *out)
{
    bool zero = true;
    for (size_t i = 0; i < n; i++) {
        if (hex_digit(p[i]) < 0)
            return false;
        zero = zero && p[i] == '0';
    }
    memcpy(out, p, n);
    out[n] = '\0';
    return !zero;
}

/* W3C Trace Context, section 3.2: a later version may have more behind a further dash. */
int mm_trace_id_parse(const char *text, mm_trace_id *out)
{
    enum { LENGTH = 55 };
    unsigned version;
    if (!text || strnlen(text, LENGTH) < LENGTH || !hex_byte(text, &version) || version == 0xff)
        return -1;
    if (text[LENGTH] != '\0' && (version == 0 || text[LENGTH] != '-'))
        return -1;
    if (text[2] != '-' || text[35] != '-' || text[52] != '-')
        return -1;
    if (!take_hex(text + 3, 32, out->trace) || !take_hex(text + 36, 16, out->parent))
        return -1;
    return hex_byte(text + 53, &out->flags) ? 0 : -1;
}

/* Between the elements of a list. */
static const char *comma(const mm_buf *b)
{
    return b->n > 0 && b->p[b->n - 1] == '[' ? "" : ",";
}

static void put_text(mm_buf *b, const char *key, const char *text)
{
    if (!text)
        return;
    mm_buf_printf(b, "%s{\"key\":\"%s\",\"value\":{\"stringValue\":", comma(b), key);
    mm_json_put(b, mm_str_of(text));
    mm_buf_str(b, MM_STR("}}"));
}

static void put_int(mm_buf *b, const char *key, uint64_t value)
{
    mm_buf_printf(b, "%s{\"key\":\"%s\",\"value\":{\"intValue\":\"%llu\"}}", comma(b), key,
                  (unsigned long long)value);
}

static void put_resource(mm_buf *b, const mm_usage *u)
{
    mm_buf_str(b, MM_STR("{\"resource\":{\"attributes\":["));
    put_text(b, "service.name", u->tool);
    put_text(b, "service.version", u->version);
    put_text(b, "service.namespace", "mmtools");
    put_text(b, "service.instance.id", u->run);
    put_text(b, "host.cpu.model.name", u->machine);
    mm_buf_str(b, MM_STR("]}"));
}

static void put_attributes(mm_buf *b, const mm_usage *u)
{
    mm_buf_str(b, MM_STR(",\"attributes\":["));
    put_int(b, "mm.records.in", u->in);
    put_int(b, "mm.records.out", u->out);
    put_int(b, "mm.records.dropped", u->dropped);
    put_int(b, "mm.records.bad", u->bad);
    put_int(b, "mm.bytes.in", u->bytes_in);
    put_int(b, "mm.bytes.out", u->bytes_out);
    put_int(b, "mm.cpu.nanoseconds", (uint64_t)u->cpu_ns);
    put_int(b, "mm.memory.peak_bytes", u->peak_rss);
    put_int(b, "mm.workers", (uint64_t)u->workers);
    put_int(b, "process.exit.code", (uint64_t)u->status);
    put_text(b, "mm.policy", u->policy);
    mm_buf_byte(b, ']');
}

/* OTLP status codes. */
enum { STATUS_OK = 1, STATUS_ERROR = 2 };

static void put_span(mm_buf *b, const mm_usage *u)
{
    mm_trace_id caller;
    bool joined = mm_trace_id_parse(u->traceparent, &caller) == 0;
    mm_buf_printf(b, "{\"traceId\":\"%s\",\"spanId\":\"%.16s\"", joined ? caller.trace : u->run, u->run);
    if (joined)
        mm_buf_printf(b, ",\"parentSpanId\":\"%s\",\"flags\":%u", caller.parent, caller.flags);
    mm_emit_member(b, "name", u->stage ? u->stage : u->tool);
    mm_buf_printf(b, ",\"kind\":1,\"startTimeUnixNano\":\"%lld\",\"endTimeUnixNano\":\"%lld\"",
                  (long long)u->start_ns, (long long)u->end_ns);
    put_attributes(b, u);
    if (u->status == 0)
        mm_buf_printf(b, ",\"status\":{\"code\":%d}}", STATUS_OK);
    else
        mm_buf_printf(b, ",\"status\":{\"code\":%d,\"message\":\"exit status %d\"}}", STATUS_ERROR, u->status);
}

int mm_trace_write(const char *file, const mm_usage *u, mm_err *e)
{
    mm_buf b = { 0 };
    mm_buf_str(&b, MM_STR("{\"resourceSpans\":["));
    put_resource(&b, u);
    mm_buf_str(&b, MM_STR(",\"scopeSpans\":[{\"scope\":{\"name\":\"mmtools\""));
    mm_emit_member(&b, "version", u->version);
    mm_buf_str(&b, MM_STR("},\"spans\":["));
    put_span(&b, u);
    mm_buf_str(&b, MM_STR("]}]}]}\n"));
    int result = mm_emit_append(file, &b, e);
    mm_buf_free(&b);
    return result;
}
