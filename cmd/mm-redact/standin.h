/* standin.h - names and codes of nobody, drawn from a digest: the same digest, the same stand-in. */
#ifndef MM_REDACT_STANDIN_H
#define MM_REDACT_STANDIN_H

#include "mm.h"

/** Numbers drawn from 32 digest bytes, about 2^240 of them in all before they repeat. */
typedef struct draw {
    unsigned __int128 pool[2];
    int at;
} draw;
draw draw_of(const unsigned char digest[32]);
/** One of 0 .. n - 1. */
unsigned draw_below(draw *d, unsigned n);

/** Append a first and a last name made of syllables, one of 2^36; with a dot between, in small letters, for addresses. */
void standin_name(draw *d, bool address, mm_buf *out);
/** Append three words of five letters, consonants and vowels in turn (proquints, Wilkerson 2009): 48 bits. */
void standin_code(draw *d, mm_buf *out);

#endif
