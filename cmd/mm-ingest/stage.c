/* stage.c - mm-ingest as a stage of the pipeline. */
#include "stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/signals.h"
#include "charset/charset.h"
#include "group.h"
#include "infer.h"
#include "schema/schema.h"

/* ---- options ---- */

static int parse_shard(tool *t, mm_err *e)
{
    unsigned long long i, n;
    int end = 0;
    if (!t->shard)
        return 0;
    if (sscanf(t->shard, "%llu/%llu%n", &i, &n, &end) < 2 || t->shard[end] || i < 1 || i > n)
        return mm_fail(e, MM_EUSAGE, "--shard takes I/N, I from 1 to N, as in 3/8; not '%s'", t->shard);
    t->o.shard = i - 1;
    t->o.shards = n;
    return 0;
}

static int choice(const char *given, const char *const *names, int n)
{
    for (int i = 0; given && i < n; i++)
        if (strcmp(given, names[i]) == 0)
            return i;
    return 0;
}

static int set_rows(tool *t, mm_err *e)
{
    static const char *const formats[] = { "auto", "csv", "tsv", "json", "ndjson", "text" };
    static const char *const splits[] = { "file", "line", "paragraph" };
    static const char *const headers[] = { "auto", "yes", "no" };
    rows_opts *r = &t->o.rows;
    r->format = (rows_format)choice(t->format, formats, 6);
    r->split = (rows_split)choice(t->split, splits, 3);
    r->header = (rows_header)choice(t->header, headers, 3);
    r->max_record = (size_t)t->app.max_record;
    r->via = mm_buf_view(&t->via);
    r->jail = t->app.jail;
    if (t->delimiter && strcmp(t->delimiter, "\\t") == 0)
        r->delimiter = '\t';
    else if (t->delimiter && strlen(t->delimiter) == 1)
        r->delimiter = *t->delimiter;
    else if (t->delimiter)
        return mm_fail(e, MM_EUSAGE, "--delimiter takes one character, or \\t; not '%s'", t->delimiter);
    if (r->format == ROWS_TEXT && r->split == ROWS_SPLIT_FILE)
        return mm_fail(e, MM_EUSAGE, "--format text wants to know where to cut; add --split line or --split paragraph");
    return rows_opts_check(r, e);
}

static int set_group(tool *t, mm_err *e)
{
    static const char *const names[] = { "auto", "yes", "no" };
    const char *name = !t->group ? "auto" : *t->group ? t->group : "yes";
    for (int i = 0; i < 3; i++) {
        if (strcmp(name, names[i]) == 0) {
            t->o.group = (grouping)i;
            return 0;
        }
    }
    return mm_fail(e, MM_EUSAGE, "--webdataset takes one of auto|yes|no, not '%s'", name);
}

static int set_schemas(tool *t, mm_err *e)
{
    if (t->schema_file && !(t->o.rows.schema = t->schema = mm_schema_open(t->schema_file, e)))
        return -1;
    if (t->schema_out && !(t->o.rows.infer = infer_new()))
        return mm_fail(e, MM_ESYS, "out of memory");
    return 0;
}

static int set_input(tool *t, mm_err *e)
{
    static const char *standard = "-";
    walk_opts *w = &t->o.walk;
    w->names = t->app.operands;
    if (w->names.n == 0 && !w->list) {
        w->names = (mm_list){ &standard, 1 };
        if (isatty(STDIN_FILENO))
            mm_app_note(&t->app, "reading from the terminal; Ctrl-D ends it, --help explains");
    }
    size_t standard_n = w->list && strcmp(w->list, "-") == 0;
    for (size_t i = 0; i < w->names.n; i++)
        standard_n += strcmp(w->names.v[i], "-") == 0;
    if (standard_n > 1)
        return mm_fail(e, MM_EUSAGE, "standard input can be read once only: as a list of names or as data");
    return 0;
}

static int start_jail(tool *t, mm_err *e)
{
    /* A worker may wait long for an archive that comes through a pipe. */
    static const mm_jail_limits limits = { .memory = (size_t)1 << 30, .wall_ns = 24 * 3600 * 1000000000LL };
    size_t n = 0;
    t->ops[n++] = unpack_ops[0];
    for (const mm_jail_op *op = mm_charset_ops; op->name && n + 1 < sizeof t->ops / sizeof *t->ops; op++)
        t->ops[n++] = *op;
    return mm_app_jail(&t->app, t->ops, &limits, e);
}

int tool_open(tool *t, mm_err *e)
{
    ingest_opts *o = &t->o;
    mm_app_via(&t->app, &t->via);
    if (t->via.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (start_jail(t, e) < 0 || parse_shard(t, e) < 0 || set_group(t, e) < 0 || set_rows(t, e) < 0 || set_schemas(t, e) < 0)
        return -1;
    bool inline_all = t->inline_all || t->app.mmr;
    o->leaf = (leaf_opts){ .carry = inline_all, .base64 = !t->app.mmr, .max_record = (size_t)t->app.max_record,
                           .charset = o->rows.charset, .jail = t->app.jail, .via = mm_buf_view(&t->via) };
    o->limits = (unpack_limits){ .depth = (uint64_t)t->depth, .members = (uint64_t)t->members,
                                 .bytes = (uint64_t)t->unpacked, .ratio = (uint64_t)t->ratio };
    o->app = &t->app;
    o->stop = mm_signals_stop();
    t->dedup_exact = t->dedup_by && strcmp(t->dedup_by, "exact") == 0;
    if (set_input(t, e) < 0)
        return -1;
    t->ingest = ingest_new(o, e);
    return t->ingest ? 0 : -1;
}

void tool_close(tool *t)
{
    ingest_free(t->ingest);
    dedup_free(&t->seen);
    mm_buf_free(&t->via);
    free(t->o.walk.include.v);
    free(t->o.walk.exclude.v);
    free(t->o.rows.types.v);
    infer_free(t->o.rows.infer);
    mm_schema_free(t->schema);
}

int tool_write_schema(tool *t, int status, mm_err *e)
{
    /* Of a run that was broken off half a schema is known. */
    bool whole = status == MM_OK || status == MM_EGATE || status == MM_EBAD;
    return t->schema_out && whole ? infer_write(t->o.rows.infer, t->schema_out, e) : 0;
}

void tool_note_left_out(tool *t)
{
    ingest_skipped s = ingest_left_out(t->ingest);
    const struct {
        uint64_t n;
        const char *what;
    } parts[] = {
        { s.walk.hidden, "hidden (--hidden takes them)" }, { s.walk.links, "symbolic links (--follow takes them)" },
        { s.walk.special, "devices, pipes or sockets" }, { s.members, "links or devices in archives" },
    };
    mm_buf b = { 0 };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].n)
            mm_buf_printf(&b, "%s%llu %s", b.n ? ", " : "left out: ", (unsigned long long)parts[i].n, parts[i].what);
    if (b.n && !b.failed)
        mm_app_note(&t->app, "%.*s", (int)b.n, b.p);
    mm_buf_free(&b);
}

/* ---- the stage ---- */

typedef struct worker {
    leaf_state *leaf;
    rows_state *rows;
} worker;

static void close_worker(void *state)
{
    worker *w = state;
    leaf_state_free(w->leaf);
    if (w->rows)
        rows_state_free(w->rows);
    free(w);
}

static void *open_worker(void *ctx, int number, mm_err *e)
{
    tool *t = ctx;
    worker *w = calloc(1, sizeof *w);
    if (!w) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    if ((w->leaf = leaf_state_new(&t->o.leaf, e)) && (w->rows = rows_state_new(&t->o.rows, e)))
        return w;
    close_worker(w);
    return NULL;
}

static uint32_t kind_of(const mm_rec *r)
{
    return ((const head_extra *)r->extra)->kind;
}

static mm_verdict work(void *ctx, void *state, mm_rec *r, mm_arena *a)
{
    tool *t = ctx;
    worker *w = state;
    switch (kind_of(r)) {
    case LEAF_KIND:
        return leaf_work(w->leaf, r, a);
    case GROUP_KIND:
        return group_work(w->leaf, &t->o.leaf, r, a);
    default:
        return rows_work(w->rows, r, a);
    }
}

/* Rows that are left out as doubles teach the schema nothing new. */
static mm_verdict order(void *ctx, mm_rec *r, mm_arena *a, bool *stop)
{
    tool *t = ctx;
    if (t->dedup_exact) {
        int new = dedup_add(&t->seen, ((const head_extra *)r->extra)->content);
        if (new < 0) {
            mm_fail(&t->failed, MM_ESYS, "out of memory for the contents that --dedup knows");
            *stop = true;
            return MM_KEEP;
        }
        if (!new)
            return MM_DROP;
    }
    if (t->o.rows.infer && kind_of(r) == ROWS_KIND && rows_learn(&t->o.rows, r, &t->failed) < 0)
        *stop = true;
    return MM_KEEP;
}

static int source(void *ctx, mm_batch *b, mm_err *e)
{
    return ingest_next(((tool *)ctx)->ingest, b, e);
}

static void end(void *ctx)
{
    ingest_end(((tool *)ctx)->ingest);
}

mm_stage tool_stage(tool *t)
{
    return (mm_stage){ .open = open_worker, .close = close_worker, .work = work, .order = order, .source = source,
                       .end = end, .tool = t };
}
