/* schema.h - rows held against a JSON Schema (draft 2020-12, the keywords below).
 *
 * type, enum, const; minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf; minLength,
 * maxLength, pattern, format; properties, required, additionalProperties, minProperties, maxProperties;
 * items, minItems, maxItems; anyOf, oneOf, allOf, not; $ref into the same document. Annotations (title,
 * description, default ...) are passed over; any other keyword is refused when the schema is read, since
 * leaving it out would let rows pass that do not hold.
 *
 * A schema is compiled from a jansson tree; rows are walked as text. Depends on lib/json, lib/expr (regular
 * expressions), format.h, jansson.
 */
#ifndef MM_SCHEMA_SCHEMA_H
#define MM_SCHEMA_SCHEMA_H

#include "mm.h"

typedef struct mm_schema mm_schema;
/** NULL and MM_EUSAGE: the text says where in the file. */
mm_schema *mm_schema_open(const char *file, mm_err *e);
void mm_schema_free(mm_schema *s);

/** What one thread needs to check rows. */
typedef struct mm_schema_checker mm_schema_checker;
mm_schema_checker *mm_schema_checker_new(const mm_schema *s);
void mm_schema_checker_free(mm_schema_checker *c);
/** Does the row hold? Its member mm is not looked at. 0, or -1 with "POINTER: reason" in e. */
int mm_schema_check(mm_schema_checker *c, mm_str row, mm_err *e);
/** All that does not hold, but of a value only the first reason: the first `most` are appended to out as JSON strings
 *  "POINTER: reason" with commas between. Returns how many there are. */
size_t mm_schema_check_all(mm_schema_checker *c, mm_str row, size_t most, mm_buf *out);

#endif
