#include "evidence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "price/when.h"

/* Clocks of machines that share a ledger differ by less. */
#define CLOCK_S 60.0

enum { TOOL, STAGE, RUN, POLICY, START, END, WALL, CPU, RSS, WORKERS, STATUS, IN, OUT, BAD, BYTES, EVENT, TIME, RUN_ID, JOB, N_PATHS };
static const char *const path_text[N_PATHS] = {
    [TOOL] = "tool", [STAGE] = "stage", [RUN] = "run", [POLICY] = "policy", [START] = "start", [END] = "end", [WALL] = "wall_s",
    [CPU] = "cpu_s", [RSS] = "peak_rss_bytes", [WORKERS] = "workers", [STATUS] = "status", [IN] = "records.in", [OUT] = "records.out",
    [BAD] = "records.bad", [BYTES] = "bytes.in", [EVENT] = "eventType", [TIME] = "eventTime", [RUN_ID] = "run.runId", [JOB] = "job.name",
};

typedef struct reading {
    evidence *v;
    mm_path *path[N_PATHS];
    const char *file;
    unsigned line;
    double last_end;   /* of this file */
    mm_buf scratch;
    mm_err *e;
} reading;

static int bad(reading *r, const char *what)
{
    return r->line ? mm_fail(r->e, MM_EBAD, "%s:%u: %s", r->file, r->line, what) : mm_fail(r->e, MM_EBAD, "%s: %s", r->file, what);
}

/* Room for one more behind n. */
static void *more(void *list, size_t n, size_t size)
{
    return n && (n & (n - 1)) ? list : realloc(list, (n ? 2 * n : 1) * size);
}

static const char *text(reading *r, mm_value v)
{
    if (!v.raw.p || v.type != MM_JSON_STRING)
        return NULL;
    return mm_arena_copy(r->v->arena, mm_json_text(v.raw, &r->scratch)).p;
}

static double number(mm_value v)
{
    double out;
    return v.raw.p && v.type == MM_JSON_NUMBER && mm_json_double(v.raw, &out) == 0 ? out : NAN;
}

static int64_t whole(mm_value v, int64_t otherwise)
{
    int64_t out;
    return v.raw.p && v.type == MM_JSON_NUMBER && mm_json_int(v.raw, &out) == 0 ? out : otherwise;
}

static double when(reading *r, mm_value v)
{
    int64_t s;
    const char *t = text(r, v);
    if (!t || !mm_when_read(mm_str_of(t), &s))
        return NAN;
    const char *dot = strchr(t, '.');
    double fraction = 0, scale = 0.1;
    for (dot = dot ? dot + 1 : ""; *dot >= '0' && *dot <= '9'; dot++, scale /= 10)
        fraction += (*dot - '0') * scale;
    return (double)s + fraction;
}

static run *add_run(reading *r)
{
    run *list = more(r->v->run, r->v->n_runs, sizeof *list);
    if (!list) {
        mm_fail(r->e, MM_ESYS, "out of memory");
        return NULL;
    }
    r->v->run = list;
    list[r->v->n_runs] = (run){ .file = r->file, .line = r->line };
    return &list[r->v->n_runs++];
}

static void see(evidence *v, double time)
{
    if (isfinite(time) && !(v->latest >= time))
        v->latest = time;
}

static int ledger_line(reading *r, const mm_value *v)
{
    run *x = add_run(r);
    if (!x)
        return -1;
    x->tool = text(r, v[TOOL]);
    x->stage = v[STAGE].raw.p ? text(r, v[STAGE]) : x->tool;
    x->id = text(r, v[RUN]);
    x->policy = text(r, v[POLICY]);
    x->start = when(r, v[START]);
    x->end = when(r, v[END]);
    x->wall_s = number(v[WALL]);
    x->cpu_s = number(v[CPU]);
    x->peak_bytes = number(v[RSS]);
    x->in = number(v[IN]);
    x->out = number(v[OUT]);
    x->bad = number(v[BAD]);
    x->bytes = number(v[BYTES]);
    x->workers = whole(v[WORKERS], -1);
    x->status = whole(v[STATUS], -1);
    if (!x->tool || !x->stage || !isfinite(x->start) || !isfinite(x->end) || !(x->wall_s >= 0) || !(x->cpu_s >= 0) ||
        !(x->peak_bytes >= 0) || x->workers < 0 || x->status < 0)
        return bad(r, "a line of a ledger needs tool, start, end, wall_s, cpu_s, peak_rss_bytes, workers and status");
    if (!r->v->clock && x->end + CLOCK_S < r->last_end) {
        mm_buf at = { 0 };
        mm_buf_printf(&at, "%s:%u", r->file, r->line);
        r->v->clock_at = mm_arena_copy(r->v->arena, mm_buf_view(&at)).p;
        mm_buf_free(&at);
        r->v->clock = true;
    }
    r->last_end = x->end;
    see(r->v, x->end);
    return 0;
}

/* "0af76519-16cd-..." as ledgers write it. */
static const char *without_dashes(reading *r, const char *id)
{
    char plain[64];
    size_t n = 0;
    for (; id && *id && n < sizeof plain; id++)
        if (*id != '-')
            plain[n++] = *id;
    return mm_arena_copy(r->v->arena, (mm_str){ plain, n }).p;
}

static int lineage_line(reading *r, const mm_value *v)
{
    const char *event = text(r, v[EVENT]), *job = text(r, v[JOB]), *id = without_dashes(r, text(r, v[RUN_ID]));
    double at = when(r, v[TIME]);
    if (!event || !job || !id || !*id || !isfinite(at))
        return bad(r, "an event of lineage needs eventType, eventTime, run.runId and job.name");
    see(r->v, at);
    if (strcmp(event, "START") == 0) {
        run *x = add_run(r);
        if (!x)
            return -1;
        *x = (run){ .stage = job, .tool = job, .id = id, .start = at, .end = NAN, .wall_s = NAN, .cpu_s = NAN, .peak_bytes = NAN,
                    .in = NAN, .bad = NAN, .out = NAN, .bytes = NAN, .file = r->file, .line = r->line };
    } else
        for (size_t i = 0; i < r->v->n_runs; i++)
            if (!isfinite(r->v->run[i].end) && strcmp(r->v->run[i].id, id) == 0)
                r->v->run[i].end = at;
    return 0;
}

static int add_finding(reading *r, mm_str json)
{
    finding *list = more(r->v->finding, r->v->n_findings, sizeof *list);
    if (!list)
        return mm_fail(r->e, MM_ESYS, "out of memory");
    r->v->finding = list;
    list[r->v->n_findings++] = (finding){ r->file, r->line, mm_arena_copy(r->v->arena, json) };
    return 0;
}

static int json_line(reading *r, mm_str line)
{
    mm_value v[N_PATHS];
    mm_err why = { 0 };
    size_t at;
    if (mm_json_check_record(line, &at, &why) < 0)
        return r->line ? mm_fail(r->e, MM_EBAD, "%s:%u: %s at byte %zu; cut the line away or repair it", r->file, r->line, why.text, at)
                       : mm_fail(r->e, MM_EBAD, "%s: %s at byte %zu", r->file, why.text, at);
    if (mm_json_find_many(line, (const mm_path *const *)r->path, N_PATHS, v) < 0)
        return bad(r, "malformed JSON");
    if (v[EVENT].raw.p)
        return lineage_line(r, v);
    return v[WALL].raw.p ? ledger_line(r, v) : add_finding(r, line);
}

/* NAME{LABELS} VALUE [TIME] */
static int metric_line(reading *r, mm_str line)
{
    size_t n = 0;
    while (n < line.n && line.p[n] != '{' && line.p[n] != ' ')
        n++;
    size_t from = n + 1, to = from;
    bool quoted = false;
    if (n < line.n && line.p[n] == '{') {
        for (; to < line.n && (quoted || line.p[to] != '}'); to++) {
            if (quoted && line.p[to] == '\\')
                to++;
            else if (line.p[to] == '"')
                quoted = !quoted;
        }
    } else
        from = to = n;
    const char *value = to < line.n ? memchr(line.p + to, ' ', line.n - to) : NULL;
    double number;
    size_t tabs = 0;
    for (size_t i = 0; i < line.n; i++)
        tabs += line.p[i] == '\t';
    if (tabs == 3)  /* mm-redact --verify */
        return add_finding(r, line);
    mm_str rest = value ? (mm_str){ value + 1, (size_t)(line.p + line.n - value - 1) } : (mm_str){ 0 };
    const char *blank = rest.n ? memchr(rest.p, ' ', rest.n) : NULL;
    if (blank)
        rest.n = (size_t)(blank - rest.p);
    if (mm_str_eq(rest, MM_STR("NaN")) || mm_str_eq(rest, MM_STR("+Inf")) || mm_str_eq(rest, MM_STR("-Inf")))
        return 0;
    if (!n || mm_json_double(rest, &number) < 0)
        return bad(r, "neither JSON, nor a line of metrics (NAME{LABELS} VALUE), nor one of mm-redact --verify");
    sample *list = more(r->v->sample, r->v->n_samples, sizeof *list);
    if (!list)
        return mm_fail(r->e, MM_ESYS, "out of memory");
    r->v->sample = list;
    list[r->v->n_samples++] = (sample){ mm_arena_copy(r->v->arena, (mm_str){ line.p, n }).p,
                                        mm_arena_copy(r->v->arena, (mm_str){ line.p + from, to - from }), number };
    return 0;
}

static mm_str trimmed(mm_str s)
{
    while (s.n && strchr(" \t\r\n", s.p[s.n - 1]))
        s.n--;
    while (s.n && strchr(" \t\r\n", *s.p)) {
        s.p++;
        s.n--;
    }
    return s;
}

static int take_text(reading *r, mm_str all)
{
    mm_str start = trimmed(all);
    const char *eol = memchr(start.p ? start.p : "", '\n', start.n);
    bool json = start.n && *start.p == '{';
    if (json && eol && mm_json_check_record((mm_str){ start.p, (size_t)(eol - start.p) }, NULL, NULL) < 0) {
        r->line = 0;
        return json_line(r, start);
    }
    for (size_t i = 0; i < all.n; i++) {
        eol = memchr(all.p + i, '\n', all.n - i);
        size_t end = eol ? (size_t)(eol - all.p) : all.n;
        mm_str line = trimmed((mm_str){ all.p + i, end - i });
        r->line++;
        i = end;
        if (!line.n || (!json && *line.p == '#'))
            continue;
        if ((json ? json_line(r, line) : metric_line(r, line)) < 0)
            return -1;
    }
    return 0;
}

static int take_file(reading *r, const char *file)
{
    mm_batch *b = mm_batch_new();
    mm_reader *in = b ? mm_reader_open(&file, 1, &(mm_read_opts){ .lines_only = true }, r->e) : NULL;
    mm_buf all = { 0 };
    int rc = in ? 1 : b ? -1 : mm_fail(r->e, MM_ESYS, "out of memory");
    while (rc == 1 && (rc = mm_reader_next(in, b, r->e)) == 1)
        for (size_t i = 0; i < b->n; i++)
            mm_buf_str(&all, b->rec[i].raw);
    if (rc == 0 && all.failed)
        rc = mm_fail(r->e, MM_ESYS, "out of memory");
    r->file = file;
    r->line = 0;
    r->last_end = -INFINITY;
    if (rc == 0)
        rc = take_text(r, mm_buf_view(&all));
    mm_reader_close(in);
    mm_batch_free(b);
    mm_buf_free(&all);
    return rc;
}

/* ---- the whole ---- */

static int by_end(const void *a, const void *b)
{
    const run *x = a, *y = b;
    if (isfinite(x->end) != isfinite(y->end))
        return isfinite(x->end) ? -1 : 1;
    if (isfinite(x->end) && x->end != y->end)
        return x->end < y->end ? -1 : 1;
    int c = strcmp(x->file, y->file);
    return c ? c : x->line < y->line ? -1 : 1;
}

/* Starts of lineage whose end is told by lineage, or by a ledger, say nothing more. */
static void close_runs(evidence *v)
{
    size_t n = 0;
    for (size_t i = 0; i < v->n_runs; i++) {
        const run *x = &v->run[i];
        bool told = !isfinite(x->wall_s) && isfinite(x->end);
        for (size_t k = 0; !isfinite(x->wall_s) && !told && k < v->n_runs; k++)
            told = isfinite(v->run[k].wall_s) && v->run[k].id && strcmp(v->run[k].id, x->id) == 0;
        if (!told)
            v->run[n++] = *x;
    }
    v->n_runs = n;
}

int evidence_read(evidence *v, const char *const *file, size_t n, mm_err *e)
{
    *v = (evidence){ .latest = NAN, .arena = mm_arena_new() };
    reading r = { .v = v, .e = e };
    int rc = v->arena ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; rc == 0 && i < N_PATHS; i++)
        rc = (r.path[i] = mm_path_new(mm_str_of(path_text[i]), e)) ? 0 : -1;
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = take_file(&r, file[i]);
    for (size_t i = 0; i < N_PATHS; i++)
        mm_path_free(r.path[i]);
    mm_buf_free(&r.scratch);
    if (rc == 0) {
        close_runs(v);
        if (v->n_runs)
            qsort(v->run, v->n_runs, sizeof *v->run, by_end);
    } else
        evidence_free(v);
    return rc;
}

void evidence_free(evidence *v)
{
    free(v->run);
    free(v->sample);
    free(v->finding);
    mm_arena_free(v->arena);
    *v = (evidence){ .latest = NAN };
}

evidence evidence_between(const evidence *v, double from, double to, run *room)
{
    evidence some = { .run = room, .latest = v->latest, .clock = v->clock };
    for (size_t i = 0; i < v->n_runs; i++)
        if (v->run[i].start >= from && v->run[i].start < to)
            room[some.n_runs++] = v->run[i];
    return some;
}

mm_str sample_label(const sample *s, const char *name)
{
    mm_str l = s->labels;
    for (size_t i = 0; i < l.n;) {
        size_t eq = i;
        while (eq < l.n && l.p[eq] != '=')
            eq++;
        size_t from = eq + 2, to = from;
        while (to < l.n && l.p[to] != '"')
            to += l.p[to] == '\\' ? 2 : 1;
        if (to <= l.n && mm_str_eq(trimmed((mm_str){ l.p + i, eq - i }), mm_str_of(name)))
            return (mm_str){ l.p + from, to - from };
        i = to + 1;
        while (i < l.n && (l.p[i] == ',' || l.p[i] == ' '))
            i++;
    }
    return (mm_str){ 0 };
}

bool run_failed(const run *r)
{
    return r->status != 0 && r->status != 1 && r->status != 3;
}

double run_clock(void)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    return epoch && *epoch ? strtod(epoch, NULL) : (double)time(NULL);
}
