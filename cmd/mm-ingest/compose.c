/* compose.c - a row to a record: its own members, checked, and what mm says of it. */
#include <stdlib.h>
#include <string.h>

#include "infer.h"
#include "json/scan.h"
#include "row.h"
#include "schema/schema.h"

rows_state *rows_state_new(const rows_opts *o, mm_err *e)
{
    rows_state *s = calloc(1, sizeof *s);
    if (s && (s->mm = mm_path_new(MM_STR("mm"), e)) && (!o->schema || (s->checker = mm_schema_checker_new(o->schema))))
        return s;
    rows_state_free(s);
    mm_fail(e, MM_ESYS, "out of memory");
    return NULL;
}

void rows_state_free(rows_state *s)
{
    if (!s)
        return;
    mm_path_free(s->mm);
    mm_schema_checker_free(s->checker);
    mm_buf_free(&s->out);
    mm_buf_free(&s->spliced);
    free(s);
}

/* Text the splitter could not vouch for. */
static mm_verdict check_text(mm_rec *r, mm_arena *a)
{
    const row_set *s = ((const row_extra *)r->extra)->set;
    mm_str t = r->head;
    const char *nul = memchr(t.p, 0, t.n);
    size_t end = nul ? (size_t)(nul - t.p) : t.n, at = mm_simd()->utf8_check(t.p, end);
    if (at == t.n)
        return MM_KEEP;
    r->bad_byte = (int64_t)at;
    if (at == end)
        return mm_rec_bad(r, a, "NUL byte");
    if (s->charset)
        return mm_rec_bad(r, a, "a byte that means nothing in %s, the encoding of the input", s->charset);
    return mm_rec_bad(r, a, "invalid UTF-8");
}

static head_facts facts_of(const row_extra *x)
{
    const row_set *s = x->set;
    return (head_facts){ .src = s->src, .row = x->row, .modality = s->format == ROWS_TEXT ? "text" : "row",
                         .charset = s->charset, .hash = x->head.content };
}

static void add_mm(rows_state *s, const row_extra *x)
{
    head_facts f = facts_of(x);
    if (s->out.n > 1)
        mm_buf_byte(&s->out, ',');
    head_member(&s->out, &f, x->set->opts->via);
    mm_buf_byte(&s->out, '}');
}

/* ---- rows that carry mm ---- */

/* What its mm has. */
typedef struct carried {
    mm_value id, src, modality, via;
    bool any;   /* it has members */
    bool sound;
} carried;

static carried read_mm(mm_value mm)
{
    static const char *const names[] = { "id", "src", "modality", "via" };
    carried c = { .sound = mm.type == MM_JSON_OBJECT };
    mm_value *into[] = { &c.id, &c.src, &c.modality, &c.via };
    mm_json_iter it = mm_json_each(mm);
    while (c.sound && mm_json_next(&it) == 1) {
        c.any = true;
        for (size_t i = 0; i < 4; i++)
            if (!into[i]->raw.p && mm_spells(it.key, mm_str_of(names[i])))
                *into[i] = it.value;
    }
    c.sound &= !c.via.raw.p || c.via.type == MM_JSON_ARRAY;
    return c;
}

static void put_missing(mm_buf *out, bool *comma, const char *key, const char *value)
{
    mm_buf_printf(out, "%s\"%s\":", *comma ? "," : "", key);
    mm_json_put(out, mm_str_of(value));
    *comma = true;
}

/* Put what mm lacks in front of its closing brace, and the stage at the end of mm.via. */
static void splice_mm(rows_state *s, mm_value mm, const carried *c, const row_extra *x)
{
    mm_buf *out = &s->spliced;
    head_facts f = facts_of(x);
    char id[33];
    bool comma = c->any;
    const char *p = s->out.p, *end = s->out.p + s->out.n, *brace = mm.raw.p + mm.raw.n - 1;
    out->n = 0;
    if (c->via.raw.p) {
        const char *bracket = c->via.raw.p + c->via.raw.n - 1;
        bool first = mm_skip_blanks(c->via.raw.p + 1, bracket) == bracket;
        mm_buf_put(out, p, (size_t)(bracket - p));
        mm_buf_str(out, first ? MM_STR("") : MM_STR(","));
        mm_buf_str(out, x->set->opts->via);
        p = bracket;
    }
    mm_buf_put(out, p, (size_t)(brace - p));
    head_id(&f, id);
    if (!c->id.raw.p)
        put_missing(out, &comma, "id", id);
    if (!c->src.raw.p) {
        mm_buf_str(out, comma ? MM_STR(",\"src\":") : MM_STR("\"src\":"));
        mm_json_put(out, f.src);
        out->n -= !out->failed;
        mm_buf_printf(out, "#%llu\"", (unsigned long long)f.row);
        comma = true;
    }
    if (!c->modality.raw.p)
        put_missing(out, &comma, "modality", f.modality);
    if (!c->via.raw.p) {
        mm_buf_str(out, comma ? MM_STR(",\"via\":[") : MM_STR("\"via\":["));
        mm_buf_str(out, x->set->opts->via);
        mm_buf_byte(out, ']');
    }
    mm_buf_put(out, brace, (size_t)(end - brace));
}

static mm_verdict check_schema(rows_state *s, mm_rec *r, mm_arena *a)
{
    mm_err why = { 0 };
    if (mm_schema_check(s->checker, mm_buf_view(&s->out), &why) == 0)
        return MM_KEEP;
    return mm_rec_bad(r, a, "row %llu does not hold to the schema: %s", (unsigned long long)((row_extra *)r->extra)->row,
                      why.text);
}

/* Complete an object that may carry mm; s->out is without its closing brace. *whole: the header. */
static mm_verdict complete(rows_state *s, mm_rec *r, mm_arena *a, mm_str *whole)
{
    const row_extra *x = r->extra;
    mm_value mm = { { NULL, 0 }, MM_JSON_NULL };
    bool json = x->set->format == ROWS_JSON || x->set->format == ROWS_NDJSON;
    mm_buf_byte(&s->out, '}');
    if (s->checker && check_schema(s, r, a) != MM_KEEP)
        return MM_BAD;
    if (json && mm_json_find(mm_buf_view(&s->out), s->mm, &mm) == 1) {
        carried c = read_mm(mm);
        if (!c.sound)
            return mm_rec_bad(r, a, "row %llu: its member mm is not what this toolkit writes there; rename it",
                              (unsigned long long)x->row);
        *whole = mm_buf_view(&s->out);
        if (c.id.raw.p && c.src.raw.p && c.modality.raw.p)
            return MM_KEEP;
        splice_mm(s, mm, &c, x);
        *whole = mm_buf_view(&s->spliced);
        return MM_KEEP;
    }
    s->out.n -= !s->out.failed;
    add_mm(s, x);
    *whole = mm_buf_view(&s->out);
    return MM_KEEP;
}

static mm_verdict own_members(rows_state *s, mm_rec *r, mm_arena *a)
{
    switch (((const row_extra *)r->extra)->set->format) {
    case ROWS_CSV: case ROWS_TSV: return csv_compose(s, r, a);
    case ROWS_JSON: case ROWS_NDJSON: return json_compose(s, r, a);
    default: return text_compose(s, r, a);
    }
}

mm_verdict rows_work(rows_state *s, mm_rec *r, mm_arena *a)
{
    row_extra *x = r->extra;
    mm_str whole = { NULL, 0 };
    s->out.n = 0;
    if (!x->set->clean && check_text(r, a) != MM_KEEP)
        return MM_BAD;
    x->head.content = head_hash(r->head);
    mm_verdict v = own_members(s, r, a);
    if (v == MM_KEEP)
        v = complete(s, r, a, &whole);
    if (v != MM_KEEP)
        return v;
    char *copy = s->out.failed || s->spliced.failed ? NULL : mm_arena_alloc(a, whole.n);
    if (!copy) {
        s->out.failed = s->spliced.failed = false;
        return mm_rec_bad(r, a, "out of memory");
    }
    memcpy(copy, whole.p, whole.n);
    mm_rec_set_head(r, (mm_str){ copy, whole.n });
    return MM_KEEP;
}

int rows_learn(const rows_opts *o, const mm_rec *r, mm_err *e)
{
    return infer_learn(o->infer, r->head, e);
}
