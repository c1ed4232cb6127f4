/* sound.h - what a policy says of sound and films (sections redact.audio and redact.video), and the call to a confined worker that does it.
 *
 *   redact:
 *     audio:
 *       words: silence              # tone, leave: what becomes of words in which something was found
 *       padding: 100ms              # before and behind them
 *       without_transcript: pass    # drop, dead-letter, silence, anonymize
 *       voice: keep                 # anonymize, or a map: {alpha: 0.8}, {alpha: [0.5, 0.9], key: NAME, subject: PATH}
 *     video:
 *       subtitles: redact           # drop
 *
 * Words are muted by default where there is a transcript. A sound without one passes as it is, unless the policy itself says
 * that words are to be muted: then it is a dead letter, unless without_transcript says otherwise. */
#ifndef MM_REDACT_SOUND_H
#define MM_REDACT_SOUND_H

#include "govern/policy.h"
#include "keys.h"
#include "media/mute.h"
#include "mm.h"
#include "run/jail.h"

#define SOUND_ALPHA 0.8

typedef enum sound_without { SOUND_PASS, SOUND_DROP, SOUND_DEAD, SOUND_SILENCE, SOUND_ANONYMIZE, SOUND_UNSAID } sound_without;

typedef struct sound_policy {
    enum { WORDS_SILENCE, WORDS_TONE, WORDS_LEAVE } words;
    bool words_said;            /* by the policy, not by default */
    int64_t padding_ns;
    sound_without without;
    double alpha[2];            /* of the voice, from and to; 0: it stays */
    const redact_key *key;      /* draws within them */
    mm_path *subject;           /* whose voice it is; owned */
    bool drop_subtitles;
} sound_policy;

sound_policy sound_policy_default(void);
/** Read the maps audio and video, each of which may be NULL; `standard` is the key of those that name none. -1: MM_EUSAGE with place. */
int sound_policy_read(const mm_doc *d, const mm_node *audio, const mm_node *video, const keyring *keys, const redact_key *standard,
                      sound_policy *p, mm_err *e);
void sound_policy_free(sound_policy *p);

/** What is to become of the sound of one payload. */
typedef struct sound_order {
    const sound_policy *policy;
    const mm_span *span;       /* words not to be heard; joined */
    size_t n_spans;
    double heard_s;            /* up to where a transcript says what is spoken: 0 where there is none, INFINITY: to the end */
    mm_str head;               /* the header, which says whose voice it is */
} sound_order;

/** alpha for the record with this header. -1 (MM_EBAD) when it does not say whose voice it is. */
int sound_alpha(const sound_policy *p, mm_str head, double *alpha, mm_err *e);

/** Who redacts texts (media.h). */
struct media_text;

typedef struct sound_result {
    mm_str bytes;              /* borrows from the worker's answer */
    uint32_t removed;          /* MM_STRIP_ bits */
    mm_buf told;               /* members for mm.redact.media: ,"muted":... */
} sound_result;

/** Do it to audio, or video where `film`. 1: done; 0: there is nothing to be done, and the payload is to be stripped as it is; 2: the policy
 *  drops the record; -1: it must not go on. r->told is the caller's to free. */
int sound_redact(const sound_order *o, mm_cell *cell, mm_str bytes, bool film, const struct media_text *text, const char *where,
                 mm_arena *a, sound_result *r, mm_err *e);

#endif
