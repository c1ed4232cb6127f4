/* table.h - facts as an aligned table for people, in place of records. */
#ifndef MM_PROBE_TABLE_H
#define MM_PROBE_TABLE_H

#include "answer.h"

enum { TABLE_COLUMNS = 64 };

/** Rows wait until the widths of the columns are known from the first TABLE_LOOK of them; behind these, a cell that is wider
 *  pushes its row. */
enum { TABLE_LOOK = 1000 };
typedef struct table {
    const asking *asked;
    bool chosen;                  /* --only: a column a fact; else name, type, size and what is in it */
    size_t columns;
    uint16_t fact[TABLE_COLUMNS]; /* of columns behind the first */
    unsigned width[TABLE_COLUMNS];
    mm_buf waiting;               /* cells end in tabs, rows in newlines */
    size_t rows;                  /* that wait */
    bool settled;                 /* widths are known, the heading is out */
} table;

/** -1 and MM_EUSAGE when more facts are asked than a table holds. */
int table_init(table *t, const asking *q, bool chosen, mm_err *e);
void table_clear(table *t);
/** A record's row, its cells texts in the arena; NULL when memory ran out. Used by many threads. */
mm_str *table_row(const table *t, const answer *a, mm_str name, mm_buf *scratch, mm_arena *arena);
/** Append what is in a payload, in a few words. */
void table_summary(const answer *a, mm_buf *out);
/** Add what was found later to a row. -1: memory ran out. */
int table_add(const table *t, mm_str *row, const answer *a, mm_arena *arena, mm_err *e);
/** Print the rows, and what still waits at the end. */
int table_write(table *t, const mm_str *const *rows, size_t n, mm_err *e);
int table_end(table *t, mm_err *e);

#endif
