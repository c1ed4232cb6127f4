/* keep.h - the members of a text that are wanted, and nothing else, byte for byte.
 *
 * Depends on lib/json alone. Wanted members are named by paths; what is kept stands in the order
 * of the text, with its keys and values spelled as they are there. Immutable once filled: may
 * then be used by many threads.
 */
#ifndef MM_JSON_KEEP_H
#define MM_JSON_KEEP_H

#include "mm.h"

typedef struct mm_keep mm_keep;
mm_keep *mm_keep_new(void);
void mm_keep_free(mm_keep *k);
/** Keep the member at path, and of what is around it only the way there. -1: the path leads
 *  through an element of an array (MM_EUSAGE), or memory ran out. */
int mm_keep_add(mm_keep *k, const mm_path *path, mm_err *e);
/** Is the top-level member `key`, or anything in it, to be kept? */
bool mm_keep_has(const mm_keep *k, mm_str key);
/** Append what is kept of the object `text`, duplicates of a wanted member included; an object
 *  of which nothing is kept is left out. -1 when the text is no object or visibly malformed; then
 *  out is as it was. */
int mm_keep_apply(const mm_keep *k, mm_str text, mm_buf *out);

#endif
