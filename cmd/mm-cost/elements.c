#include "elements.h"

#include <string.h>

#define LONGEST ((size_t)64 << 20)   /* element */
#define FRAME ((size_t)1 << 20)      /* all that is around them */

enum { DEEP = 3 };   /* elements stand in so many arrays and objects */

typedef struct walk {
    const char *name;
    int (*element)(void *, answer_kind, mm_str, uint64_t, mm_err *);
    void *ctx;
    mm_buf held, frame;     /* the element that is read; the rest of the file, with one 0 for those before it in its container */
    size_t mark;            /* where in frame the content of that container begins */
    char open[DEEP];
    char last[DEEP][16];    /* the string that was read last in each, which is the key of what opens next */
    size_t last_n[DEEP];
    size_t depth;
    bool string, escaped, holding;
    answer_kind kind;
    uint64_t n;
} walk;

static bool last_is(const walk *w, size_t depth, const char *key)
{
    return w->last_n[depth] == strlen(key) && memcmp(w->last[depth], key, w->last_n[depth]) == 0;
}

/* Does an element begin with the brace that opens here? */
static bool begins(walk *w)
{
    if (w->depth != DEEP || !last_is(w, 0, "data") || w->open[0] != '{')
        return false;
    w->kind = w->open[1] == '{' ? ANSWER_PROMETHEUS : ANSWER_OPENCOST;
    return w->kind == ANSWER_PROMETHEUS ? w->open[2] == '[' && last_is(w, 1, "result") : w->open[2] == '{';
}

/* What stands between elements must be commas, and keys where there are any; then it is forgotten. */
static int fold_frame(walk *w, mm_err *e)
{
    const bool keys = w->kind == ANSWER_OPENCOST;
    mm_buf text = { 0 };
    mm_err why = { 0 };
    mm_buf_byte(&text, keys ? '{' : '[');
    mm_buf_put(&text, w->frame.p + w->mark, w->frame.n - w->mark);
    mm_buf_byte(&text, keys ? '}' : ']');
    int rc = w->frame.failed || text.failed ? mm_fail(e, MM_ESYS, "out of memory")
             : mm_json_check(mm_buf_view(&text), 0, NULL, &why) < 0
                 ? mm_fail(e, MM_EBAD, "%s: before element %llu: %s", w->name, (unsigned long long)w->n, why.text) : 0;
    w->frame.n = w->mark;
    mm_buf_str(&w->frame, keys ? MM_STR("\"\":0") : MM_STR("0"));
    mm_buf_free(&text);
    return rc;
}

static int end_element(walk *w, mm_err *e)
{
    size_t at;
    mm_err why = { 0 };
    w->n++;
    w->holding = false;
    mm_buf_byte(&w->frame, '0');
    if (w->held.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (fold_frame(w, e) < 0)
        return -1;
    if (mm_json_check(mm_buf_view(&w->held), 0, &at, &why) < 0)
        return mm_fail(e, MM_EBAD, "%s: element %llu: byte %zu: %s", w->name, (unsigned long long)w->n, at + 1, why.text);
    int rc = w->element(w->ctx, w->kind, mm_buf_view(&w->held), w->n, e);
    w->held.n = 0;
    return rc;
}

/* A byte within a string. */
static void take_text(walk *w, char c)
{
    if (w->escaped)
        w->escaped = false;
    else if (c == '\\')
        w->escaped = true;
    else if (c == '"')
        w->string = false;
    size_t d = w->depth - 1;
    if (w->string && w->depth >= 1 && w->depth <= DEEP && !w->holding && w->last_n[d]++ < sizeof w->last[d])
        w->last[d][w->last_n[d] - 1] = c;
}

/* A byte outside of strings; 1: it ends an element. */
static int take_mark(walk *w, char c)
{
    if (c == '"') {
        w->string = true;
        if (w->depth >= 1 && w->depth <= DEEP && !w->holding)
            w->last_n[w->depth - 1] = 0;
    } else if (c == '{' || c == '[') {
        w->holding |= c == '{' && begins(w);
        if (w->depth < DEEP)
            w->open[w->depth] = c;
        if (++w->depth == DEEP)
            w->mark = w->frame.n + 1;
    } else if ((c == '}' || c == ']') && w->depth) {
        w->depth--;
        return w->holding && w->depth == DEEP;
    }
    return 0;
}

static int take_bytes(walk *w, const char *p, size_t n, mm_err *e)
{
    for (size_t i = 0; i < n; i++) {
        bool ends = false;
        if (w->string)
            take_text(w, p[i]);
        else
            ends = take_mark(w, p[i]) != 0;
        mm_buf_byte(w->holding ? &w->held : &w->frame, p[i]);
        if (ends && end_element(w, e) < 0)
            return -1;
    }
    if (w->held.n > LONGEST || w->frame.n > FRAME)
        return mm_fail(e, MM_EBAD, "%s: element %llu: more than %zu MiB", w->name, (unsigned long long)w->n + 1, LONGEST >> 20);
    return 0;
}

/* What is around the elements: JSON, and no error. */
static int check_frame(const walk *w, mm_err *e)
{
    mm_err why = { 0 };
    if (w->frame.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (mm_json_check(mm_buf_view(&w->frame), 0, NULL, &why) < 0)
        return mm_fail(e, MM_EBAD, "%s: behind element %llu: no whole JSON: %s", w->name, (unsigned long long)w->n, why.text);
    mm_path *path = mm_path_new(MM_STR("error"), e), *message = mm_path_new(MM_STR("message"), e);
    mm_value v;
    int rc = path && message ? 0 : -1;
    if (rc == 0 && !w->n && (mm_json_find(mm_buf_view(&w->frame), path, &v) > 0 || mm_json_find(mm_buf_view(&w->frame), message, &v) > 0) &&
        v.type == MM_JSON_STRING && v.raw.n > 2)
        rc = mm_fail(e, MM_EBAD, "%s: the answer is an error: %.*s", w->name, (int)(v.raw.n < 200 ? v.raw.n : 200), v.raw.p);
    mm_path_free(path);
    mm_path_free(message);
    return rc;
}

bool answer_told_by(mm_str head)
{
    static const char *const keys[] = { "\"status\"", "\"code\"", "\"data\"" };
    size_t i = 0;
    for (int brace = 0; i < head.n && (strchr(" \t\r\n", head.p[i]) || (head.p[i] == '{' && !brace++)); i++)
        ;
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        if (head.n - i >= strlen(keys[k]) && memcmp(head.p + i, keys[k], strlen(keys[k])) == 0)
            return true;
    return false;
}

int answer_read(mm_bytes *in, int (*element)(void *, answer_kind, mm_str, uint64_t, mm_err *), void *ctx, mm_err *e)
{
    walk w = { .name = in->source.name, .element = element, .ctx = ctx };
    char text[16 << 10];
    int rc = 0;
    for (ssize_t got; rc == 0 && (got = mm_bytes_read(in, text, sizeof text, e)) != 0;)
        rc = got < 0 ? -1 : take_bytes(&w, text, (size_t)got, e);
    if (rc == 0)
        rc = check_frame(&w, e);
    mm_buf_free(&w.held);
    mm_buf_free(&w.frame);
    return rc;
}
