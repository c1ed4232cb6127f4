/* row.c - the columns of a row, their types, and whether the row holds to the schema. */
#include "row.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "answer.h"
#include "row_time.h"
#include "subject.h"

static const fact facts[] = {
    [ROW_MISSING] = { "row.missing", "array", "", NEED_HEAD, true,
        "columns that are null, empty, or one of NA N/A NaN nan NULL null None #N/A, and those that are not there though nine of "
        "ten rows of the series had them; names are paths (sensor.id)" },
    [ROW_DRIFT] = { "row.drift", "array", "", NEED_HEAD, true,
        "{column, was, is}: a type that the column had in no row of the series before, or absent and the type of a column that is "
        "new behind 10 rows; integer and number are one" },
    [ROW_OUTSIDE] = { "row.outside_range", "array", "", NEED_HEAD, true,
        "columns whose number is below or above all before it in the series, behind 30" },
    [ROW_OUTLIERS] = { "row.outliers", "array", "", NEED_HEAD, true,
        "{column, median, score}: numbers whose distance from the median of the 64 before them in the series is over --outlier times "
        "1.4826 of the median absolute deviation from it, behind 16 (Hampel 1974; Pearson 2002); none where more than half are equal" },
    [ROW_BACK] = { "row.time_back_s", "number", "s", NEED_HEAD, true, "by which the time stamp is before that of the row before it in the series" },
    [ROW_SAME] = { "row.time_repeated", "boolean", "", NEED_HEAD, true, "true where the time stamp is that of the row before again" },
    [ROW_GAP] = { "row.gap_s", "number", "s", NEED_HEAD, true,
        "since the time stamp of the row before, where that is over --gap times the interval of the series, the median of its last 64, "
        "behind 8, and over --outlier times 1.4826 of their median absolute deviation beyond it" },
    [ROW_SCHEMA] = { "row.schema_failed", "array", "", NEED_HEAD, true,
        "where the row does not hold to --schema: \"POINTER: reason\", at most 16" },
};

enum { TYPES, COLUMNS };
static const fact each_facts[] = {
    [TYPES] = { "row.types", "array", "", NEED_HEAD, true,
        "{column, type} of each in this row: integer number string boolean null array object, of strings that are times date-time" },
    [COLUMNS] = { "row.columns", "integer", "", NEED_HEAD, true, "how many there are" },
};

const char *row_type_name(row_type t)
{
    static const char *const names[ROW_TYPES] = { "null", "boolean", "integer", "number", "string", "array", "object" };
    return names[t];
}

/* ---- cells ------------------------------------------------------------------ */

typedef struct reading {
    const row_plan *plan;
    mm_arena *arena;
    row_cell *cell;      /* room for ROW_CELLS; one a worker */
    size_t n, left_out;
    mm_buf *scratch;
    bool failed;
} reading;

/* A key as a step of a path, behind what stands before it. */
static mm_str name_of(reading *r, mm_str before, mm_str key)
{
    mm_buf plain = { 0 };
    bool simple = key.n > 0;
    for (size_t i = 0; i < key.n && simple; i++)
        simple = !memchr(".[]\\ \"", key.p[i], 6);
    if (simple && !before.n)
        return key;
    r->scratch->n = 0;
    mm_buf_str(r->scratch, before);
    if (before.n)
        mm_buf_byte(r->scratch, '.');
    if (simple)
        mm_buf_str(r->scratch, key);
    else
        mm_json_put(r->scratch, mm_json_text((mm_str){ key.p - 1, key.n + 2 }, &plain));
    mm_str name = plain.failed || r->scratch->failed ? (mm_str){ 0 } : mm_arena_copy(r->arena, mm_buf_view(r->scratch));
    mm_buf_free(&plain);
    r->failed |= !name.p;
    return name;
}

static bool says_missing(mm_str text)
{
    static const char *const words[] = { "NA", "N/A", "NaN", "nan", "NULL", "null", "None", "#N/A" };
    size_t blank = 0;
    while (blank < text.n && (text.p[blank] == ' ' || text.p[blank] == '\t'))
        blank++;
    if (blank == text.n)
        return true;
    for (size_t i = 0; text.n <= 4 && i < sizeof words / sizeof *words; i++)
        if (mm_str_eq(text, mm_str_of(words[i])))
            return true;
    return false;
}

static void look_at_number(const reading *r, row_cell *c)
{
    double whole;
    if (mm_json_double(c->raw, &c->number) != 0 || !isfinite(c->number)) {
        c->type = ROW_STRING;  /* a number that no double holds */
        return;
    }
    c->type = modf(c->number, &whole) == 0 ? ROW_INTEGER : ROW_NUMBER;
    c->timed = (r->plan->time.p ? mm_str_eq(c->name, r->plan->time) : row_time_named(c->name)) && row_time_number(c->name, c->raw, &c->time);
    double plus = c->number + 0.0;  /* -0 is 0 */
    c->hash = XXH3_64bits(&plus, sizeof plus);
}

static void look_at(const reading *r, row_cell *c, mm_json_type type)
{
    static const row_type types[] = { [MM_JSON_NULL] = ROW_NULL, [MM_JSON_FALSE] = ROW_BOOLEAN, [MM_JSON_TRUE] = ROW_BOOLEAN,
                                      [MM_JSON_NUMBER] = ROW_NUMBER, [MM_JSON_STRING] = ROW_STRING, [MM_JSON_ARRAY] = ROW_ARRAY,
                                      [MM_JSON_OBJECT] = ROW_OBJECT };
    mm_str inner = c->raw.n >= 2 ? (mm_str){ c->raw.p + 1, c->raw.n - 2 } : (mm_str){ "", 0 };
    c->type = types[type];
    c->missing = c->type == ROW_NULL || (c->type == ROW_STRING && says_missing(inner));
    if (type == MM_JSON_NUMBER) {
        look_at_number(r, c);
        if (c->type != ROW_STRING)
            return;
    }
    c->hash = XXH3_64bits(c->raw.p, c->raw.n);
    c->timed = type == MM_JSON_STRING && (!r->plan->time.p || mm_str_eq(c->name, r->plan->time)) && row_time_text(inner, &c->time);
}

static void read_object(reading *r, mm_value v, mm_str before, unsigned depth)
{
    mm_json_iter it = mm_json_each(v);
    while (mm_json_next(&it) == 1 && !r->failed) {
        if (!depth && mm_str_eq(it.key, MM_STR("mm")))
            continue;
        if (r->n == ROW_CELLS) {
            r->left_out++;
            continue;
        }
        mm_str name = name_of(r, before, it.key);
        bool inside = it.value.type == MM_JSON_OBJECT && it.value.raw.n > 2 && depth < ROW_DEEP;
        if (inside) {
            read_object(r, it.value, name, depth + 1);
            continue;
        }
        row_cell *c = &r->cell[r->n++];
        *c = (row_cell){ .name = name, .raw = it.value.raw };
        look_at(r, c, it.value.type);
    }
}

/* ---- a row ------------------------------------------------------------------ */

/* "t.csv#12" is of t.csv. */
static mm_str file_of(mm_str src)
{
    size_t n = src.n;
    while (n && src.p[n - 1] >= '0' && src.p[n - 1] <= '9')
        n--;
    return n && n < src.n && src.p[n - 1] == '#' ? (mm_str){ src.p, n - 1 } : src;
}

static mm_str series_of(const subject *s)
{
    mm_value v;
    const row_plan *p = s->bench->rows;
    if (!p->by)
        return s->src.n ? file_of(s->src) : mm_str_of(s->source);
    return mm_json_find(s->record, p->by, &v) == 1 ? v.raw : MM_STR("null");
}

static mm_str check_schema(subject *s, mm_arena *a, bool *failed)
{
    bench *b = s->bench;
    b->row_text.n = 0;
    if (!b->checker || !mm_schema_check_all(b->checker, s->record, ROW_REASONS, &b->row_text))
        return (mm_str){ 0 };
    mm_str copy = b->row_text.failed ? (mm_str){ 0 } : mm_arena_copy(a, mm_buf_view(&b->row_text));
    *failed |= !copy.p;
    return copy;
}

static int take_row(subject *s, mm_err *e)
{
    bench *b = s->bench;
    if (!b->cells && !(b->cells = malloc(ROW_CELLS * sizeof *b->cells)))
        return mm_fail(e, MM_ESYS, "out of memory");
    reading r = { .plan = b->rows, .arena = s->arena, .cell = b->cells, .scratch = &b->row_text };
    read_object(&r, (mm_value){ s->record, MM_JSON_OBJECT }, (mm_str){ 0 }, 0);
    row_cells *row = mm_arena_alloc(s->arena, sizeof *row);
    row_cell *cells = mm_arena_alloc(s->arena, r.n * sizeof *cells + 1);
    mm_str series = mm_arena_copy(s->arena, series_of(s)), schema = check_schema(s, s->arena, &r.failed);
    if (!row || !cells || !series.p || r.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    memcpy(cells, r.cell, r.n * sizeof *cells);
    *row = (row_cells){ .n = r.n, .cell = cells, .left_out = r.left_out, .series = series, .schema_failed = schema };
    s->row = row;
    return 0;
}

/* A text split into lines or paragraphs is no table. */
static bool tabular(const subject *s)
{
    return !mm_str_eq(s->modality, MM_STR("text"));
}

/* What needs the rows before is told by row_stream_meet. */
static int probe(subject *s, answer *a, mm_err *e)
{
    if (!tabular(s))
        return 0;
    if (!s->row && take_row(s, e) < 0)
        return -1;
    if (!s->row->schema_failed.n)
        return 0;
    mm_buf list = { 0 };
    mm_buf_printf(&list, "[%.*s]", (int)s->row->schema_failed.n, s->row->schema_failed.p);
    tell_raw(a, ROW_SCHEMA, mm_buf_view(&list));
    mm_buf_free(&list);
    return 0;
}

static void tell_types(const row_cells *row, answer *a)
{
    mm_buf json = { 0 };
    for (size_t i = 0; i < row->n; i++) {
        const row_cell *c = &row->cell[i];
        mm_buf_str(&json, i ? MM_STR(",{\"column\":") : MM_STR("[{\"column\":"));
        mm_json_put(&json, c->name);
        mm_buf_printf(&json, ",\"type\":\"%s\"}", c->timed && c->type == ROW_STRING ? "date-time" : row_type_name(c->type));
    }
    mm_buf_str(&json, row->n ? MM_STR("]") : MM_STR("[]"));
    tell_raw(a, TYPES, mm_buf_view(&json));
    mm_buf_free(&json);
}

static int probe_each(subject *s, answer *a, mm_err *e)
{
    if (!tabular(s))
        return 0;
    if (!s->row && take_row(s, e) < 0)
        return -1;
    tell_int(a, COLUMNS, (int64_t)(s->row->n + s->row->left_out));
    if (asked(a, TYPES))
        tell_types(s->row, a);
    return 0;
}

const prober row_prober = { "row", ON_ROW, facts, ROW_FACTS, probe };
const prober row_each_prober = { "row.each", ON_ROW, each_facts, sizeof each_facts / sizeof *each_facts, probe_each };
