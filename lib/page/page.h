/* page.h - a report as one HTML file: frame, sections, figures, tables. Charts are in chart.h.
 *
 * Everything is appended to a buffer, whose `failed` is looked at once, at the end. Texts are
 * plain: they are escaped here, and what is no valid UTF-8 in them becomes U+FFFD. The result is
 * well-formed XML too, so that programs can read it.
 */
#ifndef MM_PAGE_PAGE_H
#define MM_PAGE_PAGE_H

#include "mm.h"

/** From the doctype to the heading; `lead`, a sentence or two below it, may be NULL. */
void mm_page_begin(mm_buf *b, const char *title, const char *lead);
/** The small print at the foot (may be NULL), and the end. */
void mm_page_end(mm_buf *b, const char *foot);
/** A heading; what follows is under it. */
void mm_page_section(mm_buf *b, const char *title);
/** A paragraph of formatted text, at most 4 KiB. */
void mm_page_note(mm_buf *b, const char *fmt, ...) MM_PRINTF(2, 3);

/** A number that matters, told large, and what it counts. */
typedef struct mm_figure {
    const char *label;
    mm_str value;
} mm_figure;
/** A row of figures. */
void mm_page_figures(mm_buf *b, const mm_figure *f, size_t n);

/** A column of a table. */
typedef struct mm_column {
    const char *name;
    bool number;     /* set to the right, digits of one width */
} mm_column;
/** A table; its caption is read out first. The first cell of a row names it. */
void mm_table_begin(mm_buf *b, const char *caption, const mm_column *c, size_t n);
void mm_table_row(mm_buf *b, const mm_column *c, const mm_str *cell, size_t n);
void mm_table_end(mm_buf *b);

/** Append text, escaped for content and for attributes in double quotes. */
void mm_page_text(mm_buf *b, mm_str s);
/** Append a count with commas: 1,234,567. */
void mm_page_count(mm_buf *b, uint64_t n);
/** Append a number for people: at most four digits that count, no exponent from 1e-3 to 1e12. Not finite: a dash. */
void mm_page_number(mm_buf *b, double v);

#endif
