/* sound_words.h - the transcript of a record's sound: its words looked at like any text, what is found replaced in it, and the times at
 * which that is heard.
 *
 * The transcript is mm.probe.audio.transcript as mm-probe makes it: {"text","by","times","words":[[from,to,"word",confidence?],...]},
 * and "heard_s" where it ends before the sound does. The words with blanks between are the text that is looked at, once as they
 * are and once as a person would write them (spoken.h); where it has no capitals, with one for each word too. A finding covers whole words. */
#ifndef MM_REDACT_SOUND_WORDS_H
#define MM_REDACT_SOUND_WORDS_H

#include "media/mute.h"
#include "walk.h"

#define SOUND_TRANSCRIPT "mm.probe.audio.transcript"

typedef struct sound_words sound_words;
sound_words *sound_words_new(mm_err *e);
void sound_words_free(sound_words *s);

/** Find the transcript in the header, before w walks through it, and have w spare it. 1 when there is one, 0 when there is none to
 *  go by (w's plan leaves that field out, unless the caller insists; or names it as a column), -1 when it can not be understood,
 *  which must not go on. */
int sound_words_begin(sound_words *s, walker *w, mm_str head, bool insist, mm_err *e);
/** Redact it, by w's edits and into w's report; likewise. */
int sound_words_redact(sound_words *s, walker *w, mm_str head, double padding_s, mm_err *e);
/** When what was found is heard, joined; of the last call. */
size_t sound_words_spans(const sound_words *s, const mm_span **span);
/** Up to which second the transcript goes; INFINITY: to the end. */
double sound_words_heard(const sound_words *s);

#endif
