/* text_doc.h - a text held whole and cut into lines and words, for what has to be measured over all of it.
 *
 * A word is what stands between white space, a line what stands between newlines. One a worker, used
 * again for each record.
 */
#ifndef MM_PROBE_TEXT_DOC_H
#define MM_PROBE_TEXT_DOC_H

#include "subject.h"

/** Longer texts are measured over this much of their start, up to a line's end. */
enum { TEXT_DOC_MAX = 16 * 1024 * 1024 };

enum {
    WORD_ALPHA = 1,     /* holds a letter */
    WORD_PLAIN = 2,     /* holds more than punctuation */
    WORD_ENDS = 4,      /* ends a sentence */
};

typedef struct text_word {
    uint32_t at, n;      /* bytes */
    uint32_t chars;      /* code points */
    uint16_t syllables;  /* groups of a e i o u y, but for a silent e at the end; at least 1 */
    uint16_t flags;
} text_word;

typedef struct text_line {
    uint32_t at, n;      /* bytes, without the newline */
    uint32_t chars;
    uint32_t word, words;  /* its first word, and how many */
} text_line;

typedef struct text_doc {
    mm_str text;
    bool cut;            /* TEXT_DOC_MAX was met */
    uint64_t chars, letters;
    uint64_t sentences;
    uint32_t hashes, ellipses;  /* "#"; "..." and U+2026 */
    text_word *word;
    text_line *line;
    size_t words, lines;
    /* private */
    size_t word_room, line_room, scratch_room;
    mm_buf gathered;
    void *scratch;       /* of text_repeat.c */
} text_doc;

text_doc *text_doc_new(void);
void text_doc_free(text_doc *d);
/** Read the text of s. 0, or -1. */
int text_doc_read(text_doc *d, subject *s, mm_err *e);

/** What repeats, each a share of 0 to 1. Shares of characters are of all the text's. */
typedef struct text_repeats {
    double lines, line_chars, paragraphs, paragraph_chars;
    double top[3];       /* 2- to 4-grams: characters in the most frequent, the first of equals */
    double grams[6];     /* 5- to 10-grams: characters in such as came before, none counted twice */
} text_repeats;
/** -1 when memory ran out. */
int text_repeats_of(text_doc *d, text_repeats *r, mm_err *e);

/** The filter of C4: what is kept line by line, and what speaks against the page. */
typedef struct text_c4 {
    uint64_t kept, sentences;
    bool lorem_ipsum, curly_bracket;
} text_c4;
void text_c4_of(const text_doc *d, text_c4 *r);

/** How many sentences words [from, to) hold; an unfinished last one counts. */
uint64_t text_sentences(const text_doc *d, size_t from, size_t to);

#endif
