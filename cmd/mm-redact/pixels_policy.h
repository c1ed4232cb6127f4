/* pixels_policy.h - what a policy says of pictures (section redact.image). */
#ifndef MM_REDACT_PIXELS_POLICY_H
#define MM_REDACT_PIXELS_POLICY_H

#include "govern/policy.h"

enum { PIXELS_KEEP = -1, PIXELS_AS_IMAGE = -2 };  /* else an mm_paint_how */

typedef struct pixels_policy {
    int faces, text, codes;
    double padding;          /* how much larger a box is made on each side, as a share of its shorter one */
    bool reuse;              /* what mm-probe found is not looked for again */
    const char *languages;   /* of OCR; NULL: English */
    bool named;              /* the policy speaks of words */
    int64_t every_ns;        /* films: time between pictures that are looked at */
} pixels_policy;

pixels_policy pixels_policy_default(void);
/** Read the map at n, or `keep` for all of it; NULL leaves *p as it is. -1: MM_EUSAGE with place. */
int pixels_policy_read(const mm_doc *d, const mm_node *n, pixels_policy *p, mm_err *e);
/** Of the pictures of films: the keys of section redact.video that are theirs. What is not said is PIXELS_AS_IMAGE. */
pixels_policy pixels_policy_film(void);
int pixels_policy_read_film(const mm_doc *d, const mm_node *n, pixels_policy *p, mm_err *e);
/** Let the image's say what was not said. */
void pixels_policy_settle(pixels_policy *film, const pixels_policy *image);
/** "blur", ... */
const char *pixels_action(int how);

#endif
