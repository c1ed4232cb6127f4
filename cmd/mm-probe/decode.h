/* decode.h - the confined workers that the asked facts need. */
#ifndef MM_PROBE_DECODE_H
#define MM_PROBE_DECODE_H

#include "app/app.h"
#include "fact.h"

/** What is loaded beside the decoders. */
typedef struct decode_wants {
    const char *ocr_languages;      /* as media/ocr.h takes them */
    bool transcribe;
    const char *transcribe_models;  /* as media/asr.h takes them */
    int64_t max_audio_ns;           /* of sound to transcribe; 0: no limit */
} decode_wants;

/** Start the jail within these limits. The encoding of texts is guessed in it too. Reading text in images and what is spoken in sound is only loaded, and given more time and
 *  memory, when it is asked for. -1: e says why. */
int decode_start(mm_app *app, const asking *q, const mm_jail_limits *limits, const decode_wants *w, mm_err *e);

#endif
