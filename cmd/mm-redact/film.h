/* film.h - people in the pictures of films: places that are seen in some pictures are carried through those between, so that
 * none is left open, and painted over; then the film is watched again. */
#ifndef MM_REDACT_FILM_H
#define MM_REDACT_FILM_H

#include "pixels.h"

bool film_wanted(const plan *p);
/** *out is `bytes` itself, or lies in a; *removed takes MM_STRIP_ bits of what went with the container. -1: it must not go on. */
int film_redact(pixels *p, const pixels_policy *how, mm_cell *cell, mm_str bytes, const char *where, mm_arena *a, mm_str *out,
                uint32_t *removed, mm_err *e);

#endif
