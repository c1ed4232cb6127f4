/* row.h - what splitting an input into rows (one thread, in order) leaves for composing them (many).
 *
 * All of it stands in the arena of the batch that the records are in. Depends on rows.h and head.h.
 */
#ifndef MM_INGEST_ROW_H
#define MM_INGEST_ROW_H

#include "feed.h"
#include "head.h"
#include "rows.h"

typedef enum column_type { COLUMN_AUTO, COLUMN_STRING, COLUMN_NUMBER, COLUMN_BOOLEAN } column_type;

typedef struct column {
    mm_str name;       /* for messages */
    mm_str key;        /* "name": as it stands in a row, with the comma in front of all but the first */
    column_type type;
} column;

/** What the records of one rows_next share. */
typedef struct row_set {
    const rows_opts *opts;
    rows_format format;
    mm_str src;            /* name of the input, NUL-terminated */
    const char *charset;   /* NULL: UTF-8 */
    bool clean;            /* checked: UTF-8 without NUL */
    char delimiter;
    const char *text;      /* what the marks of CSV rows are offsets into */
    const column *columns;
    size_t n_columns;
} row_set;

/** What r->extra of a row points to. */
typedef struct row_extra {
    head_extra head;
    const row_set *set;
    uint64_t row;            /* from 1 */
    const uint32_t *marks;   /* CSV: of this row, line end not among them */
    uint32_t n_marks;
} row_extra;

struct rows_state {
    mm_buf out;      /* the header being composed */
    mm_buf spliced;  /* the same with mm completed */
    mm_path *mm;
    struct mm_schema_checker *checker;  /* NULL: rows are not validated */
};

/** Rows of one input, being split. */
struct rows {
    const rows_opts *opts;
    rows_format format;
    feed feed;
    in_bytes in;
    bool opened, ended;
    size_t batch, max_record;
    mm_buf carry;      /* text not yet given out; begins with a row */
    bool look;         /* carry may hold whole rows */
    uint64_t row;      /* rows given out */
    uint64_t line;     /* lines in front of carry */
    /* CSV */
    char delimiter;
    bool have_columns;
    mm_buf keys;       /* names and keys, one after the other */
    column *columns;
    size_t n_columns;
    uint32_t *marks;   /* scratch */
    size_t marks_room;
    /* JSON */
    enum { JSON_BEGIN, JSON_SEQUENCE, JSON_FIRST, JSON_ELEMENTS, JSON_DONE } json;
    mm_err broken;     /* the input can not be read further; said once what was found is given out */
};

/** A run of text on its way to rows: what one call of rows_next works on. */
typedef struct row_text {
    rows *rows;
    mm_batch *batch;
    row_set *set;
    const char *p;
    size_t n;
    size_t limit;    /* records the batch may hold */
    bool last;       /* nothing follows */
} row_text;

/** Add the whole rows of t, at most MM_BATCH_RECORDS. Returns the bytes used, -1 when memory ran out. */
ssize_t csv_split(row_text *t, mm_err *e);
/** Fail, because the row that tells the columns is over the limit. */
int csv_long_header(const rows *r, mm_err *e);
ssize_t json_split(row_text *t, mm_err *e);
/** An array was opened and not yet closed. */
bool json_in_array(const rows *r);
ssize_t lines_split(row_text *t, mm_err *e);
ssize_t paragraphs_split(row_text *t, mm_err *e);
/** Add one row, raw with its line end; counts rows. NULL when memory ran out. */
mm_rec *row_add(row_text *t, mm_str head, mm_str raw);
/** A batch is full. */
bool row_full(const row_text *t);

/** What precedes the rows: the delimiter, by counting fields in the first lines. */
char csv_sniff(mm_str head, char fallback);
/** How well the head reads as a table: fields a row, the same in all of several rows; 0: not. */
size_t csv_columns_seen(mm_str head, char delimiter, bool whole);

/** Append the row's own members to s->out as an object without its closing brace: MM_KEEP, or MM_BAD with
 *  the record marked. */
mm_verdict csv_compose(rows_state *s, mm_rec *r, mm_arena *a);
mm_verdict json_compose(rows_state *s, mm_rec *r, mm_arena *a);
mm_verdict text_compose(rows_state *s, mm_rec *r, mm_arena *a);

/** A field of a row. */
typedef struct csv_field {
    mm_str raw;      /* between the quotes, or as it stands */
    bool quoted;
    bool doubled;    /* quoted, and holds doubled quotes */
    const char *wrong;  /* NULL, or the reason it can not be read */
} csv_field;
typedef struct csv_cursor {
    const char *text, *p, *end;
    const uint32_t *mark, *mark_end;
    char delimiter;
    bool over;
} csv_cursor;
bool csv_next(csv_cursor *c, csv_field *f);
/** What is split and composed is followed by so many bytes that may be read, whatever they hold. */
#define ROW_SLACK 16
/** Append text as the inside of a JSON string, line ends to LF; `doubled`: "" means one quote. ROW_SLACK bytes
 *  behind it may be read. */
void row_put_text(mm_buf *out, mm_str text, bool doubled);

/** Is text a number that any reader keeps as it is written? */
bool value_is_number(mm_str text);
/** "true" or "false" for one of their spellings, else empty. */
mm_str value_boolean(mm_str text);

#endif
