/* ask.h - asking a confined worker about a payload, for the probers of media. */
#ifndef MM_PROBE_ASK_H
#define MM_PROBE_ASK_H

#include "answer.h"
#include "subject.h"

/** The answer of an operation of lib/media: 1 with *out set; 0 when the payload was refused, and a warning says why; -1 when
 *  the record is bad. */
int ask_worker(subject *s, answer *a, const char *op, mm_str args, mm_str *out, mm_err *e);
/** The same for an answer that several probers share, which *state remembers: 2 when it was had before. */
int ask_worker_once(subject *s, answer *a, ask_state *state, const char *op, mm_str args, mm_str *out, mm_err *e);
/** What lib/media found amiss. */
void warn_all(answer *a, const mm_media_warnings *w);

#endif
