/* phrases.h - a list of words and phrases, found whole in texts.
 *
 * Words are compared as fold.h has them: letters of Latin, Greek and Cyrillic in lower case, whatever stands between words; a
 * character each in scripts without blanks. So a word is found whole, never inside another. A file has a phrase a line;
 * empty lines and those that begin with # are passed over. A list with names has on a line a name, a colon and phrases
 * with commas between ("women: she, her, a woman"), or one phrase, which is its own name.
 */
#ifndef MM_TEXT_PHRASES_H
#define MM_TEXT_PHRASES_H

#include "mm.h"

enum { MM_PHRASE_WORDS = 16 };

typedef struct mm_phrases mm_phrases;
/** NULL and MM_EUSAGE: the file can not be read, holds no word, a phrase of more than MM_PHRASE_WORDS words, or with names
 *  one phrase under two of them. Immutable: may be used by many threads. Owned: mm_phrases_free. */
mm_phrases *mm_phrases_open(const char *file, bool named, mm_err *e);
void mm_phrases_free(mm_phrases *p);
/** Names in the order of the file; without names there is one, empty. Borrowed. */
size_t mm_phrases_names(const mm_phrases *p);
const char *mm_phrases_name(const mm_phrases *p, size_t i);

/** How many times phrases of the list are in the text; one that holds another counts for both. */
uint64_t mm_phrases_count(const mm_phrases *p, mm_str text);
/** Which names have a phrase in the text: bit i % 64 of set[i / 64] is set for name i. */
void mm_phrases_mark(const mm_phrases *p, mm_str text, uint64_t *set);

#endif
