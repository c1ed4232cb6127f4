/* custom.h - what the policy finds and spares of its own: regular expressions, word lists, values that are always or never
 * findings. Knows nothing of records.
 */
#ifndef MM_REDACT_CUSTOM_H
#define MM_REDACT_CUSTOM_H

#include "detect.h"
#include "govern/policy.h"
#include "lexicon.h"
#include "pattern.h"

/** Words that raise or lower the score of what they stand near, and by how much. */
typedef struct custom_context {
    lexicon *words;   /* owned; values CONTEXT_RAISES and CONTEXT_LOWERS. NULL: none */
    int by;           /* hundredths */
} custom_context;
enum { CONTEXT_RAISES = 1, CONTEXT_LOWERS = 2 };

/** Read `context` and `unless` (lists of words) and `by` of a map. */
int custom_context_read(const mm_doc *d, const mm_node *n, custom_context *c, mm_err *e);
void custom_context_free(custom_context *c);
/** The score of what stands at [from, to), from 0 to 100. */
int custom_context_score(const custom_context *c, const subject *s, size_t from, size_t to, int score);

typedef struct custom custom;
/** Read patterns, dictionaries, allow and deny of the section `redact`, and make detectors of the entities they name; before any
 *  thread. *out is NULL when there is none of it. Owned: custom_free. */
int custom_read(custom **out, const mm_doc *d, const mm_node *section, mm_err *e);
/** NULL is taken. */
void custom_free(custom *c);

/** What one thread needs. */
typedef struct custom_scan custom_scan;
/** NULL when memory ran out; c must outlive it. Owned: custom_scan_free. */
custom_scan *custom_scan_new(const custom *c);
/** NULL is taken. */
void custom_scan_free(custom_scan *s);
/** May there be a finding in the strings, numbers or names of this JSON text, whose escapes are undone? No is certain. */
bool custom_glance(custom_scan *s, mm_str json);
/** Add what is found in the text. */
void custom_find(custom_scan *s, const subject *of, findings *out);
/** Is the value one that the policy spares? */
bool custom_spares(custom_scan *s, mm_str value);

#endif
