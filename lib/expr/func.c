#include <string.h>

#include "expr/node.h"

static void number(value *out, int64_t i)
{
    *out = (value){ .type = T_NUMBER, .whole = true, .i = i, .d = (double)i };
}

static void truth(value *out, bool t) { *out = (value){ .type = T_BOOL, .truth = t }; }

/* Characters of UTF-8: bytes that do not continue one (10xxxxxx), eight at a time. */
static int64_t characters(mm_str s)
{
    size_t i = 0, continuing = 0;
    for (; s.n - i >= 8; i += 8) {
        uint64_t b;
        memcpy(&b, s.p + i, 8);
        continuing += (size_t)__builtin_popcountll(b & ~(b << 1) & UINT64_C(0x8080808080808080));
    }
    for (; i < s.n; i++)
        continuing += (s.p[i] & 0xc0) == 0x80;
    return (int64_t)(s.n - continuing);
}

/* Characters of a text, elements of an array, members of an object. */
static void call_len(const value *arg, mm_buf *scratch, value *out)
{
    int64_t n = 0;
    if (arg->type == T_STRING) {
        n = characters(arg->s);
    } else {
        mm_json_type type = arg->type == T_ARRAY ? MM_JSON_ARRAY : MM_JSON_OBJECT;
        mm_json_iter it = mm_json_each((mm_value){ arg->s, type });
        while (mm_json_next(&it) == 1)
            n++;
    }
    number(out, n);
}

static void change_case(const value *arg, mm_buf *scratch, value *out, char first, char last)
{
    scratch->n = 0;
    char *p = mm_buf_room(scratch, arg->s.n + 1);
    if (!p)
        return;
    for (size_t i = 0; i < arg->s.n; i++) {
        char c = arg->s.p[i];
        p[i] = c >= first && c <= last ? c ^ 32 : c;
    }
    *out = (value){ .type = T_STRING, .s = { p, arg->s.n } };
}

static void call_lower(const value *arg, mm_buf *scratch, value *out)
{
    change_case(arg, scratch, out, 'A', 'Z');
}

static void call_upper(const value *arg, mm_buf *scratch, value *out)
{
    change_case(arg, scratch, out, 'a', 'z');
}

static void call_starts_with(const value *arg, mm_buf *scratch, value *out)
{
    truth(out, mm_str_starts(arg[0].s, arg[1].s));
}

static void call_ends_with(const value *arg, mm_buf *scratch, value *out)
{
    truth(out, mm_str_ends(arg[0].s, arg[1].s));
}

static void call_contains(const value *arg, mm_buf *scratch, value *out)
{
    truth(out, !arg[1].s.n || memmem(arg[0].s.p, arg[0].s.n, arg[1].s.p, arg[1].s.n));
}

/* A number written as text, as CSV leaves it; unknown when it is none. */
static void call_number(const value *arg, mm_buf *scratch, value *out)
{
    value v = { .type = T_NUMBER };
    if (arg->type == T_NUMBER) {
        *out = *arg;
    } else if (mm_json_double(arg->s, &v.d) == 0) {
        v.whole = mm_json_int(arg->s, &v.i) == 0;
        *out = v;
    }
}

static const function functions[] = {
    { "len", 1, { T_STRING | T_ARRAY | T_OBJECT }, T_NUMBER, call_len },
    { "lower", 1, { T_STRING }, T_STRING, call_lower },
    { "upper", 1, { T_STRING }, T_STRING, call_upper },
    { "starts_with", 2, { T_STRING, T_STRING }, T_BOOL, call_starts_with },
    { "ends_with", 2, { T_STRING, T_STRING }, T_BOOL, call_ends_with },
    { "contains", 2, { T_STRING, T_STRING }, T_BOOL, call_contains },
    { "number", 1, { T_STRING | T_NUMBER }, T_NUMBER, call_number },
};

const function *mm_expr_function(mm_str name)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (mm_str_eq(name, mm_str_of(functions[i].name)))
            return &functions[i];
    return NULL;
}

/* Longest run of letters two names have in common from their start. */
static size_t common_start(mm_str a, const char *b)
{
    size_t n = 0;
    while (n < a.n && b[n] && (a.p[n] | 32) == b[n])
        n++;
    return n;
}

const function *mm_expr_function_near(mm_str name)
{
    const function *near = NULL;
    size_t most = 1;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        size_t n = common_start(name, functions[i].name);
        if (n > most) {
            most = n;
            near = &functions[i];
        }
    }
    return near;
}
