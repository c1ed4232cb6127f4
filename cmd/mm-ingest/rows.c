/* rows.c - an input's text, chunk by chunk, to the records of its rows. */
#include "rows.h"

#include <stdlib.h>
#include <string.h>

#include "json/scan.h"
#include "record/batch.h"
#include "row.h"

enum { BATCH = 256 << 10, MAX_RECORD = 64 << 20 };

rows *rows_open(const rows_opts *o, rows_format f, in_bytes in, mm_err *e)
{
    rows *r = calloc(1, sizeof *r);
    if (!r) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    r->opts = o;
    r->format = f;
    r->in = in;
    r->batch = o->batch ? o->batch : BATCH;
    r->max_record = o->max_record ? o->max_record : MAX_RECORD;
    return r;
}

void rows_close(rows *r)
{
    if (!r)
        return;
    feed_close(&r->feed);
    mm_buf_free(&r->carry);
    mm_buf_free(&r->keys);
    free(r->columns);
    free(r->marks);
    free(r);
}

static int no_memory(mm_err *e)
{
    return mm_fail(e, MM_ESYS, "out of memory");
}

bool row_full(const row_text *t)
{
    return t->batch->n >= t->limit;
}

static void over_limit(mm_rec *rec, mm_arena *a, const rows *r, uint64_t cut)
{
    size_t limit = r->max_record;
    bool mib = limit >= 1 << 20, table = r->format == ROWS_CSV || r->format == ROWS_TSV;
    rec->head = rec->raw = (mm_str){ rec->raw.p, limit };
    rec->cut = cut;
    mm_rec_bad(rec, a, "row %llu is over the limit of %zu %s%s; raise --max-record", (unsigned long long)r->row,
               mib ? limit >> 20 : limit, mib ? "MiB" : "bytes", table ? ", or has a quote that is not closed" : "");
}

mm_rec *row_add(row_text *t, mm_str head, mm_str raw)
{
    rows *r = t->rows;
    row_extra *x = mm_arena_alloc(t->batch->arena, sizeof *x);
    mm_rec *rec = x ? mm_batch_add(t->batch) : NULL;
    if (!rec)
        return NULL;
    *x = (row_extra){ .head.kind = ROWS_KIND, .set = t->set, .row = ++r->row };
    rec->head = head;
    rec->raw = raw;
    rec->raw_form = MM_FORM_NDJSON;
    rec->source = t->set->src.p;
    rec->position = r->line + 1;
    rec->extra = x;
    size_t n = raw.n - (raw.n && raw.p[raw.n - 1] == '\n');
    if (n > r->max_record)
        over_limit(rec, t->batch->arena, r, n - r->max_record);
    return rec;
}

/* ---- one chunk ---- */

static row_set *new_set(rows *r, mm_arena *a)
{
    row_set *s = mm_arena_alloc(a, sizeof *s);
    mm_str src = mm_arena_copy(a, mm_str_of(r->in.name));
    if (!s || !src.p)
        return NULL;
    *s = (row_set){ .opts = r->opts, .format = r->format, .src = src, .charset = feed_charset(&r->feed),
                    .delimiter = r->delimiter };
    return s;
}

static bool clean_text(const char *p, size_t n)
{
    return !n || (!memchr(p, 0, n) && mm_simd()->utf8_check(p, n) == n);
}

static ssize_t split(row_text *t, mm_err *e)
{
    t->set->clean = clean_text(t->p, t->n);
    switch (t->rows->format) {
    case ROWS_CSV: case ROWS_TSV: return csv_split(t, e);
    case ROWS_JSON: return json_split(t, e);
    case ROWS_NDJSON: return lines_split(t, e);
    default: return t->rows->opts->split == ROWS_SPLIT_PARAGRAPH ? paragraphs_split(t, e) : lines_split(t, e);
    }
}

/* Fill the chunk from n on: the bytes it holds then, or -1. */
static ssize_t fill(rows *r, char *p, size_t n, size_t room, mm_err *e)
{
    while (!r->ended && n < room) {
        ssize_t got = feed_read(&r->feed, p + n, room - n, e);
        if (got < 0)
            return -1;
        r->ended = got == 0;
        n += (size_t)got;
    }
    return (ssize_t)n;
}

/* The last row of a damaged input is not all there. */
static void judge_last(row_text *t, size_t before)
{
    mm_batch *b = t->batch;
    if (!t->last || !t->rows->feed.damage.code || b->n == before)
        return;
    mm_rec *r = &b->rec[b->n - 1];
    if (r->verdict == MM_KEEP && r->raw.n && r->raw.p[r->raw.n - 1] != '\n')
        mm_rec_bad(r, b->arena, "the input is cut short inside this row");
}

static void count_lines(rows *r, const char *p, size_t n)
{
    for (const char *end = p + n; p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
        r->line++;
}

/* Where a row that is over the limit ends, looked for piece by piece. */
typedef struct row_end {
    bool table, paragraph, json;
    bool inside;      /* quotes of a table, a string of JSON */
    bool escaped, scalar;
    size_t depth;     /* of brackets */
    bool line_begins; /* of a paragraph */
} row_end;

/* Behind the line end that ends the row, or NULL. */
static const char *find_line_end(row_end *x, const char *p, size_t n)
{
    for (const char *end = p + n; p < end; p++) {
        if (*p == '\n' && !x->inside && (!x->paragraph || x->line_begins))
            return p + 1;
        x->inside ^= x->table && *p == '"';
        x->line_begins = *p == '\n' || (x->line_begins && *p == '\r');
    }
    return NULL;
}

/* Behind the value, as splitting finds it in one piece, or NULL. */
static const char *find_value_end(row_end *x, const char *p, size_t n)
{
    for (const char *end = p + n; p < end; p++) {
        bool quote = *p == '"' && !x->escaped, nested = x->depth > 0;
        x->escaped = *p == '\\' && !x->escaped && (nested || x->inside);
        if (x->inside) {
            x->inside = !quote;
            if (quote && !nested)
                return p + 1;
        } else if (x->scalar && (mm_is_blank(*p) || strchr(",][{\"", *p)) && *p) {
            return p;
        } else if (quote) {
            x->inside = true;
        } else if (*p == '{' || *p == '[') {
            x->depth++;
        } else if (nested && (*p == '}' || *p == ']')) {
            if (--x->depth == 0)
                return p + 1;
        } else if (!nested) {
            x->scalar = true;
        }
    }
    return NULL;
}

static const char *find_end(row_end *x, const char *p, size_t n)
{
    return x->json ? find_value_end(x, p, n) : find_line_end(x, p, n);
}

/* Read by until the row that is over the limit ends; *seen counts its bytes. */
static int skip_long(rows *r, const char *row, size_t n, uint64_t *seen, mm_err *e)
{
    enum { PIECE = 64 << 10 };
    row_end x = { .table = r->format == ROWS_CSV || r->format == ROWS_TSV,
                  .json = r->format == ROWS_JSON, .paragraph = r->format == ROWS_TEXT && r->opts->split == ROWS_SPLIT_PARAGRAPH };
    const char *end = NULL;
    char *piece = malloc(PIECE);
    if (!piece)
        return no_memory(e);
    find_end(&x, row, n);
    for (*seen = n; !end;) {
        ssize_t got = fill(r, piece, 0, PIECE, e);
        if (got <= 0) {
            free(piece);
            return got < 0 ? -1 : 0;
        }
        end = find_end(&x, piece, (size_t)got);
        size_t taken = end ? (size_t)(end - piece) : (size_t)got;
        count_lines(r, piece, taken);
        *seen += taken - (end && !x.json);
        mm_buf_put(&r->carry, piece + taken, (size_t)got - taken);
    }
    r->look = true;
    free(piece);
    return r->carry.failed ? no_memory(e) : 0;
}

/* The chunk holds more than the limit of a row without its end. */
static int long_row(row_text *t, const char *p, size_t n, mm_err *e)
{
    rows *r = t->rows;
    uint64_t seen = n;
    if (!r->have_columns && (r->format == ROWS_CSV || r->format == ROWS_TSV))
        return csv_long_header(r, e);
    mm_rec *rec = row_add(t, (mm_str){ p, n }, (mm_str){ p, n });
    if (!rec)
        return no_memory(e);
    if (json_in_array(r))
        r->json = JSON_ELEMENTS;
    count_lines(r, p, n);
    int status = skip_long(r, p, n, &seen, e);
    rec->cut = seen - r->max_record;
    return status;
}

/* One chunk of `want` bytes at least; *want grows when no row ended in it. */
static int chunk(rows *r, mm_batch *b, size_t *want, mm_err *e)
{
    size_t room = r->carry.n > *want ? r->carry.n : *want, before = b->n;
    char *p = mm_arena_alloc(b->arena, room + ROW_SLACK);
    row_set *set = new_set(r, b->arena);
    if (!p || !set)
        return no_memory(e);
    if (r->carry.n)
        memcpy(p, r->carry.p, r->carry.n);
    ssize_t n = r->look ? (ssize_t)r->carry.n : fill(r, p, r->carry.n, room, e);
    if (n < 0)
        return -1;
    row_text t = { r, b, set, p, (size_t)n, before + MM_BATCH_RECORDS, r->ended };
    r->carry.n = 0;
    ssize_t used = split(&t, e);
    if (used < 0)
        return -1;
    judge_last(&t, before);
    size_t rest = (size_t)(n - used);
    if (r->broken.code)
        return 0;
    if (b->n == before && rest > r->max_record && !t.last)
        return long_row(&t, p + used, rest, e);
    mm_buf_put(&r->carry, p + used, rest);
    if (r->carry.failed)
        return no_memory(e);
    r->look = rest > 0 && row_full(&t);
    *want = rest * 2 > r->batch ? rest * 2 : r->batch;
    return 0;
}

static int finish(rows *r, mm_err *e)
{
    if (json_in_array(r) && !r->broken.code && !r->feed.damage.code)
        mm_fail(&r->broken, MM_EBAD, "%s:%llu: the array is not closed: the input is cut short", r->in.name,
                (unsigned long long)r->line + 1);
    const mm_err *why = r->broken.code ? &r->broken : r->feed.damage.code ? &r->feed.damage : NULL;
    return why ? mm_fail(e, why->code, "%s", why->text) : 0;
}

static int open_feed(rows *r, mm_err *e)
{
    bool json = r->format == ROWS_JSON || r->format == ROWS_NDJSON;
    mm_err why = { 0 };
    r->opened = true;
    if (feed_open(&r->feed, r->in, r->opts->jail, r->opts->charset, json, &why) < 0) {
        r->ended = true;
        if (why.code == MM_EUSAGE)
            why.code = MM_EBAD;
        return mm_fail(e, why.code, "%s%s%s", why.code == MM_EBAD ? r->in.name : "", why.code == MM_EBAD ? ": " : "",
                       why.text);
    }
    if (r->format == ROWS_TSV)
        r->delimiter = r->opts->delimiter ? r->opts->delimiter : '\t';
    if (r->format == ROWS_CSV)
        r->delimiter = r->opts->delimiter ? r->opts->delimiter : csv_sniff(feed_head(&r->feed), ',');
    return 0;
}

int rows_next(rows *r, mm_batch *b, mm_err *e)
{
    size_t before = b->n, want = r->batch;
    if (!r->opened && open_feed(r, e) < 0)
        return -1;
    while (!r->broken.code && !(r->ended && r->carry.n == 0)) {
        if (chunk(r, b, &want, e) < 0)
            return -1;
        if (b->n > before)
            return 1;
    }
    return finish(r, e);
}
