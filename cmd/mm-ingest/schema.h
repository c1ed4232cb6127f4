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
#ifndef MM_INGEST_SCHEMA_H
#define MM_INGEST_SCHEMA_H

#include "mm.h"

typedef struct schema schema;
/** NULL and MM_EUSAGE: the text says where in the file. */
schema *schema_open(const char *file, mm_err *e);
void schema_free(schema *s);

/** What one thread needs to check rows. */
typedef struct schema_checker schema_checker;
schema_checker *schema_checker_new(const schema *s);
void schema_checker_free(schema_checker *c);
/** Does the row hold? Its member mm is not looked at. 0, or -1 with "POINTER: reason" in e. */
int schema_check(schema_checker *c, mm_str row, mm_err *e);

#endif
