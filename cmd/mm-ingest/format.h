/* format.h - the formats of strings that a schema can name and that inference tells. */
#ifndef MM_INGEST_FORMAT_H
#define MM_INGEST_FORMAT_H

#include "mm.h"

typedef enum format {
    FORMAT_DATE_TIME, FORMAT_DATE, FORMAT_TIME, FORMAT_EMAIL, FORMAT_URI, FORMAT_UUID, FORMAT_IPV4, FORMAT_IPV6,
    FORMATS,
} format;

/** Its name in a schema. */
const char *format_name(format f);
/** The format of that name, or -1. */
int format_named(const char *name);
bool format_holds(format f, mm_str text);

#endif
