/* fold.h - what a character is to those who compare words: part of one, in lower case, or what stands between. */
#ifndef MM_TEXT_FOLD_H
#define MM_TEXT_FOLD_H

#include <stdbool.h>
#include <stdint.h>

/** No part of a text, between words, a word of its own (of scripts without blanks), in a word. */
typedef enum mm_fold_class { MM_FOLD_NOTHING, MM_FOLD_BETWEEN, MM_FOLD_ALONE, MM_FOLD_LETTER } mm_fold_class;

/** ASCII: MM_FOLD_BETWEEN, else the letter or digit in lower case. */
static inline uint32_t mm_fold_ascii(unsigned char c)
{
    if ((unsigned)(c - 'A') < 26)
        return c | 0x20u;
    return (unsigned)(c - 'a') < 26 || (unsigned)(c - '0') < 10 ? c : MM_FOLD_BETWEEN;
}

/** The class of a character beyond ASCII; *c becomes what it counts as. */
mm_fold_class mm_fold_wide(uint32_t *c);

#endif
