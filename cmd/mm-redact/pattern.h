/* pattern.h - many regular expressions at once: which may match is told by hyperscan in one pass over the bytes, where
 * they do by PCRE2, whose language they are written in (pcre2pattern(3)). Without hyperscan each is tried in turn.
 */
#ifndef MM_REDACT_PATTERN_H
#define MM_REDACT_PATTERN_H

#include "mm.h"

/** One to compile; text is NUL-terminated and borrowed for the call. */
typedef struct pattern_text {
    mm_str text;
    bool fold;   /* in any case */
} pattern_text;

typedef struct pattern_set pattern_set;
/** Compile n of them. NULL: *wrong is the index of the one e->text speaks of, or n. A pattern that matches an empty text is
 *  wrong. Immutable once made. Owned: pattern_set_free. */
pattern_set *pattern_set_new(const pattern_text *v, size_t n, size_t *wrong, mm_err *e);
/** NULL is taken. */
void pattern_set_free(pattern_set *s);

/** What one thread needs to scan. */
typedef struct pattern_scan pattern_scan;
/** NULL when memory ran out. The set must outlive it. Owned: pattern_scan_free. */
pattern_scan *pattern_scan_new(const pattern_set *s);
/** NULL is taken. */
void pattern_scan_free(pattern_scan *p);
/** May one match in a string or number of this JSON text, whose escapes are undone? No is certain. */
bool pattern_scan_glance(pattern_scan *p, mm_str json);
/** Who is told of each match: bytes [from, to) of the group called `value`, or of the whole. */
typedef void pattern_hit(void *ctx, size_t index, size_t from, size_t to);
/** Find all matches of all patterns; of one pattern they do not overlap. -1: one took more steps than are allowed, or memory
 *  ran out. */
int pattern_scan_text(pattern_scan *p, mm_str text, pattern_hit *hit, void *ctx);

#endif
