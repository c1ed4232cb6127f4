/* sketch_file.h - a sketch as bytes: mm-sketch(5). The same sketch gives the same bytes. */
#ifndef MM_BIAS_SKETCH_FILE_H
#define MM_BIAS_SKETCH_FILE_H

#include "sketch.h"

/** Append it. */
void sketch_encode(const sketch *s, mm_buf *out);
/** The inverse, into a zeroed sketch. -1 with MM_EBAD: it is none, of another version, cut short, or damaged. */
int sketch_decode(mm_str bytes, sketch *s, mm_err *e);
/** Read a file, or standard input for "-". -1 with the name in front. */
int sketch_load(const char *name, sketch *s, mm_err *e);

#endif
