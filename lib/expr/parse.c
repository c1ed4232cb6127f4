#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expr/node.h"

/* Recursive descent, loosest first:
 *
 *   or: and {or and}   and: not {and not}   not: {not} comparison
 *   comparison: sum [(== != < <= > >=) sum | [not] in list | [not] like TEXT | [not] matches TEXT]
 *   sum: product {(+ -) product}   product: unary {(* / %) unary}   unary: {-} primary
 *   primary: constant | path | function(...) | exists(path) | (or)
 */

/* What is evaluated by recursion is bounded when it is parsed. */
#define MAX_DEPTH 200
#define MAX_LINKS 2000

typedef struct parser {
    mm_str text;
    mm_expr *x;
    token now;
    unsigned depth, links;
    size_t *at;
    mm_err *e;
} parser;

static node *parse_or(parser *p);
static node *parse_sum(parser *p);

/* Fill the error, with the caret at `where`; NULL. */
static void *refuse(parser *p, size_t where, const char *fmt, ...) MM_PRINTF(3, 4);
static void *refuse(parser *p, size_t where, const char *fmt, ...)
{
    char what[400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    mm_expr_fail(p->text, where, p->at, p->e, "%s", what);
    return NULL;
}

static int next(parser *p) { return mm_expr_lex(p->text, p->now.end, p->x->arena, &p->now, p->at, p->e); }

/* ---- advice ---- */

static const char *type_name(int types)
{
    switch (types) {
    case T_NULL: return "null";
    case T_BOOL: return "true or false";
    case T_NUMBER: return "a number";
    case T_STRING: return "a text";
    case T_NUMBER | T_STRING: return "a number or a text";
    case T_STRING | T_ARRAY | T_OBJECT: return "a text, an array or an object";
    default: return "a value";
    }
}

static mm_str token_text(const parser *p)
{
    return (mm_str){ p->text.p + p->now.at, p->now.end - p->now.at };
}

static void *unexpected(parser *p, const char *wanted)
{
    mm_str got = token_text(p);
    if (p->now.kind == TK_END)
        return refuse(p, p->now.at, "the expression ends where %s should follow", wanted);
    static const char *const words[] = { "and", "or", "not", "in", "like", "matches" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (got.n == strlen(words[i]) && !strncasecmp(got.p, words[i], got.n))
            return refuse(p, p->now.at, p->now.kind == TK_PATH ? "operators are lower case: write %s"
                                                             : "%s does not fit here", words[i]);
    return refuse(p, p->now.at, "%s should stand here, not %.*s", wanted, (int)got.n, got.p);
}

/* ---- nodes ---- */

static node *new_node(parser *p, op o, int type, size_t at)
{
    node *n = mm_arena_alloc(p->x->arena, sizeof *n);
    if (!n) {
        mm_fail(p->e, MM_ESYS, "out of memory");
        return NULL;
    }
    *n = (node){ .op = o, .type = type, .at = at };
    return n;
}

/* One more operator in a chain such as a and b and c, which nests to the left. */
static bool link_allowed(parser *p, size_t at)
{
    if (p->links++ < MAX_LINKS)
        return true;
    refuse(p, at, "more than %d operators in a row; for many values of one field use in (...)", MAX_LINKS);
    return false;
}

static node *new_pair(parser *p, op o, int type, size_t at, node *a, node *b)
{
    node *n = new_node(p, o, type, at);
    if (n) {
        n->a = a;
        n->b = b;
    }
    return n;
}

static node *negated(parser *p, node *n, size_t at)
{
    return n ? new_pair(p, OP_NOT, T_BOOL, at, n, NULL) : NULL;
}

static bool is_condition(parser *p, const node *n)
{
    if (n->type & T_BOOL)
        return true;
    refuse(p, n->at, "%s is no condition; compare it with something", type_name(n->type));
    return false;
}

static bool is_number(parser *p, const node *n, const char *sign)
{
    if (n->type & T_NUMBER)
        return true;
    refuse(p, n->at, "%s takes numbers, not %s", sign, type_name(n->type));
    return false;
}

/* Make room for one more in a growing array of the expression. */
static bool grow(parser *p, void *array, unsigned n, unsigned *room, size_t size)
{
    void **a = array;
    if (n < *room)
        return true;
    void *more = reallocarray(*a, *room ? 2 * *room : 8, size);
    if (!more) {
        mm_fail(p->e, MM_ESYS, "out of memory");
        return false;
    }
    *a = more;
    *room = *room ? 2 * *room : 8;
    return true;
}

static int path_index(parser *p, const token *t, unsigned *index)
{
    mm_expr *x = p->x;
    for (unsigned i = 0; i < x->paths; i++)
        if (mm_str_eq(x->path_text[i], t->v.s)) {
            *index = i;
            return 0;
        }
    unsigned room = x->path_room;
    if (!grow(p, &x->path_text, x->paths, &room, sizeof *x->path_text)
        || !grow(p, &x->path, x->paths, &x->path_room, sizeof *x->path))
        return -1;
    mm_err e = { 0 };
    mm_path *path = mm_path_new(t->v.s, &e);
    if (!path) {
        refuse(p, t->at, "%s", e.text);
        return -1;
    }
    x->path[x->paths] = path;
    x->path_text[x->paths] = t->v.s;
    *index = x->paths++;
    return 0;
}

static node *path_node(parser *p, op o, int type, const token *path)
{
    node *n = new_node(p, o, type, path->at);
    return n && path_index(p, path, &n->field) == 0 ? n : NULL;
}

/* ---- primaries ---- */

static node *parse_exists(parser *p)
{
    if (next(p) < 0)
        return NULL;
    if (p->now.kind != TK_OPEN)
        return unexpected(p, "( behind exists");
    if (next(p) < 0)
        return NULL;
    if (p->now.kind != TK_PATH)
        return unexpected(p, "the path of a field");
    node *n = path_node(p, OP_EXISTS, T_BOOL, &p->now);
    if (!n || next(p) < 0)
        return NULL;
    if (p->now.kind != TK_CLOSE)
        return unexpected(p, ")");
    return next(p) < 0 ? NULL : n;
}

/* Comma-separated values up to the closing parenthesis. */
static int parse_list(parser *p, node *n)
{
    size_t room = 0;
    do {
        if (next(p) < 0)
            return -1;
        node *item = parse_sum(p);
        if (!item)
            return -1;
        if (n->n == room) {
            size_t more = room ? 2 * room : 4;
            node **list = mm_arena_alloc(p->x->arena, more * sizeof *list);
            if (!list)
                return mm_fail(p->e, MM_ESYS, "out of memory");
            if (n->n)
                memcpy(list, n->list, n->n * sizeof *list);
            n->list = list;
            room = more;
        }
        n->list[n->n++] = item;
    } while (p->now.kind == TK_COMMA);
    if (p->now.kind != TK_CLOSE) {
        unexpected(p, ", or )");
        return -1;
    }
    return next(p);
}

static node *parse_call(parser *p, mm_str name, size_t at)
{
    const function *f = mm_expr_function(name);
    if (!f) {
        const function *near = mm_expr_function_near(name);
        return refuse(p, at, "there is no function %.*s; %s%s", (int)name.n, name.p,
                      near ? "did you mean " : "there are ",
                      near ? near->name : "len lower upper starts_with ends_with contains number");
    }
    node *n = new_node(p, OP_CALL, f->gives, at);
    if (!n || parse_list(p, n) < 0)
        return NULL;
    n->f = f;
    n->slot = p->x->scratches++;
    if (n->n != f->args)
        return refuse(p, at, "%s takes %u argument%s, not %zu", f->name, f->args, f->args == 1 ? "" : "s",
                      n->n);
    for (size_t i = 0; i < n->n; i++)
        if (!(n->list[i]->type & f->takes[i]))
            return refuse(p, n->list[i]->at, "%s takes %s here, not %s", f->name, type_name(f->takes[i]),
                          type_name(n->list[i]->type));
    return n;
}

static node *parse_path(parser *p)
{
    token path = p->now;
    if (next(p) < 0)
        return NULL;
    if (p->now.kind == TK_OPEN && path.word)
        return parse_call(p, path.v.s, path.at);
    return path_node(p, OP_PATH, T_ANY, &path);
}

static node *parse_constant(parser *p, value v)
{
    node *n = new_node(p, OP_CONST, v.type, p->now.at);
    if (!n || next(p) < 0)
        return NULL;
    n->constant = v;
    return n;
}

static node *parse_group(parser *p)
{
    if (next(p) < 0)
        return NULL;
    node *n = parse_or(p);
    if (!n)
        return NULL;
    if (p->now.kind != TK_CLOSE)
        return unexpected(p, ")");
    return next(p) < 0 ? NULL : n;
}

static node *parse_primary(parser *p)
{
    switch (p->now.kind) {
    case TK_NUMBER:
    case TK_STRING: return parse_constant(p, p->now.v);
    case TK_TRUE:
    case TK_FALSE: return parse_constant(p, (value){ .type = T_BOOL, .truth = p->now.kind == TK_TRUE });
    case TK_NULL: return parse_constant(p, (value){ .type = T_NULL });
    case TK_EXISTS: return parse_exists(p);
    case TK_PATH: return parse_path(p);
    case TK_OPEN: return parse_group(p);
    default: return unexpected(p, "a field, a value or (");
    }
}

/* Every way down to a deeper level leads through here. */
static node *parse_unary(parser *p)
{
    if (p->depth == MAX_DEPTH)
        return refuse(p, p->now.at, "the expression nests deeper than %d", MAX_DEPTH);
    p->depth++;
    node *n = NULL;
    size_t at = p->now.at;
    if (p->now.kind != TK_MINUS) {
        n = parse_primary(p);
    } else if (next(p) == 0) {
        node *a = parse_unary(p);
        if (a && is_number(p, a, "-"))
            n = new_pair(p, OP_NEG, T_NUMBER, at, a, NULL);
    }
    p->depth--;
    return n;
}

/* ---- operators ---- */

static node *parse_arithmetic(parser *p, node *a, op o, node *(*operand)(parser *))
{
    size_t at = p->now.at;
    char sign[2] = { p->text.p[at] };
    if (!link_allowed(p, at) || next(p) < 0)
        return NULL;
    node *b = operand(p);
    if (!b || !is_number(p, a, sign) || !is_number(p, b, sign))
        return NULL;
    return new_pair(p, o, T_NUMBER, at, a, b);
}

static node *parse_product(parser *p)
{
    node *a = parse_unary(p);
    while (a && p->now.kind >= TK_STAR && p->now.kind <= TK_PERCENT)
        a = parse_arithmetic(p, a, OP_MUL + (p->now.kind - TK_STAR), parse_unary);
    return a;
}

static node *parse_sum(parser *p)
{
    node *a = parse_product(p);
    while (a && (p->now.kind == TK_PLUS || p->now.kind == TK_MINUS))
        a = parse_arithmetic(p, a, OP_ADD + (p->now.kind - TK_PLUS), parse_product);
    return a;
}

static bool plain_text(mm_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == '"' || s.p[i] == '\\')
            return false;
    return true;
}

/* path == "text": nearly every question that is asked, so it has a node of its own. */
static node *field_is(parser *p, node *path, const node *text)
{
    node *n = new_node(p, OP_FIELD_IS, T_BOOL, path->at);
    mm_buf raw = { 0 };
    mm_json_put(&raw, text->constant.s);
    if (n)
        n->raw = mm_arena_copy(p->x->arena, mm_buf_view(&raw));
    mm_buf_free(&raw);
    if (!n || !n->raw.p)
        return NULL;
    n->a = path;
    n->field = path->field;
    return n;
}

static node *compare(parser *p, op o, size_t at, node *a, node *b)
{
    bool order = o != OP_EQ && o != OP_NE;
    for (int i = 0; order && i < 2; i++) {
        node *side = i ? b : a;
        if (!(side->type & (T_NUMBER | T_STRING)))
            return refuse(p, side->at, "%s has no order; compare it with == or !=", type_name(side->type));
    }
    if (!(a->type & b->type) && (order || !((a->type | b->type) & T_NULL)))
        return refuse(p, at, "%s can not be compared with %s", type_name(a->type), type_name(b->type));
    bool simple = !order && a->op == OP_PATH && b->op == OP_CONST && b->type == T_STRING
                  && plain_text(b->constant.s);
    if (!simple)
        return new_pair(p, o, T_BOOL, at, a, b);
    node *is = field_is(p, a, b);
    return o == OP_NE ? negated(p, is, at) : is;
}

static node *parse_in(parser *p, node *a, size_t at)
{
    node *n = new_pair(p, OP_IN, T_BOOL, at, a, NULL);
    if (!n)
        return NULL;
    if (p->now.kind == TK_PATH) {
        n->b = parse_path(p);
        if (n->b && n->b->op != OP_PATH)
            return refuse(p, n->b->at, "in takes a list or an array field");
        return n->b ? n : NULL;
    }
    if (p->now.kind != TK_OPEN)
        return unexpected(p, "a list such as (\"en\", \"de\") or an array field");
    if (parse_list(p, n) < 0)
        return NULL;
    for (size_t i = 0; i < n->n; i++) {
        n->list[i] = compare(p, OP_EQ, n->list[i]->at, a, n->list[i]);
        if (!n->list[i])
            return NULL;
    }
    return n;
}

/* The pattern at hand; its bytes are those of the expression unless some of them were escaped. */
static regex *parse_regex(parser *p)
{
    char why[160];
    size_t at = 0;
    regex *r = mm_expr_regex_new(p->now.v.s, &at, why, sizeof why);
    bool verbatim = p->now.end - p->now.at == p->now.v.s.n + 2;
    return r ? r : refuse(p, p->now.at + (verbatim ? 1 + at : 0), "this is no regular expression: %s", why);
}

/* like and matches: a text against a pattern that must be known now. */
static node *parse_pattern(parser *p, node *a, op o, size_t at)
{
    const char *name = o == OP_LIKE ? "like" : "=~";
    if (!(a->type & T_STRING))
        return refuse(p, a->at, "%s takes a text on its left, not %s", name, type_name(a->type));
    if (p->now.kind != TK_STRING)
        return unexpected(p, "a pattern in quotes");
    node *n = new_pair(p, o, T_BOOL, at, a, NULL);
    if (!n)
        return NULL;
    n->constant = p->now.v;
    if (o == OP_MATCH) {
        if (!grow(p, &p->x->regex, p->x->regexes, &p->x->regex_room, sizeof *p->x->regex))
            return NULL;
        n->slot = p->x->regexes;
        regex *r = parse_regex(p);
        if (!r)
            return NULL;
        p->x->regex[p->x->regexes++] = r;
    }
    return next(p) < 0 ? NULL : n;
}

static node *parse_word_operator(parser *p, node *a)
{
    size_t at = p->now.at;
    bool negate = p->now.kind == TK_NOT;
    if (negate && next(p) < 0)
        return NULL;
    token_kind kind = p->now.kind;
    if (kind != TK_IN && kind != TK_LIKE && kind != TK_MATCH)
        return unexpected(p, "in, like or matches behind not");
    if (next(p) < 0)
        return NULL;
    node *n = kind == TK_IN ? parse_in(p, a, at)
            : parse_pattern(p, a, kind == TK_LIKE ? OP_LIKE : OP_MATCH, at);
    return negate ? negated(p, n, at) : n;
}

static node *parse_comparison(parser *p)
{
    node *a = parse_sum(p);
    if (!a)
        return NULL;
    token_kind kind = p->now.kind;
    if (kind == TK_NOT || kind == TK_IN || kind == TK_LIKE || kind == TK_MATCH) {
        a = parse_word_operator(p, a);
    } else if (kind >= TK_EQ && kind <= TK_GE) {
        size_t at = p->now.at;
        node *b = next(p) < 0 ? NULL : parse_sum(p);
        a = b ? compare(p, OP_EQ + (kind - TK_EQ), at, a, b) : NULL;
    }
    if (a && p->now.kind >= TK_EQ && p->now.kind <= TK_GE)
        return refuse(p, p->now.at, "comparisons do not chain; join two with and");
    return a;
}

static node *parse_not(parser *p)
{
    size_t at = p->now.at;
    bool negate = false, any = false;
    for (; p->now.kind == TK_NOT; negate = !negate, any = true)
        if (next(p) < 0)
            return NULL;
    node *n = parse_comparison(p);
    if (!n || (any && !is_condition(p, n)))
        return NULL;
    return negate ? negated(p, n, at) : n;
}

static node *parse_chain(parser *p, token_kind kind, op o, node *(*operand)(parser *))
{
    node *a = operand(p);
    while (a && p->now.kind == kind) {
        size_t at = p->now.at;
        node *b = !link_allowed(p, at) || next(p) < 0 ? NULL : operand(p);
        if (!b || !is_condition(p, a) || !is_condition(p, b))
            return NULL;
        a = new_pair(p, o, T_BOOL, at, a, b);
    }
    return a;
}

static node *parse_and(parser *p) { return parse_chain(p, TK_AND, OP_AND, parse_not); }
static node *parse_or(parser *p) { return parse_chain(p, TK_OR, OP_OR, parse_and); }

/* ---- the whole ---- */

static node *parse_all(parser *p)
{
    if (next(p) < 0)
        return NULL;
    if (p->now.kind == TK_END)
        return refuse(p, 0, "the expression is empty; true selects every record");
    node *n = parse_or(p);
    if (!n)
        return NULL;
    if (p->now.kind != TK_END)
        return unexpected(p, "and, or, or the end");
    return is_condition(p, n) ? n : NULL;
}

int mm_expr_parse(mm_expr *x, mm_str text, size_t *at, mm_err *e)
{
    parser p = { .text = text, .x = x, .at = at, .e = e };
    x->root = parse_all(&p);
    return x->root ? 0 : -1;
}
