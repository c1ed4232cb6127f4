/* idle.h - values and hints of which no detector can make anything, told by a glance at their bytes.
 *
 * Bytes may be those between the quotes of a JSON string as they stand, with escapes: no is said then only where it
 * holds of what they spell, too.
 */
#ifndef MM_REDACT_IDLE_H
#define MM_REDACT_IDLE_H

#include "detect.h"

/** Is the value as a whole a digest, a UUID, a time stamp or a date, under a key that does not make more of it? */
bool value_is_idle(mm_str value, words key);
/** Hints are asked for in the order of the text; *coded is 0 before the first, and then the end of the word in which a
 *  CODE hint was. */
bool hint_is_idle(mm_str text, size_t at, mm_pii_kind kind, size_t *coded);

#endif
