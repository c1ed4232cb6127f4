/* review.h - findings that are for people to decide: what they decided is looked up, what they did not is put into the
 * review queue. Until they do, what was found is redacted.
 *
 * A finding is known again by its field (names without indexes), its entity and its value, under a key, wherever it
 * stands and however often.
 */
#ifndef MM_REDACT_REVIEW_H
#define MM_REDACT_REVIEW_H

#include "decisions.h"
#include "plan.h"

/** What people decided about the findings of a text, sorted and without overlaps, whose score leaves it to them: those that
 *  are rejected go, others change. -1: libcrypto failed. */
int review_settle(const plan *p, mm_str text, mm_str field, bool name, findings *f);
/** Append the members of the queue's line for a finding, JSON without its braces, and a newline. `chars`: its place in code
 *  points. -1: as above. */
int review_tell(const plan *p, mm_str text, mm_str field, mm_str path, bool name, const finding *f, const size_t chars[2], mm_buf *out);

#endif
