/* path.c - compiling a.b[0].c */
#include "json/scan.h"

#include <stdlib.h>
#include <string.h>

typedef struct parser {
    mm_str text;
    size_t at;
    mm_path *path;
    char *pool;  /* behind the steps; never longer than the text */
    mm_err *e;
} parser;

static int fail(parser *s, const char *what)
{
    return mm_fail(s->e, MM_EUSAGE, "path: column %zu: %s", s->at + 1, what);
}

static bool more(const parser *s)
{
    return s->at < s->text.n;
}

static char peek(const parser *s)
{
    return s->text.p[s->at];
}

/* JSON may write these with a two-character escape; anything else only as itself or by \u. */
static bool verbatim(mm_str key)
{
    for (size_t i = 0; i < key.n; i++)
        if ((unsigned char)key.p[i] < 0x20 || strchr("\"\\/", key.p[i]))
            return false;
    return true;
}

static void add_key(parser *s, size_t n)
{
    mm_str key = { s->pool, n };
    s->path->step[s->path->n++] = (mm_step){ .key = key, .verbatim = verbatim(key) };
    s->pool += n;
}

/* A JSON string, checked first: only valid escapes never grow when they are decoded. */
static int quoted_name(parser *s)
{
    const char *p = s->text.p + s->at, *end = mm_string_end(p + 1, s->text.p + s->text.n);
    size_t n = 0, wrong;
    if (!end)
        return fail(s, "this quote is not closed");
    if (mm_json_check((mm_str){ p, (size_t)(end - p) }, 0, &wrong, NULL) != 0) {
        s->at += wrong;
        return fail(s, "a name in quotes follows the rules of JSON strings");
    }
    for (p++; p < end - 1;) {
        if (*p != '\\')
            s->pool[n++] = *p++;
        else
            n += mm_unescape(&p, end, s->pool + n);
    }
    s->at = (size_t)(end - s->text.p);
    add_key(s, n);
    return 0;
}

static int plain_name(parser *s)
{
    size_t n = 0;
    while (more(s) && !strchr(".[]\" \t\r\n", peek(s)))
        s->pool[n++] = s->text.p[s->at++];
    if (n == 0)
        return fail(s, "a name is missing here");
    add_key(s, n);
    return 0;
}

static int element(parser *s)
{
    size_t index = 0, digits = 0;
    for (s->at++; more(s) && peek(s) >= '0' && peek(s) <= '9'; s->at++, digits++) {
        if (index > SIZE_MAX / 16)
            return fail(s, "this index is too large");
        index = index * 10 + (size_t)(peek(s) - '0');
    }
    if (digits == 0 || !more(s) || peek(s) != ']')
        return fail(s, "an index such as [0] is expected");
    s->at++;
    s->path->step[s->path->n++] = (mm_step){ .index = index };
    return 0;
}

static int encoding(parser *s)
{
    s->at = mm_simd()->utf8_check(s->text.p, s->text.n);
    if (s->at < s->text.n)
        return fail(s, "invalid UTF-8");
    s->at = 0;
    return 0;
}

static int steps(parser *s)
{
    if (!more(s))
        return fail(s, "the path is empty");
    bool name = peek(s) != '[';
    do {
        int r = !name ? element(s) : more(s) && peek(s) == '"' ? quoted_name(s) : plain_name(s);
        if (r != 0)
            return r;
        if (!more(s))
            return 0;
        if (peek(s) != '.' && peek(s) != '[')
            return fail(s, "'.' or '[' is expected");
        name = peek(s) == '.';
        s->at += name;
    } while (true);
}

mm_path *mm_path_new(mm_str text, mm_err *e)
{
    /* Each step takes a byte of text at least, an unescaped name never more than its spelling. */
    mm_path *path = malloc(sizeof *path + (text.n + 1) * sizeof path->step[0] + text.n);
    if (!path) {
        mm_fail(e, MM_ESYS, "path: out of memory");
        return NULL;
    }
    path->n = 0;
    parser s = { .text = text, .path = path, .pool = (char *)&path->step[text.n + 1], .e = e };
    if (encoding(&s) != 0 || steps(&s) != 0) {
        free(path);
        return NULL;
    }
    return path;
}

void mm_path_free(mm_path *p)
{
    free(p);
}
