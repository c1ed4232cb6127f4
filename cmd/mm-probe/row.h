/* row.h - a row as columns; made by the workers, compared with the rows before in record order (row_stream.h).
 *
 * A column is a member of the row, or of an object in it: its name is the path there, such as temp or sensor.id. The member mm is
 * none. Arrays are values.
 */
#ifndef MM_PROBE_ROW_H
#define MM_PROBE_ROW_H

#include "row_plan.h"

typedef enum row_type { ROW_NULL, ROW_BOOLEAN, ROW_INTEGER, ROW_NUMBER, ROW_STRING, ROW_ARRAY, ROW_OBJECT, ROW_TYPES } row_type;

typedef struct row_cell {
    mm_str name;
    mm_str raw;          /* JSON */
    row_type type;
    bool missing;        /* null, an empty text, or a word that says so */
    bool timed;          /* a time stamp, by its form or its name */
    double number;       /* of ROW_INTEGER and ROW_NUMBER; finite */
    int64_t time;        /* ns since 1970 */
    uint64_t hash;       /* equal values have equal ones */
} row_cell;

typedef struct row_cells {
    size_t n;
    const row_cell *cell;
    size_t left_out;     /* columns beyond ROW_CELLS */
    mm_str series;       /* what tells it apart: JSON, or a file's name */
    mm_str schema_failed;  /* JSON strings with commas between */
} row_cells;

enum { ROW_CELLS = 4096, ROW_DEEP = 8, ROW_REASONS = 16 };

/** Facts of rows that are odd, and facts of each row. */
extern const prober row_prober, row_each_prober;
/** Facts of row_prober, by their places in its table. */
enum { ROW_MISSING, ROW_DRIFT, ROW_OUTSIDE, ROW_OUTLIERS, ROW_BACK, ROW_SAME, ROW_GAP, ROW_SCHEMA, ROW_FACTS };

/** "integer" and so on. */
const char *row_type_name(row_type t);

#endif
