/* mm.h - the public face of libmm: records of multimodal data, read, found into,
 * spliced and written at memory speed.
 *
 * A record's life is one way: a reader fills a batch (mm_reader), fields are found in
 * the header without a tree (mm_json_find), edits are spliced into the bytes that came
 * in (mm_edits), and a writer sends the result on (mm_writer). mm_run drives all of it
 * over worker threads and keeps the order.
 *
 * Conventions
 *   - Names that end in _new or _open give something the caller owns and must hand to
 *     the matching _free or _close; both take NULL. Everything else borrows.
 *   - An mm_str never owns. Each function says how long the bytes stay valid.
 *   - Functions that can fail return -1 (or NULL) and fill an mm_err; on success the
 *     mm_err is left alone. Nothing here prints, exits, or changes global state.
 *   - Unless said otherwise an object may be used by one thread at a time, and
 *     different objects by different threads at once. Sizes are bytes.
 */
#ifndef MM_H
#define MM_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/** The version of this header and its library: major.minor.patch (semver.org). */
#define MM_VERSION "0.1.0"
/** Argument number `fmt` is a printf format for those from number `args` on. */
#define MM_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* ---- bytes ------------------------------------------------------------------ */

/** A borrowed run of bytes; not NUL-terminated. p may be NULL when n is 0. */
typedef struct mm_str {
    const char *p;
    size_t n;
} mm_str;

/** An mm_str over a string literal. */
#define MM_STR(lit) ((mm_str){ ("" lit), sizeof(lit) - 1 })

/** Borrow a NUL-terminated string; NULL gives the empty string. */
mm_str mm_str_of(const char *cstr);
/** Same length and bytes. */
bool mm_str_eq(mm_str a, mm_str b);
/** Order by bytes as unsigned char, shorter first on a tie; <0, 0 or >0. */
int mm_str_cmp(mm_str a, mm_str b);
/** s begins with the bytes of prefix; it always does with none. */
bool mm_str_starts(mm_str s, mm_str prefix);
/** s ends with the bytes of suffix; it always does with none. */
bool mm_str_ends(mm_str s, mm_str suffix);

/** A growing byte buffer. Zero-initialise it; free with mm_buf_free.
 *  A failed allocation sets `failed`, later writes do nothing, and the content so far
 *  stays: check `failed` once, at the end. */
typedef struct mm_buf {
    char *p;      /* owned; NULL while empty */
    size_t n;     /* bytes in use */
    size_t cap;   /* bytes allocated */
    bool failed;  /* memory ran out at some point */
} mm_buf;

/** Free the content and zero b, which may be used again. */
void mm_buf_free(mm_buf *b);
/** Make room for `more` bytes past n; returns where to write them, or NULL. The caller
 *  adds what it wrote to n. Pointers into the buffer before the call are invalid. */
char *mm_buf_room(mm_buf *b, size_t more);
/** Append a copy of n bytes. */
void mm_buf_put(mm_buf *b, const void *bytes, size_t n);
/** Append a copy of s. */
void mm_buf_str(mm_buf *b, mm_str s);
/** Append one byte. */
void mm_buf_byte(mm_buf *b, char c);
/** Append formatted text, without its NUL. */
void mm_buf_printf(mm_buf *b, const char *fmt, ...) MM_PRINTF(2, 3);
/** Append an unsigned decimal, without a detour through printf. */
void mm_buf_u64(mm_buf *b, uint64_t v);
/** Borrow the content; valid until the buffer next changes. */
mm_str mm_buf_view(const mm_buf *b);

/** An arena: many small allocations, freed at once. 16-byte aligned. */
typedef struct mm_arena mm_arena;
/** An empty arena; NULL when memory ran out. Owned: mm_arena_free. */
mm_arena *mm_arena_new(void);
/** Free the arena and all that was allocated from it; NULL is taken. */
void mm_arena_free(mm_arena *a);
/** n bytes, uninitialised; NULL when memory ran out. Valid until reset or free. */
void *mm_arena_alloc(mm_arena *a, size_t n);
/** A copy of s, NUL-terminated behind its end; .p is NULL when memory ran out. */
mm_str mm_arena_copy(mm_arena *a, mm_str s);
/** Forget all allocations, keeping at most 1 MiB for the next round. */
void mm_arena_reset(mm_arena *a);

/* ---- errors ----------------------------------------------------------------- */

/** What went wrong, in the words of an exit status. */
typedef enum mm_code {
    MM_OK = 0,
    MM_EGATE = 1,   /* a gate in the policy was tripped */
    MM_EUSAGE = 2,  /* options, policy, or expression */
    MM_EBAD = 3,    /* a record or an input is damaged */
    MM_ESYS = 4,    /* I/O, memory, the operating system */
} mm_code;

/** An error as a value: zero-initialise, pass down, look at on -1 or NULL. `text` says
 *  place, what, and what to do where that helps; no newline, never longer than fits. */
typedef struct mm_err {
    mm_code code;
    char text[480];
} mm_err;

/** Fill e (which may be NULL) and return -1. An earlier error in e is overwritten.
 *  Bytes outside printable UTF-8 are shown as \xNN, so that a hostile name can not
 *  disturb a terminal. */
int mm_fail(mm_err *e, mm_code code, const char *fmt, ...) MM_PRINTF(3, 4);
/** As mm_fail with MM_ESYS, closing with ": " and the text of errno. */
int mm_fail_errno(mm_err *e, const char *fmt, ...) MM_PRINTF(2, 3);
/** Put "PLACE: " in front of the text of e; returns -1. */
int mm_fail_at(mm_err *e, const char *fmt, ...) MM_PRINTF(2, 3);

/* ---- the decode core -------------------------------------------------------- */

/** Shapes that personal data has, each told by a few neighbouring bytes. A hint stands on the last
 *  byte of its shape, counts for nothing by itself, and is there wherever such data is. "Word"
 *  bytes are letters, digits and _; separators are blank, - . / ( ) and bytes >= 0x80. */
typedef enum mm_pii_kind {
    MM_PII_AT,       /* @ */
    MM_PII_NUMBER,   /* 7th byte of a run of digits, and separators at most 3 bytes behind a digit */
    MM_PII_QUAD,     /* digit behind the third dot between digits, dots 2 to 4 apart */
    MM_PII_HEX,      /* "::"; hex digit behind the third colon between hex digits 2 to 5 apart, behind the
                        third dash 3 apart, behind the second dot 5 apart */
    MM_PII_IBAN,     /* two letters and two digits, no word byte before but that of an escape */
    MM_PII_TOKEN,    /* 16th byte of a run of word bytes and - */
    MM_PII_EQUALS,   /* = behind a word byte */
    MM_PII_YEAR,     /* 4th digit behind a blank; 5th behind a quote or colon; byte >= 0x80 behind four digits behind none of: word byte - / . : */
    MM_PII_PAIR,     /* digit or - behind three digits, or two behind a dot, and a comma, a blank, or both; digit behind these
                        and one byte more */
    MM_PII_DEGREE,   /* two bytes >= 0x80 behind a digit */
    MM_PII_NAME,     /* capital behind a blank, a byte < 0x20, or the letter of an escape */
    MM_PII_HOUSE,    /* digit behind a blank behind a letter, comma, dot or byte >= 0x80; letter or byte >= 0x80
                        behind a blank behind a digit, which a comma or letter may divide from it */
    MM_PII_CODE,     /* letters and digits mixed as in codes (lib/simd/pii.h), not behind a TOKEN hint */
    MM_PII_DASHES,   /* 5th of a run of - */
    MM_PII_MEMBER,   /* "mm" with its quotes */
    MM_PII_ESCAPE,   /* behind a backslash, any byte but one of " \\ / b f n r t; / behind a digit, as in a date */
    MM_PII_STRANGE,  /* what may read otherwise than it stands: % & or a byte of 0xc2 or from 0xc4 on; behind =, a byte < 0x20, a
                        backslash, or the second of two hexadecimal digits with a letter among them */
    MM_PII_CONTROL,  /* byte < 0x20 */
    MM_PII_KINDS
} mm_pii_kind;

/** The hints in eight blocks of 64 bytes. hint[k][b]: bit i stands for byte i of block b; kinds[b]: bit k is set where
 *  hint[k][b] has any. Where kinds is 0 hint need not be written. */
typedef struct mm_pii_group {
    uint64_t kinds[8];
    uint64_t hint[MM_PII_KINDS][8];
} mm_pii_group;

/** What pii_hints carries from block to block; private. */
typedef struct mm_pii_state {
    uint64_t before[22];
} mm_pii_state;

/** Output bits of json_index: a position is either a structural character outside
 *  strings ({ } [ ] : ,), the first character of a number or literal, or an opening
 *  quote. Positions rise; each is an offset into the text. */
typedef struct mm_json_state {
    uint64_t in_string;   /* all ones inside a string at the block border, else 0 */
    uint64_t odd_escape;  /* 1 when the block ended in an unfinished escape */
    uint64_t scalar;      /* 1 when the block ended inside a number or literal */
} mm_json_state;

/** Sums over bytes of luma; a picture may come in pieces, added to the same sums. */
typedef struct mm_luma_sums {
    uint64_t n, sum, squares;
    uint64_t low, high;  /* how many are at most MM_LUMA_LOW, at least MM_LUMA_HIGH */
} mm_luma_sums;
/** The luma (0 to 255) up to which a pixel counts as low, and from which on as high. */
enum { MM_LUMA_LOW = 2, MM_LUMA_HIGH = 253 };

/** Sums over pixels of the opponent colours red - green and red + green - 2 * blue. */
typedef struct mm_color_sums {
    uint64_t n;
    int64_t rg, yb;
    uint64_t rg_squares, yb_squares;
} mm_color_sums;

/** The level of sound, over all channels; full scale is 1. */
typedef struct mm_pcm_level {
    uint64_t n;         /* samples */
    double sum, squares;
    float peak;         /* the largest, without its sign */
    uint64_t clipped;   /* samples of 32767/32768 or more, without their sign */
} mm_pcm_level;

/** One instruction set's kernels. Every member agrees with the scalar one on every
 *  input. None reads outside [p, p + n). Thread-safe. */
typedef struct mm_kernels {
    const char *name;  /* "scalar", "avx2", "avx512", "neon" */

    /** Structural index of n <= 4 GiB bytes of JSON. Writes at most n positions into
     *  out (the caller provides n + 64 of room) and returns how many. st carries strings
     *  and escapes over calls; zero it first. Bytes < 0x20 inside strings are not
     *  judged here. */
    size_t (*json_index)(const char *p, size_t n, uint32_t *out, mm_json_state *st);

    /** Length of the run from p that a JSON string may hold as it is: up to the first quote,
     *  backslash or byte < 0x20, or n. */
    size_t (*json_plain)(const char *p, size_t n);

    /** Length of the object or array that begins at p, closing bracket included; 0 when the
     *  text ends before it. Brackets are counted, not matched in kind. */
    size_t (*json_skip)(const char *p, size_t n);

    /** Find members of the object that begins at p (a '{'; n goes on to the end of the text),
     *  depth one, by keys whose bytes must stand in the text as they are. value[i] receives the
     *  offset behind the colon of the first member called keys[i], or 0. Returns 0 once all
     *  are found; else the offset behind the closing brace; -1 when the text ends before it;
     *  -2 when a key with a \u escape came first: then only a walk can tell. */
    ptrdiff_t (*json_members)(const char *p, size_t n, const mm_str *keys, size_t nkeys, size_t *value);

    /** Offset of the first byte that does not belong to well-formed UTF-8 (RFC 3629: no
     *  surrogates, no overlong forms, at most U+10FFFF), or n when all is well. */
    size_t (*utf8_check)(const char *p, size_t n);

    /** Offsets of every '\n', at most `room` of them; returns how many. When it returns
     *  `room`, continue behind the last. */
    size_t (*newlines)(const char *p, size_t n, uint32_t *out, size_t room);

    /** Offsets of every byte that is `delimiter`, a double quote or '\n': what divides CSV. Writes at most n
     *  into out (the caller provides n + 64 of room) and returns how many; n <= 4 GiB. */
    size_t (*csv_marks)(const char *p, size_t n, char delimiter, uint32_t *out);

    /** Offsets of every byte that is `delimiter` (no quote) or '\n' and stands outside double quotes: the ends of the
     *  fields of CSV whose quotes are balanced. *inside is 0 at first, all ones where a quote is open at the end; it
     *  carries over calls. Room and limit as for csv_marks. */
    size_t (*csv_ends)(const char *p, size_t n, char delimiter, uint64_t *inside, uint32_t *out);

    /** Standard base64 with padding (RFC 4648 section 4) into out, which has room for
     *  (n + 2) / 3 * 4 bytes; returns that length. */
    size_t (*base64_encode)(const char *p, size_t n, char *out);

    /** The inverse, strict: padding required, no white space, unused bits zero. out has
     *  room for n / 4 * 3 bytes. Returns the length, or -1 - (offset of the first bad
     *  byte) on malformed input. */
    ptrdiff_t (*base64_decode)(const char *p, size_t n, char *out);

    /** Hints of personal data. Writes to out, which has room for (n + 511) / 512 groups, the hints of every 512 bytes,
     *  and returns the kinds there are, a bit each; and, unless they are NULL, for every block to quotes where a quote
     *  stands that no backslash takes the meaning from, and to marks, which has room for the blocks of all these groups, where
     *  there are hints of the kinds up to DASHES. A longer text may come in pieces, all but the last a
     *  multiple of 64 bytes, with the same st, which is zero at first; offsets are in the piece. */
    uint64_t (*pii_hints)(const char *p, size_t n, mm_pii_state *st, mm_pii_group *out, uint64_t *quotes,
                          uint64_t *marks);

    /** Lower least[j] to the least of (a[j] * x[i] + b[j]) mod 2^32 over i, for each j < k; k is a multiple
     *  of 16. What MinHash does for every shingle. */
    void (*least_hashes)(const uint32_t *x, size_t n, const uint32_t *a, const uint32_t *b, uint32_t *least, size_t k);

    /** The luma of n pixels of packed 8-bit red, green, blue, into out, a byte each:
     *  (77 R + 150 G + 29 B + 128) / 256, the weights of ITU-R BT.601 in 256ths. */
    void (*rgb_luma)(const uint8_t *rgb, size_t n, uint8_t *out);

    /** Add n bytes of luma to the sums. */
    void (*luma_sums)(const uint8_t *luma, size_t n, mm_luma_sums *sums);

    /** Add n pixels of packed RGB to the sums. */
    void (*color_sums)(const uint8_t *rgb, size_t n, mm_color_sums *sums);

    /** Sound to float: n samples of int16_t, int32_t or float, which need no alignment, to out, which
     *  may be `in` where samples are as long; their level is added to l. Full scale becomes 1; a float that is
     *  not finite becomes 0. */
    void (*pcm_s16)(const void *in, size_t n, float *out, mm_pcm_level *l);
    /** As pcm_s16. */
    void (*pcm_s32)(const void *in, size_t n, float *out, mm_pcm_level *l);
    /** As pcm_s16. */
    void (*pcm_f32)(const void *in, size_t n, float *out, mm_pcm_level *l);
} mm_kernels;

/** The kernels for this processor, chosen on first call; MM_SIMD=scalar|avx2|avx512|neon
 *  forces a set. Never NULL: a name that is unknown or that this processor can not run
 *  gives scalar (mm_simd_named tells). */
const mm_kernels *mm_simd(void);
/** The kernels of that name, or NULL when this build or processor has none. */
const mm_kernels *mm_simd_named(const char *name);

/* ---- JSON ------------------------------------------------------------------- */

/** The types of RFC 8259, section 3; true and false are two. */
typedef enum mm_json_type {
    MM_JSON_NULL, MM_JSON_FALSE, MM_JSON_TRUE, MM_JSON_NUMBER,
    MM_JSON_STRING, MM_JSON_ARRAY, MM_JSON_OBJECT,
} mm_json_type;

/** A value inside a text: its bytes as they stand there (a string with its quotes). */
typedef struct mm_value {
    mm_str raw;
    mm_json_type type;
} mm_value;

/** A compiled path such as a.b[0].c or "odd key".x; names hold any UTF-8 text, in quotes
 *  (JSON string rules) where they hold one of . [ ] " or a blank. Immutable: may be used
 *  by many threads. */
typedef struct mm_path mm_path;
/** NULL and MM_EUSAGE (with the column) when text is no path. Owned: mm_path_free. */
mm_path *mm_path_new(mm_str text, mm_err *e);
/** Free a path; NULL is taken. */
void mm_path_free(mm_path *p);

/** Find the value at path in one JSON text, without building a tree. Of duplicate keys
 *  the first counts. Keys are compared after unescaping.
 *  Returns 1 and fills out (borrowing from text), 0 when there is no such field, -1 when
 *  the text is visibly malformed on the way there (use mm_json_check to know all). */
int mm_json_find(mm_str text, const mm_path *path, mm_value *out);

/** Find several paths in one pass, much faster than one by one. out[i].raw.p is NULL where
 *  there is no such field. 0, or -1 when the text is visibly malformed on the way to any. */
int mm_json_find_many(mm_str text, const mm_path *const *paths, size_t n, mm_value *out);

/** A walk over the members of an object or the elements of an array, depth one.
 *  mm_json_iter it = mm_json_each(v); while ((r = mm_json_next(&it)) == 1) ... it.key, it.value */
typedef struct mm_json_iter {
    mm_str key;       /* object: the key's raw bytes without quotes; array: empty */
    mm_value value;
    size_t index;     /* of this member or element, from 0 */
    const char *pos, *end;  /* private */
    int state;              /* private */
} mm_json_iter;
/** Begin a walk of v, which is borrowed. A value that is neither object nor array has no members. */
mm_json_iter mm_json_each(mm_value v);
/** 1: it.key and it.value are set; 0: end; -1: malformed. */
int mm_json_next(mm_json_iter *it);

/** Is text one JSON text by RFC 8259, UTF-8 included? 0, or -1 and MM_EBAD with the reason;
 *  *at, when not NULL, receives the byte offset (from 0) it speaks of, which the text leaves
 *  out. max_depth limits nesting (0: 1024, at most 65536). A lone surrogate escape is refused. */
int mm_json_check(mm_str text, unsigned max_depth, size_t *at, mm_err *e);

/** Like mm_json_check for one NDJSON line that must be an object (surrounding blanks and
 *  a closing \r allowed). */
int mm_json_check_record(mm_str line, size_t *at, mm_err *e);
/** As mm_json_check_record for a header that a reader gave out, which is known to be UTF-8. */
int mm_json_check_head(mm_str head, size_t *at, mm_err *e);

/** The text of a string value (raw, with quotes). Borrowed from raw when it holds no
 *  escape, else unescaped into scratch (replacing its content). A lone surrogate becomes
 *  U+FFFD. */
mm_str mm_json_text(mm_str raw, mm_buf *scratch);
/** The value of a number, the nearest double to it: 0, or -1 when raw is no JSON number. */
int mm_json_double(mm_str raw, double *out);
/** The value of a number spelled without fraction or exponent: 0, or -1 when raw is no such number or
 *  does not fit. */
int mm_json_int(mm_str raw, int64_t *out);

/** Append s as a JSON string with quotes. Invalid UTF-8 is written as U+FFFD; control
 *  characters, quote and backslash are escaped, nothing else. */
void mm_json_put(mm_buf *b, mm_str s);
/** Append a double: shortest form that reads back the same; NaN and infinities as null.
 *  Independent of the locale. */
void mm_json_put_double(mm_buf *b, double v);

/** Edits to one text, gathered and then applied in one pass over the original bytes. */
typedef struct mm_edits mm_edits;
/** Edits, with no text yet: mm_edits_begin. NULL when memory ran out. Owned: mm_edits_free. */
mm_edits *mm_edits_new(void);
/** Free edits, not their text; NULL is taken. */
void mm_edits_free(mm_edits *ed);
/** Forget all edits and begin on this text, which must outlive them. */
void mm_edits_begin(mm_edits *ed, mm_str text);
/** How many edits wait to be applied; 0: the text stays as it is. */
size_t mm_edits_count(const mm_edits *ed);
/** Replace bytes [from, to) by `with`, which is copied. Edits may come in any order but
 *  may not overlap: -1 when they do or when a range is outside the text. */
int mm_edits_replace(mm_edits *ed, size_t from, size_t to, mm_str with);
/** Set the value at path to `raw` (JSON, copied), adding members on the way where they are
 *  missing (never elements of arrays). Later sets see earlier ones: setting mm.a and then mm.b
 *  in a text without mm gives one mm. -1: malformed text or the way leads through a
 *  scalar. */
int mm_edits_set(mm_edits *ed, const mm_path *path, mm_str raw, mm_err *e);
/** Append `raw` (JSON, copied) to the array at path; the array, and members on the way, are made
 *  where they are missing. -1: malformed text, the way leads through a scalar, or what is at path
 *  is no array. */
int mm_edits_append(mm_edits *ed, const mm_path *path, mm_str raw, mm_err *e);
/** Remove the member at path with its key and one comma; 1 when it was there, 0 when not. */
int mm_edits_remove(mm_edits *ed, const mm_path *path, mm_err *e);
/** Append the edited text to out. */
void mm_edits_apply(mm_edits *ed, mm_buf *out);

/* ---- records ---------------------------------------------------------------- */

/** The encodings of records (mm-record.5). AUTO: told by what is read, chosen by what writes. */
typedef enum mm_form { MM_FORM_AUTO, MM_FORM_NDJSON, MM_FORM_MMR } mm_form;

/** What becomes of a record. */
typedef enum mm_verdict {
    MM_KEEP,  /* write it */
    MM_DROP,  /* left out by a rule */
    MM_BAD,   /* to the dead letters, with a reason */
    MM_HOLD,  /* kept back by order(); last() gives it out again */
} mm_verdict;

/** Bits of mm_rec.changed: the header, the payload is not the one that came in. */
enum { MM_CHANGED_HEAD = 1, MM_CHANGED_PAYLOAD = 2 };

/** One record. Bytes are borrowed from its batch or from the batch's arena. */
typedef struct mm_rec {
    mm_str head;       /* header: one JSON object, no newline around it */
    mm_str payload;    /* .p NULL: the record carries none (it may still have a ref) */
    mm_str raw;        /* the encoded bytes as they came in: for NDJSON the line with its
                          newline, for mmr the whole frame; empty when the record was made
                          here. It stays when the record is changed: a dead letter holds
                          the record as it was */
    mm_form raw_form;
    unsigned changed;    /* MM_CHANGED_ bits; set by mm_rec_set_head, mm_rec_set_payload */
    uint64_t cut;        /* bytes behind raw that were over the limit and are not held */
    const char *source;  /* input name for messages; lives as long as the run */
    uint64_t position;   /* in its input, from 1: line for NDJSON, record for mmr */
    uint64_t number;     /* in the whole run, from 0 */
    mm_verdict verdict;
    const char *reason;  /* for MM_BAD: one line without place; in the arena */
    int64_t bad_byte;    /* offset in the line the reason speaks of, or -1 */
    int route;           /* which output, for tools that have several; 0 otherwise */
    void *extra;         /* the tool's own, in the arena */
} mm_rec;

/** Records that were read together, and the memory behind them. */
typedef struct mm_batch {
    mm_rec *rec;
    size_t n;
    mm_arena *arena;   /* for what a stage makes for records of this batch */
    mm_buf bytes;      /* what was read */
    size_t room;       /* allocated entries of rec */
} mm_batch;
/** An empty batch with its arena; NULL when memory ran out. Owned: mm_batch_free. */
mm_batch *mm_batch_new(void);
/** Free the batch, its records and all they borrow from it; NULL is taken. */
void mm_batch_free(mm_batch *b);
/** Empty it, keeping memory for the next round. */
void mm_batch_reset(mm_batch *b);
/** Add a zeroed record (verdict MM_KEEP, bad_byte -1); NULL when memory ran out. Earlier
 *  pointers into b->rec are invalid. */
mm_rec *mm_batch_add(mm_batch *b);

/** Give the record a new header. The bytes must live in the batch's arena. */
void mm_rec_set_head(mm_rec *r, mm_str head);
/** Give it a new payload (.p NULL takes it away), likewise in the arena. */
void mm_rec_set_payload(mm_rec *r, mm_str payload);
/** Mark it MM_BAD for a formatted reason, kept in the arena. Returns MM_BAD. */
mm_verdict mm_rec_bad(mm_rec *r, mm_arena *a, const char *fmt, ...) MM_PRINTF(3, 4);
/** Mark it MM_BAD because its header was found to be no JSON object, with what is wrong and at which byte. Returns MM_BAD. */
mm_verdict mm_rec_malformed(mm_rec *r, mm_arena *a);

/** 128-bit hash (XXH3-128, seed 0) of n bytes, as 32 lower-case hex digits and a NUL. */
void mm_hash_hex(const void *p, size_t n, char out[33]);

/** How records are read. Zero is a good default everywhere. */
typedef struct mm_read_opts {
    size_t batch;        /* bytes read at once (default 256 KiB) */
    size_t max_record;   /* longest line or frame (default 64 MiB); longer ones are bad */
    bool lines_only;     /* take lines as they are: not checked for UTF-8, NUL or { } */
} mm_read_opts;

/** A source of records. */
typedef struct mm_reader mm_reader;
/** A reader over a list of files in turn; "-" is descriptor 0. Names are borrowed and must
 *  outlive the reader. The form (NDJSON, mmr, either in zstd) is told from the first bytes
 *  of each. NULL and MM_ESYS on failure; a file that can not be opened is told by
 *  mm_reader_next. Owned: mm_reader_close. */
mm_reader *mm_reader_open(const char *const *names, size_t n, const mm_read_opts *o, mm_err *e);
/** Close the inputs and free the reader; NULL is taken. */
void mm_reader_close(mm_reader *r);
/** Fill b (after resetting it) with the next records: 1, or 0 at the end, or -1.
 *  Damaged records are in the batch with verdict MM_BAD. -1 with MM_EBAD: this input can
 *  not be read further (cut short, corrupt zstd, unreadable file), the message names it,
 *  records before that were given out; calling again goes on with the next input (or with
 *  the next stream in this one, when an mmr stream only lacks records). -1 with MM_ESYS:
 *  stop. A dead letter (mm-record.5) is given out as the record it holds. */
int mm_reader_next(mm_reader *r, mm_batch *b, mm_err *e);
/** Make a mm_reader_next that waits for input, and every later one, return 0 as at the end; a record
 *  that was begun is not given out. May be called by any thread and by a signal handler. */
void mm_reader_stop(mm_reader *r);
/** The form of the first input; waits for its first bytes. MM_FORM_NDJSON when empty. */
mm_form mm_reader_form(mm_reader *r, mm_err *e);
/** Go to record `number` (from 0; their count: to the end) of a single mmr input, a plain file or
 *  one in seekable zstd, by its index. 0, or -1 with MM_EBAD when there is no such record or no
 *  index. */
int mm_reader_seek(mm_reader *r, uint64_t number, mm_err *e);
/** Bytes taken from the inputs so far, and their total where known (else 0). */
uint64_t mm_reader_bytes(const mm_reader *r, uint64_t *total);

/** How records are written. */
typedef struct mm_write_opts {
    mm_form form;   /* MM_FORM_AUTO: NDJSON */
    int zstd;       /* level 1..19; 0: plain */
    bool seekable;  /* zstd in independent frames of about 1 MiB with a seek table */
} mm_write_opts;

/** A sink of records. */
typedef struct mm_writer mm_writer;
/** A writer to fd, which is borrowed; `name` is for messages and borrowed. NULL on failure. Owned:
 *  mm_writer_free. */
mm_writer *mm_writer_open(int fd, const char *name, const mm_write_opts *o, mm_err *e);
/** Write the records of b that are MM_KEEP and have this route (-1: any). Bytes that did not
 *  change are sent as they came in. 0 or -1, and then every later call fails likewise when writing did;
 *  MM_EBAD: a header that is no JSON can not take its payload to NDJSON. EPIPE gives MM_ESYS
 *  with errno left at EPIPE. */
int mm_writer_batch(mm_writer *w, const mm_batch *b, int route, mm_err *e);
/** Write one record, whatever its verdict; fails as mm_writer_batch. */
int mm_writer_record(mm_writer *w, const mm_rec *r, mm_err *e);
/** Write r as a dead letter (mm-record.5): the record whole, with tool and reason. Fails as
 *  mm_writer_batch. */
int mm_writer_dead(mm_writer *w, const mm_rec *r, const char *tool, mm_err *e);
/** Send what is buffered; fails as mm_writer_batch. */
int mm_writer_flush(mm_writer *w, mm_err *e);
/** Write index, end frame and seek table and flush. Without it an mmr stream is known
 *  to be cut short. Does not close the descriptor. */
int mm_writer_end(mm_writer *w, mm_err *e);
/** Free the writer; what was not flushed is lost. Does not close the descriptor; NULL is taken. */
void mm_writer_free(mm_writer *w);
/** Records written so far. */
uint64_t mm_writer_records(const mm_writer *w);
/** Bytes sent to the descriptor so far, after compression. */
uint64_t mm_writer_bytes(const mm_writer *w);

/** Where refs may lead: beneath the working directory and each root given. */
typedef struct mm_roots mm_roots;
/** Open the working directory and n folders. NULL, MM_EUSAGE or MM_ESYS naming the folder that can not be
 *  opened. Immutable: may be used by many threads. Owned: mm_roots_free. */
mm_roots *mm_roots_new(const char *const *dirs, size_t n, mm_err *e);
/** Free the roots; NULL is taken. */
void mm_roots_free(mm_roots *r);
/** The payload of a record: its own, decoded from mm.data, or read through mm.ref (in the
 *  arena). 1 with out set, 0 when the record has none, -1 (MM_EBAD, reason without place)
 *  when the ref is outside the roots, vanished, of another size or hash than the header
 *  says, or mm.data is not base64. Thread-safe on the same roots. */
int mm_payload(const mm_rec *r, const mm_roots *roots, mm_arena *a, mm_str *out, mm_err *e);

/* ---- running ---------------------------------------------------------------- */

/** What a filter does. work() runs on many threads, order() on one, in record order. */
typedef struct mm_stage {
    /** A worker's own state; called once a worker. NULL state is fine when open is NULL;
     *  otherwise NULL means failure. */
    void *(*open)(void *tool, int worker, mm_err *e);
    /** Free a worker's state; called once a worker, may be NULL. */
    void (*close)(void *state);
    /** Decide on one record: change head or payload through mm_rec_set_*, and return the
     *  verdict (MM_BAD through mm_rec_bad). May be NULL. */
    mm_verdict (*work)(void *tool, void *state, mm_rec *r, mm_arena *a);
    /** In order, after work, before writing; for state that spans records (--head, exact
     *  duplicates). Only records still MM_KEEP come here. May be NULL. Setting *stop
     *  ends the run after this record as if input had ended. */
    mm_verdict (*order)(void *tool, mm_rec *r, mm_arena *a, bool *stop);
    /** In order, once the verdict of a record is settled and before it is written, whatever it is but MM_HOLD: for
     *  what a run must tell of each. 0; or -1, which ends the run: neither this record nor one behind it is
     *  written. Records that last() gives out are not shown. May be NULL. */
    int (*note)(void *tool, const mm_rec *r, mm_err *e);
    /** Write a batch, in order, instead of the default writer; 0 or -1. May be NULL. */
    int (*write)(void *tool, const mm_batch *b, mm_err *e);
    /** Called in order when input has ended or order() stopped the run, until it returns 0; not after
     *  a failure or an interruption. Fills the batch with records that order() held back, one for each
     *  MM_HOLD in the end, with the verdict they get at last; a tool that writes itself finishes
     *  its files where it returns 0. 1, 0, or -1. May be NULL. */
    int (*last)(void *tool, mm_batch *b, mm_err *e);
    /** Make records instead of reading them: as mm_reader_next. May be NULL. Records it
     *  adds need number filled by nobody: mm_run does. */
    int (*source)(void *tool, mm_batch *b, mm_err *e);
    /** Called once at the end, whatever it was, when no other thread is left: for what a source holds that
     *  must go before the run's accounts are closed (workers of a jail). May be NULL. */
    void (*end)(void *tool);
    /** The tool's own: the first argument of most of the above. Borrowed. */
    void *tool;
} mm_stage;

/** Sums of a run: in = out + dropped + bad. */
typedef struct mm_totals {
    uint64_t in, out, dropped, bad;
    uint64_t bytes_in, bytes_out;
    uint64_t inputs_bad;  /* inputs that could not be read to their end */
    bool interrupted;     /* by SIGINT or SIGTERM */
    bool closed;          /* the output's reader went away */
} mm_totals;

/** Called for each bad record, and with r NULL for each bad input (e tells), in order,
 *  on one thread. A return of -1 stops the run. */
typedef int (*mm_on_bad)(void *ctx, const mm_rec *r, const mm_err *e);

/** How a stage runs; all it points to is borrowed for the run. */
typedef struct mm_run_opts {
    int workers;        /* 0: online processors; 1: no threads at all */
    mm_reader *reader;  /* NULL when the stage has a source */
    mm_writer *writer;  /* NULL when the stage writes itself; several routes likewise */
    mm_on_bad on_bad;
    void *on_bad_ctx;
    void (*progress)(void *ctx, const mm_totals *so_far);  /* at most 10 times a second; may be NULL */
    void *progress_ctx;
    const volatile int *stop;  /* when it turns non-zero, finish what was read and end; may be NULL */
} mm_run_opts;

/** Run stage over all records. 0, or -1 with the error that stopped it; *t is filled in
 *  both cases. The writer is flushed but not ended. */
int mm_run(const mm_stage *s, const mm_run_opts *o, mm_totals *t, mm_err *e);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
