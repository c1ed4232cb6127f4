/* av.h - the one look into a container that the facts on sound and on video share. */
#ifndef MM_PROBE_AV_H
#define MM_PROBE_AV_H

#include "answer.h"
#include "subject.h"

/** The facts lib/media has on an audio or video payload, looked up once a record. 1 with *f set; 0 when the
 *  payload was refused (a warning says why); -1 when the record is bad. */
int av_facts(subject *s, answer *a, const mm_av_facts **f, mm_err *e);

#endif
