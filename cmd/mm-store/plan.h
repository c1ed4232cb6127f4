/* plan.h - what one record becomes in a shard. Made by the workers, many at once.
 *
 * Nothing here opens a file. All bytes live in the record's batch or in its arena.
 */
#ifndef MM_STORE_PLAN_H
#define MM_STORE_PLAN_H

#include "manifest.h"

/** A file of a sample, or a payload to be put inside a record. */
typedef struct st_piece {
    mm_str ending;       /* KEY.ENDING */
    mm_str bytes;        /* .p NULL: behind a ref */
    mm_str ref;          /* a header whose mm.ref says where */
    int part;            /* index in mm.parts, or -1: the payload */
} st_piece;

typedef struct st_plan {
    mm_str id;           /* mm.id where it can serve as a file name, else empty */
    unsigned char hash[16];  /* XXH3-128 over header and payload as they came in */
    mm_str head;         /* the header as it is stored: without mm.data and mm.ref of what is stored beside it */
    mm_str payload;      /* the record's own, or decoded; .p NULL: none, or behind a ref */
    size_t n;            /* wds: the header among them, in the order of their names; else what is behind refs */
    st_piece piece[];
} st_plan;

typedef struct st_planner st_planner;
st_planner *st_planner_new(const st_settings *s, mm_err *e);
void st_planner_free(st_planner *p);
/** The plan of a record, in the arena; NULL with the reason in e (MM_EBAD) when there is none. */
st_plan *st_plan_make(st_planner *p, const mm_rec *r, mm_arena *a, mm_err *e);

/** The ending of a file of this media type ("jpg"), or NULL for one that is not known. */
const char *st_ending_of(mm_str type);

#endif
