/* output.h - something written whole. */
#ifndef MM_BIAS_OUTPUT_H
#define MM_BIAS_OUTPUT_H

#include "mm.h"

/** Write to a file, which appears when it is complete; NULL or "-": to standard output, which must be no terminal for
 *  what is binary. */
int output_write(const char *file, mm_str bytes, bool binary, mm_err *e);

#endif
