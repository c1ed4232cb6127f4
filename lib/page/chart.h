/* chart.h - charts of a report (page.h) as SVG in the page.
 *
 * Each is a figure with its title as caption. What it shows is also told in words (aria-label), and no
 * meaning is in colour alone: bars carry their label and value, lines differ in their dashes.
 */
#ifndef MM_PAGE_CHART_H
#define MM_PAGE_CHART_H

#include "mm.h"

/** A bar. Values are not negative; what is not finite is no bar, but a row all the same. */
typedef struct mm_bar {
    mm_str label;
    double value;
    double low, high;   /* a range around the value, as of confidence; none when low >= high */
    mm_str shown;       /* the value as it is written; empty: mm_page_number */
    double start;       /* the bar goes from here to its value: what runs when; 0, and no word of it, for others */
} mm_bar;
/** Bars from left to right, one below the other, in the order given. With `most` above 0 that is the
 *  full width (1 for shares), else the greatest value is. Nothing when n is 0. */
void mm_chart_bars(mm_buf *b, const char *title, double most, const mm_bar *bar, size_t n);

/** A line through n points with rising x. A y that is not finite is a gap. */
typedef struct mm_line {
    const char *name;
    size_t n;
    const double *x, *y;
    const double *low, *high;   /* a band around it, n each; NULL: none */
} mm_line;
/** What stands beside a chart of lines; the axes' names tell units too. */
typedef struct mm_axes {
    const char *title, *x, *y;
    bool from_zero;   /* y begins at 0 */
} mm_axes;
/** At most 6 lines can be told apart; nothing when there is no point. */
void mm_chart_lines(mm_buf *b, const mm_axes *a, const mm_line *line, size_t n);

#endif
