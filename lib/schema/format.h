/* format.h - the formats of strings that a schema can name and that inference tells. */
#ifndef MM_SCHEMA_FORMAT_H
#define MM_SCHEMA_FORMAT_H

#include "mm.h"

typedef enum mm_format {
    MM_FORMAT_DATE_TIME, MM_FORMAT_DATE, MM_FORMAT_TIME, MM_FORMAT_EMAIL, MM_FORMAT_URI, MM_FORMAT_UUID,
    MM_FORMAT_IPV4, MM_FORMAT_IPV6,
    MM_FORMATS,
} mm_format;

/** Its name in a schema. */
const char *mm_format_name(mm_format f);
/** The format of that name, or -1. */
int mm_format_named(const char *name);
bool mm_format_holds(mm_format f, mm_str text);

#endif
