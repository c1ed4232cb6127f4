/* project.h - the members of a record that --project keeps.
 *
 * mm, where the toolkit keeps what it knows of a record, stays whole unless the list names it or
 * something in it, or has -mm. A payload goes the way of mm.data, which is where it
 * travels in NDJSON.
 */
#ifndef MM_SELECT_PROJECT_H
#define MM_SELECT_PROJECT_H

#include "mm.h"

typedef struct projection projection;
/** From "text,mm.id,\"odd, key\"" ; NULL and MM_EUSAGE when that is no list of members. */
projection *project_new(const char *list, mm_err *e);
void project_free(projection *p);
/** Append what is kept of a header; -1 when it is malformed. */
int project_head(const projection *p, mm_str head, mm_buf *out);
bool project_keeps_payload(const projection *p);

#endif
