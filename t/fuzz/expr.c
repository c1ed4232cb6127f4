/* expr.c - compiling any expression and testing any record with it: the first line of the input is the expression, the
 * rest the record. */
#include <stdlib.h>
#include <string.h>

#include "expr/expr.h"

static void same(bool yes)
{
    if (!yes)
        abort();
}

/* The expression inside "not (...)", which swaps true and false and nothing else. */
static mm_truth negated(mm_str text, mm_str record)
{
    mm_buf b = { 0 };
    mm_buf_str(&b, MM_STR("not ("));
    mm_buf_str(&b, text);
    mm_buf_str(&b, MM_STR(")"));
    mm_expr *x = mm_expr_new(mm_buf_view(&b), NULL, NULL);
    mm_expr_state *st = x ? mm_expr_state_new(x) : NULL;
    mm_truth t = st ? mm_expr_test(st, record) : MM_EXHAUSTED;
    mm_expr_state_free(st);
    mm_expr_free(x);
    mm_buf_free(&b);
    return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const char *p = (const char *)data, *line = memchr(p, '\n', n);
    if (!line)
        return 0;
    mm_str text = { p, (size_t)(line - p) }, record = { line + 1, n - (size_t)(line + 1 - p) };
    size_t at = 0;
    mm_err e = { 0 };
    mm_expr *x = mm_expr_new(text, &at, &e);
    if (!x) {
        mm_buf shown = { 0 };
        same(e.code == MM_EUSAGE && at <= text.n);
        mm_expr_caret(text, at, &shown);
        mm_buf_free(&shown);
        return 0;
    }
    mm_expr_state *st = mm_expr_state_new(x);
    mm_truth t = mm_expr_test(st, record);
    same(mm_expr_test(st, record) == t);
    same(t != MM_MALFORMED || mm_json_check_record(record, NULL, NULL) != 0);
    mm_truth other = negated(text, record);
    if (other != MM_EXHAUSTED)
        same(other == (t == MM_TRUE ? MM_FALSE : t == MM_FALSE ? MM_TRUE : t));
    mm_expr_state_free(st);
    mm_expr_free(x);
    return 0;
}
