/* expr.h - conditions over the fields of a record: `lang == "en" and mm.size < 10MB`.
 *
 * Depends on lib/json and lib/base only. An expression is compiled and type-checked once,
 * is immutable after, and may be shared by threads; each thread tests records through a
 * state of its own, which holds the scratch memory, so that testing does not allocate once warm.
 *
 * Logic is three-valued: what is asked of a missing field, or of one whose type does not
 * fit, is unknown; "not" leaves unknown as it is; only true matches.
 */
#ifndef MM_EXPR_EXPR_H
#define MM_EXPR_EXPR_H

#include "mm.h"

typedef struct mm_expr mm_expr;
/** Compile text. NULL and MM_EUSAGE when it does not parse or a type does not fit: e says
 *  "expression, column N: what; what to do" and *at is the byte the caret belongs under. */
mm_expr *mm_expr_new(mm_str text, size_t *at, mm_err *e);
void mm_expr_free(mm_expr *x);

/** Append two lines: the expression (or the part of it around `at`, when long) and a caret. */
void mm_expr_caret(mm_str text, size_t at, mm_buf *out);

typedef struct mm_expr_state mm_expr_state;
/** What one thread needs to test records; x must outlive it. NULL when memory ran out. */
mm_expr_state *mm_expr_state_new(const mm_expr *x);
void mm_expr_state_free(mm_expr_state *st);

typedef enum mm_truth {
    MM_EXHAUSTED = -2,  /* =~ took more steps than are allowed: nothing is known of this record */
    MM_MALFORMED = -1,  /* the header is no JSON, seen on the way to a field */
    MM_FALSE, MM_TRUE, MM_UNKNOWN,
} mm_truth;

/** The truth of the expression over one header. */
mm_truth mm_expr_test(mm_expr_state *st, mm_str head);

#endif
