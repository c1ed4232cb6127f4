/* row_column.h - what the values of one column are, over the whole run.
 *
 * Values come in record order, so that sums are the same for any number of workers. Mean and variance by Welford (1962), quantiles by
 * row_quantiles.h, how many different values by HyperLogLog (Flajolet et al. 2007) with 4096 registers: within 1.6 % in the mean, small
 * counts by linear counting.
 */
#ifndef MM_PROBE_ROW_COLUMN_H
#define MM_PROBE_ROW_COLUMN_H

#include "row.h"
#include "row_quantiles.h"

enum { ROW_REGISTERS_BITS = 12, ROW_REGISTERS = 1 << ROW_REGISTERS_BITS };

typedef struct row_column {
    mm_str name;             /* owned */
    uint64_t hash;           /* of the name */
    uint64_t rows, missing;  /* that have it; of these with nothing in it */
    uint64_t of[ROW_TYPES];  /* values of each type, without the missing */
    uint64_t numbers;
    double min, max, mean, spread;  /* spread: the sum of squared distances from the mean */
    uint64_t times;
    int64_t earliest, latest;
    uint64_t strings, shortest, longest;  /* characters */
    unsigned formats;        /* bits of mm_format that all strings hold to */
    uint64_t outliers, outside, drifts;
    uint64_t longest_run;    /* of equal values, in one series */
    row_quantiles quantiles;
    uint8_t *registers;      /* owned; of HyperLogLog */
} row_column;

/** NULL when memory ran out. */
row_column *row_column_new(mm_str name, uint64_t hash);
void row_column_free(row_column *c);
/** Take in a cell of it that is not missing; false when memory ran out. */
bool row_column_learn(row_column *c, const row_cell *v);
/** Values seen, without the missing. */
uint64_t row_column_values(const row_column *c);
/** About how many different values there are. */
uint64_t row_column_distinct(const row_column *c);
/** "integer" "number" "string" "boolean" "array" "object", the name of a format, "mixed", or "null". */
const char *row_column_type(const row_column *c);

/** Append a number with the twelve digits that sums of doubles are good for. */
void row_number_put(mm_buf *out, double v);

#endif
