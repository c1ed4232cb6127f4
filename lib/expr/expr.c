#include <stdlib.h>

#include "expr/node.h"

mm_expr *mm_expr_new(mm_str text, size_t *at, mm_err *e)
{
    mm_expr *x = calloc(1, sizeof *x);
    if (x)
        x->arena = mm_arena_new();
    mm_str own = x && x->arena ? mm_arena_copy(x->arena, text) : (mm_str){ 0 };
    if (!own.p) {
        mm_fail(e, MM_ESYS, "out of memory");
    } else if (mm_expr_parse(x, own, at, e) == 0) {
        return x;
    }
    mm_expr_free(x);
    return NULL;
}

void mm_expr_free(mm_expr *x)
{
    if (!x)
        return;
    for (unsigned i = 0; i < x->paths; i++)
        mm_path_free(x->path[i]);
    for (unsigned i = 0; i < x->regexes; i++)
        mm_expr_regex_free(x->regex[i]);
    free(x->path);
    free(x->path_text);
    free(x->regex);
    mm_arena_free(x->arena);
    free(x);
}

mm_expr_state *mm_expr_state_new(const mm_expr *x)
{
    mm_expr_state *st = calloc(1, sizeof *st);
    if (!st)
        return NULL;
    st->x = x;
    st->slot = calloc(x->paths + 1, sizeof *st->slot);
    st->scratch = calloc(x->scratches + 1, sizeof *st->scratch);
    st->matcher = x->regexes ? mm_expr_matcher_new() : NULL;
    if (st->slot && st->scratch && (st->matcher || !x->regexes))
        return st;
    mm_expr_state_free(st);
    return NULL;
}

void mm_expr_state_free(mm_expr_state *st)
{
    if (!st)
        return;
    for (unsigned i = 0; st->slot && i < st->x->paths; i++)
        mm_buf_free(&st->slot[i].text);
    for (unsigned i = 0; st->scratch && i < st->x->scratches; i++)
        mm_buf_free(&st->scratch[i]);
    mm_expr_matcher_free(st->matcher);
    free(st->slot);
    free(st->scratch);
    free(st);
}

void mm_expr_caret(mm_str text, size_t at, mm_buf *out)
{
    enum { WIDTH = 72 };
    if (at > text.n)
        at = text.n;
    size_t from = at > WIDTH / 2 && text.n > WIDTH ? at - WIDTH / 2 : 0;
    while (from < at && (text.p[from] & 0xc0) == 0x80)
        from++;
    size_t to = text.n - from > WIDTH ? from + WIDTH : text.n;
    while (to < text.n && (text.p[to] & 0xc0) == 0x80)
        to++;
    mm_buf_str(out, MM_STR("  "));
    for (size_t i = from; i < to; i++)
        mm_buf_byte(out, (unsigned char)text.p[i] < 0x20 || text.p[i] == 0x7f ? ' ' : text.p[i]);
    mm_buf_str(out, MM_STR("\n  "));
    for (size_t i = from; i < at; i++)
        if ((text.p[i] & 0xc0) != 0x80)
            mm_buf_byte(out, ' ');
    mm_buf_str(out, MM_STR("^\n"));
}
