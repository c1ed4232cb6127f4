/* deep.h - finding in one text what stands there, and what it hides: in look-alikes, behind unseen characters, in
 * escapes of URLs, HTML and mail, in base64, and in one within another.
 */
#ifndef MM_REDACT_DEEP_H
#define MM_REDACT_DEEP_H

#include "detect.h"

typedef struct deep deep;
/** NULL when memory ran out. Owned: deep_free. */
deep *deep_new(void);
/** NULL is taken. */
void deep_free(deep *d);
/** Call the detectors in `on` on the text and on what it hides. Findings are in bytes of the text as it stands; what is
 *  in base64 covers the whole of it. */
void detect_deep(deep *d, const subject *s, const detector_set *on, findings *out);

#endif
