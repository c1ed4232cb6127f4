/* splice.h - a change of one value in a YAML text, by which all else of it stays as it stands, comments and layout too. */
#ifndef MM_PLAN_SPLICE_H
#define MM_PLAN_SPLICE_H

#include "mm.h"

/** Set what is at a path of keys (closed by NULL) to `value`, itself YAML in flow form; with `append`, add it to the list there. Maps and
 *  lists on the way are made. The result is parsed again: 0 and the new text in `out` only when it holds the value and
 *  everything else as before; -1 and MM_EUSAGE otherwise. `name` is for messages. */
int yaml_set(mm_str text, const char *name, const char *const *path, mm_str value, bool append, mm_buf *out, mm_err *e);
/** Append a key or text as YAML takes it, in quotes where it needs them. */
void yaml_text(mm_buf *b, mm_str text);

#endif
