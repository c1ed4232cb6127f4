/* regex.c - the match behind "=~": PCRE2 over UTF-8 (pcre2pattern(3)), with its steps and memory limited, since the
 * texts come from anywhere and a pattern may be one that backtracks without end. */
#include <stdlib.h>

#include "expr/node.h"

#ifdef MM_HAVE_PCRE2
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define MAX_STEPS 1000000
#define MAX_HEAP_KIB 8192
#define STACK_FROM (32u << 10)
#define STACK_TO (1u << 20)

struct matcher {
    pcre2_match_data *data;
    pcre2_match_context *limits;
    pcre2_jit_stack *stack;
};

regex *mm_expr_regex_new(mm_str pattern, size_t *at, char *why, size_t room)
{
    int code;
    PCRE2_SIZE where;
    pcre2_code *r = pcre2_compile((PCRE2_SPTR)pattern.p, pattern.n,
                                  PCRE2_UTF | PCRE2_UCP | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C, &code, &where, NULL);
    if (!r) {
        pcre2_get_error_message(code, (PCRE2_UCHAR *)why, room);
        *at = where;
        return NULL;
    }
    pcre2_jit_compile(r, PCRE2_JIT_COMPLETE);  /* where it can not, matching is only slower */
    return (regex *)r;
}

void mm_expr_regex_free(regex *r) { pcre2_code_free((pcre2_code *)r); }

matcher *mm_expr_matcher_new(void)
{
    matcher *m = calloc(1, sizeof *m);
    if (!m)
        return NULL;
    m->data = pcre2_match_data_create(1, NULL);
    m->limits = pcre2_match_context_create(NULL);
    m->stack = pcre2_jit_stack_create(STACK_FROM, STACK_TO, NULL);
    if (!m->data || !m->limits) {
        mm_expr_matcher_free(m);
        return NULL;
    }
    pcre2_set_match_limit(m->limits, MAX_STEPS);
    pcre2_set_heap_limit(m->limits, MAX_HEAP_KIB);
    pcre2_jit_stack_assign(m->limits, NULL, m->stack);
    return m;
}

void mm_expr_matcher_free(matcher *m)
{
    if (!m)
        return;
    pcre2_match_data_free(m->data);
    pcre2_match_context_free(m->limits);
    pcre2_jit_stack_free(m->stack);
    free(m);
}

int mm_expr_regex_match(const regex *r, matcher *m, mm_str text)
{
    if (mm_simd()->utf8_check(text.p, text.n) < text.n)
        return 0;
    int rc = pcre2_match((const pcre2_code *)r, (PCRE2_SPTR)(text.n ? text.p : ""), text.n, 0, PCRE2_NO_UTF_CHECK, m->data,
                         m->limits);
    return rc >= 0 ? 1 : rc == PCRE2_ERROR_NOMATCH ? 0 : -1;
}

#else

regex *mm_expr_regex_new(mm_str pattern, size_t *at, char *why, size_t room)
{
    *at = 0;
    mm_str text = MM_STR("this build has none (WITHOUT=regex); use like");
    for (size_t i = 0; i < room; i++)
        why[i] = i < text.n && i + 1 < room ? text.p[i] : '\0';
    return NULL;
}

void mm_expr_regex_free(regex *r) {}
matcher *mm_expr_matcher_new(void) { return NULL; }
void mm_expr_matcher_free(matcher *m) {}
int mm_expr_regex_match(const regex *r, matcher *m, mm_str text) { return -1; }

#endif
