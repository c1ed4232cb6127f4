/* row_stream.h - rows beside the rows before: series, time stamps, gaps, outliers, drift; and what all columns hold.
 *
 * Rows come one by one, in record order, on one thread. A series is what --by tells apart, or the rows of one file; what is usual is learned
 * for each by itself. When the series take more memory than --row-memory those forget all that were not met for the longest time.
 */
#ifndef MM_PROBE_ROW_STREAM_H
#define MM_PROBE_ROW_STREAM_H

#include "answer.h"
#include "row_column.h"
#include "row_window.h"

enum {
    ROW_COLUMNS = 1024,      /* told apart in a run; further ones are only counted */
    ROW_SERIES_NAME = 200,   /* bytes of a name kept for the report */
    ROW_POINTERS = 256,      /* places at which rows fail the schema, told apart in the report */
};

typedef struct row_series row_series;
struct row_series {
    row_series *chain;           /* of one bucket */
    row_series *older, *newer;   /* by when they were met */
    uint64_t hash[2], number;    /* of the name; in order of appearance */
    char name[ROW_SERIES_NAME];
    uint8_t name_n;
    uint64_t rows;
    struct row_track **track;    /* by number of the column; NULL: it never had it */
    size_t n_tracks;
    int time_column;             /* -1: none yet */
    uint64_t stamps, back, same, gaps;
    int64_t first, last, before, longest_gap;  /* least, most; that of the row before */
    row_window *intervals;
    size_t bytes;
};

typedef struct row_pointer {
    mm_str at;                   /* owned */
    uint64_t rows;
} row_pointer;

typedef struct row_stream {
    const row_plan *plan;
    row_column *column[ROW_COLUMNS];
    size_t n_columns;
    uint16_t slot[4 * ROW_COLUMNS];  /* by hash of the name: number + 1 */
    row_series **bucket;
    row_series *newest, *oldest;
    size_t bytes;                /* of all series */
    uint64_t rows, series, forgotten, left_out, failed;
    row_pointer pointer[ROW_POINTERS];
    size_t n_pointers;
    /* of the row at hand */
    mm_buf missing, drift, outside, outliers;
} row_stream;

row_stream *row_stream_new(const row_plan *p, mm_err *e);
void row_stream_free(row_stream *s);
/** Tell the facts of row_prober but ROW_SCHEMA, whose base is in a, and learn the row. -1: memory ran out. */
int row_stream_meet(row_stream *s, const row_cells *row, answer *a, mm_err *e);
/** Median of the last intervals in ns; 0 where none are known. */
double row_series_interval(const row_series *s);

#endif
