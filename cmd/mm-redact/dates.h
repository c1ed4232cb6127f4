/* dates.h - dates as people write them: read, and written again in the same form. */
#ifndef MM_REDACT_DATES_H
#define MM_REDACT_DATES_H

#include "mm.h"

/** A date and where its parts stand in its text. What is not there is 0, with length 0. */
typedef struct date {
    int year, month, day;
    struct { size_t at, len; } y, m, d;
    const char *const *months;   /* names of the language the month is written in; NULL: digits */
    bool ordinal;                /* 1st, 2nd: the two letters count into d.len */
    bool padded;                 /* days and months below ten have two digits */
} date;

/** 1990-05-12, 12.5.1990, 5/12/90, 19900512, 12 May 1990, May 12th, 1990, 1990年5月12日, 1990-05, 1990; what stands behind
 *  the date, as a time, is left alone. With slashes or dashes and the year last, the first number is the day when it is over
 *  12, the month when the second is; else `order` says ("dmy", "mdy"; NULL: mdy with slashes, dmy without). Two digits
 *  of a year are 1900 to 1999. False: no date. */
bool date_read(mm_str text, const char *order, date *out);
/** Append text with the parts of `was` given new values. False: the year can not be written so. */
bool date_write(mm_str text, const date *was, int year, int month, int day, mm_buf *out);

/** Days since 1970-01-01 in the Gregorian calendar, and back. */
int64_t date_days(int year, int month, int day);
void date_of_days(int64_t days, int *year, int *month, int *day);

#endif
