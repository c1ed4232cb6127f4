/* reveal.h - tokens turned back into what they stand for (--reveal). All of a record's tokens open, or it is bad. */
#ifndef MM_REDACT_REVEAL_H
#define MM_REDACT_REVEAL_H

#include "plan.h"

/** What all workers share; borrowed. */
typedef struct revealer {
    const plan *plan;       /* its keys */
    media_policy media;     /* by revealer_init: payloads are looked into for their texts alone */
    const mm_roots *roots;
    mm_jail *jail;
    mm_str via;
    mm_path *count_path, *via_path;
    _Atomic uint64_t tokens, records;
} revealer;

int revealer_init(revealer *r, mm_err *e);
void revealer_free(revealer *r);

/** The functions of an mm_stage whose tool is a revealer. */
void *reveal_open(void *tool, int worker, mm_err *e);
void reveal_close(void *state);
mm_verdict reveal_work(void *tool, void *state, mm_rec *r, mm_arena *a);

#endif
