/* infer.c - a shape for every place in a row, widened by each value that is seen there. */
#include "infer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "schema/format.h"
#include "json/scan.h"

enum { MOST_MEMBERS = 4096, MOST_SHAPES = 200000, DEEPEST = 32, MOST_WORDS = 12, WORD_ROOM = 48, NUMBER_ROOM = 40 };

typedef struct shape shape;

/* A member of an object. */
typedef struct member {
    mm_str key;    /* owned; raw, without quotes */
    shape *shape;
} member;

struct shape {
    uint64_t seen;           /* values */
    uint64_t holders, last;  /* objects that have this member, and the number of the last of them */
    uint64_t of[7];          /* of each mm_json_type */
    bool fractions;          /* a number that is not whole */
    bool vague;              /* a number that no bound can be written for */
    double min, max;
    char min_text[NUMBER_ROOM], max_text[NUMBER_ROOM];
    unsigned formats;        /* those that all strings so far hold to */
    char (*word)[WORD_ROOM]; /* different strings, raw with quotes; NULL: none yet */
    size_t words;            /* MOST_WORDS + 1: too many, or too long */
    shape *items;
    member *members;
    size_t n_members, members_room;
    bool open;               /* more members than are told apart */
};

struct schema_infer {
    shape *root;
    size_t shapes;
};

static shape *shape_new(schema_infer *s)
{
    shape *h = calloc(1, sizeof *h);
    if (h) {
        h->formats = (1u << MM_FORMATS) - 1;
        s->shapes++;
    }
    return h;
}

static void shape_free(shape *h)
{
    if (!h)
        return;
    for (size_t i = 0; i < h->n_members; i++) {
        free((char *)h->members[i].key.p);
        shape_free(h->members[i].shape);
    }
    shape_free(h->items);
    free(h->members);
    free(h->word);
    free(h);
}

schema_infer *infer_new(void)
{
    schema_infer *s = calloc(1, sizeof *s);
    if (s && (s->root = shape_new(s)))
        return s;
    free(s);
    return NULL;
}

void infer_free(schema_infer *s)
{
    if (s)
        shape_free(s->root);
    free(s);
}

/* ---- learning ---- */

static void learn_number(shape *h, mm_str raw)
{
    double d;
    bool known = mm_json_double(raw, &d) == 0 && isfinite(d);
    h->fractions |= !known || d != floor(d);
    /* Beyond 2^53 neighbours look alike. */
    if (!known || fabs(d) > 9007199254740992.0 || raw.n >= NUMBER_ROOM) {
        h->vague = true;
        return;
    }
    bool first = !*h->min_text;
    if (first || d < h->min) {
        h->min = d;
        memcpy(h->min_text, raw.p, raw.n);
        h->min_text[raw.n] = 0;
    }
    if (first || d > h->max) {
        h->max = d;
        memcpy(h->max_text, raw.p, raw.n);
        h->max_text[raw.n] = 0;
    }
}

static bool learn_word(shape *h, mm_str raw)
{
    if (h->words > MOST_WORDS)
        return true;
    for (size_t i = 0; i < h->words; i++)
        if (mm_str_eq(raw, mm_str_of(h->word[i])))
            return true;
    if (!h->word && !(h->word = malloc(sizeof *h->word * MOST_WORDS)))
        return false;
    if (h->words == MOST_WORDS || raw.n >= WORD_ROOM) {
        h->words = MOST_WORDS + 1;
        return true;
    }
    memcpy(h->word[h->words], raw.p, raw.n);
    h->word[h->words++][raw.n] = 0;
    return true;
}

static bool learn_string(shape *h, mm_str raw)
{
    mm_str inner = { raw.p + 1, raw.n - 2 };
    /* What is spelled with escapes has none of the formats; none of these needs them. */
    if (h->formats && (inner.n > 512 || memchr(inner.p, '\\', inner.n)))
        h->formats = 0;
    for (int f = 0; f < MM_FORMATS && h->formats >> f; f++)
        if (h->formats >> f & 1 && !mm_format_holds((mm_format)f, inner))
            h->formats &= ~(1u << f);
    return learn_word(h, raw);
}

/* The member of that key, added when it is new; NULL when there are too many, or (*failed) memory ran out. */
static shape *member_of(schema_infer *s, shape *h, mm_str key, size_t *hint, bool *failed)
{
    for (size_t k = 0; k < h->n_members; k++) {
        size_t i = *hint + k < h->n_members ? *hint + k : *hint + k - h->n_members;
        if (mm_str_eq(h->members[i].key, key)) {
            *hint = i + 1 < h->n_members ? i + 1 : 0;
            return h->members[i].shape;
        }
    }
    if (h->n_members == MOST_MEMBERS || s->shapes >= MOST_SHAPES) {
        h->open = true;
        return NULL;
    }
    if (h->n_members == h->members_room) {
        size_t room = h->members_room ? 2 * h->members_room : 8;
        member *more = realloc(h->members, room * sizeof *more);
        if (!more)
            return *failed = true, NULL;
        h->members = more;
        h->members_room = room;
    }
    member m = { { malloc(key.n + 1), key.n }, shape_new(s) };
    if (!m.key.p || !m.shape) {
        free((char *)m.key.p);
        free(m.shape);
        return *failed = true, NULL;
    }
    memcpy((char *)m.key.p, key.p, key.n);
    h->members[h->n_members++] = m;
    return m.shape;
}

static bool learn(schema_infer *s, shape *h, mm_value v, bool row, unsigned depth);

static bool learn_object(schema_infer *s, shape *h, mm_value v, bool row, unsigned depth)
{
    mm_json_iter it = mm_json_each(v);
    size_t hint = 0;
    bool failed = false;
    while (mm_json_next(&it) == 1) {
        if (row && mm_spells(it.key, MM_STR("mm")))
            continue;
        shape *below = member_of(s, h, it.key, &hint, &failed);
        if (below && below->last != h->of[MM_JSON_OBJECT]) {
            below->last = h->of[MM_JSON_OBJECT];
            below->holders++;
        }
        if (failed || (below && !learn(s, below, it.value, false, depth + 1)))
            return false;
    }
    return true;
}

static bool learn_array(schema_infer *s, shape *h, mm_value v, unsigned depth)
{
    mm_json_iter it = mm_json_each(v);
    while (mm_json_next(&it) == 1) {
        if (!h->items && !(h->items = shape_new(s)))
            return false;
        if (!learn(s, h->items, it.value, false, depth + 1))
            return false;
    }
    return true;
}

static bool learn(schema_infer *s, shape *h, mm_value v, bool row, unsigned depth)
{
    h->seen++;
    h->of[v.type]++;
    if (depth > DEEPEST) {
        h->open = true;
        return true;
    }
    switch (v.type) {
    case MM_JSON_NUMBER: return learn_number(h, v.raw), true;
    case MM_JSON_STRING: return learn_string(h, v.raw);
    case MM_JSON_ARRAY: return learn_array(s, h, v, depth);
    case MM_JSON_OBJECT: return learn_object(s, h, v, row, depth);
    default: return true;
    }
}

int infer_learn(schema_infer *s, mm_str row, mm_err *e)
{
    if (learn(s, s->root, (mm_value){ row, MM_JSON_OBJECT }, true, 0))
        return 0;
    return mm_fail(e, MM_ESYS, "out of memory for what --schema-out learns");
}

/* ---- the schema ---- */

/* A member of the schema being written, on a line of its own. */
static void key(mm_buf *out, unsigned level, bool *comma, const char *name)
{
    mm_buf_printf(out, "%s\n%*s\"%s\": ", *comma ? "," : "", 2 * (int)level, "", name);
    *comma = true;
}

static void put_types(const shape *h, mm_buf *out, unsigned level, bool *comma)
{
    const char *names[7];
    size_t n = 0;
    if (h->of[MM_JSON_OBJECT])
        names[n++] = "object";
    if (h->of[MM_JSON_ARRAY])
        names[n++] = "array";
    if (h->of[MM_JSON_STRING])
        names[n++] = "string";
    if (h->of[MM_JSON_NUMBER])
        names[n++] = h->fractions ? "number" : "integer";
    if (h->of[MM_JSON_FALSE] || h->of[MM_JSON_TRUE])
        names[n++] = "boolean";
    if (h->of[MM_JSON_NULL])
        names[n++] = "null";
    if (!n)
        return;
    key(out, level, comma, "type");
    mm_buf_printf(out, n > 1 ? "[\"%s\"" : "\"%s\"", names[0]);
    for (size_t i = 1; i < n; i++)
        mm_buf_printf(out, ", \"%s\"", names[i]);
    if (n > 1)
        mm_buf_byte(out, ']');
}

/* A set is one when its words came again and again, and nothing but them (and null) did. */
static bool small_set(const shape *h)
{
    uint64_t others = h->seen - h->of[MM_JSON_STRING] - h->of[MM_JSON_NULL];
    return !others && h->words && h->words <= MOST_WORDS && h->of[MM_JSON_STRING] >= 8 * h->words;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void put_strings(const shape *h, mm_buf *out, unsigned level, bool *comma)
{
    const char *sorted[MOST_WORDS];
    bool set = small_set(h);
    for (int f = 0; f < MM_FORMATS && h->of[MM_JSON_STRING] && !set; f++)
        if (h->formats >> f & 1) {
            key(out, level, comma, "format");
            mm_buf_printf(out, "\"%s\"", mm_format_name((mm_format)f));
            break;
        }
    if (!set)
        return;
    for (size_t i = 0; i < h->words; i++)
        sorted[i] = h->word[i];
    qsort(sorted, h->words, sizeof *sorted, by_bytes);
    key(out, level, comma, "enum");
    for (size_t i = 0; i < h->words; i++)
        mm_buf_printf(out, "%s%s", i ? ", " : "[", sorted[i]);
    mm_buf_printf(out, h->of[MM_JSON_NULL] ? ", null]" : "]");
}

static void put_numbers(const shape *h, mm_buf *out, unsigned level, bool *comma)
{
    if (!h->of[MM_JSON_NUMBER] || h->vague)
        return;
    key(out, level, comma, "minimum");
    mm_buf_printf(out, "%s", h->min_text);
    key(out, level, comma, "maximum");
    mm_buf_printf(out, "%s", h->max_text);
}

static void put_shape(const shape *h, mm_buf *out, unsigned level);

static void put_members(const shape *h, mm_buf *out, unsigned level, bool *comma)
{
    bool inner = false, any = false;
    if (!h->n_members)
        return;
    key(out, level, comma, "properties");
    mm_buf_byte(out, '{');
    for (size_t i = 0; i < h->n_members; i++) {
        mm_buf_printf(out, "%s\n%*s\"", inner ? "," : "", 2 * (int)level + 2, "");
        mm_buf_str(out, h->members[i].key);
        mm_buf_str(out, MM_STR("\": "));
        put_shape(h->members[i].shape, out, level + 1);
        inner = true;
    }
    mm_buf_printf(out, "\n%*s}", 2 * (int)level, "");
    for (size_t i = 0; i < h->n_members; i++) {
        if (h->members[i].shape->holders < h->of[MM_JSON_OBJECT])
            continue;
        if (!any)
            key(out, level, comma, "required");
        mm_buf_str(out, any ? MM_STR(", \"") : MM_STR("[\""));
        mm_buf_str(out, h->members[i].key);
        mm_buf_byte(out, '"');
        any = true;
    }
    if (any)
        mm_buf_byte(out, ']');
}

/* The members of a schema, whose brace is open. */
static void put_keywords(const shape *h, mm_buf *out, unsigned level, bool *comma)
{
    put_types(h, out, level, comma);
    put_numbers(h, out, level, comma);
    put_strings(h, out, level, comma);
    put_members(h, out, level, comma);
    if (h->items) {
        key(out, level, comma, "items");
        put_shape(h->items, out, level);
    }
}

static void put_shape(const shape *h, mm_buf *out, unsigned level)
{
    bool comma = false;
    mm_buf_byte(out, '{');
    put_keywords(h, out, level + 1, &comma);
    if (comma)
        mm_buf_printf(out, "\n%*s", 2 * (int)level, "");
    mm_buf_byte(out, '}');
}

void infer_show(const schema_infer *s, mm_buf *out)
{
    bool comma = true;
    mm_buf_str(out, MM_STR("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\""));
    if (s->root->seen)
        put_keywords(s->root, out, 1, &comma);
    mm_buf_str(out, MM_STR("\n}\n"));
}

int infer_write(schema_infer *s, const char *file, mm_err *e)
{
    mm_buf text = { 0 };
    mm_outfile o = { .fd = -1 };
    infer_show(s, &text);
    int status = text.failed ? mm_fail(e, MM_ESYS, "out of memory") : mm_outfile_open(&o, file, e);
    if (status == 0 && mm_write_all(o.fd, mm_buf_view(&text)) < 0)
        status = mm_fail_errno(e, "%s", file);
    if (status == 0)
        status = mm_outfile_commit(&o, e);
    else
        mm_outfile_discard(&o);
    mm_buf_free(&text);
    return status;
}
