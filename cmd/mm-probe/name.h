/* name.h - does the name of a thing agree with what it holds? */
#ifndef MM_PROBE_NAME_H
#define MM_PROBE_NAME_H

#include "mm.h"

/** The extension of the last part of src ("a.tar!x/y.JPG" -> "JPG") when it announces another type than mime,
 *  else an empty slice. Unknown extensions agree with everything. */
mm_str name_contradicts(mm_str src, mm_str mime);

#endif
