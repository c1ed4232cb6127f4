/* group.h - members of a WebDataset shard that share a stem, as one record.
 *
 * A member's stem is its name up to the first dot behind the last slash; what follows the dot is the part's
 * name. Members of a group stand one behind the other; a part that comes again begins a new group. Of
 * the parts, "json" gives the header its members, "txt" and "cls" its members text and cls; the payload is the part
 * whose hash "json" gives, else the first other one, in the order of names, that is an image, sound or video, or else
 * the first other one; the rest stand in mm.parts.
 */
#ifndef MM_INGEST_GROUP_H
#define MM_INGEST_GROUP_H

#include "leaf.h"

#define GROUP_KIND 0x67726f75u

typedef struct group group;
group *group_new(mm_err *e);
void group_free(group *g);

/** Take a member of an archive called src. When it does not belong to the group so far, that is ended first: its record
 *  goes to b. 0 or -1 (MM_ESYS). */
int group_take(group *g, const mm_buf *src, mm_str member, const leaf *l, mm_batch *b, mm_err *e);
/** Add the record of the group so far, if there is one. */
int group_end(group *g, mm_batch *b, mm_err *e);

/** The record of a group. */
mm_verdict group_work(leaf_state *s, const leaf_opts *o, mm_rec *r, mm_arena *a);

#endif
