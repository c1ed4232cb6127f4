/* carry.h - where a payload travels: base64 in mm.data for NDJSON, behind the header in mmr.
 *
 * A carrier converts one record at a time. What it gives stays valid until its next use.
 */
#ifndef MM_RECORD_CARRY_H
#define MM_RECORD_CARRY_H

#include "mm.h"

typedef struct mm_carrier mm_carrier;
mm_carrier *mm_carrier_new(mm_err *e);
void mm_carrier_free(mm_carrier *c);

/** The record's header as one NDJSON line without its newline, payload in mm.data. It is r->head itself
 *  when nothing had to change. -1 (MM_EBAD) when the header is malformed and so can take no payload. */
int mm_carry_in_line(mm_carrier *c, const mm_rec *r, mm_str *line, mm_err *e);

/** The record's header and payload for mmr, mm.data decoded and taken out. Data that is no base64, or
 *  that can not be taken out of a malformed header, stays where it is. */
int mm_carry_in_frame(mm_carrier *c, const mm_rec *r, mm_str *head, mm_str *payload, mm_err *e);

/** bytes as a JSON string of base64, appended. */
void mm_put_base64(mm_buf *out, mm_str bytes);

#endif
