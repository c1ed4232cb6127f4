/* schema.c - a JSON Schema read and compiled; what is not understood is refused. */
#include <stdlib.h>
#include <string.h>

#include "node.h"

typedef struct compiler {
    mm_schema *s;
    const char *file;
    mm_err *e;
} compiler;

static const rule *compile(compiler *c, json_t *json, const char *where, unsigned depth);

static void *refuse(compiler *c, const char *where, const char *what)
{
    mm_fail(c->e, MM_EUSAGE, "%s: %s: %s", c->file, *where ? where : "/", what);
    return NULL;
}

static bool bad(compiler *c, const char *where, const char *what)
{
    refuse(c, where, what);
    return false;
}

/* ---- keywords, by kind ---- */

static unsigned type_bit(const char *name)
{
    static const char *const names[] = { "null", "boolean", "integer", "number", "string", "array", "object" };
    for (unsigned i = 0; i < 7; i++)
        if (name && strcmp(name, names[i]) == 0)
            return 1u << i;
    return 0;
}

static bool set_types(compiler *c, rule *n, json_t *v, const char *where)
{
    size_t count = json_is_array(v) ? json_array_size(v) : 1;
    n->types = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned bit = type_bit(json_string_value(json_is_array(v) ? json_array_get(v, i) : v));
        if (!bit)
            return bad(c, where, "null, boolean, integer, number, string, array or object is expected");
        n->types |= bit;
    }
    return true;
}

static bool set_bound(compiler *c, json_t *v, bool *has, double *into, const char *where)
{
    if (!json_is_number(v))
        return bad(c, where, "a number is expected");
    *has = true;
    *into = json_number_value(v);
    return true;
}

static bool set_count(compiler *c, json_t *v, int64_t *into, const char *where)
{
    double d = json_is_number(v) ? json_number_value(v) : -1;
    if (d < 0 || d > 9e15 || d != (double)(int64_t)d)
        return bad(c, where, "a whole number, not negative, is expected");
    *into = (int64_t)d;
    return true;
}

static bool set_pattern(compiler *c, rule *n, json_t *v, const char *where)
{
    char why[160];
    size_t at;
    if (!json_is_string(v))
        return bad(c, where, "a string is expected");
    n->pattern_text = json_string_value(v);
    n->pattern = mm_expr_regex_new(mm_str_of(n->pattern_text), &at, why, sizeof why);
    return n->pattern || bad(c, where, why);
}

static bool set_format(compiler *c, rule *n, json_t *v, const char *where)
{
    n->format = json_is_string(v) ? mm_format_named(json_string_value(v)) : -1;
    return n->format >= 0 ||
           bad(c, where, "of formats date-time, date, time, email, uri, uuid, ipv4 and ipv6 are checked; leave others out");
}

static bool set_values(compiler *c, rule *n, json_t *v, const char *where)
{
    size_t i;
    json_t *one;
    n->one_of_values = v;
    if (!json_is_array(v))
        return bad(c, where, "a list of values is expected");
    if (!(n->words = calloc(json_array_size(v) + 1, sizeof *n->words)))
        return bad(c, where, "out of memory");
    json_array_foreach(v, i, one)
        if (json_is_string(one))
            n->words[n->n_words++] = (mm_str){ json_string_value(one), json_string_length(one) };
    return true;
}

static bool set_alternatives(compiler *c, alternatives *a, json_t *v, const char *where, unsigned depth)
{
    a->n = json_array_size(v);
    a->v = calloc(a->n + 1, sizeof *a->v);
    if (!json_is_array(v) || !a->n || !a->v)
        return bad(c, where, "a list of schemas is expected");
    for (size_t i = 0; i < a->n; i++) {
        char below[256];
        if (snprintf(below, sizeof below, "%s/%zu", where, i) >= (int)sizeof below)
            return bad(c, where, "nested too deeply");
        if (!(a->v[i] = compile(c, json_array_get(v, i), below, depth)))
            return false;
    }
    return true;
}

static bool set_child(compiler *c, const rule **into, json_t *v, const char *where, unsigned depth)
{
    return (*into = compile(c, v, where, depth)) != NULL;
}

/* ---- properties and required, in one table ---- */

static property *property_of(rule *n, const char *name)
{
    mm_str want = mm_str_of(name);
    for (size_t i = 0; i < n->n_properties; i++)
        if (mm_str_eq(n->properties[i].name, want))
            return &n->properties[i];
    n->properties[n->n_properties].name = want;
    return &n->properties[n->n_properties++];
}

static bool set_members(compiler *c, rule *n, json_t *json, const char *where, unsigned depth)
{
    json_t *properties = json_object_get(json, "properties"), *required = json_object_get(json, "required"), *v;
    size_t room = json_object_size(properties) + json_array_size(required), i;
    const char *key;
    if ((properties && !json_is_object(properties)) || (required && !json_is_array(required)))
        return bad(c, where, "properties is an object, and required a list");
    if (room > MOST_PROPERTIES)
        return bad(c, where, "more than 4096 properties");
    if (!(n->properties = calloc(room + 1, sizeof *n->properties)))
        return bad(c, where, "out of memory");
    json_object_foreach(properties, key, v) {
        char below[256];
        if (snprintf(below, sizeof below, "%s/properties/%s", where, key) >= (int)sizeof below)
            return bad(c, where, "nested too deeply");
        property *p = property_of(n, key);
        p->listed = true;
        if (!(p->node = compile(c, v, below, depth)))
            return false;
    }
    json_array_foreach(required, i, v) {
        if (!json_is_string(v))
            return bad(c, where, "required is a list of names");
        property_of(n, json_string_value(v))->required = true;
    }
    return true;
}

/* ---- $ref ---- */

static void unescape_token(char *t)
{
    char *to = t;
    for (; *t; t++) {
        unsigned hex;
        if (t[0] == '~' && (t[1] == '0' || t[1] == '1'))
            *to++ = *++t == '0' ? '~' : '/';
        else if (t[0] == '%' && sscanf(t + 1, "%2x", &hex) == 1 && t[1] && t[2])
            *to++ = (char)hex, t += 2;
        else
            *to++ = *t;
    }
    *to = 0;
}

static bool set_ref(compiler *c, rule *n, json_t *v, const char *where, unsigned depth)
{
    char *pointer = json_is_string(v) && *json_string_value(v) == '#' ? strdup(json_string_value(v) + 1) : NULL;
    json_t *at = c->s->document;
    char *save = NULL;
    if (!pointer || (*pointer && *pointer != '/')) {
        free(pointer);
        return bad(c, where, "only references into this document, as in #/$defs/name, are followed");
    }
    for (char *t = strtok_r(pointer, "/", &save); t && at; t = strtok_r(NULL, "/", &save)) {
        unescape_token(t);
        at = json_is_array(at) ? json_array_get(at, strtoul(t, NULL, 10)) : json_object_get(at, t);
    }
    free(pointer);
    if (!at)
        return bad(c, where, "there is nothing at that place");
    return set_child(c, &n->ref, at, where, depth);
}

/* ---- all of them ---- */

static bool annotation(const char *key, bool root)
{
    static const char *const passed[] = { "$comment", "title", "description", "default", "examples", "deprecated",
                                          "readOnly", "writeOnly", "$defs", "definitions", "properties", "required", NULL };
    for (size_t i = 0; passed[i]; i++)
        if (strcmp(key, passed[i]) == 0)
            return true;
    return root && (strcmp(key, "$id") == 0 || strcmp(key, "$schema") == 0);
}

static bool set_keyword(compiler *c, rule *n, const char *key, json_t *v, const char *where, unsigned depth)
{
    const struct { const char *key; bool *has; double *into; int bound; } bounds[] = {
        { "minimum", &n->has_min, &n->min, 0 }, { "maximum", &n->has_max, &n->max, 1 },
        { "exclusiveMinimum", &n->has_above, &n->above, 2 }, { "exclusiveMaximum", &n->has_below, &n->below, 3 } };
    const struct { const char *key; int64_t *into; } counts[] = {
        { "minLength", &n->min_length }, { "maxLength", &n->max_length }, { "minItems", &n->min_items },
        { "maxItems", &n->max_items }, { "minProperties", &n->min_members }, { "maxProperties", &n->max_members } };
    const struct { const char *key; alternatives *a; } lists[] = {
        { "anyOf", &n->any }, { "oneOf", &n->one }, { "allOf", &n->all } };
    const struct { const char *key; const rule **child; } children[] = {
        { "additionalProperties", &n->additional }, { "items", &n->items }, { "not", &n->not } };
    for (size_t i = 0; i < 4; i++)
        if (strcmp(key, bounds[i].key) == 0)
            return n->bounds[bounds[i].bound] = v, set_bound(c, v, bounds[i].has, bounds[i].into, where);
    for (size_t i = 0; i < 6; i++)
        if (strcmp(key, counts[i].key) == 0)
            return set_count(c, v, counts[i].into, where);
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(key, lists[i].key) == 0)
            return set_alternatives(c, lists[i].a, v, where, depth);
        if (strcmp(key, children[i].key) == 0)
            return set_child(c, children[i].child, v, where, depth);
    }
    if (strcmp(key, "type") == 0)
        return set_types(c, n, v, where);
    if (strcmp(key, "pattern") == 0)
        return set_pattern(c, n, v, where);
    if (strcmp(key, "format") == 0)
        return set_format(c, n, v, where);
    if (strcmp(key, "$ref") == 0)
        return set_ref(c, n, v, where, depth);
    if (strcmp(key, "const") == 0)
        return n->constant = v, true;
    if (strcmp(key, "enum") == 0)
        return set_values(c, n, v, where);
    if (strcmp(key, "multipleOf") == 0)
        return set_bound(c, v, &n->has_step, &n->step, where) && (n->step > 0 || bad(c, where, "a number above 0 is expected"));
    return annotation(key, n->json == c->s->document) ||
           bad(c, where, "this keyword is not known here, and leaving it out would let rows pass that do not hold");
}

static bool fill_node(compiler *c, rule *n, json_t *json, const char *where, unsigned depth)
{
    const char *key;
    json_t *v;
    json_object_foreach(json, key, v) {
        char below[256];
        if (snprintf(below, sizeof below, "%s/%s", where, key) >= (int)sizeof below)
            return bad(c, where, "nested too deeply");
        if (!set_keyword(c, n, key, v, below, depth))
            return false;
    }
    return set_members(c, n, json, where, depth);
}

static const rule *compile(compiler *c, json_t *json, const char *where, unsigned depth)
{
    if (!json_is_object(json) && !json_is_boolean(json))
        return refuse(c, where, "a schema is expected: an object, true or false");
    if (depth > DEEPEST)
        return refuse(c, where, "nested too deeply");
    /* Booleans are one object each in jansson, and shared. */
    for (rule *n = c->s->nodes; n; n = n->next)
        if (n->json == json)
            return n;
    rule *n = calloc(1, sizeof *n);
    if (!n)
        return refuse(c, where, "out of memory");
    *n = (rule){ .json = json, .never = json_is_false(json), .types = TYPE_ANY, .format = -1, .min_length = -1,
                 .max_length = -1, .min_items = -1, .max_items = -1, .min_members = -1, .max_members = -1,
                 .next = c->s->nodes };
    c->s->nodes = n;
    return json_is_object(json) && !fill_node(c, n, json, where, depth + 1) ? NULL : n;
}

/* References that lead back to themselves before they reach a value would never end. */
static bool circles(const rule *n, unsigned steps)
{
    if (steps > DEEPEST)
        return true;
    const alternatives *lists[] = { &n->any, &n->one, &n->all };
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < lists[i]->n; k++)
            if (circles(lists[i]->v[k], steps + 1))
                return true;
    return (n->ref && circles(n->ref, steps + 1)) || (n->not && circles(n->not, steps + 1));
}

mm_schema *mm_schema_open(const char *file, mm_err *e)
{
    json_error_t why;
    mm_schema *s = calloc(1, sizeof *s);
    compiler c = { s, file, e };
    if (!s) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    s->document = json_load_file(file, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &why);
    if (!s->document) {
        if (why.line > 0)
            mm_fail(e, MM_EUSAGE, "%s:%d:%d: %s", file, why.line, why.column, why.text);
        else
            mm_fail(e, MM_EUSAGE, "%s", why.text);
    } else if ((s->root = compile(&c, s->document, "", 0)) && circles(s->root, 0)) {
        refuse(&c, "", "a $ref leads back to itself");
        s->root = NULL;
    }
    if (s->root)
        return s;
    mm_schema_free(s);
    return NULL;
}

void mm_schema_free(mm_schema *s)
{
    if (!s)
        return;
    for (rule *n = s->nodes, *next; n; n = next) {
        next = n->next;
        if (n->pattern)
            mm_expr_regex_free(n->pattern);
        free(n->properties);
        free(n->any.v);
        free(n->words);
        free(n->one.v);
        free(n->all.v);
        free(n);
    }
    json_decref(s->document);
    free(s);
}
