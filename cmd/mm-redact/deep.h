/* deep.h - finding in one text what stands there, and what it hides: in look-alikes, behind unseen characters, in
 * escapes of URLs, HTML and mail, in base64, and in one within another.
 */
#ifndef MM_REDACT_DEEP_H
#define MM_REDACT_DEEP_H

#include "custom.h"

typedef struct deep deep;
/** What the policy finds of its own may be NULL; it must outlive this. NULL when memory ran out. Owned: deep_free. */
deep *deep_new(const custom *c);
/** NULL is taken. */
void deep_free(deep *d);
/** Call the detectors in `on` on the text and on what it hides. Findings are in bytes of the text as it stands; what is
 *  in base64 covers the whole of it. */
void detect_deep(deep *d, const subject *s, const detector_set *on, findings *out);

/** Is it a value that the policy spares? */
bool deep_spares(deep *d, mm_str value);

#endif
