/* lang.h - a guess at the language of a text.
 *
 * Where a script is written by one language of the list alone (Greek, Hebrew, Thai, ...), the script
 * tells. Else by evidence: each function word of the text (the, und, que) counts for the languages that have it, one
 * divided by how many these are; letters beyond a to z count for the languages that write them, and against those
 * that do not. Word lists and alphabets in lang_words.c were written for this program. Only the first
 * LANG_SAMPLE bytes are looked at.
 */
#ifndef MM_PROBE_LANG_H
#define MM_PROBE_LANG_H

#include "script.h"

enum { LANG_SAMPLE = 32 * 1024, LANG_MAX = 64 };

/** A language whose script is not its own. */
typedef struct lang_words {
    char tag[4];          /* ISO 639-1 */
    script script;
    const char *letters;  /* lower-case letters it writes beyond those all of the script share */
    const char *words;    /* frequent function words, lower case, separated by blanks */
} lang_words;
extern const lang_words lang_list[];  /* an empty tag ends it */

typedef struct lang_model lang_model;
/** Immutable once made; used by all workers. */
lang_model *lang_model_new(mm_err *e);
void lang_model_free(lang_model *m);

typedef struct lang_guess {
    const char *tag;  /* "en"; "und" when nothing speaks for one language more than for another */
    double score;     /* share of the evidence that is for it, against the runner-up: 0.5 to 1; 0 for "und" */
} lang_guess;

/** written: the code script_of_text gave. */
lang_guess lang_of(const lang_model *m, mm_str text, const char *written);
/** Append all tags, sorted, with blanks between. */
void lang_list_put(mm_buf *out);

#endif
