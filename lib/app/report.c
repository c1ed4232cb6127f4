/* report.c - what a tool says on standard error. */
#include "app/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "record/member.h"

/* Bad records told one by one; further ones are only counted. */
#define BAD_LINES 20
#define WIPE "\r\033[K"

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void mm_report_init(mm_report *r, const char *tool)
{
    const char *log = getenv("MM_LOG");
    *r = (mm_report){ .tool = tool, .json = log && strcmp(log, "json") == 0,
                      .terminal = isatty(STDERR_FILENO), .start_ns = now_ns() };
    pthread_mutex_init(&r->lock, NULL);
}

/* ---- lines ------------------------------------------------------------------ */

/* Nobody is left to tell when standard error fails. */
static void say(const mm_buf *b)
{
    int saved = errno;
    for (size_t done = 0; done < b->n;) {
        ssize_t n = write(STDERR_FILENO, b->p + done, b->n - done);
        if (n < 0 && errno != EINTR)
            break;
        done += n > 0 ? (size_t)n : 0;
    }
    errno = saved;
}

/* mm.src, which tells what a record read from a pipe is; empty when there is none or when its input's
 * name says as much. Borrowed from the header or from scratch. */
static mm_str source_of(const mm_rec *rec, mm_buf *scratch)
{
    static const char *const way[] = { "mm", "src" };
    mm_value v = { .raw = rec->head, .type = MM_JSON_OBJECT };
    for (size_t i = 0; i < sizeof way / sizeof *way && v.raw.p; i++) {
        mm_value found = { 0 };
        if (v.type != MM_JSON_OBJECT || mm_members_find(v, &way[i], &found, 1) != 0)
            return (mm_str){ 0 };
        v = found;
    }
    if (!v.raw.p || v.type != MM_JSON_STRING)
        return (mm_str){ 0 };
    mm_str src = mm_json_text(v.raw, scratch);
    return rec->source && mm_str_starts(src, mm_str_of(rec->source)) ? (mm_str){ 0 } : src;
}

static void put_json(mm_buf *b, const mm_report *r, mm_level level, const mm_rec *rec, const char *text)
{
    static const char *const names[] = { "info", "warning", "error" };
    mm_buf_printf(b, "{\"level\":\"%s\",\"tool\":", names[level]);
    mm_json_put(b, mm_str_of(r->tool));
    if (rec && rec->source) {
        mm_buf_str(b, MM_STR(",\"source\":"));
        mm_json_put(b, mm_str_of(rec->source));
    }
    if (rec && rec->position) {
        mm_buf_str(b, MM_STR(",\"position\":"));
        mm_buf_u64(b, rec->position);
    }
    mm_buf scratch = { 0 };
    mm_str src = rec ? source_of(rec, &scratch) : (mm_str){ 0 };
    if (src.n) {
        mm_buf_str(b, MM_STR(",\"src\":"));
        mm_json_put(b, src);
    }
    mm_buf_free(&scratch);
    mm_buf_str(b, MM_STR(",\"message\":"));
    mm_json_put(b, mm_str_of(text));
    mm_buf_str(b, MM_STR("}\n"));
}

/* Of a long name the end, which tells members of one archive apart and leaves room for the reason. */
static void put_name(mm_buf *b, mm_str name)
{
    const size_t most = 160;
    size_t from = name.n > most ? name.n - most : 0;
    while (from && from < name.n && ((unsigned char)name.p[from] & 0xc0) == 0x80)
        from++;
    mm_buf_printf(b, "%s%.*s: ", from ? "..." : "", (int)(name.n - from), name.p + from);
}

static void put_plain(mm_buf *b, const mm_report *r, const mm_rec *rec, const char *text)
{
    mm_buf place = { 0 }, scratch = { 0 };
    if (rec && rec->source) {
        mm_buf_printf(&place, rec->position ? "%s:%llu: " : "%s: ", rec->source, (unsigned long long)rec->position);
        mm_str src = source_of(rec, &scratch);
        if (src.n)
            put_name(&place, src);
    }
    mm_err shown = { 0 };  /* makes what came from outside safe to show */
    mm_fail(&shown, MM_EBAD, "%.*s%s", (int)place.n, place.p ? place.p : "", text);
    mm_buf_printf(b, "%s: %s\n", r->tool, shown.text);
    mm_buf_free(&scratch);
    mm_buf_free(&place);
}

/* The caller holds the lock. */
static void tell(mm_report *r, mm_level level, const mm_rec *rec, const char *text)
{
    mm_buf b = { 0 };
    if (r->drawn)
        mm_buf_str(&b, MM_STR(WIPE));
    r->drawn = false;
    if (r->json)
        put_json(&b, r, level, rec, text);
    else
        put_plain(&b, r, rec, text);
    say(&b);
    mm_buf_free(&b);
}

void mm_report_line(mm_report *r, mm_level level, const char *text)
{
    pthread_mutex_lock(&r->lock);
    tell(r, level, NULL, text);
    pthread_mutex_unlock(&r->lock);
}

void mm_report_lines(mm_report *r, mm_str lines)
{
    const mm_buf b = { .p = (char *)lines.p, .n = lines.n };
    pthread_mutex_lock(&r->lock);
    if (!r->json)
        say(&b);
    pthread_mutex_unlock(&r->lock);
}

void mm_report_bad(mm_report *r, const mm_rec *rec, bool kept)
{
    mm_err why = { 0 };
    const char *reason = rec->reason ? rec->reason : "a bad record";
    if (rec->bad_byte >= 0)
        mm_fail(&why, MM_EBAD, "%s at byte %lld", reason, (long long)rec->bad_byte);
    else
        mm_fail(&why, MM_EBAD, "%s", reason);
    pthread_mutex_lock(&r->lock);
    r->bad_lines++;
    if (r->bad_lines <= BAD_LINES)
        tell(r, MM_LEVEL_ERROR, rec, why.text);
    else if (r->bad_lines == BAD_LINES + 1)
        tell(r, MM_LEVEL_WARNING, NULL, kept ? "further bad records are only counted here"
                                        : "further bad records are only counted; --dead-letter FILE keeps them all");
    pthread_mutex_unlock(&r->lock);
}

/* ---- figures ---------------------------------------------------------------- */

static void put_bytes(mm_buf *b, double n)
{
    static const char *const units[] = { "bytes", "kB", "MB", "GB", "TB", "PB" };
    size_t i = 0;
    for (; n >= 999.5 && i + 1 < sizeof units / sizeof *units; i++)
        n /= 1000;
    mm_buf_printf(b, i == 0 || n >= 99.95 ? "%.0f %s" : "%.1f %s", n, i == 0 && n == 1 ? "byte" : units[i]);
}

static void put_records(mm_buf *b, uint64_t n)
{
    mm_buf_printf(b, "%llu record%s", (unsigned long long)n, n == 1 ? "" : "s");
}

static void put_seconds(mm_buf *b, double s)
{
    if (s < 10)
        mm_buf_printf(b, "%.2f s", s);
    else if (s < 60)
        mm_buf_printf(b, "%.1f s", s);
    else if (s < 3600)
        mm_buf_printf(b, "%d min %d s", (int)s / 60, (int)s % 60);
    else
        mm_buf_printf(b, "%lld h %d min", (long long)s / 3600, (int)((long long)s % 3600 / 60));
}

static double seconds_since(int64_t start_ns)
{
    double s = (double)(now_ns() - start_ns) / 1e9;
    return s > 1e-6 ? s : 1e-6;
}

void mm_report_progress(mm_report *r, uint64_t records, uint64_t bytes, uint64_t total)
{
    double s = seconds_since(r->start_ns);
    if (!r->terminal || r->quiet || r->json || s < 0.5)
        return;
    mm_buf b = { 0 };
    mm_buf_printf(&b, WIPE "%s: ", r->tool);
    put_records(&b, records);
    if (bytes) {
        mm_buf_str(&b, MM_STR(", "));
        put_bytes(&b, (double)bytes);
    }
    if (total && bytes <= total) {
        mm_buf_str(&b, MM_STR(" of "));
        put_bytes(&b, (double)total);
        mm_buf_printf(&b, " (%d%%)", (int)(100 * (double)bytes / (double)total));
    }
    if (bytes) {
        mm_buf_str(&b, MM_STR(", "));
        put_bytes(&b, (double)bytes / s);
        mm_buf_str(&b, MM_STR("/s"));
    } else {
        mm_buf_printf(&b, ", %.0f/s", (double)records / s);
    }
    if (bytes && total && bytes <= total) {
        mm_buf_str(&b, MM_STR(", "));
        put_seconds(&b, s * (double)(total - bytes) / (double)bytes);
        mm_buf_str(&b, MM_STR(" left"));
    }
    pthread_mutex_lock(&r->lock);
    say(&b);
    r->drawn = true;
    pthread_mutex_unlock(&r->lock);
    mm_buf_free(&b);
}

static void wipe(mm_report *r)
{
    static const mm_buf blank = { .p = WIPE, .n = sizeof WIPE - 1 };
    pthread_mutex_lock(&r->lock);
    if (r->drawn)
        say(&blank);
    r->drawn = false;
    pthread_mutex_unlock(&r->lock);
}

bool mm_report_sums_up(const mm_report *r, const mm_totals *t)
{
    return !r->quiet && (r->terminal || t->bad || t->inputs_bad || t->interrupted);
}

void mm_report_summary(mm_report *r, const mm_totals *t)
{
    wipe(r);
    if (!mm_report_sums_up(r, t))
        return;
    mm_buf b = { 0 };
    double s = seconds_since(r->start_ns);
    mm_buf_printf(&b, "%llu in, %llu out, %llu dropped, %llu bad; ", (unsigned long long)t->in,
                  (unsigned long long)t->out, (unsigned long long)t->dropped, (unsigned long long)t->bad);
    if (t->inputs_bad)
        mm_buf_printf(&b, "%llu input%s not read to the end; ", (unsigned long long)t->inputs_bad,
                      t->inputs_bad == 1 ? "" : "s");
    if (t->bytes_in)
        put_bytes(&b, (double)t->bytes_in);
    else
        put_records(&b, t->in);
    mm_buf_str(&b, MM_STR(" in "));
    put_seconds(&b, s);
    if (t->bytes_in) {
        mm_buf_str(&b, MM_STR(" ("));
        put_bytes(&b, (double)t->bytes_in / s);
        mm_buf_str(&b, MM_STR("/s)"));
    } else {
        mm_buf_printf(&b, " (%.0f/s)", (double)t->in / s);
    }
    mm_buf_str(&b, t->interrupted ? MM_STR("; interrupted") : MM_STR(""));
    mm_buf_byte(&b, '\0');
    if (!b.failed)
        mm_report_line(r, MM_LEVEL_INFO, b.p);
    mm_buf_free(&b);
}
