/* row_time.h - time stamps as they stand in rows. */
#ifndef MM_PROBE_ROW_TIME_H
#define MM_PROBE_ROW_TIME_H

#include "mm.h"

/** A date, or a date and a time of day, as RFC 3339 and ISO 8601 write them: 2024-01-31, 2024/01/31 12:30,
 *  2024-01-31T12:30:00.25+02:00; UTC where no offset stands. Nanoseconds since 1970; years 1678 to 2261. False: it is none. */
bool row_time_text(mm_str text, int64_t *ns);
/** Does a column of this name hold times as numbers? Such as time, ts, timestamp_ms, unix_time, epoch. */
bool row_time_named(mm_str name);
/** A number as a time: in the unit that the name ends in (_s _ms _us _ns), else, counted from 1970, the one that makes it
 *  a time before the year 5138; below 10^11 that is seconds. False where it does not fit. raw is its JSON. */
bool row_time_number(mm_str name, mm_str raw, int64_t *ns);
/** Append a time as RFC 3339 writes it, in UTC, with no more digits than it takes. */
void row_time_put(mm_buf *out, int64_t ns);

#endif
