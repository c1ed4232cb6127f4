/* sketch_show.h - a sketch for people and for programs. */
#ifndef MM_BIAS_SKETCH_SHOW_H
#define MM_BIAS_SKETCH_SHOW_H

#include "sketch.h"

void sketch_show_text(const sketch *s, mm_buf *out);
/** An object a line: first of the whole, then of each field. */
void sketch_show_json(const sketch *s, mm_buf *out);

#endif
