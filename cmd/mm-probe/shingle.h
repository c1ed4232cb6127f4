/* shingle.h - a text as the set of its overlapping runs of words or characters.
 *
 * A text is read as words: runs of what is neither white space, punctuation nor a symbol, with letters of Latin-1, Greek
 * and Cyrillic in lower case. Han, kana, Thai, Lao, Khmer and Myanmar are written without blanks: there each
 * character is a word. A shingle is n words in a row, or n characters of the words with one blank between. A text
 * shorter than that is one shingle.
 *
 * A shingle is known by 32 bits: an item (word or character) hashes to FNV-1a 64 over its code points (h = (h ^ c) *
 * 0x100000001b3 from 0xcbf29ce484222325), n items to the sum of h[i] * M^(n-1-i) mod 2^64 with
 * M = 0x9e3779b97f4a7c15, of which the finalizer of MurmurHash3 makes 64 bits; the upper 32 are the shingle.
 */
#ifndef MM_PROBE_SHINGLE_H
#define MM_PROBE_SHINGLE_H

#include "mm.h"

enum { SHINGLE_MAX = 64 };

typedef struct shingling {
    bool words;      /* else characters */
    unsigned n;      /* items a shingle, 1 to SHINGLE_MAX */
} shingling;

/** Takes shingles as they are found. */
typedef struct shingle_sink {
    void (*take)(void *ctx, const uint32_t *x, size_t n);
    void *ctx;
} shingle_sink;

enum { SHINGLE_BATCH = 1024 };

typedef struct shingler {
    shingling how;
    shingle_sink sink;
    uint64_t leaving;              /* M^n */
    uint64_t item;                 /* hash of the word that is open */
    uint64_t sum;                  /* of the last n items */
    uint64_t ring[SHINGLE_MAX];    /* their hashes */
    unsigned at;                   /* where the next goes */
    bool in_word;
    uint64_t items;                /* so far */
    uint32_t batch[SHINGLE_BATCH];
    size_t n_batch;
} shingler;

/** "word:5" or "char:9". -1 and MM_EUSAGE. */
int shingling_parse(mm_str text, shingling *out, mm_err *e);

void shingle_begin(shingler *s, const shingling *how, shingle_sink sink);
/** Go on with a piece of UTF-8 that is not cut within a character; bytes that are none divide words. */
void shingle_piece(shingler *s, mm_str piece);
/** Returns how many items the text had; without any there was no shingle. */
uint64_t shingle_end(shingler *s);

#endif
