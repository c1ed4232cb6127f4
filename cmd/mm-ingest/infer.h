/* infer.h - what rows were seen to hold, as a JSON Schema (draft 2020-12).
 *
 * Rows are learned one after the other, in the order of the records, so that the schema is the same for any
 * number of workers; every row that was learned holds to it. Memory is bounded by the number of different
 * members (at most 4096 in an object, 200,000 in all) and not by that of rows: what is beyond them is left
 * open. Depends on lib/json, lib/base, format.h.
 */
#ifndef MM_INGEST_INFER_H
#define MM_INGEST_INFER_H

#include "mm.h"

typedef struct schema_infer schema_infer;
schema_infer *infer_new(void);
void infer_free(schema_infer *s);
/** Learn one row; its member mm is passed over. 0, or -1 with MM_ESYS. */
int infer_learn(schema_infer *s, mm_str row, mm_err *e);
/** Write the schema to a file, which appears when it is complete. */
int infer_write(schema_infer *s, const char *file, mm_err *e);
/** The schema as text, two blanks a level. */
void infer_show(const schema_infer *s, mm_buf *out);

#endif
