/* text.h - the text of a subject, piece by piece, as UTF-8. */
#ifndef MM_PROBE_TEXT_H
#define MM_PROBE_TEXT_H

#include "charset/charset.h"
#include "subject.h"

typedef struct text_walk {
    subject *s;
    uint64_t at;           /* in the payload */
    bool begun, ended;
    char encoding[32];     /* of the payload: its name by lib/charset, in lower case */
    mm_charset_decoder decoder;
    bool converts;         /* the bytes are no UTF-8 */
    size_t mark;           /* bytes of the byte order mark */
    mm_buf utf8;           /* what it made */
    uint64_t broken;       /* bytes that are no text in that encoding */
} text_walk;

void text_begin(text_walk *w, subject *s);
/** The next piece: 1, 0 at the end, -1. A piece ends behind a line where it holds a line's end, and never within a
 *  character; what is no UTF-8 in it counts as U+FFFD. Valid until the next. */
int text_next(text_walk *w, mm_str *piece, mm_err *e);
void text_end(text_walk *w);

#endif
