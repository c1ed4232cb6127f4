/* member.h - what a header's `mm` member says of the payload. */
#ifndef MM_RECORD_MEMBER_H
#define MM_RECORD_MEMBER_H

#include "mm.h"

/** Values as they stand in the header; raw.p is NULL where there is none. */
typedef struct mm_member {
    mm_value data, ref, size, xxh3;
} mm_member;

/** The first members of an object with these names, into found (raw.p NULL where there is none);
 *  -1 when the object is malformed on the way. */
int mm_members_find(mm_value object, const char *const *names, mm_value *found, int n);

/** The first member of an object with this name; null, and raw.p NULL, when there is none. */
mm_value mm_member_value(mm_value object, const char *name);

/** Fill m from a header; -1 (MM_EBAD) when it is malformed on the way. */
int mm_member_find(mm_str head, mm_member *m, mm_err *e);

/** The bytes a base64 string (mm.data) stands for, in the arena; -1 when it is none. */
int mm_data_decode(mm_value data, mm_arena *a, mm_str *out, mm_err *e);

/** Is this key (as mm_json_next gives it) `name`, however it is escaped? */
bool mm_key_is(mm_str key, const char *name);

#endif
