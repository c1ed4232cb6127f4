/* pieces.h - payloads behind refs: opened, and proved to be what the header speaks of before any
 * of the record is written.
 *
 * Small ones are read once and held; long ones are read to prove them and read again when they are
 * written, so that memory does not grow with them.
 */
#ifndef MM_STORE_PIECES_H
#define MM_STORE_PIECES_H

#include "plan.h"
#include "record/payload.h"

typedef struct st_pieces st_pieces;
st_pieces *st_pieces_new(const mm_roots *roots, mm_err *e);
void st_pieces_free(st_pieces *p);

/** Open what is behind refs among the pieces of x. Those that are held have their bytes set, until the
 *  next call; with `all_held` none is left to be streamed, and one longer than `limit` is refused.
 *  -1 with MM_EBAD and the reason without place. */
int st_pieces_open(st_pieces *p, st_plan *x, bool all_held, uint64_t limit, mm_err *e);
/** Bytes of piece i of the plan that was opened last. */
uint64_t st_piece_size(const st_pieces *p, const st_plan *x, size_t i);
/** Read the next bytes of a piece that is not held, from its start on: how many, 0 at the end, -1
 *  (MM_ESYS) when they are no longer those that were proved. */
ssize_t st_piece_read(st_pieces *p, size_t i, const char **bytes, mm_err *e);

#endif
