/* scan.h - the rows of one CSV file, in blocks, by several threads.
 *
 * One thread reads and cuts the file where rows end; workers find the fields and work; what they found is told
 * to one function in the order of the file. Memory is bounded by the number of workers, and by the longest row. */
#ifndef MM_TABLE_SCAN_H
#define MM_TABLE_SCAN_H

#include "table/bytes.h"

/** The longest row that is read. */
#define MM_SCAN_LONGEST (16u << 20)

/** Some whole rows. */
typedef struct mm_rows {
    const char *text;
    const uint32_t *end;  /* of every field, the last of a row at its line end */
    size_t n_end;
    size_t columns;       /* that a row must have */
} mm_rows;

/** A place among them; begin with { rows }. */
typedef struct mm_row {
    const mm_rows *in;
    size_t number;       /* rows up to this one */
    size_t fields;       /* it has; not `columns`: the row is wrong */
    mm_str whole;        /* without its line end */
    const uint32_t *end;
    size_t next, start;  /* private */
} mm_row;

/** Go to the next row, over empty lines: false behind the last. */
bool mm_row_next(mm_row *r);
/** Field i of a row that is not wrong, as it is written. */
static inline mm_str mm_row_raw(const mm_row *r, size_t i)
{
    size_t from = i ? r->end[i - 1] + 1 : (size_t)(r->whole.p - r->in->text);
    const char *p = r->in->text + from;
    size_t to = i + 1 < r->in->columns ? r->end[i] : (size_t)(r->whole.p - r->in->text) + r->whole.n;
    return (mm_str){ p, to - from };
}
/** What it means: without quotes, doubled ones halved in scratch, which it is then valid with. */
mm_str mm_field_text(mm_str raw, mm_buf *scratch);
/** The same of field i. */
static inline mm_str mm_row_text(const mm_row *r, size_t i, mm_buf *scratch)
{
    mm_str raw = mm_row_raw(r, i);
    return raw.n && raw.p[0] == '"' ? mm_field_text(raw, scratch) : raw;
}

/** What is to be done with a file. */
typedef struct mm_scan {
    int workers;
    char delimiter;    /* 0: told by the names: the most frequent of , ; tab | */
    size_t result;     /* bytes of what a block leaves; zeroed before each */
    void *ctx;
    /** The names of the columns, in order, valid during the call. -1 fills e and ends the scan. */
    int (*begin)(void *ctx, const mm_str *name, size_t n, mm_err *e);
    /** On many threads, `worker` from 0: work on a block and return how many rows it has (mm_row.number at its end). */
    size_t (*work)(void *ctx, int worker, const mm_rows *rows, void *result);
    /** On one thread, in order: what a block left, and the number of rows before it. -1 as above. May free what
     *  result holds; it is called for every block that was worked on. May be NULL. */
    int (*told)(void *ctx, uint64_t before, void *result, mm_err *e);
    /** Asked now and then: true ends the scan as the end of the file would. May be NULL. */
    bool (*stop)(void);
} mm_scan;

/** Read the file of that name; *rows receives how many there were. A file without a line of names is MM_EBAD, as is
 *  one whose last quote is not closed. */
int mm_scan_file(const mm_scan *s, const char *name, _Atomic uint64_t *taken, uint64_t *rows, mm_err *e);
/** The same of a file that is open already. */
int mm_scan_bytes(const mm_scan *s, mm_bytes *in, uint64_t *rows, mm_err *e);

#endif
