/* rows.h - records out of tables and texts: CSV, TSV, JSON, NDJSON, lines, paragraphs.
 *
 *     rows_format f = rows_tell(&opts, name, head, size);
 *     rows *r = rows_open(&opts, f, bytes, &err);
 *     while ((got = rows_next(r, batch, &err)) == 1) ... one batch after the other, or several calls into one
 *     rows_close(r);
 *
 * and rows_work() on every record that rows_next made, by any thread, at any time after: what it needs
 * stands in the batch's arena, so the rows may be closed by then.
 *
 * Invariants: every row of the input becomes one record, sound or bad, so that counts add up; what is
 * given out does not depend on how the bytes arrive or on where batches end. Depends on bytes.h,
 * lib/charset, lib/schema.
 */
#ifndef MM_INGEST_ROWS_H
#define MM_INGEST_ROWS_H

#include "base/opt.h"
#include "bytes.h"
#include "run/jail.h"

typedef struct mm_schema mm_schema;        /* lib/schema: what rows must hold */
typedef struct schema_infer schema_infer;  /* infer.h: what rows were seen to hold */

typedef enum rows_format {
    ROWS_NONE,    /* no rows: the content is one payload */
    ROWS_CSV,
    ROWS_TSV,
    ROWS_JSON,    /* one array of rows, or JSON texts one after the other */
    ROWS_NDJSON,  /* a JSON text a line */
    ROWS_TEXT,    /* lines or paragraphs, as rows_opts.split says */
} rows_format;

typedef enum rows_split { ROWS_SPLIT_FILE, ROWS_SPLIT_LINE, ROWS_SPLIT_PARAGRAPH } rows_split;
typedef enum rows_header { ROWS_HEADER_AUTO, ROWS_HEADER_YES, ROWS_HEADER_NO } rows_header;

/** How rows are read; borrowed, and lives as long as the run. Zero is a good default everywhere. */
typedef struct rows_opts {
    rows_format format;    /* ROWS_NONE: told by name and content; else for every input that is text */
    char delimiter;        /* between the fields of a CSV file; 0: sniffed from , ; tab | */
    rows_header header;    /* is the first row of a table its header? */
    rows_split split;      /* plain text; ROWS_SPLIT_FILE: rows_tell answers ROWS_NONE to it */
    mm_list types;         /* "NAME=string|number|boolean|auto", several by commas: checked by rows_opts_check */
    bool strings;          /* every field of a table is a string */
    const char *charset;   /* NULL: detected; checked by rows_opts_check */
    size_t batch;          /* bytes of one rows_next (0: 256 KiB) */
    size_t max_record;     /* longest row (0: 64 MiB); longer ones are bad */
    mm_str via;            /* the entry for mm.via (mm_app_via); empty: none */
    const mm_schema *schema;  /* NULL: rows are not validated */
    schema_infer *infer;   /* NULL: nothing is learned; else rows_learn() is called in order */
    mm_jail *jail;         /* where an unknown encoding is guessed, by mm_charset_ops; NULL: not guessed */
} rows_opts;

/** Is what the user gave of types and charset right? 0, or -1 and MM_EUSAGE. */
int rows_opts_check(const rows_opts *o, mm_err *e);

/** Which rows an input holds, by its name (suffixes of compression are passed over) and its first bytes
 *  (4 KiB tell enough, 64 KiB are better), of `size` in all (UINT64_MAX: not known). ROWS_NONE for what
 *  is no text. */
rows_format rows_tell(const rows_opts *o, const char *name, mm_str head, uint64_t size);

typedef struct rows rows;
/** Nothing is read yet. NULL and MM_ESYS. `in` is copied; its ctx must outlive the rows. */
rows *rows_open(const rows_opts *o, rows_format f, in_bytes in, mm_err *e);
void rows_close(rows *r);
/** Add the next records to b (which may hold others): 1, or 0 at the end, -1. One call adds about
 *  rows_opts.batch bytes or 16384 records, all in b's arena. Damaged rows are there with verdict
 *  MM_BAD. -1 with MM_EBAD: this input can not be read further, the message names it and the place;
 *  records before that were given out. */
int rows_next(rows *r, mm_batch *b, mm_err *e);

/** Was the record made by rows_next (by r->extra)? For a stage whose source mixes rows and payloads the
 *  caller keeps its own mark in front; the struct behind r->extra begins with `kind`, ROWS_KIND. */
#define ROWS_KIND 0x726f7773u

/** What one worker keeps. */
typedef struct rows_state rows_state;
rows_state *rows_state_new(const rows_opts *o, mm_err *e);
void rows_state_free(rows_state *s);
/** Compose the record's header: the row as a JSON object with mm (id, src, modality, via). Rows that
 *  carry mm keep it and get what is missing. MM_BAD where the row is malformed or does not hold to the
 *  schema. Nothing is allocated but in the arena. */
mm_verdict rows_work(rows_state *s, mm_rec *r, mm_arena *a);
/** In record order, for records that rows_work kept: let opts.infer learn the row. */
int rows_learn(const rows_opts *o, const mm_rec *r, mm_err *e);

#endif
