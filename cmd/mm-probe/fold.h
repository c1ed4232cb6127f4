/* fold.h - what a character is to those who compare words: part of one, in lower case, or what stands between. */
#ifndef MM_PROBE_FOLD_H
#define MM_PROBE_FOLD_H

#include <stdbool.h>
#include <stdint.h>

/** No part of a text, between words, a word of its own (of scripts without blanks), in a word. */
typedef enum fold_class { FOLD_NOTHING, FOLD_BETWEEN, FOLD_ALONE, FOLD_LETTER } fold_class;

/** ASCII: FOLD_BETWEEN, else the letter or digit in lower case. */
static inline uint32_t fold_ascii(unsigned char c)
{
    if ((unsigned)(c - 'A') < 26)
        return c | 0x20u;
    return (unsigned)(c - 'a') < 26 || (unsigned)(c - '0') < 10 ? c : FOLD_BETWEEN;
}

/** The class of a character beyond ASCII; *c becomes what it counts as. */
fold_class fold_wide(uint32_t *c);

#endif
