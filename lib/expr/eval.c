#include <math.h>
#include <string.h>

#include "expr/node.h"

static void eval(mm_expr_state *st, const node *n, value *out);
static mm_truth test(mm_expr_state *st, const node *n);

/* ---- fields ---- */

static const slot *field(mm_expr_state *st, unsigned index)
{
    slot *s = &st->slot[index];
    if (s->serial != st->serial) {
        s->serial = st->serial;
        s->found = mm_json_find(st->head, st->x->path[index], &s->v);
        st->malformed |= s->found < 0;
    }
    return s;
}

static void set_number(mm_str raw, value *out)
{
    if (mm_json_int(raw, &out->i) == 0) {
        out->whole = true;
        out->d = (double)out->i;
    } else if (mm_json_double(raw, &out->d) < 0) {
        return;
    }
    out->type = T_NUMBER;
}

static void set_value(const mm_value *v, mm_buf *text, value *out)
{
    *out = (value){ 0 };
    switch (v->type) {
    case MM_JSON_NULL: out->type = T_NULL; break;
    case MM_JSON_FALSE:
    case MM_JSON_TRUE:
        out->type = T_BOOL;
        out->truth = v->type == MM_JSON_TRUE;
        break;
    case MM_JSON_NUMBER: set_number(v->raw, out); break;
    case MM_JSON_STRING:
        out->type = T_STRING;
        out->s = mm_json_text(v->raw, text);
        break;
    case MM_JSON_ARRAY:
    case MM_JSON_OBJECT:
        out->type = v->type == MM_JSON_ARRAY ? T_ARRAY : T_OBJECT;
        out->s = v->raw;
        break;
    }
}

/* Bytes decide unless the field is written with escapes, which only ever make it longer. */
static mm_truth field_is(mm_expr_state *st, const node *n)
{
    const slot *s = field(st, n->field);
    if (s->found != 1)
        return MM_UNKNOWN;
    mm_str raw = s->v.raw;
    if (s->v.type != MM_JSON_STRING || raw.n < n->raw.n)
        return MM_FALSE;
    if (raw.n == n->raw.n)
        return memcmp(raw.p, n->raw.p, raw.n) == 0;
    if (!memchr(raw.p, '\\', raw.n))
        return MM_FALSE;
    mm_str text = mm_json_text(raw, &st->slot[n->field].text);
    return mm_str_eq(text, (mm_str){ n->raw.p + 1, n->raw.n - 2 });
}

/* ---- arithmetic ---- */

/* Whole numbers stay exact as long as they fit. */
static bool whole_result(op o, int64_t a, int64_t b, int64_t *r)
{
    switch (o) {
    case OP_ADD: return !__builtin_add_overflow(a, b, r);
    case OP_SUB: return !__builtin_sub_overflow(a, b, r);
    case OP_MUL: return !__builtin_mul_overflow(a, b, r);
    case OP_MOD:
        *r = b == -1 ? 0 : a % b;
        return true;
    default: return false;
    }
}

static double real_result(op o, double a, double b)
{
    switch (o) {
    case OP_ADD: return a + b;
    case OP_SUB: return a - b;
    case OP_MUL: return a * b;
    case OP_DIV: return a / b;
    default: return fmod(a, b);
    }
}

static void eval_arithmetic(mm_expr_state *st, const node *n, value *out)
{
    value a, b;
    eval(st, n->a, &a);
    eval(st, n->b, &b);
    if (a.type != T_NUMBER || b.type != T_NUMBER || (b.d == 0 && (n->op == OP_DIV || n->op == OP_MOD)))
        return;
    out->type = T_NUMBER;
    out->whole = a.whole && b.whole && whole_result(n->op, a.i, b.i, &out->i);
    out->d = out->whole ? (double)out->i : real_result(n->op, a.d, b.d);
}

static void eval_negative(mm_expr_state *st, const node *n, value *out)
{
    value a;
    eval(st, n->a, &a);
    if (a.type != T_NUMBER)
        return;
    *out = a;
    out->d = -a.d;
    out->whole = a.whole && !__builtin_sub_overflow((int64_t)0, a.i, &out->i);
}

static void eval_call(mm_expr_state *st, const node *n, value *out)
{
    value arg[2];
    for (size_t i = 0; i < n->n; i++) {
        eval(st, n->list[i], &arg[i]);
        if (!(arg[i].type & n->f->takes[i]))
            return;
    }
    n->f->call(arg, &st->scratch[n->slot], out);
}

static void eval(mm_expr_state *st, const node *n, value *out)
{
    *out = (value){ 0 };
    switch (n->op) {
    case OP_CONST: *out = n->constant; break;
    case OP_PATH: {
        const slot *s = field(st, n->field);
        if (s->found == 1)
            set_value(&s->v, &st->slot[n->field].text, out);
        break;
    }
    case OP_CALL: eval_call(st, n, out); break;
    case OP_NEG: eval_negative(st, n, out); break;
    case OP_ADD: case OP_SUB: case OP_MUL: case OP_DIV: case OP_MOD: eval_arithmetic(st, n, out); break;
    default: {
        mm_truth t = test(st, n);
        if (t != MM_UNKNOWN)
            *out = (value){ .type = T_BOOL, .truth = t == MM_TRUE };
        break;
    }
    }
}

/* ---- comparison ---- */

static int number_order(const value *a, const value *b)
{
    if (a->whole && b->whole)
        return (a->i > b->i) - (a->i < b->i);
    return (a->d > b->d) - (a->d < b->d);
}

/* Values of different types are not equal; arrays and objects are equal when their bytes
 * are. */
static mm_truth equal(const value *a, const value *b)
{
    if (!a->type || !b->type)
        return MM_UNKNOWN;
    if (a->type != b->type)
        return MM_FALSE;
    switch (a->type) {
    case T_NULL: return MM_TRUE;
    case T_BOOL: return a->truth == b->truth;
    case T_NUMBER: return number_order(a, b) == 0;
    default: return mm_str_eq(a->s, b->s);
    }
}

static mm_truth ordered(op o, const value *a, const value *b)
{
    if (a->type != b->type || !(a->type & (T_NUMBER | T_STRING)))
        return MM_UNKNOWN;
    int c = a->type == T_NUMBER ? number_order(a, b) : mm_str_cmp(a->s, b->s);
    switch (o) {
    case OP_LT: return c < 0;
    case OP_LE: return c <= 0;
    case OP_GT: return c > 0;
    default: return c >= 0;
    }
}

static mm_truth not(mm_truth t) { return t == MM_UNKNOWN ? t : !t; }

static mm_truth compare(mm_expr_state *st, const node *n)
{
    value a, b;
    eval(st, n->a, &a);
    eval(st, n->b, &b);
    switch (n->op) {
    case OP_EQ: return equal(&a, &b);
    case OP_NE: return not(equal(&a, &b));
    default: return ordered(n->op, &a, &b);
    }
}

static mm_truth in_array(mm_expr_state *st, const node *n)
{
    value a, array, item;
    eval(st, n->a, &a);
    eval(st, n->b, &array);
    if (!a.type || array.type != T_ARRAY)
        return MM_UNKNOWN;
    mm_buf *text = &st->slot[n->b->field].text;
    mm_json_iter it = mm_json_each((mm_value){ array.s, MM_JSON_ARRAY });
    mm_truth t = MM_FALSE;
    int r;
    while (t != MM_TRUE && (r = mm_json_next(&it)) != 0) {
        if (r < 0) {
            st->malformed = true;
            break;
        }
        set_value(&it.value, text, &item);
        t = equal(&a, &item);
    }
    return t == MM_TRUE ? t : MM_FALSE;
}

static mm_truth in(mm_expr_state *st, const node *n)
{
    if (n->b)
        return in_array(st, n);
    mm_truth t = MM_FALSE;
    for (size_t i = 0; i < n->n; i++) {
        mm_truth one = test(st, n->list[i]);
        if (one == MM_TRUE)
            return one;
        t = one == MM_UNKNOWN ? one : t;
    }
    return t;
}

static mm_truth match(mm_expr_state *st, const node *n)
{
    value a;
    eval(st, n->a, &a);
    if (a.type != T_STRING)
        return MM_UNKNOWN;
    if (n->op == OP_LIKE)
        return mm_expr_glob(n->constant.s, a.s);
    int found = mm_expr_regex_match(st->x->regex[n->slot], st->matcher, a.s);
    st->exhausted |= found < 0;
    return found == 1;
}

/* ---- logic ---- */

static mm_truth chain(mm_expr_state *st, const node *n, mm_truth decides)
{
    mm_truth a = test(st, n->a);
    if (a == decides)
        return a;
    mm_truth b = test(st, n->b);
    return b == decides || a != MM_UNKNOWN ? b : a;
}

static mm_truth test(mm_expr_state *st, const node *n)
{
    switch (n->op) {
    case OP_FIELD_IS: return field_is(st, n);
    case OP_NOT: return not(test(st, n->a));
    case OP_AND: return chain(st, n, MM_FALSE);
    case OP_OR: return chain(st, n, MM_TRUE);
    case OP_EXISTS: return field(st, n->field)->found == 1;
    case OP_IN: return in(st, n);
    case OP_LIKE: case OP_MATCH: return match(st, n);
    case OP_EQ: case OP_NE: case OP_LT: case OP_LE: case OP_GT: case OP_GE: return compare(st, n);
    default: {
        value v;
        eval(st, n, &v);
        return v.type == T_BOOL ? v.truth : MM_UNKNOWN;
    }
    }
}

mm_truth mm_expr_test(mm_expr_state *st, mm_str head)
{
    st->head = head;
    st->serial++;
    st->malformed = st->exhausted = false;
    mm_truth t = test(st, st->x->root);
    return st->malformed ? MM_MALFORMED : st->exhausted ? MM_EXHAUSTED : t;
}
