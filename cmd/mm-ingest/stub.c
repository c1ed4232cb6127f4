/* stub.c - rows and charsets until they are here: every symbol gives way to the real one. */
#include <string.h>

#include "charset.h"
#include "rows.h"

#define WEAK __attribute__((weak))

WEAK const mm_jail_op charset_ops[] = { { 0 } };
WEAK int charset_whole(mm_jail *jail, const char *forced, mm_str text, mm_arena *a, mm_str *out, const char **name,
                       mm_err *e)
{
    return 0;
}
WEAK int rows_opts_check(const rows_opts *o, mm_err *e) { return 0; }
WEAK rows_format rows_tell(const rows_opts *o, const char *name, mm_str head, uint64_t size) { return ROWS_NONE; }
WEAK rows *rows_open(const rows_opts *o, rows_format f, in_bytes in, mm_err *e) { return NULL; }
WEAK void rows_close(rows *r) { }
WEAK int rows_next(rows *r, mm_batch *b, mm_err *e) { return 0; }
WEAK rows_state *rows_state_new(const rows_opts *o, mm_err *e) { return (rows_state *)(void *)(uintptr_t)o; }
WEAK void rows_state_free(rows_state *s) { }
WEAK mm_verdict rows_work(rows_state *s, mm_rec *r, mm_arena *a) { return MM_KEEP; }
WEAK int rows_learn(const rows_opts *o, const mm_rec *r, mm_err *e) { return 0; }
