/* lexicon.h - words and phrases, found whole in a text at a few cycles a byte.
 *
 * A word is a run of letters and digits of any script; a phrase is words with one to three bytes of anything else but
 * line ends between them. Folded ones are found in any case: A-Z, and the capitals of Latin, Greek, Cyrillic and
 * Armenian letters that have two bytes. Built once, then immutable.
 */
#ifndef MM_REDACT_LEXICON_H
#define MM_REDACT_LEXICON_H

#include "mm.h"

typedef struct lexicon lexicon;
/** NULL when memory ran out. Owned: lexicon_free. */
lexicon *lexicon_new(void);
/** NULL is taken. */
void lexicon_free(lexicon *l);
/** Add a phrase with a value of the caller's; of equal ones the first counts, but values of words folded and not differ.
 *  1, 0 when it holds no word, -1 when memory ran out. */
int lexicon_add(lexicon *l, mm_str phrase, bool fold, uint32_t value);
size_t lexicon_count(const lexicon *l);

/** What was found: bytes [from, to), and the value. */
typedef struct lexicon_hit {
    size_t from, to;
    uint32_t value;
} lexicon_hit;

/** The longest phrase that begins with the first word at or behind *at that begins any; *at moves behind that word. */
bool lexicon_next(const lexicon *l, mm_str text, size_t *at, lexicon_hit *out);
/** Is the whole text one phrase of it? */
bool lexicon_has(const lexicon *l, mm_str text);

#endif
