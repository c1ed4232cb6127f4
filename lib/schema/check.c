/* check.c - one row against a compiled schema, without a tree. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json/scan.h"
#include "node.h"

struct mm_schema_checker {
    const mm_schema *schema;
    matcher *matcher;
    mm_buf text;        /* a string without its escapes */
    mm_err *e;          /* the first reason goes here, or, with all, each to that */
    mm_buf *all;
    size_t found, most;
    bool quiet;         /* trying alternatives: reasons are not kept */
    const char *row;    /* where the row begins: its mm is passed over */
};

/* Where a value is: members and elements on the way to it. */
typedef struct place {
    const struct place *up;
    mm_str key;      /* raw */
    size_t index;    /* of an element, key.p NULL */
} place;

mm_schema_checker *mm_schema_checker_new(const mm_schema *s)
{
    mm_schema_checker *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->schema = s;
    c->matcher = mm_expr_matcher_new();
    return c;
}

void mm_schema_checker_free(mm_schema_checker *c)
{
    if (!c)
        return;
    mm_expr_matcher_free(c->matcher);
    mm_buf_free(&c->text);
    free(c);
}

/* ---- reasons ---- */

static size_t put_pointer(const place *p, char *out, size_t room)
{
    char part[96];
    size_t at = p->up ? put_pointer(p->up, out, room) : 0, n = 0;
    if (!p->up)
        return 0;
    if (p->key.p)
        for (size_t i = 0; i < p->key.n && n + 3 < sizeof part; i++) {
            if (p->key.p[i] == '~' || p->key.p[i] == '/') {
                part[n++] = '~';
                part[n++] = p->key.p[i] == '~' ? '0' : '1';
            } else {
                part[n++] = p->key.p[i];
            }
        }
    else
        n = (size_t)snprintf(part, sizeof part, "%zu", p->index);
    return at + n + 2 > room ? at : at + (size_t)snprintf(out + at, room - at, "/%.*s", (int)n, part);
}

static void keep_reason(mm_schema_checker *c, const char *where, const char *what)
{
    char text[480];
    if (c->found++ >= c->most)
        return;
    int n = snprintf(text, sizeof text, "%s%s%s", where, *where ? ": " : "", what);
    if (c->found > 1)
        mm_buf_byte(c->all, ',');
    mm_json_put(c->all, (mm_str){ text, (size_t)n });
}

/* True when checking is to go on all the same. */
static bool differs(mm_schema_checker *c, const place *at, const char *fmt, ...) MM_PRINTF(3, 4);
static bool differs(mm_schema_checker *c, const place *at, const char *fmt, ...)
{
    char where[256] = "", what[200];
    va_list ap;
    if (c->quiet)
        return false;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    put_pointer(at, where, sizeof where);
    if (c->all)
        return keep_reason(c, where, what), true;
    mm_fail(c->e, MM_EBAD, "%s%s%s", where, *where ? ": " : "", what);
    return false;
}

/* At most so many bytes of a value, for a message. */
static int shown(mm_str raw)
{
    return raw.n < 60 ? (int)raw.n : 60;
}

/* ---- types and values ---- */

static bool whole_number(mm_str raw)
{
    double d;
    size_t i = 0;
    while (i < raw.n && raw.p[i] != '.' && (raw.p[i] | 0x20) != 'e')
        i++;
    return i == raw.n || (mm_json_double(raw, &d) == 0 && d == floor(d));
}

static unsigned types_of(mm_value v)
{
    switch (v.type) {
    case MM_JSON_NULL: return TYPE_NULL;
    case MM_JSON_FALSE: case MM_JSON_TRUE: return TYPE_BOOLEAN;
    case MM_JSON_NUMBER: return whole_number(v.raw) ? TYPE_NUMBER | TYPE_INTEGER : TYPE_NUMBER;
    case MM_JSON_STRING: return TYPE_STRING;
    case MM_JSON_ARRAY: return TYPE_ARRAY;
    default: return TYPE_OBJECT;
    }
}

static const char *type_name(unsigned types)
{
    return types & TYPE_NULL ? "null" : types & TYPE_BOOLEAN ? "boolean" : types & TYPE_INTEGER ? "integer"
         : types & TYPE_NUMBER ? "number" : types & TYPE_STRING ? "string" : types & TYPE_ARRAY ? "array" : "object";
}

static mm_str inside(mm_str raw)
{
    return (mm_str){ raw.p + 1, raw.n - 2 };
}

/* mm_spells, which most texts answer by their bytes. */
static bool spells(mm_str raw, mm_str want)
{
    if (raw.n == want.n && (!want.n || memcmp(raw.p, want.p, want.n) == 0))
        return !want.n || !memchr(want.p, '\\', want.n);
    return raw.n > want.n && mm_spells(raw, want);
}

static bool equals(const json_t *want, mm_value v);

static bool equal_numbers(const json_t *want, mm_str raw)
{
    int64_t i;
    double d;
    if (json_is_integer(want) && mm_json_int(raw, &i) == 0)
        return i == (int64_t)json_integer_value(want);
    return mm_json_double(raw, &d) == 0 && d == json_number_value(want);
}

static bool equal_containers(const json_t *want, mm_value v)
{
    mm_json_iter it = mm_json_each(v);
    size_t n = 0;
    mm_buf key = { 0 };
    bool same = true, object = v.type == MM_JSON_OBJECT;
    for (; same && mm_json_next(&it) == 1; n++) {
        mm_str name = object ? mm_json_text((mm_str){ it.key.p - 1, it.key.n + 2 }, &key) : (mm_str){ NULL, 0 };
        const json_t *w = object ? json_object_getn(want, name.p, name.n) : json_array_get(want, n);
        same = w && equals(w, it.value);
    }
    mm_buf_free(&key);
    return same && n == (object ? json_object_size(want) : json_array_size(want));
}

static bool equals(const json_t *want, mm_value v)
{
    switch (v.type) {
    case MM_JSON_NULL: return json_is_null(want);
    case MM_JSON_FALSE: return json_is_false(want);
    case MM_JSON_TRUE: return json_is_true(want);
    case MM_JSON_NUMBER: return json_is_number(want) && equal_numbers(want, v.raw);
    case MM_JSON_STRING:
        return json_is_string(want) && spells(inside(v.raw), (mm_str){ json_string_value(want), json_string_length(want) });
    case MM_JSON_ARRAY: return json_is_array(want) && equal_containers(want, v);
    default: return json_is_object(want) && equal_containers(want, v);
    }
}

static bool check_values(mm_schema_checker *c, const rule *n, mm_value v, const place *at)
{
    if (n->constant && !equals(n->constant, v))
        return differs(c, at, "%.*s is not the one value allowed (const)", shown(v.raw), v.raw.p);
    if (!n->one_of_values)
        return true;
    for (size_t i = 0; v.type == MM_JSON_STRING && i < n->n_words; i++)
        if (spells(inside(v.raw), n->words[i]))
            return true;
    for (size_t i = 0; v.type != MM_JSON_STRING && i < json_array_size(n->one_of_values); i++)
        if (equals(json_array_get(n->one_of_values, i), v))
            return true;
    return differs(c, at, "%.*s is none of the values allowed (enum)", shown(v.raw), v.raw.p);
}

/* ---- numbers and strings ---- */

/* <0, 0, >0: the number against a bound, exactly where both are whole; below 2^53 a double is. */
static int against(mm_str raw, double d, const json_t *bound, double b)
{
    int64_t i;
    if (fabs(d) >= 0x1p53 && json_is_integer(bound) && mm_json_int(raw, &i) == 0)
        return (i > json_integer_value(bound)) - (i < json_integer_value(bound));
    return (d > b) - (d < b);
}

static bool multiple(double d, double step)
{
    double q = d / step;
    return isfinite(q) ? fabs(q - round(q)) <= 1e-9 * fmax(1, fabs(q) * 1e-6) : fmod(d, step) == 0;
}

static bool check_number(mm_schema_checker *c, const rule *n, mm_str raw, const place *at)
{
    double d = 0;
    int s = shown(raw);
    if (!n->has_min && !n->has_max && !n->has_above && !n->has_below && !n->has_step)
        return true;
    mm_json_double(raw, &d);
    if (n->has_min && against(raw, d, n->bounds[0], n->min) < 0)
        return differs(c, at, "%.*s is less than the minimum %.17g", s, raw.p, n->min);
    if (n->has_max && against(raw, d, n->bounds[1], n->max) > 0)
        return differs(c, at, "%.*s is more than the maximum %.17g", s, raw.p, n->max);
    if (n->has_above && against(raw, d, n->bounds[2], n->above) <= 0)
        return differs(c, at, "%.*s is not more than %.17g", s, raw.p, n->above);
    if (n->has_below && against(raw, d, n->bounds[3], n->below) >= 0)
        return differs(c, at, "%.*s is not less than %.17g", s, raw.p, n->below);
    if (n->has_step && !multiple(d, n->step))
        return differs(c, at, "%.*s is no multiple of %.17g", s, raw.p, n->step);
    return true;
}

static int64_t characters(mm_str text)
{
    int64_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        n += ((unsigned char)text.p[i] & 0xc0) != 0x80;
    return n;
}

static bool check_string(mm_schema_checker *c, const rule *n, mm_str raw, const place *at)
{
    if (n->min_length < 0 && n->max_length < 0 && !n->pattern && n->format < 0)
        return true;
    mm_str text = mm_json_text(raw, &c->text);
    int64_t length = n->min_length >= 0 || n->max_length >= 0 ? characters(text) : 0;
    if (n->min_length >= 0 && length < n->min_length)
        return differs(c, at, "%lld characters, less than minLength %lld", (long long)length, (long long)n->min_length);
    if (n->max_length >= 0 && length > n->max_length)
        return differs(c, at, "%lld characters, more than maxLength %lld", (long long)length, (long long)n->max_length);
    if (n->pattern && (!c->matcher || mm_expr_regex_match(n->pattern, c->matcher, text) != 1))
        return differs(c, at, "%.*s does not match the pattern %s", shown(raw), raw.p, n->pattern_text);
    if (n->format >= 0 && !mm_format_holds((mm_format)n->format, text))
        return differs(c, at, "%.*s is no %s", shown(raw), raw.p, mm_format_name((mm_format)n->format));
    return true;
}

/* ---- what is inside ---- */

static bool check(mm_schema_checker *c, const rule *n, mm_value v, const place *at, unsigned depth);

static bool check_items(mm_schema_checker *c, const rule *n, mm_value v, const place *at, unsigned depth)
{
    if (!n->items && n->min_items < 0 && n->max_items < 0)
        return true;
    mm_json_iter it = mm_json_each(v);
    int64_t count = 0;
    for (; mm_json_next(&it) == 1; count++) {
        place below = { .up = at, .index = (size_t)count };
        if (n->items && !check(c, n->items, it.value, &below, depth))
            return false;
    }
    if (n->min_items >= 0 && count < n->min_items)
        return differs(c, at, "%lld elements, less than minItems %lld", (long long)count, (long long)n->min_items);
    if (n->max_items >= 0 && count > n->max_items)
        return differs(c, at, "%lld elements, more than maxItems %lld", (long long)count, (long long)n->max_items);
    return true;
}

/* Members mostly come in the order of the schema: looking begins behind the last one found. */
static size_t find_property(const rule *n, mm_str key, size_t hint)
{
    for (size_t k = 0; k < n->n_properties; k++) {
        size_t i = hint + k < n->n_properties ? hint + k : hint + k - n->n_properties;
        if (spells(key, n->properties[i].name))
            return i;
    }
    return n->n_properties;
}

static bool check_member(mm_schema_checker *c, const rule *n, const property *p, mm_value v, const place *at, unsigned depth)
{
    if (p && p->listed)
        return check(c, p->node, v, at, depth);
    if (n->additional && n->additional->never)
        return differs(c, at, "this member is not allowed (additionalProperties)");
    return !n->additional || check(c, n->additional, v, at, depth);
}

static bool check_members(mm_schema_checker *c, const rule *n, mm_value v, const place *at, unsigned depth)
{
    uint64_t seen[MOST_PROPERTIES / 64];
    int64_t count = 0;
    size_t hint = 0;
    if (!n->n_properties && !n->additional && n->min_members < 0 && n->max_members < 0)
        return true;
    memset(seen, 0, (n->n_properties + 63) / 64 * 8);
    mm_json_iter it = mm_json_each(v);
    while (mm_json_next(&it) == 1) {
        if (v.raw.p == c->row && spells(it.key, MM_STR("mm")))
            continue;
        place below = { .up = at, .key = it.key };
        size_t i = find_property(n, it.key, hint);
        bool found = i < n->n_properties;
        count++;
        if (found) {
            seen[i / 64] |= UINT64_C(1) << (i % 64);
            hint = i + 1 < n->n_properties ? i + 1 : 0;
        }
        if (!check_member(c, n, found ? &n->properties[i] : NULL, it.value, &below, depth))
            return false;
    }
    for (size_t i = 0; i < n->n_properties; i++)
        if (n->properties[i].required && !(seen[i / 64] >> (i % 64) & 1))
            return differs(c, at, "the member %.60s is required and missing", n->properties[i].name.p);
    if (n->min_members >= 0 && count < n->min_members)
        return differs(c, at, "%lld members, less than minProperties %lld", (long long)count, (long long)n->min_members);
    if (n->max_members >= 0 && count > n->max_members)
        return differs(c, at, "%lld members, more than maxProperties %lld", (long long)count, (long long)n->max_members);
    return true;
}

/* ---- combinations ---- */

static size_t count_holding(mm_schema_checker *c, const alternatives *a, size_t enough, mm_value v, const place *at, unsigned depth)
{
    bool before = c->quiet;
    size_t n = 0;
    c->quiet = true;
    for (size_t i = 0; i < a->n && n < enough; i++)
        n += check(c, a->v[i], v, at, depth);
    c->quiet = before;
    return n;
}

static bool check_combinations(mm_schema_checker *c, const rule *n, mm_value v, const place *at, unsigned depth)
{
    for (size_t i = 0; i < n->all.n; i++)
        if (!check(c, n->all.v[i], v, at, depth))
            return false;
    if (n->any.n && count_holding(c, &n->any, 1, v, at, depth) == 0)
        return differs(c, at, "%.*s holds to none of the schemas in anyOf", shown(v.raw), v.raw.p);
    if (n->one.n) {
        size_t holding = count_holding(c, &n->one, 2, v, at, depth);
        if (holding != 1)
            return differs(c, at, "%.*s holds to %s of the schemas in oneOf", shown(v.raw), v.raw.p, holding ? "more than one" : "none");
    }
    const alternatives not = { (const rule **)&n->not, 1 };
    if (n->not && count_holding(c, &not, 1, v, at, depth))
        return differs(c, at, "%.*s holds to what is ruled out (not)", shown(v.raw), v.raw.p);
    return !n->ref || check(c, n->ref, v, at, depth);
}

static bool check(mm_schema_checker *c, const rule *n, mm_value v, const place *at, unsigned depth)
{
    unsigned types = types_of(v);
    if (depth > 4 * DEEPEST)
        return differs(c, at, "nested too deeply to be held against the schema");
    if (n->never)
        return differs(c, at, "nothing is allowed here");
    if (!(n->types & types))
        return differs(c, at, "%.*s is of type %s, which is not allowed", shown(v.raw), v.raw.p, type_name(types));
    if (!check_values(c, n, v, at))
        return false;
    bool good = v.type == MM_JSON_NUMBER ? check_number(c, n, v.raw, at)
              : v.type == MM_JSON_STRING ? check_string(c, n, v.raw, at)
              : v.type == MM_JSON_ARRAY ? check_items(c, n, v, at, depth + 1)
              : v.type != MM_JSON_OBJECT || check_members(c, n, v, at, depth + 1);
    bool combines = n->all.n || n->any.n || n->one.n || n->not || n->ref;
    return good && (!combines || check_combinations(c, n, v, at, depth + 1));
}

int mm_schema_check(mm_schema_checker *c, mm_str row, mm_err *e)
{
    mm_value v = { row, MM_JSON_OBJECT };
    place top = { 0 };
    c->e = e;
    c->all = NULL;
    c->quiet = false;
    c->row = row.p;
    return check(c, c->schema->root, v, &top, 0) ? 0 : -1;
}

size_t mm_schema_check_all(mm_schema_checker *c, mm_str row, size_t most, mm_buf *out)
{
    mm_value v = { row, MM_JSON_OBJECT };
    place top = { 0 };
    c->all = out;
    c->found = 0;
    c->most = most;
    c->quiet = false;
    c->row = row.p;
    check(c, c->schema->root, v, &top, 0);
    return c->found;
}
