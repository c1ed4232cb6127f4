/* scan.h - what the files of lib/json share: steps of a cursor over JSON text, and the
 * compiled path.
 *
 * Depends on lib/simd and mm.h. A cursor is a pointer with an end; nothing at or behind the
 * end is ever read. Steps are lenient: they see enough to find their way, and only check.c
 * knows whether a text is right.
 */
#ifndef MM_JSON_SCAN_H
#define MM_JSON_SCAN_H

#include "mm.h"

/** One step of a path: a member by name, or an element by index. */
typedef struct mm_step {
    mm_str key;     /* unescaped; .p NULL for an element */
    size_t index;
    bool verbatim;  /* no text may spell the key other than as it is, but by \u escapes */
} mm_step;

struct mm_path {
    size_t n;
    mm_step step[];
};

static inline bool mm_is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static inline const char *mm_skip_blanks(const char *p, const char *end)
{
    while (p < end && mm_is_blank(*p))
        p++;
    return p;
}

/** Behind the closing quote of the string whose first byte (behind the quote) is at p; NULL
 *  when the text ends before. */
const char *mm_string_end(const char *p, const char *end);

/** The value at p, after blanks. Returns the first byte behind it, or NULL when there is none. */
const char *mm_value_at(const char *p, const char *end, mm_value *out);

/** Decode the escape at p (a backslash) into UTF-8. Returns the bytes written and moves *p
 *  behind it (behind both halves of a surrogate pair); U+FFFD for what is no escape. */
size_t mm_unescape(const char **p, const char *end, char out[4]);

/** Does the raw text of a string, without quotes, spell `want`? */
bool mm_spells(mm_str raw, mm_str want);

/** Where the value one step below the value at p begins: 1, 0 when it is not there, -1. The
 *  text may go on behind the value at p. With 0 *value is the end of the value at p where it
 *  became known on the way, else NULL. */
int mm_step_into(const char *p, const char *end, const mm_step *step, const char **value);

/** Walk the object or array at p, which need not end before `end`. */
mm_json_iter mm_walk(const char *p, const char *end);

#endif
