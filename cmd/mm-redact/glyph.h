/* glyph.h - what a character reads as: digits of all scripts, letters that look like Latin ones, blanks, dashes, and
 * what can not be seen. Sources: the Unicode Character Database (General_Category Nd, Zs, Pd, Mn;
 * Default_Ignorable_Code_Point) and the confusables of UTS #39.
 */
#ifndef MM_REDACT_GLYPH_H
#define MM_REDACT_GLYPH_H

#include "mm.h"

enum {
    GLYPH_SAME = -1,    /* reads as itself */
    GLYPH_ALIKE = 256,  /* or-ed to the ASCII letter that a Cyrillic or Greek one looks like */
};

/** The ASCII byte that the character reads as, 0 for one that is not seen, or GLYPH_SAME. */
int glyph_reads(uint32_t c);
/** The character at p, of n > 0 bytes; *len is how many it takes. Of bytes that are no UTF-8 each is a character of
 *  ISO 8859-1. */
uint32_t glyph_at(const char *p, size_t n, size_t *len);

#endif
