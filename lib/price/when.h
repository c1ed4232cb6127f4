/* when.h - times as bills and series write them, and seconds since 1970 in UTC. */
#ifndef MM_PRICE_WHEN_H
#define MM_PRICE_WHEN_H

#include "mm.h"

/** Read "2024-09-18", then nothing or "T" or a blank and "22:00[:00[.000]]", then nothing, "Z", " UTC" or an offset such as
 *  "+02:00"; or a number of seconds. False when it is none, or no day of the calendar. */
bool mm_when_read(mm_str text, int64_t *seconds);
/** The first second of the month that t lies in, and of the one after it. */
int64_t mm_month_of(int64_t t);
int64_t mm_month_after(int64_t t);
/** Append as RFC 3339 in UTC; of midnights the date alone where `dates`. */
void mm_when_put(mm_buf *b, int64_t seconds, bool dates);

#endif
