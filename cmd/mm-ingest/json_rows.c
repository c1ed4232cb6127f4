/* json_rows.c - the rows of JSON: elements of an array, texts one after the other, lines; and one of
 * them as the members of an object.
 *
 * Splitting only finds where values end; each value is checked strictly when it is composed, by a worker.
 */
#include <string.h>

#include "json/scan.h"
#include "row.h"

static int no_memory(mm_err *e)
{
    return mm_fail(e, MM_ESYS, "out of memory");
}

static size_t line_ends(const char *p, const char *end)
{
    size_t n = 0;
    for (; p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
        n++;
    return n;
}

/* Lines, of JSON or of text. Blank ones are no rows. */
ssize_t lines_split(row_text *t, mm_err *e)
{
    const char *p = t->p, *end = t->p + t->n;
    while (p < end && !row_full(t)) {
        const char *nl = memchr(p, '\n', (size_t)(end - p));
        if (!nl && !t->last)
            break;
        const char *stop = nl ? nl : end, *behind = nl ? nl + 1 : end;
        mm_str line = { p, (size_t)(stop - p) };
        if (line.n && line.p[line.n - 1] == '\r')
            line.n--;
        if (mm_skip_blanks(line.p, line.p + line.n) < line.p + line.n &&
            !row_add(t, line, (mm_str){ p, (size_t)(behind - p) }))
            return no_memory(e);
        t->rows->line += nl != NULL;
        p = behind;
    }
    return p - t->p;
}

/* ---- arrays and sequences ---- */

static void broken(row_text *t, const char *what)
{
    rows *r = t->rows;
    mm_fail(&r->broken, MM_EBAD, "%s:%llu: %s", r->in.name, (unsigned long long)r->line + 1, what);
}

/* The end of the scalar at p: NULL when the text may go on. */
static const char *scalar_end(const row_text *t, const char *p)
{
    const char *end = t->p + t->n;
    if (*p == '"') {
        const char *close = mm_string_end(p + 1, end);
        return close || !t->last ? close : end;
    }
    while (p < end && !mm_is_blank(*p) && *p != ',' && *p != ']' && *p != '[' && *p != '{' && *p != '"')
        p++;
    return p < end || t->last ? p : NULL;
}

/* The end of the value at p, NULL when it is not all there. At the end of the input what is there is given
 * out, so that checking it says what is missing. */
static const char *value_end(const row_text *t, const char *p)
{
    const char *end = t->p + t->n;
    if (*p != '{' && *p != '[')
        return scalar_end(t, p);
    size_t n = mm_simd()->json_skip(p, (size_t)(end - p));
    return n ? p + n : t->last ? end : NULL;
}

/* What stands between values, up to the next one: 1 there is one at *p, 0 the text ends before, -1 the
 * input is broken or done. */
static int between(row_text *t, const char **p)
{
    rows *r = t->rows;
    const char *end = t->p + t->n;
    for (;;) {
        const char *q = mm_skip_blanks(*p, end);
        r->line += line_ends(*p, q);
        *p = q;
        if (q == end)
            return 0;
        if (r->json == JSON_BEGIN) {
            r->json = *q == '[' ? JSON_FIRST : JSON_SEQUENCE;
            *p += *q == '[';
        } else if (r->json == JSON_DONE) {
            /* Another text may follow the array. */
            r->json = JSON_BEGIN;
        } else if (r->json == JSON_SEQUENCE) {
            r->json = *q == '[' ? JSON_BEGIN : JSON_SEQUENCE;
            if (*q != '[')
                return *q == ',' || *q == ']' || *q == '}' || *q == ':' ? (broken(t, "a value is expected"), -1) : 1;
        } else if (*q == ']') {
            r->json = JSON_DONE;
            *p += 1;
        } else if (r->json == JSON_FIRST) {
            return *q == ',' || *q == '}' || *q == ':' ? (broken(t, "a value is expected"), -1) : 1;
        } else if (*q == ',') {
            r->json = JSON_FIRST;
            *p += 1;
            const char *next = mm_skip_blanks(*p, end);
            if (next < end && *next == ']')
                return broken(t, "a value is expected behind the last comma"), -1;
            if (next == end && !t->last) {
                /* Come again when it is known what follows. */
                *p -= 1;
                r->json = JSON_ELEMENTS;
                return 0;
            }
        } else {
            return broken(t, "',' or ']' is expected between the elements of an array"), -1;
        }
    }
}

bool json_in_array(const rows *r)
{
    return r->json == JSON_FIRST || r->json == JSON_ELEMENTS;
}

ssize_t json_split(row_text *t, mm_err *e)
{
    rows *r = t->rows;
    const char *p = t->p;
    int found = 0;
    while (!row_full(t) && (found = between(t, &p)) == 1) {
        const char *stop = value_end(t, p);
        if (!stop)
            break;
        mm_str value = { p, (size_t)(stop - p) };
        if (!row_add(t, value, value))
            return no_memory(e);
        r->line += line_ends(p, stop);
        if (json_in_array(r))
            r->json = JSON_ELEMENTS;
        p = stop;
    }
    return found < 0 ? (ssize_t)t->n : p - t->p;
}

/* ---- composing ---- */

/* A value over several lines on one: line ends and the blanks that follow them stand between tokens. */
static void put_on_one_line(mm_buf *out, mm_str s)
{
    const char *p = s.p, *end = s.p + s.n;
    while (p < end) {
        size_t left = (size_t)(end - p);
        const char *nl = memchr(p, '\n', left);
        const char *cr = memchr(p, '\r', nl ? (size_t)(nl - p) : left);
        const char *stop = cr ? cr : nl ? nl : end;
        mm_buf_put(out, p, (size_t)(stop - p));
        p = mm_skip_blanks(stop, end);
    }
}

mm_verdict json_compose(rows_state *s, mm_rec *r, mm_arena *a)
{
    const row_extra *x = r->extra;
    size_t at;
    mm_err why = { 0 };
    mm_str v = r->head;
    if (mm_json_check(v, 0, &at, &why) < 0) {
        r->bad_byte = (int64_t)at;
        return mm_rec_bad(r, a, "row %llu: %s", (unsigned long long)x->row, why.text);
    }
    const char *p = mm_skip_blanks(v.p, v.p + v.n);
    v = (mm_str){ p, v.n - (size_t)(p - v.p) };
    while (v.n && mm_is_blank(v.p[v.n - 1]))
        v.n--;
    if (*v.p != '{')
        mm_buf_str(&s->out, MM_STR("{\"value\":"));
    if (x->set->format == ROWS_NDJSON)
        mm_buf_str(&s->out, v);
    else
        put_on_one_line(&s->out, v);
    if (*v.p == '{')
        s->out.n--;
    return MM_KEEP;
}
