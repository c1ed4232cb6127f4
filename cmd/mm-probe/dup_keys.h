/* dup_keys.h - what a record is compared by; made by the workers. */
#ifndef MM_PROBE_DUP_KEYS_H
#define MM_PROBE_DUP_KEYS_H

#include "dup_audio.h"
#include "dup_image.h"
#include "dup_plan.h"
#include "dup_text.h"
#include "subject.h"

typedef struct dup_keys {
    unsigned has;            /* DUP_ bits */
    uint64_t exact[2];       /* XXH3-128: upper half, lower half */
    dup_text_key text;
    dup_image_key image;
    unsigned image_bits;
    dup_audio_key audio;
    mm_str id;               /* mm.id as JSON; empty where there is none */
} dup_keys;

/** What the header has to say; empty where it says nothing. */
typedef struct dup_header {
    mm_str id;               /* JSON */
    mm_str image, quality;   /* JSON: perceptual hash, how much there is in the picture to tell it by */
    mm_str audio;            /* JSON: acoustic fingerprint */
    bool by_row;             /* the text is but the longest string of a row: compare all its members, and no text */
} dup_header;

/** One a worker. */
typedef struct dup_maker dup_maker;
dup_maker *dup_maker_new(const dup_plan *p, mm_err *e);
void dup_maker_free(dup_maker *m);

/** The keys of r in the arena. NULL: e says why the record is bad. */
const dup_keys *dup_keys_make(dup_maker *m, subject *s, const mm_rec *r, const dup_header *h, mm_arena *a, mm_err *e);

#endif
