/* normal.h - a text as it reads: look-alikes, unseen characters and escapes undone, with a map back to the bytes that
 * stand there. Made only for texts that hold such bytes.
 */
#ifndef MM_REDACT_NORMAL_H
#define MM_REDACT_NORMAL_H

#include "mm.h"

/** A copy, and of each of its bytes where what it stands for begins and ends in the text. */
typedef struct normal {
    mm_buf text;
    uint32_t *from, *to;
    size_t room;
    bool failed;    /* memory ran out */
} normal;

void normal_free(normal *n);
/** May a text with these bytes, or one whose JSON string they are, read otherwise than it stands? A glance: no is certain. */
bool normal_glance(mm_str bytes);
/** The same of one place, which a hint of MM_PII_STRANGE stands on: the glance is one at every such place. */
bool normal_begins(mm_str bytes, size_t at);
/** Make the copy of a text of less than 4 GiB; false when it would be the same, or memory ran out. */
bool normal_make(normal *n, mm_str text);

/** The next run of base64 at or behind *from that holds text; false when there is none. *from moves behind the run. */
bool normal_base64(mm_str text, size_t *from, mm_str *run);
/** Does the run of letters of base64 around the byte `at`, where a TOKEN hint stands, hold text? *end receives its end when it
 *  was followed there. */
bool normal_base64_at(mm_str text, size_t at, size_t *end);
/** What it holds, into out (replacing its content). */
void normal_decode(mm_str run, mm_buf *out);

#endif
