/* gallery.h - --gallery: a contact sheet of the records as one HTML file, besides the records.
 *
 * Workers make a card a record, with pictures decoded and scaled in the jail; the thread that delivers writes the cards
 * in record order. Nothing is held but the batches in flight.
 */
#ifndef MM_PROBE_GALLERY_H
#define MM_PROBE_GALLERY_H

#include "answer.h"
#include "base/file.h"
#include "subject.h"

typedef struct gallery {
    mm_outfile file;
    mm_buf text;
    uint64_t cards;
} gallery;

/** Begin a file, which appears under its name in gallery_end. Zero-initialise g, with file.fd -1. */
int gallery_begin(gallery *g, const char *name, mm_err *e);
/** The card of a record, HTML in the arena; NULL when memory ran out. Used by many threads. */
const mm_str *gallery_card(subject *s, const answer *a, mm_str name, mm_arena *arena);
int gallery_add(gallery *g, const mm_str *card, mm_err *e);
/** End it; leaves what stood under the name before when `whole` is false. */
int gallery_end(gallery *g, bool whole, mm_err *e);

#endif
