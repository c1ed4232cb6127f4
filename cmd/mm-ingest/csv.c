/* csv.c - the rows of CSV and TSV (RFC 4180, and what is seen in the wild), split and walked by field.
 *
 * A field is quoted when its first byte is a quote; a quote anywhere else stands for itself. Line ends
 * inside quotes belong to the field. What follows a closing quote must be a delimiter or a line end: anything
 * else makes a bad row, for the writer forgot to double a quote and nobody knows which.
 */
#include <stdlib.h>
#include <string.h>

#include "row.h"

/* ---- walking one row ---- */

static bool wrong(csv_field *f, const char *reason)
{
    f->wrong = reason;
    return true;
}

/* The field begins with a quote; the marks begin with that quote. */
static bool quoted_field(csv_cursor *c, csv_field *f)
{
    const uint32_t *m = c->mark + 1;
    f->quoted = true;
    for (;; m++) {
        if (m == c->mark_end) {
            c->over = true;
            return wrong(f, "a quote is not closed");
        }
        if (c->text[*m] != '"')
            continue;
        if (m + 1 == c->mark_end || m[1] != *m + 1 || c->text[m[1]] != '"')
            break;
        f->doubled = true;
        m++;
    }
    const char *close = c->text + *m;
    f->raw = (mm_str){ c->p + 1, (size_t)(close - c->p - 1) };
    c->mark = m + 1;
    if (close + 1 == c->end) {
        c->over = true;
    } else if (close[1] == c->delimiter) {
        c->mark++;
        c->p = close + 2;
    } else {
        c->over = true;
        return wrong(f, "text follows a closing quote; quotes inside a quoted field are doubled");
    }
    return true;
}

bool csv_next(csv_cursor *c, csv_field *f)
{
    if (c->over)
        return false;
    *f = (csv_field){ 0 };
    if (c->mark < c->mark_end && c->text + *c->mark == c->p && *c->p == '"')
        return quoted_field(c, f);
    while (c->mark < c->mark_end && c->text[*c->mark] != c->delimiter)
        c->mark++;
    const char *end = c->mark < c->mark_end ? c->text + *c->mark++ : c->end;
    f->raw = (mm_str){ c->p, (size_t)(end - c->p) };
    c->over = end == c->end;
    c->p = end + 1;
    return true;
}

/* ---- columns ---- */

static column_type type_of(const char *word, size_t n)
{
    static const char *const words[] = { "auto", "string", "number", "boolean" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == n && memcmp(words[i], word, n) == 0)
            return (column_type)i;
    return (column_type)-1;
}

/* The next NAME=TYPE of a list by commas: false at its end. name.p is NULL when it is none. */
static bool next_type(const char **list, mm_str *name, column_type *type)
{
    const char *end = strchrnul(*list, ','), *eq = NULL;
    if (!**list)
        return false;
    for (const char *p = *list; p < end; p++)
        eq = *p == '=' ? p : eq;
    *name = eq ? (mm_str){ *list, (size_t)(eq - *list) } : (mm_str){ NULL, 0 };
    *type = eq ? type_of(eq + 1, (size_t)(end - eq - 1)) : (column_type)-1;
    *list = *end ? end + 1 : end;
    return true;
}

int rows_opts_check(const rows_opts *o, mm_err *e)
{
    mm_str name;
    column_type type;
    for (size_t i = 0; i < o->types.n; i++)
        for (const char *list = o->types.v[i]; next_type(&list, &name, &type);)
            if (!name.p || (int)type < 0)
                return mm_fail(e, MM_EUSAGE, "--types %s: NAME=string, number, boolean or auto is expected", o->types.v[i]);
    if (o->delimiter && strchr("\"\r\n", o->delimiter))
        return mm_fail(e, MM_EUSAGE, "--delimiter: a quote or a line end divides no fields");
    return o->charset && !mm_charset_named(o->charset, e) ? mm_fail_at(e, "--charset") : 0;
}

static column_type wanted_type(const rows_opts *o, mm_str wanted)
{
    mm_str name;
    column_type type, found = o->strings ? COLUMN_STRING : COLUMN_AUTO;
    for (size_t i = 0; i < o->types.n; i++)
        for (const char *list = o->types.v[i]; next_type(&list, &name, &type);)
            if (mm_str_eq(name, wanted))
                found = type;
    return found;
}

static bool name_taken(const rows *r, size_t before, mm_str key)
{
    for (size_t i = 0; i < before; i++)
        if (mm_str_eq(r->columns[i].key, key))
            return true;
    return mm_str_eq(key, MM_STR("mm"));
}

/* A name for column i out of its field: the text in JSON spelling, in keys from `at` on. Empty names become
 * column_N; names that are taken (mm always is) get _2, _3 ... */
static mm_str name_column(rows *r, size_t i, const csv_field *f)
{
    size_t at = r->keys.n;
    if (f && f->raw.n)
        row_put_text(&r->keys, f->raw, f->doubled);
    else
        mm_buf_printf(&r->keys, "column_%zu", i + 1);
    size_t n = r->keys.n - at;
    for (unsigned k = 2; name_taken(r, i, (mm_str){ r->keys.p + at, r->keys.n - at }); k++) {
        r->keys.n = at + n;
        mm_buf_printf(&r->keys, "_%u", k);
        if (r->keys.failed)
            break;
    }
    return (mm_str){ r->keys.p + at, r->keys.n - at };
}

/* The fields of a row as the names of the columns; or, `named` false, only their number. */
static int make_columns(rows *r, csv_cursor c, bool named, mm_err *e)
{
    csv_field f;
    size_t room = 1;
    for (const uint32_t *m = c.mark; m < c.mark_end; m++)
        room++;
    r->columns = calloc(room, sizeof *r->columns);
    /* Room for all names at once: they are borrowed while the rest is made. */
    size_t most = 6 * (size_t)(c.end - c.p) + 32 * room;
    if (!r->columns || !mm_buf_room(&r->keys, most))
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; csv_next(&c, &f); i++) {
        if (f.wrong && named)
            return mm_fail(e, MM_EBAD, "%s:%llu: header, column %zu: %s", r->in.name, (unsigned long long)r->line + 1, i + 1,
                           f.wrong);
        column *col = &r->columns[i];
        col->key = name_column(r, i, named ? &f : NULL);
        col->name = col->key;
        col->type = wanted_type(r->opts, named && f.raw.n ? f.raw : col->key);
        r->n_columns = i + 1;
    }
    r->have_columns = true;
    return 0;
}

/* A year may well be a name of a column; any other number is not, nor is a truth value. */
static bool reads_as_value(mm_str s)
{
    bool year = s.n == 4 && (*s.p == '1' || *s.p == '2') && value_is_number(s);
    return (value_is_number(s) && !year) || value_boolean(s).n;
}

static bool reads_as_header(csv_cursor c)
{
    csv_field f;
    while (csv_next(&c, &f))
        if (!f.wrong && !f.quoted && reads_as_value(f.raw))
            return false;
    return true;
}

/* The columns as the workers see them, in the batch's arena. */
static int give_columns(row_text *t, mm_err *e)
{
    rows *r = t->rows;
    row_set *s = t->set;
    column *cols = mm_arena_alloc(t->batch->arena, (r->n_columns + 1) * sizeof *cols);
    char *keys = mm_arena_alloc(t->batch->arena, r->keys.n + 4 * r->n_columns + ROW_SLACK);
    if (!cols || !keys)
        return mm_fail(e, MM_ESYS, "out of memory");
    char *p = keys;
    for (size_t i = 0; i < r->n_columns; i++) {
        mm_str key = r->columns[i].key;
        char *from = p;
        if (i)
            *p++ = ',';
        *p++ = '"';
        memcpy(p, key.p, key.n);
        cols[i] = (column){ .name = { p, key.n }, .type = r->columns[i].type };
        p += key.n;
        *p++ = '"';
        *p++ = ':';
        cols[i].key = (mm_str){ from, (size_t)(p - from) };
    }
    s->columns = cols;
    s->n_columns = r->n_columns;
    s->text = t->p;
    return 0;
}

/* ---- splitting ---- */

/* Where a row ends, as marks: the index of the mark of its line end, or n when the text ends first. *lines:
 * line ends inside quotes. */
static size_t row_marks(const row_text *t, const uint32_t *mark, size_t i, size_t n, size_t field, uint64_t *lines)
{
    const char *p = t->p;
    const char delimiter = t->set->delimiter;
    for (; i < n; i++) {
        char c = p[mark[i]];
        if (c == '\n')
            return i;
        if (c == delimiter) {
            field = mark[i] + 1;
        } else if (mark[i] == field) {
            i++;
            while (true) {
                for (; i < n && p[mark[i]] != '"'; i++)
                    *lines += p[mark[i]] == '\n';
                if (i + 1 >= n || mark[i + 1] != mark[i] + 1 || p[mark[i + 1]] != '"')
                    break;
                i += 2;
            }
        }
    }
    return n;
}

int csv_long_header(const rows *r, mm_err *e)
{
    return mm_fail(e, MM_EBAD, "%s:%llu: the first row is over the limit of %zu bytes, or has a quote that is not closed; raise --max-record",
                   r->in.name, (unsigned long long)r->line + 1, r->max_record);
}

/* The first row, which may be the header: 1 when it was, 0 when it is a row like all, -1. */
static int first_row(row_text *t, csv_cursor c, mm_err *e)
{
    rows *r = t->rows;
    if ((size_t)(c.end - c.p) > r->max_record)
        return csv_long_header(r, e);
    bool header = r->opts->header == ROWS_HEADER_YES || (r->opts->header == ROWS_HEADER_AUTO && reads_as_header(c));
    if (header && !t->set->clean && mm_simd()->utf8_check(c.p, (size_t)(c.end - c.p)) != (size_t)(c.end - c.p))
        return mm_fail(e, MM_EBAD, "%s:1: the header is no %s", r->in.name, t->set->charset ? t->set->charset : "UTF-8");
    return make_columns(r, c, header, e) < 0 || give_columns(t, e) < 0 ? -1 : header;
}

/* Add the row in [from, end), raw up to behind its line end. */
static int add_row(row_text *t, const uint32_t *mark, size_t n, size_t from, size_t end, size_t behind, mm_err *e)
{
    rows *r = t->rows;
    if (end > from && t->p[end - 1] == '\r' && behind > end)
        end--;
    if (end == from)
        return 0;
    if (!r->have_columns) {
        csv_cursor c = { t->p, t->p + from, t->p + end, mark, mark + n, r->delimiter, false };
        int header = first_row(t, c, e);
        if (header)
            return header < 0 ? -1 : 0;
    }
    mm_rec *rec = row_add(t, (mm_str){ t->p + from, end - from }, (mm_str){ t->p + from, behind - from });
    if (!rec)
        return mm_fail(e, MM_ESYS, "out of memory");
    row_extra *x = rec->extra;
    x->marks = mark;
    x->n_marks = (uint32_t)n;
    return 0;
}

/* The marks of t, in the arena: how many, or -1. */
static ssize_t find_marks(row_text *t, const uint32_t **out)
{
    rows *r = t->rows;
    if (t->n + 64 > r->marks_room) {
        free(r->marks);
        r->marks = malloc((t->n + 64) * sizeof *r->marks);
        r->marks_room = r->marks ? t->n + 64 : 0;
        if (!r->marks)
            return -1;
    }
    size_t n = mm_simd()->csv_marks(t->p, t->n, r->delimiter, r->marks);
    uint32_t *copy = mm_arena_alloc(t->batch->arena, n * sizeof *copy + 1);
    if (copy && n)
        memcpy(copy, r->marks, n * sizeof *copy);
    *out = copy;
    return copy ? (ssize_t)n : -1;
}

ssize_t csv_split(row_text *t, mm_err *e)
{
    rows *r = t->rows;
    const uint32_t *mark;
    ssize_t found = find_marks(t, &mark);
    if (found < 0)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (r->have_columns && give_columns(t, e) < 0)
        return -1;
    size_t n = (size_t)found, from = 0;
    for (size_t i = 0; from < t->n && !row_full(t);) {
        uint64_t lines = 0;
        size_t k = row_marks(t, mark, i, n, from, &lines);
        if (k == n && !t->last)
            break;
        size_t end = k < n ? mark[k] : t->n, behind = k < n ? end + 1 : end;
        if (add_row(t, mark + i, k - i, from, end, behind, e) < 0)
            return -1;
        r->line += lines + (k < n);
        from = behind;
        i = k + 1;
    }
    return (ssize_t)from;
}
