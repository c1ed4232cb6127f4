#include <stdio.h>
#include <string.h>

#include "expr/node.h"

/* Units scale a number to bytes, seconds or hertz. Powers of 1000 with B, of 1024 with
 * iB or one letter alone (IEC 80000-13, and what mm_parse_size takes). */
static const struct unit {
    const char *name;
    double times, divided_by;
} units[] = {
    { "B", 1, 1 }, { "kB", 1e3, 1 }, { "KB", 1e3, 1 }, { "MB", 1e6, 1 }, { "GB", 1e9, 1 }, { "TB", 1e12, 1 },
    { "K", 0x1p10, 1 }, { "k", 0x1p10, 1 }, { "M", 0x1p20, 1 }, { "G", 0x1p30, 1 }, { "T", 0x1p40, 1 },
    { "KiB", 0x1p10, 1 }, { "MiB", 0x1p20, 1 }, { "GiB", 0x1p30, 1 }, { "TiB", 0x1p40, 1 },
    { "ns", 1, 1e9 }, { "us", 1, 1e6 }, { "ms", 1, 1e3 }, { "s", 1, 1 }, { "m", 60, 1 }, { "min", 60, 1 },
    { "h", 3600, 1 }, { "d", 86400, 1 },
    { "Hz", 1, 1 }, { "kHz", 1e3, 1 }, { "MHz", 1e6, 1 },
};

static const struct word {
    const char *name;
    token_kind kind;
} words[] = {
    { "and", TK_AND }, { "or", TK_OR }, { "not", TK_NOT }, { "in", TK_IN }, { "like", TK_LIKE },
    { "matches", TK_MATCH }, { "exists", TK_EXISTS }, { "true", TK_TRUE }, { "false", TK_FALSE },
    { "null", TK_NULL },
};

/* Longer ones first. */
static const struct word marks[] = {
    { "==", TK_EQ }, { "!=", TK_NE }, { "<=", TK_LE }, { ">=", TK_GE }, { "=~", TK_MATCH }, { "&&", TK_AND },
    { "||", TK_OR }, { "<", TK_LT }, { ">", TK_GT }, { "!", TK_NOT }, { "+", TK_PLUS }, { "-", TK_MINUS },
    { "*", TK_STAR }, { "/", TK_SLASH }, { "%", TK_PERCENT }, { "(", TK_OPEN }, { ")", TK_CLOSE },
    { ",", TK_COMMA },
};
#define COUNT(a) (sizeof(a) / sizeof(a)[0])

typedef struct lexer {
    mm_str text;
    mm_arena *arena;
    size_t *at;
    mm_err *e;
} lexer;

int mm_expr_fail(mm_str text, size_t where, size_t *at, mm_err *e, const char *fmt, ...)
{
    size_t column = 1;
    for (size_t i = 0; i < where && i < text.n; i++)
        column += (text.p[i] & 0xc0) != 0x80;
    if (at)
        *at = where;
    char what[400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    return mm_fail(e, MM_EUSAGE, "expression, column %zu: %s", column, what);
}

static bool digit(char c) { return c >= '0' && c <= '9'; }
static bool letter(char c)
{
    return ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' || c == '$' || c == '@' || (c & 0x80);
}

/* The byte at i, or NUL behind the end. */
static char peek(const lexer *l, size_t i) { return i < l->text.n ? l->text.p[i] : '\0'; }

/* End of the name that begins at i. A dash belongs to it when a letter follows: keys like
 * content-type are common, and a minus between names can have blanks around it. */
static size_t name_end(const lexer *l, size_t i)
{
    while (letter(peek(l, i)) || digit(peek(l, i)) || (peek(l, i) == '-' && letter(peek(l, i + 1))))
        i++;
    return i;
}

/* End of the JSON string that begins at i, or 0 when it is wrong. */
static size_t quoted_end(const lexer *l, size_t i)
{
    size_t start = i++;
    for (; i < l->text.n && l->text.p[i] != '"'; i++) {
        if (l->text.p[i] != '\\')
            continue;
        char c = peek(l, ++i);
        if (!c || !strchr("\"\\/bfnrtu", c)) {
            mm_expr_fail(l->text, i - 1, l->at, l->e, "\\%c is no JSON escape; write \\\\ for a backslash, "
                      "or put the text in single quotes, where nothing is escaped", c ? c : ' ');
            return 0;
        }
        for (int k = 1; c == 'u' && k <= 4; k++)
            if (!peek(l, i + k) || !strchr("0123456789abcdefABCDEF", peek(l, i + k))) {
                mm_expr_fail(l->text, i - 1, l->at, l->e, "\\u takes four hexadecimal digits");
                return 0;
            }
    }
    if (i < l->text.n)
        return i + 1;
    mm_expr_fail(l->text, start, l->at, l->e, "this text has no closing \"");
    return 0;
}

static int lex_string(lexer *l, token *t)
{
    if (l->text.p[t->at] == '\'') {
        const char *close = memchr(l->text.p + t->at + 1, '\'', l->text.n - t->at - 1);
        if (!close)
            return mm_expr_fail(l->text, t->at, l->at, l->e, "this text has no closing '");
        t->end = close - l->text.p + 1;
        t->v.s = (mm_str){ l->text.p + t->at + 1, t->end - t->at - 2 };
    } else {
        t->end = quoted_end(l, t->at);
        if (!t->end)
            return -1;
        mm_buf scratch = { 0 };
        mm_str s = mm_json_text((mm_str){ l->text.p + t->at, t->end - t->at }, &scratch);
        t->v.s = mm_arena_copy(l->arena, s);
        mm_buf_free(&scratch);
    }
    t->kind = TK_STRING;
    t->v.type = T_STRING;
    return 0;
}

static int lex_number(lexer *l, token *t)
{
    size_t i = t->at;
    while (digit(peek(l, i)))
        i++;
    if (peek(l, i) == '.' && digit(peek(l, i + 1)))
        for (i++; digit(peek(l, i)); i++) {}
    size_t exponent = i + 1 + (peek(l, i + 1) == '+' || peek(l, i + 1) == '-');
    if ((peek(l, i) | 32) == 'e' && digit(peek(l, exponent)))
        for (i = exponent; digit(peek(l, i)); i++) {}
    mm_str raw = { l->text.p + t->at, i - t->at };
    t->kind = TK_NUMBER;
    t->v.type = T_NUMBER;
    if (mm_json_double(raw, &t->v.d) < 0)
        return mm_expr_fail(l->text, t->at, l->at, l->e, "no number: leading zeros mean nothing in JSON");
    t->v.whole = mm_json_int(raw, &t->v.i) == 0;

    size_t unit_end = i;
    while (letter(peek(l, unit_end)) || digit(peek(l, unit_end)))
        unit_end++;
    t->end = unit_end;
    mm_str name = { l->text.p + i, unit_end - i };
    if (!name.n)
        return 0;
    for (size_t k = 0; k < COUNT(units); k++) {
        if (!mm_str_eq(name, mm_str_of(units[k].name)))
            continue;
        t->v.d = t->v.d * units[k].times / units[k].divided_by;
        t->v.whole = t->v.d < 0x1p53 && t->v.d == (double)(int64_t)t->v.d;
        t->v.i = t->v.whole ? (int64_t)t->v.d : 0;
        return 0;
    }
    return mm_expr_fail(l->text, i, l->at, l->e, "unknown unit %.*s; there are B kB MB GB TB, K M G T and "
                     "KiB MiB GiB TiB (of 1024), ns us ms s m h d, and Hz kHz MHz", (int)name.n, name.p);
}

static int lex_path(lexer *l, token *t)
{
    size_t i = t->at;
    bool dotted = peek(l, i) == '.';
    if (dotted && digit(peek(l, i + 1)))
        return mm_expr_fail(l->text, i, l->at, l->e, "a number begins with a digit: write 0%c...", '.');
    t->word = !dotted;
    for (bool first = true;; first = false) {
        if (peek(l, i) == '[') {
            size_t k = i + 1;
            while (digit(peek(l, k)))
                k++;
            if (k == i + 1 || peek(l, k) != ']')
                return mm_expr_fail(l->text, i, l->at, l->e, "an index is a number from 0, as in a[0]");
            i = k + 1;
        } else if (peek(l, i) == '.' || first) {
            i += peek(l, i) == '.';
            size_t end = peek(l, i) == '"' ? quoted_end(l, i) : name_end(l, i);
            if (!end)
                return -1;
            if (end == i)
                return mm_expr_fail(l->text, i, l->at, l->e, "the name of a field is missing behind the dot");
            i = end;
        } else {
            break;
        }
        t->word &= first;
    }
    t->end = i;
    t->kind = TK_PATH;
    t->v.s = (mm_str){ l->text.p + t->at + dotted, i - t->at - dotted };
    for (size_t k = 0; t->word && k < COUNT(words); k++)
        if (mm_str_eq(t->v.s, mm_str_of(words[k].name)))
            t->kind = words[k].kind;
    return 0;
}

int mm_expr_lex(mm_str text, size_t from, mm_arena *a, token *t, size_t *at, mm_err *e)
{
    lexer l = { text, a, at, e };
    while (from < text.n && strchr(" \t\r\n", text.p[from]) && text.p[from])
        from++;
    *t = (token){ .kind = TK_END, .at = from, .end = from };
    if (from == text.n)
        return 0;
    char c = text.p[from];
    if (digit(c))
        return lex_number(&l, t);
    if (c == '"' || c == '\'')
        return lex_string(&l, t);
    if (letter(c) || c == '.')
        return lex_path(&l, t);
    mm_str rest = { text.p + from, text.n - from };
    for (size_t k = 0; k < COUNT(marks); k++)
        if (mm_str_starts(rest, mm_str_of(marks[k].name))) {
            t->kind = marks[k].kind;
            t->end = from + strlen(marks[k].name);
            return 0;
        }
    if (c == '=')
        return mm_expr_fail(text, from, at, e, "= does not compare; use ==");
    if (c == '~')
        return mm_expr_fail(text, from, at, e, "~ alone does not match; use =~ \"regex\" or like \"glob\"");
    if (c == '&' || c == '|')
        return mm_expr_fail(text, from, at, e, "%c is no operator; use %s", c, c == '&' ? "and" : "or");
    return mm_expr_fail(text, from, at, e, "\"%c\" means nothing here", c);
}
