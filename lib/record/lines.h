/* lines.h - NDJSON out of a source: whole lines, checked, a batch at a time.
 *
 * One read fills the batch's own buffer; what is behind the last whole line is carried
 * to the next batch. Results do not depend on where reads or batches end.
 */
#ifndef MM_RECORD_LINES_H
#define MM_RECORD_LINES_H

#include "record/source.h"

typedef struct mm_lines {
    const mm_read_opts *opts;  /* with defaults filled in */
    mm_buf carry;              /* read and not yet given out; starts at a line */
    bool lines_left;           /* carry may hold whole lines */
    bool begun;                /* the byte order mark was looked for */
    bool ended;
    uint64_t line;             /* lines seen */
    mm_err damage;             /* why the source ended, when not by its end */
    uint32_t *newlines;        /* scratch */
} mm_lines;

int mm_lines_open(mm_lines *l, const mm_read_opts *opts, mm_err *e);
void mm_lines_close(mm_lines *l);
/** Fill an empty batch: 1, 0 at the end, -1 when the source or memory failed. */
int mm_lines_fill(mm_lines *l, mm_source *s, mm_batch *b, mm_err *e);
/** Set r->head from one line, and if `checked` r's verdict. */
void mm_lines_judge(mm_rec *r, mm_str line, bool checked, mm_arena *a);

#endif
