/* names.h - values nobody vouches for as names of files. */
#ifndef MM_SELECT_NAMES_H
#define MM_SELECT_NAMES_H

#include "mm.h"

/** Append a name for the value; NULL: for records without one. Different values have different names, and
 *  none is empty, longer than 200 bytes, leads to another folder, is hidden, looks like an option,
 *  or disturbs a shell or a terminal. Bytes that might are written %XX. */
void put_name(mm_buf *out, const mm_str *value);

#endif
