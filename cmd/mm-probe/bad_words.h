/* bad_words.h - a list of words and phrases that a text should not hold (--bad-words).
 *
 * A line of the file is a word or a phrase; empty lines and those that begin with # are passed over. Words are compared as fold.h has
 * them: letters of Latin, Greek and Cyrillic in lower case, whatever stands between words; a character each in scripts without
 * blanks. So a word is found whole, never inside another.
 */
#ifndef MM_PROBE_BAD_WORDS_H
#define MM_PROBE_BAD_WORDS_H

#include "mm.h"

typedef struct bad_words bad_words;
/** NULL and MM_EUSAGE: the file can not be read, holds no word, or a phrase of more than BAD_WORDS_LONGEST words. */
enum { BAD_WORDS_LONGEST = 16 };
bad_words *bad_words_open(const char *file, mm_err *e);
void bad_words_free(bad_words *b);
/** How many times words and phrases of the list are in the text; one that holds another counts for both. */
uint64_t bad_words_in(const bad_words *b, mm_str text);

#endif
