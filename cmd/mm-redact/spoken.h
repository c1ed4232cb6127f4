/* spoken.h - words as recognisers write them, read as a person would write them: numbers in digits, addresses with their signs. */
#ifndef MM_REDACT_SPOKEN_H
#define MM_REDACT_SPOKEN_H

#include "mm.h"

/** Words of a transcript and the text they make; a word's bytes are text[from, to). */
typedef struct spoken_word {
    uint32_t from, to;
} spoken_word;

typedef struct spoken {
    mm_buf text;
    uint32_t *word;    /* of each byte of text the word it comes from */
    size_t room;
    bool changed;      /* it differs from the words with blanks between */
    bool failed;       /* memory ran out */
} spoken;

void spoken_free(spoken *s);
/** Write n words of `text` as digits and signs where they say such: "five oh double two" 5022, "twenty one" 21, "seven hundred" 700 (English;
 *  single digits in German, French and Spanish too), "plus" and "dash" at numbers, "ann dot lee at example dot com"
 *  ann.lee@example.com. Numbers that follow one another become one, as they do in telephone numbers,
 *  and "to", "for" and their like between two of them are taken for what they sound like. */
void spoken_make(spoken *s, const char *text, const spoken_word *w, size_t n);

#endif
