/* node.h - a schema as compiled: what schema.c makes and check.c walks. */
#ifndef MM_SCHEMA_NODE_H
#define MM_SCHEMA_NODE_H

#include <jansson.h>

#include "expr/node.h"
#include "format.h"
#include "schema.h"

enum {
    TYPE_NULL = 1, TYPE_BOOLEAN = 2, TYPE_INTEGER = 4, TYPE_NUMBER = 8, TYPE_STRING = 16, TYPE_ARRAY = 32,
    TYPE_OBJECT = 64, TYPE_ANY = 127,
};
enum { MOST_PROPERTIES = 4096, DEEPEST = 200 };

typedef struct rule rule;

typedef struct property {
    mm_str name;
    const rule *node;  /* NULL: anything */
    bool required;
    bool listed;       /* among properties, not only required */
} property;

typedef struct alternatives {
    const rule **v;
    size_t n;
} alternatives;

struct rule {
    const json_t *json;     /* what it was made of */
    bool never;             /* the schema `false` */
    unsigned types;
    const json_t *one_of_values, *constant;  /* enum, const; NULL: none */
    mm_str *words;          /* owned: the strings of enum */
    size_t n_words;
    bool has_min, has_max, has_above, has_below, has_step;
    double min, max, above, below, step;
    const json_t *bounds[4];
    int64_t min_length, max_length, min_items, max_items, min_members, max_members;  /* -1: none */
    regex *pattern;
    const char *pattern_text;
    int format;             /* -1: none */
    property *properties;
    size_t n_properties;
    const rule *additional; /* NULL: anything */
    const rule *items;
    alternatives any, one, all;
    const rule *not, *ref;
    rule *next;             /* all of a schema's nodes */
};

struct mm_schema {
    json_t *document;
    rule *nodes;            /* owned */
    const rule *root;
};

#endif
