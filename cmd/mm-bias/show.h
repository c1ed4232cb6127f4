/* show.h - --list: every figure, from the table. */
#ifndef MM_BIAS_SHOW_H
#define MM_BIAS_SHOW_H

#include "mm.h"

/** A line a figure; as JSON objects when asked. */
void show_list(bool json, mm_buf *out);

#endif
