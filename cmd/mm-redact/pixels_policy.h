/* pixels_policy.h - what a policy says of pictures (section redact.image). */
#ifndef MM_REDACT_PIXELS_POLICY_H
#define MM_REDACT_PIXELS_POLICY_H

#include "govern/policy.h"

enum { PIXELS_KEEP = -1 };  /* else an mm_paint_how */

typedef struct pixels_policy {
    int faces, text, codes;
    double padding;          /* how much larger a box is made on each side, as a share of its shorter one */
    bool reuse;              /* what mm-probe found is not looked for again */
    const char *languages;   /* of OCR; NULL: English */
    bool named;              /* the policy speaks of words */
} pixels_policy;

pixels_policy pixels_policy_default(void);
/** Read the map at n, or `keep` for all of it; NULL leaves *p as it is. -1: MM_EUSAGE with place. */
int pixels_policy_read(const mm_doc *d, const mm_node *n, pixels_policy *p, mm_err *e);
/** "blur", ... */
const char *pixels_action(int how);

#endif
