/* row_window.h - the last values of a column, and how far a new one is from them.
 *
 * The Hampel identifier (Hampel 1974; Pearson, "Outliers in process modeling and identification", IEEE Transactions on Control
 * Systems Technology 10, 2002), over values that came before: median, and the median absolute deviation from it, times 1.4826, which
 * for normally distributed values is the standard deviation. Half of the values may be wild without moving either.
 */
#ifndef MM_PROBE_ROW_WINDOW_H
#define MM_PROBE_ROW_WINDOW_H

#include <stdint.h>

enum { ROW_WINDOW = 64 };

/** Zero-initialise. */
typedef struct row_window {
    double value[ROW_WINDOW];     /* a ring */
    uint8_t order[ROW_WINDOW];    /* places in the ring, by value */
    uint8_t n, next;
} row_window;

/** Take in one more value, which is finite; the oldest goes. */
void row_window_add(row_window *w, double v);
/** Median and scaled median absolute deviation of the n > 0 values; of an even count the means of the two in the middle. */
void row_window_spread(const row_window *w, double *median, double *deviation);

#endif
