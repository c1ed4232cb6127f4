/* node.h - what the files of lib/expr share: types, values, nodes, the compiled whole.
 *
 * Invariants: a node's type is the set of types its value may have; a path may have any.
 * Nodes, texts and lists live in the expression's arena and never change once compiled.
 */
#ifndef MM_EXPR_NODE_H
#define MM_EXPR_NODE_H

#include "expr/expr.h"

/** Sets of types. */
enum {
    T_NULL = 1, T_BOOL = 2, T_NUMBER = 4, T_STRING = 8, T_ARRAY = 16, T_OBJECT = 32,
    T_ANY = 63,
};

/** A value at run time. */
typedef struct value {
    int type;      /* one T_ bit; 0: unknown (missing, or not computable) */
    bool truth;    /* T_BOOL */
    bool whole;    /* T_NUMBER: `i` holds it exactly */
    int64_t i;
    double d;      /* T_NUMBER, always set */
    mm_str s;      /* T_STRING: unescaped text; T_ARRAY, T_OBJECT: raw bytes */
} value;

typedef enum op {
    OP_CONST, OP_PATH, OP_EXISTS, OP_CALL, OP_NEG,
    OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD,
    OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE,
    OP_FIELD_IS,   /* path == "text" without need of escapes: raw bytes decide */
    OP_IN, OP_LIKE, OP_MATCH,
    OP_NOT, OP_AND, OP_OR,
} op;

struct function;

typedef struct node {
    op op;
    int type;             /* set of T_ bits */
    size_t at;            /* byte offset in the expression */
    struct node *a, *b;   /* operands */
    struct node **list;   /* OP_IN: what a is looked for in; OP_CALL: arguments */
    size_t n;             /* entries of list */
    value constant;       /* OP_CONST; OP_LIKE: the pattern */
    mm_str raw;           /* OP_FIELD_IS: the text as JSON, with quotes */
    unsigned field;       /* OP_PATH, OP_EXISTS: index of the path */
    unsigned slot;        /* OP_MATCH: index of the regex; OP_CALL: index of the scratch */
    const struct function *f;
} node;

typedef struct regex regex;      /* a compiled regular expression */
typedef struct matcher matcher;  /* what one thread needs to match any of them */

struct mm_expr {
    mm_arena *arena;
    node *root;
    mm_path **path;        /* distinct paths, owned */
    mm_str *path_text;
    unsigned paths, path_room;
    regex **regex;         /* owned */
    unsigned regexes, regex_room;
    unsigned scratches;
};

/** One field of the record at hand. */
typedef struct slot {
    uint64_t serial;   /* the record this was looked up in */
    int found;         /* as mm_json_find */
    mm_value v;
    mm_buf text;       /* unescaped, where it had escapes */
} slot;

struct mm_expr_state {
    const mm_expr *x;
    mm_str head;
    uint64_t serial;
    bool malformed;    /* seen on the way to a field */
    bool exhausted;    /* a regular expression took too many steps */
    slot *slot;        /* one a path */
    matcher *matcher;  /* NULL without regular expressions */
    mm_buf *scratch;   /* one a call that makes text */
};

/** A function of the language. */
typedef struct function {
    const char *name;
    unsigned args;
    int takes[2];      /* sets of types */
    int gives;
    void (*call)(const value *arg, mm_buf *scratch, value *out);  /* arguments have a type in takes */
} function;
const function *mm_expr_function(mm_str name);
/** The function whose name is nearest, for advice; NULL when none is near. */
const function *mm_expr_function_near(mm_str name);

/** Does s match the glob? * is any run, ? any one character, [a-z] and [!a-z] sets, \ takes the
 *  next character as it is. The whole of s must match. */
bool mm_expr_glob(mm_str pattern, mm_str s);

/** Compile a pattern; NULL with the reason in `why` and the byte of the pattern it speaks of. Immutable: may be used by
 *  many threads. */
regex *mm_expr_regex_new(mm_str pattern, size_t *at, char *why, size_t room);
void mm_expr_regex_free(regex *r);
matcher *mm_expr_matcher_new(void);
void mm_expr_matcher_free(matcher *m);
/** Is there a match anywhere in the text? 1, 0, or -1 when it took more steps or memory than are allowed. */
int mm_expr_regex_match(const regex *r, matcher *m, mm_str text);

/* ---- text to nodes ---- */

typedef enum token_kind {
    TK_END, TK_NUMBER, TK_STRING, TK_PATH, TK_TRUE, TK_FALSE, TK_NULL,
    TK_AND, TK_OR, TK_NOT, TK_IN, TK_LIKE, TK_MATCH, TK_EXISTS,
    TK_EQ, TK_NE, TK_LT, TK_LE, TK_GT, TK_GE,
    TK_PLUS, TK_MINUS, TK_STAR, TK_SLASH, TK_PERCENT,
    TK_OPEN, TK_CLOSE, TK_COMMA,
} token_kind;

typedef struct token {
    token_kind kind;
    size_t at, end;   /* bytes of the expression */
    value v;          /* TK_NUMBER, TK_STRING */
    bool word;        /* TK_PATH: one plain name, which may be a function's */
} token;

/** The token at or after `from`. Texts are put in the arena. -1 fills e and *at. */
int mm_expr_lex(mm_str text, size_t from, mm_arena *a, token *t, size_t *at, mm_err *e);
/** Compile text, which lives as long as x, into x->root and its tables. */
int mm_expr_parse(mm_expr *x, mm_str text, size_t *at, mm_err *e);
/** Fill e with "expression, column N: ..."; returns -1. */
int mm_expr_fail(mm_str text, size_t where, size_t *at, mm_err *e, const char *fmt, ...) MM_PRINTF(5, 6);

#endif
