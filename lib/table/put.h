/* put.h - a field of CSV, written. */
#ifndef MM_TABLE_PUT_H
#define MM_TABLE_PUT_H

#include "mm.h"

/** Append a field, in quotes where it needs them: RFC 4180. v.p NULL is nothing, an empty text is "". */
void mm_csv_put(mm_buf *b, mm_str v);

#endif
